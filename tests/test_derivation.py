"""Names, roles, rules and formulas of derivations, as the contract has them; numbers against mpmath."""

from __future__ import annotations

import functools

import mpmath
import pytest

from symback.derivation import derive, with_rounds
from symback.errors import UnknownName
from symback.evaluation import Rounding, evaluate
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role, Rule
from symback.network import Network, load, parse
from symback.updates import trained_names
from tests import independent
from tests.strategies import Layer, Net


def formula(quantity: Quantity) -> str:
    assert quantity.formula is not None
    return plain(quantity.formula)


def forms(quantity: Quantity) -> dict[str, str]:
    return {kind: plain(form) for kind, form in quantity.forms}


@functools.cache
def mazur() -> Graph:
    return derive(load("mazur"))


# --- the classic example ------------------------------------------------------------------------------


def test_the_gradient_of_the_contract() -> None:
    quantity = mazur()["dE_total/dw5"]
    assert (quantity.role, quantity.rule) == (Role.GRADIENT, Rule.CHAIN_RULE)
    assert formula(quantity) == "(dE_total/dout_o1)*(dout_o1/dnet_o1)*(dnet_o1/dw5)"
    assert forms(quantity) == {
        "delta": "delta_o1*out_h1",
        "written_out": "-(target_o1 - out_o1)*out_o1*(1 - out_o1)*out_h1",
    }
    assert quantity.parents == ("dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw5")
    assert quantity.names == ()


FORMULAS = [
    ("net_h1", Role.NET_INPUT, Rule.DEFINITION, "w1*i1 + w2*i2 + b1"),
    ("net_o2", Role.NET_INPUT, Rule.DEFINITION, "w7*out_h1 + w8*out_h2 + b2"),
    ("out_h1", Role.ACTIVATION, Rule.DEFINITION, "1/(1 + exp(-net_h1))"),
    ("E_o1", Role.ERROR, Rule.DEFINITION, "1/2*(target_o1 - out_o1)^2"),
    ("E_total", Role.TOTAL_ERROR, Rule.DEFINITION, "E_o1 + E_o2"),
    ("dE_total/dout_o1", Role.DERIVATIVE, Rule.LOCAL_DERIVATIVE, "-(target_o1 - out_o1)"),
    ("dout_o1/dnet_o1", Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE, "out_o1*(1 - out_o1)"),
    ("dnet_o1/dw5", Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE, "out_h1"),
    ("dnet_o1/dout_h1", Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE, "w5"),
    ("dnet_h1/dw1", Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE, "i1"),
    ("dnet_h1/db1", Role.LOCAL_DERIVATIVE, Rule.LOCAL_DERIVATIVE, "1"),
    ("delta_o1", Role.DELTA, Rule.CHAIN_RULE, "(dE_total/dout_o1)*(dout_o1/dnet_o1)"),
    ("dE_o1/dnet_o1", Role.DERIVATIVE, Rule.CHAIN_RULE, "(dE_o1/dout_o1)*(dout_o1/dnet_o1)"),
    ("dE_o2/dout_h1", Role.DERIVATIVE, None, "(dE_o2/dnet_o2)*(dnet_o2/dout_h1)"),
    ("dE_total/dout_h1", Role.DERIVATIVE, Rule.SUM_OVER_PATHS, "(dE_o1/dout_h1) + (dE_o2/dout_h1)"),
    ("delta_h1", Role.DELTA, Rule.CHAIN_RULE, "(dE_total/dout_h1)*(dout_h1/dnet_h1)"),
    ("dE_total/dw1", Role.GRADIENT, Rule.CHAIN_RULE, "(dE_total/dout_h1)*(dout_h1/dnet_h1)*(dnet_h1/dw1)"),
    ("dE_total/db2", Role.GRADIENT, Rule.SUM_OVER_PATHS, "delta_o1*(dnet_o1/db2) + delta_o2*(dnet_o2/db2)"),
    ("w5+", Role.UPDATED, Rule.UPDATE, "w5 - eta*(dE_total/dw5)"),
    ("net_o1+", Role.NET_INPUT, Rule.DEFINITION, "w5+*out_h1+ + w6+*out_h2+ + b2"),
    ("E_total+", Role.TOTAL_ERROR, Rule.DEFINITION, "E_o1+ + E_o2+"),
]


@pytest.mark.parametrize(("name", "role", "rule", "text"), FORMULAS)
def test_formulas_of_the_classic(name: str, role: Role, rule: Rule | None, text: str) -> None:
    quantity = mazur()[name]
    assert quantity.role is role
    assert rule is None or quantity.rule is rule
    assert formula(quantity) == text


FORMS = [
    ("E_total", "written_out", "1/2*(target_o1 - out_o1)^2 + 1/2*(target_o2 - out_o2)^2"),
    ("delta_o1", "written_out", "-(target_o1 - out_o1)*out_o1*(1 - out_o1)"),
    ("dE_total/dout_h1", "written_out", "delta_o1*w5 + delta_o2*w7"),
    ("delta_h2", "written_out", "(delta_o1*w6 + delta_o2*w8)*out_h2*(1 - out_h2)"),
    ("dE_total/dw1", "delta", "delta_h1*i1"),
    ("dE_total/dw1", "written_out", "(delta_o1*w5 + delta_o2*w7)*out_h1*(1 - out_h1)*i1"),
    ("dE_total/db2", "delta", "delta_o1 + delta_o2"),
]


@pytest.mark.parametrize(("name", "kind", "text"), FORMS)
def test_forms_of_the_classic(name: str, kind: str, text: str) -> None:
    assert forms(mazur()[name])[kind] == text


def test_delta_is_a_synonym() -> None:
    assert mazur()["delta_o1"].names == ("dE_total/dnet_o1",)
    assert mazur()["dE_total/dnet_h2"] is mazur()["delta_h2"]


def test_all_names_of_the_classic() -> None:
    """Nothing is missing and nothing is there that the contract does not name."""
    weights = [f"w{place}" for place in range(1, 9)]
    units, outputs, hidden = ["h1", "h2", "o1", "o2"], ["o1", "o2"], ["h1", "h2"]
    expected = {"i1", "i2", "target_o1", "target_o2", "b1", "b2", "eta", "E_total", "E_total+", *weights}
    for unit in units:
        expected |= {f"{base}_{unit}{state}" for base in ("net", "out") for state in ("", "+")}
        expected |= {f"dout_{unit}/dnet_{unit}", f"dE_total/dout_{unit}", f"delta_{unit}"}
    for output in outputs:
        expected |= {
            f"E_{output}",
            f"E_{output}+",
            f"dE_{output}/dout_{output}",
            f"dE_{output}/dnet_{output}",
        }
        expected |= {f"dE_{output}/dout_{unit}" for unit in hidden}
        expected |= {f"dnet_{output}/dout_{unit}" for unit in hidden}
    for place, weight in enumerate(weights):
        expected |= {f"dnet_{units[place // 2]}/d{weight}", f"dE_total/d{weight}", f"{weight}+"}
    for bias, layer in (("b1", hidden), ("b2", outputs)):
        expected |= {f"dnet_{unit}/d{bias}" for unit in layer} | {f"dE_total/d{bias}"}
    assert {quantity.name for quantity in mazur()} == expected


def test_order_and_parents() -> None:
    """Each quantity comes after all that its formula names, so values can be computed in order."""
    for graph in (mazur(), derive(load("xor"), complete=True)):
        before: set[str] = set()
        for quantity in graph:
            assert set(quantity.parents) <= before
            before |= {quantity.name, *quantity.names}


# --- states -------------------------------------------------------------------------------------------


def test_states_that_say_the_same() -> None:
    graph = with_rounds(mazur(), load("mazur"), [0, 1, 3])
    assert graph["w5@1"] is graph["w5+"]
    assert graph["E_total@1"] is graph["E_total+"]
    assert graph["w5@0"] is graph["w5"]
    assert graph["w5@3"].rule is Rule.TRAINING
    assert graph["w5@3"].formula is None
    with pytest.raises(UnknownName, match="w5@2"):
        graph["w5@2"]


def test_what_rounds_add() -> None:
    """Every trained parameter, every output and E_total; no frozen bias, nothing hidden."""
    graph = with_rounds(mazur(), load("mazur"), [5, 100])
    added = {quantity.name for quantity in graph} - {quantity.name for quantity in mazur()}
    outputs = [*(f"w{place}" for place in range(1, 9)), "out_o1", "out_o2", "E_total"]
    assert added == {f"{name}@{count}" for name in outputs for count in (5, 100)}


def test_frozen_biases_have_gradients_but_no_update() -> None:
    graph = mazur()
    assert formula(graph["dE_total/db1"]) == "delta_h1*(dnet_h1/db1) + delta_h2*(dnet_h2/db1)"
    assert "b1+" not in graph
    assert formula(graph["net_h1+"]) == "w1+*i1 + w2+*i2 + b1"
    assert trained_names(load("mazur")) == [(f"w{n}", 1 if n < 5 else 2) for n in range(1, 9)]


def test_without_an_update_there_are_gradients_only() -> None:
    network = net(Net(("i1",), (layer("o1", 1, 1),), ((("1",), ("0",)),), "sum", "", True))
    graph = derive(network)
    assert "dE_total/dw1" in graph
    assert "eta" not in graph
    assert not [quantity for quantity in graph if quantity.name.endswith("+")]
    assert trained_names(network) == []


def test_what_the_complete_derivation_adds() -> None:
    graph = derive(load("mazur"), complete=True)
    assert "dE_total/di1" not in mazur()
    assert formula(graph["dE_total/di1"]) == "delta_h1*(dnet_h1/di1) + delta_h2*(dnet_h2/di1)"
    assert formula(graph["dnet_h1/di1"]) == "w1"
    after = graph["dE_total/dw5+"]
    assert formula(after) == "(dE_total/dout_o1+)*(dout_o1/dnet_o1+)*(dnet_o1/dw5+)"
    assert formula(graph["dout_o1/dnet_o1+"]) == "out_o1+*(1 - out_o1+)"
    assert graph["dE_total/dnet_o1+"] is graph["delta_o1+"]


def test_numbers_of_the_complete_derivation() -> None:
    """The slope by an input, and the gradient at the updated weights, by difference quotients."""
    network = load("mazur")
    graph = derive(network, complete=True)
    found = evaluate(graph, given_numbers(network), Rounding(18))
    with mpmath.workdps(60):
        by_input = mpmath.diff(lambda x: classic(i1=x), mpmath.mpf("0.05"))
        updated = {f"w{n}": mpmath.mpf(value_at(n)) for n in range(1, 9)}
        later = mpmath.diff(lambda x: classic(**{**updated, "w5": x}), updated["w5"])
    for name, right in (("dE_total/di1", by_input), ("dE_total/dw5+", later)):
        value = found[name]
        assert value is not None
        assert abs(mpmath.mpf(value.text) - right) < mpmath.mpf("1e-17")


WEIGHTS = ["0.15", "0.20", "0.25", "0.30", "0.40", "0.45", "0.50", "0.55"]


def classic(**changed: mpmath.mpf) -> mpmath.mpf:
    """E_total of the classic network with some numbers changed."""
    p = {f"w{n}": mpmath.mpf(text) for n, text in enumerate(WEIGHTS, 1)}
    p |= {"i1": mpmath.mpf("0.05"), "i2": mpmath.mpf("0.10"), **changed}

    def squashed(x: mpmath.mpf) -> mpmath.mpf:
        return 1 / (1 + mpmath.exp(-x))

    h1 = squashed(p["w1"] * p["i1"] + p["w2"] * p["i2"] + mpmath.mpf("0.35"))
    h2 = squashed(p["w3"] * p["i1"] + p["w4"] * p["i2"] + mpmath.mpf("0.35"))
    o1 = squashed(p["w5"] * h1 + p["w6"] * h2 + mpmath.mpf("0.60"))
    o2 = squashed(p["w7"] * h1 + p["w8"] * h2 + mpmath.mpf("0.60"))
    return (mpmath.mpf("0.01") - o1) ** 2 / 2 + (mpmath.mpf("0.99") - o2) ** 2 / 2


def value_at(place: int) -> mpmath.mpf:
    """A weight of the classic network after one update."""
    start = mpmath.mpf(WEIGHTS[place - 1])
    return start - mpmath.diff(lambda x: classic(**{f"w{place}": x}), start) / 2


# --- deeper, several samples --------------------------------------------------------------------------


def layer(names: str, before: int, first: int, bias: str = "", activation: str = "tanh") -> Layer:
    """A layer of these units, its weights counted from `first`. `bias` is a shared one's name or "each"."""
    units = tuple(names.split())
    weights = tuple(
        tuple(f"0.{(first + row * before + column) % 9 + 1}" for column in range(before))
        for row in range(len(units))
    )
    weight_names = tuple(
        tuple(f"w{first + row * before + column}" for column in range(before)) for row in range(len(units))
    )
    bias_names: tuple[str, ...] = ()
    if bias:
        bias_names = tuple(f"b_{unit}" for unit in units) if bias == "each" else (bias,) * len(units)
    biases = ("-0.2",) * len(bias_names)
    return Layer(units, activation, weights, weight_names, biases, bias_names, bias not in ("", "each"))


def net(content: Net) -> Network:
    return parse(content.toml(), "test.toml")


DEEP = Net(
    ("i1",),
    (layer("h1", 1, 1), layer("g1 g2", 1, 2, "b2"), layer("o1 o2", 2, 4, "each", "logistic")),
    ((("0.5",), ("0.1", "0.9")),),
    "sum",
    "0.5",
    True,
)


def samples(count: int, reduction: str) -> Net:
    """Two inputs, two hidden units with a shared bias, two outputs with one each."""
    data = [(("0.5", "-1"), ("0.1", "0.9")), (("1", "0"), ("1", "0")), (("0.25", "2"), ("0", "0.5"))]
    layers = (layer("h1 h2", 2, 1, "b1"), layer("o1 o2", 2, 5, "each", "logistic"))
    return Net(("i1", "i2"), layers, tuple(data[:count]), reduction, "0.5", True)


def test_sums_over_paths_use_errors_before_the_output_and_deltas_further_down() -> None:
    graph = derive(net(DEEP))
    assert formula(graph["dE_total/dout_g1"]) == "(dE_o1/dout_g1) + (dE_o2/dout_g1)"
    assert formula(graph["dE_total/dout_h1"]) == "delta_g1*(dnet_g1/dout_h1) + delta_g2*(dnet_g2/dout_h1)"
    assert graph["dE_total/dout_h1"].rule is Rule.SUM_OVER_PATHS
    assert forms(graph["dE_total/dout_h1"])["written_out"] == "delta_g1*w2 + delta_g2*w3"
    assert forms(graph["dE_total/dw1"])["delta"] == "delta_h1*i1"


def test_samples_that_are_added() -> None:
    graph = derive(net(samples(2, "sum")))
    assert formula(graph["E_total"]) == "E[1] + E[2]"
    assert formula(graph["E[2]"]) == "E_o1[2] + E_o2[2]"
    gradient = graph["dE_total/dw5"]
    assert (gradient.role, gradient.rule) == (Role.GRADIENT, Rule.SUM_OVER_PATHS)
    assert formula(gradient) == "(dE[1]/dw5) + (dE[2]/dw5)"
    assert forms(gradient)["delta"] == "delta_o1[1]*out_h1[1] + delta_o1[2]*out_h1[2]"
    contribution = graph["dE[2]/dw5"]
    assert (contribution.role, contribution.rule) == (Role.CONTRIBUTION, Rule.CHAIN_RULE)
    assert forms(contribution)["delta"] == "delta_o1[2]*out_h1[2]"
    assert graph["delta_o1[2]"].names[0] == "dE_total/dnet_o1[2]"
    assert graph["dE[2]/dnet_o1[2]"] is graph["delta_o1[2]"]


def test_the_mean_over_samples() -> None:
    """The 1/m stands in E_total, in deltas and in front of sums over paths; contributions come before it."""
    graph = derive(net(samples(3, "mean")))
    assert formula(graph["E_total"]) == "1/3*(E[1] + E[2] + E[3])"
    assert formula(graph["dE_total/dw5"]) == "1/3*((dE[1]/dw5) + (dE[2]/dw5) + (dE[3]/dw5))"
    assert formula(graph["dE_total/dout_o1[2]"]) == "1/3*(dE_o1[2]/dout_o1[2])"
    assert formula(graph["dE_total/dout_h1[2]"]) == "1/3*((dE_o1[2]/dout_h1[2]) + (dE_o2[2]/dout_h1[2]))"
    assert forms(graph["dE_total/dw5"])["delta"] == (
        "delta_o1[1]*out_h1[1] + delta_o1[2]*out_h1[2] + delta_o1[3]*out_h1[3]"
    )
    contribution = graph["dE[2]/dw5"]
    assert all(not name.startswith("dE_total") for name in contribution.parents)
    assert "dE[2]/dnet_o1[2]" not in graph["delta_o1[2]"].names


def test_a_mean_over_one_sample_has_no_factor_and_no_index() -> None:
    graph = derive(net(samples(1, "mean")))
    assert formula(graph["E_total"]) == "E_o1 + E_o2"
    assert formula(graph["dE_total/dout_h1"]) == "(dE_o1/dout_h1) + (dE_o2/dout_h1)"
    assert "E[1]" not in graph


def test_a_shared_bias_adds_up_over_units_and_samples() -> None:
    graph = derive(net(samples(2, "sum")))
    assert formula(graph["dE_total/db1"]) == "(dE[1]/db1) + (dE[2]/db1)"
    contribution = graph["dE[2]/db1"]
    assert contribution.rule is Rule.SUM_OVER_PATHS
    assert forms(contribution)["delta"] == "delta_h1[2] + delta_h2[2]"
    assert forms(graph["dE_total/db1"])["delta"] == "delta_h1[1] + delta_h2[1] + delta_h1[2] + delta_h2[2]"
    assert forms(graph["dE_total/db_o1"])["delta"] == "delta_o1[1] + delta_o1[2]"
    assert formula(graph["b1+"]) == "b1 - eta*(dE_total/db1)"


NETS = {
    "deep": DEEP,
    **{f"{count} {kind}": samples(count, kind) for count in (1, 2, 3) for kind in ("sum", "mean")},
}


@pytest.mark.parametrize("name", NETS)
def test_numbers_by_another_way(name: str) -> None:
    """Every quantity against loops over matrices, and each gradient against a difference quotient."""
    content = NETS[name]
    network = net(content)
    graph = derive(network, complete=True)
    found = evaluate(graph, given_numbers(network), Rounding(20))
    with mpmath.workdps(50):
        expected = independent.solution(content)
        independent.input_slopes(content, expected)
        for quantity in graph:
            if quantity.name not in expected:
                continue  # of the backward pass at the updated parameters
            value = found[quantity.name]
            assert value is not None
            assert value.text == independent.rounded(expected[quantity.name], 20), quantity.name
        for parameter in independent.parameters(content):
            by_difference = independent.central_difference(content, parameter)
            value = found[f"dE_total/d{parameter}"]
            assert value is not None
            assert abs(mpmath.mpf(value.text) - by_difference) < mpmath.mpf("1e-18")


def test_numbers_are_no_part_of_a_derivation() -> None:
    """Two files that differ in numbers alone have one derivation."""
    text = samples(2, "sum").toml()
    changed = text.replace("-0.2", "0.4").replace("= 0.5", "= 0.75")
    assert changed != text
    assert derive(parse(changed, "changed.toml")) == derive(parse(text, "test.toml"))

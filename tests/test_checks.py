"""Every check can fail: graphs are damaged in one place, and the right check says so, by name."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

import pytest

from symback import solve
from symback.checks import (
    Check,
    check,
    check_digits,
    check_direct,
    check_floats,
    check_forms,
    check_local_derivatives,
)
from symback.derivation import derive
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.expression import Expression, Name, Negative, Sum, rename
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role
from symback.network import Network, load, parse

MEAN = """
loss = "half_squared_error"
reduction = "mean"
samples = [
  { inputs = { i1 = 0.5 }, targets = { o1 = 1 } },
  { inputs = { i1 = -1 }, targets = { o1 = 0 } },
]
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = [[0.3], [-0.7]]
bias = 0.1
[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[0.9, -0.4]]
"""


@functools.cache
def network(name: str) -> Network:
    return parse(MEAN, "mean.toml") if name == "mean" else load(name)


@functools.cache
def graph(name: str) -> Graph:
    return derive(network(name))


def damaged(name: str, place: str, change: Callable[[Quantity], Quantity]) -> Graph:
    """The graph of a network with one quantity changed."""
    whole = graph(name)
    target = whole[place]
    return Graph(tuple(change(item) if item is target else item for item in whole))


def evaluated(of: Network, damaged_graph: Graph) -> Evaluation:
    return evaluate(damaged_graph, given_numbers(of), Rounding())


def formula(change: Callable[[Expression], Expression]) -> Callable[[Quantity], Quantity]:
    """A change of the formula."""

    def changed(quantity: Quantity) -> Quantity:
        assert quantity.formula is not None
        return replace(quantity, formula=change(quantity.formula))

    return changed


def form(kind: str, change: Callable[[Expression], Expression]) -> Callable[[Quantity], Quantity]:
    """A change of one of the forms."""

    def changed(quantity: Quantity) -> Quantity:
        assert kind in dict(quantity.forms)
        forms = tuple((key, change(tree) if key == kind else tree) for key, tree in quantity.forms)
        return replace(quantity, forms=forms)

    return changed


def swap(first: str, second: str) -> Callable[[Expression], Expression]:
    """One name for the other, both ways."""
    return lambda tree: rename(tree, {first: second, second: first})


def failed(made: Check) -> tuple[str, ...]:
    names = made.facts["failed"]
    assert isinstance(names, tuple)
    assert made.passed == (not names)
    return names


# --- undamaged ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mazur", "xor", "mean"])
def test_right_networks_pass(name: str) -> None:
    evaluation = evaluated(network(name), graph(name))
    report = check(network(name), graph(name), evaluation, evaluation)
    assert report.passed
    assert [made.kind for made in report.checks] == [
        "local_derivatives", "forms", "direct", "floats", "digits",
    ]  # fmt: skip
    assert all(made.facts["count"] for made in report.checks)


def test_the_report_fails_with_one_of_its_checks() -> None:
    wrong = damaged("mazur", "dE_total/dw5", form("delta", swap("out_h1", "out_h2")))
    evaluation = evaluated(network("mazur"), wrong)
    report = check(network("mazur"), wrong, evaluation, evaluation)
    assert not report.passed
    assert [made.kind for made in report.checks if not made.passed] == ["forms"]


# --- textbook derivatives -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("dout_o1/dnet_o1", lambda tree: Name("out_o1") * (1 + Name("out_o1"))),
        ("dout_h2/dnet_h2", lambda tree: Name("out_h2")),
        ("dE_o1/dout_o1", lambda tree: Name("target_o1") - Name("out_o1")),
        ("dE_o2/dout_o2", lambda tree: 2 * tree),
    ],
)
def test_a_wrong_textbook_derivative_is_named(place: str, change: Callable[[Expression], Expression]) -> None:
    assert failed(check_local_derivatives(damaged("mazur", place, formula(change)))) == (place,)


def test_a_wrong_derivative_of_a_deeper_activation_is_named() -> None:
    wrong = damaged("mean", "dout_h1[2]/dnet_h1[2]", formula(lambda tree: 1 - Name("out_h1[2]")))
    assert failed(check_local_derivatives(wrong)) == ("dout_h1[2]/dnet_h1[2]",)


# --- forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place", "change"),
    [
        ("mazur", "dE_total/dw5", form("delta", Negative)),
        ("mazur", "dE_total/dw5", form("written_out", swap("out_h1", "out_h2"))),
        ("mazur", "dE_total/dw1", form("written_out", swap("w5", "w6"))),
        ("mazur", "dE_total/dout_h1", form("written_out", swap("w7", "w8"))),
        ("mazur", "delta_o1", form("written_out", lambda tree: tree * Name("out_o1"))),
        ("mazur", "E_total", form("written_out", swap("target_o1", "target_o2"))),
        ("mazur", "dE_total/db2", form("delta", lambda tree: Name("delta_o1"))),
        ("mean", "dE_total/dw3", form("delta", lambda tree: 2 * tree)),
        ("mean", "dE[2]/dw3", form("written_out", swap("out_h1[2]", "out_h1[1]"))),
        ("mean", "dE_total/dout_o1[1]", form("written_out", Negative)),
    ],
)
def test_a_wrong_form_is_named(name: str, place: str, change: Callable[[Quantity], Quantity]) -> None:
    assert set(failed(check_forms(network(name), damaged(name, place, change)))) == {place}


@pytest.mark.parametrize("name", ["mazur", "mean"])
def test_every_form_is_checked(name: str) -> None:
    """Each one in turn with the other sign."""
    for quantity in graph(name):
        for kind, _ in quantity.forms if not quantity.name.endswith("+") else ():
            wrong = damaged(name, quantity.name, form(kind, Negative))
            assert quantity.name in failed(check_forms(network(name), wrong))


def test_the_lemma_for_means_is_checked() -> None:
    """dE[2]/dnet is m times the delta: used elsewhere, so proven in a step of its own."""
    wrong = damaged("mean", "dE[2]/dnet_o1[2]", formula(lambda tree: 3 * tree))
    assert "dE[2]/dnet_o1[2]" in failed(check_forms(network("mean"), wrong))


# --- direct differentiation ---------------------------------------------------------------------------

HIDDEN = {"dE_total/dw1", "dE_total/dw2", "dE_total/db1"}


@pytest.mark.parametrize(
    ("place", "change", "names"),
    [
        ("dE_total/dw5", Negative, {"dE_total/dw5"}),
        ("dnet_o1/dw5", lambda tree: Name("out_h2"), {"dE_total/dw5"}),
        ("dnet_o2/dout_h1", lambda tree: Name("w6"), HIDDEN),
        ("dE_total/dout_h1", lambda tree: Name("dE_o1/dout_h1"), HIDDEN),
        ("dout_h1/dnet_h1", lambda tree: Name("out_h1"), HIDDEN),
        ("dE_total/db2", lambda tree: Name("delta_o1"), {"dE_total/db2"}),
        ("dnet_h1/dw2", lambda tree: Name("i1"), {"dE_total/dw2"}),
    ],
)
def test_a_wrong_chain_is_found_by_direct_differentiation(
    place: str, change: Callable[[Expression], Expression], names: set[str]
) -> None:
    assert set(failed(check_direct(damaged("mazur", place, formula(change))))) == names


def test_a_mean_that_is_forgotten_or_taken_twice_is_found() -> None:
    for change in (lambda tree: 2 * tree, lambda tree: tree / 2):
        wrong = damaged("mean", "dE_total/dw3", formula(change))
        assert failed(check_direct(wrong)) == ("dE_total/dw3",)


def test_a_contribution_that_is_left_out_is_found() -> None:
    wrong = damaged("xor", "dE_total/dw5", formula(lambda tree: Sum(tree.parts[:3])))
    assert failed(check_direct(wrong)) == ("dE_total/dw5",)


def test_large_networks_are_not_flattened() -> None:
    units = ", ".join(f'"h{place}"' for place in range(20))
    text = f"""
    loss = "half_squared_error"
    seed = 1
    inputs = {{ i1 = 1, i2 = 2 }}
    targets = {{ o1 = 0, o2 = 1 }}
    [[layers]]
    units = [{units}]
    activation = "logistic"
    weights = "random"
    [[layers]]
    units = ["o1", "o2"]
    activation = "logistic"
    weights = "random"
    """
    made = check_direct(derive(parse(text, "large.toml")))
    assert made.passed
    assert made.facts["too_large"]


# --- floats -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "change", "names"),
    [
        ("dE_total/dw5", Negative, {"dE_total/dw5", "w5+"}),
        ("w5+", lambda tree: Name("w5") + Name("eta") * Name("dE_total/dw5"), {"w5+"}),
        ("E_total", lambda tree: Name("E_o1"), {"E_total"}),
        ("dE_total/dout_h1", Negative, {"dE_total/dout_h1", "dE_total/dw1"}),
    ],
)
def test_a_wrong_number_is_found_by_the_float_pass(
    place: str, change: Callable[[Expression], Expression], names: set[str]
) -> None:
    wrong = damaged("mazur", place, formula(change))
    made = check_floats(network("mazur"), wrong, evaluated(network("mazur"), wrong))
    assert names <= set(failed(made))
    assert all(found.split("/")[0] not in ("out_h1", "net_h1") for found in failed(made))


def test_a_slightly_wrong_number_is_found_by_the_float_pass() -> None:
    right = evaluated(network("mazur"), graph("mazur"))
    value = right["out_o2"]
    assert value is not None
    moved = replace(value, number=value.number + 1e-10)
    wrong = replace(right, values={**right.values, "out_o2": moved})
    assert failed(check_floats(network("mazur"), graph("mazur"), wrong)) == ("out_o2",)


def test_a_network_that_floats_cannot_hold_is_no_failure() -> None:
    text = """
    loss = "half_squared_error"
    inputs = { i1 = 1000 }
    targets = { o1 = 0 }
    [[layers]]
    units = ["o1"]
    activation = "logistic"
    weights = [[-1]]
    """
    of = parse(text, "steep.toml")
    made = check_floats(of, derive(of), evaluated(of, derive(of)))
    assert made.passed
    assert made.facts["overflow"]


def test_a_net_input_of_exactly_0_is_no_failure() -> None:
    """0.1*3 - 0.3 is 0, but not in floats, and the slope of relu jumps there."""
    assert 0.1 * 3 - 0.3 > 0
    text = """
    loss = "half_squared_error"
    inputs = { i1 = 3 }
    targets = { o1 = 1 }
    [[layers]]
    units = ["h1"]
    activation = "relu"
    weights = [[0.1]]
    bias = -0.3
    [[layers]]
    units = ["o1"]
    activation = "linear"
    weights = [[2]]
    """
    of = parse(text, "kink.toml")
    evaluation = evaluated(of, derive(of))
    slope = evaluation["dE_total/dw1"]
    assert slope is not None
    assert slope.exact == 0
    assert check_floats(of, derive(of), evaluation).passed


def test_large_numbers_that_cancel_are_no_failure() -> None:
    """Prices of houses: the error is the small difference of two large numbers."""
    text = """
    loss = "half_squared_error"
    inputs = { size = 2104, rooms = 3 }
    targets = { price = 399900 }
    [[layers]]
    units = ["price"]
    activation = "linear"
    weights = [[139.21, -8738.02]]
    bias = 133225.21
    [update]
    learning_rate = 0.0000001
    """
    of = parse(text, "house.toml")
    made = check_floats(of, derive(of), evaluated(of, derive(of)))
    assert made.passed
    assert made.facts["count"] == 11


def test_an_update_that_floats_cannot_hold_leaves_the_rest_compared() -> None:
    text = """
    loss = "half_squared_error"
    inputs = { i1 = 1 }
    targets = { o1 = 1 }
    [[layers]]
    units = ["o1"]
    activation = "logistic"
    weights = [[0]]
    [update]
    learning_rate = -100000
    """
    of = parse(text, "wild.toml")
    made = check_floats(of, derive(of), evaluated(of, derive(of)))
    assert made.passed
    assert not made.facts["overflow"]
    assert made.facts["count"]


# --- digits -------------------------------------------------------------------------------------------


def test_an_unproven_digit_is_named() -> None:
    right = evaluated(network("mazur"), graph("mazur"))
    value = right["E_total"]
    assert value is not None
    made = check_digits(replace(right, values={**right.values, "E_total": replace(value, proven=False)}))
    assert made.facts["unproven"] == ("E_total",)
    assert made.facts["count"] == len(graph("mazur"))


def test_without_numbers_only_formulas_are_checked() -> None:
    text = MEAN.replace("[[0.3], [-0.7]]", '"symbolic"')
    of = parse(text, "symbolic.toml")
    evaluation = evaluated(of, derive(of))
    report = check(of, derive(of), evaluation, evaluation)
    assert report.passed
    assert [made.kind for made in report.checks] == ["local_derivatives", "forms", "direct"]


# --- mutation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mazur", "mean"])
def test_no_wrong_sign_anywhere_goes_unnoticed(name: str) -> None:
    """Every formula in turn with the other sign, from the first net input to E_total after the update."""
    of = network(name)
    for quantity in graph(name):
        if quantity.formula is None:
            continue
        wrong = damaged(name, quantity.name, formula(Negative))
        assert not (
            check_floats(of, wrong, evaluated(of, wrong)).passed
            and check_forms(of, wrong).passed
            and check_local_derivatives(wrong).passed
            and check_direct(wrong).passed
        ), quantity.name


SWAPS = [("w5", "w6"), ("w1", "w2"), ("w5", "w7"), ("out_h1", "out_h2"), ("i1", "i2")]


@pytest.mark.parametrize(("first", "second"), SWAPS)
def test_no_swapped_names_go_unnoticed(first: str, second: str) -> None:
    """In each backward formula that has one of the two."""
    of = network("mazur")
    backward = {Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.DELTA, Role.GRADIENT, Role.UPDATED}
    tried = 0
    for quantity in graph("mazur"):
        if quantity.role not in backward or not {first, second} & set(quantity.parents):
            continue
        tried += 1
        wrong = damaged("mazur", quantity.name, formula(swap(first, second)))
        assert not (
            check_local_derivatives(wrong).passed
            and check_direct(wrong).passed
            and check_floats(of, wrong, evaluated(of, wrong)).passed
        ), quantity.name
    assert tried


def test_a_network_may_hand_on_its_inputs() -> None:
    """The independent pass finds outputs among what is given."""
    inputs = '[inputs]\ni1 = ["log(3)", -0.09]\ni2 = [-0.59, 0.4]\n'
    text = f'loss = "output_sum"\n{inputs}[[layers]]\ntype = "flatten"\n'
    solution = solve(parse(text, "handed.toml"))
    assert solution["E_total"].value == "0.818612289"  # log(3) - 0.09 - 0.59 + 0.4
    assert solution.to_markdown()

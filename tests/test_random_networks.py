"""Random small networks: formulas, numbers and derivatives against another implementation and SymPy."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from symback.api import solve
from symback.checks import Report, check, check_direct, check_forms, check_local_derivatives
from symback.derivation import derive
from symback.evaluation import Rounding, evaluate
from symback.expression import names as names_in
from symback.forward import given_numbers
from symback.grammar import parse as parse_formula
from symback.network import Network, parse
from symback.solution import Solution
from tests import independent
from tests.independent import NearKink, central_difference, input_slopes, mpf, rounded
from tests.strategies import Layer, Net, nets

DIGITS = 50


def network_of(net: Net) -> Network:
    return parse(net.toml(), "random.toml")


def unchecked(net: Net, digits: int = 9, *, complete: bool = False) -> Solution:
    """The solution without its checks, which have tests of their own and take most of the time."""
    network = network_of(net)
    graph = derive(network, complete=complete)
    evaluation = evaluate(graph, given_numbers(network), Rounding(digits))
    return Solution(network, graph, evaluation, Report(()))


def content(solution: Solution) -> list[dict[str, Any]]:
    """The quantities of the JSON."""
    found: list[dict[str, Any]] = json.loads(solution.to_json())["quantities"]
    return found


def expected_of(net: Net) -> independent.Values:
    try:
        return independent.solution(net)
    except NearKink:
        assume(False)
        raise


# --- numbers ------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(nets(), st.sampled_from((1, 2, 3, 4, 9, 20)))
def test_every_number_is_that_of_an_independent_implementation(net: Net, digits: int) -> None:
    """All of them: nothing is missing in the JSON, nothing is there without reason, each digit is right."""
    with mpmath.workdps(DIGITS):
        expected = expected_of(net)
        found = content(unchecked(net, digits))
        names = {name for quantity in found for name in (quantity["name"], *quantity["names"])}
        assert names == set(expected)
        for quantity in found:
            right = rounded(expected[quantity["name"]], digits)
            if right is None or not quantity["proven"]:
                continue  # a tie that 50 digits do not decide
            assert (quantity["name"], quantity["value"]) == (quantity["name"], right)
            for name in quantity["names"]:
                assert mpmath.almosteq(mpf(expected[name]), mpf(expected[quantity["name"]]), abs_eps=1e-40)


@settings(max_examples=25)
@given(nets(most_hidden=2))
def test_exact_fractions_are_right_and_not_missed(net: Net) -> None:
    with mpmath.workdps(DIGITS):
        expected = expected_of(net)
        for quantity in content(unchecked(net)):
            right = expected[quantity["name"]]
            exact = Fraction(quantity["exact"]) if quantity["exact"] is not None else None
            if isinstance(right, Fraction):
                assert exact == right
            elif exact is not None:
                assert mpmath.almosteq(mpf(exact), right, abs_eps=1e-40)


@settings(max_examples=25)
@given(nets(), st.randoms(use_true_random=False))
def test_gradients_are_central_differences(net: Net, chance: random.Random) -> None:
    """By forward passes alone, at 50 digits; parameters and inputs."""
    with mpmath.workdps(DIGITS):
        try:
            assume(not near_a_kink(net))
            expected = independent.solution(net)
            input_slopes(net, expected)
            inputs = [f"{name}[{sample}]" if sample else name for sample in net.places for name in net.inputs]
            candidates = [*independent.parameters(net), *inputs]
            chosen = chance.sample(candidates, min(4, len(candidates)))
            differences = {name: central_difference(net, name) for name in chosen}
        except NearKink:
            assume(False)
        solution = unchecked(net, digits=18, complete=True)
        for name, difference in differences.items():
            value = mpmath.mpf(solution[f"dE_total/d{name}"].value)
            assert abs(value - difference) < mpmath.mpf(10) ** -15 * max(1, abs(difference))
            assert abs(value - mpf(expected[f"dE_total/d{name}"])) <= mpmath.mpf(10) ** -18


def near_a_kink(net: Net) -> bool:
    """Whether a relu's net input is so small that a step of a difference quotient may cross 0."""
    values = independent.solution(net)
    kinked = {unit for layer in net.layers if layer.activation == "relu" for unit in layer.units}
    ends = [f"[{sample}]" if sample else "" for sample in net.places]
    return any(abs(mpf(values[f"net_{unit}{end}"])) < 1e-6 for unit in kinked for end in ends)


@settings(max_examples=15)
@given(nets(most_hidden=2, most_units=2, most_samples=3))
def test_the_backward_pass_at_the_updated_parameters(net: Net) -> None:
    """`dE_total/dw5+` is the gradient of the same network with w5+ and all others in the file."""
    assume(net.learning_rate)
    with mpmath.workdps(DIGITS):
        expected = expected_of(net)
        try:
            independent.backward(net, after := updated(net, expected))
        except NearKink:
            assume(False)
        solution = unchecked(net, digits=20, complete=True)
        trained = [name for name in independent.parameters(net) if f"{name}+" in expected]
        for name in independent.parameters(net):
            gradient = f"dE_total/d{name}"
            if f"{gradient}+" in solution.graph:
                right = rounded(after[gradient], 20)
                assert right is None or solution[f"{gradient}+"].value == right
            else:
                assert name not in trained


def updated(net: Net, expected: independent.Values) -> independent.Values:
    """The forward pass after the update under the names of the one before it."""
    values: independent.Values = dict(net.numbers())
    values |= {name.removesuffix("+"): value for name, value in expected.items() if name.endswith("+")}
    return values


# --- formulas -----------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(nets(odd_names=True))
def test_every_formula_reads_back_as_the_tree_that_it_prints(net: Net) -> None:
    """Also where names look like functions or derivatives; `depends_on` are the names in it, in order."""
    solution = unchecked(net, complete=True)
    known = {name for quantity in solution.graph for name in (quantity.name, *quantity.names)}
    before: set[str] = set()
    for quantity in content(solution):
        tree = solution.graph[quantity["name"]].formula
        texts = dict(solution.graph[quantity["name"]].forms)
        assert (quantity["formula"] is None) == (tree is None)
        assert set(quantity["forms"]) == set(texts)
        readings = [(quantity["forms"][kind], form) for kind, form in texts.items()]
        readings += [(quantity["formula"], tree)] if tree is not None else []
        for text, own in readings:
            read = parse_formula(text, known)
            assert set(names_in(read)) <= known
            assert read == own, text
        if tree is not None:
            assert parse_formula(quantity["formula"], known) == tree
            assert quantity["depends_on"] == list(names_in(parse_formula(quantity["formula"], known)))
        assert set(quantity["depends_on"]) <= before
        before |= {quantity["name"], *quantity["names"]}


@settings(max_examples=10)
@given(nets(most_hidden=2, most_units=2, most_samples=2, odd_names=True))
def test_formulas_read_back_without_a_list_of_names(net: Net) -> None:
    """`verify` without a network: what stands in brackets is a derivative, whatever else might be one."""
    solution = unchecked(net)
    for quantity in content(solution):
        if quantity["formula"] is not None:
            assert parse_formula(quantity["formula"]) == solution.graph[quantity["name"]].formula


@settings(max_examples=10)
@given(nets(most_hidden=2, odd_names=True), st.sampled_from(("net-out", "z-a")))
def test_documents_can_be_made_of_any_network(net: Net, style: str) -> None:
    network = network_of(net)
    graph = derive(network)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    solution = Solution(network, graph, evaluation, Report(()), style)
    for text in (solution.to_markdown(), solution.to_markdown("dollar"), solution.to_latex()):
        assert evaluation["E_total"].shown in text
        assert text.count("{") == text.count("}")


# --- derivatives --------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(nets(most_hidden=2, most_units=2, most_samples=3))
def test_the_checks_pass(net: Net) -> None:
    """Whatever is small enough to be checked is proven: nothing right is reported as a failure."""
    graph = derive(network_of(net))
    for made in (check_local_derivatives(graph), check_forms(network_of(net), graph), check_direct(graph)):
        assert made.passed, made
        assert made.facts["count"]


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("activations", [("logistic", "logistic"), ("relu", "relu"), ("tanh", "relu")])
@pytest.mark.parametrize("samples", [1, 3])
def test_the_chain_rule_is_checked_exactly_where_errors_add_up(
    activations: tuple[str, str], samples: int, reduction: str
) -> None:
    """A 2-2-3 net with shared biases: many paths, and with relu many cases."""
    sizes = ((2, 2), (2, 3))
    layers = tuple(
        Layer(
            tuple(f"{letter}{row + 1}" for row in range(here)),
            activation,
            tuple(tuple(f"0.{3 + row}{column + 1}" for column in range(before)) for row in range(here)),
            tuple(tuple(f"w{start + row * before + at}" for at in range(before)) for row in range(here)),
            ("0.1",) * here,
            (bias,) * here,
            True,
        )
        for (before, here), activation, letter, bias, start in zip(
            sizes, activations, "ho", ("b1", "b2"), (1, 5), strict=True
        )
    )
    data = (
        (("0.5", "-1"), ("1", "0", "0.5")),
        (("2", "0.25"), ("0", "1", "0")),
        (("-1", "1"), ("1", "1", "0")),
    )
    network = network_of(Net(("i1", "i2"), layers, data[:samples], reduction, "0.5", True))
    graph = derive(network)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    report = check(network, graph, evaluation, evaluation)
    assert report.passed, report
    (direct,) = [made for made in report.checks if made.kind == "direct"]
    assert direct.facts["count"] == 12
    assert not direct.facts["too_large"]


TINY = Net(
    ("i1",),
    (
        Layer(("h1",), "tanh", (("0.7",),), (("w1",),), ("0.2",), ("b1",), True),
        Layer(("o1",), "logistic", (("-0.4",),), (("w2",),), (), (), False),
    ),
    ((("1.5",), ("0.25",)), (("-1",), ("1",))),
    "mean",
    "0.5",
    True,
)


@settings(max_examples=12)
@given(nets(most_hidden=1, most_units=2, most_samples=2))
@example(TINY)
def test_chain_rule_and_direct_differentiation_by_sympy(net: Net) -> None:
    """`sympy.diff` of the expanded E_total against the expanded gradient, at 30 digits."""
    with mpmath.workdps(DIGITS):
        assume(not near_a_kink(net))
    solution = unchecked(net)
    total = solution["E_total"].sympy(expanded=True)
    numbers = net.numbers()
    numbers.pop("eta", None)
    assert {symbol.name for symbol in total.free_symbols} <= set(numbers)
    place = {sympy.Symbol(name): sympy.Rational(*x.as_integer_ratio()) for name, x in numbers.items()}
    for name in independent.parameters(net)[:4]:
        gradient = solution[f"dE_total/d{name}"].sympy(expanded=True)
        assert {symbol.name for symbol in gradient.free_symbols} <= set(numbers)
        difference = (sympy.diff(total, sympy.Symbol(name)) - gradient).xreplace(place)
        assert abs(difference.evalf(30, chop=True)) < sympy.Float("1e-28")


@settings(max_examples=8)
@given(nets(most_hidden=1, most_units=2, most_samples=2, activations=("linear",)))
def test_polynomial_networks_agree_with_sympy_identically(net: Net) -> None:
    solution = unchecked(net)
    total = solution["E_total"].sympy(expanded=True)
    for name in independent.parameters(net):
        gradient = solution[f"dE_total/d{name}"].sympy(expanded=True)
        assert sympy.expand(sympy.diff(total, sympy.Symbol(name)) - gradient) == 0


@settings(max_examples=5)
@given(nets(most_hidden=1, most_units=2, most_samples=3))
def test_the_whole_of_solve(net: Net) -> None:
    """With its own checks, as users call it."""
    solution = solve(network_of(net))
    assert all(made.passed for made in solution.report.checks if made.kind != "digits")
    kinds = {made.kind for made in solution.report.checks}
    assert kinds >= {"local_derivatives", "forms", "direct", "floats"}

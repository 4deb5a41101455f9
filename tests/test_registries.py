"""Each entry of the tables of activations, losses and update rules; a new entry joins by itself."""

from __future__ import annotations

import json
from fractions import Fraction

import mpmath
import pytest

from symback import calculus
from symback.activations import ACTIVATIONS, Activation
from symback.api import solve
from symback.expression import Expression, Name, Number, exp, log, names, substitute
from symback.grammar import parse as parse_formula
from symback.losses import LOSSES, Loss
from symback.network import Network, parse
from symback.prover import prove
from symback.schedules import SCHEDULES, Schedule
from symback.solution import Solution
from symback.update_rules import UPDATE_RULES, Setting, State, UpdateRule
from tests.independent import Numeric, mpf, value

X, Y = Name("x"), Name("y")

NEWCOMERS = [
    Activation("newcomer", log(1 + exp(X)), 1 / (1 + exp(-X)), synonyms=("arrival",)),
    Activation("newcomer", X / (1 + exp(-X)), 1 / (1 + exp(-X)) + Y * (1 - 1 / (1 + exp(-X)))),
    Activation("newcomer", X**3 / 3 + X, X**2 + 1),
]
"""Functions as a newcomer may add them: softplus, silu, a polynomial; one entry of the table each."""


def network(activation: str, loss: str = "half_squared_error", update: str = "") -> Network:
    """A 2-2-2 network that uses an entry in both layers, with two samples."""
    text = f"""
    loss = "{loss}"
    reduction = "mean"
    samples = [
      {{ inputs = {{ i1 = 0.5, i2 = -0.25 }}, targets = {{ o1 = 1, o2 = 0 }} }},
      {{ inputs = {{ i1 = 1, i2 = 0.75 }}, targets = {{ o1 = 0, o2 = 1 }} }},
    ]
    [[layers]]
    units = ["h1", "h2"]
    activation = "{activation}"
    weights = [[0.3, 0.4], [0.2, -0.6]]
    biases = [0.7, 0.1]
    [[layers]]
    units = ["o1", "o2"]
    activation = "{activation}"
    weights = [[0.8, 0.15], [-0.35, 0.45]]
    biases = [0.1, 0.9]
    [update]
    learning_rate = 0.1
    {update}
    """
    return parse(text, "registry.toml")


def works_everywhere(solution: Solution) -> None:
    """Checks, numbers, and every format."""
    for made in solution.report.checks:
        assert made.passed, made
    quantities = json.loads(solution.to_json())["quantities"]
    known = {name for quantity in quantities for name in (quantity["name"], *quantity["names"])}
    for quantity in quantities:
        assert quantity["proven"], quantity["name"]
        assert quantity["latex"]
        if quantity["formula"] is not None:
            own = solution.graph[quantity["name"]].formula
            assert prove(parse_formula(quantity["formula"], known), own or Number(Fraction(0)))
    error = solution["E_total"].number
    assert error is not None
    for text in (solution.to_markdown(), solution.to_markdown("dollar"), solution.to_latex()):
        assert error.shown in text


# --- activations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)
def test_textbook_derivatives_of_activations(entry: Activation) -> None:
    """Proven equal to what SymPy differentiates, and numerically a difference quotient away from a kink."""
    check_derivative(entry)


def check_derivative(entry: Activation) -> None:
    assert set(names(entry.formula)) == {"x"}
    assert set(names(entry.derivative)) <= {"x", "y"}
    written = substitute(entry.derivative, {"y": entry.formula})
    assert prove(written, calculus.derivative(entry.formula, "x"))
    kink = None if entry.kink is None else value(entry.kink, {})
    with mpmath.workdps(50):
        for point in ("-3.7", "-1", "-0.3", "0.001", "0.5", "2", "6.25"):
            if kink is not None and abs(mpf(kink) - mpmath.mpf(point)) < 1e-6:
                continue
            x = Fraction(point)
            assert_close(value(written, {"x": x}), quotient(entry.formula, x, "x"))


def quotient(formula: Expression, x: Fraction, name: str, **others: Fraction) -> mpmath.mpf:
    """A central difference with a step of 10^-15."""
    width = Fraction(1, 10**15)
    above, below = (value(formula, {name: x + sign * width, **others}) for sign in (1, -1))
    return (mpf(above) - mpf(below)) / (2 * mpf(width))


def assert_close(found: Numeric, right: mpmath.mpf) -> None:
    assert abs(mpf(found) - right) < mpmath.mpf(10) ** -25 * max(1, abs(right))


@pytest.mark.parametrize(
    "entry", [entry for entry in ACTIVATIONS if entry.kink is not None], ids=lambda entry: entry.name
)
def test_the_left_derivative_is_taken_at_a_kink(entry: Activation) -> None:
    assert entry.kink is not None
    kink = value(entry.kink, {})
    assert isinstance(kink, Fraction)
    with mpmath.workdps(50):
        width = Fraction(1, 10**15)
        left = mpf(value(entry.formula, {"x": kink})) - mpf(value(entry.formula, {"x": kink - width}))
        written = substitute(entry.derivative, {"y": entry.formula})
        found = value(written, {"x": kink})
        assert abs(mpf(found) - left / mpf(width)) < 1e-12
        right = mpf(value(entry.formula, {"x": kink + width})) - mpf(value(entry.formula, {"x": kink}))
        assert abs(left - right) / mpf(width) > 1e-3, "there is no kink"


@pytest.mark.parametrize("name", ACTIVATIONS.names())
def test_a_network_with_each_activation(name: str) -> None:
    """Under all its names."""
    made = network(name)
    assert {layer.activation for layer in made.layers} == {ACTIVATIONS[name].name}
    works_everywhere(solve(made))


@pytest.mark.parametrize("entry", NEWCOMERS, ids=["softplus", "silu", "cubic"])
def test_a_newcomer_adds_an_activation_by_one_entry(
    entry: Activation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is changed, and everything works: file, derivation, proofs, floats, digits, documents."""
    monkeypatch.setattr(ACTIVATIONS, "_entries", dict(ACTIVATIONS._entries))
    monkeypatch.setattr(ACTIVATIONS, "_synonyms", dict(ACTIVATIONS._synonyms))
    ACTIVATIONS.add(entry)
    check_derivative(entry)
    for name in (entry.name, *entry.synonyms):
        solution = solve(network(name), digits=15, rounds=[3])
        works_everywhere(solution)
        assert solution["dout_h1[1]/dnet_h1[1]"].steps
    x = Fraction(solution["net_h1[1]"].value or "0")
    with mpmath.workdps(50):
        right = value(entry.formula, {"x": x})
        assert abs(mpf(right) - mpmath.mpf(solution["out_h1[1]"].value)) < mpmath.mpf("1e-14")


@pytest.mark.parametrize("wrong", [Y * (1 + Y), 1 - Y, -Y * (1 - Y)])
def test_a_newcomer_with_a_wrong_derivative_is_refused_by_the_checks(
    wrong: Expression, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ACTIVATIONS, "_entries", dict(ACTIVATIONS._entries))
    monkeypatch.setattr(ACTIVATIONS, "_synonyms", dict(ACTIVATIONS._synonyms))
    entry = ACTIVATIONS.add(Activation("newcomer", 1 / (1 + exp(-X)), wrong))
    with pytest.raises(AssertionError):
        check_derivative(entry)
    report = solve(network("newcomer")).report
    assert {made.kind for made in report.checks if not made.passed} == {
        "local_derivatives",
        "direct",
        "floats",
    }


def test_newcomers_are_gone_again() -> None:
    assert "newcomer" not in ACTIVATIONS
    assert "arrival" not in ACTIVATIONS


# --- losses and update rules --------------------------------------------------------------------------


@pytest.mark.parametrize("entry", LOSSES, ids=lambda entry: entry.name)
def test_textbook_derivatives_of_losses(entry: Loss) -> None:
    assert set(names(entry.term)) <= {"target", "output"}
    assert prove(entry.derivative, calculus.derivative(entry.term, "output"))
    with mpmath.workdps(50):
        for target, output in (("0", "0.3"), ("1", "0.3"), ("0.25", "0.9"), ("1", "0.125")):
            t, o = Fraction(target), Fraction(output)
            found = value(entry.derivative, {"target": t, "output": o})
            assert_close(found, quotient(entry.term, o, "output", target=t))


@pytest.mark.parametrize("name", LOSSES.names())
def test_a_network_with_each_loss(name: str) -> None:
    works_everywhere(solve(network("logistic", loss=name)))


@pytest.mark.parametrize("entry", UPDATE_RULES, ids=lambda entry: entry.name)
def test_a_network_with_each_update_rule(entry: UpdateRule) -> None:
    """Formulas name what they may; every document tells of the rule; its numbers are tested elsewhere."""
    known = {"parameter", "gradient", "eta", "updates+", *(setting.name for setting in entry.settings)}
    for state in entry.states:
        known |= {state.name} if state.is_remembered else set()
        assert set(names(state.formula)) <= known
        known.add(state.after.name)
    assert set(names(entry.formula)) <= known
    works_everywhere(solve(network("logistic", update=f'rule = "{entry.name}"\n{missing(entry)}')))


@pytest.mark.parametrize("entry", SCHEDULES, ids=lambda entry: entry.name)
def test_a_network_with_each_schedule(entry: Schedule) -> None:
    if entry.formula is not None:
        settings = {setting.name for setting in entry.settings}
        assert set(names(entry.formula)) <= {"eta", "eta_0", "updates+", *settings}
    works_everywhere(solve(network("logistic", update=f'schedule = "{entry.name}"\n{missing(entry)}')))


def missing(entry: UpdateRule | Schedule) -> str:
    """Settings that have no default."""
    wanted = [setting for setting in entry.settings if not setting.default]
    return "\n".join(f"{setting.key} = {2 if setting.is_count else 0.5}" for setting in wanted)


def test_a_newcomer_adds_an_update_rule_by_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The running mean of the gradients, not corrected: the example of CONTRIBUTING.md."""
    monkeypatch.setattr(UPDATE_RULES, "_entries", dict(UPDATE_RULES._entries))
    beta = Name("beta_1")
    mean = State("mean", beta * Name("mean") + (1 - beta) * Name("gradient"))
    settings = (Setting("beta1", beta.name, "0.9"),)
    UPDATE_RULES.add(UpdateRule("averaged", Name("parameter") - Name("eta") * mean.after, (mean,), settings))
    averaged = solve(network("tanh", update='rule = "averaged"\nbeta1 = 0.75'))
    works_everywhere(averaged)
    states = ("", "+", "@2", "@3")
    gradients, means, weights = (
        [
            Fraction(averaged[name + state].value or "")
            for state in states
            if f"{name}{state}" in averaged.graph
        ]
        for name in ("dE_total/dw1", "mean_w1", "w1")
    )
    for step in range(3):
        expected = Fraction(3, 4) * means[step] + Fraction(1, 4) * gradients[step]
        assert abs(means[step + 1] - expected) < Fraction(1, 10**8)
        assert abs(weights[step + 1] - (weights[step] - means[step + 1] / 10)) < Fraction(1, 10**8)


def test_a_newcomer_adds_a_loss_by_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The squared error without the half, over outputs that add up."""
    monkeypatch.setattr(LOSSES, "_entries", dict(LOSSES._entries))
    monkeypatch.setattr(LOSSES, "_synonyms", dict(LOSSES._synonyms))
    target, output = Name("target"), Name("output")
    LOSSES.add(Loss("newcomer", (target - output) ** 2, -(2 * (target - output))))
    doubled, usual = solve(network("tanh", loss="newcomer")), solve(network("tanh"))
    works_everywhere(doubled)
    for name in ("E_total", "dE_total/dw1", "dE_total/dw5"):
        first, second = doubled[name].value, usual[name].value
        assert abs(Fraction(first or "0") - 2 * Fraction(second or "0")) <= Fraction(2, 10**9)

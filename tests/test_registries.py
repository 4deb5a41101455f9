"""Each entry of the tables of activations, losses and update rules; a new entry joins by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction

import mpmath
import pytest

from symback import calculus
from symback.activations import ACTIVATIONS, Activation, own_activation
from symback.api import solve
from symback.expression import ZERO, Expression, Name, Number, add, exp, log, names, substitute
from symback.grammar import FormulaError
from symback.grammar import parse as parse_formula
from symback.layers import LAYERS
from symback.losses import LOSSES, Loss
from symback.network import Network, parse
from symback.prover import prove
from symback.schedules import SCHEDULES, Schedule
from symback.solution import Solution
from symback.steps import steps
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
    """A 2-2-2 network that uses an entry in both layers, with two samples.

    The last layer has an activation that the loss needs, and there are targets where it has some.
    """
    needs, has_targets = LOSSES[loss].needs, LOSSES[loss].has_targets
    last = needs[0] if needs and activation not in needs else activation
    low = 0 if LOSSES[loss].targets.fit(0) else -1
    first, second = (
        f", targets = {{ o1 = {one}, o2 = {two} }}" if has_targets else ""
        for one, two in ((1, low), (low, 1))
    )
    text = f"""
    loss = "{loss}"
    reduction = "mean"
    samples = [
      {{ inputs = {{ i1 = 0.5, i2 = -0.25 }}{first} }},
      {{ inputs = {{ i1 = 1, i2 = 0.75 }}{second} }},
    ]
    [[layers]]
    units = ["h1", "h2"]
    activation = "{activation}"
    weights = [[0.3, 0.4], [0.2, -0.6]]
    biases = [0.7, 0.1]
    [[layers]]
    units = ["o1", "o2"]
    activation = "{last}"
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

UNITS = (X, Name("x2"), Name("x3"))
"""The net inputs of a layer of three units, for entries whose units are coupled."""
PLACES = {"x": Fraction("0.4"), "x2": Fraction("-1.3"), "x3": Fraction("0.9")}


def written_out(entry: Activation, argument: Expression = X) -> Expression:
    """The value of one unit as a formula in the net inputs alone."""
    formula = substitute(entry.formula, {"x": argument})
    return substitute(formula, totals(entry.summand, "x", UNITS))


def totals(summand: Expression | None, name: str, places: tuple[Name, ...]) -> dict[str, Expression]:
    """What stands for `total`."""
    return {} if summand is None else {"total": add([substitute(summand, {name: one}) for one in places])}


def constants(entry: Activation | Loss, shift: str = "0") -> dict[str, Fraction]:
    """The settings of an entry at their default values, or beside them."""
    return {name: Fraction(default) + Fraction(shift) for name, default in entry.settings}


@pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)
def test_textbook_derivatives_of_activations(entry: Activation) -> None:
    """Proven equal to what SymPy differentiates, and numerically a difference quotient away from a kink."""
    check_derivative(entry)


def check_derivative(entry: Activation) -> None:
    shared = {"total"} if entry.summand is not None else set()
    assert set(names(entry.formula)) == {"x", *constants(entry), *shared}
    assert entry.derivative is not None
    assert set(names(entry.derivative)) <= {"x", "y", *constants(entry), *shared}
    own = written_out(entry)
    slope = substitute(entry.derivative, {"y": own, **totals(entry.summand, "x", UNITS)})
    assert prove(slope, calculus.derivative(own, "x"))
    kink = None if entry.kink is None else value(entry.kink, {})
    with mpmath.workdps(50):
        for point in ("-3.7", "-1", "-0.3", "0.001", "0.5", "2", "6.25"):
            if kink is not None and abs(mpf(kink) - mpmath.mpf(point)) < 1e-6:
                continue
            for shift in ("0", "0.5"):
                given = {**PLACES, **constants(entry, shift), "x": Fraction(point)}
                assert_close(value(slope, given), quotient(own, "x", given))


@pytest.mark.parametrize(
    "entry", [entry for entry in ACTIVATIONS if entry.summand is not None], ids=lambda entry: entry.name
)
def test_the_derivative_by_another_unit(entry: Activation) -> None:
    assert entry.cross is not None
    assert set(names(entry.cross)) <= {"x", "y", "other", "total", *constants(entry)}
    own, another = written_out(entry), written_out(entry, UNITS[1])
    cross = substitute(entry.cross, {"y": own, "other": another, **totals(entry.summand, "x", UNITS)})
    assert prove(cross, calculus.derivative(own, "x2"))
    with mpmath.workdps(50):
        given = {**PLACES, **constants(entry)}
        assert_close(value(cross, given), quotient(own, "x2", given))


def softmax(x: mpmath.mpf) -> mpmath.mpf:
    scores = [mpmath.exp(x), *(mpmath.exp(mpf(PLACES[name])) for name in ("x2", "x3"))]
    return scores[0] / mpmath.fsum(scores)


KNOWN: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "gelu_tanh": lambda x: (
        x / (1 + mpmath.exp(-mpmath.sqrt(8 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)))
    ),
    "linear": lambda x: x,
    "softmax": softmax,
}
"""What the functions of the contract are, in other forms."""


@pytest.mark.parametrize("name", KNOWN)
def test_activations_are_what_their_names_say(name: str) -> None:
    entry = ACTIVATIONS[name]
    with mpmath.workdps(50):
        for point in ("-6.25", "-1", "-0.3", "0", "0.001", "0.5", "7"):
            given = {**PLACES, **constants(entry), "x": Fraction(point)}
            assert_close(value(written_out(entry), given), KNOWN[name](mpf(Fraction(point))))


def test_synonyms_and_settings_are_those_of_the_contract() -> None:
    assert ACTIVATIONS["sigmoid"].name == "logistic"
    assert ACTIVATIONS["swish"].name == "silu"
    assert ACTIVATIONS["identity"].name == "linear"
    assert ACTIVATIONS["leaky_relu"].settings == (("slope", "0.01"),)
    assert ACTIVATIONS["elu"].settings == (("alpha", "1"),)
    assert LOSSES["categorical_cross_entropy"].name == "cross_entropy"
    assert LOSSES["categorical_cross_entropy_from_logits"].name == "cross_entropy_from_logits"
    assert LOSSES["huber"].settings == (("huber_delta", "1"),)
    assert [entry.name for entry in LOSSES if not entry.has_targets] == ["output_sum"]
    assert all(ACTIVATIONS[name] for entry in LOSSES for name in entry.needs)


OWN = {
    "x*logistic(x)": lambda x: x / (1 + mpmath.exp(-x)),
    "x^2/(1 + abs(x))": lambda x: x**2 / (1 + abs(x)),
    "max(x, x/10)": lambda x: max(x, x / 10),
    "sqrt(x^2 + pi) - relu(-x)": lambda x: mpmath.sqrt(x**2 + mpmath.pi) - max(-x, 0),
    "2^x": lambda x: mpmath.mpf(2) ** x,
    "cases(x > 1, softplus(x), erf(x))": lambda x: mpmath.log(1 + mpmath.exp(x)) if x > 1 else mpmath.erf(x),
}


@pytest.mark.parametrize("text", OWN)
def test_a_formula_of_ones_own(text: str) -> None:
    """Its derivative by SymPy and by hand is that of the function."""
    entry = own_activation(text)
    assert (entry.name, entry.derivative, entry.settings) == (text, None, ())
    by_sympy, by_hand = calculus.derivative(entry.formula, "x"), steps(entry.formula, "x")[-1].expression
    assert prove(by_sympy, by_hand)
    with mpmath.workdps(50):
        for point in ("-2.5", "-0.125", "0.75", "3"):
            x = Fraction(point)
            assert_close(value(entry.formula, {"x": x}), OWN[text](mpf(x)))
            assert_close(value(by_sympy, {"x": x}), quotient(entry.formula, "x", {"x": x}))


@pytest.mark.parametrize(
    ("text", "column", "allowed"),
    [
        ("x*y", 3, "no other name than x"),
        ("1/2", 1, "a formula in x"),
        ("x + floor(x)", 5, "a function that has a derivative"),
        ("sin(x)", 1, "a function (exp, log"),
        ("x*", 3, "a number"),
        ("silu(" * 30 + "x" + ")" * 30, 1, "at most 400 parts"),
        ("__import__('os')", 1, "a number"),
    ],
)
def test_what_is_no_activation(text: str, column: int, allowed: str) -> None:
    with pytest.raises(FormulaError) as caught:
        own_activation(text)
    assert caught.value.column == column
    assert allowed in caught.value.allowed


def quotient(formula: Expression, name: str, given: Mapping[str, Fraction]) -> mpmath.mpf:
    """A central difference with a step of 10^-15, by one of the given numbers."""
    width = Fraction(1, 10**15)
    above, below = (value(formula, {**given, name: given[name] + sign * width}) for sign in (1, -1))
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
        given = constants(entry, "0.5")
        below, here, above = (
            mpf(value(entry.formula, {**given, "x": kink + sign * width})) for sign in (-1, 0, 1)
        )
        left, right = here - below, above - here
        assert entry.derivative is not None
        written = substitute(entry.derivative, {"y": entry.formula})
        found = value(written, {**given, "x": kink})
        assert abs(mpf(found) - left / mpf(width)) < 1e-12
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


OUTPUTS = (Name("output"), Name("other"), Name("output3"))
"""Three outputs, for losses whose outputs are coupled."""


def term(entry: Loss) -> Expression:
    """The error of the first output as a formula in targets, outputs and settings alone."""
    return substitute(entry.term, totals(entry.summand, "output", OUTPUTS))


POINTS = [("0", "0.3"), ("1", "0.3"), ("0.25", "0.9"), ("1", "0.125")]
ANYWHERE = [("3", "0.5"), ("-1", "2.5"), ("-1", "-2.5"), ("1", "-0.5")]
"""Targets and outputs, also such as no probability can be."""


@pytest.mark.parametrize("entry", LOSSES, ids=lambda entry: entry.name)
def test_textbook_derivatives_of_losses(entry: Loss) -> None:
    """Proven equal to what SymPy differentiates, and numerically a difference quotient."""
    allowed = {"output", *constants(entry), "share"}
    allowed |= {"target"} if entry.has_targets else set()
    allowed |= {"total"} if entry.summand is not None else set()
    assert set(names(entry.term)) <= allowed
    assert set(names(entry.derivative)) <= allowed
    whole = totals(entry.summand, "output", OUTPUTS)
    slope = substitute(entry.derivative, whole)
    assert prove(slope, calculus.derivative(term(entry), "output"))
    others = {"share": Fraction(1, 3), "other": Fraction(-2), "output3": Fraction("0.7"), **constants(entry)}
    cross = ZERO if entry.cross is None else substitute(entry.cross, whole)
    assert (entry.cross is None) == (entry.summand is None)
    assert prove(cross, calculus.derivative(term(entry), "other"))
    with mpmath.workdps(50):
        for target, output in POINTS if "logistic" in entry.needs else POINTS + ANYWHERE:
            given = {**others, "target": Fraction(target), "output": Fraction(output)}
            assert_close(value(slope, given), quotient(term(entry), "output", given))
            assert_close(value(cross, given), quotient(term(entry), "other", given))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("absolute_error", {"target": "0.5", "output": "0.5"}, 0),
        ("huber", {"target": "1.5", "output": "0.5", "huber_delta": "1"}, -1),
        ("huber", {"target": "0.5", "output": "0.5", "huber_delta": "1"}, 0),
        ("hinge", {"target": "-1", "output": "-1"}, 0),
        ("hinge", {"target": "1", "output": "1"}, 0),
    ],
)
def test_losses_at_their_kinks(name: str, given: dict[str, str], expected: int) -> None:
    """By the contract; the derivative that SymPy takes agrees."""
    numbers = {key: Fraction(text) for key, text in given.items()}
    entry = LOSSES[name]
    assert value(entry.derivative, numbers) == expected
    assert value(calculus.derivative(entry.term, "output"), numbers) == expected


SQUARES: dict[str, int] = {"half_squared_error": 2, "squared_error": 1, "mean_squared_error": 3}
LOSS_VALUES: dict[str, Callable[[mpmath.mpf, mpmath.mpf], mpmath.mpf]] = {
    **{name: lambda t, o, part=part: (o - t) ** 2 / part for name, part in SQUARES.items()},
    "absolute_error": lambda t, o: abs(o - t),
    "huber": lambda t, o: (o - t) ** 2 / 2 if abs(o - t) < 1 else abs(o - t) - mpmath.mpf(1) / 2,
    "binary_cross_entropy": lambda t, o: -mpmath.log(o**t * (1 - o) ** (1 - t)),
    "cross_entropy": lambda t, o: -mpmath.log(o**t),
    "binary_cross_entropy_from_logits": lambda t, o: mpmath.log1p(mpmath.exp(o)) - t * o,
    "cross_entropy_from_logits": lambda t, o: (
        t * (mpmath.log(mpmath.exp(o) + mpmath.exp(-2) + mpmath.exp(mpmath.mpf("0.7"))) - o)
    ),
    "hinge": lambda t, o: 1 - t * o if t * o < 1 else mpmath.mpf(0),
    "output_sum": lambda t, o: o,
}
"""The losses of the contract in other forms; of three outputs the others are -2 and 0.7."""


@pytest.mark.parametrize("name", LOSS_VALUES)
def test_losses_are_what_their_names_say(name: str) -> None:
    entry = LOSSES[name]
    others = {"share": Fraction(1, 3), "other": Fraction(-2), "output3": Fraction("0.7"), **constants(entry)}
    with mpmath.workdps(50):
        for target, output in POINTS if "logistic" in entry.needs else POINTS + ANYWHERE:
            t, o = Fraction(target), Fraction(output)
            found = value(term(entry), {**others, "target": t, "output": o})
            assert_close(found, LOSS_VALUES[name](mpf(t), mpf(o)))


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


def test_each_type_of_layer_is_found_by_its_own_name() -> None:
    assert [layer.kind for layer in LAYERS.values()] == list(LAYERS)
    assert "perceptron" not in LAYERS


def test_only_the_types_of_layers_that_a_network_has_are_loaded() -> None:
    program = "import sys, symback; symback.load('mazur'); print([n for n in sys.modules if '.layers.' in n])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "symback.layers.dense" in shown
    assert "symback.layers.attention" not in shown

"""Training against mpmath, Fraction and the certified table of the classic net."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from symback.errors import EvaluationError, RequestError
from symback.evaluation import Evaluation, Rounding, Value, evaluate
from symback.expression import Cases, Expression, Name, Number, exp, log
from symback.graph import Graph
from symback.training import MOST_ROUNDS, compile_step, trained_parameters
from tests.small_nets import NUMBERS, Typed, after_rounds, decimal, graph_of, two_two_two, typed

W = Name("w")
ZERO = Number(Fraction(0))


def trained(formula: Expression, rounds: list[int], w: str, digits: int = 9) -> Evaluation:
    return evaluate(one_parameter(formula, rounds), typed(w=w, x="0.3"), Rounding(digits))


def one_parameter(formula: Expression, rounds: list[int]) -> Graph:
    more = after_rounds(["w", "E_total"], rounds)
    return graph_of(["w", "x"], {"E_total": W * Name("x"), "w+": formula}, *more)


def value(evaluation: Evaluation, name: str) -> Value:
    found = evaluation[name]
    assert found is not None
    return found


# Certified with 300-bit balls by another program: every digit holds.
CLASSIC = {
    "E_total@1": "0.29102777369359935087",
    "out_o1@1": "0.74208811119078244918",
    "out_o2@1": "0.77528496829445951657",
    "E_total@9999": "0.000035108548122512804332",
    "out_o1@9999": "0.015914185034957116069",
    "out_o2@9999": "0.98406371230335701263",
    "E_total@10000": "0.000035101877829788458742",
    "out_o1@10000": "0.015913620443550626595",
    "out_o2@10000": "0.98406427351462375687",
}


def test_the_closing_numbers_of_the_classic_net() -> None:
    seen: list[int] = []
    graph = two_two_two([1, 9999, 10000])
    evaluation = evaluate(graph, typed(**NUMBERS), Rounding(18), seen.append)
    for name, expected in CLASSIC.items():
        found = value(evaluation, name)
        assert found.text == decimal(round(Fraction(expected) * 10**18), 18)
        assert found.proven
        assert found.exact is None
    assert evaluation["E_total@1"] == evaluation["E_total+"]
    assert evaluation["w5@1"] == evaluation["w5+"]
    assert seen == list(range(100, 10001, 100))
    nine = evaluate(graph, typed(**NUMBERS), Rounding())
    assert value(nine, "E_total@10000").shown == "0.0000351019"


def independent_training(rounds: int) -> list[mpmath.mpf]:
    """The weights of the classic net after some rounds, by matrices in mpmath."""
    n = {name: mpmath.mpf(text) for name, text in NUMBERS.items()}
    w = [n[f"w{place}"] for place in range(1, 9)]
    for _ in range(rounds):
        hidden = [1 / (1 + mpmath.exp(-(w[k] * n["i1"] + w[k + 1] * n["i2"] + n["b1"]))) for k in (0, 2)]
        outputs = [1 / (1 + mpmath.exp(-(w[k] * hidden[0] + w[k + 1] * hidden[1] + n["b2"]))) for k in (4, 6)]
        errors = [
            (out - n[target]) * out * (1 - out)
            for out, target in zip(outputs, ("target_o1", "target_o2"), strict=True)
        ]
        back = [(errors[0] * w[4 + k] + errors[1] * w[6 + k]) * hidden[k] * (1 - hidden[k]) for k in (0, 1)]
        slopes = [
            *(back[k] * n[i] for k in (0, 1) for i in ("i1", "i2")),
            *(error * h for error in errors for h in hidden),
        ]
        w = [old - n["eta"] * slope for old, slope in zip(w, slopes, strict=True)]
    return w


@pytest.mark.parametrize("digits", [9, 30])
def test_weights_after_some_rounds(digits: int) -> None:
    evaluation = evaluate(two_two_two([0, 3, 50]), typed(**NUMBERS), Rounding(digits))
    with mpmath.workdps(60):
        for rounds in (0, 3, 50):
            for place, weight in enumerate(independent_training(rounds), 1):
                expected = mpmath.nint(weight * mpmath.mpf(10) ** digits)
                text = value(evaluation, f"w{place}@{rounds}").text
                assert int(text.replace(".", "")) == int(expected)


@pytest.mark.parametrize("rounds", [2, 10, 60, 300])
def test_fractions_while_short_then_balls(rounds: int) -> None:
    evaluation = trained(W * Number(Fraction("0.99")) - Number(Fraction(1, 7)), [1, rounds], "0.5")
    w = Fraction(1, 2)
    for _ in range(rounds):
        w = w * Fraction("0.99") - Fraction(1, 7)
    found = value(evaluation, f"w@{rounds}")
    assert int(found.text.replace(".", "")) == round(w * 10**9)
    assert found.proven
    assert found.exact is None
    assert value(evaluation, "w@1").exact == Fraction(1, 2) * Fraction("0.99") - Fraction(1, 7)


def test_an_exact_tie_after_many_rounds_is_decided_as_a_fraction() -> None:
    # w alternates between 1.5e-9 and -1.5e-9: a tie that no ball decides
    evaluation = trained(-W, [999, 1000], "0.0000000015")
    assert value(evaluation, "w@999").text == "-0.000000002"
    assert value(evaluation, "w@1000").text == "0.000000002"


def test_a_tie_of_balls_after_training() -> None:
    balls = (W * (1 + exp(Name("x")))) / (1 + exp(Name("x")))
    found = value(trained(balls, [3], "0.0000000025"), "w@3")
    assert (found.text, found.proven) == ("0.00000000", False)


def test_a_kink_marks_what_follows_it() -> None:
    # relu of a zero that only balls show, in the first round only
    zero = (W - 1) * exp(Name("x")) - (W - 1) * exp(Name("x"))
    formulas = {
        "E_total": W * 2,
        "v+": Name("v") + Number(Fraction(1, 2)),
        "w+": W + Cases(zero, ZERO, Number(Fraction(1)), ZERO) + 1,
    }
    graph = graph_of(["w", "v", "x"], formulas, *after_rounds(["w", "v", "E_total"], [0, 2]))
    evaluation = evaluate(graph, typed(w="3", v="1", x="0.3"), Rounding(3))
    expected = {
        "w@0": ("3.000", True), "v@0": ("1.000", True), "E_total@0": ("6.000", True),
        "w@2": ("5.000", False), "v@2": ("2.000", True), "E_total@2": ("10.000", False),
        "w+": ("4.000", False), "v+": ("1.500", True),
    }  # fmt: skip
    for name, (text, proven) in expected.items():
        assert (value(evaluation, name).text, value(evaluation, name).proven) == (text, proven)


def test_logarithms_are_trained_too() -> None:
    graph = one_parameter(W / 2, [1, 5, 3000])
    numbers = {"w": Typed(2 * log(Number(Fraction(3)))), **typed(x="1")}
    evaluation = evaluate(graph, numbers, Rounding(12))
    with mpmath.workdps(40):
        for rounds, number in ((1, mpmath.log(3)), (5, mpmath.log(3) / 16)):
            expected = decimal(int(mpmath.nint(number * 10**12)), 12)
            assert value(evaluation, f"w@{rounds}").text == expected
    assert value(evaluation, "w@3000").text == "0.000000000000"


def test_relu_training_stays_exact() -> None:
    relu = Cases(W, ZERO, W - Number(Fraction(1, 4)), W)
    evaluation = trained(relu, [1, 3, 4, 50], "0.75")
    assert [value(evaluation, f"w@{n}").text for n in (1, 3, 4, 50)] == [
        "0.500000000", "0.000000000", "0.000000000", "0.000000000",
    ]  # fmt: skip
    assert all(value(evaluation, f"w@{n}").proven for n in (1, 3, 4, 50))


def test_all_parameters_are_updated_at_once() -> None:
    formulas = {"E_total": W, "w+": Name("v"), "v+": W + Name("v")}
    graph = graph_of(["w", "v"], formulas, *after_rounds(["w", "v"], [10]))
    evaluation = evaluate(graph, typed(w="0", v="1"), Rounding(1))
    assert (value(evaluation, "w@10").text, value(evaluation, "v@10").text) == ("55.0", "89.0")


def test_lost_digits_come_back_with_more_bits() -> None:
    # the error of a ball grows by a factor of 4 a round: 200 rounds need more than 400 bits
    chaos = 4 * W * (1 - W) + 0 * exp(Name("x"))
    evaluation = trained(chaos, [200], "0.3")
    with mpmath.workdps(400):
        w = mpmath.mpf("0.3")
        for _ in range(200):
            w = 4 * w * (1 - w)
        assert int(value(evaluation, "w@200").text.replace(".", "")) == int(mpmath.nint(w * 10**9))
    assert evaluation.precision > 400


@pytest.mark.parametrize(("formula", "w"), [(W * W, "2"), (-W * W * exp(ZERO), "-2"), (W * W * W, "1.5")])
def test_divergence_names_parameter_and_round(formula: Expression, w: str) -> None:
    power = {"2": 2, "-2": 2, "1.5": 3}[w]
    first = next(n for n in range(1, 99) if mpmath.log(abs(mpmath.mpf(w)), 2) * power**n > 20_000)
    with pytest.raises(EvaluationError, match=rf"diverges: in round {first} the parameter w .*learning rate"):
        trained(formula, [1000], w)


def test_divergence_in_carried_rounding() -> None:
    with pytest.raises(EvaluationError, match="diverges: in round 15 the parameter w"):
        evaluate(one_parameter(W * W, [1000]), typed(w="2", x="1"), Rounding(carry=2))


def test_lost_digits_are_refused_in_the_end() -> None:
    rest = (W - 5) * exp(Name("x"))
    with pytest.raises(
        EvaluationError,
        match=r"^w has no value that could be proven: .* lost in round 3, even with 4096 bits",
    ):
        trained(W + rest / rest, [5], "3")


def test_a_value_that_does_not_exist_names_the_round() -> None:
    with pytest.raises(EvaluationError, match=r"In round 3: w\+ has no value: it divides by 0"):
        trained(W + (W - 5) / (W - 5), [5], "3")


def test_limits() -> None:
    with pytest.raises(RequestError, match="10,000,000"):
        trained(W, [MOST_ROUNDS + 1], "1")
    with pytest.raises(RequestError, match=r"no \[update\]"):
        compile_step(graph_of(["w"], {"E_total": W}), ["w"])
    with pytest.raises(RequestError, match=r"no \[update\]"):
        evaluate(graph_of(["w"], {}, *after_rounds(["w"], [2])), typed(w="1"), Rounding())


def test_symbolic_networks_are_not_trained() -> None:
    graph = one_parameter(W / 2, [4])
    evaluation = evaluate(graph, {"w": Typed(None), **typed(x="1")}, Rounding())
    assert evaluation["w@4"] is None
    assert evaluation["E_total@4"] is None


def test_which_parameters_are_trained() -> None:
    assert trained_parameters(two_two_two()) == tuple(f"w{place}" for place in range(1, 9))

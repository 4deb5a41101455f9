"""Values of small graphs against mpmath, Fraction and Decimal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import mpmath
import pytest
from flint import ctx
from hypothesis import given as cases
from hypothesis import strategies as st

from symback.errors import EvaluationError, RequestError, UnknownName
from symback.evaluation import Evaluation, Rounding, Value, compile_graph, evaluate
from symback.expression import Cases, Expression, Name, Number, exp, log, tanh
from symback.graph import Graph, Quantity, Role, Rule
from tests.small_nets import NUMBERS, Typed, computed, decimal, given, graph_of, two_two_two, typed

X = Name("x")
ZERO = Number(Fraction(0))
LOGISTIC = 1 / (1 + exp(-X))
# Mathematically 5e-10 and 0, but only balls can say so.
TIE = (1 + exp(X)) * Number(Fraction(5, 10**10)) / (1 + exp(X))
NOTHING = (1 + exp(X)) - (1 + exp(X))


def value_of(formula: Expression, x: str = "0.3", rounding: Rounding | None = None) -> Value:
    found = evaluate(graph_of(["x"], {"y": formula}), typed(x=x), rounding or Rounding())["y"]
    assert found is not None
    return found


def shown(evaluation: Evaluation, name: str) -> str:
    value = evaluation[name]
    assert value is not None
    return value.text


# --- the 2-2-2 net ------------------------------------------------------------------------------------


def independent_net() -> dict[str, mpmath.mpf]:
    """The classic net from its definition, with the derivatives by difference quotients of 60 digits."""
    start = {name: mpmath.mpf(text) for name, text in NUMBERS.items()}

    def forward(p: dict[str, mpmath.mpf]) -> dict[str, mpmath.mpf]:
        def logistic(x: mpmath.mpf) -> mpmath.mpf:
            return 1 / (1 + mpmath.exp(-x))

        out_h1 = logistic(p["w1"] * p["i1"] + p["w2"] * p["i2"] + p["b1"])
        out_h2 = logistic(p["w3"] * p["i1"] + p["w4"] * p["i2"] + p["b1"])
        out_o1 = logistic(p["w5"] * out_h1 + p["w6"] * out_h2 + p["b2"])
        out_o2 = logistic(p["w7"] * out_h1 + p["w8"] * out_h2 + p["b2"])
        error = (p["target_o1"] - out_o1) ** 2 / 2 + (p["target_o2"] - out_o2) ** 2 / 2
        return {"out_h1": out_h1, "out_h2": out_h2, "out_o1": out_o1, "out_o2": out_o2, "E_total": error}

    found = forward(start)
    step = mpmath.mpf(10) ** -20
    updated = dict(start)
    for name in (f"w{place}" for place in range(1, 9)):
        above = forward({**start, name: start[name] + step})["E_total"]
        below = forward({**start, name: start[name] - step})["E_total"]
        found[f"dE_total/d{name}"] = (above - below) / (2 * step)
        updated[name] = start[name] - start["eta"] * found[f"dE_total/d{name}"]
        found[f"{name}+"] = updated[name]
    return {**found, **{f"{name}+": value for name, value in forward(updated).items()}}


@pytest.mark.parametrize("digits", [1, 9, 15, 25])
def test_the_classic_net(digits: int) -> None:
    evaluation = evaluate(two_two_two(), typed(**NUMBERS), Rounding(digits))
    with mpmath.workdps(60):
        expected = independent_net()
        for name, number in expected.items():
            whole = int(mpmath.nint(number * mpmath.mpf(10) ** digits))
            assert shown(evaluation, name) == decimal(whole, digits)
            value = evaluation[name]
            assert value is not None
            assert value.proven
            assert value.exact is None
            assert value.number == pytest.approx(float(number), rel=1e-15)
    assert evaluation.rounding.name == "proven"
    assert list(evaluation.values) == [quantity.name for quantity in two_two_two()]


def test_given_numbers_and_fractions() -> None:
    evaluation = evaluate(two_two_two(), typed(**NUMBERS), Rounding())
    assert evaluation["i2"] == Value("0.100000000", "0.10", True, Fraction(1, 10), 0.1)
    assert evaluation["net_h1"] == Value("0.377500000", "0.377500000", True, Fraction(151, 400), 0.3775)


def test_the_precision_of_others_is_left_alone() -> None:
    with ctx.workprec(77):
        value_of(TIE)
        with pytest.raises(EvaluationError):
            value_of(1 / (X - X))
        assert ctx.prec == 77


def test_numbers_need_no_sympy() -> None:
    program = "import sys, symback.evaluation; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- carried rounding ---------------------------------------------------------------------------------


class Student:
    """A careful student with a pocket calculator: every result is rounded by hand before it is used."""

    def __init__(self, decimals: int) -> None:
        self.unit = Decimal(1).scaleb(-decimals)
        self.notes = {name: Decimal(text) for name, text in NUMBERS.items()}

    def write(self, name: str, number: Decimal) -> None:
        result = number.quantize(self.unit, ROUND_HALF_UP)
        self.notes[name] = abs(result) if result == 0 else result

    def forward(self, state: str) -> None:
        n = self.notes
        for unit, one, two, first, second, bias in (
            ("h1", "w1", "w2", "i1", "i2", "b1"),
            ("h2", "w3", "w4", "i1", "i2", "b1"),
            ("o1", "w5", "w6", "out_h1" + state, "out_h2" + state, "b2"),
            ("o2", "w7", "w8", "out_h1" + state, "out_h2" + state, "b2"),
        ):
            self.write(f"net_{unit}{state}", n[one + state] * n[first] + n[two + state] * n[second] + n[bias])
            self.write(f"out_{unit}{state}", 1 / (1 + (-n[f"net_{unit}{state}"]).exp()))
        for unit in ("o1", "o2"):
            self.write(f"E_{unit}{state}", (n[f"target_{unit}"] - n[f"out_{unit}{state}"]) ** 2 / 2)
        self.write(f"E_total{state}", n[f"E_o1{state}"] + n[f"E_o2{state}"])

    def backward(self) -> None:
        n = self.notes
        for unit in ("o1", "o2"):
            self.write(f"dE_total/dout_{unit}", n[f"out_{unit}"] - n[f"target_{unit}"])
            self.write(f"dout_{unit}/dnet_{unit}", n[f"out_{unit}"] * (1 - n[f"out_{unit}"]))
            self.write(f"delta_{unit}", n[f"dE_total/dout_{unit}"] * n[f"dout_{unit}/dnet_{unit}"])
        for unit, one, two in (("h1", "w5", "w7"), ("h2", "w6", "w8")):
            self.write(f"dE_o1/dout_{unit}", n["delta_o1"] * n[one])
            self.write(f"dE_o2/dout_{unit}", n["delta_o2"] * n[two])
            self.write(f"dE_total/dout_{unit}", n[f"dE_o1/dout_{unit}"] + n[f"dE_o2/dout_{unit}"])
            self.write(f"dout_{unit}/dnet_{unit}", n[f"out_{unit}"] * (1 - n[f"out_{unit}"]))
            self.write(f"delta_{unit}", n[f"dE_total/dout_{unit}"] * n[f"dout_{unit}/dnet_{unit}"])
        for place, source, unit in (
            (1, "i1", "h1"), (2, "i2", "h1"), (3, "i1", "h2"), (4, "i2", "h2"),
            (5, "out_h1", "o1"), (6, "out_h2", "o1"), (7, "out_h1", "o2"), (8, "out_h2", "o2"),
        ):  # fmt: skip
            self.write(f"dnet_{unit}/dw{place}", n[source])
            self.write(
                f"dE_total/dw{place}",
                n[f"dE_total/dout_{unit}"] * n[f"dout_{unit}/dnet_{unit}"] * n[f"dnet_{unit}/dw{place}"],
            )

    def update(self) -> None:
        for place in range(1, 9):
            self.write(
                f"w{place}+", self.notes[f"w{place}"] - self.notes["eta"] * self.notes[f"dE_total/dw{place}"]
            )


@pytest.mark.parametrize("decimals", [1, 2, 3, 4, 6])
def test_carried_rounding_is_a_careful_student(decimals: int) -> None:
    rounds = [1, 2, 10]
    rounding = Rounding(carry=decimals)
    assert rounding.name == f"carry:{decimals}"
    evaluation = evaluate(two_two_two(rounds), typed(**NUMBERS), rounding)
    with localcontext() as context:
        context.prec = 60
        student = Student(decimals)
        for done in range(1, 11):
            student.forward("")
            student.backward()
            student.update()
            student.forward("+")
            if done == 1:
                for name, number in student.notes.items():
                    if name not in NUMBERS:
                        assert shown(evaluation, name) == str(number)
                        value = evaluation[name]
                        assert value is not None
                        assert value.shown == value.text
                        assert value.exact == Fraction(number)
            student.notes.update({f"w{place}": student.notes[f"w{place}+"] for place in range(1, 9)})
            if done in rounds:
                for name in ("w1", "w5", "w8"):
                    assert shown(evaluation, f"{name}@{done}") == str(student.notes[name])
                for name in ("out_o1", "out_o2", "E_total"):
                    assert shown(evaluation, f"{name}@{done}") == str(student.notes[f"{name}+"])


def test_given_numbers_are_not_carried() -> None:
    graph = graph_of(["x"], {"y": X * 1000, "copy": X, "z": Name("copy") * 1000})
    evaluation = evaluate(graph, typed(x="0.12345"), Rounding(carry=2))
    assert [shown(evaluation, name) for name in ("x", "y", "copy", "z")] == [
        "0.12",
        "123.45",
        "0.12",
        "120.00",
    ]
    x = evaluation["x"]
    assert x is not None
    assert (x.shown, x.exact) == ("0.12345", Fraction("0.12345"))


def test_a_carried_tie_that_cannot_be_decided() -> None:
    graph = graph_of(["x"], {"y": TIE * 10**6, "z": Name("y") * 2, "free": X * 2})
    evaluation = evaluate(graph, typed(x="0.3"), Rounding(carry=3))
    found = {name: evaluation[name] for name in ("y", "z", "free")}
    assert {name: (v.text, v.proven, v.exact) for name, v in found.items() if v} == {
        "y": ("0.00", False, None),
        "z": ("0.002", False, None),
        "free": ("0.600", True, Fraction(3, 5)),
    }


# --- ties and kinks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "x", "text"),
    [
        (X * Number(Fraction(1, 10**9)), "0.5", "0.000000001"),
        (X * Number(Fraction(1, 10**9)), "-0.5", "-0.000000001"),
        (X * Number(Fraction(1, 10**9)), "0.49", "0.000000000"),
        (X * Number(Fraction(1, 10**9)), "-0.49", "0.000000000"),
        (X + 0, "1.0000000005", "1.000000001"),
        (exp(log(X)), "0.0000000005", "0.000000001"),
        (exp(log(X)) / 8, "3", "0.375000000"),
        (1 / (1 + exp(-log(X))), "0.0000000005", "0.000000000"),
        (tanh(X) / 10**9, "-0.000001", "0.000000000"),
        (-exp(X) * 10**3, "-40", "0.000000000"),
        (X - 10**30, "0.5", "-999999999999999999999999999999.500000000"),
    ],
)
def test_exact_ties_go_away_from_zero_and_zero_has_no_sign(formula: Expression, x: str, text: str) -> None:
    value = value_of(formula, x)
    assert (value.text, value.proven) == (text, True)


def test_a_tie_of_balls_has_one_digit_fewer() -> None:
    assert value_of(TIE) == Value("0.00000000", "0.000000000500000", False, None, 5e-10)
    value = value_of(1 + TIE)
    assert (value.text, value.shown, value.proven) == ("1.00000000", "1.00000000", False)
    assert value_of(-1 - TIE).text == "-1.00000000"
    assert value_of(TIE, rounding=Rounding(10)).text == "0.0000000005"


def test_a_tie_among_the_six_digits_of_documents() -> None:
    # 1.234565e-6 shows as 0.00000123457 if it is a tie that goes up
    value = value_of(TIE * Number(Fraction("2469.13")))
    assert (value.text, value.shown, value.proven) == ("0.000001235", "0.0000012346", False)
    exact = value_of(X, "0.000001234565")
    assert exact.text == "0.000001235"


def test_a_kink_of_balls_follows_the_convention_and_is_marked() -> None:
    relu = Cases(Name("net"), ZERO, Name("net"), ZERO)
    slope = Cases(Name("net"), ZERO, Number(Fraction(1)), ZERO)
    graph = graph_of(
        ["x"], {"net": NOTHING, "out": relu, "dout/dnet": slope, "after": Name("out") + 1, "free": X + 1}
    )
    evaluation = evaluate(graph, typed(x="0.3"), Rounding())
    found = {name: evaluation[name] for name in ("net", "out", "dout/dnet", "after", "free")}
    assert {name: (v.text, v.proven) for name, v in found.items() if v} == {
        "net": ("0.000000000", True),
        "out": ("0.000000000", False),
        "dout/dnet": ("0.000000000", False),
        "after": ("1.000000000", False),
        "free": ("1.300000000", True),
    }
    assert evaluation.precision == 4096


@pytest.mark.parametrize(
    ("x", "expected"), [("0", ("0.000000000", Fraction(0))), ("-3", ("0.000000000", Fraction(0)))]
)
def test_an_exact_kink_is_proven(x: str, expected: tuple[str, Fraction]) -> None:
    value = value_of(Cases(X, ZERO, X, ZERO), x)
    assert (value.text, value.exact, value.proven) == (*expected, True)


def test_a_near_kink_is_decided_by_more_bits() -> None:
    near = (1 + exp(X) + Number(Fraction(1, 10**60))) - (1 + exp(X))
    value = value_of(Cases(near, ZERO, Number(Fraction(1)), ZERO))
    assert (value.text, value.proven) == ("1.000000000", True)


# --- magnitudes and what documents show ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "text", "document"),
    [
        ("0.0000351019", "0.000035102", "0.0000351019"),
        ("0.000035101877829788", "0.000035102", "0.0000351019"),
        ("-0.000438568", "-0.000438568", "-0.000438568"),
        ("0.000099999949", "0.000100000", "0.000100000"),
        ("0.00009999996", "0.000100000", "0.000100000"),
        ("0.00000099999999", "0.000001000", "0.00000100000"),
        ("0.00000000000000123", "0.000000000", "0.00000000000000123000"),
        ("0.0001", "0.000100000", "0.000100000"),
        ("0.00001", "0.000010000", "0.0000100000"),
        ("0", "0.000000000", "0.000000000"),
        ("12.5", "12.500000000", "12.500000000"),
    ],
)
def test_documents_show_six_digits(x: str, text: str, document: str) -> None:
    rational = value_of(X * 1, x)
    assert (rational.text, rational.shown) == (text, document)
    if x != "0":
        # the same number as a ball, moved off a tie by far less than six digits can tell
        moved = value_of(X * exp(Number(Fraction(1, 10**40))), x)
        assert (moved.text, moved.shown) == (text, document)


@pytest.mark.parametrize(
    ("formula", "function", "x"),
    [
        (exp(X), mpmath.exp, "1000"),
        (-exp(X), lambda x: -mpmath.exp(x), "1000"),
        (exp(X), mpmath.exp, "-1000"),
        (1 / (1 + exp(-X)), lambda x: 1 / (1 + mpmath.exp(-x)), "-1000"),
        (exp(X) * exp(X), lambda x: mpmath.exp(2 * x), "20000"),
        (log(1 + exp(X)), lambda x: mpmath.log(1 + mpmath.exp(x)), "1000"),
    ],
)
def test_magnitudes(formula: Expression, function: Callable[[mpmath.mpf], mpmath.mpf], x: str) -> None:
    with mpmath.workdps(20_000):
        expected = function(mpmath.mpf(x))
        whole = int(mpmath.nint(expected * mpmath.mpf(10) ** 9))
        value = value_of(formula, x)
        assert value.text == decimal(whole, 9)
        assert value.proven
        if abs(whole) < 10**5:
            assert Decimal(value.shown) == Decimal(mpmath.nstr(expected, 6, strip_zeros=False))


def test_tiny_and_huge() -> None:
    assert value_of(LOGISTIC, "-1e100").shown == "0.000000000"
    assert value_of(LOGISTIC, "1e100").text == "1.000000000"
    with pytest.raises(EvaluationError, match="y is too large"):
        value_of(exp(X), "1e30")


@pytest.mark.parametrize(
    "formula", [1 / NOTHING, log(NOTHING), 1 / (NOTHING * NOTHING), Cases(1 / NOTHING, ZERO, X, ZERO)]
)
def test_what_cannot_be_proven_is_refused(formula: Expression) -> None:
    with pytest.raises(EvaluationError, match=r"^y has no value that could be proven"):
        value_of(formula)


def test_long_fractions() -> None:
    third = Number(Fraction(1, 3))
    kept, lost = value_of(X**64 * third, "1.03"), value_of(X**64 * X**64 * third, "1.03")
    assert kept.exact == Fraction("1.03") ** 64 / 3
    assert lost.exact is None
    for value, number in ((kept, Fraction("1.03") ** 64 / 3), (lost, Fraction("1.03") ** 128 / 3)):
        assert value.text == decimal(round(number * 10**9), 9)
        assert value.proven


@cases(st.decimals(-20, 20, places=4), st.integers(1, 30), st.sampled_from(["logistic", "tanh", "softplus"]))
def test_functions_against_mpmath(x: Decimal, decimals: int, name: str) -> None:
    formula, function = {
        "logistic": (LOGISTIC, lambda t: 1 / (1 + mpmath.exp(-t))),
        "tanh": (tanh(X), mpmath.tanh),
        "softplus": (log(1 + exp(X)), lambda t: mpmath.log(1 + mpmath.exp(t))),
    }[name]
    value = value_of(formula, str(x), Rounding(decimals))
    with mpmath.workdps(100):
        expected = function(mpmath.mpf(str(x))) * mpmath.mpf(10) ** decimals
        whole = int(mpmath.sign(expected) * mpmath.floor(abs(expected) + 0.5))
    assert value.text == decimal(whole, decimals)


# --- names, symbols, requests -------------------------------------------------------------------------


def test_what_depends_on_a_symbolic_number_has_no_value() -> None:
    graph = graph_of(["x", "w"], {"net": X * Name("w"), "out": Name("net") + 1, "free": X * 2})
    numbers = {"x": Typed(Number(Fraction(2)), "2"), "w": Typed(None)}
    evaluation = evaluate(graph, numbers, Rounding(2))
    assert {name: value and value.text for name, value in evaluation.values.items()} == {
        "x": "2.00", "w": None, "net": None, "out": None, "free": "4.00",
    }  # fmt: skip
    # the same graph with a number
    assert shown(evaluate(graph, typed(x="2", w="3"), Rounding(2)), "out") == "7.00"


def test_given_constants_are_exact() -> None:
    graph = graph_of(["x"], {"y": exp(X)})
    value = evaluate(graph, {"x": Typed(log(Number(Fraction(3))))}, Rounding(5))["y"]
    assert value == Value("3.00000", "3.00000", True, Fraction(3), 3.0)
    x = evaluate(graph, {"x": Typed(log(Number(Fraction(3))))}, Rounding(5))["x"]
    assert x == Value("1.09861", "1.09861", True, None, float(mpmath.log(3)))


def test_a_given_constant_without_value_is_named() -> None:
    with pytest.raises(EvaluationError, match="x has no value: it divides by 0"):
        evaluate(graph_of(["x"], {}), {"x": Typed(ZERO / ZERO)}, Rounding())


def test_names() -> None:
    delta = Quantity("delta_o1", Role.DELTA, Rule.CHAIN_RULE, Name("x") * 2, ("dE_total/dnet_o1",))
    graph = Graph((*given("x"), delta, *computed({"y": Name("dE_total/dnet_o1") + 1})))
    evaluation = evaluate(graph, typed(x="1"), Rounding(1))
    assert shown(evaluation, "dE_total/dnet_o1") == shown(evaluation, "delta_o1") == "2.0"
    assert shown(evaluation, "y") == "3.0"
    with pytest.raises(UnknownName, match="delta_o1"):
        evaluation["delta_01"]
    with pytest.raises(UnknownName, match="given number 'x'"):
        evaluate(graph, {}, Rounding())


@pytest.mark.parametrize("arguments", [{"digits": 0}, {"digits": 1001}, {"carry": 0}, {"carry": -1}])
def test_decimals_that_cannot_be(arguments: dict[str, int]) -> None:
    with pytest.raises(RequestError, match="from 1 to 1000"):
        Rounding(**arguments)


def test_a_graph_is_compiled_once() -> None:
    graph = two_two_two()
    assert compile_graph(graph) is compile_graph(graph)
    assert compile_graph(graph) is not compile_graph(graph, carry=4)

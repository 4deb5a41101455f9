"""Fractions, logarithms and balls against Fraction, Decimal and mpmath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given as cases
from hypothesis import strategies as st

from symback.balls import (
    HIGHEST_PRECISION,
    LogNumber,
    Numeric,
    Undecided,
    as_ball,
    as_fraction,
    is_long,
    magnitude,
    nearest_float,
    power,
    rounded,
)
from symback.errors import EvaluationError, UnknownName
from symback.expression import (
    PI,
    Call,
    Cases,
    Differentiate,
    Expression,
    IndexedSum,
    Marked,
    Maximum,
    Name,
    Number,
    Power,
    absolute,
    erf,
    exp,
    log,
    sqrt,
    tanh,
)
from symback.tape import Doubts, compile_tape, constant


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    with ctx.workprec(128):
        yield


def _logistic(u: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-u))


def _silu(u: mpmath.mpf) -> mpmath.mpf:
    return u * _logistic(u)


def number(text: str | int) -> Number:
    return Number(Fraction(text))


def run(formulas: dict[str, Expression], **values: str) -> dict[str, Numeric]:
    tape = compile_tape(values, formulas.items())
    registers = tape.start({name: constant(number(text)) for name, text in values.items()})
    tape.run(registers, Doubts())
    return {name: registers[place] for name, place in tape.positions.items()}


LOGISTIC_OF = {name: 1 / (1 + exp(-log(number(name)))) for name in ("3", "2/7", "1/1000")}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (exp(number(0)), "1"),
        (log(number(1)), "0"),
        (tanh(number(0)), "0"),
        (1 / (1 + exp(number(0))), "1/2"),
        (exp(log(number("7/3"))), "7/3"),
        (LOGISTIC_OF["3"], "3/4"),
        (LOGISTIC_OF["2/7"], "2/9"),
        (LOGISTIC_OF["1/1000"], "1/1001"),
        (tanh(log(number(2))), "3/5"),
        (tanh(log(number(4)) / 2), "3/5"),
        (tanh(-log(number(3)) / 2), "-1/2"),
        (exp(3 * log(number(2)) - log(number(5))), "8/5"),
        (exp(log(number(8)) / 3), "2"),
        (exp(log(number("4/9")) * number("-1/2")), "3/2"),
        (log(number(6)) - log(number(2)) - log(number(3)) + number("1/7"), "1/7"),
        (log(number(27)) * 2 - log(number(9)) * 3, "0"),
        (0 * log(number(2)), "0"),
        (number(0) * exp(number(1)), "0"),
        (number(0) / exp(number(1)), "0"),
        (exp(number(1)) ** (2 - number(2)), "1"),
        (Power(number("2/3"), 2 - number(5)), "27/8"),
        (Power(number(-2), number(63)), str(-(2**63))),
        (Power(number(-1), number(1_000_000)), "1"),
        (Power(number("4/9"), number("3/2")), "8/27"),
        (Power(number("4/9"), number("-1/2")), "3/2"),
        (Power(number(8), number("2/3")), "4"),
        (Power(number(0), number("1/3")), "0"),
        (sqrt(number("49/36")), "7/6"),
        (sqrt(number(0)), "0"),
        (sqrt(number(10**120)), str(10**60)),
        (absolute(number("-7/3")), "7/3"),
        (absolute(number("7/3")), "7/3"),
        (erf(number(0)), "0"),
        (Call("floor", number("-7/3")), "-3"),
        (Call("floor", number(5)), "5"),
        (Call("floor", exp(number(1))), "2"),
        (Call("floor", -log(number(3))), "-2"),
        (Call("logistic", number(0)), "1/2"),
        (Call("silu", log(number(3)) - log(number(3))), "0"),
        (Call("relu", number("-1/2")), "0"),
        (Call("sinh", log(number(2))), "3/4"),
        (Maximum((number("1/3"), number("1/2"), number("2/5"))), "1/2"),
        (Maximum((log(number(2)), number("7/10"), number("1/2"))), "7/10"),
        (Cases(number(1), number(1), number(5), number(7)), "7"),
        (Cases(log(number(3)), number(1), number(5), log(number(-1))), "5"),
        (Cases(number(1), log(number(3)), log(number(-1)), number(7)), "7"),
        (Marked(number(3), "", 1) - Marked(number("1/2"), "", 2), "5/2"),
    ],
)
def test_what_is_rational_stays_a_fraction(expression: Expression, expected: str) -> None:
    value = constant(expression)
    assert type(value) is fmpq
    assert as_fraction(value) == Fraction(expected)


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        (log(number(3)), lambda: mpmath.log(3)),
        (log(number(3)) * 2 + log(number(7)) / 5 - 1, lambda: 2 * mpmath.log(3) + mpmath.log(7) / 5 - 1),
        (1 - log(number("1/3")), lambda: 1 + mpmath.log(3)),
        (-log(number(12)) + log(number(18)), lambda: mpmath.log(mpmath.mpf(3) / 2)),
    ],
)
def test_sums_of_logarithms_stay_exact(expression: Expression, function: object) -> None:
    value = constant(expression)
    assert isinstance(value, LogNumber)
    assert callable(function)
    with mpmath.workdps(60):
        assert rounded(value, 25) == int(mpmath.nint(function() * mpmath.mpf(10) ** 25))


@pytest.mark.parametrize("function", [absolute, lambda u: Maximum((u, -u))])
def test_what_chooses_a_logarithm_keeps_it_exact(function: Callable[[Expression], Expression]) -> None:
    for sign in (1, -1):
        assert constant(function(number(sign) * log(number(3)))) == constant(log(number(3)))


def test_logarithms_with_equal_values_are_equal() -> None:
    assert constant(log(number(16)) / 4) == constant(log(number(2)))
    assert constant(log(number("1/9"))) == constant(-2 * log(number(3)))


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        (log(number(2)) * log(number(3)), lambda: mpmath.log(2) * mpmath.log(3)),
        (log(number(2)) / log(number(3)), lambda: mpmath.log(2) / mpmath.log(3)),
        (2 / log(number(3)), lambda: 2 / mpmath.log(3)),
        (log(number(2)) ** 3, lambda: mpmath.log(2) ** 3),
        (exp(log(number(2)) / 3), lambda: mpmath.cbrt(2)),
        (PI, lambda: mpmath.pi),
        (2 / sqrt(PI), lambda: 2 / mpmath.sqrt(mpmath.pi)),
        (sqrt(number(2)), lambda: mpmath.sqrt(2)),
        (sqrt(log(number(2))), lambda: mpmath.sqrt(mpmath.log(2))),
        (absolute(-exp(number(1))), lambda: mpmath.e),
        (erf(number("-3/4")), lambda: mpmath.erf(mpmath.mpf(-3) / 4)),
        (erf(log(number(2))), lambda: mpmath.erf(mpmath.log(2))),
        (Maximum((PI, number(3), exp(number(1)))), lambda: mpmath.pi),
        (Power(number(2), number("1/3")), lambda: mpmath.cbrt(2)),
        (Power(number(2), PI), lambda: mpmath.mpf(2) ** mpmath.pi),
        (Power(exp(number(1)), number("-5/2")), lambda: mpmath.exp(mpmath.mpf(-5) / 2)),
        (Power(number("9/10"), number(12_345)) * Power(number(10), number(565)), lambda: mpmath.mpf("0.9") ** 12345 * mpmath.mpf(10) ** 565),  # noqa: E501
        (Power(number("999/1000"), number(1_000)), lambda: mpmath.mpf("0.999") ** 1000),
        (Power(PI, number(-70)) * number(10**35), lambda: mpmath.pi**-70 * mpmath.mpf(10) ** 35),
        (Call("softplus", number(1)), lambda: mpmath.log(1 + mpmath.e)),
        (Call("swish", number(2)), lambda: 2 / (1 + mpmath.exp(-2))),
        (Call("cosh", number(1)), lambda: mpmath.cosh(1)),
        (Call("sigmoid", Call("silu", number(1))), lambda: _logistic(_silu(mpmath.mpf(1)))),
        (exp(log(number(2)) + 1), lambda: 2 * mpmath.e),
        (tanh(log(number(2)) / 3), lambda: mpmath.tanh(mpmath.log(2) / 3)),
        (log(1 + exp(number(1))), lambda: mpmath.log(1 + mpmath.e)),
        (log(log(number(3))), lambda: mpmath.log(mpmath.log(3))),
        (number("123456789/1000") * log(number(3)) + log(number(5)), lambda: mpmath.mpf("123456.789") * mpmath.log(3) + mpmath.log(5)),  # noqa: E501
        (exp(number(1)) + log(number(2)), lambda: mpmath.e + mpmath.log(2)),
        (log(number(2)) - exp(number(1)), lambda: mpmath.log(2) - mpmath.e),
        (exp(number(1)) - log(number(2)), lambda: mpmath.e - mpmath.log(2)),
        (exp(number(1)) * log(number(2)), lambda: mpmath.e * mpmath.log(2)),
        (exp(number(1)) / log(number(2)), lambda: mpmath.e / mpmath.log(2)),
        (tanh(number("-0.3")) * exp(number(-2)), lambda: mpmath.tanh(mpmath.mpf("-0.3")) * mpmath.exp(-2)),
    ],
)  # fmt: skip
def test_all_else_is_a_ball_around_the_value(expression: Expression, function: object) -> None:
    assert callable(function)
    with mpmath.workdps(60):
        expected = function() * mpmath.mpf(10) ** 20
        assert rounded(as_ball(constant(expression)), 20) == int(mpmath.nint(expected))


@pytest.mark.parametrize("exponent", [-5, -2, -1, 1, 2, 3, 4, 7, 64])
def test_powers_of_balls(exponent: int) -> None:
    with mpmath.workdps(80):
        expected = mpmath.nint(mpmath.exp("0.3") ** exponent * mpmath.mpf(10) ** 15)
        assert rounded(power(arb(fmpq(3, 10)).exp(), exponent), 15) == int(expected)


def test_the_square_of_a_ball_around_zero_is_bounded() -> None:
    ball = arb(0, 0.5)
    assert power(ball, 2).is_finite()
    assert power(ball, 3).is_finite()
    assert not power(ball, -1).is_finite()


# --- limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (fmpq(10**200 - 1), False),
        (fmpq(10**200), True),
        (fmpq(-(10**200)), True),
        (fmpq(1, 10**200 - 1), False),
        (fmpq(1, 10**200), True),
    ],
)
def test_fractions_are_kept_up_to_200_digits(value: fmpq, expected: bool) -> None:
    assert is_long(value) is expected


def test_a_quantity_that_grows_too_long_becomes_a_ball_when_stored() -> None:
    values = run(
        {"y": Name("x") ** 2, "z": Name("y") ** 2, "back": (Name("x") ** 4) / Name("x") ** 3}, x="1e80"
    )
    assert type(values["y"]) is fmpq
    assert type(values["z"]) is arb
    # inside one formula a fraction may grow further
    assert type(values["back"]) is fmpq


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (1 / (Name("x") - 1), "divides by 0"),
        ((Name("x") - 1) ** -2, "divides by 0"),
        (log(Name("x") - 2), "logarithm of a negative"),
        (log(Name("x") - 1), "logarithm of 0"),
        (log(-exp(Name("x"))), "logarithm of a negative"),
        (log(log(Name("x") / 2)), "logarithm of a negative"),
        (sqrt(Name("x") - 2), "square root of a negative"),
        (sqrt(-exp(Name("x"))), "square root of a negative"),
        (Power(Name("x") - 2, number("1/3")), "logarithm of a negative"),
        (Power(Name("x") - 1, number("-1/3")), "divides by 0"),
        (Power(Name("x"), number(10**6 + 1)), "exponent beyond 1000000"),
    ],
)
def test_what_has_no_value_names_the_quantity(formula: Expression, reason: str) -> None:
    with pytest.raises(EvaluationError, match=f"out_h1 has no value.*{reason}"):
        run({"net_h1": Name("x"), "out_h1": formula, "out_h2": Name("x")}, x="1")


@pytest.mark.parametrize(
    "formula",
    [
        log(exp(Name("x")) - exp(Name("x"))),
        sqrt(exp(Name("x")) - exp(Name("x"))),
        Call("floor", exp(Name("x")) - exp(Name("x"))),
        Cases(exp(Name("x")) - exp(Name("x")), number(0), Name("x"), number(0)),
        Cases(1 / (exp(Name("x")) - exp(Name("x"))), number(0), Name("x"), number(0)),
    ],
)
def test_what_cannot_be_told_names_the_quantity(formula: Expression) -> None:
    with pytest.raises(Undecided) as caught:
        run({"net_h1": Name("x"), "out_h1": formula}, x="1")
    assert caught.value.quantity == "out_h1"


def test_at_the_highest_precision_a_root_around_0_is_that_of_0() -> None:
    with ctx.workprec(HIGHEST_PRECISION + 100):
        value = run({"y": sqrt(exp(Name("x")) - exp(Name("x")))}, x="1")["y"]
        assert rounded(value, 600) == 0


def test_overlapping_balls_have_a_maximum_around_them() -> None:
    about_two = exp(log(Name("x") + exp(Name("x"))))
    value = run({"y": Maximum((about_two, Name("x") + exp(Name("x"))))}, x="1")["y"]
    with mpmath.workdps(40):
        assert rounded(value, 20) == int(mpmath.nint((1 + mpmath.e) * mpmath.mpf(10) ** 20))


def test_exponents_that_are_names() -> None:
    """As in the bias correction of Adam, 1 - beta^k."""
    formulas = {"y": 1 - Power(Name("beta"), Name("k")), "z": Power(Name("beta"), Name("k") - Name("k"))}
    assert run(formulas, beta="0.9", k="3") | {} == {
        "beta": fmpq(9, 10),
        "k": fmpq(3),
        "y": fmpq(271, 1000),
        "z": fmpq(1),
    }
    assert run(formulas, beta="0.9", k="-1")["y"] == fmpq(-1, 9)
    with mpmath.workdps(60):
        long = run(formulas, beta="0.999", k="100000")["y"]
        right = (1 - mpmath.mpf("0.999") ** 100_000) * mpmath.mpf(10) ** 30
        assert rounded(long, 30) == int(mpmath.nint(right))
        root = run(formulas, beta="0.9", k="0.3")["y"]
        right = (1 - mpmath.mpf("0.9") ** mpmath.mpf("0.3")) * mpmath.mpf(10) ** 30
        assert rounded(root, 30) == int(mpmath.nint(right))
    with pytest.raises(EvaluationError, match="y has no value: it has an exponent beyond"):
        run(formulas, beta="0.9", k="1000001")


def test_a_function_inside_itself_is_computed_once_a_level() -> None:
    formula: Expression = Name("x")
    for _ in range(40):
        formula = Call("silu", formula)
    tape = compile_tape(("x",), (("y", formula),))
    assert len(tape.code) < 400
    value = run({"y": formula}, x="2")["y"]
    with mpmath.workdps(40):
        right = mpmath.mpf(2)
        for _ in range(40):
            right = _silu(right)
        assert abs(mpmath.mpf(str(as_ball(value).mid().str(30, radius=False))) - right) < mpmath.mpf("1e-28")


def test_what_cannot_be_compiled() -> None:
    with pytest.raises(UnknownName, match="net_h1"):
        run({"y": Name("net_h2")}, net_h1="1")
    for formula in (Call("sin", Name("x")), Differentiate(Name("x"), "x")):
        with pytest.raises(EvaluationError, match="no way to compute"):
            run({"y": formula}, x="1")


def test_an_indexed_sum_is_written_out() -> None:
    body = Name("d") * Name("w")
    formula = IndexedSum("o", body, ((("d", "a"), ("w", "b")), (("d", "c"), ("w", "a"))))
    assert run({"y": formula}, a="2", b="3", c="5")["y"] == fmpq(16)


def test_only_the_branch_that_is_taken_runs() -> None:
    relu = {"y": Cases(Name("x"), number(0), log(Name("x")), number(0))}
    assert run(relu, x="-1")["y"] == 0
    assert run(relu, x="0")["y"] == 0
    assert rounded(run(relu, x="2")["y"], 6) == 693147


# --- rounding -----------------------------------------------------------------------------------------


def by_hand(value: Fraction, decimals: int) -> int:
    """Half away from zero, by the decimal module."""
    context = Context(prec=400)
    digits = context.divide(Decimal(value.numerator), Decimal(value.denominator)).scaleb(decimals, context)
    return int(digits.to_integral_value(ROUND_HALF_UP))


fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**12)
decimal_ties = st.builds(
    lambda n, d: Fraction(2 * n + 1, 2 * 10**d), st.integers(-(10**9), 10**9), st.integers(0, 12)
)


@cases(st.one_of(fractions, decimal_ties), st.integers(0, 15))
def test_fractions_round_as_by_hand(value: Fraction, decimals: int) -> None:
    assert rounded(fmpq(value.numerator, value.denominator), decimals) == by_hand(value, decimals)


@cases(st.one_of(fractions, decimal_ties), st.integers(0, 15), st.sampled_from([20, 53, 128]), fractions)
def test_a_ball_rounds_as_all_its_numbers_or_not_at_all(
    value: Fraction, decimals: int, bits: int, inside: Fraction
) -> None:
    with ctx.workprec(bits):
        ball = arb(fmpq(value.numerator, value.denominator))
        wide = ball + arb(0, float(abs(inside)) / 10**decimals)
        found, found_wide = rounded(ball, decimals), rounded(wide, decimals)
    if found is not None:
        assert found == by_hand(value, decimals)
    if found_wide is not None:
        for end in (wide.lower(), wide.upper()):
            assert found_wide == by_hand(as_fraction(end.fmpq()), decimals)


@pytest.mark.parametrize(
    ("middle", "radius", "expected"),
    [
        (0, "1/4", 0),
        (0, "1/2", None),
        (0, "3/4", None),
        ("1/8", "1/4", 0),
        ("-1/8", "1/4", 0),
        ("1/2", "0", 1),
        ("-1/2", "0", -1),
        ("-1/2", "1/64", None),
        ("1/2", "1/64", None),
        ("-3/4", "1/8", -1),
        ("-5/2", "0", -3),
    ],
)
def test_rounding_around_zero_and_at_ties(middle: str | int, radius: str, expected: int | None) -> None:
    ball = arb(float(Fraction(middle)), float(Fraction(radius)))
    assert rounded(ball, 0) == expected


def test_a_ball_without_bounds_does_not_round() -> None:
    assert rounded(arb("nan"), 3) is None
    assert rounded(arb("inf"), 3) is None


@pytest.mark.parametrize(
    "text", ["1", "-1", "0.999", "1024", "-1023", "1e-30", "12345678901234567890", "1/3"]
)
def test_magnitude_bounds_the_number(text: str) -> None:
    value = Fraction(text)
    for kind in (fmpq(value.numerator, value.denominator), arb(fmpq(value.numerator, value.denominator))):
        bound = magnitude(kind)
        assert abs(value) < Fraction(2) ** bound <= 8 * abs(value)


def test_nearest_floats() -> None:
    assert nearest_float(fmpq(1, 10)) == 0.1
    assert nearest_float(arb(2).exp()) == float(mpmath.exp(2))
    assert nearest_float(constant(log(number(2)))) == float(mpmath.log(2))
    assert nearest_float(arb(1000).exp()) == float("inf")
    assert nearest_float(-arb(1000).exp()) == float("-inf")
    assert nearest_float(fmpq(-(10**400))) == float("-inf")
    assert nearest_float(arb(-1000).exp()) == 0.0

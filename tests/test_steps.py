from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from symback.calculus import to_sympy
from symback.errors import RequestError
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
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    exp,
    log,
    sqrt,
    tanh,
    walk,
)
from symback.steps import Step, steps

X, A, B = Name("x"), Name("a"), Name("b")
ZERO, ONE, TWO = (Number(Fraction(n)) for n in (0, 1, 2))
HALF = Number(Fraction(1, 2))
T1, O1, T2, O2 = (Name(n) for n in ("target_o1", "out_o1", "target_o2", "out_o2"))
W5, H1, W6, H2, B2 = (Name(n) for n in ("w5", "out_h1", "w6", "out_h2", "b2"))
ERROR = HALF * (T1 - O1) ** 2 + HALF * (T2 - O2) ** 2
NET = W5 * H1 + W6 * H2 + B2
LOGISTIC = 1 / (1 + exp(-X))


def d(operand: Expression, variable: str = "x") -> Differentiate:
    return Differentiate(operand, variable)


def test_the_error_by_its_output_stage_by_stage() -> None:
    lowered = TWO * HALF * (T1 - O1) ** (TWO - 1)
    by = "out_o1"
    assert steps(ERROR, by) == (
        Step((), d(ERROR, by)),
        Step(("sum",), d(HALF * (T1 - O1) ** 2, by) + d(HALF * (T2 - O2) ** 2, by)),
        Step(("power", "chain", "constant"), lowered * d(T1 - O1, by) + ZERO),
        Step(("sum",), lowered * (d(T1, by) - d(O1, by)) + ZERO),
        Step(("constant", "variable"), lowered * (ZERO - 1) + ZERO),
        Step(("arithmetic",), lowered * Negative(ONE) + ZERO),
    )


@pytest.mark.parametrize(
    ("tree", "variable", "last"),
    [
        (NET, "w5", ONE * H1 * W5 ** (ONE - 1) + ZERO + ZERO),
        (NET, "out_h1", ONE * W5 * H1 ** (ONE - 1) + ZERO + ZERO),
        (NET, "b2", ZERO + ZERO + ONE),
        (NET, "w7", ZERO),
        (X, "x", ONE),
        (A * X * B, "x", ONE * A * B * X ** (ONE - 1)),
        (A * X**3, "x", Product((Number(Fraction(3)), A, X ** (Number(Fraction(3)) - 1)))),
        (Product((ONE / TWO, X**2)), "x", Product((TWO, ONE / TWO, X ** (TWO - 1)))),
        (LOGISTIC, "x", Negative(Quotient(ZERO + exp(-X) * Negative(ONE), (1 + exp(-X)) ** 2))),
        (A / X, "x", Negative(Quotient(A * ONE, X**2))),
        (X / A, "x", ONE / A),
        (X / (1 + X), "x", Quotient(ONE * (1 + X) - X * (ZERO + ONE), (1 + X) ** 2)),
        (X * exp(X), "x", ONE * exp(X) + X * exp(X)),
        (A * X * exp(X), "x", A * (ONE * exp(X) + X * exp(X))),
        (tanh(X), "x", 1 - tanh(X) ** 2),
        (tanh(A * X), "x", (1 - tanh(A * X) ** 2) * 1 * A * X ** (ONE - 1)),
        (exp(exp(X)), "x", exp(exp(X)) * exp(X)),
        (log(X), "x", ONE / X),
        (log(1 - X), "x", Quotient(ZERO - 1, 1 - X)),
        (-(A * log(X)), "x", -(A * (ONE / X))),
        (Cases(X, ZERO, X, A * X), "x", Cases(X, ZERO, ONE, ONE * A * X ** (ONE - 1))),
        (sqrt(X), "x", ONE / (TWO * sqrt(X))),
        (sqrt(A * X), "x", Quotient(ONE * A * X ** (ONE - 1), TWO * sqrt(A * X))),
        (Call("abs", X), "x", Cases(X, ZERO, ONE, Cases(ZERO, X, Negative(ONE), ZERO))),
        (Call("erf", X), "x", TWO / sqrt(PI) * exp(Negative(X**2))),
        (Call("relu", X), "x", Cases(X, ZERO, ONE, ZERO)),
        (Maximum((A, X, B)), "x", Cases(B, X, ZERO, Cases(X, A, ONE, ZERO))),
        (Maximum((X, A)), "x", Cases(A, X, ZERO, ONE)),
        (PI * X, "x", ONE * PI * X ** (ONE - 1)),
        (Marked(X, "", 1) * A, "x", A * ONE),
        (
            IndexedSum("k", Name("p") * A, ((("p", "x"),), (("p", "y"),))),
            "x",
            ONE * A * X ** (ONE - 1) + ZERO,
        ),
    ],
)
def test_last_formula_before_the_arithmetic(tree: Expression, variable: str, last: Expression) -> None:
    stages = [stage for stage in steps(tree, variable) if stage.rules != ("arithmetic",)]
    assert stages[-1].expression == last


@pytest.mark.parametrize(
    ("tree", "last"),
    [
        (log(1 - X), Quotient(Negative(ONE), 1 - X)),
        (A * (X - 1), A * ONE),
        (A * -(X - 1), Product((A, Negative(ONE)))),
        (1 / (1 + X), Negative(Quotient(ONE, (1 + X) ** 2))),
    ],
)
def test_arithmetic(tree: Expression, last: Expression) -> None:
    assert steps(tree, "x")[-1] == Step(("arithmetic",), last)


@pytest.mark.parametrize("tree", [X + 1, X**2, NET, -(X - 1)])
def test_no_arithmetic_in_outermost_sums_and_exponents(tree: Expression) -> None:
    assert all("arithmetic" not in stage.rules for stage in steps(tree, "x"))


def test_the_logistic_begins_with_the_reciprocal_rule() -> None:
    below = 1 + exp(-X)
    assert [stage.rules for stage in steps(LOGISTIC, "x")] == [
        (),
        ("reciprocal",),
        ("sum",),
        ("constant", "exp", "chain"),
        ("factor",),
        ("variable",),
    ]
    assert steps(LOGISTIC, "x")[1].expression == Negative(Quotient(d(below), below**2))


def test_the_rules_have_names() -> None:
    inside = Maximum((Call("softplus", X), A))
    assert [stage.rules for stage in steps(sqrt(inside), "x")] == [
        (),
        ("sqrt", "chain"),
        ("maximum",),
        ("definition",),
        ("log", "chain"),
        ("sum",),
        ("constant", "exp"),
    ]


@pytest.mark.parametrize("tree", [Power(A, X), Call("floor", X), d(X**2)])
def test_what_no_rule_covers(tree: Expression) -> None:
    with pytest.raises(RequestError, match="There is no rule"):
        steps(tree, "x")


leaves = st.sampled_from([X, A, B, ONE, HALF, Number(Fraction(-2))])
POINT = {"x": sympy.Rational(3, 7), "a": sympy.Rational(-5, 3), "b": sympy.Rational(11, 4)}


def grow(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, st.sampled_from([-1, 2, 3]).map(lambda n: Number(Fraction(n)))),
        st.builds(Call, st.sampled_from(["exp", "tanh", "log", "sqrt", "erf", "silu"]), parts),
        st.builds(Cases, leaves, leaves, parts, parts),
        st.builds(Marked, parts, st.just(""), st.just(1)),
    )


def at_the_point(expression: sympy.Expr) -> sympy.Expr:
    return expression.xreplace({sympy.Symbol(name): value for name, value in POINT.items()})


@given(st.recursive(leaves, grow, max_leaves=7))
def test_every_stage_equals_the_derivative(tree: Expression) -> None:
    direct = at_the_point(sympy.diff(to_sympy(tree), sympy.Symbol("x")))
    assume(not direct.has(sympy.nan, sympy.zoo, sympy.oo))
    expected = sympy.N(direct, 40)
    assume(expected.is_number and abs(expected) < 10**12)
    stages = steps(tree, "x")
    assert not any(isinstance(node, Differentiate) for node in walk(stages[-1].expression))
    for stage in stages:
        twin = at_the_point(to_sympy(stage.expression))
        if twin.has(sympy.nan, sympy.zoo):  # a rule may divide by what the direct derivative cancels
            continue
        assert abs(sympy.N(twin, 40) - expected) <= (1 + abs(expected)) * sympy.Rational(1, 10**25)

import subprocess
import sys
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symback import calculus
from symback.calculus import derivative, derivatives, from_sympy, to_sympy
from symback.errors import RequestError, UnknownName
from symback.expression import (
    PI,
    Call,
    Cases,
    Constant,
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
    add,
    exp,
    log,
    names,
    sqrt,
    tanh,
)
from symback.prover import prove

X, Y, Z, A, B = Name("x"), Name("y"), Name("z"), Name("a"), Name("b")
x, y, a, b = sympy.symbols("x y a b")
HALF = Number(Fraction(1, 2))
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
RELU = Cases(X, ZERO, X, ZERO)
POINT = {"x": Fraction(3, 7), "a": Fraction(-5, 3), "b": Fraction(11, 4), "y": Fraction(2, 9)}


def value(node: Expression, at: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """A second evaluation of a tree, by mpmath, for this file only."""
    match node:
        case Number(number):
            return mpmath.mpf(number.numerator) / number.denominator
        case Name(name):
            return at[name]
        case Sum(terms):
            return mpmath.fsum(value(term, at) for term in terms)
        case Product(factors):
            return mpmath.fprod(value(factor, at) for factor in factors)
        case Negative(operand) | Marked(operand):
            return -value(operand, at) if isinstance(node, Negative) else value(operand, at)
        case Quotient(numerator, denominator):
            return value(numerator, at) / value(denominator, at)
        case Power(base, exponent):
            return value(base, at) ** value(exponent, at)
        case Call(function, argument):
            return {"abs": abs}.get(function, getattr(mpmath, function, None))(value(argument, at))
        case Constant("pi"):
            return +mpmath.pi
        case Maximum(operands):
            return max(value(operand, at) for operand in operands)
        case Cases(left, right, chosen, otherwise):
            return value(chosen if value(left, at) > value(right, at) else otherwise, at)
    raise AssertionError(node)


def test_the_tree_does_not_load_sympy() -> None:
    code = "import sys, symback.expression, symback.steps, symback.prover; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("tree", "twin"),
    [
        (Number(Fraction(-3, 4)), sympy.Rational(-3, 4)),
        (X - Y, x - y),
        (X * (Y + 1) / A, x * (y + 1) / a),
        (X**3 - HALF * X, x**3 - x / 2),
        (1 / (1 + exp(-X)), 1 / (1 + sympy.exp(-x))),
        (log(X) * tanh(Y), sympy.log(x) * sympy.tanh(y)),
        (Call("abs", X), sympy.Abs(x)),
        (RELU, sympy.Piecewise((x, x > 0), (0, True))),
        (Call("relu", X), sympy.Piecewise((x, x > 0), (0, True))),
        (X * Call("sigmoid", Y), x / (1 + sympy.exp(-y))),
        (sqrt(2 / PI) * Call("erf", X), sympy.sqrt(2 / sympy.pi) * sympy.erf(x)),
        (Call("floor", X), sympy.floor(x)),
        (Maximum((X, Y, ZERO)), sympy.Max(x, y, 0)),
        (Differentiate(Maximum((X, Y)), "x"), sympy.Piecewise((0, y > x), (1, True))),
        (Differentiate(X**2 * Y, "x"), 2 * x * y),
        (Marked(X + 1, "name", 2) * Y, (x + 1) * y),
        (
            IndexedSum("o", Name("d") * Name("w"), ((("d", "x"), ("w", "a")), (("d", "y"), ("w", "b")))),
            x * a + y * b,
        ),
    ],
)
def test_to_sympy(tree: Expression, twin: sympy.Expr) -> None:
    assert to_sympy(tree) == twin


def test_symbols_of_the_caller() -> None:
    real = sympy.Symbol("x", real=True)
    assert to_sympy(X + Y, {"x": real}) == real + y


def test_a_name_is_never_evaluated() -> None:
    hostile = "__import__('os').abort()"
    assert to_sympy(Name(hostile) + 1) == sympy.Symbol(hostile) + 1
    assert derivative(Name(hostile) * X, "x") == Name(hostile)


def test_unknown_function() -> None:
    with pytest.raises(UnknownName, match=r"Unknown function 'tan'\. Did you mean 'tanh'"):
        to_sympy(Call("tan", X))


@pytest.mark.parametrize("exponent", [10**9, -(10**9), Fraction(10**9, 2)])
def test_a_numeric_bomb_is_refused(exponent: Fraction) -> None:
    with pytest.raises(RequestError, match="bits"):
        to_sympy(Power(Number(Fraction(9)), Number(Fraction(exponent))))


@pytest.mark.parametrize(
    ("twin", "tree"),
    [
        (sympy.Rational(-2, 3), Negative(Number(Fraction(2, 3)))),
        (x + 1, 1 + X),
        (y - x, Y - X),
        (1 - x, 1 - X),
        (-x - y, -X - Y),
        (sympy.Symbol("w10") + sympy.Symbol("w2"), Name("w2") + Name("w10")),
        (-2 * x * y, -(2 * X * Y)),
        (x / 2, HALF * X),
        (3 / x, 3 / X),
        (-x / (y * a), -(X / (A * Y))),
        (x**-2, 1 / X**2),
        (sympy.exp(-x) / (1 + sympy.exp(-x)) ** 2, exp(-X) / (1 + exp(-X)) ** 2),
        (sympy.E, exp(ONE)),
        (sympy.sqrt(x), sqrt(X)),
        (sympy.sqrt(x) ** 3, X ** Number(Fraction(3, 2))),
        (1 / sympy.sqrt(x), 1 / sqrt(X)),
        (sympy.pi, PI),
        (2 * sympy.exp(-(x**2)) / sympy.sqrt(sympy.pi), 2 * exp(-(X**2)) / sqrt(PI)),
        (sympy.floor(x), Call("floor", X)),
        (sympy.Max(x, y), Maximum((X, Y))),
        (x**y, X**Y),
        (sympy.Piecewise((x, x > y), (a, True)), Cases(X, Y, X, A)),
        (sympy.Piecewise((x, x >= y), (a, True)), Cases(Y, X, A, X)),
        (sympy.Piecewise((x, x < y), (a, x < 0), (b, True)), Cases(Y, X, X, Cases(ZERO, X, A, B))),
        (sympy.Piecewise((x, (x > 0) | (y > 0)), (a, True)), Cases(X, ZERO, X, Cases(Y, ZERO, X, A))),
        (sympy.Piecewise((x, (x > 0) & (y > 0)), (a, True)), Cases(X, ZERO, Cases(Y, ZERO, X, A), A)),
        (sympy.Abs(x), Call("abs", X)),
    ],
)
def test_from_sympy(twin: sympy.Expr, tree: Expression) -> None:
    assert from_sympy(twin) == tree
    if not twin.has(sympy.Abs, sympy.GreaterThan, sympy.And, sympy.Or):
        assert to_sympy(tree) == twin


def test_from_sympy_follows_the_order_given() -> None:
    assert from_sympy(x * y + a, ("y", "x", "a")) == Y * X + A
    assert from_sympy(a + b - x * y, ("x", "y", "b")) == B + A - X * Y


@pytest.mark.parametrize(
    "strange",
    [
        sympy.Float("0.5"),
        0.5 * x,
        sympy.oo,
        sympy.zoo * x,
        sympy.nan,
        sympy.EulerGamma,
        sympy.I * x,
        sympy.Integral(x, x),
        sympy.Function("f")(x),
        sympy.Piecewise((x, x > 0)),
        sympy.Piecewise((x, sympy.Eq(x, 0)), (y, True)),
    ],
)
def test_from_sympy_refuses_what_it_does_not_know(strange: sympy.Expr) -> None:
    with pytest.raises(ValueError, match="no formula"):
        from_sympy(strange)


NET = Name("w1") * Name("i1") + Name("w2") * Name("i2") + Name("b1")
ERROR = HALF * (Name("t1") - Name("o1")) ** 2 + HALF * (Name("t2") - Name("o2")) ** 2


@pytest.mark.parametrize(
    ("tree", "variable", "expected"),
    [
        (NET, "w1", Name("i1")),
        (NET, "i2", Name("w2")),
        (NET, "b1", ONE),
        (NET, "w3", ZERO),
        (ERROR, "o2", Name("o2") - Name("t2")),
        (1 / (1 + exp(-X)), "x", exp(-X) / (1 + exp(-X)) ** 2),
        (tanh(X), "x", 1 - tanh(X) ** 2),
        (RELU, "x", Cases(X, ZERO, ONE, ZERO)),
        (Cases(X, ZERO, X, Number(Fraction(1, 100)) * X), "x", Cases(X, ZERO, ONE, Number(Fraction(1, 100)))),
        (Cases(Y, X, X, Y), "x", Cases(Y, X, ONE, ZERO)),
        (Cases(1 - Y * X, ZERO, 1 - Y * X, ZERO), "x", Cases(1 - Y * X, ZERO, -Y, ZERO)),
        (Call("abs", X), "x", Cases(X, ZERO, ONE, Cases(ZERO, X, -ONE, ZERO))),
        (Maximum((A, X, B)), "x", Cases(B, X, ZERO, Cases(X, A, ONE, ZERO))),
        (Maximum((X, A)), "x", Cases(A, X, ZERO, ONE)),
        (Y * Maximum((ZERO, X * Y)), "x", Y * Cases(X * Y, ZERO, Y, ZERO)),
        (Cases(Maximum((X, Y)), ZERO, X**2, Y), "x", Cases(Maximum((X, Y)), ZERO, 2 * X, ZERO)),
        (Maximum((X, Maximum((Y, Z)))), "y", Cases(Maximum((Y, Z)), X, Cases(Z, Y, ZERO, ONE), ZERO)),
        (Call("relu", Call("relu", X)), "x", Cases(Call("relu", X), ZERO, Cases(X, ZERO, ONE, ZERO), ZERO)),
        (Call("softplus", X), "x", exp(X) / (1 + exp(X))),
        (sqrt(X), "x", HALF / sqrt(X)),
        (Call("erf", X), "x", 2 * exp(-(X**2)) / sqrt(PI)),
        (Marked(X, "", 1) * Y, "x", Y),
        (IndexedSum("k", Name("p"), ((("p", "x"),), (("p", "y"),))), "y", ONE),
        (Differentiate(X**3, "x"), "x", 6 * X),
    ],
)
def test_derivative(tree: Expression, variable: str, expected: Expression) -> None:
    assert derivative(tree, variable) == expected


def test_a_condition_is_kept_as_written_and_its_branches_share_it() -> None:
    inner = Cases(3 - X, Y + X, X**2, X)
    assert derivative(inner * Y, "x") == Y * Cases(3 - X, Y + X, 2 * X, ONE)
    nested = Cases(X, ZERO, Cases(X, A, X**2, X), ZERO)
    assert derivative(nested, "x") == Cases(X, ZERO, Cases(X, A, 2 * X, ONE), ZERO)
    assert derivative(Cases(X, ZERO, Y, Y), "y") == ONE
    joined = log(Cases(X, A, X, Cases(Y, B, X, A)))
    assert prove(derivative(joined, "a"), Cases(X, A, ZERO, Cases(Y, B, ZERO, 1 / A)))


def test_at_the_kink_the_derivative_is_that_of_otherwise() -> None:
    leaky = Cases(X, ZERO, X, Number(Fraction(1, 100)) * X)
    at_zero = {"x": mpmath.mpf(0)}
    assert value(derivative(leaky, "x"), at_zero) == mpmath.mpf(1) / 100
    assert value(derivative(Call("abs", X), "x"), at_zero) == 0


def test_at_a_tie_the_first_is_the_largest() -> None:
    tree = Maximum((A, 2 * X, X**2 / 2, 4 * X - 8))
    slope = derivative(tree, "x")
    for first, right in (("8", 0), ("7", 2)):
        assert value(slope, {"x": mpmath.mpf(4), "a": mpmath.mpf(first)}) == right
    turned = derivative(Maximum((4 * X - 8, X**2 / 2, 2 * X, A)), "x")
    assert value(turned, {"x": mpmath.mpf(4), "a": mpmath.mpf(8)}) == 4


def test_what_has_no_derivative() -> None:
    with pytest.raises(ValueError, match="no formula"):
        derivative(Call("floor", X), "x")


def test_a_shape_is_differentiated_once() -> None:
    wide = add([Name(f"w{k}") * Name(f"i{k}") for k in range(300)])
    before = calculus._of_shape.cache_info().misses
    found = derivatives(wide, names(wide))
    assert calculus._of_shape.cache_info().misses - before <= 2
    assert found[:4] == (Name("i0"), Name("w0"), Name("i1"), Name("w1"))


leaves = st.sampled_from([X, A, B, ONE, HALF, Number(Fraction(-2))])


def grow(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        st.builds(Quotient, parts, parts.map(lambda u: Sum((u**2, Number(Fraction(3)))))),
        st.builds(Power, parts, st.sampled_from([2, 3]).map(lambda n: Number(Fraction(n)))),
        st.builds(Call, st.sampled_from(["exp", "tanh"]), parts.map(lambda u: HALF * u)),
        parts.map(lambda u: log(u**2 + 1)),
        st.builds(Cases, leaves, leaves, parts, parts),
        several.map(Maximum),
        st.builds(Call, st.sampled_from(["erf", "abs"]), parts),
        parts.map(lambda u: sqrt(u**2 + PI)),
    )


trees = st.recursive(leaves, grow, max_leaves=8)


@settings(max_examples=80, deadline=None)
@given(trees)
def test_derivative_against_numerical_differentiation(tree: Expression) -> None:
    with mpmath.workdps(40):
        at = {name: mpmath.mpf(exact.numerator) / exact.denominator for name, exact in POINT.items()}
        expected = mpmath.diff(lambda moved: value(tree, at | {"x": moved}), at["x"])
        assume(abs(expected) < 1e12)
        found = value(derivative(tree, "x"), at)
        assert abs(found - expected) <= mpmath.mpf("1e-14") * (1 + abs(expected))


@settings(max_examples=80, deadline=None)
@given(trees)
def test_there_and_back(tree: Expression) -> None:
    with mpmath.workdps(40):
        at = {name: mpmath.mpf(exact.numerator) / exact.denominator for name, exact in POINT.items()}
        expected = value(tree, at)
        assume(abs(expected) < 1e12)
        found = value(from_sympy(to_sympy(tree)), at)
        assert abs(found - expected) <= mpmath.mpf("1e-25") * (1 + abs(expected))

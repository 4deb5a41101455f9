import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from symback import prover
from symback.calculus import derivative, from_sympy, to_sympy
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
    erf,
    exp,
    log,
    rename,
    sqrt,
    tanh,
)
from symback.prover import prove

X, Y, Z, A, B = (Name(name) for name in "xyzab")
ZERO, ONE, TWO = (Number(Fraction(n)) for n in (0, 1, 2))
HALF = Number(Fraction(1, 2))
TINY = Number(1 + Fraction(1, 10**30))


def logistic(u: Expression) -> Expression:
    return 1 / (1 + exp(-u))


def relu(u: Expression) -> Expression:
    return Cases(u, ZERO, u, ZERO)


def absolute(u: Expression) -> Expression:
    return Call("abs", u)


SWISH = X * logistic(X)
SOFTPLUS = log(1 + exp(X))
SCORES = exp(X) + exp(Y) + exp(Z)
CROSS_ENTROPY = -(A * log(logistic(X)) + (1 - A) * log(1 - logistic(X)))

IDENTITIES: dict[str, tuple[Expression, Expression]] = {
    "itself": (log(X / 3), log(X / 3)),
    "logistic, two forms": (logistic(X), exp(X) / (1 + exp(X))),
    "logistic, mirrored": (1 - logistic(X), logistic(-X)),
    "logistic'": (exp(-X) / (1 + exp(-X)) ** 2, logistic(X) * (1 - logistic(X))),
    "logistic' by SymPy": (derivative(logistic(X), "x"), logistic(X) - logistic(X) ** 2),
    "tanh'": (derivative(tanh(X), "x"), 4 / (exp(X) + exp(-X)) ** 2),
    "tanh as logistic": (tanh(X), 2 * logistic(2 * X) - 1),
    "tanh of a sum": (tanh(X + Y), (tanh(X) + tanh(Y)) / (1 + tanh(X) * tanh(Y))),
    "tanh is odd": (tanh(-X), -tanh(X)),
    "tanh(0)": (tanh(X - X), ZERO),
    "exp of a half, squared": (exp(X / 2) ** 2, exp(X)),
    "exp of thirds": (exp(X / 3) ** 2 * exp(X / 6) ** 2, exp(X)),
    "exp of a sum": (exp(X + Y), exp(X) * exp(Y)),
    "exp of a product of sums": (exp(A * (X + Y)), exp(A * X) * exp(Y * A)),
    "exp of a cancelled fraction": (exp((X**2 - Y**2) / (X - Y)), exp(X) * exp(Y)),
    "exp with a constant": (exp(X + 1), exp(X) * exp(ONE)),
    "exp(0)": (exp(X - X), ONE),
    "exp of 0 and of constants": (exp(X - X) * exp(TWO), exp(ONE) ** 2),
    "exp of exp": (exp(exp(X) + X / 2) ** 2, exp(2 * exp(X)) * exp(X)),
    "exp of exp of exp": (exp(exp(exp(X) / 2) ** 2), exp(exp(exp(X)))),
    "a finer scale at a deeper level": (exp(exp(X) + X / 2) ** 2 / exp(X), exp(exp(X)) ** 2),
    "exp of tanh": (exp(tanh(X)), exp(2 * logistic(2 * X)) / exp(ONE)),
    "swish'": (derivative(SWISH, "x"), SWISH + logistic(X) * (1 - SWISH)),
    "softplus'": (derivative(SOFTPLUS, "x"), logistic(X)),
    "softmax, shifted": (exp(X) / SCORES, exp(X - Z) / (exp(X - Z) + exp(Y - Z) + 1)),
    "softmax'": (derivative(exp(X) / SCORES, "x"), exp(X) / SCORES * (1 - exp(X) / SCORES)),
    "softmax' by another": (derivative(exp(X) / SCORES, "y"), -(exp(X) / SCORES * (exp(Y) / SCORES))),
    "cross entropy of a logistic": (derivative(CROSS_ENTROPY, "x"), logistic(X) - A),
    "cancelled": (X * (X - 1) / X, X - 1),
    "difference of squares": ((X**2 - Y**2) / (X - Y), X + Y),
    "powers": (X ** (TWO - 1) * X ** (ONE - 1) / X**-2, X**3),
    "negative power": (Power(1 + X, Negative(TWO)), 1 / (1 + 2 * X + X**2)),
    "power of a constant fraction": (X ** (ONE / TWO + 1), X * Call("sqrt", X)),
    "log of one normal form": (A * log(X * (X - 1)), log(X**2 - X) * A),
    "an unknown function of one normal form": (Call("erf", X + X), Call("erf", 2 * X)),
    "a power with a name in it": ((X + 1) ** (Y + Y), (1 + X) ** (2 * Y)),
    "steps": (2 * HALF * (A - X) ** (TWO - 1) * Negative(ONE) + ZERO, X - A),
    "roots of pi": (sqrt(2 / PI), sqrt(TWO) / sqrt(PI)),
    "a root of a product with pi": (1 / sqrt(2 * PI), sqrt(1 / (PI * 2))),
    "pi": (sqrt(PI**2) * PI, PI * PI),
    "erf of one root in two forms": (erf(X / sqrt(TWO)), erf(sqrt(TWO) * X / 2)),
    "erf is odd": (erf(X - Y), -erf(Y - X)),
    "erf'": (derivative(erf(X), "x"), 2 / sqrt(PI) * exp(-(X**2))),
    "gelu'": (
        derivative(X / 2 * (1 + erf(X / sqrt(TWO))), "x"),
        (1 + erf(X / sqrt(TWO))) / 2 + X * exp(-(X**2) / 2) / sqrt(2 * PI),
    ),
    "a power with pi above": (X ** (PI + 1), X * X**PI),
    "the derivative of such a power": (derivative(X**PI, "x"), PI * X ** (PI - 1)),
    "a function by its name": (Call("silu", X), X * Call("logistic", X)),
    "maximum of two": (Maximum((X, Y)), (X + Y + absolute(X - Y)) / 2),
    "maximum in another order": (Maximum((X, Y, Z)), Maximum((Z, Y, X))),
    "maximum of a maximum": (Maximum((X, Y, Z)), Maximum((Maximum((Z, X)), Y, X))),
    "maximum of many": (Maximum(tuple(map(Name, "abcdefghijkl"))), Maximum(tuple(map(Name, "lkjihgfedcba")))),
    "maximum as relu": (Maximum((X, ZERO)), relu(X)),
    "maximum' at every point": (
        derivative(Maximum((X, Y, Z)), "y"),
        Cases(Maximum((Z, Y)), X, Cases(Z, Y, ZERO, ONE), ZERO),
    ),
    "hinge'": (derivative(Maximum((ZERO, 1 - A * X)), "x"), Cases(1 - A * X, ZERO, -A, ZERO)),
    "marks": (Marked(X, "name", 1) * Y, Y * X),
    "an indexed sum": (IndexedSum("k", Name("p") * A, ((("p", "x"),), (("p", "y"),))), A * (Y + X)),
    "zero": (X - X, ZERO),
    "relu of relu": (relu(relu(X)), relu(X)),
    "relu, scaled": (relu(3 * X), 3 * relu(X)),
    "relu, mirrored": (relu(X) - relu(-X), X),
    "relu, squared": (relu(X) ** 2 + relu(-X) ** 2, X**2),
    "relu, written the other way round": (relu(X), Cases(ZERO, X, ZERO, X)),
    "abs by relu": (absolute(X), 2 * relu(X) - X),
    "abs, squared": (absolute(X * Y) ** 2, X**2 * Y**2),
    "a maximum": (Cases(X, Y, X, Y), (X + Y + absolute(X - Y)) / 2),
    "one condition in two forms": (Cases(X, Y, A, B), Cases(2 * X - Y, Y, A, B)),
    "a condition that is constant": (Cases(TWO, X - X + 1, A, B), A),
    "many conditions, each on both sides": (
        add([relu(Name(f"n{k}")) * A for k in range(12)]),
        add([relu(Name(f"n{k}")) for k in reversed(range(12))]) * A,
    ),
    "equal branches": (Cases(X, Y, logistic(A), B), Cases(X, Y, exp(A) / (1 + exp(A)), B)),
    "relu'": (derivative(relu(X) * Y, "x"), Cases(X, ZERO, Y, ZERO)),
    "a two-layer relu": (
        derivative(relu(A * relu(X * B)), "b"),
        Cases(A * relu(X * B), ZERO, A, ZERO) * Cases(X * B, ZERO, X, ZERO),
    ),
}

DIFFERENT: dict[str, tuple[Expression, Expression]] = {
    "sign": (logistic(X) - logistic(X) ** 2, logistic(X) + logistic(X) ** 2),
    "another name": (logistic(X), logistic(Y)),
    "1e-30 more": (tanh(X), tanh(X) * TINY),
    "1e-30 more, polynomial": (X, X + Number(Fraction(1, 10**30))),
    "missing factor": (derivative(tanh(2 * X), "x"), 1 - tanh(2 * X) ** 2),
    "other exponent": (exp(X) ** 2, exp(X**2)),
    "1 is not 0": (ONE, ZERO),
    "relu of a product": (relu(X * Y), relu(X) * relu(Y)),
    "relu of a sum": (relu(X + Y), relu(X) + relu(Y)),
    "abs": (absolute(X), X),
    "strict or not": (Cases(X, ZERO, ONE, ZERO), Cases(ZERO, X, ZERO, ONE)),
    "condition turned round": (Cases(X, Y, A, B), Cases(Y, X, A, B)),
    "another condition": (Cases(X, Y, A, B), Cases(X, Y + 1, A, B)),
    "root of a square": (Call("sqrt", X**2), X),
    "another constant": (PI, Number(Fraction(355, 113))),
    "erf of another argument": (erf(X), erf(X + TINY)),
    "erf is not even": (erf(X), erf(-X)),
    "the other tie": (derivative(Maximum((X, Y)), "x"), derivative(Maximum((Y, X)), "x")),
    "a larger maximum": (Maximum((X, Y, Z)), Maximum((X, Y))),
    "abs' on one side": (derivative(absolute(X), "x"), Cases(X, ZERO, ONE, Negative(ONE))),
}

UNPROVEN: dict[str, tuple[Expression, Expression]] = {
    "a derivative still to be taken": (Differentiate(X**2, "x"), 2 * X),
    "nothing over nothing": ((X - X) / (X - X), ONE),
    "a zero denominator on both sides": (1 / (X - X), 2 / (X - X)),
    "too many conditions": (
        add([relu(Name(f"n{k}")) for k in range(8)]),
        add([relu(2 * Name(f"n{k}")) / 2 for k in reversed(range(8))]),
    ),
}

BOMBS: dict[str, tuple[Expression, Expression]] = {
    "power of a sum": ((X + Y + Z + A + B) ** 5000, ((X + Y + Z + A + B) ** 2500 + X - X) ** 2 * 1),
    "power of a power": ((X + Y) ** (10**12) - X, (X + Y) ** (10**12) - X + ZERO),
    "power of a number": (Number(Fraction(9)) ** (10**9) - X, ZERO - X + Number(Fraction(9)) ** (10**9)),
    "nested powers": (((X**9999 + 1) ** 9999 + 1) ** 9999 + Y, Y + ((1 + X**9999) ** 9999 + 1) ** 9999),
    "long coefficients": ((X + 10**90) ** 999 + Y, Y + (10**90 + X) ** 999),
    "exp of exp": (exp(exp(exp(exp(X**99)))) ** 99, exp(99 * exp(exp(exp(X**99)))) * 1),
    "many terms": (
        add([X**k for k in range(40)]) ** 60 * (Y + Z + A + B) ** 60 + 1,
        1 + add([X**k for k in range(40)]) ** 59 * (Y + Z + A + B) ** 60 * add([X**k for k in range(40)]),
    ),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_true_identities_are_proven(name: str) -> None:
    left, right = IDENTITIES[name]
    assert prove(left, right)
    assert prove(right, left)


@pytest.mark.parametrize("name", [*DIFFERENT, *UNPROVEN])
def test_what_is_not_proven(name: str) -> None:
    left, right = (DIFFERENT | UNPROVEN)[name]
    assert not prove(left, right)
    assert not prove(right, left)


@pytest.mark.parametrize("name", BOMBS)
def test_no_formula_hangs_the_prover(name: str) -> None:
    start = time.process_time()
    prove(*BOMBS[name])
    assert time.process_time() - start < 10


def test_a_deep_tree_is_not_proven_and_does_no_harm() -> None:
    deep = X
    for _ in range(20_000):
        deep = Negative(deep)
    assert not prove(deep, X)


def test_a_shape_is_proven_once() -> None:
    prove(logistic(A * B), exp(A * B) / (1 + exp(A * B)))
    before = prover._shapes_are_equal.cache_info()
    prove(logistic(X * Y), exp(X * Y) / (1 + exp(X * Y)))
    after = prover._shapes_are_equal.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_the_names_of_both_sides_belong_together() -> None:
    assert prove(X + Y, Y + X)
    assert not prove(X + Y, X + Z)


# --- whole networks ------------------------------------------------------------------------------------


@cache
def network(*sizes: int) -> tuple[Expression, dict[str, Expression]]:
    """E_total of a logistic net with nothing but weights, biases, inputs and targets in it; and the
    gradient of each weight by the chain rule, written out in the same names.
    """
    layers = [[Name(f"i{j + 1}") for j in range(sizes[0])]]
    weights: list[list[list[str]]] = [[]]
    count = 0
    outputs: list[Expression]
    for level, size in enumerate(sizes[1:], 1):
        weights.append([])
        outputs = []
        for _ in range(size):
            row = [f"w{count + j + 1}" for j in range(len(layers[-1]))]
            count += len(row)
            weights[-1].append(row)
            terms = [Name(w) * below for w, below in zip(row, layers[-1], strict=True)]
            outputs.append(logistic(Sum((*terms, Name(f"b{level}")))))
        layers.append(outputs)
    targets = [Name(f"t{j + 1}") for j in range(sizes[-1])]
    error = add([HALF * (t - out) ** 2 for t, out in zip(targets, layers[-1], strict=True)])
    deltas = [-(t - out) * out * (1 - out) for t, out in zip(targets, layers[-1], strict=True)]
    gradients: dict[str, Expression] = {}
    for level in range(len(sizes) - 1, 0, -1):
        for row, delta in zip(weights[level], deltas, strict=True):
            gradients |= {w: delta * below for w, below in zip(row, layers[level - 1], strict=True)}
        backwards = [
            add([delta * Name(row[j]) for row, delta in zip(weights[level], deltas, strict=True)])
            for j in range(sizes[level - 1])
        ]
        deltas = [sent * out * (1 - out) for sent, out in zip(backwards, layers[level - 1], strict=True)]
    return error, gradients


@cache
def flat(sizes: tuple[int, ...], weight: str) -> Expression:
    error, _ = network(*sizes)
    return from_sympy(sympy.diff(to_sympy(error), sympy.Symbol(weight)))


MAZUR = (2, 2, 2)
DEEPER = (2, 2, 2, 2)


@pytest.mark.parametrize(
    ("sizes", "weight"),
    [(MAZUR, f"w{k + 1}") for k in range(8)]
    + [(DEEPER, f"w{k}") for k in (1, 6, 12)]
    + [((3, 5, 4, 2), "w1")],
)
def test_the_chain_rule_equals_flat_differentiation(sizes: tuple[int, ...], weight: str) -> None:
    _, gradients = network(*sizes)
    assert prove(flat(sizes, weight), gradients[weight])


@pytest.mark.parametrize("weight", ["w1", "w5"])
def test_the_derivative_of_a_flat_error(weight: str) -> None:
    error, gradients = network(*MAZUR)
    assert prove(derivative(error, weight), gradients[weight])


WRONG: dict[str, Callable[[Expression], Expression]] = {
    "sign": lambda right: -right,
    "w5 and w7 swapped": lambda right: rename(right, {"w5": "w7", "w7": "w5"}),
    "the inputs swapped": lambda right: rename(right, {"i1": "i2", "i2": "i1"}),
    "1e-30 more": lambda right: right * TINY,
    "w3 for w2": lambda right: rename(right, {"w2": "w3"}),
    "no last factor": lambda right: right.parts[0] if isinstance(right, Negative) else add(right.parts[:1]),
}


@pytest.mark.parametrize("sizes", [MAZUR, DEEPER])
@pytest.mark.parametrize("weight", ["w1", "w5"])
@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_gradients_are_rejected_quickly(sizes: tuple[int, ...], weight: str, mistake: str) -> None:
    right = network(*sizes)[1][weight]
    left, wrong = flat(sizes, weight), WRONG[mistake](right)
    start = time.process_time()
    assert not prove(left, wrong)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("weight", ["w1", "w5"])
def test_a_mazur_gradient_takes_milliseconds(weight: str) -> None:
    left, right = flat(MAZUR, weight), network(*MAZUR)[1][weight]
    taken = []
    for _ in range(7):
        prover._shapes_are_equal.cache_clear()
        start = time.process_time()
        assert prove(left, right)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.03


def test_the_prover_loads_no_sympy() -> None:
    code = (
        "import sys; from symback.prover import prove; from symback.expression import Name, exp\n"
        "assert prove(exp(Name('x'))**2, exp(2*Name('x'))); assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- formulas drawn at random --------------------------------------------------------------------------

leaves = st.sampled_from([X, Y, A, ONE, HALF, Number(Fraction(-2))])


def rational(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, st.sampled_from([-1, 2, 3]).map(lambda n: Number(Fraction(n)))),
        st.builds(Call, st.sampled_from(["exp", "tanh", "erf"]), parts),
        parts.map(lambda u: PI * u),
    )


def with_cases(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    cases = st.builds(Cases, leaves, leaves, parts, parts)
    maxima = st.lists(parts, min_size=2, max_size=3).map(lambda found: Maximum(tuple(found)))
    return st.one_of(rational(parts), cases, maxima, parts.map(relu), parts.map(absolute))


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
        case Negative(operand):
            return -value(operand, at)
        case Quotient(numerator, denominator):
            return value(numerator, at) / value(denominator, at)
        case Power(base, exponent):
            return value(base, at) ** value(exponent, at)
        case Call(function, argument):
            known = {"exp": mpmath.exp, "tanh": mpmath.tanh, "erf": mpmath.erf, "abs": abs}
            return known[function](value(argument, at))
        case Constant("pi"):
            return +mpmath.pi
        case Maximum(operands):
            return max(value(operand, at) for operand in operands)
        case Cases(left, right, chosen, otherwise):
            return value(chosen if value(left, at) > value(right, at) else otherwise, at)
    raise AssertionError(node)


@given(st.recursive(leaves, rational, max_leaves=6))
def test_what_sympy_makes_of_a_formula_is_proven_equal(tree: Expression) -> None:
    twin = sympy.expand(to_sympy(tree))
    assume(not twin.has(sympy.nan, sympy.zoo, sympy.oo) and twin.count_ops() < 60)
    try:
        with mpmath.workdps(20):
            value(tree, {"x": mpmath.mpf("0.3"), "y": mpmath.mpf("-1.7"), "a": mpmath.mpf("2.9")})
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assert prove(from_sympy(twin), tree)


small = st.recursive(leaves, with_cases, max_leaves=4)


@given(small, small, st.booleans())
def test_what_is_proven_has_equal_values(left: Expression, right: Expression, mixed: bool) -> None:
    if mixed:  # a pair of trees is hardly ever equal: try forms of one as well
        right = Cases(right, left, left, left) * 1
    if not prove(left, right):
        return
    with mpmath.workdps(30):
        for numbers in (
            ("0.3", "-1.7", "2.9"),
            ("-2.1", "0.7", "-0.4"),
            ("0", "1.25", "0"),
            ("1", "0", "-3"),
        ):
            at = dict(zip(("x", "y", "a"), map(mpmath.mpf, numbers), strict=True))
            try:
                first, second = value(left, at), value(right, at)
            except (ZeroDivisionError, OverflowError):
                continue
            assert abs(first - second) <= mpmath.mpf("1e-20") * (1 + abs(first))

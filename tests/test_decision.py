"""The decision of claims: a table of identities, true and wrong, and formulas drawn at random.

Witnesses are checked by mpmath, with an evaluation of trees that is written for this file alone.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symback import prover
from symback.decision import Decision, decide
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
    rename,
    tanh,
    transform,
    walk,
)

X, Y, Z, A, B, P, Q = (Name(name) for name in "xyzabpq")
ZERO, ONE, TWO = (Number(Fraction(n)) for n in (0, 1, 2))
HALF = Number(Fraction(1, 2))


def function(name: str) -> Callable[[Expression], Expression]:
    return lambda u: Call(name, u)


logistic, relu, absolute, sqrt, softplus = map(function, ("logistic", "relu", "abs", "sqrt", "softplus"))
sinh, cosh, sigmoid, erf, floor = map(function, ("sinh", "cosh", "sigmoid", "erf", "floor"))


def d(operand: Expression, variable: str = "x") -> Expression:
    return Differentiate(operand, variable)


def number(text: str) -> Expression:
    return Number(Fraction(text))


# --- a second evaluation of trees ------------------------------------------------------------------------

VALUES: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "logistic": lambda u: 1 / (1 + mpmath.exp(-u)),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
    "relu": lambda u: max(u, mpmath.mpf(0)),
    "abs": abs,
    "erf": mpmath.erf,
    "floor": mpmath.floor,
    "sqrt": mpmath.sqrt,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
}


class Undefined(Exception):
    """A formula has no real value at a point."""


def value(node: Expression, at: Mapping[str, Any]) -> Any:
    match node:
        case Number(exact):
            return mpmath.mpf(exact.numerator) / exact.denominator
        case Name(name):
            return at[name]
        case Sum(terms):
            return mpmath.fsum(value(term, at) for term in terms)
        case Product(factors):
            return mpmath.fprod(value(factor, at) for factor in factors)
        case Negative(operand):
            return -value(operand, at)
        case Quotient(above, below):
            divisor = value(below, at)
            if divisor == 0:
                raise Undefined
            return value(above, at) / divisor
        case Power(base, exponent):
            return power(value(base, at), value(exponent, at))
        case Call(name, argument):
            inside = value(argument, at)
            if (name == "log" and inside <= 0) or (name == "sqrt" and inside < 0) or abs(inside) > 10**6:
                raise Undefined
            return VALUES[name](inside)
        case Cases(left, right, chosen, otherwise):
            return value(chosen if value(left, at) > value(right, at) else otherwise, at)
        case Differentiate(operand, variable):
            return mpmath.diff(lambda v: value(operand, {**at, variable: v}), at[variable])
        case Marked(operand):
            return value(operand, at)
        case Constant("pi"):
            return +mpmath.pi
        case Maximum(operands):
            return max(value(operand, at) for operand in operands)
        case IndexedSum(_, body, instances):
            return mpmath.fsum(value(rename(body, dict(instance)), at) for instance in instances)
    raise AssertionError(node)


def power(base: Any, exponent: Any) -> Any:
    if (base == 0 and exponent <= 0) or (base < 0 and exponent != int(exponent)) or abs(exponent) > 10**6:
        raise Undefined
    return base ** (int(exponent) if exponent == int(exponent) else exponent)


def rational(numbers: Mapping[str, Fraction]) -> dict[str, Any]:
    return {name: mpmath.mpf(exact.numerator) / exact.denominator for name, exact in numbers.items()}


def check_witness(left: Expression, right: Expression, decision: Decision, digits: int = 60) -> None:
    """Both sides exist at the witness, and differ by what the ball says."""
    assert decision.verdict == "refuted"
    assert decision.witness is not None
    assert decision.difference is not None
    assert all(isinstance(exact, Fraction) for exact in decision.witness.values())
    with mpmath.workdps(digits):
        at = rational(decision.witness)
        difference = value(left, at) - value(right, at)
        middle, _, radius = decision.difference.strip("[]").partition(" +/- ")
        radius = radius or "1e-20"  # of an exact difference; the derivatives of mpmath are not exact
        assert abs(difference - mpmath.mpf(middle)) <= 2 * mpmath.mpf(radius)
        assert abs(mpmath.mpf(middle)) > mpmath.mpf(radius)


# --- the table -------------------------------------------------------------------------------------------


def softmax(own: Expression, *others: Expression) -> Expression:
    return exp(own) / (exp(own) + add([exp(other) for other in others]))


def cross_entropy(last: Expression) -> Expression:
    """-sum y log s of a softmax over x, y, z with targets a, b and `last`."""
    scores = ((A, softmax(X, Y, Z)), (B, softmax(Y, X, Z)), (last, softmax(Z, X, Y)))
    return -add([target * log(score) for target, score in scores])


BINARY = -(Y * log(P) + (1 - Y) * log(1 - P))


def dense(weights: str, inputs: list[Expression], bias: str) -> Expression:
    names = [Name(weight) for weight in weights.split()]
    return logistic(Sum((*(w * below for w, below in zip(names, inputs, strict=True)), Name(bias))))


I1, I2, T1, T2, W5, W7 = (Name(name) for name in ("i1", "i2", "t1", "t2", "w5", "w7"))
H1, H2 = dense("w1 w2", [I1, I2], "b1"), dense("w3 w4", [I1, I2], "b1")
O1, O2 = dense("w5 w6", [H1, H2], "b2"), dense("w7 w8", [H1, H2], "b2")
ERROR = HALF * (T1 - O1) ** 2 + HALF * (T2 - O2) ** 2
BY_W5 = -(T1 - O1) * O1 * (1 - O1) * H1
DELTA1, DELTA2 = -(T1 - O1) * O1 * (1 - O1), -(T2 - O2) * O2 * (1 - O2)
BY_W1 = (DELTA1 * W5 + DELTA2 * W7) * H1 * (1 - H1) * I1
BELOW = dense("u1", [dense("s1", [X], "c")], "c")
SPELLED = 1 / (1 + exp(-(Name("v1") * BELOW + Name("c"))))

Claim = tuple[Expression, Expression, tuple[str, ...]]
KINK = "on each side of the kink x = 0"

TRUE: dict[str, Claim] = {
    "logistic, two forms": (logistic(X), exp(X) / (1 + exp(X)), ()),
    "logistic' form": (exp(-X) / (1 + exp(-X)) ** 2, logistic(X) * (1 - logistic(X)), ()),
    "logistic'": (d(logistic(X)), logistic(X) * (1 - logistic(X)), ()),
    "sigmoid is logistic": (sigmoid(X), logistic(X), ()),
    "logistic''": (d(d(logistic(X))), logistic(X) * (1 - logistic(X)) * (1 - 2 * logistic(X)), ()),
    "tanh'": (d(tanh(X)), 1 - tanh(X) ** 2, ()),
    "tanh by logistic": (tanh(X), 2 * logistic(2 * X) - 1, ()),
    "logistic by tanh": (logistic(X), (1 + tanh(X / 2)) / 2, ()),
    "exp(x/2)^2": (exp(X / 2) ** 2, exp(X), ()),
    "swish'": (d(X * logistic(X)), logistic(X) * (1 + X * (1 - logistic(X))), ()),
    "log of logistic": (log(logistic(X)), -softplus(-X), ()),
    "softplus": (softplus(X) - softplus(-X), X, ()),
    "softplus'": (d(softplus(X)), logistic(X), ()),
    "softmax, shifted": (softmax(X, Y, Z), softmax(X - A, Y - A, Z - A), ()),
    "softmax'": (d(softmax(X, Y)), softmax(X, Y) * (1 - softmax(X, Y)), ()),
    "softmax and cross entropy": (d(cross_entropy(1 - A - B)), softmax(X, Y, Z) - A, ()),
    "binary cross entropy": (d(BINARY, "p"), (P - Y) / (P * (1 - P)), ("p > 0", "1 - p > 0")),
    "Mazur dE/dw5": (d(ERROR, "w5"), BY_W5, ()),
    "Mazur dE/dw1": (d(ERROR, "w1"), BY_W1, ()),
    "Mazur d2E/dw1dw5": (d(d(ERROR, "w5"), "w1"), d(BY_W1, "w5"), ()),
    "three layers": (d(dense("v1", [BELOW], "c"), "v1"), SPELLED * (1 - SPELLED) * BELOW, ()),
    "relu, mirrored": (relu(X) - relu(-X), X, ()),
    "relu, squared": (relu(X) ** 2 + relu(-X) ** 2, X**2, ()),
    "abs by relu": (absolute(X), 2 * relu(X) - X, ()),
    "log of a square": (log(X**2), 2 * log(X), ("x > 0",)),
    "log of a product": (log(P * Q), log(P) + log(Q), ("p > 0", "q > 0")),
    "a quotient cancelled": (X * (X - 1) / X, X - 1, ("x != 0",)),
}
"""The true ones of the table, and their kin."""

MORE: dict[str, Claim] = {
    "log of a quotient": (log(P / Q), log(P) - log(Q), ("p > 0", "q > 0")),
    "log of a cube": (log(X**3), 3 * log(X), ("x > 0",)),
    "log of factors": (log(X**2 - 1), log(X - 1) + log(X + 1), ("x - 1 > 0", "x + 1 > 0")),
    "logit": (log(P / (1 - P)), log(P) - log(1 - P), ("p > 0", "1 - p > 0")),
    "log of exp": (log(exp(X) * exp(Y)), X + Y, ()),
    "log of a sum of squares": (d(log(X**2 + 1)), 2 * X / (1 + X**2), ()),
    "log of numbers": (log(number("6")), log(TWO) + log(number("3")), ()),
    "log'": (d(log(X)), 1 / X, ("x > 0",)),
    "log' and abs": (d(log(X)), 1 / absolute(X), ("x > 0",)),
    "the same on both sides": (log(X) / Y, log(X) / Y, ()),
    "a denominator on both sides": (X / Y + Z / Y, (X + Z) / Y, ()),
    "a denominator that is positive": (X / (1 + Y**2) * (1 + Y**2), X, ()),
    "exp of log": (exp(2 * log(X)), X**2, ("x > 0",)),
    "exp of half a log": (exp(log(X**2) / 2), absolute(X), ("x != 0",)),
    "sqrt, squared": (sqrt(X) ** 2, X, ("x >= 0",)),
    "sqrt of a square": (sqrt(X**2), absolute(X), ()),
    "sqrt of a product": (sqrt(P * Q), sqrt(P) * sqrt(Q), ("p >= 0", "q >= 0")),
    "sqrt of an exponential": (sqrt(exp(X)), exp(X / 2), ()),
    "sqrt of numbers": (sqrt(number("8")), 2 * sqrt(TWO), ()),
    "1 over sqrt of 2": (1 / sqrt(TWO), sqrt(TWO) / 2, ()),
    "sqrt'": (d(sqrt(X)), 1 / (2 * sqrt(X)), ("x > 0",)),
    "sqrt' of a sum": (d(sqrt(1 + X**2)), X / sqrt(1 + X**2), ()),
    "asinh'": (
        d(log(X + sqrt(X**2 + 1))),
        1 / sqrt(X**2 + 1),
        ("x + sqrt(x^2 + 1) > 0",),
    ),
    "power of thirds": (Power(X, number("1/3")) * Power(X, number("2/3")), X, ("x >= 0",)),
    "power'": (d(X**A), A * X ** (A - 1), ("x > 0",)),
    "2^x'": (d(TWO**X), log(TWO) * TWO**X, ()),
    "e^x": (exp(ONE) ** X, exp(X), ()),
    "hyperbolic": (cosh(X) ** 2 - sinh(X) ** 2, ONE, ()),
    "sinh'": (d(sinh(X)), cosh(X), ()),
    "relu'": (d(relu(X)), Cases(X, ZERO, ONE, ZERO), (KINK,)),
    "abs'": (d(absolute(X)), X / absolute(X), ("x != 0",)),
    "relu of a positive argument": (relu(exp(X)), exp(X), ()),
    "a log inside cases": (Cases(X, ZERO, log(X * X), ZERO), Cases(X, ZERO, 2 * log(X), ZERO), ()),
    "conditions turned round": (Cases(X, ZERO, ONE, ZERO), Cases(ZERO, X, ZERO, ONE), (KINK,)),
    "abs of an even power": (sqrt(4 * (X + Y) ** 4), 2 * absolute((Y + X) ** 2), ()),
    "one product in two orders": (log((X + 1) * Y), log(Y * (1 + X)), ("(x + 1)*y > 0",)),
    "an unknown function": (Call("f", X + X) * 2, Call("f", 2 * X) + Call("f", X * 2), ()),
    "an indexed sum": (IndexedSum("k", Name("p") * A, ((("p", "x"),), (("p", "y"),))), A * (Y + X), ()),
    "a mark": (d(Marked(X, "name", 1) ** 2), 2 * X, ()),
    "a tower": (exp(exp(exp(X))) ** 2, exp(2 * exp(exp(X))), ()),
    "erf'": (d(erf(X)), 2 / sqrt(PI) * exp(-(X**2)), ()),
    "gelu'": (
        d(X / 2 * (1 + erf(X / sqrt(TWO)))),
        (1 + erf(X / sqrt(TWO))) / 2 + X / sqrt(2 * PI) * exp(-(X**2) / 2),
        (),
    ),
    "roots of pi": (sqrt(X / PI), sqrt(X) / sqrt(PI), ("x >= 0",)),
    "abs' on both sides": (d(absolute(X)), Cases(X, ZERO, ONE, Negative(ONE)), (KINK,)),
    "maximum": (Maximum((X, Y)), Maximum((Y, X)), ()),
    "maximum'": (d(Maximum((X, ZERO))), Cases(X, ZERO, ONE, ZERO), (KINK,)),
    "maximum', turned round": (
        d(Maximum((X, Y)), "y"),
        d(Maximum((Y, X)), "y"),
        ("on each side of the kink y = x", "on each side of the kink x = y"),
    ),
    "power with pi": (X**PI, exp(PI * log(X)), ("x > 0",)),
}

WRONG: dict[str, tuple[Expression, Expression]] = {
    "softmax and cross entropy": (d(cross_entropy(1 - A - B)), softmax(X, Y, Z) + A),
    "targets that do not add up": (d(cross_entropy(Name("c"))), softmax(X, Y, Z) - A),
    "Mazur dE/dw5, sign": (d(ERROR, "w5"), -BY_W5),
    "Mazur dE/dw1, w5 and w7": (d(ERROR, "w1"), rename(BY_W1, {"w5": "w7", "w7": "w5"})),
    "relu of a product": (relu(X * Y), relu(X) * relu(Y)),
    "sqrt of a square": (sqrt(X**2), X),
    "a difference of 1e-30": (tanh(X), tanh(X) + number("1e-30")),
    "a factor of 1 + 1e-30": (
        logistic(X) * (1 - logistic(X)),
        d(logistic(X)) * number("1." + "0" * 29 + "1"),
    ),
    "a constant alone": (ONE, ONE + number("1e-40")),
    "saturated": (logistic(1000 + X**2), ONE),
    "a kink far away": (relu(X - 100), ZERO),
    "a narrow case": (Cases(X, number("700.25"), Cases(number("700.75"), X, ONE, ZERO), ZERO), ZERO),
    "missing factor": (d(tanh(2 * X)), 1 - tanh(2 * X) ** 2),
    "another kink": (d(relu(X)), Cases(X, ONE, ONE, ZERO)),
    "half a log": (exp(log(X**2) / 2), X),
    "a power": ((A + B + X + Y) ** 60, (X + Y + A + B) ** 59 * (A + B + X - Y)),
    "a tower": (exp(exp(exp(X))), exp(exp(exp(X))) + 1),
    "log of a sum": (log(P + Q), log(P) + log(Q)),
    "log'": (d(log(X)), 1 / X**2),
    "pi": (PI, number("355/113")),
    "erf'": (d(erf(X)), 2 / PI * exp(-(X**2))),
    "the smaller one": (Maximum((X, Y)), X + Y - Maximum((X, Y))),
    "floor": (floor(X), X - HALF),
}

UNDECIDED: dict[str, tuple[Expression, Expression]] = {
    "defined nowhere": (log(-1 - X**2) * 2, log(-1 - X**2) + log(-1 - X**2)),
    "a zero denominator": (1 / (X - X), 2 / (X - X)),
    "floor": (floor(X + 1), floor(X) + 1),
    "another unknown function": (Call("f", X), 2 * Call("f", X)),
    "no rule for the derivative": (d(Call("f", X)), d(Call("f", X)) * 1),
}


@pytest.mark.parametrize("name", [*TRUE, *MORE])
def test_true_claims_are_proved_with_their_conditions(name: str) -> None:
    left, right, conditions = (TRUE | MORE)[name]
    decision = decide(left, right)
    assert (decision.verdict, set(decision.conditions)) == ("proved", set(conditions))
    assert (decision.witness, decision.difference) == (None, None)
    assert decide(right, left).verdict == "proved"


@pytest.mark.parametrize("name", WRONG)
def test_wrong_claims_are_refuted_with_a_witness(name: str) -> None:
    left, right = WRONG[name]
    check_witness(left, right, decide(left, right), digits=1200 if name in ("saturated", "a tower") else 60)


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_cannot_be_told(name: str) -> None:
    assert decide(*UNDECIDED[name]) == Decision("undecided")


@pytest.mark.parametrize("name", [*TRUE, *MORE, *WRONG])
def test_each_claim_takes_milliseconds(name: str) -> None:
    left, right, *_ = {**MORE, **TRUE, **WRONG}[name]
    taken = []
    for _ in range(3):
        prover._shapes_are_equal.cache_clear()
        start = time.process_time()
        decide(left, right)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.05


def test_positive_names() -> None:
    assert decide(sqrt(X**2), X).verdict == "refuted"
    assert decide(sqrt(X**2), X, positive=["x"]) == Decision("proved")
    assert decide(log(X**2), 2 * log(X), positive=["x"]) == Decision("proved")
    wrong = decide(log(X**2), 3 * log(X), positive=["x"])
    assert wrong.witness is not None
    assert wrong.witness["x"] > 0


TERM = [Name(f"n{k}") for k in range(12)]
HOSTILE: dict[str, tuple[Expression, Expression]] = {
    "towers": (exp(exp(exp(exp(exp(X))))), exp(exp(exp(exp(exp(X + 1)))))),
    "a tower of powers": (number("9") ** (number("9") ** (number("9") ** number("9"))), X),
    "powers of sums": ((A + B + X + Y) ** 60, ((A + B + X + Y) ** 30 + P - P) ** 2),
    "nested powers": (((X**9999 + 1) ** 9999 + 1) ** 9999 + Y, Y + ((1 + X**9999) ** 9999 + 1) ** 9999),
    "long coefficients": ((X + 10**90) ** 999 + Y, Y + (10**90 + X) ** 999),
    "many kinks": (add([relu(n) for n in TERM]), add([relu(n) for n in reversed(TERM)])),
    "many roots": (add([sqrt(n + X) for n in TERM]) ** 12, add([sqrt(X + n) for n in TERM]) ** 12 + ZERO),
    "many logs": (log(Product(tuple(X + n for n in TERM)) + 1), add([log(X + n) for n in TERM])),
    "derivatives of derivatives": (reduce(lambda u, _: d(u), range(9), exp(sinh(tanh(X * Y)))), Y),
    "a product of many": (d(Product(tuple(logistic(X * n) for n in TERM * 10))), X),
    "roots of roots": (sqrt(sqrt(sqrt(sqrt(sqrt(X + Y) + A) + B) + P) + Q), sqrt(X)),
    "a strange exponent": (Power(X, number("1/99999999999999")), X),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_claim_takes_long(name: str) -> None:
    start = time.process_time()
    decide(*HOSTILE[name])
    assert time.process_time() - start < 1


def test_a_deep_tree_is_undecided() -> None:
    deep: Expression = X
    for _ in range(20_000):
        deep = Negative(deep)
    assert decide(deep, Y) == Decision("undecided")


def test_deciding_loads_no_sympy() -> None:
    code = (
        "import sys; from symback.decision import decide; from symback.expression import Name, Call\n"
        "assert decide(Call('logistic', Name('x')), Name('x')).verdict == 'refuted'\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- formulas drawn at random ----------------------------------------------------------------------------

leaves = st.sampled_from([X, Y, A, ONE, HALF, number("3"), Number(Fraction(-2))])
FUNCTIONS = ["exp", "tanh", "logistic", "softplus", "relu", "abs", "sinh", "cosh"]


def larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        st.builds(Quotient, parts, parts),
        st.builds(Power, parts, st.sampled_from([-1, 2, 3]).map(lambda n: Number(Fraction(n)))),
        st.builds(Call, st.sampled_from(FUNCTIONS), parts),
        st.builds(lambda u: Call("log", 1 + u**2), parts),
        st.builds(lambda u: Call("sqrt", u**2), parts),
        st.builds(Call, st.sampled_from(["log", "sqrt"]), parts),
        st.builds(Cases, leaves, leaves, parts, parts),
    )


formulas = st.recursive(leaves, larger, max_leaves=8)


def rewritten(node: Expression, draw: Callable[[], int]) -> Expression:
    """The same function, written differently in many places."""

    def change(part: Expression) -> Expression | None:
        match part, draw() % 3:
            case _, 0:
                return None
            case Sum(terms), _:
                return Sum(tuple(rewritten(term, draw) for term in reversed(terms)))
            case Product((Sum(terms), *rest)), _:
                return add([Product((rewritten(term, draw), *rest)) for term in terms])
            case Quotient(above, Sum() as below), _:
                return Quotient(above * 2, rewritten(below, draw) * 2)
            case Quotient(Sum(terms), below), _:
                return add([rewritten(term, draw) / below for term in terms])
            case Power(base, Number(exact)), _ if exact == 2:
                return rewritten(base, draw) * base
            case Call("exp", Sum(terms)), _:
                return Product(tuple(exp(rewritten(term, draw)) for term in terms))
            case Call("exp", inside), _:
                return exp(rewritten(inside, draw) / 2) ** 2
            case Call("logistic", inside), 1:
                return (1 + tanh(rewritten(inside, draw) / 2)) / 2
            case Call("logistic", inside), _:
                return 1 - logistic(-inside)
            case Call("tanh", inside), _:
                return 2 * logistic(2 * rewritten(inside, draw)) - 1
            case Call("softplus", inside), _:
                return rewritten(inside, draw) + softplus(-inside)
            case Call("relu", inside), _:
                return (rewritten(inside, draw) + absolute(inside)) / 2
            case Call("abs", inside), _:
                return relu(inside) + relu(-rewritten(inside, draw))
            case Call("sqrt", Power(inside, Number(exact))), _ if exact == 2:
                return absolute(rewritten(inside, draw))
            case Call("log", inside), _:
                return log(inside * exp(X)) - X
        return None

    return transform(node, change)


@settings(deadline=None)
@given(formulas, st.randoms(use_true_random=False))
def test_true_rewritings_are_never_refuted(tree: Expression, random: Any) -> None:
    other = rewritten(tree, lambda: random.randrange(1000))
    start = time.process_time()
    decision = decide(tree, other)
    assert decision.verdict != "refuted", (other, decision)
    assert time.process_time() - start < 2


@settings(deadline=None)
@given(formulas, st.randoms(use_true_random=False))
def test_derivatives_of_true_rewritings_are_never_refuted(tree: Expression, random: Any) -> None:
    other = rewritten(tree, lambda: random.randrange(1000))
    start = time.process_time()
    assert decide(d(tree), d(other)).verdict != "refuted", other
    assert time.process_time() - start < 2


def mutants(tree: Expression) -> list[Expression]:
    """The tree with one token changed, at each place in turn."""

    def changes(node: Expression) -> list[Expression]:
        match node:
            case Number(exact):
                return [Number(exact + 1), Number(-exact), Number(exact / 3)]
            case Name(name):
                return [Name({"x": "y", "y": "a", "a": "x"}[name])]
            case Sum((first, *rest)):
                return [Sum((Negative(first), *rest)), Product((first, *rest)), add(rest)]
            case Product((first, *rest)):
                return [Sum((first, *rest)), Product((*rest,)) if len(rest) > 1 else rest[0]]
            case Negative(operand):
                return [operand]
            case Quotient(above, below):
                return [above * below, Quotient(below, above)]
            case Call(name, inside):
                return [inside, Call("tanh" if name != "tanh" else "logistic", inside)]
            case Cases(left, right, chosen, otherwise):
                return [Cases(right, left, chosen, otherwise), Cases(left, right, otherwise, chosen), chosen]
        return []

    found: list[Expression] = []
    for place in range(sum(1 for _ in walk(tree))):
        node = list(walk(tree))[place]
        found += [replaced(tree, place, new) for new in changes(node)]
    return found


def replaced(tree: Expression, place: int, new: Expression) -> Expression:
    """The tree with the node at this place of `walk` exchanged."""
    counter = iter(range(10**6))

    def visit(node: Expression) -> Expression:
        if next(counter) == place:
            for _ in range(sum(1 for _ in walk(node)) - 1):
                next(counter)
            return new
        parts = tuple(map(visit, node.parts))
        return node.with_parts(parts) if parts else node

    return visit(tree)


POINTS = [
    {"x": Fraction(x), "y": Fraction(y), "a": Fraction(a)}
    for x, y, a in (
        ("0.37", "1.91", "2.83"),
        ("-1.13", "0.71", "3.3"),
        ("2.17", "-0.43", "-1.57"),
        ("-0.61", "-2.9", "0.89"),
        ("5.3", "4.7", "6.1"),
    )
]


def differs(left: Expression, right: Expression) -> bool:
    """Whether mpmath tells the two apart at one of five points."""
    for point in POINTS:
        with mpmath.workdps(60):
            try:
                first, second = value(left, rational(point)), value(right, rational(point))
            except (Undefined, OverflowError):
                continue
            if abs(first - second) > mpmath.mpf(10) ** -40 * (1 + abs(first)):
                return True
    return False


@settings(deadline=None, max_examples=60)
@given(formulas, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_mutants_are_proved_only_if_they_are_equal(tree: Expression, choice: int, random: Any) -> None:
    found = mutants(tree)
    assume(found)
    mutant = found[choice % len(found)]
    decision = decide(rewritten(tree, lambda: random.randrange(1000)), mutant)
    if decision.verdict == "proved":
        assert not differs(tree, mutant)

"""The table of activation functions: a formula in x and its textbook derivative. One entry adds one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symback.expression import (
    ONE,
    PI,
    ZERO,
    Call,
    Cases,
    Expression,
    Name,
    Number,
    erf,
    exp,
    log,
    names,
    sqrt,
    tanh,
    walk,
)
from symback.functions import in_basic_functions, is_longer_than
from symback.grammar import FormulaError, parse_of
from symback.registry import Registry

LONGEST = 400
"""A user's formula may have this many parts, with every function written out."""

x = Name("x")
"""The argument: the unit's net input."""
y = Name("y")
"""The function's value: the unit's output. Textbook derivatives are often shortest in it."""
total = Name("total")
"""The sum of an entry's `summand` over all units of the layer."""
other = Name("other")
"""The function's value at another unit of the layer."""
error_slope = Name("error_slope")
"""The derivative of the error by y."""
slope = Name("slope")
alpha = Name("alpha")

HALF = Number(Fraction(1, 2))
TWO = Number(Fraction(2))


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function of one unit.

    `derivative` is the form that textbooks print, in x and y; it is kept as written and proven equal to what
    SymPy differentiates from `formula`, for each document and in the tests. Without one, what SymPy derives
    is shown.
    """

    name: str
    formula: Expression
    derivative: Expression | None
    synonyms: tuple[str, ...] = ()
    kink: Expression | None = None
    """The argument at which the function may have no derivative; there the left derivative is taken."""
    settings: tuple[tuple[str, str], ...] = ()
    """The constants of the formula by name, each with the decimal that stands for it by default."""
    summand: Expression | None = None
    """Where the units of a layer are coupled: `total` is the sum of this formula in x over all of them."""
    cross: Expression | None = None
    """Likewise the derivative of y by the net input of the unit whose value is `other`."""
    backward: Expression | None = None
    """Likewise the derivative of the error by a net input, all units together, in y and `error_slope`;
    `total` is the sum of `backward_summand`. In matrices it is proven for every document."""
    backward_summand: Expression | None = None


def own_activation(text: str) -> Activation:
    """A user's formula in x, such as `x*logistic(x)`, as an activation that is named by the text.

    Functions that are not computed as they are, such as logistic, are written out. Raises FormulaError for
    what is no formula, for other names than x or none, for floor, which has no derivative to go by, and for
    more than LONGEST parts.
    """
    tree = parse_of(text, {"x"})
    if not names(tree):
        raise FormulaError(text, 1, "a formula in x")
    if any(isinstance(node, Call) and node.function == "floor" for node in walk(tree)):
        raise FormulaError(text, text.index("floor") + 1, "a function that has a derivative")
    formula = in_basic_functions(tree, keeps_basic=True)
    if is_longer_than(formula, LONGEST):
        raise FormulaError(text, 1, f"a formula of at most {LONGEST} parts")
    return Activation(text, formula, None)


_LOGISTIC = 1 / (1 + exp(-x))
_CUBIC = Number(Fraction("0.044715"))
_BENT = sqrt(TWO / PI) * (x + _CUBIC * x**3)
"""What the approximation of gelu has inside of tanh."""

ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    [
        Activation("logistic", _LOGISTIC, y * (1 - y), synonyms=("sigmoid",)),
        Activation("tanh", tanh(x), 1 - y**2),
        Activation("relu", Cases(x, ZERO, x, ZERO), Cases(x, ZERO, ONE, ZERO), kink=ZERO),
        Activation(
            "leaky_relu",
            Cases(x, ZERO, x, slope * x),
            Cases(x, ZERO, ONE, slope),
            kink=ZERO,
            settings=(("slope", "0.01"),),
        ),
        Activation(
            "elu",
            Cases(x, ZERO, x, alpha * (exp(x) - 1)),
            Cases(x, ZERO, ONE, y + alpha),
            kink=ZERO,
            settings=(("alpha", "1"),),
        ),
        Activation("softplus", log(1 + exp(x)), _LOGISTIC),
        Activation("silu", x / (1 + exp(-x)), y + _LOGISTIC * (1 - y), synonyms=("swish",)),
        Activation(
            "gelu",
            x / 2 * (1 + erf(x / sqrt(TWO))),
            HALF * (1 + erf(x / sqrt(TWO))) + x / sqrt(TWO * PI) * exp(-(x**2 / 2)),
        ),
        Activation(
            "gelu_tanh",
            HALF * x * (1 + tanh(_BENT)),
            HALF * (1 + tanh(_BENT))
            + HALF * x * (1 - tanh(_BENT) ** 2) * sqrt(TWO / PI) * (1 + 3 * _CUBIC * x**2),
        ),
        Activation("linear", x, ONE, synonyms=("identity",)),
        Activation(
            "softmax",
            exp(x) / total,
            y * (1 - y),
            summand=exp(x),
            cross=-(y * other),
            backward=y * (error_slope - total),
            backward_summand=y * error_slope,
        ),
    ],
)

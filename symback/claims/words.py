"""The functions that a formula may call, by the words that people write."""

from __future__ import annotations

from symback.activations import Activation
from symback.expression import ONE, ZERO, Call, Cases, Expression, Maximum, Negative, Quotient, substitute
from symback.functions import REWRITES
from symback.steps import steps

ONE_ARGUMENT = {
    "exp": "exp", "ln": "log", "log": "log", "tanh": "tanh", "Tanh": "tanh", "logistic": "logistic",
    "sigmoid": "logistic", "Sigmoid": "logistic", "sigm": "logistic", "relu": "relu", "ReLU": "relu",
    "RELU": "relu", "Relu": "relu", "softplus": "softplus", "Softplus": "softplus", "silu": "silu",
    "SiLU": "silu", "swish": "silu", "sqrt": "sqrt", "abs": "abs", "sinh": "sinh", "cosh": "cosh",
    "erf": "erf", "floor": "floor",
}  # fmt: skip
TWO_ARGUMENTS = frozenset({"max", "min"})
"""Functions of two arguments; max takes more as well."""
UNKNOWN = frozenset(
    ["sin", "cos", "tan", "arctan", "factorial", "gamma", "Gamma", "binomial", "softmax", "argmax"]
)
"""Functions that are known to be functions, but not read."""
ACTIVATION_LETTERS = frozenset(["sigma", "phi", "f", "g", "act", "activation"])
"""What the activation of a layer is called."""
UNSURE_LETTERS = frozenset(["f", "g", "F", "G", "phi", "psi"])
"""With a bracket behind them they are functions, and which one is not known."""


def call(function: str, arguments: list[Expression]) -> Expression | None:
    """The function of its arguments, in basic functions; None if it does not take as many."""
    if function == "max" and len(arguments) > 2:
        return Maximum(tuple(arguments))
    if function in TWO_ARGUMENTS and len(arguments) == 2:
        left, right = arguments
        if function == "min":
            return Cases(right, left, left, right)
        # max(0, x) is a rectifier: x where x > 0, else 0.
        first, second = (right, left) if left == ZERO else (left, right)
        return Cases(first, second, first, second)
    if function in ONE_ARGUMENT and len(arguments) == 1:
        return basic(ONE_ARGUMENT[function], arguments[0])
    return None


def basic(function: str, argument: Expression) -> Expression:
    """A function of one argument, written with exp, log, tanh, erf, powers and cases."""
    rewrite = REWRITES.get(function)
    return Call(function, argument) if rewrite is None else rewrite(argument)


def sign(argument: Expression) -> Expression:
    """1, -1 or 0: the derivative of the absolute value."""
    return Cases(argument, ZERO, ONE, Cases(ZERO, argument, Negative(ONE), ZERO))


def applied(activation: Activation, argument: Expression) -> Expression:
    """The activation function of an argument."""
    return substitute(activation.formula, {"x": argument})


def slope(activation: Activation, argument: Expression) -> Expression:
    """The derivative of the activation function, at an argument."""
    if activation.derivative is None:
        return substitute(steps(activation.formula, "x")[-1].expression, {"x": argument})
    return substitute(activation.derivative, {"x": argument, "y": applied(activation, argument)})


def slope_of(function: str, argument: Expression) -> Expression | None:
    """The derivative of a function of one argument, as people know it."""
    whole = basic(function, argument)
    match function:
        case "exp":
            return whole
        case "log":
            return Quotient(ONE, argument)
        case "tanh":
            return 1 - whole**2
        case "logistic":
            return whole * (1 - whole)
        case "softplus":
            return basic("logistic", argument)
        case "relu":
            return Cases(argument, ZERO, ONE, ZERO)
    return None

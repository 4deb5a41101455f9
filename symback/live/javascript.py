"""Shapes of formulas -> functions of JavaScript.

Names are places in a list: no text of a user becomes code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum

from symback.errors import EvaluationError
from symback.expression import (
    Call,
    Cases,
    Constant,
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
    instantiate,
    walk,
)
from symback.functions import REWRITES

FUNCTIONS: Mapping[str, str] = {
    "exp": "Math.exp",
    "log": "Math.log",
    "tanh": "Math.tanh",
    "sqrt": "Math.sqrt",
    "abs": "Math.abs",
    "floor": "Math.floor",
    "erf": "erf",
}
"""The functions that are there; those of REWRITES are made from these. `templates/live/numbers.js` has erf,
and `add`, `above` and `power`, which all formulas use."""
ARGUMENT = "x"


class _Level(IntEnum):
    """How tightly a piece of code binds."""

    NEGATIVE = 0
    PRODUCT = 1
    ATOM = 2


_Code = tuple[str, _Level]


def function_of(shape: Expression) -> str:
    """A formula over `_0`, `_1`, ... as a function of the list of their values.

    Raises EvaluationError for a node or function without a value.
    """
    return "p=>" + _code(shape, lambda name: f"p[{int(name[1:])}]")[0]


def rewritten_functions(shapes: Iterable[Expression]) -> dict[str, str]:
    """The functions of REWRITES that formulas call, by name: each by the formula that it stands for."""
    called = {node.function for shape in shapes for node in walk(shape) if isinstance(node, Call)}
    argument = Name("_")
    return {
        name: f"{ARGUMENT}=>{_code(REWRITES[name](argument), lambda _: ARGUMENT)[0]}"
        for name in sorted(called - FUNCTIONS.keys())
        if name in REWRITES
    }


def _code(node: Expression, variable: Callable[[str], str]) -> _Code:
    """The code of a node; a sum is a call, as `add` makes 0 of what rounding leaves of a 0."""

    def atom(part: Expression) -> str:
        return _bracketed(_code(part, variable), _Level.ATOM)

    def plain(part: Expression) -> str:
        return _code(part, variable)[0]

    match node:
        case Name(name):
            return variable(name), _Level.ATOM
        case Number(value):
            text = str(abs(value.numerator))
            level = _Level.ATOM
            if value.denominator != 1:
                text, level = f"{text}/{value.denominator}", _Level.PRODUCT
            return ("-" + text, _Level.NEGATIVE) if value < 0 else (text, level)
        case Constant("pi"):
            return "Math.PI", _Level.ATOM
        case Sum(terms):
            return f"add({','.join(map(plain, terms))})", _Level.ATOM
        case Product(factors):
            first = _bracketed(_code(factors[0], variable), _Level.PRODUCT)
            return "*".join([first, *map(atom, factors[1:])]), _Level.PRODUCT
        case Negative(operand):
            return "-" + _bracketed(_code(operand, variable), _Level.PRODUCT), _Level.NEGATIVE
        case Quotient(numerator, denominator):
            above = _bracketed(_code(numerator, variable), _Level.PRODUCT)
            return f"{above}/{atom(denominator)}", _Level.PRODUCT
        case Power(base, exponent):
            return f"power({plain(base)},{plain(exponent)})", _Level.ATOM
        case Call(function, argument) if function in FUNCTIONS:
            return f"{FUNCTIONS[function]}({plain(argument)})", _Level.ATOM
        case Call(function, argument) if function in REWRITES:
            return f"F.{function}({plain(argument)})", _Level.ATOM
        case Cases(left, right, value, otherwise):
            chosen = f"above({plain(left)},{plain(right)})?{plain(value)}:{plain(otherwise)}"
            return f"({chosen})", _Level.ATOM
        case Maximum(operands):
            return f"Math.max({','.join(map(plain, operands))})", _Level.ATOM
        case Marked(operand, _, _):
            return _code(operand, variable)
        case IndexedSum():
            return _code(instantiate(node), variable)
    raise EvaluationError(f"There is no way to compute {type(node).__name__} in JavaScript.")


def _bracketed(code: _Code, level: _Level) -> str:
    text, own = code
    return text if own >= level else f"({text})"

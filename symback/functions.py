"""The functions that a formula may call, written with exp, log, tanh, erf, powers and cases alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from symback.expression import (
    ONE,
    ZERO,
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
    Quotient,
    exp,
    instantiate,
    log,
    walk,
)

HALF = Number(Fraction(1, 2))
TWO = Number(Fraction(2))


MOST_OPERANDS = 8
"""A maximum of more operands stays one: written with cases its length doubles with each."""

MOST_SORTED = 500
"""A maximum with more nodes keeps the order of its operands."""


def absolute_value(u: Expression) -> Expression:
    """|u| with its own case for 0, so that its derivative there is 0."""
    return Cases(u, ZERO, u, Cases(ZERO, u, Negative(u), ZERO))


def _logistic(u: Expression) -> Expression:
    return Quotient(ONE, 1 + exp(Negative(u)))


REWRITES: Mapping[str, Callable[[Expression], Expression]] = MappingProxyType(
    {
        "logistic": _logistic,
        "sigmoid": _logistic,
        "softplus": lambda u: log(1 + exp(u)),
        "silu": lambda u: Quotient(u, 1 + exp(Negative(u))),
        "swish": lambda u: Quotient(u, 1 + exp(Negative(u))),
        "relu": lambda u: Cases(u, ZERO, u, ZERO),
        "abs": absolute_value,
        "sqrt": lambda u: Power(u, HALF),
        "sinh": lambda u: Quotient(exp(u) - exp(Negative(u)), TWO),
        "cosh": lambda u: Quotient(exp(u) + exp(Negative(u)), TWO),
    }
)
"""What each function is, as a formula of its argument."""

BASIC = ("exp", "log", "tanh", "sqrt", "abs", "erf", "floor")
"""The functions that are computed and differentiated as they are."""


def in_basic_functions(
    expression: Expression, *, keeps_basic: bool = False, keeps_ties: bool = False
) -> Expression:
    """The formula with every function of REWRITES, and every maximum, replaced by what it is.

    Indexed sums are written out and marks dropped. A power whose exponent holds a name, or pi, becomes
    exp(exponent*log(base)), which is what it means for a positive base. With `keeps_basic`, the functions of
    BASIC and maxima stay as they are. With `keeps_ties`, the operands of a maximum keep their order, which
    its derivative depends on at a tie; else they are sorted, so that equal maxima become equal formulas.
    """
    kept = BASIC if keeps_basic else ()
    done: dict[int, tuple[Expression, Expression]] = {}  # the tree is kept, so that its id stays its own

    def change(node: Expression) -> Expression:
        if isinstance(node, IndexedSum):
            return visit(instantiate(node))
        if isinstance(node, Marked):
            return visit(node.operand)
        if isinstance(node, Maximum) and not keeps_basic and not keeps_ties:
            node = _sorted(node)
            if not isinstance(node, Maximum):
                return visit(node)
        parts = tuple(map(visit, node.parts))
        if isinstance(node, Call) and node.function in kept:
            return node if parts[0] is node.argument else node.with_parts(parts)
        if isinstance(node, Call) and node.function in REWRITES:
            return REWRITES[node.function](parts[0])
        if isinstance(node, Maximum) and len(parts) <= MOST_OPERANDS and not keeps_basic:
            return _largest(parts)
        if isinstance(node, Power) and (has_names(parts[1]) or (not keeps_basic and _has_pi(parts[1]))):
            return exp(parts[1] * log(parts[0]))
        return node if all(map(_same, parts, node.parts)) else node.with_parts(parts)

    def visit(node: Expression) -> Expression:
        if id(node) not in done:
            done[id(node)] = (node, change(node))
        return done[id(node)][1]

    return visit(expression)


def _sorted(node: Maximum) -> Expression:
    """The same maximum with operands of inner ones as its own, each once, in an order of their own."""
    if is_longer_than(node, MOST_SORTED):
        return node
    operands = tuple(sorted(set(_flat(node)), key=repr))
    return operands[0] if len(operands) == 1 else Maximum(operands)


def _flat(node: Expression) -> tuple[Expression, ...]:
    if not isinstance(node, Maximum):
        return (node,)
    return tuple(operand for part in node.operands for operand in _flat(part))


def _largest(operands: tuple[Expression, ...]) -> Expression:
    """The largest with cases alone; all of them share their parts."""
    *others, result = operands
    for operand in reversed(others):
        result = Cases(result, operand, result, operand)
    return result


def defined(call: Call) -> Expression | None:
    """What a call stands for where the function is none of BASIC; None for one that is, or is not known."""
    if call.function in BASIC or call.function not in REWRITES:
        return None
    return REWRITES[call.function](call.argument)


def is_longer_than(expression: Expression, most: int) -> bool:
    """Whether the tree has more nodes than `most`; quick also where parts stand in many places."""
    sizes: dict[int, int] = {}

    def size(node: Expression) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = 1 + sum(map(size, node.parts))
        return sizes[id(node)]

    return size(expression) > most


def has_names(expression: Expression) -> bool:
    """Whether any name occurs."""
    return any(isinstance(node, Name) for node in walk(expression))


def _has_pi(expression: Expression) -> bool:
    return any(isinstance(node, Constant) for node in walk(expression))


def _same(first: Expression, second: Expression) -> bool:
    return first is second

"""A derivative by hand: the author's tree differentiated rule by rule, nothing simplified. No SymPy.

The rules are one table from kind of node to rule, and one from function to rule. They are those of any
calculus course; the tests compare every stage with `sympy.diff`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from symback.errors import RequestError
from symback.expression import (
    ONE,
    PI,
    ZERO,
    Call,
    Cases,
    Differentiate,
    Expression,
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
    instantiate,
    multiply,
    names,
    sqrt,
    transform,
)
from symback.functions import defined

TWO = Number(Fraction(2))


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a derivation: the rules that led to it from the stage before, and the whole formula."""

    rules: tuple[str, ...]
    """Each once, in reading order: sum, constant, variable, factor, product, power, quotient, reciprocal,
    exp, log, tanh, sqrt, abs, erf, cases, maximum, definition (a function is replaced by what it is), chain,
    arithmetic. None for the first stage."""
    expression: Expression


Applied = tuple[tuple[str, ...], Expression]
"""The rules applied to one derivative, and what it became."""


def steps(expression: Expression, variable: str, *, direct: bool = False) -> tuple[Step, ...]:
    """The stages from `Differentiate(expression, variable)` to a formula without derivatives.

    Each stage applies one rule to every outermost derivative of the stage before. A last stage does the
    arithmetic of numbers inside products and fractions, and only where there is any. `direct` marks the
    derivatives as direct ones.
    Raises RequestError for a node that no rule covers, such as a variable in an exponent.
    """
    current: Expression = Differentiate(instantiate(expression), variable)
    stages = [Step((), current)]
    while True:
        applied: list[str] = []
        following = _advance(current, applied)
        if not applied:
            break
        current = following
        stages.append(Step(tuple(dict.fromkeys(applied)), current))
    folded = _fold(current)
    if folded != current:
        stages.append(Step(("arithmetic",), folded))
    if direct:
        stages = [replace(stage, expression=transform(stage.expression, _directly)) for stage in stages]
    return tuple(stages)


def _directly(node: Expression) -> Expression | None:
    if not isinstance(node, Differentiate):
        return None
    return Differentiate(transform(node.operand, _directly), node.variable, is_direct=True)


def _advance(node: Expression, applied: list[str]) -> Expression:
    """One rule at every outermost derivative; a product that comes of it joins the product around it."""
    if isinstance(node, Differentiate):
        rules, result = differentiate(node.operand, node.variable)
        applied.extend(rules)
        return result
    parts: list[Expression] = []
    for part in node.parts:
        new = _advance(part, applied)
        if isinstance(node, Product) and isinstance(part, Differentiate) and isinstance(new, Product):
            parts.extend(new.factors)
        else:
            parts.append(new)
    return node.with_parts(tuple(parts)) if parts else node


def differentiate(operand: Expression, variable: str) -> Applied:
    """One rule applied to d/d`variable` of the operand. Raises RequestError if there is none."""
    while isinstance(operand, Marked):
        operand = operand.operand
    if not _holds(operand, variable):
        return ("constant",), ZERO
    rule = RULES.get(type(operand))
    if rule is None:
        raise RequestError(f"There is no rule that differentiates a {type(operand).__name__} by {variable}.")
    return rule(operand, variable)


def _holds(node: Expression, variable: str) -> bool:
    return variable in names(node)


def _variable(node: Name, variable: str) -> Applied:
    return ("variable",), ONE


def _sum(node: Sum, variable: str) -> Applied:
    def term(part: Expression) -> Expression:
        if isinstance(part, Negative):
            return Negative(Differentiate(part.operand, variable))
        return Differentiate(part, variable)

    return ("sum",), add([term(part) for part in node.terms])


def _negative(node: Negative, variable: str) -> Applied:
    return ("factor",), Negative(Differentiate(node.operand, variable))


def _product(node: Product, variable: str) -> Applied:
    constants = [factor for factor in node.factors if not _holds(factor, variable)]
    varying = [factor for factor in node.factors if _holds(factor, variable)]
    if len(varying) == 1:
        (factor,) = varying
        if isinstance(factor, Power) and not _holds(factor.exponent, variable):
            return _power_rule(factor.exponent, constants, factor.base, variable)
        if isinstance(factor, Name):
            return _power_rule(ONE, constants, factor, variable)
        return ("factor",), multiply([*constants, Differentiate(factor, variable)])
    terms = []
    for place, factor in enumerate(varying):
        changed: list[Expression] = list(varying)
        changed[place] = Differentiate(factor, variable)
        terms.append(multiply(changed))
    return ("product",), multiply([*constants, add(terms)])


def _power(node: Power, variable: str) -> Applied:
    if _holds(node.exponent, variable):
        raise RequestError(f"There is no rule that differentiates a power by {variable} in its exponent.")
    return _power_rule(node.exponent, [], node.base, variable)


def _power_rule(
    exponent: Expression, constants: list[Expression], base: Expression, variable: str
) -> Applied:
    """The exponent, the constant factors in their order, the lowered power, the derivative of the base."""
    rules, inner = _inner(("power",), base, variable)
    return rules, multiply([exponent, *constants, Power(base, exponent - 1), *inner])


def _inner(
    rules: tuple[str, ...], inside: Expression, variable: str
) -> tuple[tuple[str, ...], list[Expression]]:
    """The chain rule's last factor; nothing where the inside is the variable itself."""
    if inside == Name(variable):
        return rules, []
    return (*rules, "chain"), [Differentiate(inside, variable)]


def _quotient(node: Quotient, variable: str) -> Applied:
    above, below = node.numerator, node.denominator
    if not _holds(below, variable):
        return ("factor",), Quotient(Differentiate(above, variable), below)
    if not _holds(above, variable):
        slope = Differentiate(below, variable)
        lifted = slope if above == ONE else multiply([above, slope])
        return ("reciprocal",), Negative(Quotient(lifted, Power(below, TWO)))
    first = multiply([Differentiate(above, variable), below])
    second = multiply([above, Differentiate(below, variable)])
    return ("quotient",), Quotient(Sum((first, Negative(second))), Power(below, TWO))


def _call(node: Call, variable: str) -> Applied:
    meaning = defined(node)
    if meaning is not None:
        return ("definition",), Differentiate(meaning, variable)
    rule = FUNCTIONS.get(node.function)
    if rule is None:
        raise RequestError(f"There is no rule for the derivative of {node.function}.")
    rules, inner = _inner((node.function,), node.argument, variable)
    return rules, rule(node, inner)


def _exp(node: Call, inner: list[Expression]) -> Expression:
    return multiply([node, *inner])


def _log(node: Call, inner: list[Expression]) -> Expression:
    return Quotient(multiply(inner or [ONE]), node.argument)


def _tanh(node: Call, inner: list[Expression]) -> Expression:
    return multiply([Sum((ONE, Negative(Power(node, TWO)))), *inner])


def _sqrt(node: Call, inner: list[Expression]) -> Expression:
    return Quotient(multiply(inner or [ONE]), multiply([TWO, node]))


def _abs(node: Call, inner: list[Expression]) -> Expression:
    """The sign; 0 at 0."""
    sign = Cases(node.argument, ZERO, ONE, Cases(ZERO, node.argument, Negative(ONE), ZERO))
    return multiply([sign, *inner])


def _erf(node: Call, inner: list[Expression]) -> Expression:
    bell = exp(Negative(Power(node.argument, TWO)))
    return multiply([Quotient(TWO, sqrt(PI)), bell, *inner])


def _maximum(node: Maximum, variable: str) -> Applied:
    """The derivative of the largest operand; at a tie of the first."""
    holding = [place for place, operand in enumerate(node.operands) if _holds(operand, variable)]
    if len(holding) == 1:
        return ("maximum",), node.is_won(holding[0], Differentiate(node.operands[holding[0]], variable), ZERO)
    return ("maximum",), node.chosen([Differentiate(operand, variable) for operand in node.operands])


def _cases(node: Cases, variable: str) -> Applied:
    value, otherwise = Differentiate(node.value, variable), Differentiate(node.otherwise, variable)
    return ("cases",), Cases(node.left, node.right, value, otherwise)


RULES: dict[type[Expression], Callable[..., Applied]] = {
    Name: _variable,
    Sum: _sum,
    Negative: _negative,
    Product: _product,
    Power: _power,
    Quotient: _quotient,
    Call: _call,
    Cases: _cases,
    Maximum: _maximum,
}
"""The rule for each kind of node that holds the variable."""

FUNCTIONS: dict[str, Callable[[Call, list[Expression]], Expression]] = {
    "exp": _exp,
    "log": _log,
    "tanh": _tanh,
    "sqrt": _sqrt,
    "abs": _abs,
    "erf": _erf,
}
"""The derivative of each function, given the call and the derivative of its inside as a list of factors."""


def _fold(node: Expression) -> Expression:
    """Sums of numbers, such as 0 - 1, as one number, wherever they are a factor or part of a fraction."""

    def change(part: Expression) -> Expression | None:
        if isinstance(part, Power):
            return Power(_fold(part.base), part.exponent)
        if isinstance(part, Product | Quotient):
            return part.with_parts(tuple(_folded(inner) for inner in part.parts))
        return None

    return transform(node, change)


def _folded(part: Expression) -> Expression:
    if not isinstance(part, Sum | Negative):
        return _fold(part)
    value = _value(part)
    if value is None:
        return _fold(part)
    return Number(value) if value >= 0 else Negative(Number(-value))


def _value(node: Expression) -> Fraction | None:
    """The value of a number, or of a sum of numbers; None for anything else."""
    if isinstance(node, Number):
        return node.value
    if not isinstance(node, Negative | Sum):
        return None
    values = [value for value in map(_value, node.parts) if value is not None]
    if len(values) != len(node.parts):
        return None
    total = sum(values, Fraction(0))
    return -total if isinstance(node, Negative) else total

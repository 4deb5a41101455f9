"""The formula as written: an ordered tree in the author's order. No SymPy, no markup, no numbers evaluated.

Python operators build trees as they are written: `-(target - out) * out * (1 - out)` is the product of
three factors under a minus sign, never reordered, merged or simplified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


class Expression:
    """Base of all nodes. Nodes are immutable; `parts` and `with_parts` give the generic walk."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The direct sub-expressions in reading order."""
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        """The same node over other sub-expressions (as many as `parts` has)."""
        return self

    def __add__(self, other: Expression | int) -> Expression:
        return Sum((*_terms(self), as_expression(other)))

    def __radd__(self, other: int) -> Expression:
        return Sum((as_expression(other), self))

    def __sub__(self, other: Expression | int) -> Expression:
        return Sum((*_terms(self), Negative(as_expression(other))))

    def __rsub__(self, other: int) -> Expression:
        return Sum((as_expression(other), Negative(self)))

    def __mul__(self, other: Expression | int) -> Expression:
        if isinstance(self, Negative):
            return Negative(self.operand * other)
        return Product((*_factors(self), as_expression(other)))

    def __rmul__(self, other: int) -> Expression:
        return Product((as_expression(other), *_factors(self)))

    def __truediv__(self, other: Expression | int) -> Expression:
        return Quotient(self, as_expression(other))

    def __rtruediv__(self, other: int) -> Expression:
        return Quotient(as_expression(other), self)

    def __pow__(self, other: Expression | int) -> Expression:
        return Power(self, as_expression(other))

    def __neg__(self) -> Expression:
        return Negative(self)


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An exact constant of a formula, such as 1 or 1/2."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A reference to a quantity by its canonical name, such as `net_h1` or `dE_total/dw5`."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number that has a name in mathematics: `pi` is the only one."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """Terms in the author's order; a subtracted term is a Negative."""

    terms: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.terms

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Sum(parts)


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """Factors in the author's order."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Product(parts)


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """The operand with a minus sign in front."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Negative(*parts)


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """A fraction."""

    numerator: Expression
    denominator: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.numerator, self.denominator)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Quotient(*parts)


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """A base with an exponent; both are shown as written (`w5^(1 - 1)`)."""

    base: Expression
    exponent: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.base, self.exponent)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Power(*parts)


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A function of one argument, known by name, such as exp, log, tanh, sqrt, abs, erf."""

    function: str
    argument: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.argument,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Call(self.function, *parts)


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    """`value` where `left > right`, else `otherwise`; nested for more than two cases."""

    left: Expression
    right: Expression
    value: Expression
    otherwise: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.value, self.left, self.right, self.otherwise)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        value, left, right, otherwise = parts
        return Cases(left, right, value, otherwise)


@dataclass(frozen=True, slots=True)
class Maximum(Expression):
    """The largest of two or more operands; at a tie the first in reading order counts as the largest."""

    operands: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.operands

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Maximum(parts)

    def chosen(self, values: Sequence[Expression]) -> Expression:
        """Cases that give the value in the place of the largest operand.

        For max(a, b, c): the first value unless max(b, c) > a, else the second unless c > b, else the third.
        """
        first, *rest = self.operands
        if not rest:
            return values[0]
        largest = rest[0] if len(rest) == 1 else Maximum(tuple(rest))
        return Cases(largest, first, Maximum(tuple(rest)).chosen(values[1:]), values[0])

    def is_won(self, place: int, value: Expression, otherwise: Expression) -> Expression:
        """Cases that give `value` where the operand at this place is the largest one."""
        earlier, operand, later = self.operands[:place], self.operands[place], self.operands[place + 1 :]
        if earlier:
            value = Cases(operand, largest(earlier), value, otherwise)
        return Cases(largest(later), operand, otherwise, value) if later else value


def largest(operands: tuple[Expression, ...]) -> Expression:
    """The maximum of one or more operands."""
    return operands[0] if len(operands) == 1 else Maximum(operands)


@dataclass(frozen=True, slots=True)
class IndexedSum(Expression):
    """A general statement such as the sum over o of delta_o * w_ho.

    `body` uses placeholder names; each entry of `instances` maps every placeholder to a quantity,
    as (placeholder, name) pairs.
    """

    index: str
    body: Expression
    instances: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.body,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return IndexedSum(self.index, parts[0], self.instances)


@dataclass(frozen=True, slots=True)
class Differentiate(Expression):
    """A derivative that is still to be taken: d/d`variable` of the operand, every other name held fixed."""

    operand: Expression
    variable: str
    is_direct: bool = False
    """Whether names are held fixed that depend on the variable, which the page marks with a raised plus."""

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Differentiate(parts[0], self.variable, self.is_direct)


@dataclass(frozen=True, slots=True)
class Marked(Expression):
    """An operand that the page sets apart: in the colour number `colour`, with a label under a brace.

    `label` is the key of a word, "name" (the marked name itself, for numbers), or "".
    """

    operand: Expression
    label: str
    colour: int

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Marked(parts[0], self.label, self.colour)


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
PI = Constant("pi")


def as_expression(value: Expression | Fraction | int) -> Expression:
    """A node for a plain number; an expression is returned as it is."""
    return value if isinstance(value, Expression) else Number(Fraction(value))


def _terms(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, Sum) else (expression,)


def _factors(expression: Expression) -> tuple[Expression, ...]:
    return expression.factors if isinstance(expression, Product) else (expression,)


def exp(argument: Expression) -> Expression:
    """e to the power of the argument."""
    return Call("exp", argument)


def log(argument: Expression) -> Expression:
    """The natural logarithm."""
    return Call("log", argument)


def tanh(argument: Expression) -> Expression:
    """The hyperbolic tangent."""
    return Call("tanh", argument)


def sqrt(argument: Expression) -> Expression:
    """The square root that is not negative."""
    return Call("sqrt", argument)


def absolute(argument: Expression) -> Expression:
    """The argument without its sign."""
    return Call("abs", argument)


def erf(argument: Expression) -> Expression:
    """The error function: 2/sqrt(pi) times the integral of exp(-t^2) from 0 to the argument."""
    return Call("erf", argument)


def add(terms: list[Expression] | tuple[Expression, ...]) -> Expression:
    """The sum of the terms; a single term stands alone. Raises ValueError for none."""
    if not terms:
        raise ValueError("a sum needs at least one term")
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def multiply(factors: list[Expression] | tuple[Expression, ...]) -> Expression:
    """The product of the factors; a single factor stands alone. Raises ValueError for none."""
    if not factors:
        raise ValueError("a product needs at least one factor")
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def plus(terms: list[Expression]) -> Expression:
    """The sum as it is written: nested sums flat, a single term alone."""
    return add([part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))])


def times(*factors: Expression) -> Expression:
    """The product as a textbook writes it: ones left out, nested products flat, one minus sign in front."""
    flat: list[Expression] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Negative):
            negative = not negative
            factor = factor.operand
        flat += factor.factors if isinstance(factor, Product) else (factor,)
    kept = [factor for factor in flat if factor != ONE] or [ONE]
    product = multiply(kept)
    return Negative(product) if negative else product


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node, a node before its parts, in reading order."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.parts))


def names(expression: Expression) -> tuple[str, ...]:
    """The names that occur, each once, in reading order."""
    return tuple(dict.fromkeys(node.name for node in walk(expression) if isinstance(node, Name)))


def transform(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The tree with `change` applied from the root down; a node for which it gives None is descended into."""
    changed = change(expression)
    if changed is not None:
        return changed
    parts = expression.parts
    if not parts:
        return expression
    new = tuple(transform(part, change) for part in parts)
    return expression if new == parts else expression.with_parts(new)


def substitute(expression: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The tree with names replaced by expressions, all at once."""
    return transform(
        expression, lambda node: replacements.get(node.name, node) if isinstance(node, Name) else None
    )


def rename(expression: Expression, new_names: Mapping[str, str]) -> Expression:
    """The tree with other names in the same places; `Differentiate` follows."""

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Name):
            return Name(new_names.get(node.name, node.name))
        if isinstance(node, Differentiate):
            variable = new_names.get(node.variable, node.variable)
            return Differentiate(transform(node.operand, change), variable, node.is_direct)
        return None

    return transform(expression, change)


def instantiate(expression: Expression) -> Expression:
    """The tree with every indexed sum written out term by term."""

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, IndexedSum):
            return None
        return add([rename(instantiate(node.body), dict(instance)) for instance in node.instances])

    return transform(expression, change)


def skeleton(expression: Expression) -> tuple[Expression, tuple[str, ...]]:
    """The shape of a formula and the names that fill it: names become `_0`, `_1`, ... in reading order.

    Two formulas of one shape have equal skeletons, so work on a shape is done once.
    """
    found = names(expression)
    return rename(expression, {name: f"_{place}" for place, name in enumerate(found)}), found

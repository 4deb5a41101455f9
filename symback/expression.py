"""The formula as written: an ordered tree in the author's order. No SymPy, no markup, no numbers evaluated.

Python operators build trees as they are written: `-(target - out) * out * (1 - out)` is the product of
three factors under a minus sign, never reordered, merged or simplified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import is_not

from symback.records import record


class Expression:
    """Base of all nodes. Nodes are immutable; `parts` and `with_parts` give the generic walk."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The direct sub-expressions in reading order."""
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        """The same node over other sub-expressions (as many as `parts` has)."""
        return self

    @property
    def own(self) -> tuple[object, ...]:
        """What the node says besides its parts, such as the name of a function."""
        values = [getattr(self, name) for name in self.__match_args__]
        return tuple(value for value in values if not _is_part(value))

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


@record(frozen=True, slots=True)
class Number(Expression):
    """An exact constant of a formula, such as 1 or 1/2."""

    value: Fraction

    @property
    def own(self) -> tuple[object, ...]:
        return (self.value.numerator, self.value.denominator)


@record(frozen=True, slots=True)
class Name(Expression):
    """A reference to a quantity by its canonical name, such as `net_h1` or `dE_total/dw5`."""

    name: str


@record(frozen=True, slots=True)
class Constant(Expression):
    """A number that has a name in mathematics: `pi` is the only one."""

    name: str


@record(frozen=True, slots=True)
class Sum(Expression):
    """Terms in the author's order; a subtracted term is a Negative."""

    terms: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.terms

    @property
    def own(self) -> tuple[object, ...]:
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Sum(parts)


@record(frozen=True, slots=True)
class Product(Expression):
    """Factors in the author's order."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    @property
    def own(self) -> tuple[object, ...]:
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Product(parts)


@record(frozen=True, slots=True)
class Negative(Expression):
    """The operand with a minus sign in front."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    @property
    def own(self) -> tuple[object, ...]:
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Negative(*parts)


@record(frozen=True, slots=True)
class Quotient(Expression):
    """A fraction."""

    numerator: Expression
    denominator: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.numerator, self.denominator)

    @property
    def own(self) -> tuple[object, ...]:
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Quotient(*parts)


@record(frozen=True, slots=True)
class Power(Expression):
    """A base with an exponent; both are shown as written (`w5^(1 - 1)`)."""

    base: Expression
    exponent: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.base, self.exponent)

    @property
    def own(self) -> tuple[object, ...]:
        return ()

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Power(*parts)


@record(frozen=True, slots=True)
class Call(Expression):
    """A function of one argument, known by name, such as exp, log, tanh, sqrt, abs, erf."""

    function: str
    argument: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.argument,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Call(self.function, *parts)


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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


def _is_part(value: object) -> bool:
    """Whether the field of a node holds a part of it, or several."""
    return isinstance(value[0] if isinstance(value, tuple) and value else value, Expression)


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
    if len(terms) == 1:
        return terms[0]
    return add([part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))])


_NAMES = frozenset({Name})


def times(*factors: Expression) -> Expression:
    """The product as a textbook writes it: ones left out, nested products flat, one minus sign in front."""
    if len(factors) > 1 and _NAMES.issuperset(map(type, factors)):  # the usual case
        return Product(factors)
    kept: list[Expression] = []
    negative = False
    for factor in factors:
        if isinstance(factor, Negative):
            negative = not negative
            factor = factor.operand
        flat = factor.factors if isinstance(factor, Product) else (factor,)
        kept += [part for part in flat if not isinstance(part, Number) or part.value != 1]
    product = multiply(kept or [ONE])
    return Negative(product) if negative else product


def times_each(first: Expression) -> Callable[[Expression], Expression]:
    """`times` of the first factor and any other one, for many others: the first is taken apart once."""
    whole = times(first)
    positive = whole.operand if isinstance(whole, Negative) else whole
    factors = () if positive == ONE else _factors(positive)

    def product(last: Expression) -> Expression:
        if type(last) is not Name:
            return times(whole, last)
        found = Product((*factors, last)) if factors else last
        return found if positive is whole else Negative(found)

    return product


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node, a node before its parts, in reading order."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.parts))


def names(expression: Expression) -> tuple[str, ...]:
    """The names that occur, each once, in reading order."""
    if isinstance(expression, Name):
        return (expression.name,)
    found: dict[str, None] = {}
    _collect(expression, found)
    return tuple(found)


def _collect(node: Expression, found: dict[str, None]) -> None:
    for part in node.parts:
        if isinstance(part, Name):
            found[part.name] = None
        else:
            _collect(part, found)


def types_of(expression: Expression) -> set[type]:
    """The types of all nodes."""
    found: set[type] = set()
    _collect_types(expression, found)
    return found


def holds(node: Expression, kind: type[Expression]) -> bool:
    """Whether a node of this type, other than a name, occurs."""
    found = type(node) is kind
    for part in node.parts:
        found = found or (type(part) is not Name and holds(part, kind))
    return found


def _collect_types(node: Expression, found: set[type]) -> None:
    found.add(type(node))
    parts = node.parts
    kinds = set(map(type, parts))
    found |= kinds
    if not kinds <= _NAMES:
        for part in parts:
            if type(part) is not Name:
                _collect_types(part, found)


def transform(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The tree with `change` applied from the root down; a node for which it gives None is descended into."""
    changed = change(expression)
    if changed is not None:
        return changed
    parts = expression.parts
    if not parts:
        return expression
    new = tuple([transform(part, change) for part in parts])
    return expression.with_parts(new) if any(map(is_not, new, parts)) else expression


def substitute(expression: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The tree with names replaced by expressions, all at once."""
    if not replacements:
        return expression
    return transform(
        expression, lambda node: replacements.get(node.name, node) if isinstance(node, Name) else None
    )


def rename(expression: Expression, new_names: Mapping[str, str]) -> Expression:
    """The tree with other names in the same places; `Differentiate` follows."""

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Name):
            new = new_names.get(node.name)
            return node if new is None else Name(new)
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


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """What formulas that differ in names only have in common; there is one of each, compared by identity."""

    expression: Expression
    """The formula over `_0`, `_1`, ... in reading order."""
    types: frozenset[type]
    """The types of its nodes other than names."""


MOST_SHAPES = 16_384
"""So many are kept."""
_shapes: dict[tuple[object, ...], Shape] = {}


def shape_of(expression: Expression) -> tuple[Shape, tuple[str, ...]]:
    """The shape of a formula and the names that fill it, so that work on a shape is done once.

    One walk writes down each node with the number of its parts, a name as its place; that tells shapes apart.
    """
    found: dict[str, int] = {}
    marks: list[object] = []
    variables: list[int] = []
    if isinstance(expression, Name):
        found[expression.name] = 0
    else:
        _mark(expression, found, marks, variables)
    for place in variables:
        marks[place] = found.get(str(marks[place]), marks[place])
    key, filled = tuple(marks), tuple(found)
    shape = _shapes.get(key)
    if shape is None:
        if len(_shapes) >= MOST_SHAPES:
            _shapes.clear()
        tree = rename(expression, dict(zip(filled, _places(len(filled)), strict=True)))
        shape = _shapes[key] = Shape(tree, frozenset(mark for mark in marks if isinstance(mark, type)))
    return shape, filled


def _mark(node: Expression, found: dict[str, int], marks: list[object], variables: list[int]) -> None:
    kind, parts = type(node), node.parts
    marks += (kind, len(parts))
    own = () if kind in _BARE else node.own
    if own:
        if isinstance(node, Differentiate):
            variables.append(len(marks) + own.index(node.variable))
        marks += own
    for part in parts:
        if type(part) is Name:
            marks.append(found.setdefault(part.name, len(found)))
        else:
            _mark(part, found, marks, variables)


_BARE = frozenset({Sum, Product, Negative, Quotient, Power})
"""Nodes that say nothing besides their parts, and make up most of all formulas."""


def filled(shape: Expression, names: Sequence[str]) -> Expression:
    """The formula over `_0`, `_1`, ... with these names in their places."""
    if isinstance(shape, Name):
        return Name(names[int(shape.name[1:])])
    return rename(shape, dict(zip(_places(len(names)), names, strict=True)))


@lru_cache(maxsize=256)
def _places(count: int) -> tuple[str, ...]:
    return tuple(f"_{place}" for place in range(count))


def skeleton(expression: Expression) -> tuple[Expression, tuple[str, ...]]:
    """The shape of a formula and the names that fill it: names become `_0`, `_1`, ... in reading order.

    Two formulas of one shape have the same skeleton.
    """
    shape, names = shape_of(expression)
    return shape.expression, names

"""Formulas to SymPy and back, and the derivative of one formula. The only importer of SymPy.

A module that needs this one imports it inside the function that does, so that a stored derivation is
printed and evaluated without loading SymPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

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
    Shape,
    Sum,
    add,
    filled,
    holds,
    instantiate,
    largest,
    multiply,
    names,
    shape_of,
    sqrt,
    transform,
    types_of,
)
from symback.functions import defined

FUNCTIONS: dict[str, Any] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "tanh": sympy.tanh,
    "abs": sympy.Abs,
    "sqrt": sympy.sqrt,
    "erf": sympy.erf,
    "floor": sympy.floor,
}
"""The basic functions of one argument, and what they are in SymPy."""

MOST_BITS = 100_000
"""A power of two numbers may have about this many bits; checked before it is computed."""


def to_sympy(expression: Expression, symbols: Mapping[str, sympy.Symbol] | None = None) -> Any:
    """The SymPy expression of a formula, built node by node and never from text.

    A name becomes `symbols[name]`, or `Symbol(name)` without assumptions. A derivative that is still to be
    taken is taken, an indexed sum is written out, marks are dropped. Raises UnknownName for a function that
    is not known, and RequestError for a numeric power beyond MOST_BITS.
    """
    return _Writer(dict(symbols or {})).write(instantiate(expression))


class _Writer:
    """One pass from a tree to SymPy, with the symbols in use."""

    def __init__(self, symbols: dict[str, Any]) -> None:
        self.symbols = symbols

    def write(self, node: Expression) -> Any:
        write = self.write
        match node:
            case Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case Name(name):
                return self.symbol(name)
            case Constant("pi"):
                return sympy.pi
            case Sum(terms):
                return sympy.Add(*map(write, terms))
            case Product(factors):
                return sympy.Mul(*map(write, factors))
            case Negative(operand):
                return sympy.Mul(sympy.S.NegativeOne, write(operand))
            case Quotient(numerator, denominator):
                return sympy.Mul(write(numerator), sympy.Pow(write(denominator), sympy.S.NegativeOne))
            case Power(base, exponent):
                return _power(write(base), write(exponent))
            case Call(function, argument):
                meaning = defined(node)
                if meaning is not None:
                    return write(meaning)
                if function not in FUNCTIONS:
                    raise UnknownName("function", function, FUNCTIONS)
                return FUNCTIONS[function](write(argument))
            case Maximum(operands):
                return sympy.Max(*map(write, operands))
            case Cases():
                pairs: list[tuple[Any, Any]] = []
                while isinstance(node, Cases):
                    pairs.append((write(node.value), sympy.Gt(write(node.left), write(node.right))))
                    node = node.otherwise
                return sympy.Piecewise(*pairs, (write(node), sympy.true))
            case Differentiate(operand, variable):
                return sympy.diff(write(_in_cases(operand, variable)), self.symbol(variable))
            case Marked(operand):
                return write(operand)
        raise ValueError(f"SymPy has no twin of {type(node).__name__}")

    def symbol(self, name: str) -> Any:
        if name not in self.symbols:
            self.symbols[name] = sympy.Symbol(name)
        return self.symbols[name]


def _power(base: Any, exponent: Any) -> Any:
    if base.is_Rational and exponent.is_Rational:
        bits = max(abs(base.p).bit_length(), base.q.bit_length()) - 1
        if bits * abs(exponent.p) > MOST_BITS * exponent.q:
            raise RequestError(f"A power of numbers has more than {MOST_BITS} bits.")
    return sympy.Pow(base, exponent)


def from_sympy(expression: Any, order: Sequence[str] = ()) -> Expression:
    """The tree of a SymPy expression, in a readable order.

    Terms come with the positive ones first, factors with the number first; among themselves they follow
    the names in `order`, then the alphabet with w2 before w10. Raises ValueError for what has no exact
    tree, such as floats, infinities and unevaluated integrals.
    """
    return _Reader(order).read(expression)


class _Reader:
    """One pass from SymPy to a tree, with the places of the names that come first."""

    def __init__(self, order: Sequence[str]) -> None:
        self.places = {name: place for place, name in enumerate(order)}

    def read(self, node: Any) -> Expression:
        if node.is_Symbol:
            return Name(node.name)
        if node.is_Rational:
            return _number(node)
        if node is sympy.S.Exp1:
            return Call("exp", Number(Fraction(1)))
        if node is sympy.S.Pi:
            return PI
        if node.is_Add:
            return add(sorted((self.read(term) for term in node.args), key=self.term_key))
        if node.is_Mul:
            return self.read_product(node)
        for name in ("exp", "log", "tanh", "erf", "abs", "floor"):
            if isinstance(node, FUNCTIONS[name]):
                return Call(name, self.read(node.args[0]))
        if node.is_Pow:
            base, exponent = node.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                return Quotient(Number(Fraction(1)), self.read(sympy.Pow(base, -exponent)))
            if exponent is sympy.S.Half:
                return sqrt(self.read(base))
            return Power(self.read(base), self.read(exponent))
        if isinstance(node, sympy.Piecewise):
            return self.read_cases(node.args)
        if isinstance(node, sympy.Max):
            return Maximum(tuple(sorted(map(self.read, node.args), key=self.term_key)))
        if isinstance(node, sympy.sign):
            inside, zero, one = self.read(node.args[0]), Number(Fraction(0)), Number(Fraction(1))
            return Cases(inside, zero, one, Cases(zero, inside, Negative(one), zero))
        raise ValueError(f"no formula for SymPy's {type(node).__name__}")

    def read_product(self, node: Any) -> Expression:
        coefficient, rest = node.as_coeff_Mul()
        if not coefficient.is_Rational:
            raise ValueError(f"no formula for SymPy's {type(coefficient).__name__}")
        above: list[Expression] = []
        below: list[Expression] = []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, sympy.S.One)
            if exponent.is_Rational and exponent < 0:
                below.append(self.read(sympy.Pow(base, -exponent)))
            else:
                above.append(self.read(factor))
        above.sort(key=self.factor_key)
        below.sort(key=self.factor_key)
        if abs(coefficient) != 1 or not above:
            above.insert(0, _number(abs(coefficient)))
        result = multiply(above)
        if below:
            result = Quotient(result, multiply(below))
        return Negative(result) if coefficient < 0 else result

    def read_cases(self, pairs: Any) -> Expression:
        (value, condition), *rest = pairs
        if condition == sympy.true:
            return self.read(value)
        if not rest:
            raise ValueError("no formula for SymPy's Piecewise without a last case")
        return self.choose(condition, self.read(value), self.read_cases(rest))

    def choose(self, condition: Any, value: Expression, otherwise: Expression) -> Expression:
        """`value` where SymPy's condition holds, else `otherwise`; SymPy joins conditions by or, and, not."""
        if isinstance(condition, sympy.StrictGreaterThan | sympy.StrictLessThan):
            return Cases(self.read(condition.gts), self.read(condition.lts), value, otherwise)
        if isinstance(condition, sympy.GreaterThan | sympy.LessThan):  # a >= b is: not b > a
            return Cases(self.read(condition.lts), self.read(condition.gts), otherwise, value)
        if isinstance(condition, sympy.Not):
            return self.choose(condition.args[0], otherwise, value)
        if not isinstance(condition, sympy.And | sympy.Or):
            raise ValueError(f"no formula for SymPy's condition {type(condition).__name__}")
        result = value if isinstance(condition, sympy.And) else otherwise
        for part in reversed(condition.args):
            if isinstance(condition, sympy.And):
                result = self.choose(part, result, otherwise)
            else:
                result = self.choose(part, value, result)
        return result

    def term_key(self, term: Expression) -> tuple[Any, ...]:
        return (isinstance(term, Negative), *self.names_key(term))

    def factor_key(self, factor: Expression) -> tuple[Any, ...]:
        """Numbers before bare names before compounds, each in the order of their names."""
        holds, *places = self.names_key(factor)
        return (holds, not isinstance(factor, Name), *places)

    def names_key(self, node: Expression) -> tuple[Any, ...]:
        found = [self.name_key(name) for name in names(node)]
        return (bool(found), min(found, default=()), found)

    def name_key(self, name: str) -> tuple[Any, ...]:
        place = self.places.get(name)
        if place is not None:
            return (0, place)
        pieces: list[tuple[int, int, str]] = []
        digits = ""
        for character in name + " ":
            if character.isdecimal():
                digits += character
                continue
            if digits:
                pieces.append((0, int(digits), ""))
                digits = ""
            pieces.append((1, 0, character))
        return (1, tuple(pieces))


def _number(value: Any) -> Expression:
    number = Number(Fraction(int(abs(value.p)), int(value.q)))
    return Negative(number) if value.p < 0 else number


def derivative(expression: Expression, variable: str) -> Expression:
    """The derivative of one formula by one of its names, every other name held fixed, by `sympy.diff`.

    Names stand for real numbers. Each case of `Cases` is differentiated under its condition as written, so
    where `left` equals `right` the derivative is that of `otherwise`; a `Maximum` is taken for the cases that
    choose its largest operand. Terms of a sum that do not hold the
    variable are left out beforehand, and each remaining shape is differentiated once.
    Raises ValueError where SymPy's derivative has no exact tree.
    """
    return Differentiable(expression).by(variable)


def derivatives(expression: Expression, variables: Sequence[str]) -> tuple[Expression, ...]:
    """`derivative` by each of the variables, with one walk over the formula for all of them."""
    return tuple(map(Differentiable(expression).by, variables))


_WRITTEN = (IndexedSum, Marked)
"""What is taken for what it stands for."""


class Differentiable:
    """A formula that is differentiated by several of its names, with one walk over it for all of them."""

    def __init__(self, expression: Expression) -> None:
        terms = _terms(expression)
        if not all(shape.types.isdisjoint(_WRITTEN) for shape in {shape for _, shape, _ in terms}):
            terms = _terms(_plain(expression))
        self._holding: dict[str, list[_Term]] = {}
        for term in terms:
            for name in term[2]:
                if name in self._holding:
                    self._holding[name].append(term)
                else:
                    self._holding[name] = [term]

    def by(self, variable: str) -> Expression:
        """As `derivative`."""
        holding = self._holding.get(variable)
        if holding is None:
            return Number(Fraction(0))
        if len(holding) == 1:
            _, shape, filling = holding[0]
        else:
            shape, filling = shape_of(add([tree for tree, _, _ in holding]))
        found = _of_shape(shape, filling.index(variable))
        return Name(filling[found]) if isinstance(found, int) else filled(found, filling)


_Term = tuple[Expression, Shape, tuple[str, ...]]
"""A term, its shape and the names that fill it."""


def _terms(expression: Expression) -> list[_Term]:
    return [
        (tree, *shape_of(tree))
        for tree in (expression.terms if isinstance(expression, Sum) else (expression,))
    ]


def cancelled(expression: Expression) -> Expression | None:
    """A sum or product with fractions whose denominators all cancel, as a sum of products; else None.

    So -(t1/y1)*y1*(1 - y1) + (t2/y2)*y2*y1 becomes y1*(t1 + t2) - t1. Each shape is worked on once.
    """
    if not holds(expression, Quotient):
        return None
    if not types_of(expression) <= {Name, Number, Sum, Product, Negative, Quotient, Power}:
        return None
    shape, filling = shape_of(expression)
    found = _cancelled_shape(shape)
    return None if found is None else filled(found, filling)


@lru_cache(maxsize=1024)
def _cancelled_shape(of: Shape) -> Expression | None:
    shape = of.expression
    order = names(shape)
    symbols = {name: sympy.Symbol(name) for name in order}
    whole = sympy.cancel(_Writer(dict(symbols)).write(shape))
    if sympy.fraction(whole)[1] != 1:
        return None
    factor, whole = whole.as_content_primitive()
    whole = sympy.expand(whole)
    if factor < 0:
        factor, whole = -factor, sympy.expand(-whole)
    # the variable that most terms share stands in front of its bracket: the unit's own output
    terms = sympy.Add.make_args(whole)
    often = max(symbols.values(), key=lambda symbol: sum(term.has(symbol) for term in terms))
    rest, bracket = whole.as_independent(often, as_Add=True)
    inside = sympy.cancel(bracket / often)
    if inside.has(often) or sympy.fraction(inside)[1] != 1:
        found = from_sympy(whole, order)
    else:
        inner = from_sympy(inside, order)
        front = from_sympy(often, order)
        first = front if inner == Number(Fraction(1)) else multiply([front, inner])
        after = from_sympy(rest, order)
        more = after.terms if isinstance(after, Sum) else (after,)
        found = Sum((first, *more)) if rest != 0 else first
    return found if factor == 1 else multiply([_number(factor), found])


def _plain(expression: Expression) -> Expression:
    """Without marks and indexed sums."""
    return transform(
        instantiate(expression), lambda node: _plain(node.operand) if isinstance(node, Marked) else None
    )


def _in_cases(expression: Expression, variable: str) -> Expression:
    """Outside of conditions, maxima and functions that are not basic as cases that differ in the variable."""

    def change(node: Expression) -> Expression | None:
        match node:
            case Cases(left, right, value, otherwise):
                return Cases(left, right, transform(value, change), transform(otherwise, change))
            case Maximum(operands):
                values = [transform(operand, change) for operand in operands]
                holding = [place for place, operand in enumerate(operands) if variable in names(operand)]
                if len(holding) != 1:
                    return node.chosen(values)
                (place,) = holding  # whichever of the others is the largest, it is constant
                others = largest(operands[:place] + operands[place + 1 :])
                return node.is_won(place, values[place], others)
            case Call():
                meaning = defined(node)
                return None if meaning is None else transform(meaning, change)
        return None

    return transform(expression, change)


def _with_real_sizes(expression: Expression, symbols: Mapping[str, sympy.Symbol]) -> Expression:
    """abs(u) as cases where SymPy cannot tell that u is real, as of a root: it would take u for complex."""
    zero = Number(Fraction(0))

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Call) or node.function != "abs":
            return None
        inside = transform(node.argument, change)
        if to_sympy(inside, symbols).is_extended_real:
            return Call("abs", inside)
        return Cases(inside, zero, inside, Cases(zero, inside, Negative(inside), zero))

    return transform(expression, change)


@lru_cache(maxsize=4096)
def _of_shape(of: Shape, slot: int) -> Expression | int:
    """The derivative by the name in this slot; the number of a slot where it is the name there alone."""
    found = _differentiated(of.expression, slot)
    return int(found.name[1:]) if isinstance(found, Name) else found


def _differentiated(shape: Expression, slot: int) -> Expression:
    # SymPy rewrites conditions (it sorts them and moves terms across); each is held by a name meanwhile.
    conditions: dict[tuple[Expression, Expression], str] = {}

    def hold(node: Expression) -> Expression | None:
        if not isinstance(node, Cases):
            return None
        name = conditions.setdefault((node.left, node.right), f"?{len(conditions)}")
        value, otherwise = transform(node.value, hold), transform(node.otherwise, hold)
        return Cases(Name(name), Number(Fraction(0)), value, otherwise)

    order = names(shape)
    symbols = {name: sympy.Symbol(name, real=True) for name in order}
    held = transform(_with_real_sizes(_in_cases(shape, f"_{slot}"), symbols), hold)
    released = {Name(name): condition for condition, name in conditions.items()}

    def release(node: Expression) -> Expression | None:
        if isinstance(node, Cases) and node.left in released:
            value, otherwise = transform(node.value, release), transform(node.otherwise, release)
            return Cases(*released[node.left], value, otherwise)
        return None

    symbols |= {name: sympy.Symbol(name, real=True) for name in conditions.values()}
    result = sympy.diff(_Writer(symbols).write(held), symbols[f"_{slot}"])
    return transform(from_sympy(result, order), release)

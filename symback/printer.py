"""Expression -> printed shape: the one walk over the tree, with brackets where they are needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symback.dialects import Dialect
from symback.expression import (
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
)
from symback.shapes import Break, Label, Level, Piece, Position, Printed, Slot, Variable

Print = Callable[[Any, Position, int], Printed]
_SPREADING = (Cases, IndexedSum)


class Printer:
    """Prints a shape whose names are `_0`, `_1`, ...; `depth` counts what forbids a line break."""

    def __init__(self, dialect: Dialect, numbers: bool, tall: tuple[bool, ...]) -> None:
        self.dialect = dialect
        self.numbers = numbers
        self.tall = tall
        self.functions = dict(dialect.functions)
        self.tall_functions = self.functions | dict(dialect.tall_functions)
        self.constants = dict(dialect.constants)
        self.printers: dict[type[Expression], Print] = {
            Number: self._number,
            Name: self._name,
            Constant: self._constant,
            Sum: self._sum,
            Product: self._product,
            Negative: self._negative,
            Quotient: self._quotient,
            Power: self._power,
            Call: self._call,
            Cases: self._cases,
            Maximum: self._maximum,
            IndexedSum: self._indexed_sum,
            Differentiate: self._differentiate,
            Marked: self._marked,
        }

    def print(self, node: Expression, position: Position = Position.PLAIN, depth: int = 0) -> Printed:
        return self.printers[type(node)](node, position, depth)

    def _number(self, node: Number, position: Position, depth: int) -> Printed:
        value = node.value
        number = self.dialect.number
        sign = self.dialect.negative if value < 0 else ""
        level = Level.NEGATIVE if value < 0 else Level.ATOM
        if value.denominator == 1:
            return Printed((sign + number(str(abs(value.numerator))),), level)
        before, between, after = self.dialect.fraction
        above, below = number(str(abs(value.numerator))), number(str(value.denominator))
        text = f"{sign}{before}{above}{between}{below}{after}"
        if not self.dialect.stacks and level is Level.ATOM:
            level = Level.PRODUCT
        return Printed((text,), level, is_tall=self.dialect.stacks)

    def _name(self, node: Name, position: Position, depth: int) -> Printed:
        place = int(node.name[1:])
        return Printed((Slot(place, position),), Level.ATOM, self.tall[place])

    def _constant(self, node: Constant, position: Position, depth: int) -> Printed:
        return Printed((self.constants[node.name],), Level.ATOM)

    def _sum(self, node: Sum, position: Position, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = False
        for place, term in enumerate(node.terms):
            subtracted = place > 0 and isinstance(term, Negative)
            operand = term.operand if isinstance(term, Negative) and subtracted else term
            where = Position.INNER if place else position
            printed = self.print(operand, where, depth)
            if (place and printed.level is Level.NEGATIVE) or (subtracted and printed.level is Level.SUM):
                printed = self.grouped(operand, depth)
            if place:
                pieces += [Break(2 * depth)] if depth <= 1 else []
                pieces.append(self.dialect.minus if subtracted else self.dialect.plus)
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.SUM, tall)

    def _negative(self, node: Negative, position: Position, depth: int) -> Printed:
        printed = self.print(node.operand, Position.INNER, depth)
        if printed.level in (Level.SUM, Level.NEGATIVE):
            printed = self.grouped(node.operand, depth)
        return Printed((self.dialect.negative, *printed.pieces), Level.NEGATIVE, printed.is_tall)

    def _product(self, node: Product, position: Position, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = opens = False
        for place, factor in enumerate(node.factors):
            printed = self.print(factor, Position.INNER if place else position, depth)
            is_sum = printed.level is Level.SUM
            if is_sum or printed.level is Level.NEGATIVE or isinstance(factor, _SPREADING):
                printed = self.grouped(factor, depth, opens_bracket=is_sum)
            if place and printed.level is Level.PRODUCT and isinstance(factor, Quotient):
                printed = self.grouped(factor, depth)
            if place:
                sign = self.dialect.times_numbers if self.numbers else self.dialect.times
                pieces += [Break(2 * depth + 1)] if depth <= 1 and not printed.opens_bracket else []
                pieces.append(self.dialect.beside_bracket if printed.opens_bracket else sign)
            else:
                opens = printed.opens_bracket
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.PRODUCT, tall, opens)

    def _quotient(self, node: Quotient, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.fraction
        stacks = self.dialect.stacks
        above = self.print(node.numerator, Position.PLAIN if stacks else position, depth + 2)
        below = self.print(node.denominator, Position.PLAIN if stacks else Position.INNER, depth + 2)
        if not stacks:
            if above.level in (Level.SUM, Level.NEGATIVE):
                above = self.grouped(node.numerator, depth + 2)
            if below.level not in (Level.ATOM, Level.POWER):
                below = self.grouped(node.denominator, depth + 2)
        level = Level.ATOM if stacks else Level.PRODUCT
        return Printed((before, *above.pieces, between, *below.pieces, after), level, is_tall=stacks)

    def _power(self, node: Power, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.power
        base = self.print(node.base, Position.BASE, depth)
        opens = base.level is Level.SUM
        if base.level is not Level.ATOM or isinstance(node.base, Quotient | Call | Cases | Maximum | Number):
            plain = isinstance(node.base, Number) and base.level is Level.ATOM and not base.is_tall
            base = base if plain else self.grouped(node.base, depth)
        inside = Position.PLAIN if self.dialect.stacks else Position.BASE
        exponent = self.print(node.exponent, inside, depth + 2)
        if not self.dialect.stacks and exponent.level is not Level.ATOM:
            exponent = self.grouped(node.exponent, depth + 2)
        pieces = (before, *base.pieces, between, *exponent.pieces, after)
        return Printed(pieces, Level.POWER, base.is_tall, opens)

    def _call(self, node: Call, position: Position, depth: int) -> Printed:
        argument = self.print(node.argument, Position.PLAIN, depth + 2)
        before, after = (self.tall_functions if argument.is_tall else self.functions)[node.function]
        return Printed((before, *argument.pieces, after), Level.ATOM, argument.is_tall)

    def _maximum(self, node: Maximum, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.maximum
        pieces: list[Piece] = []
        for operand in node.operands:
            pieces += [between] if pieces else [before]
            pieces += self.print(operand, Position.PLAIN, depth + 2).pieces
        return Printed((*pieces, after), Level.ATOM)

    def _cases(self, node: Cases, position: Position, depth: int) -> Printed:
        before, between, row, after = self.dialect.cases
        value, left, right, otherwise = (
            self.print(part, Position.PLAIN, depth + 2).pieces
            for part in (node.value, node.left, node.right, node.otherwise)
        )
        first = (before, *value, between, *left, self.dialect.greater, *right, row, *otherwise)
        if self.dialect.stacks:
            return Printed(
                (*first, between, *left, self.dialect.not_greater, *right, after), Level.ATOM, True
            )
        pieces = (before, *left, self.dialect.greater, *right, between, *value, row, *otherwise, after)
        return Printed(pieces, Level.ATOM)

    def _indexed_sum(self, node: IndexedSum, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.indexed_sum
        body = self.print(node.body, Position.INNER, depth + 2)
        if body.level in (Level.SUM, Level.NEGATIVE):
            body = self.grouped(node.body, depth + 2)
        return Printed((before, node.index, between, *body.pieces, after), Level.PRODUCT, is_tall=True)

    def _differentiate(self, node: Differentiate, position: Position, depth: int) -> Printed:
        dialect = self.dialect
        before, after = dialect.differentiate_directly if node.is_direct else dialect.differentiate
        operand = self.print(node.operand, Position.PLAIN, depth + 1)
        opening, closing = self.dialect.tall_square if operand.is_tall else self.dialect.square
        pieces = (before, Variable(node.variable), after, opening, *operand.pieces, closing)
        return Printed(pieces, Level.ATOM, is_tall=True)

    def _marked(self, node: Marked, position: Position, depth: int) -> Printed:
        printed = self.print(node.operand, position, depth + 2)
        if not self.dialect.colours:
            return printed
        before, between, after = self.dialect.mark
        colour = self.dialect.colours[node.colour % len(self.dialect.colours)]
        pieces: tuple[Piece, ...] = (before + colour + between, *printed.pieces, after)
        if node.label:
            start, middle, end = self.dialect.brace
            place = int(node.operand.name[1:]) if isinstance(node.operand, Name) else -1
            pieces = (start, *pieces, middle, Label(node.label, place), end)
        return Printed(pieces, printed.level, printed.is_tall)

    def grouped(self, node: Expression, depth: int, opens_bracket: bool = False) -> Printed:
        """The node in brackets; inside them a leading minus needs no more brackets."""
        printed = self.print(node, Position.PLAIN, depth + 1)
        before, after = self.dialect.tall_group if printed.is_tall else self.dialect.group
        return Printed((before, *printed.pieces, after), Level.ATOM, printed.is_tall, opens_bracket)

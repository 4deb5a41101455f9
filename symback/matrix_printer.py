"""Matrix formulas -> printed shapes: names of matrices as symbols, or their entries as numbers."""

from __future__ import annotations

from symback.dialects import Dialect
from symback.expression import Expression
from symback.matrix_nodes import Applied, Elementwise, Matrix, MatrixProduct, Ones, Transposed, entries_of
from symback.printer import Printer
from symback.shapes import Break, Level, Piece, Position, Printed, Variable

MOST_ROWS = 12
"""A matrix of numbers shows at most so many rows."""


class MatrixPrinter(Printer):
    """The printer of scalar formulas, with the nodes of matrix formulas added to its table."""

    def __init__(self, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int) -> None:
        super().__init__(dialect, numbers, tall)
        self.most_columns = most_columns
        self.printers |= {
            Matrix: self._matrix,
            Ones: self._ones,
            Transposed: self._transposed,
            MatrixProduct: self._matrix_product,
            Elementwise: self._elementwise,
            Applied: self._applied,
        }

    def _matrix(self, node: Matrix, position: Position, depth: int) -> Printed:
        if not self.numbers:
            return Printed((Variable(node.name),), Level.ATOM, is_tall="/" in node.name)
        return self._array(node)

    def _ones(self, node: Ones, position: Position, depth: int) -> Printed:
        if self.numbers:
            return self._array(node)
        if self.dialect.counted_ones is None:
            return Printed((self.dialect.ones,), Level.ATOM)
        before, after = self.dialect.counted_ones
        return Printed((f"{before}{node.count}{after}",), Level.ATOM)

    def _array(self, node: Expression) -> Printed:
        """The entries in rows; of a large matrix the first columns and rows, and dots."""
        before, between, row_end, after = self.dialect.matrix
        pieces: list[Piece] = [before]
        for row_place, row in enumerate(entries_of(node)):
            pieces += [row_end] if row_place else []
            if row_place == MOST_ROWS:
                pieces.append(self.dialect.vertical_dots)
                break
            shown = row if len(row) <= self.most_columns else row[: self.most_columns - 1]
            for place, entry in enumerate(shown):
                pieces += [between] if place else []
                pieces += self.print(entry, Position.PLAIN, 2).pieces
            pieces += [between, self.dialect.dots] if len(shown) < len(row) else []
        return Printed((*pieces, after), Level.ATOM, is_tall=True)

    def _transposed(self, node: Transposed, position: Position, depth: int) -> Printed:
        if self.numbers:
            return self._array(node)
        operand = self.print(node.operand, Position.BASE, depth)
        if self.dialect.transposed is not None:
            start, end = self.dialect.transposed
            return Printed((start, *operand.pieces, end), Level.ATOM)
        opening, closing = ("", "") if isinstance(node.operand, Ones) else self.dialect.group
        before, between, after = self.dialect.power
        pieces = (before, opening, *operand.pieces, closing, between, self.dialect.transpose, after)
        return Printed(pieces, Level.ATOM)

    def _matrix_product(self, node: MatrixProduct, position: Position, depth: int) -> Printed:
        sign = self.dialect.times if self.numbers else self.dialect.beside_matrix
        return self._joined(node.factors, sign, depth)

    def _elementwise(self, node: Elementwise, position: Position, depth: int) -> Printed:
        return self._joined(node.factors, self.dialect.elementwise, depth)

    def _joined(self, factors: tuple[Expression, ...], sign: str, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = False
        for place, factor in enumerate(factors):
            printed = self.print(factor, Position.INNER, depth)
            if printed.level is not Level.ATOM:
                printed = self.grouped(factor, depth)
            pieces += [Break(2 * depth + 1), sign] if place else []
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.PRODUCT, tall)

    def _applied(self, node: Applied, position: Position, depth: int) -> Printed:
        if self.numbers:
            return self._array(node)
        operand = self.print(node.operand, Position.PLAIN, depth + 2)
        if node.layer:
            start, between, after = dict(self.dialect.layer_functions)[node.function]
            before = f"{start}{node.layer}{between}"
        else:
            before, after = self.functions[node.function]
        return Printed((before, *operand.pieces, after), Level.ATOM)

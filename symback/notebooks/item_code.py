"""What an item of a document tells in numbers -> the code that computes and compares it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from symback.document import Equation, Figure, Item, Plot, Show, Table
from symback.expression import (
    Differentiate,
    Expression,
    IndexedSum,
    Marked,
    Name,
    Number,
    names,
    transform,
    walk,
)
from symback.graph import Role, Rule
from symback.matrix_nodes import Matrix
from symback.matrix_printer import MOST_ROWS
from symback.naming import after_updates
from symback.notebooks.lines import table, written
from symback.notebooks.source import Source
from symback.notebooks.training_code import TrainingCode
from symback.notebooks.workings import Workings
from symback.typeset import Filler

MOST_COLUMNS = Filler.most_columns
_MANY_LINES = re.compile(r"\n{4,}")
SETTINGS = frozenset({Role.LEARNING_RATE, Role.SETTING})


def names_told(item: Item) -> Iterator[str]:
    """Every name whose value an item shows."""
    for block in item.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield from (cell.value for cell in row if not isinstance(cell, str) and cell.value)
        elif isinstance(block, Figure | Plot):
            continue  # a document tells its numbers elsewhere
        elif isinstance(block.left, Matrix):
            if any(row.show is Show.VALUE for row in block.rows):
                yield from (getattr(entry, "name", "") for row in block.left.entries for entry in row)
        elif isinstance(block.left, Name):
            yield block.left.name


class ItemCode:
    """The code of one item after another, in one scope; nothing is compared twice."""

    def __init__(self, source: Source, told: Iterator[str]) -> None:
        self.source = source
        self.workings = Workings(source)
        later = [name for name in told if self._has_number(name) and self._is_trained(name)]
        self.training = TrainingCode(self.workings, later) if later else None
        self.checked: set[str] = set()
        self.checks: list[str] = []

    def _has_number(self, name: str) -> bool:
        return name in self.source.graph and self.source.value(name) is not None

    def _is_trained(self, name: str) -> bool:
        """Whether the number is one that training gives."""
        return self.source.graph[name].rule is Rule.TRAINING

    def of(self, item: Item) -> str:
        """The lines, first what is computed, then the comparisons; "" where nothing is told in numbers."""
        self.checks = []
        for name in item.symbols.values():
            if name in self.source.graph and self.source.graph[name].role in SETTINGS:
                self._tell(name, compare=False)
        for block in item.blocks:
            if isinstance(block, Equation):
                self._equation(block)
                continue
            for row in block.rows if isinstance(block, Table) else ():
                for cell in row:
                    if not isinstance(cell, str) and cell.value in self.source.graph:
                        self._tell(cell.value)
        lines = self.workings.taken()
        gap = [""] if len(lines) > 1 and self.checks else []
        code = "\n".join([*lines, *gap, *self.checks]).strip("\n")
        return _MANY_LINES.sub("\n\n\n", code)

    def _tell(self, name: str, *, compare: bool = True) -> None:
        name = self.source.graph[name].name
        if self.source.value(name) is None:
            return
        self._trained(name)
        self.workings.define([name])
        is_plain = self.source.is_given(name) or isinstance(self.source.graph[name].formula, Number)
        if compare and not is_plain and name not in self.checked:
            self.checked.add(name)
            self._compare(self.source.identifiers[name], name)

    def _trained(self, name: str) -> None:
        if self.training is not None and self._is_trained(name):
            self.training.write(1 if name.endswith("+") else after_updates(name)[1])

    def _compare(self, code: str, name: str) -> None:
        printed = self.source.printed(name)
        if printed is not None:
            self.checks.append(f"check({code}, {json.dumps(printed)})")

    def _equation(self, equation: Equation) -> None:
        has_value = any(row.show is Show.VALUE for row in equation.rows)
        if isinstance(equation.left, Matrix):
            if has_value:
                self._matrix(equation, equation.left)
            return
        if not isinstance(equation.left, Name) or equation.left.name not in self.source.graph:
            return
        name = self.source.graph[equation.left.name].name
        is_number = isinstance(equation.rows[0].expression, Number)
        if not (has_value or is_number) or self.source.value(name) is None:
            return
        if has_value and name in self.checked:
            if self.source.carry is None:  # rounded on the way, other ways give other numbers
                self._other_forms(equation, name)
            return
        self._tell(name)

    def _other_forms(self, equation: Equation, name: str) -> None:
        """A number that was compared before is computed in the other way that is shown now."""
        for row in equation.rows:
            formula = _computable(row.expression)
            own = self.source.quantity(name).formula
            if row.show is Show.SYMBOLS and formula is not None and formula not in (own, Name(name)):
                if any(
                    one not in self.source.graph or self.source.value(one) is None for one in names(formula)
                ):
                    continue
                self.workings.define(names(formula))
                self._compare(written(formula, self.workings.filler), name)

    def _matrix(self, equation: Equation, matrix: Matrix) -> None:
        entries = [getattr(entry, "name", "") for row in matrix.entries for entry in row]
        if any(not self._has_number(name) for name in entries):
            return
        for name in entries:
            self._trained(name)
        fresh = matrix.name not in self.checked
        self.workings.define_matrix(matrix)
        if all(map(self.source.is_given, entries)):
            return
        self.checked.add(matrix.name)
        if fresh:
            self._compare_matrix(self.source.identifiers[matrix.name], matrix)
        if fresh or self.source.carry is not None:
            return
        for row in equation.rows:
            if row.show is Show.SYMBOLS and row.expression != matrix:
                self.workings.need(row.expression)
                self._compare_matrix(f"({written(row.expression, self.workings.filler)})", matrix)

    def _compare_matrix(self, code: str, matrix: Matrix) -> None:
        """Compares the rows and columns that a document shows of a large matrix."""
        height, width = len(matrix.entries), len(matrix.entries[0])
        columns = width if width <= MOST_COLUMNS else MOST_COLUMNS - 1
        if height > MOST_ROWS or columns < width:
            code += f"[:{min(height, MOST_ROWS)}, :{columns}]"
        rows = [
            [json.dumps(self.source.printed(getattr(entry, "name", ""))) for entry in row[:columns]]
            for row in matrix.entries[:MOST_ROWS]
        ]
        self.checks.append(table(f"check({code}, ", rows, ")"))


def _computable(formula: Expression) -> Expression | None:
    """The formula without what is there for the eye; None where it is no formula to compute with."""
    plain = transform(formula, lambda node: _unmarked(node) if isinstance(node, Marked) else None)
    if any(isinstance(node, IndexedSum | Differentiate) for node in walk(plain)):
        return None
    return plain


def _unmarked(node: Marked) -> Expression:
    return transform(node.operand, lambda inner: _unmarked(inner) if isinstance(inner, Marked) else None)

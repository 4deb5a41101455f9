"""Boxes of common mistakes after the steps of a document: what is done wrong, and the number it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symback.document import Cell, Document, Equation, Item, Show, Table
from symback.evaluation import Evaluation, Given, Rounding, evaluate
from symback.expression import Expression, Name
from symback.fillers import plain
from symback.graph import Graph, Quantity, Rule
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.placing import wrongs_of
from symback.mistakes.workings import DERIVATIVES, Workings

MOST_ROWS = 5
"""A box has so many rows at most; the catalogue has the commonest mistakes of each step first."""
LONGEST = 44
"""A formula with more letters, written plainly, would be wider than the page."""
LESS = 10
"""What the column of quantities takes from it."""
PREFIX = "wrong_value_"
"""Names of wrong numbers; no quantity of a network begins so."""


@dataclass(frozen=True, slots=True)
class Box:
    """The wrong formulas of one step, by mistake."""

    quantity: str
    wrongs: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True)
class Boxes:
    """All boxes of a document, with their numbers."""

    boxes: Mapping[str, Box]
    evaluation: Evaluation
    """Of all quantities, the wrong numbers among them."""

    @property
    def formulas(self) -> dict[str, Expression]:
        """The wrong formulas by the names of their numbers."""
        return {
            wrong_name(name, place): formula
            for name, box in self.boxes.items()
            for place, (_, formula) in enumerate(box.wrongs)
        }

    def into(self, document: Document) -> Document:
        """The document with a box after each step that has one, where it is worked out first."""
        left = dict(self.boxes)
        sections = tuple(
            replace(section, items=tuple(self._boxed(item, left) for item in section.items))
            for section in document.sections
        )
        return replace(document, sections=sections)

    def _boxed(self, item: Item, left: dict[str, Box]) -> Item:
        found = [left.pop(name) for name in dict.fromkeys(_shown(item)) if name in left]
        several = sum(1 for box in found if next(self._rows(box, 0), None) is not None) > 1
        longest = LONGEST - LESS if several else LONGEST
        rows = [(box, row) for box in found for row in self._rows(box, longest)]
        if not rows:
            return item
        head: tuple[Cell, ...] = (Cell(word="mistake"), Cell(word="wrong_step"), Cell(word="wrong_number"))
        if several:
            head = (Cell(word="step_of"), *head)
        table = [(Cell(symbol=box.quantity), *row) if several else row for box, row in rows]
        return replace(item, blocks=(*item.blocks, Table("mistakes", head, tuple(table))))

    def _rows(self, box: Box, longest: int) -> Iterator[tuple[Cell, ...]]:
        """A row for each mistake that gives another number than the right one and those above."""
        right = self.evaluation.values.get(box.quantity)
        seen = {right.text} if right is not None else set()
        count = 0
        for place, (mistake, formula) in enumerate(box.wrongs):
            name = wrong_name(box.quantity, place)
            value = self.evaluation.values.get(name)
            if (value is not None and value.text in seen) or count == MOST_ROWS:
                continue
            if value is not None:
                seen.add(value.text)
            count += 1
            shown = Cell(formula=formula) if len(plain(formula)) <= longest else Cell()
            yield Cell(word=mistake), shown, Cell(value=name if value is not None else "")


def wrong_name(quantity: str, place: int) -> str:
    """The name of a wrong number of a quantity."""
    return f"{PREFIX}{place}_{quantity}"


def boxes_of(
    document: Document,
    workings: Workings,
    given: Mapping[str, Given],
    rounding: Rounding,
    evaluation: Evaluation,
) -> Boxes:
    """The boxes for all steps that a document shows in equations, evaluated as the document is."""
    boxes: dict[str, Box] = {}
    for section in document.sections:
        for item in section.items:
            for name in _shown(item):
                wrongs = tuple(_wrongs(workings, name)) if name in workings.formulas else ()
                if wrongs and name not in boxes:
                    boxes[name] = Box(name, wrongs)
    graph = _with_wrong(workings.graph, boxes)
    values = evaluate(graph, given, rounding).values
    wrong = {name: value for name, value in values.items() if name.startswith(PREFIX)}
    return Boxes(boxes, replace(evaluation, values={**evaluation.values, **wrong}))


def _shown(item: Item) -> Iterator[str]:
    """The quantities whose value, or whose formula where there are no numbers, an item works out."""
    for block in item.blocks:
        if isinstance(block, Equation) and isinstance(block.left, Name):
            has_value = block.rows[-1].show is Show.VALUE
            if has_value or all(row.show is Show.SYMBOLS for row in block.rows):
                yield block.left.name


def _wrongs(workings: Workings, name: str) -> Iterator[tuple[str, Expression]]:
    seen: list[Expression] = []
    formula = workings.formula(name)
    while isinstance(formula, Name) and workings.role(formula.name) in DERIVATIVES:
        name = formula.name  # the same step under another name
        formula = workings.formula(name)
    for mistake in MISTAKES:
        for wrong in wrongs_of(workings, mistake, name) if not mistake.needs_given else ():
            if wrong.formula not in seen:
                seen.append(wrong.formula)
                yield mistake.name, wrong.formula


def _with_wrong(graph: Graph, boxes: Mapping[str, Box]) -> Graph:
    """The graph without what training computes, and with the wrong formulas at its end."""
    known = [quantity for quantity in graph if quantity.rule is not Rule.TRAINING]
    wrong = [
        Quantity(wrong_name(name, place), graph[name].role, Rule.DEFINITION, formula)
        for name, box in boxes.items()
        for place, (_, formula) in enumerate(box.wrongs)
    ]
    return Graph((*known, *wrong))

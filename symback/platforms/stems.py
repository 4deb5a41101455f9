"""The texts of questions: the network, its numbers, what is asked, and the worked solution, all as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from symback.exercises.model import Answer, Box, Exercise
from symback.exercises.setting import Setting
from symback.expression import Name, Number
from symback.expression import names as names_in
from symback.feedback.difference import shortened
from symback.feedback.figures import Figures
from symback.graph import Graph, Quantity, Role
from symback.papers.views import BoxView, ChoiceView, ExerciseView, PaperView, SheetView
from symback.platforms.html import FORMAT, HtmlPen, math, paragraph
from symback.platforms.paper import Say
from symback.platforms.picture import PICTURE
from symback.platforms.xml import element
from symback.render import piece

FORWARD = (Role.NET_INPUT, Role.ACTIVATION, Role.INTERMEDIATE, Role.ERROR, Role.TOTAL_ERROR)
MOST_FORMULAS = 60
"""Of a network with more, only the conventions are told."""


@dataclass(frozen=True)
class Stems:
    """Writes the texts of one paper."""

    setting: Setting
    sheet: SheetView
    paper: PaperView
    right: Figures
    pen: HtmlPen
    say: Say
    language: str

    @property
    def graph(self) -> Graph:
        """Of the network."""
        return self.setting.graph

    def piece(self, macro: str, *facts: object) -> str:
        """A piece of the sheet's own texts, in one line."""
        return piece("platform", macro, FORMAT, self.language, *facts).strip()

    def network(self, *, has_picture: bool) -> str:
        """The formulas of the forward pass, the given numbers, and how to round."""
        steps = [one for one in self.graph.with_role(*FORWARD) if _is_told(one)]
        if len(steps) <= MOST_FORMULAS:
            formulas = Markup(", ").join(map(self._definition, steps))
            told = self.say("network", formulas=formulas)
        else:
            told = self.piece("conventions", self.sheet)
        parts = [
            self.piece("network", self.sheet),
            told,
            self.piece("given", self.paper),
            self.piece("rounding", self.sheet),
        ]
        picture = [element("img", "", {"src": PICTURE, "alt": self.say("picture")})] if has_picture else []
        return "".join(map(_paragraphs, (*picture, *parts)))

    def title(self, view: ExerciseView) -> str:
        """The heading of an exercise, as HTML."""
        return self.piece("title", view)

    def task(self, exercise: Exercise, view: ExerciseView) -> str:
        """What an exercise asks; boxes and cells are left to the platform."""
        text = self.piece("task", replace(view, boxes=(), cells=()))
        return _paragraphs(text) + self._conventions(exercise)

    def asked(self, box: Box, view: ExerciseView, box_view: BoxView) -> str:
        """What a box asks for, beside the task of its exercise."""
        if box.answer is Answer.NUMBER:
            symbol = self.pen.name(box.quantity)
            return f"{self.say('number', symbol=symbol)} {self.say('tolerance', tolerance=box.tolerance)}"
        if box.answer is Answer.FORMULA:
            return self.say("formula", symbol=self.pen.name(box.quantity))
        return "" if box.answer is Answer.TEXT else self.piece("question", view, box_view)

    def offered(self, choice: ChoiceView) -> str:
        """What a choice shows."""
        return self.piece("choice", choice)

    def _conventions(self, exercise: Exercise) -> str:
        """What the symbols of these boxes stand for, where it is not plain from the formulas."""
        quantities = [self.graph[box.quantity] for box in exercise.boxes if box.quantity in self.graph]
        parts = []
        deltas = [one for one in quantities if one.role is Role.DELTA and one.names]
        if deltas:
            symbol, meaning = self.pen.name(deltas[0].name), self.pen.name(deltas[0].names[0])
            parts.append(self.say("delta", symbol=symbol, meaning=meaning))
        updated = [one for one in quantities if one.name.endswith("+")]
        if updated:
            parts.append(self.say("update", example=self._update(updated[0])))
        return paragraph(*parts) if parts else ""

    def _update(self, quantity: Quantity) -> str:
        """The rule of an update, by its first parameter."""
        rules = [one for one in self.graph.with_role(Role.UPDATED) if one.formula is not None]
        rule = rules[0] if quantity.role is not Role.UPDATED and rules else quantity
        return self._definition(rule) if rule.formula is not None else self.pen.name(rule.name)

    def table(self, exercise: Exercise, view: ExerciseView) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The headings of a table's columns, and the labels of its rows."""
        rows, columns = len(exercise.rows), exercise.facts.get("columns")
        if isinstance(columns, (list, tuple)) and len(view.heads) == rows:
            head = tuple(self.piece("column", column) for column in columns)
            return ("", *head), tuple(map(math, view.heads))
        width = max(map(len, exercise.rows), default=0)
        return ("", *map(str, range(1, width + 1))), tuple(map(str, range(1, rows + 1)))

    def solution(self, boxes: Iterable[Box]) -> str:
        """For each quantity: its formula, the same in numbers, and its value."""
        lines = [self._line(box) for box in boxes]
        return "".join(paragraph(line) for line in dict.fromkeys(lines) if line)

    def _line(self, box: Box) -> str:
        if box.answer not in (Answer.NUMBER, Answer.FORMULA) or box.quantity not in self.graph:
            return ""
        formula = box.formula if box.formula is not None else self.graph[box.quantity].formula
        sides = [self.pen.symbol(box.quantity)]
        if formula is not None and not isinstance(formula, Number):
            formula = shortened(formula)
            sides.append(self.pen.line(formula))
            if not isinstance(formula, Name) and box.answer is Answer.NUMBER:
                texts = self.right.of(name for name in names_in(formula) if name in self.graph)
                sides.append(self.pen.line(formula, texts))
        if box.answer is Answer.NUMBER:
            sides.append(box.value)
        return math(" = ".join(sides))

    def _definition(self, quantity: Quantity) -> Markup:
        assert quantity.formula is not None
        return math(f"{self.pen.symbol(quantity.name)} = {self.pen.line(shortened(quantity.formula))}")


def _is_told(quantity: Quantity) -> bool:
    return quantity.formula is not None and not quantity.name.endswith("+") and "@" not in quantity.name


def _paragraphs(text: str) -> str:
    """A paragraph for each part of a text that an empty line sets apart."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return "".join(paragraph(part) for part in parts if part)

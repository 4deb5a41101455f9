"""The texts of questions: the network, its numbers, what is asked, and the worked solution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symback.evaluation import Rounding
from symback.exercises.model import Answer, Box, Exercise, Variant
from symback.exercises.setting import Setting
from symback.expression import Name, Number
from symback.expression import names as names_in
from symback.feedback.difference import shortened
from symback.feedback.figures import Figures
from symback.graph import Graph, Quantity, Role
from symback.platforms.html import HtmlPen, math, paragraph
from symback.platforms.paper import Say

GIVEN = {
    "inputs": (Role.INPUT,),
    "targets": (Role.TARGET,),
    "weights": (Role.WEIGHT,),
    "biases": (Role.BIAS,),
}
"""The lists of given numbers; what has another role stands among the others."""
FORWARD = (Role.NET_INPUT, Role.ACTIVATION, Role.INTERMEDIATE, Role.ERROR, Role.TOTAL_ERROR)
LOGARITHM = r"\ln("
MOST_FORMULAS = 60
"""A network with more is told by its numbers alone."""
SENTENCES = {
    Answer.SEVERAL: "several",
    Answer.ORDER: "order",
    Answer.FORMULA: "formula",
    Answer.TEXT: "text",
}


@dataclass(frozen=True)
class Stems:
    """Writes the texts of one paper."""

    setting: Setting
    rounding: Rounding
    right: Figures
    pen: HtmlPen
    say: Say

    @property
    def graph(self) -> Graph:
        """Of the network."""
        return self.setting.graph

    def network(self, variant: Variant) -> str:
        """The formulas of the forward pass, and the given numbers."""
        steps = [one for one in self.graph.with_role(*FORWARD) if self._is_told(one)]
        parts = []
        if len(steps) <= MOST_FORMULAS:
            parts.append(paragraph(self.say("network"), ", ".join(map(self._definition, steps))))
        listed: dict[str, list[str]] = {}
        keys = {role: key for key, roles in GIVEN.items() for role in roles}
        for name, number in variant.numbers.items():
            key = keys.get(self.graph[name].role, "others")
            listed.setdefault(key, []).append(self._given(name, number))
        order = [key for key in (*GIVEN, "others") if key in listed]
        parts += [paragraph(f"{self.say(key)}: {', '.join(listed[key])}") for key in order]
        return "".join(parts)

    def _given(self, name: str, number: str) -> str:
        return math(f"{self.pen.symbol(name)} = {number.replace('log(', LOGARITHM)}")

    def conventions(self, boxes: Iterable[Box]) -> str:
        """What the symbols of these boxes stand for, where it is not plain from the formulas."""
        quantities = [self.graph[box.quantity] for box in boxes if box.quantity in self.graph]
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

    def policy(self, box: Box, *, is_scaled: bool = False) -> str:
        """How precise an answer must be."""
        decimals = len(box.value.partition(".")[2])
        phrase = "full_precision" if self.rounding.carry is None else "rounded_steps"
        if is_scaled:
            phrase = "full_precision_scaled"
        return f"{self.say(phrase, decimals=decimals)} {self.say('tolerance', tolerance=box.tolerance)}"

    def asked(self, box: Box) -> str:
        """What a box asks for."""
        symbol = self.symbol(box)
        if box.answer is Answer.NUMBER:
            return f"{self.say('number', symbol=symbol)} {self.policy(box)}"
        if {choice.key for choice in box.choices} == {"true", "false"}:
            return self.say("true_or_false", symbol=symbol)
        return self.say(SENTENCES.get(box.answer, "choice"), symbol=symbol)

    def symbol(self, box: Box) -> str:
        """What a box is about."""
        return self.pen.name(box.quantity) if box.quantity else self.say("box", number=box.number)

    def table(self, exercise: Exercise) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The headings of a table's columns, and the labels of its rows."""
        columns = exercise.facts.get("columns", ())
        units = exercise.facts.get("units", ())
        width = len(exercise.rows[0]) if exercise.rows else 0
        if isinstance(columns, (list, tuple)) and len(columns) == width and width:
            words = {"net_input": self.say("net_input"), "activation": self.say("activation")}
            head = [words.get(str(column), math(rf"\{column}")) for column in columns]
            labels = [self.pen.name(str(unit)) for unit in units] if isinstance(units, (list, tuple)) else []
            return (self.say("unit"), *head), tuple(labels)
        numbered = tuple(str(place) for place in range(1, len(exercise.rows) + 1))
        return ("", *(str(place) for place in range(1, width + 1))), numbered

    def solution(self, boxes: Iterable[Box]) -> str:
        """For each quantity: its formula, the same in numbers, and its value."""
        lines = [self._line(box) for box in boxes]
        return "".join(paragraph(line) for line in dict.fromkeys(lines) if line)

    def _line(self, box: Box) -> str:
        if box.answer is not Answer.NUMBER or box.quantity not in self.graph:
            return ""
        formula = self.graph[box.quantity].formula
        sides = [self.pen.symbol(box.quantity)]
        if formula is not None and not isinstance(formula, Number):
            formula = shortened(formula)
            texts = self.right.of(name for name in names_in(formula) if name in self.graph)
            sides += [self.pen.line(formula), self.pen.line(formula, texts)]
        if isinstance(formula, Name):
            del sides[2:]
        return math(" = ".join((*sides, box.value)))

    def _definition(self, quantity: Quantity) -> str:
        assert quantity.formula is not None
        return math(f"{self.pen.symbol(quantity.name)} = {self.pen.line(shortened(quantity.formula))}")

    def _is_told(self, quantity: Quantity) -> bool:
        return quantity.formula is not None and not quantity.name.endswith("+") and "@" not in quantity.name

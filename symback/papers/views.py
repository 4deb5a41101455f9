"""Sheet and variants -> views: plain strings and numbers for templates, every formula typeset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from symback import grammar
from symback.dialects import Dialect
from symback.exercises.answers import Answers
from symback.exercises.model import Box, Choice, Exercise, Line, Variant
from symback.exercises.sheet import Sheet
from symback.expression import Expression, Name, Number
from symback.fillers import Symbols
from symback.formats import FORMATS
from symback.graph import Graph, Quantity, Role, Rule
from symback.lines import LINE, width, wrap
from symback.network import Network
from symback.notation import Notation, notation
from symback.papers.drawing import drawing_of
from symback.papers.fillers import Texts
from symback.papers.sentences import Sentences, SheetPen
from symback.typeset import segments, typeset

GIVEN = (Role.INPUT, Role.TARGET, Role.WEIGHT, Role.BIAS, Role.GAIN, Role.LEARNING_RATE)
"""What the table of given numbers has: inputs, targets, then layer by layer, at last the learning rate."""


NOTHING = Markup("")


class Lenient(dict[str, Any]):
    """By key; a template may ask for what an exercise does not have, to see whether it has it."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A choice with what it shows."""

    key: str
    is_right: bool
    shown: Markup
    word: str
    sentence: Markup


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box: its symbol, and the key for those who may see it."""

    number: str
    letter: str
    symbol: Markup
    points: int
    answer: str
    value: str
    tolerance: str
    choices: tuple[ChoiceView, ...] = ()
    shown: Markup = NOTHING
    """Of a formula: the key."""


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise with its boxes; `cells` are the boxes of a table by rows, None where there is none."""

    number: int
    kind: str
    points: int
    boxes: tuple[BoxView, ...]
    symbols: Mapping[str, Markup]
    facts: Mapping[str, object]
    cells: tuple[tuple[BoxView | None, ...], ...] = ()
    heads: tuple[Markup, ...] = ()
    lines: tuple[Markup, ...] = ()
    steps: tuple[Markup, ...] = ()
    """The working, equation by equation; only in solutions."""


@dataclass(frozen=True, slots=True)
class GivenView:
    """Given numbers of one sort: equations such as `w_1 = 0.15`."""

    role: str
    layer: int
    sample: int
    entries: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper."""

    id: str
    points: int
    given: tuple[GivenView, ...]
    exercises: tuple[ExerciseView, ...]
    boxes: tuple[BoxView, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """What all papers have in common."""

    title: str
    seed: int
    checksum: str
    digits: int
    carry: int | None
    count: int
    layers: tuple[Mapping[str, object], ...]
    loss: str
    formulas: Mapping[str, Markup]
    drawing: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Views:
    """Makes views of one sheet in one dialect."""

    sheet: Sheet
    format_name: str
    language: str = "en"

    @property
    def dialect(self) -> Dialect:
        """Of the mathematics."""
        return FORMATS[self.format_name].dialect

    @cached_property
    def notation(self) -> Notation:
        """The symbols of the network file."""
        table = dict(self.sheet.network.notation)
        style = table.pop("style", "net-out")
        return notation("net-out" if style == "matrix" else style, table)

    @cached_property
    def symbols(self) -> Symbols:
        """Names as symbols."""
        return Symbols(self.notation, self.dialect)

    @property
    def network(self) -> Network:
        """As the file has it."""
        return self.sheet.network

    @property
    def graph(self) -> Graph:
        """Of the sheet."""
        return self.sheet.plan.setting.graph

    def symbol(self, name: str) -> Markup:
        """A quantity or a unit."""
        return Markup(self.symbols.variable(name))

    def equal(self, left: str, right: str) -> Markup:
        """The one equals the other."""
        return Markup("".join((left, self.dialect.equals, right)))

    def common(self) -> SheetView:
        """The view of the sheet."""
        sheet = self.sheet
        layers = tuple(
            {
                "kind": layer.kind,
                "activation": getattr(layer, "activation", ""),
                "units": len(layer.units),
                "is_output": layer.place == len(self.network.layers),
            }
            for layer in self.network.layers
        )
        return SheetView(
            self.network.title,
            sheet.seed,
            sheet.checksum,
            sheet.rounding.decimals,
            sheet.rounding.carry,
            len(sheet),
            layers,
            self.network.loss,
            Lenient(self._formulas()),
            self._drawing(),
        )

    def _formulas(self) -> Iterator[tuple[str, Markup]]:
        """The formulas that state the conventions: index order, halves, signs."""
        setting = self.sheet.plan.setting
        wanted: dict[str, Quantity | None] = {
            "net": next(iter(setting.of_sample(Role.NET_INPUT)), None),
            "output": next(iter(setting.of_sample(Role.ACTIVATION)), None),
            "error": next(iter(setting.of_sample(Role.ERROR)), None),
            "total": self.graph["E_total"],
            "new_weight": self.graph[f"{setting.trained[0]}+"] if setting.trained else None,
        }
        for key, quantity in wanted.items():
            if quantity is not None and quantity.formula is not None and quantity.rule is not Rule.TRAINING:
                yield key, self.equation(quantity, {})
        deltas = setting.deltas
        if deltas and deltas[0].names:
            yield "delta", self.equal(self.symbol(deltas[0].name), self.symbol(deltas[0].names[0]))

    def _drawing(self) -> Mapping[str, object] | None:
        drawing = drawing_of(self.network, self.graph)
        if drawing is None:
            return None
        nodes = [{"x": n.x, "y": n.y, "label": self.symbol(n.name)} for n in drawing.nodes]
        edges = [
            {
                "points": [*e.start, *e.middle, *e.end],
                "label": self.symbol(e.name),
                "x": e.label[0],
                "y": e.label[1],
            }
            for e in drawing.edges
        ]
        return {"width": drawing.width, "height": drawing.height, "nodes": nodes, "edges": edges}

    # --- one paper -------------------------------------------------------------------------------------

    def paper(self, variant: Variant, *, solved: bool = False) -> PaperView:
        """The view of a variant; with `solved` its exercises have their working."""
        answers = self.sheet.plan.answers(variant)
        shown: set[str] | None = set() if solved else None
        exercises = []
        for one in variant.exercises:
            own = self.sheet.plan.answers(variant, one) if one.numbers else answers
            exercises.append(self._exercise(one, own, shown))
        boxes = tuple(box for one in exercises for box in one.boxes)
        return PaperView(variant.id, variant.points, tuple(self._given(variant)), tuple(exercises), boxes)

    def _given(self, variant: Variant) -> Iterator[GivenView]:
        groups: dict[tuple[int, ...], list[Quantity]] = {}
        for place, role in enumerate(GIVEN):
            for quantity in self.graph.with_role(role):
                if quantity.name in variant.numbers:
                    last = GIVEN.index(Role.LEARNING_RATE)
                    part = place if role in (*GIVEN[:2], Role.LEARNING_RATE) else last - 1
                    key = (part, quantity.sample, quantity.layer, place)
                    groups.setdefault(key, []).append(quantity)
        for _, quantities in sorted(groups.items(), key=lambda pair: pair[0]):
            first = quantities[0]
            entries = tuple(
                self.equal(self.symbol(one.name), self.number(variant.numbers[one.name]))
                for one in quantities
            )
            yield GivenView(first.role.value, first.layer, first.sample, entries)

    def number(self, text: str) -> str:
        """A number, or a constant such as `log(3)`, in the dialect."""
        if text.lstrip("-").replace(".", "", 1).isdecimal():
            return self.dialect.number(text)
        return typeset(grammar.parse_constant(text), self.dialect, self.symbols)

    def _exercise(self, exercise: Exercise, answers: Answers, shown: set[str] | None) -> ExerciseView:
        pen = SheetPen(self.notation, self.dialect, self.format_name, self.language)
        sentences = Sentences(answers, pen)
        boxes = tuple(self._box(box, sentences) for box in exercise.boxes)
        by_name = {box.quantity: view for box, view in zip(exercise.boxes, boxes, strict=True)}
        cells = tuple(
            tuple(by_name[self.graph[name].name] if name else None for name in row) for row in exercise.rows
        )
        units = exercise.facts.get("units", ())
        heads = tuple(self.symbol(unit) for unit in units) if isinstance(units, tuple) else ()
        steps = tuple(self._steps(exercise, answers, shown)) if shown is not None else ()
        return ExerciseView(
            exercise.number,
            exercise.kind,
            exercise.points,
            boxes,
            Lenient({key: self.symbol(name) for key, name in exercise.symbols.items()}),
            Lenient(self._facts(exercise)),
            cells,
            heads,
            tuple(map(self._line, exercise.lines)),
            steps,
        )

    def _facts(self, exercise: Exercise) -> Iterator[tuple[str, object]]:
        """What the template is told; ends of a line as symbols."""
        for key, value in exercise.facts.items():
            if key == "ends" and isinstance(value, dict):
                yield key, {box: tuple(map(self.symbol, pair)) for box, pair in value.items()}
            elif key == "stated" and isinstance(value, dict):
                yield key, {box: Markup(self.dialect.number(text)) for box, text in value.items()}
            else:
                yield key, value

    def _box(self, box: Box, sentences: Sentences) -> BoxView:
        letter = box.number.lstrip("0123456789")
        choices = tuple(self._choice(choice, sentences) for choice in box.choices)
        shown = self._formula(box.formula) if box.formula is not None else Markup("")
        symbol = self.symbol(box.quantity) if box.quantity else Markup("")
        return BoxView(
            box.number, letter, symbol, box.points, box.answer.value, box.value, box.tolerance, choices, shown
        )

    def _formula(self, formula: Expression) -> Markup:
        return Markup(typeset(formula, self.dialect, self.symbols))

    def _choice(self, choice: Choice, sentences: Sentences) -> ChoiceView:
        shown = Markup("")
        if choice.formula is not None:
            shown = self._formula(choice.formula)
        elif choice.quantity:
            shown = self.symbol(choice.quantity)
        elif choice.value:
            shown = Markup(self.number(choice.value))
        elif " x " in choice.word:
            shown = Markup(
                self.dialect.times_numbers.join(map(self.dialect.number, choice.word.split(" x ")))
            )
        told = sentences.of(choice.mistake) if choice.mistake is not None else Markup("")
        return ChoiceView(choice.key, choice.is_right, shown, choice.word, told)

    def _line(self, line: Line) -> Markup:
        texts = dict(line.numbers)
        return self._written(line.quantity, line.formula, texts, line.value)

    # --- equations -------------------------------------------------------------------------------------

    def _steps(self, exercise: Exercise, answers: Answers, shown: set[str]) -> Iterator[Markup]:
        """What the boxes need, and was not shown before, in the order in which it is computed."""
        wanted = [box.quantity for box in exercise.boxes if box.quantity in self.graph]
        if not wanted:
            return
        if exercise.lines:
            quantity = self.graph[wanted[0]]
            texts = {name: self._text(name, answers) for name in (*quantity.parents, quantity.name)}
            yield self.equation(quantity, texts)
            return
        for quantity in self.graph.ancestors(wanted):
            if quantity.formula is not None and quantity.name not in shown:
                shown.add(quantity.name)
                texts = {name: self._text(name, answers) for name in (*quantity.parents, quantity.name)}
                yield self.equation(quantity, texts)

    def _text(self, name: str, answers: Answers) -> str:
        quantity = self.graph[name]
        number = answers.given.get(quantity.name)
        if number is not None and number.text:
            return number.text
        return answers.value(quantity.name).shown

    def equation(self, quantity: Quantity, texts: Mapping[str, str]) -> Markup:
        """name = formula = the same in numbers = value; without texts as far as the formula."""
        assert quantity.formula is not None
        return self._written(quantity.name, quantity.formula, texts, texts.get(quantity.name, ""))

    def _written(self, name: str, formula: Expression, texts: Mapping[str, str], value: str) -> Markup:
        left = typeset(Name(name), self.dialect, self.symbols)
        sides = [segments(formula, self.dialect, self.symbols)]
        if texts and not isinstance(formula, Name | Number):
            filler = _numbers(self.symbols, texts)
            sides.append(segments(formula, self.dialect, filler))
        if value and not isinstance(formula, Number):
            sides.append(((0,), [self.dialect.number(value)]))
        return self._aligned(left, sides)

    def _aligned(self, left: str, sides: Sequence[tuple[tuple[int, ...], list[str]]]) -> Markup:
        """On one line where there is room, else under each other at their equals signs."""
        flat = self.dialect.equals.join([left, *("".join(texts) for _, texts in sides)])
        if width(flat) <= LINE:
            return Markup(flat)
        before, relation, new_row, after = self.dialect.aligned
        room = LINE - width(left) - width(self.dialect.equals.strip())
        lines: list[str] = []
        for costs, texts in sides:
            first, *others = wrap(costs, texts, room, room - width(self.dialect.new_line))
            lines.append(relation + first)
            lines += [self.dialect.hanging + other for other in others]
        return Markup(before + left + new_row.join(lines) + after)


def _numbers(symbols: Symbols, texts: Mapping[str, str]) -> Texts:
    """The filler that writes these numbers."""
    return Texts(symbols.notation, symbols.dialect, printed=texts)

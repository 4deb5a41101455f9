"""Sheet and variants -> views."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from symback.exercises.answers import Answers
from symback.exercises.model import Box, Choice, Exercise, Variant
from symback.graph import Quantity, Role, Rule
from symback.papers.drawing import drawn
from symback.papers.sentences import Sentences, SheetPen
from symback.papers.views import (
    NOTHING,
    BoxView,
    ChoiceView,
    ExerciseView,
    GivenView,
    Lenient,
    PaperView,
    SheetView,
)
from symback.papers.writer import Writer

GIVEN = (Role.INPUT, Role.TARGET, Role.WEIGHT, Role.BIAS, Role.GAIN, Role.LEARNING_RATE)
"""What the table of given numbers has: inputs, targets, then layer by layer, at last the learning rate."""
DRAWN = ("latex", "typst", "html")
"""Formats with a drawing of the network in them."""


class Views(Writer):
    """Makes the views of one sheet in one format."""

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

    def _drawing(self) -> Markup | None:
        """The network drawn, in the formats that show it among their text."""
        if self.format_name not in DRAWN:
            return None
        return drawn(self.network, self.graph, self.notation, self.dialect, self.format_name, self.language)

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

    def _exercise(self, exercise: Exercise, answers: Answers, shown: set[str] | None) -> ExerciseView:
        sentences = Sentences(answers, SheetPen(self.notation, self.dialect, self.format_name), self.language)
        boxes = tuple(self._box(box, sentences, solved=shown is not None) for box in exercise.boxes)
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
            tuple(self.written(one.quantity, one.formula, one.numbers, one.value) for one in exercise.lines),
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

    def _box(self, box: Box, sentences: Sentences, *, solved: bool) -> BoxView:
        letter = box.number.lstrip("0123456789")
        choices = tuple(self._choice(choice, sentences, solved=solved) for choice in box.choices)
        shown = self.formula(box.formula) if box.formula is not None else NOTHING
        symbol = self.symbol(box.quantity) if box.quantity else NOTHING
        return BoxView(
            box.number, letter, symbol, box.points, box.answer.value, box.value, box.tolerance, choices, shown
        )

    def _choice(self, choice: Choice, sentences: Sentences, *, solved: bool) -> ChoiceView:
        shown = NOTHING
        if choice.formula is not None:
            shown = self.formula(choice.formula)
        elif choice.quantity:
            shown = self.symbol(choice.quantity)
        elif choice.value:
            shown = Markup(self.number(choice.value))
        elif " x " in choice.word:
            sizes = map(self.dialect.number, choice.word.split(" x "))
            shown = Markup(self.dialect.times_numbers.join(sizes))
        told = sentences.of(choice.mistake) if choice.mistake is not None else NOTHING
        wrong = choice.wrong if solved and not choice.is_right else None
        why = sentences.of(wrong.part) if wrong is not None else NOTHING
        return ChoiceView(choice.key, choice.is_right, shown, choice.word, told, why)

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

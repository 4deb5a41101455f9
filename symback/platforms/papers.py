"""A student's paper -> the same as platforms need it: questions that stand alone, and replies to mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from symback.exercises.model import Answer, Box, Choice, Exercise, Variant
from symback.exercises.sheet import Sheet
from symback.expression import Expression
from symback.feedback.figures import Figures
from symback.graph import Role
from symback.mathml_dialect import MATHML
from symback.papers.drawing import drawn
from symback.papers.viewer import Views
from symback.papers.views import BoxView, ChoiceView, ExerciseView, SheetView
from symback.platforms.html import FORMAT, HtmlPen
from symback.platforms.paper import Field, Option, Paper, Question, Say
from symback.platforms.replies import Replies
from symback.platforms.stems import Stems
from symback.render import say


@dataclass(frozen=True)
class Papers:
    """Makes papers of the variants of one sheet."""

    sheet: Sheet
    title: str = ""
    """Of the sheet, as platforms list it; the network's by default."""
    language: str = "en"

    def paper(self, variant: Variant) -> Paper:
        """One student's paper."""
        return _Maker(self, variant).paper()

    @cached_property
    def views(self) -> Views:
        """Of the sheet, as all formats have them."""
        return Views(self.sheet, FORMAT, self.language)

    @cached_property
    def common(self) -> SheetView:
        """What all papers have in common."""
        return self.views.common()

    @cached_property
    def picture(self) -> str:
        """The drawing of the network as SVG."""
        graph, notation = self.sheet.plan.setting.graph, self.views.notation
        return str(drawn(self.sheet.network, graph, notation, MATHML, "svg", self.language))

    @cached_property
    def pen(self) -> HtmlPen:
        """Writes names and formulas, each symbol once."""
        return HtmlPen(self.views.notation)

    @property
    def say(self) -> Say:
        """The phrases of the language."""
        return partial(_phrase, self.language)


def _phrase(language: str, phrase: str, /, **facts: Any) -> Markup:
    return Markup(say("platforms", phrase, facts, FORMAT, language, "sheets"))


class _Maker:
    """Makes one paper."""

    def __init__(self, papers: Papers, variant: Variant) -> None:
        self.papers, self.variant, self.say = papers, variant, papers.say
        answers = papers.sheet.plan.answers(variant)
        self.workings = answers.workings
        self.rounding = answers.rounding
        self.view = papers.views.paper(variant)
        self.right = Figures(self.workings.with_given(answers.network, self.workings.given))
        self.right.compute(one.name for one in answers.keys if one.name in self.workings.places)  # in one go
        pen = papers.pen
        self.replies = Replies(answers, self.right, pen, self.say, papers.language)
        self.stems = Stems(
            answers.setting, papers.common, self.view, self.right, pen, self.say, papers.language
        )
        self.symbol = pen.symbol

    def paper(self) -> Paper:
        """With all questions."""
        intro = self.stems.network(has_picture=bool(self.papers.picture))
        pairs = zip(self.variant.exercises, self.view.exercises, strict=True)
        sheet = self.papers.sheet
        return Paper(
            self.variant.id,
            self.papers.title or sheet.network.title,
            sheet.checksum,
            tuple(self._question(exercise, view, intro) for exercise, view in pairs),
            self.say,
            intro,
            self.workings.formulas,
            self.right.of(self.workings.given),
            self.papers.picture,
            self.rounding.carry,
        )

    def _question(self, exercise: Exercise, view: ExerciseView, intro: str) -> Question:
        head, labels = self.stems.table(exercise, view) if exercise.rows else ((), ())
        pairs = zip(exercise.boxes, view.boxes, strict=True)
        heading = f"{self.say('exercise', number=exercise.number)}: {self.stems.title(view)}"
        return Question(
            exercise.number,
            exercise.kind,
            str(Markup(heading).unescape()),
            intro + self.stems.task(exercise, view),
            tuple(self._field(box, view, box_view) for box, box_view in pairs),
            self.stems.solution(exercise.boxes),
            exercise.rows,
            head,
            labels,
        )

    def _field(self, box: Box, view: ExerciseView, box_view: BoxView) -> Field:
        pairs = zip(box.choices, box_view.choices, strict=True)
        return Field(
            box.number,
            box.quantity,
            self.symbol(box.quantity) if box.quantity else "",
            box.answer,
            box.points,
            box.value,
            box.tolerance,
            self.stems.asked(box, view, box_view),
            self.replies.of(box) if box.answer is Answer.NUMBER else (),
            tuple(self._option(choice, one) for choice, one in pairs),
            box.formula,
            self._definitions(box) if box.answer is Answer.FORMULA else {},
        )

    def _definitions(self, box: Box) -> dict[str, Expression]:
        """Of all between net inputs and what a box asks for, or a delta; what is computed last is first."""
        setting = self.papers.sheet.plan.setting
        wanted = (box.quantity, *(one.name for one in setting.deltas))
        return {
            one.name: one.formula
            for one in reversed([*setting.graph.ancestors(wanted)])
            if one.formula is not None and one.role is not Role.NET_INPUT and one.name != box.quantity
        }

    def _option(self, choice: Choice, view: ChoiceView) -> Option:
        reply = self.replies.sentence(choice.wrong.part) if choice.wrong is not None else ""
        return Option(choice.key, self.stems.offered(view), choice.is_right, reply)

"""A student's paper -> the same as platforms need it: questions that stand alone, and replies to mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from symback.exercises.answers import Answers
from symback.exercises.model import Answer, Box, Choice, Exercise, Variant
from symback.exercises.plan import Plan
from symback.feedback.figures import Figures
from symback.notation import notation
from symback.platforms.html import FORMAT, HtmlPen, math, paragraph
from symback.platforms.paper import Field, Option, Paper, Question, Say
from symback.platforms.replies import Replies
from symback.platforms.stems import Stems
from symback.render import say


@dataclass(frozen=True)
class Papers:
    """Makes papers of the variants of one sheet."""

    plan: Plan
    title: str
    checksum: str = "0"
    language: str = "en"

    def paper(self, variant: Variant) -> Paper:
        """One student's paper."""
        self.plan.search.floats.clear()  # kept by the place in memory of numbers that may be gone
        return _Maker(self, variant, self.plan.answers(variant)).paper()

    @property
    def say(self) -> Say:
        """The phrases of the language."""
        return partial(_phrase, self.language)


def _phrase(language: str, phrase: str, /, **facts: Any) -> Markup:
    return Markup(say("platforms", phrase, facts, FORMAT, language, "sheets"))


class _Maker:
    """Makes one paper."""

    def __init__(self, papers: Papers, variant: Variant, answers: Answers) -> None:
        self.papers, self.variant = papers, variant
        network = answers.network
        style = dict(network.notation)
        self.say = papers.say
        self.pen = HtmlPen(notation(style.pop("style", "net-out"), style))
        self.right = Figures(answers.workings.with_given(network, answers.workings.given))
        self.replies = Replies(answers, self.right, self.pen, self.say)
        self.stems = Stems(answers.setting, answers.rounding, self.right, self.pen, self.say)
        self.workings = answers.workings

    def paper(self) -> Paper:
        """With all questions."""
        intro = self.stems.network(self.variant)
        questions = tuple(self._question(exercise, intro) for exercise in self.variant.exercises)
        given = self.right.of(self.workings.given)
        return Paper(
            self.variant.id,
            self.papers.title,
            self.papers.checksum,
            questions,
            self.say,
            intro,
            self.workings.formulas,
            given,
            self.stems.rounding.carry,
        )

    def _question(self, exercise: Exercise, intro: str) -> Question:
        html = intro + self.stems.conventions(exercise.boxes)
        head, labels = self.stems.table(exercise) if exercise.rows else ((), ())
        if exercise.rows:
            html += paragraph(self.say("fill_in"), self.stems.policy(exercise.boxes[0]))
        return Question(
            exercise.number,
            exercise.kind,
            str(Markup(self.say("exercise", number=exercise.number)).unescape()),
            html,
            tuple(self._field(box) for box in exercise.boxes),
            self.stems.solution(exercise.boxes),
            exercise.rows,
            head,
            labels,
        )

    def _field(self, box: Box) -> Field:
        is_number = box.answer is Answer.NUMBER
        return Field(
            box.number,
            box.quantity,
            self.pen.symbol(box.quantity) if box.quantity else "",
            box.answer,
            box.points,
            box.value,
            box.tolerance,
            self.stems.asked(box),
            self.replies.of(box) if is_number else (),
            tuple(self._option(choice) for choice in box.choices),
        )

    def _option(self, choice: Choice) -> Option:
        reply = self.replies.sentence(choice.wrong.part) if choice.wrong is not None else ""
        return Option(choice.key, self._offered(choice), choice.is_right, reply)

    def _offered(self, choice: Choice) -> str:
        """What an answer shows."""
        if choice.mistake is not None:
            return self.replies.sentence(choice.mistake)
        if choice.value:
            return math(choice.value)
        if choice.formula is not None:
            return self.pen.formula(choice.formula)
        if choice.quantity:
            return self.pen.name(choice.quantity)
        if choice.key in ("true", "false"):
            return self.say(f"is_{choice.key}")
        return Markup.escape(choice.word or choice.key)

"""Mistakes as sentences in the mathematics of a format: for choices, feedback and solutions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from symback.diagnosis.candidate import Part
from symback.dialects import Dialect
from symback.exercises.answers import Answers
from symback.feedback.figures import Figures
from symback.feedback.pens import MarkdownPen
from symback.feedback.sentences import capital, clause
from symback.formats import FORMATS
from symback.mistakes.workings import Workings
from symback.notation import Notation
from symback.render import phrase_of


class SheetPen(MarkdownPen):
    """Writes names, numbers and formulas as the sheets of a format do."""

    def __init__(self, symbols: Notation, dialect: Dialect, format_name: str) -> None:
        marks = replace(dialect, mark=dialect.underline, colours=("",))
        super().__init__(symbols, format_name, marks)

    @property
    def format_name(self) -> str:
        """In the table of formats."""
        return self.flavor

    def math(self, latex: str) -> Markup:
        """A formula in the text."""
        return Markup(phrase_of("math", "math", FORMATS[self.flavor].name, "en", Markup(latex)).strip())


@dataclass(frozen=True)
class Sentences:
    """The sentences of one paper's mistakes, with its numbers."""

    answers: Answers
    pen: MarkdownPen
    language: str = "en"

    @cached_property
    def _right(self) -> Workings:
        workings = self.answers.workings
        return workings.with_given(self.answers.network, workings.given)

    @cached_property
    def _figures(self) -> Figures:
        return Figures(self._right)

    def of(self, part: Part) -> Markup:
        """What was done wrong, as a sentence."""
        formulas = part.placed.formulas if part.placed is not None else {}
        wrong = self._right.with_formulas(formulas)
        figures = self._figures if wrong is None or not formulas else Figures(wrong)
        return Markup(
            capital(clause(part, self._figures, figures, self.pen, self.language), self._right) + "."
        )

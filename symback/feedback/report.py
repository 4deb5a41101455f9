"""What `diagnose` gives back: the verdict on numbers and its explanations, as text, Markdown, JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symback.diagnosis.asked import Asked
from symback.diagnosis.diagnosis import Diagnosis
from symback.diagnosis.diagnosis import Explanation as Found
from symback.feedback.facts import of_workings
from symback.feedback.figures import Figures
from symback.feedback.lines import LinePen, Lines, lines_of, right_line, without_marks
from symback.feedback.numerals import decimals_of, given, printed
from symback.feedback.pens import PlainPen
from symback.feedback.reread import Reread, reread
from symback.feedback.sentences import sentence
from symback.mistakes.workings import Workings

FORMAT = "symback-diagnosis/1"


@dataclass(frozen=True, slots=True)
class Checked:
    """A number that was given, beside the right one, both as printed."""

    name: str
    """As it was asked for."""
    given: str
    right: str
    is_right: bool
    quantity: str
    """The canonical name."""


@dataclass(frozen=True)
class Explanation:
    """Mistakes that together give all numbers."""

    found: Found
    right: Figures
    asked: tuple[Asked, ...]
    source: str

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Their identifiers, as `wrong-weight`."""
        return tuple(part.identifier for part in self.found.candidate.parts)

    @property
    def confident(self) -> bool:
        """Whether it may be claimed; else it is one of the things that may be."""
        return self.found.is_confident

    @property
    def distance(self) -> float:
        """The largest relative difference between what was given and what is predicted."""
        return self.found.distance

    @property
    def also(self) -> tuple[str, ...]:
        """Other mistakes that these numbers do not tell from it."""
        return self.found.also

    @cached_property
    def wrong(self) -> Figures:
        """The numbers of all quantities under the mistakes."""
        return of_workings(self.found.candidate.workings, self.right)

    @cached_property
    def sentence(self) -> str:
        """What was done, for the learner, without a full stop."""
        return sentence(self.found, self.right, self.wrong, PlainPen())

    @cached_property
    def marked_lines(self) -> tuple[Lines, ...]:
        """The wrong and the right line of each mistake that changes a formula, with marks."""
        return self.lines_by(PlainPen())

    def lines_by(self, pen: LinePen) -> tuple[Lines, ...]:
        """The same, written by another pen."""
        given_numbers = {one.name: given(one.answer) for one in self.asked}
        found = (
            lines_of(part, self.right, self.wrong, pen, given_numbers) for part in self.found.candidate.parts
        )
        return tuple(lines for lines in found if lines is not None)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The wrong and the right line of each mistake that changes a formula."""
        return tuple(
            (_line(one.quantity, one.wrong), _line(one.quantity, one.right)) for one in self.marked_lines
        )

    @cached_property
    def predicts(self) -> Mapping[str, str]:
        """The number that it gives for each name that was asked for."""
        return {
            one.label: printed(self.found.predicts[one.name], decimals_of(one.answer)) for one in self.asked
        }

    @cached_property
    def reread(self) -> tuple[Reread, ...]:
        """Where the worked solution tells the steps that went wrong."""
        names = dict.fromkeys(part.facts["quantity"] for part in self.found.candidate.parts)
        places = [reread(self.right.workings, name, self.source) for name in names]
        return tuple({(place.part, place.command): place for place in places}.values())


@dataclass(frozen=True)
class Report:
    """The verdict on numbers that somebody got."""

    diagnosis: Diagnosis
    source: str
    """The network as commands name it."""
    order: tuple[str, ...] = ()
    """The names as they were given."""

    @property
    def correct(self) -> bool:
        """Whether all numbers are right, if need be under another convention."""
        return self.diagnosis.is_correct

    @property
    def is_convention(self) -> bool:
        """Whether they are right only under another convention, which the explanation names."""
        return self.diagnosis.is_convention

    @property
    def rivals(self) -> int:
        """How many other explanations give the same numbers."""
        return self.diagnosis.rivals

    @property
    def ask_next(self) -> str | None:
        """The quantity whose number would decide between them."""
        return self.diagnosis.ask_next

    @property
    def workings(self) -> Workings:
        """The right steps."""
        return self.diagnosis.workings

    @cached_property
    def numbers(self) -> tuple[Checked, ...]:
        """All numbers in the order in which they are computed."""
        return tuple(
            Checked(
                one.label,
                given(one.answer),
                printed(self.diagnosis.right[one.name], decimals_of(one.answer)),
                one.is_right,
                one.name,
            )
            for one in self.diagnosis.asked
        )

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """What may have happened, the likeliest first; none where all is right, or nothing is known."""
        right = Figures(self.workings)
        asked = self.diagnosis.asked
        return tuple(Explanation(one, right, asked, self.source) for one in self.diagnosis.explanations)

    @property
    def wrong_numbers(self) -> tuple[Checked, ...]:
        """Those that are not right, in the order in which they are computed."""
        return tuple(one for one in self.numbers if not one.is_right)

    def first_lines(self, pen: LinePen) -> tuple[Lines, ...]:
        """The first number that is wrong, and its right line, for where nothing explains it."""
        first = self.wrong_numbers[0]
        found = right_line(first.quantity, first.given, Figures(self.workings), pen)
        return () if found is None else (found,)

    def first_reread(self) -> Reread:
        """Where the worked solution tells of the first number that is wrong."""
        return reread(self.workings, self.wrong_numbers[0].quantity, self.source)

    def to_json(self) -> str:
        """As in the format symback-diagnosis/1."""
        return as_json(
            self._in_order({one.name: one.given for one in self.numbers}),
            self._in_order({one.name: one.right for one in self.numbers}),
            correct=self.correct,
            explanations=[self._as_json(one) for one in self.explanations],
            rivals=self.rivals,
            ask_next=self.ask_next,
        )

    def to_text(self, *, colours: bool = False) -> str:
        """For a terminal; with colours the parts that differ are red and green."""
        from symback.feedback.text import as_text

        return as_text(self, colours=colours)

    def to_markdown(self, flavor: str = "github") -> str:
        """In Markdown: `github` as in GitHub's files, `dollar` as notebooks show it."""
        from symback.feedback.markdown import as_markdown

        return as_markdown(self, flavor)

    def save(self, path: str | Path) -> Path:
        """Writes JSON, Markdown or text, as the suffix asks."""
        from symback.files import write

        path = Path(path)
        makers = {".json": self.to_json, ".md": self.to_markdown}
        return write(path, makers.get(path.suffix, self.to_text)())

    def __str__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown("dollar")

    def _repr_html_(self) -> str:
        from symback.feedback.html import as_html

        return as_html(self)

    def _as_json(self, explanation: Explanation) -> dict[str, object]:
        return {
            "mistakes": list(explanation.mistakes),
            "sentence": explanation.sentence,
            "predicts": self._in_order(explanation.predicts),
            "distance": f"{explanation.distance:.1e}",
            "confident": explanation.confident,
            "also": list(explanation.also),
        }

    def _in_order(self, numbers: Mapping[str, str]) -> dict[str, str]:
        """As the names were given."""
        first = {name: numbers[name] for name in self.order if name in numbers}
        return {**first, **numbers}


def _line(quantity: str, sides: tuple[str, ...]) -> str:
    return " = ".join((quantity, *map(without_marks, sides)))


def as_json(
    given_numbers: Mapping[str, str],
    right: Mapping[str, str],
    *,
    correct: bool,
    explanations: Sequence[Mapping[str, object]] = (),
    rivals: int = 0,
    ask_next: str | None = None,
) -> str:
    """The keys of the format symback-diagnosis/1, and no others."""
    content = {
        "format": FORMAT,
        "given": given_numbers,
        "right": right,
        "correct": correct,
        "explanations": explanations,
        "rivals": rivals,
        "ask_next": ask_next,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

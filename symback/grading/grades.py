"""The marks of a class: points of every box, both totals of every student, in all forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from symback.exercises.model import Box
from symback.feedback.pens import MarkdownPen
from symback.grading.outcome import Outcome
from symback.grading.points import Points
from symback.grading.statuses import Status
from symback.network import Network

GOOD = frozenset({Status.RIGHT, Status.CONVENTION})
FORMATS = ("csv", "markdown", "html", "json")


@dataclass(frozen=True, slots=True)
class Mark:
    """One box of one student."""

    outcome: Outcome
    points: Fraction
    without: Fraction
    """What it would be without follow-through."""
    most: Fraction
    why: str
    """In plain text."""

    @property
    def box(self) -> Box:
        """The box."""
        return self.outcome.reading.box

    @property
    def status(self) -> Status:
        """What became of it."""
        return self.outcome.status

    @property
    def answer(self) -> str:
        """What stands there, as typed."""
        return self.outcome.reading.cell.text.strip()


@dataclass(frozen=True)
class Student:
    """The marks of one paper."""

    id: str
    marks: tuple[Mark, ...]

    @cached_property
    def points(self) -> Fraction:
        """The total, which is the sum of all boxes."""
        return sum((mark.points for mark in self.marks), Fraction(0))

    @cached_property
    def without(self) -> Fraction:
        """The total without follow-through."""
        return sum((mark.without for mark in self.marks), Fraction(0))

    @cached_property
    def most(self) -> Fraction:
        """What all boxes are worth."""
        return sum((mark.most for mark in self.marks), Fraction(0))

    def __getitem__(self, box: str) -> Mark:
        """The mark of a box. Raises KeyError for a number that is on no box."""
        for mark in self.marks:
            if mark.box.number == box:
                return mark
        raise KeyError(box)


@dataclass(frozen=True)
class Grades:
    """The marks of all papers of a sheet."""

    students: tuple[Student, ...]
    network: Network
    checksum: str
    notes: tuple[str, ...] = ()
    """What the teacher should know of the answer file."""
    language: str = "en"
    """Of the sheet, and of what is said of each box."""

    @cached_property
    def pen(self) -> MarkdownPen:
        """Writes with the symbols of the network file."""
        from symback.grading.pages import pen_of

        return pen_of(self.network)

    @property
    def all_right(self) -> bool:
        """Whether every box is right, if need be under another convention."""
        return all(mark.status in GOOD for student in self.students for mark in student.marks)

    def __getitem__(self, identity: str) -> Student:
        """The marks of a student. Raises KeyError for an id that has no paper."""
        for student in self.students:
            if student.id == identity:
                return student
        raise KeyError(identity)

    def to_csv(self) -> str:
        """One row a box; no cell begins as a formula of a spreadsheet."""
        from symback.grading.export import as_csv

        return as_csv(self)

    def to_json(self) -> str:
        """As in the format symback-grades/1."""
        from symback.grading.export import as_json

        return as_json(self)

    def to_markdown(self) -> str:
        """The page of the class, then one for each student."""
        from symback.grading.pages import class_page, student_page

        return "\n".join([class_page(self), *(student_page(self, one) for one in self.students)])

    def to_html(self) -> str:
        """The same as one page of HTML."""
        from symback.grading.html_page import as_html

        return as_html(self)

    def files(self, formats: Iterable[str]) -> dict[str, str]:
        """The content of each file that belongs to these formats, by its path in a folder."""
        from symback.grading.export import file_names
        from symback.grading.html_page import class_html, student_html
        from symback.grading.pages import class_page, student_page

        found: dict[str, str] = {}
        names = file_names(student.id for student in self.students)
        for kind in formats:
            if kind in ("csv", "json"):
                found[f"grades.{kind}"] = self.to_csv() if kind == "csv" else self.to_json()
                continue
            suffix = {"markdown": "md", "html": "html"}[kind]
            page, whole = (student_page, class_page) if kind == "markdown" else (student_html, class_html)
            found[f"class.{suffix}"] = whole(self)
            for student in self.students:
                found[f"feedback/{names[student.id]}.{suffix}"] = page(self, student)
        return found

    def save(self, path: str | Path, formats: Iterable[str] = ("csv", "markdown", "json")) -> list[Path]:
        """Writes all files of these formats into a folder, or one file, whose suffix says the format."""
        from symback.files import write

        path = Path(path)
        makers = {".csv": self.to_csv, ".json": self.to_json, ".md": self.to_markdown, ".html": self.to_html}
        if path.suffix in makers and not path.is_dir():
            return [write(path, makers[path.suffix]())]
        return [write(path / name, content) for name, content in self.files(formats).items()]

    def _repr_html_(self) -> str:
        from symback.grading.html_page import class_body

        return class_body(self)

    def _repr_markdown_(self) -> str:
        from symback.grading.pages import class_page

        return class_page(self)


def marked(outcome: Outcome, points: Points, why: str) -> Mark:
    """A box with its points; without follow-through, what only follows is as good as wrong."""
    box, status = outcome.reading.box, outcome.status
    earned = points.of(box, status)
    without = points.of(box, Status.WRONG) if status is Status.FOLLOWS else earned
    return Mark(outcome, earned, without, points.most(box), why)

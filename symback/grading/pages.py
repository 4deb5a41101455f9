"""Pages in Markdown: feedback for a student, results of the class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from symback.feedback.pens import MarkdownPen
from symback.formats import escape_markdown
from symback.grading.export import decimal
from symback.grading.grades import Grades, Mark, Student
from symback.grading.statuses import Status
from symback.grading.summary import mean, mistakes, steps
from symback.grading.telling import FILE, why
from symback.network import Network
from symback.notation import notation
from symback.render import say

SHOWN = (Status.RIGHT, Status.CONVENTION, Status.ROUNDED, Status.FOLLOWS, Status.MISTAKE, Status.WRONG)
FORMAT_NAME = "markdown_github"
LONGEST_ANSWER = 80


Say = Callable[..., str]
"""A phrase of the pages by name, with its facts, in the language of the sheet."""


def phrases_in(language: str, format_name: str = FORMAT_NAME) -> Say:
    """What says the phrases of the pages."""

    def phrase(name: str, **facts: object) -> str:
        return say(FILE, name, facts, format_name, language)

    return phrase


def status_name(phrase: Say, status: Status) -> str:
    """What a status is called in a table."""
    return phrase(f"status-{status.value}")


def pen_of(network: Network) -> MarkdownPen:
    """The symbols of the network file."""
    own = dict(network.notation)
    style = own.pop("style", "net-out")
    return MarkdownPen(notation("z-a" if style == "matrix" else style, own))


def student_page(grades: Grades, student: Student) -> str:
    """Every box with its mark and the reason."""
    pen, phrase = grades.pen, phrases_in(grades.language)
    head = [phrase(name) for name in ("box", "quantity", "answer", "key", "points", "why")]
    rows = [_row(mark, pen, grades.language) for mark in student.marks]
    blocks = [
        f"# {phrase('feedback_title', id=student.id)}",
        f"**{phrase('total', total=decimal(student.points), most=decimal(student.most))}**"
        f" {phrase('total_without', total=decimal(student.without))}",
        table(head, rows, ":--", ":--", "--:", "--:", "--:", ":--"),
    ]
    return "\n\n".join(blocks) + "\n"


def _row(mark: Mark, pen: MarkdownPen, language: str) -> list[str]:
    answer = mark.answer if len(mark.answer) <= LONGEST_ANSWER else mark.answer[:LONGEST_ANSWER] + "..."
    points = f"{decimal(mark.points)} / {decimal(mark.most)}"
    quantity = _symbol(pen, mark.box.quantity)
    return [
        mark.box.number,
        quantity,
        escape_markdown(answer),
        escape_markdown(mark.box.value),
        points,
        why(mark.outcome, pen, language),
    ]


def _symbol(pen: MarkdownPen, name: str) -> str:
    return str(pen.name(name)) if name else ""


def class_page(grades: Grades) -> str:
    """Averages, steps, mistakes and the points of all."""
    pen, phrase = grades.pen, phrases_in(grades.language)
    students = grades.students
    most = max((student.most for student in students), default=Fraction(0))
    blocks = [
        f"# {phrase('class_title')}",
        phrase(
            "count_of_papers",
            count=len(students),
            mean=mean([student.points for student in students]),
            mean_without=mean([student.without for student in students]),
            most=decimal(most),
        )
        if students
        else "",
        f"## {phrase('steps')}",
        table(
            [phrase("box"), phrase("quantity"), *(status_name(phrase, status) for status in Status)],
            [
                [
                    step.box,
                    _symbol(pen, step.quantity),
                    *(str(step.counts[status] or "") for status in Status),
                ]
                for step in steps(grades)
            ],
            ":--",
            ":--",
            *["--:"] * len(Status),
        ),
        f"## {phrase('mistakes')}",
        _mistakes(grades, pen, phrase),
        f"## {phrase('papers')}",
        table(
            [phrase("student"), phrase("points"), phrase("points_without")],
            [[escape_markdown(one.id), decimal(one.points), decimal(one.without)] for one in students],
            ":--",
            "--:",
            "--:",
        ),
    ]
    if grades.notes:
        blocks += [f"## {phrase('notes')}", "\n".join(f"- {escape_markdown(note)}" for note in grades.notes)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _mistakes(grades: Grades, pen: MarkdownPen, phrase: Say) -> str:
    found = mistakes(grades)
    if not found:
        return phrase("no_mistakes")
    rows = [
        [
            one.name,
            str(one.papers),
            ", ".join(f"{box} ({n})" for box, n in one.boxes.most_common(5)),
            why(one.example.outcome, pen, grades.language),
        ]
        for one in found
    ]
    head = [phrase(name) for name in ("mistake_name", "how_often", "first_shown", "example")]
    return table(head, rows, ":--", "--:", ":--", ":--")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *aligned: str) -> str:
    """A table of cells that are marked up already."""
    lines = [head, aligned, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

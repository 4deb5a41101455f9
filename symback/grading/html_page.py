"""Pages in HTML: the same as in Markdown, with names of quantities as they are typed; all text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape

from symback.grading.export import decimal
from symback.grading.grades import Grades, Student
from symback.grading.pages import phrases_in, status_name
from symback.grading.statuses import Status
from symback.grading.summary import mean, mistakes, steps

PLAIN = "text"
"""The format of phrases, which are escaped here."""
_STYLE = (
    "body{font-family:sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}tr.mistake,tr.wrong{background:#fdecea}"
    "tr.follow-through,tr.rounded-early{background:#fff8e1}"
)


def as_html(grades: Grades) -> str:
    """The page of the class, then all students, in one file."""
    parts = [class_body(grades), *(_student(grades, student) for student in grades.students)]
    return _page(grades, "class_title", "\n<hr>\n".join(parts))


def class_html(grades: Grades) -> str:
    """The page of the class."""
    return _page(grades, "class_title", class_body(grades))


def student_html(grades: Grades, student: Student) -> str:
    """The page of one student."""
    return _page(grades, "feedback_title", _student(grades, student), id=student.id)


def _page(grades: Grades, name: str, body: str, **facts: object) -> str:
    title, language = phrases_in(grades.language, PLAIN)(name, **facts), escape(grades.language)
    head = f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{_STYLE}</style>'
    head = f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n'
    return f"{head}<body>\n{body}\n</body>\n</html>\n"


def _student(grades: Grades, student: Student) -> str:
    phrase = phrases_in(grades.language, PLAIN)
    rows = [
        (
            mark.status.value,
            [
                mark.box.number,
                mark.box.quantity,
                mark.answer,
                mark.box.value,
                f"{decimal(mark.points)} / {decimal(mark.most)}",
                mark.why,
            ],
        )
        for mark in student.marks
    ]
    head = [phrase(name) for name in ("box", "quantity", "answer", "key", "points", "why")]
    total = phrase("total", total=decimal(student.points), most=decimal(student.most))
    without = phrase("total_without", total=decimal(student.without))
    return (
        f"<h1>{escape(phrase('feedback_title', id=student.id))}</h1>\n"
        f"<p><strong>{escape(total)}</strong> {escape(without)}</p>\n{_table(head, rows, (2, 3, 4))}"
    )


def class_body(grades: Grades) -> str:
    """The results of the class, as a part of a page."""
    """The results of the class, as a part of a page."""
    phrase, students = phrases_in(grades.language, PLAIN), grades.students
    count = phrase(
        "count_of_papers",
        count=len(students),
        mean=mean([student.points for student in students]),
        mean_without=mean([student.without for student in students]),
        most=decimal(max((student.most for student in students), default=Fraction(0))),
    )
    by_step = [
        ("", [step.box, step.quantity, *(str(step.counts[status] or "") for status in Status)])
        for step in steps(grades)
    ]
    by_mistake = [
        ("", [one.name, str(one.papers), ", ".join(one.boxes), one.example.why]) for one in mistakes(grades)
    ]
    by_student = [("", [one.id, decimal(one.points), decimal(one.without)]) for one in students]
    numbers = tuple(range(2, 2 + len(Status)))
    parts = [
        f"<h1>{escape(phrase('class_title'))}</h1>\n<p>{escape(count)}</p>",
        f"<h2>{escape(phrase('steps'))}</h2>",
        _table(
            [phrase("box"), phrase("quantity"), *(status_name(phrase, status) for status in Status)],
            by_step,
            numbers,
        ),
        f"<h2>{escape(phrase('mistakes'))}</h2>",
        _table(
            [phrase(name) for name in ("mistake_name", "how_often", "first_shown", "example")],
            by_mistake,
            (1,),
        )
        if by_mistake
        else f"<p>{escape(phrase('no_mistakes'))}</p>",
        f"<h2>{escape(phrase('papers'))}</h2>",
        _table([phrase(name) for name in ("student", "points", "points_without")], by_student, (1, 2)),
    ]
    if grades.notes:
        notes = "\n".join(f"<li>{escape(note)}</li>" for note in grades.notes)
        parts.append(f"<h2>{escape(phrase('notes'))}</h2>\n<ul>\n{notes}\n</ul>")
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], numbers: Sequence[int]) -> str:
    """A table; each row has a class, and the columns `numbers` stand to the right."""
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    for name, cells in rows:
        found = (
            f'<td class="n">{escape(cell)}</td>' if column in numbers else f"<td>{escape(cell)}</td>"
            for column, cell in enumerate(cells)
        )
        lines.append(f'<tr class="{escape(name)}">' + "".join(found) + "</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>"

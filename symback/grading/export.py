"""Marks for machines: CSV for spreadsheets and platforms, JSON, and names of files for pages."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from symback.grading.grades import Grades, Mark, Student

FORMAT = "symback-grades/1"
HEAD = ("id", "box", "quantity", "answer", "right", "status", "points", "without", "of", "why")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 60


def as_csv(grades: Grades) -> str:
    """One row a box, in the order of the sheet; a row `total` closes each student."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEAD)
    for student in grades.students:
        for mark in student.marks:
            writer.writerow([harmless(cell) for cell in _row(student, mark)])
        points = [decimal(one) for one in (student.points, student.without, student.most)]
        writer.writerow([harmless(student.id), "total", "", "", "", "", *points, ""])
    return stream.getvalue()


def _row(student: Student, mark: Mark) -> list[str]:
    box = mark.box
    points = [decimal(one) for one in (mark.points, mark.without, mark.most)]
    return [
        student.id,
        box.number,
        box.quantity,
        mark.answer,
        box.value,
        mark.status.value,
        *points,
        mark.why,
    ]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: what begins as one gets an apostrophe."""
    text = "".join(" " if ord(character) < 32 else character for character in cell)
    if _NUMBER.fullmatch(text) or not cell.lstrip().startswith(_DANGEROUS):
        return text
    return "'" + text


def decimal(number: Fraction) -> str:
    """A number of points as a decimal; as a fraction where a decimal would have no end."""
    below = number.denominator
    for factor in (2, 5):
        while below % factor == 0:
            below //= factor
    if below != 1:
        return str(number)
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    sign, whole = ("-" if number < 0 else ""), str(abs(number * 10**places).numerator).zfill(places + 1)
    return f"{sign}{whole[: len(whole) - places]}.{whole[len(whole) - places :]}" if places else sign + whole


def as_json(grades: Grades) -> str:
    """As in the format symback-grades/1: points are numbers, or texts such as "1/3" that are no decimal."""
    students = [
        {
            "id": student.id,
            "points": _number(student.points),
            "points_without_follow_through": _number(student.without),
            "of": _number(student.most),
            "boxes": [_box(mark) for mark in student.marks],
        }
        for student in grades.students
    ]
    content = {
        "format": FORMAT,
        "network": grades.network.name,
        "checksum": grades.checksum,
        "notes": list(grades.notes),
        "students": students,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _box(mark: Mark) -> Mapping[str, object]:
    return {
        "box": mark.box.number,
        "quantity": mark.box.quantity,
        "answer": mark.answer,
        "right": mark.box.value,
        "status": mark.status.value,
        "points": _number(mark.points),
        "points_without_follow_through": _number(mark.without),
        "of": _number(mark.most),
        "mistakes": list(mark.outcome.mistakes),
        "why": mark.why,
    }


def _number(number: Fraction) -> int | float | str:
    text = decimal(number)
    if "/" in text:
        return text
    return float(text) if "." in text else int(text)


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """A name of a file for each id, safe on every system; ids that would share one get some letters more."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for identity in ids:
        plain = _PLAIN.sub("_", identity).strip("._")[:LONGEST_NAME] or "_"
        name = f"student-{plain}"
        if plain != identity or name.casefold() in taken:
            name += "-" + hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        taken.add(name.casefold())
        found[identity] = name
    return found

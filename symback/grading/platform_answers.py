"""Answers as Moodle and Canvas export them: a row an attempt, a column a question.

Whose row it is says the column whose cells are ids of the sheet (ID number, Username, sis_id, ..).

- Moodle, "Responses" report, also in other languages: columns that end in a running number and come again for
  each question ("Response 1", "Antwort 1"). A question is a box, in the order of the sheet, or an exercise
  whose cell lists its parts: "part 1: 0.3775; part 2: 0.5933". "-" is no answer.
- Canvas, "Student analysis": a question has a column "4711: text of the question" and one with its points. A
  question is the box that its text names in brackets, (2b), else the next box of the sheet; an exercise with
  several blanks has its answers with commas between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from symback.errors import RequestError, shorten
from symback.grading.handed_in import HandedIn
from symback.grading.reading import EMPTY, Cell
from symback.grading.tables import Table

_MOODLE = re.compile(
    r"(?:Response|Antwort|Réponse|Respuesta|Risposta|Resposta|Antwoord)\s+(\d+)", re.IGNORECASE
)
_CANVAS = re.compile(r"\d+:\s.*", re.DOTALL)
_NAMED = re.compile(r"\((\d+[a-z]+)\)")
_PART = re.compile(r"(?:^|;\s*)(?:part|Teil|partie|parte|deel)\s+(\d+)\s*:\s*", re.IGNORECASE)


def is_platform(table: Table) -> bool:
    """Whether the head is one of an export."""
    return bool(_moodle_columns(table)) or bool(_canvas_columns(table))


def read_platform(table: Table, handed: HandedIn) -> None:
    """Takes the answers. Raises RequestError where columns do not fit the sheet, or a row has no known id."""
    columns = _moodle_columns(table) or _canvas_columns(table)
    identity = _identity_column(table, handed)
    for line, row in table.rows:
        text = row[identity].strip()
        if not text:
            answered = any(row[column].strip() not in EMPTY for column in columns)
            if answered and not _is_average(row):
                raise RequestError(f"{table.place(line, identity)}: no id stands there, but answers do.")
            continue
        student = handed.identity(text, table.place(line, identity))
        handed.row_of(student, line, table.place(line, identity), "Export one attempt of each student.")
        _read_row(table, line, row, columns, student, handed)


def _read_row(
    table: Table, line: int, row: Sequence[str], columns: Sequence[int], student: str, handed: HandedIn
) -> None:
    numbers = [box.number for box in handed.papers.by_id[student].boxes]
    exercises = [
        list(group)
        for _, group in groupby(numbers, key=lambda number: number.rstrip("abcdefghijklmnopqrstuvwxyz"))
    ]
    named = [_named(table.head[column], numbers) for column in columns]
    mixed = _mixed(table, columns, exercises)
    if all(named):
        groups = [[number] for number in named]
    elif mixed:
        groups = mixed
    elif len(columns) == len(numbers):
        groups = [[number] for number in numbers]
    elif len(columns) == len(exercises):
        groups = exercises
    else:
        raise RequestError(
            f"{table.source}, line {table.head_line}: {len(columns)} questions stand there, but the paper of "
            f"{shorten(student)} has {len(exercises)} exercises with {len(numbers)} boxes. Another quiz?"
        )
    for column, group in zip(columns, groups, strict=True):
        place = table.place(line, column)
        for number, text in zip(group, _parts(row[column], len(group), place), strict=True):
            handed.add(student, number, Cell("" if text in EMPTY else text, place))


def _mixed(table: Table, columns: Sequence[int], exercises: list[list[str]]) -> list[list[str]]:
    """The boxes of each question, where those that list their parts are exercises; [] if it does not fit."""
    has_parts = [any(_PART.match(row[column].strip()) for _, row in table.rows) for column in columns]
    groups: list[list[str]] = []
    for boxes in exercises:
        is_whole = len(groups) < len(columns) and has_parts[len(groups)] and len(boxes) > 1
        groups += [boxes] if is_whole else [[box] for box in boxes]
    return groups if len(groups) == len(columns) and any(has_parts) else []


def _parts(text: str, count: int, place: str) -> list[str]:
    """What stands in each box of a question."""
    text = text.strip()
    if count == 1:
        found = _PART.match(text)
        return [text[found.end() :].strip() if found else text]
    if not text or text in EMPTY:
        return [""] * count
    pieces = _PART.split(text)
    if len(pieces) > 1:
        parts = {int(pieces[at]): pieces[at + 1].strip() for at in range(1, len(pieces) - 1, 2)}
        beyond = [number for number in parts if not 1 <= number <= count]
        if beyond:
            raise RequestError(f"{place}: part {beyond[0]} stands there, but the exercise has {count} boxes.")
        return [parts.get(number, "") for number in range(1, count + 1)]
    for sign in (";", ","):
        cells = [cell.strip() for cell in text.split(sign)]
        if len(cells) == count:
            return cells
    raise RequestError(f"{place}: {shorten(text)} cannot be cut into the {count} answers of the exercise.")


def _named(head: str, numbers: Sequence[str]) -> str:
    found = [number for number in _NAMED.findall(head) if number in numbers]
    return found[0] if len(set(found)) == 1 else ""


def _moodle_columns(table: Table) -> list[int]:
    found = {column: _MOODLE.fullmatch(name.strip()) for column, name in enumerate(table.head)}
    columns = [(int(match[1]), column) for column, match in found.items() if match]
    return [column for _, column in sorted(columns)]


def _canvas_columns(table: Table) -> list[int]:
    if not {"sis_id", "id", "attempt", "submitted"} & {name.casefold() for name in table.head}:
        return []
    return [column for column, name in enumerate(table.head) if _CANVAS.fullmatch(name)]


def _identity_column(table: Table, handed: HandedIn) -> int:
    """The column with the most ids of the sheet."""
    known = handed.papers.by_id
    counts = [sum(row[column].strip() in known for _, row in table.rows) for column in range(len(table.head))]
    best = max(range(len(counts)), key=lambda column: counts[column], default=0)
    if not counts or not counts[best]:
        raise RequestError(
            f"{table.source}: no column has ids of {handed.papers.source}. Ids are user names, ID numbers "
            f"or addresses, as long as the sheet was made for them (--ids)."
        )
    return best


def _is_average(row: Sequence[str]) -> bool:
    """Whether it is the last row of a report: an average, with a word in its first cell alone."""
    return bool(row) and any(
        word in row[0].casefold() for word in ("average", "durchschnitt", "moyenne", "media")
    )

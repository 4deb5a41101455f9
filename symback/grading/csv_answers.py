"""Answers in a CSV file: a row an answer (id, box, answer), or a row a student (id, 1a, 1b, ..)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symback.errors import RequestError, shorten
from symback.exercises.ids import HEADS
from symback.grading.handed_in import HandedIn, listed
from symback.grading.reading import Cell
from symback.grading.tables import Table

_BOX = re.compile(r"\(?\d+[a-z]+\)?", re.IGNORECASE)
CHECKSUM = "checksum"


def is_own(table: Table) -> bool:
    """Whether the head is one that this module reads: a column of ids, and answers or boxes."""
    names = [name.casefold() for name in table.head]
    return "id" in names or any(map(_BOX.fullmatch, table.head))


def read_own(table: Table, handed: HandedIn) -> None:
    """Takes the answers of a narrow or wide table. Raises RequestError with line and column."""
    names = [name.casefold() for name in table.head]
    place = f"{table.source}, line {table.head_line}"
    handed.check_sheet(table.checksum or None, f"{table.source}, checksum")
    identity = next((names.index(head) for head in HEADS if head in names), None)
    if identity is None:
        raise RequestError(
            f"{place}: no column is called id: {listed(table.head)}. There may stand id,box,answer."
        )
    check = names.index(CHECKSUM) if CHECKSUM in names else None
    if check is not None:
        for line, row in table.rows:
            handed.check_sheet(row[check] or None, table.place(line, check))
    if "box" in names or "answer" in names:
        _narrow(table, names, identity, handed)
    else:
        _wide(table, names, identity, handed)


def _narrow(table: Table, names: Sequence[str], identity: int, handed: HandedIn) -> None:
    place = f"{table.source}, line {table.head_line}"
    missing = [name for name in ("box", "answer") if name not in names]
    if missing:
        raise RequestError(
            f"{place}: there is no column {shorten(missing[0])}, only {listed(table.head)}. "
            f"There may stand id,box,answer, or id and a column for each box."
        )
    _tell_extra(
        table, [name for name in names if name not in (names[identity], "box", "answer", CHECKSUM)], handed
    )
    box, answer = names.index("box"), names.index("answer")
    for line, row in table.rows:
        student = handed.identity(row[identity], table.place(line, identity))
        handed.hand_in(student)
        if row[box].strip() or row[answer].strip():
            number = handed.box(student, row[box], table.place(line, box))
            handed.add(student, number, Cell(row[answer], table.place(line, answer)))


def _wide(table: Table, names: Sequence[str], identity: int, handed: HandedIn) -> None:
    place = f"{table.source}, line {table.head_line}"
    known = {number.lower(): number for number in handed.papers.box_numbers}
    columns: dict[int, str] = {}
    extra = []
    for column, name in enumerate(names):
        number = known.get(name.strip("()."))
        if number is not None:
            if number in columns.values():
                raise RequestError(f"{place}: two columns are called {shorten(number)}.")
            columns[column] = number
        elif _BOX.fullmatch(name):
            number = table.head[column]
            raise RequestError(
                f"{place}: {handed.papers.source} has no box {shorten(number)}. "
                f"Its boxes are {listed(known.values())}. "
                f"Is it an answer file of another sheet?"
            )
        elif column != identity and name != CHECKSUM:
            extra.append(table.head[column])
    if not columns:
        raise RequestError(
            f"{place}: no column is a box: {listed(table.head)}. The boxes are {listed(known.values())}."
        )
    _tell_extra(table, extra, handed)
    missing = [number for number in known.values() if number not in columns.values()]
    if missing:
        handed.note("no_column", place=place, names=listed(missing))
    for line, row in table.rows:
        student = handed.identity(row[identity], table.place(line, identity))
        handed.row_of(student, line, table.place(line, identity), "One row may stand for each student.")
        for column, number in columns.items():
            if number in handed.papers.by_id[student].by_number:
                handed.add(student, number, Cell(row[column], table.place(line, column)))
            elif row[column].strip():
                handed.box(student, number, table.place(line, column))


def _tell_extra(table: Table, extra: Sequence[str], handed: HandedIn) -> None:
    if extra:
        handed.note("passed_over", place=f"{table.source}, line {table.head_line}", names=listed(extra))

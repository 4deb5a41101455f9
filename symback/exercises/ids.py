"""The list of students: one id a line, or a column of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from operator import eq
from typing import overload

from symback.errors import RequestError, shorten
from symback.text_files import read_text

MOST_BYTES = 16 * 1024 * 1024
LONGEST_ID = 200
HEADS = (
    "id",
    "student id",
    "student_id",
    "student",
    "username",
    "login",
    "email",
    "name",
    "matriculation number",
)
"""Heads of the column that holds ids, the likelier first."""


class Numbered(Sequence[str]):
    """The ids 1, 2, ... of so many papers; none of them is kept."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        found = range(1, self._count + 1)[place]
        return str(found) if isinstance(found, int) else tuple(map(str, found))

    def __contains__(self, identity: object) -> bool:
        return (
            isinstance(identity, str)
            and identity.isascii()
            and identity.isdigit()
            and identity[0] != "0"
            and len(identity) <= len(str(self._count))
            and int(identity) <= self._count
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]


def read_ids(path: str) -> tuple[str, ...]:
    """The ids of a file, or of standard input ("-"), in their order.

    A line is an id; in a CSV file with commas, semicolons or tabs it is the column with a head like `id`,
    else the first column. Raises RequestError for a list without ids, and for two students with one id.
    """
    text, name = read_text(path, "a list of students", MOST_BYTES)
    return check_ids(_ids(text), name)


def _ids(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = next((one for one in ",;\t" if lines and one in lines[0]), "")
    if not delimiter:
        found = [line.strip() for line in lines]
        if found and found[0].strip('"').lower() in HEADS[:6]:
            del found[0]
        return [one[1:-1] if len(one) > 1 and one[0] == one[-1] == '"' else one for one in found]
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, row))]
    column, has_head = _column(rows[0])
    return [row[column].strip() if column < len(row) else "" for row in rows[has_head:]]


def _column(head: Sequence[str]) -> tuple[int, bool]:
    """Where ids stand, and whether the first row is a head."""
    names = [cell.strip().lower() for cell in head]
    found = next((names.index(name) for name in HEADS if name in names), None)
    return (0, False) if found is None else (found, True)


def check_ids(ids: Iterable[str], source: str = "") -> tuple[str, ...]:
    """The ids, if there is one at least and none twice. `source` is the file as messages name it."""
    place = f"{source}: " if source else ""
    found = tuple(ids)
    if not found:
        raise RequestError(f"{place}the list of students is empty. There may stand one id on each line.")
    seen: dict[str, int] = {}
    for number, identity in enumerate(found, 1):
        if not identity.strip():
            raise RequestError(f"{place}student {number} has no id.")
        if len(identity) > LONGEST_ID or not identity.isprintable():
            problem = "is too long" if len(identity) > LONGEST_ID else "has characters that cannot be printed"
            raise RequestError(f"{place}the id {shorten(identity)} of student {number} {problem}.")
        if identity in seen:
            raise RequestError(
                f"{place}students {seen[identity]} and {number} have one id: {shorten(identity)}. "
                f"Each needs one of their own."
            )
        seen[identity] = number
    return found

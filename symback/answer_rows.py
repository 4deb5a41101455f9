"""Rows of a table of answers: NAME = NUMBER line by line, or cells between commas, semicolons or tabs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symback.errors import RequestError, shorten

NAMES = ("name", "quantity")
"""What the column of the names may be called."""
NUMBERS = ("value", "number", "answer")
"""What the column of the numbers may be called."""
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
"""In the order in which they are looked for: after a semicolon or a tab a comma is part of a number."""

MOST_CHARACTERS = 4_000
"""Of a line."""

_INSIDE = re.compile(r"\[[^\]]*\]|\"(?:[^\"]|\"\")*\"")
_WORD = re.compile(r"[^\W\d][^\d]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its number, both as text, and where they stand."""

    name: str
    number: str
    place: str


def split_claim(text: str) -> tuple[str, str]:
    """What stands before and after the last `=` that is not in an index. Raises RequestError for none."""
    name, equals, number = text.rpartition("=")
    if not equals or name.count("[") > name.count("]"):
        raise RequestError(
            f"{shorten(text.strip())} has no name and number. "
            'There may stand NAME = NUMBER, such as "dE_total/dw5 = 0.0821".'
        )
    if not name.strip():
        raise RequestError(
            f"No name stands before the = of {shorten(text.strip())}. There may stand NAME = NUMBER."
        )
    return name.strip(), number.strip()


def rows(text: str, source: str) -> Iterator[Row]:
    """The rows of a text with one row a line. Raises RequestError with the line that is none.

    Blank lines, and those that begin with #, are passed over. If the first line that counts has a `=` (not in
    an index or in quotes), all lines are NAME = NUMBER, else all are cells.
    """
    lines = [
        (number, line)
        for number, line in enumerate(_LINE_END.split(text), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    for number, line in lines:
        if len(line) > MOST_CHARACTERS:
            found = f"{source}, line {number}: {shorten(line)} has {len(line):,} characters"
            raise RequestError(f"{found}. A line may have up to {MOST_CHARACTERS:,}.")
    if lines and "=" in _INSIDE.sub("", lines[0][1]):
        yield from _claims(lines, source)
    elif lines:
        yield from _cells(lines, source)


def _claims(lines: Sequence[tuple[int, str]], source: str) -> Iterator[Row]:
    for number, line in lines:
        place = f"{source}, line {number}"
        try:
            yield Row(*split_claim(line.partition("#")[0]), place)
        except RequestError as error:
            raise RequestError(f"{place}: {error}") from None


def _cells(lines: Sequence[tuple[int, str]], source: str) -> Iterator[Row]:
    number, first = lines[0]
    delimiter = next((sign for sign in DELIMITERS if sign in _INSIDE.sub("", first)), "")
    if not delimiter:
        raise RequestError(
            f"{source}, line {number}: {shorten(first.strip())} stands there. There may stand NAME = NUMBER, "
            f"or a name and a number with a comma, a semicolon or a tab between them."
        )
    head = _row(first, delimiter, f"{source}, line {number}")
    is_head = _is_head(head)
    name_column, number_column = _columns(head, f"{source}, line {number}") if is_head else (0, 1)
    width = len(head) if is_head else 2
    for number, line in lines[is_head:]:
        place = f"{source}, line {number}"
        cells = _row(line, delimiter, place)
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        if not max(name_column, number_column) < len(cells) <= width:
            count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            hint = " A number with a decimal comma stands in quotes." if delimiter == "," else ""
            raise RequestError(
                f"{place}: {shorten(line.strip())} has {count}. "
                f"There may stand {width}, with a {DELIMITERS[delimiter]} between them.{hint}"
            )
        yield Row(cells[name_column], cells[number_column], place)


def _row(line: str, delimiter: str, place: str) -> list[str]:
    """The cells of a line, without blanks around them; a comma in an index, net_h1[2,t=3], parts nothing."""
    try:
        (found,) = csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True)
    except (csv.Error, ValueError) as error:
        raise RequestError(
            f"{place}: {shorten(line.strip())} cannot be cut into cells ({error}). "
            f"There may stand a name and a number with a {DELIMITERS[delimiter]} between them."
        ) from None
    cells: list[str] = []
    for cell in found:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += delimiter + cell
        else:
            cells.append(cell)
    return [cell.strip() for cell in cells]


def _is_head(cells: Sequence[str]) -> bool:
    """Whether a first row names the columns. A digit makes it a number with a slip: no row is lost."""
    if any(cell.casefold() in NAMES + NUMBERS for cell in cells):
        return True
    second = cells[1] if len(cells) > 1 else ""
    return bool(_WORD.fullmatch(second)) and second.casefold() not in ("nan", "inf", "infinity")


def _columns(head: Sequence[str], place: str) -> tuple[int, int]:
    """The columns of the names and of the numbers, by what they are called, else the first two."""
    name, number = (_column(head, known, place) for known in (NAMES, NUMBERS))
    if name is None:
        name = 0 if number != 0 else 1
    if number is None:
        number = 1 if name != 1 else 0
    return name, number


def _column(head: Sequence[str], known: Sequence[str], place: str) -> int | None:
    found = [column for column, cell in enumerate(head) if cell.casefold() in known]
    if len(found) > 1:
        called = " and ".join(shorten(head[column]) for column in found)
        raise RequestError(
            f"{place}: columns {called} stand there. There may stand one column called {' or '.join(known)}."
        )
    return found[0] if found else None

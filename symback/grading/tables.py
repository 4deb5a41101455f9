"""A CSV file as rows of cells with their lines, whatever separates them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from symback.answer_rows import DELIMITERS
from symback.errors import RequestError, shorten

LONGEST_CELL = 20_000


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows; each row has as many cells as the head."""

    source: str
    head: tuple[str, ...]
    head_line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """With the line on which each begins."""
    checksum: str = ""
    """From a line `# checksum: ..`."""

    def place(self, line: int, column: int) -> str:
        """Where a cell stands, as messages say it."""
        return f"{self.source}, line {line}, column {shorten(self.head[column])}"


def read_csv(text: str, source: str) -> Table:
    """The table of a CSV file: separated by tabs, semicolons or commas, whichever its head has.

    Lines that begin with # before the head are remarks. Raises RequestError, with the line, for rows that
    have more cells than the head, and for quotes that are never closed.
    """
    checksum, skipped = "", 0
    lines = text.splitlines(keepends=True)
    while skipped < len(lines) and (not lines[skipped].strip() or lines[skipped].lstrip().startswith("#")):
        name, _, value = lines[skipped].strip("# \t\r\n,;").partition(":")
        checksum = value.strip() if name.strip().lower() == "checksum" else checksum
        skipped += 1
    if skipped == len(lines):
        raise RequestError(f"{source} is empty. There may stand a head such as id,box,answer, and rows.")
    first = lines[skipped]
    if first.strip().lower().startswith("sep=") and skipped + 1 < len(lines):
        skipped += 1
        first = lines[skipped]
    delimiter = _delimiter(first)
    body = "".join(lines[skipped:])
    rows = list(_rows(body, delimiter, skipped, source))
    (head_line, head), *others = rows
    head = tuple(cell.strip().strip("\ufeff") for cell in head)
    while head and not head[-1]:
        head = head[:-1]
    doubled = next(
        (cell for at, cell in enumerate(head) if cell and cell in head[:at] and not cell[:1].isdigit()), ""
    )
    if doubled and doubled.casefold() in ("id", "box", "answer"):
        raise RequestError(f"{source}, line {head_line}: two columns are called {shorten(doubled)}.")
    return Table(
        source, head, head_line, tuple(_filled(row, head, delimiter, source) for row in others), checksum
    )


def _delimiter(head: str) -> str:
    """What separates the cells of a head; what stands in quotes does not count."""
    outside = "".join(part for at, part in enumerate(head.split('"')) if at % 2 == 0)
    counts = {sign: outside.count(sign) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign]) if any(counts.values()) else ","


def _rows(text: str, delimiter: str, skipped: int, source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line + skipped, tuple(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise RequestError(
            f"{source}, line {line + skipped}: this is no row of a CSV file ({error})."
        ) from None


def _filled(
    row: tuple[int, tuple[str, ...]], head: tuple[str, ...], delimiter: str, source: str
) -> tuple[int, tuple[str, ...]]:
    line, cells = row
    while len(cells) > len(head) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > len(head):
        hint = " A number with a decimal comma stands in quotes." if delimiter == "," else ""
        raise RequestError(
            f"{source}, line {line}: {len(cells)} cells stand there, but the head has {len(head)} columns: "
            f"{shorten(delimiter.join(cells))}.{hint}"
        )
    long = next((cell for cell in cells if len(cell) > LONGEST_CELL), "")
    if long:
        raise RequestError(
            f"{source}, line {line}: a cell has {len(long):,} characters; {LONGEST_CELL:,} are enough."
        )
    return line, cells + ("",) * (len(head) - len(cells))

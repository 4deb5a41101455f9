"""Answers that were handed in, by id and box, before anything is judged; each knows where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symback.errors import RequestError, shorten, suggestion
from symback.grading.reading import Cell
from symback.grading.sheet_papers import Papers
from symback.grading.telling import FILE
from symback.render import say

MOST_LISTED = 12


@dataclass
class HandedIn:
    """Collects the cells of an answer file; what does not belong to the sheet is refused with its place."""

    papers: Papers
    source: str
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What the teacher should know, though it stops nothing."""
    _lines: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    """By student: the line in which the answers stand."""

    def note(self, phrase: str, **facts: str) -> None:
        """One more note, in the language of the sheet."""
        self.notes.append(say(FILE, f"note_{phrase}", facts, language=self.papers.language))

    def add(self, identity: str, box: str, cell: Cell) -> None:
        """One answer. Raises RequestError for two different ones in one box."""
        known = self.cells.setdefault(identity, {})
        before = known.get(box)
        if before is None or not before.text.strip():
            known[box] = cell
        elif cell.text.strip() and before.text.strip() != cell.text.strip():
            raise RequestError(
                f"{cell.place}: box {box} of {shorten(identity)} has {shorten(cell.text)}, but "
                f"{before.place} has {shorten(before.text)}. One answer may stand for each box."
            )

    def hand_in(self, identity: str) -> None:
        """That a student handed something in, even if all boxes are empty."""
        self.cells.setdefault(identity, {})

    def identity(self, text: str, place: str) -> str:
        """The id of a paper. Raises RequestError, with the nearest, for an id that no paper has.

        Spreadsheets take leading zeros from ids and put `.0` behind: such an id is known if only one fits.
        """
        known = self.papers.by_id
        for candidate in (text, text.strip()):
            if candidate in known:
                return candidate
        short = _without_zeros(text)
        alike = [one for one in known if short and _without_zeros(one) == short]
        if len(alike) == 1:
            self.note("taken_for", place=place, found=shorten(text), id=shorten(alike[0]))
            return alike[0]
        hint = suggestion(text, tuple(known))
        raise RequestError(f"{place}: no paper of {self.papers.source} has the id {shorten(text)}.{hint}")

    def row_of(self, identity: str, line: int, place: str, advice: str) -> None:
        """The one row of a student. Raises RequestError, with advice, where there was another."""
        if identity in self._lines:
            raise RequestError(
                f"{place}: {shorten(identity)} stands in line {self._lines[identity]} already. {advice}"
            )
        self._lines[identity] = line
        self.hand_in(identity)

    def box(self, identity: str, text: str, place: str) -> str:
        """The number of a box on this paper. Raises RequestError, with what may stand there, for another."""
        boxes = self.papers.by_id[identity].by_number
        number = text.strip()
        for candidate in (number, number.lower(), number.strip("().").lower()):
            if candidate in boxes:
                return candidate
        raise RequestError(
            f"{place}: {shorten(text)} is no box of {self.papers.source}.{suggestion(number, tuple(boxes))} "
            f"Is it an answer file of another sheet?"
        )

    def check_sheet(self, checksum: object, place: str) -> None:
        """That a checksum in the file is the sheet's. Raises RequestError for another."""
        if checksum is not None and str(checksum).strip() not in ("", self.papers.checksum):
            raise RequestError(
                f"{place}: the answers belong to another sheet: its checksum is {shorten(checksum)}, but "
                f"{self.papers.source} has '{self.papers.checksum}'."
            )

    def finish(self) -> HandedIn:
        """With a note on papers of which there is nothing. Raises RequestError where there is no answer."""
        if not self.cells:
            raise RequestError(
                f"{self.source} has no answers. There may stand a row with an id for each student."
            )
        absent = [identity for identity in self.papers.by_id if identity not in self.cells]
        if absent:
            self.note("absent", place=self.source, names=listed(absent))
        return self


def listed(names: Iterable[str]) -> str:
    """Some of these, and how many more there are."""
    known = list(names)
    shown = ", ".join(name if name.isalnum() else shorten(name) for name in known[:MOST_LISTED])
    more = len(known) - MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _without_zeros(text: str) -> str:
    text = text.strip()
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or part.strip("0"):
        return ""
    return whole.lstrip("0") or "0"


Cells = Mapping[str, Mapping[str, Cell]]

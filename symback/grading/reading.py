"""What stands in a box, read: nothing, a number, or something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from symback.answer_numbers import Answer, read_answer
from symback.errors import RequestError
from symback.exercises.model import Box

_EXCEL = re.compile(r"\A=\"(.*)\"\Z|\A'(?=[-+.,\d])")
"""How spreadsheets keep a number as text: ="0.5" and '0.5."""


EMPTY = ("", "-", "–", "—")
"""What people and platforms write where they have no answer."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a student put into a box, and where it stands in the file that was handed in."""

    text: str
    place: str = ""


@dataclass(frozen=True)
class Reading:
    """A box beside what stands in it."""

    box: Box
    cell: Cell
    answer: Answer | None = None
    """None for what is no number."""
    problem: str = ""
    """Why it is none."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands there."""
        return not self.cell.text.strip()

    @cached_property
    def value(self) -> float:
        """The number as a float."""
        assert self.answer is not None
        return float(self.answer.value)

    @cached_property
    def unit(self) -> float:
        """What one in the last digit is worth; 0 for a fraction."""
        assert self.answer is not None
        return float(self.answer.unit)

    @cached_property
    def key(self) -> float:
        """The key as a float."""
        return float(key_of(self.box))

    @cached_property
    def tolerance(self) -> float:
        """How far an answer may be from it, as a float."""
        return float(tolerance_of(self.box))

    @cached_property
    def is_key(self) -> bool:
        """Whether it is the key within its tolerance; exactly compared."""
        assert self.answer is not None
        return abs(self.answer.value - key_of(self.box)) <= tolerance_of(self.box)


def read_cell(box: Box, cell: Cell) -> Reading:
    """The number that stands there, if one does."""
    text = plain(cell.text)
    if text in EMPTY:
        return Reading(box, Cell("", cell.place))
    try:
        answer = read_answer(text)
        float(answer.value)
    except RequestError as error:
        return Reading(box, cell, None, str(error))
    except OverflowError:
        return Reading(box, cell, None, "the number is too large")
    return Reading(box, cell, answer)


def plain(text: str) -> str:
    """The text without blanks around it, and without what a spreadsheet puts around numbers."""
    text = text.strip().strip("\ufeff\u200b").strip()
    return _EXCEL.sub(r"\1", text).strip() if _EXCEL.match(text) else text


def key_of(box: Box) -> Fraction:
    """The key of a number, as a fraction."""
    return _fraction(box.value)


def tolerance_of(box: Box) -> Fraction:
    """How far an answer may be from it."""
    return _fraction(box.tolerance or "0")


@lru_cache(maxsize=1024)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def decimals_of(box: Box) -> int:
    """How many decimals the key has."""
    return len(box.value.partition(".")[2])

"""The papers of a sheet as its file has them: ids, boxes and keys, in their order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Any

from symback.claims.verdicts import Judged
from symback.errors import RequestError, shorten
from symback.exercises.model import Answer, Box, Choice, Variant
from symback.exercises.sheet import Sheet
from symback.exercises.sheet_file import MOST_BYTES, read_sheet
from symback.grading.course import Course
from symback.render import languages
from symback.text_files import read_text


@dataclass(frozen=True)
class Paper:
    """One student's boxes; what the file says of keys, tolerances and points counts."""

    id: str
    numbers: Mapping[str, str]
    boxes: tuple[Box, ...]

    @cached_property
    def by_number(self) -> Mapping[str, Box]:
        """The boxes by their numbers."""
        return {box.number: box for box in self.boxes}


@dataclass(frozen=True)
class Papers:
    """All papers of a sheet."""

    sheet: Sheet
    by_id: Mapping[str, Paper]
    source: str
    language: str = "en"
    """Of the papers."""
    formulas: dict[tuple[str, str], Judged | None] = field(default_factory=dict, repr=False)
    """What was found out about formulas that students gave, by quantity and text."""
    _variants: dict[str, Variant] = field(default_factory=dict, repr=False)

    @property
    def checksum(self) -> str:
        """Of what the papers follow from; answer files may carry it."""
        return self.sheet.checksum

    @cached_property
    def course(self) -> Course:
        """What marks them."""
        return Course(self.sheet.plan)

    def choices(self, paper: Paper, number: str) -> tuple[Choice, ...]:
        """What a box offers; the file does not say, so the paper is made again from its numbers."""
        if paper.id not in self._variants:
            self._variants[paper.id] = self.sheet[paper.id]
        return self._variants[paper.id].box(number).choices

    @cached_property
    def box_numbers(self) -> tuple[str, ...]:
        """The numbers of all boxes, in the order of the papers."""
        return tuple(dict.fromkeys(box.number for paper in self.by_id.values() for box in paper.boxes))


def papers_of(sheet: Sheet, language: str = "en") -> Papers:
    """The papers of a sheet that was just made."""
    papers = (Paper(variant.id, variant.numbers, tuple(variant.boxes)) for variant in sheet)
    return Papers(sheet, {paper.id: paper for paper in papers}, "the sheet", language)


def read_papers(path: str) -> Papers:
    """The papers of a sheet.json. Raises RequestError, with the place, for a file that is none."""
    sheet = read_sheet(path)
    text, name = read_text(path, "a sheet", MOST_BYTES)
    content = json.loads(text, parse_float=str)
    papers = {}
    for variant in content["variants"]:
        identity = variant["id"]
        place = f"{name}, paper {shorten(identity)}"
        rows = variant.get("boxes")
        if not isinstance(rows, list) or not rows:
            raise RequestError(
                f"{place}: no boxes stand there. There may stand those that `symback sheet` wrote."
            )
        boxes = tuple(_box(row, place) for row in rows)
        doubled = next(
            (box.number for at, box in enumerate(boxes) if box.number in {b.number for b in boxes[:at]}), ""
        )
        if doubled:
            raise RequestError(f"{place}: box {shorten(doubled)} stands there twice.")
        papers[identity] = Paper(identity, sheet.numbers[identity], boxes)
    return Papers(sheet, papers, name, _language(content.get("language", "en"), name))


def _language(language: object, name: str) -> str:
    """The language of the papers, in which students are told about them as well."""
    if language not in languages():
        raise RequestError(
            f"{name}: its language is {shorten(language)}. There may stand {', '.join(languages())}."
        )
    return str(language)


def _box(row: Any, place: str) -> Box:
    """A box as the file has it."""
    fields = row if isinstance(row, dict) else {}
    number, quantity, value = (fields.get(key) for key in ("box", "quantity", "value"))
    tolerance, points, kind = fields.get("tolerance"), fields.get("points", 1), fields.get("answer", "number")
    if not all(isinstance(one, str) for one in (number, quantity, value)):
        raise RequestError(f"{place}: {shorten(row)} is no box: it needs box, quantity and value as texts.")
    if isinstance(points, bool) or not isinstance(points, int | str):
        raise RequestError(
            f"{place}, box {shorten(number)}: points are {shorten(points)}. There may stand a number."
        )
    if kind not in {answer.value for answer in Answer}:
        known = ", ".join(answer.value for answer in Answer)
        raise RequestError(
            f"{place}, box {shorten(number)}: answer is {shorten(kind)}. There may stand {known}."
        )
    for key, text in (("value", value), ("tolerance", tolerance or "0"), ("points", str(points))):
        if (kind == "number" or key == "points") and not _is_decimal(text):
            raise RequestError(
                f"{place}, box {shorten(number)}: {key} is {shorten(text)}. There may stand a decimal."
            )
    worth = points if isinstance(points, int) else Fraction(points)
    return Box(str(number), str(quantity), worth, Answer(kind), str(value), tolerance or "")  # type: ignore[arg-type]


def _is_decimal(text: object) -> bool:
    try:
        return isinstance(text, str) and len(text) < 400 and Decimal(text).is_finite()
    except InvalidOperation:
        return False

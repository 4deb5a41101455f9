"""Which share of a box's points each status gives; a teacher's file may set it, for all boxes or for one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from symback.errors import NetworkFileError, RequestError, shorten, suggestion
from symback.exercises.model import Box
from symback.grading.statuses import DEFAULT_SHARES, Status
from symback.network_file import Typed, toml
from symback.text_files import read_text

MOST_BYTES = 1024 * 1024
MOST_POINTS = 1000
_NUMBER = re.compile(r"[-+]?\d{1,6}(?:\.\d{1,9}|/\d{1,6})?")
_SUCH_AS = 'There may stand a share of the points such as mistake = "1/2", or 0.25.'


@dataclass(frozen=True)
class Points:
    """What statuses are worth."""

    shares: Mapping[Status, Fraction] = field(default_factory=lambda: DEFAULT_SHARES)
    by_box: Mapping[str, Mapping[Status, Fraction]] = field(default_factory=dict)
    """Shares of single boxes, where they differ."""
    of_box: Mapping[str, Fraction] = field(default_factory=dict)
    """Points of single boxes, where they are not those of the sheet."""

    def most(self, box: Box) -> Fraction:
        """What a box is worth."""
        return self.of_box.get(box.number, Fraction(box.points))

    def of(self, box: Box, status: Status) -> Fraction:
        """What a status gives in a box."""
        share = self.by_box.get(box.number, {}).get(status, self.shares[status])
        return share * self.most(box)


def read_points(path: str, boxes: tuple[str, ...]) -> Points:
    """The points of a TOML or JSON file: statuses with shares; a table `boxes` has those of single boxes.

    A box may also have `points`. Raises RequestError with the key, what stands and what may stand there.
    """
    text, name = read_text(path, "a file of points", MOST_BYTES)
    content = _content(text, name, Path(path).suffix == ".json" or text.lstrip().startswith("{"))
    single = content.pop("boxes", {})
    if not isinstance(single, dict):
        raise RequestError(f"{name}, key 'boxes': {shorten(single)}. There may stand a table for each box.")
    shares = {**DEFAULT_SHARES, **_shares(content, name)}
    by_box, of_box = {}, {}
    for box, table in single.items():
        place = f"{name}, boxes.{box}"
        if box not in boxes:
            raise RequestError(f"{place}: the sheet has no box {shorten(box)}.{suggestion(box, boxes)}")
        if not isinstance(table, dict):
            raise RequestError(f"{place}: {shorten(table)}. There may stand a table of statuses.")
        if "points" in table:
            of_box[box] = _number(table.pop("points"), f"{place}, key 'points'", 0, MOST_POINTS)
        by_box[box] = _shares(table, place)
    return Points(shares, by_box, of_box)


def _content(text: str, name: str, is_json: bool) -> dict[str, Any]:
    if not is_json:
        try:
            return dict(toml(text, name))
        except NetworkFileError as error:
            place = f"{name}, {error.key}" if error.key else name
            raise RequestError(f"{place}: {error.found}. {_SUCH_AS}") from None
    try:
        content = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RequestError(f"{name}: this is no JSON ({error}). {_SUCH_AS}") from None
    if not isinstance(content, dict):
        raise RequestError(f'{name}: {shorten(content)} stands there. There may stand {{"mistake": "1/2"}}.')
    return content


def _shares(table: Mapping[str, Any], place: str) -> dict[Status, Fraction]:
    known = tuple(status.value for status in Status)
    found = {}
    for key, value in table.items():
        if key not in known:
            raise RequestError(f"{place}: {shorten(key)} is no status.{suggestion(key, known)}")
        found[Status(key)] = _number(value, f"{place}, key {shorten(key)}", -1, 1)
    return found


def _number(value: Any, place: str, least: int, most: int) -> Fraction:
    text = value.text if isinstance(value, Typed) else str(value)
    number = None
    if not isinstance(value, bool) and _NUMBER.fullmatch(text.strip()):
        below = text.strip().partition("/")[2]
        number = Fraction(text.strip()) if not below or int(below) else None
    if number is None or not least <= number <= most:
        raise RequestError(
            f'{place}: {shorten(text)}. There may stand a number from {least} to {most}, as 0.5 or "1/2".'
        )
    return number

"""What a teacher should know of a sheet: ranges, duplicates, patterns, and mistakes that look alike."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from symback.exercises.model import Answer, Box, Variant
from symback.exercises.sheet import Sheet

FEW = 8
"""Of so few papers no pattern can be told."""
GUESSABLE = 0.6
"""A choice that is right on more than this part of the papers can be guessed."""
REPEATED = 0.2
"""A number that is right on more than this part of the papers can be guessed."""


MOST_KEPT = 20_000
"""In so many papers patterns are looked for; ranges and gaps are those of all."""


@dataclass
class BoxReport:
    """One box on all papers."""

    box: Box
    low: float = math.inf
    high: float = -math.inf
    gap: float = math.inf
    """The smallest distance between two answers that mean different things."""
    _keys: bytearray = field(default_factory=bytearray, repr=False)
    """Of the papers in which patterns are looked for: a tenth of what a dictionary takes."""

    def add(self, key: str, gap: float, *, is_kept: bool = True) -> None:
        """The key on one more paper, and the smallest distance between answers there."""
        if is_kept:
            self._keys += f"{key}\0".encode("utf-8", "surrogateescape")
        if self.box.answer is Answer.NUMBER:
            value = float(key)
            self.low, self.high = min(self.low, value), max(self.high, value)
            self.gap = min(self.gap, gap)

    @property
    def keys(self) -> Counter[str]:
        """How often each key is right."""
        return Counter(self._keys.decode("utf-8", "surrogateescape").split("\0")[:-1])

    @property
    def is_number(self) -> bool:
        """Whether it has a range."""
        return self.box.answer is Answer.NUMBER

    @property
    def commonest(self) -> tuple[str, float]:
        """The key that is right most often, and on which part of the papers."""
        keys = self.keys
        key, times = keys.most_common(1)[0]
        return key, times / keys.total()

    @property
    def is_guessable(self) -> bool:
        """Whether one answer is right too often."""
        limit = REPEATED if self.is_number else GUESSABLE
        return self.keys.total() >= FEW and self.commonest[1] > limit


class Report:
    """Learns from papers, one by one."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.boxes: dict[str, BoxReport] = {}
        self.papers = array("q")
        """Of each: a digest of its numbers."""
        self.crowded = 0
        self.candidates = 0
        self.groups: dict[str, tuple[tuple[str, ...], ...]] = {}

    def add(self, variant: Variant) -> None:
        """One more paper."""
        if not self.papers:
            self.groups = dict(self._groups(variant))
        self.papers.append(hash(tuple(sorted(variant.numbers.items()))))
        self.crowded += variant.crowded > 0
        self.candidates += variant.candidates
        for box in variant.boxes:
            found = self.boxes.get(box.number)
            if found is None:
                found = self.boxes[box.number] = BoxReport(box)
            gap = variant.gaps.get(box.quantity, math.inf)
            found.add(box.value, gap, is_kept=len(self.papers) <= MOST_KEPT)

    @property
    def count(self) -> int:
        """How many papers there are."""
        return len(self.papers)

    @property
    def kept(self) -> int:
        """In how many papers, the first ones, patterns were looked for."""
        return min(self.count, MOST_KEPT)

    @property
    def duplicates(self) -> int:
        """How many papers have the numbers of another one."""
        found = sorted(self.papers)
        pairs = [False, *(one == other for one, other in pairwise(found)), False]
        return sum(before or after for before, after in pairwise(pairs))

    @property
    def guessable(self) -> list[BoxReport]:
        """Boxes in which one answer is right too often."""
        return [box for box in self.boxes.values() if box.is_guessable]

    def _groups(self, variant: Variant) -> dict[str, tuple[tuple[str, ...], ...]]:
        """By box: mistakes that give one number there, on the first paper."""
        answers = self.sheet.plan.answers(variant)
        found = {}
        for box in variant.boxes:
            if box.answer is Answer.NUMBER and box.quantity in self.sheet.plan.asked:
                several = [one.mistakes for one in answers.wrongs(box.quantity) if len(one.mistakes) > 1]
                found[box.number] = tuple(dict.fromkeys(several))
        return found

"""How far apart the answers are for many sets of numbers at once; what `Separation.gaps` finds one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from symback.exercises.separation import RIGHT, Separation, parts
from symback.exercises.trials import misread
from symback.mistakes.arrays import Array, of_rows
from symback.mistakes.workings import Workings

EARLY = 4
"""After one of so many parts of the trials those sets are dropped that have answers together already."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The sets of numbers in which all answers are apart."""

    rows: Array
    """Their places among those that were looked at."""
    smallest: Mapping[int, Array]
    """By place: the smallest distance between two answers, for each of them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What `Gaps` says, of many sets of numbers."""

    crowded: Array
    smallest: Mapping[int, Array]


class CrowdGaps:
    """A separation for arrays of numbers."""

    def __init__(self, separation: Separation, workings: Workings, limit: float) -> None:
        self.separation = separation.computed_as(workings)
        self.limit = limit
        trials = self.separation.trials
        cut = -(-len(trials) // EARLY)
        self.parts = (range(cut), range(cut, len(trials)))
        self.order = self.separation.order

    def apart(self, workings: Workings, readings: Mapping[int, Sequence[Array]], count: int) -> Apart:
        """Which of `count` sets keep all answers apart. `readings` are other numbers of given quantities."""
        boxes = [_Box(self.separation, place, workings.values[place], count) for place in self.order]
        self._try_each(self.parts[0], workings, boxes)
        rows = _apart([box for box in boxes if not box.may_be], self.limit, np.arange(count))[0]
        if rows.size < count:
            workings = of_sets(workings, rows)
            readings = {place: of_rows(several, rows) for place, several in readings.items()}
            boxes = [box.of_sets(rows) for box in boxes]
        self._try_each(self.parts[1], workings, boxes)
        self._read_otherwise(readings, workings, boxes)
        kept, smallest = _apart(boxes, self.limit, np.arange(rows.size))
        return Apart(rows[kept], smallest)

    def counted(self, workings: Workings, readings: Mapping[int, Sequence[Array]], count: int) -> Counted:
        """How many pairs of neighbouring answers are too near to each other in each set."""
        boxes = [_Box(self.separation, place, workings.values[place], count) for place in self.order]
        for part in self.parts:
            self._try_each(part, workings, boxes)
        self._read_otherwise(readings, workings, boxes)
        crowded: Array = np.zeros(count, dtype=np.intp)
        smallest: dict[int, Array] = {}
        for box in boxes:
            several, smallest[box.place] = box.counted(self.limit)
            crowded += several
        return Counted(crowded, smallest)

    def _try_each(self, numbers: Iterable[int], workings: Workings, boxes: Sequence[_Box]) -> None:
        """What these trials give."""
        by_place = {box.place: box for box in boxes}
        for number in numbers:
            trial = self.separation.trials[number]
            values = trial.values(workings, self.separation.within)
            for place in trial.places:
                by_place[place].add(values[place], number)

    def _read_otherwise(
        self, readings: Mapping[int, Sequence[Array]], workings: Workings, boxes: Sequence[_Box]
    ) -> None:
        """What other numbers of one given quantity give; nan stands for a set that has no such number."""
        by_place = {box.place: box for box in boxes}
        number = len(self.separation.trials)
        for given, several in readings.items():
            for wrong in several:
                steps = self.separation.read[given]
                values = misread(workings, {given: wrong}, steps, self.separation.within)
                is_missing = np.isnan(wrong)
                for place in self.separation.reached[given]:
                    by_place[place].add(np.where(is_missing, math.nan, values[place]), number)
                number += 1


def of_sets(workings: Workings, rows: Array) -> Workings:
    """The workings of some of the sets, their values taken over."""
    given = dict(zip(workings.given, of_rows(workings.given.values(), rows), strict=True))
    found = workings.with_given(workings.network, given)
    found.__dict__["values"] = of_rows(workings.values, rows)
    return found


def _apart(boxes: Sequence[_Box], limit: float, rows: Array) -> tuple[Array, dict[int, Array]]:
    """The sets among `rows` in which all answers are apart so far, and by place the smallest distances."""
    found: dict[int, Array] = {}
    for box in boxes:
        table = box.table(rows)
        smallest = _smallest(table)
        kept = smallest >= limit
        if box.may_be and not kept.all():
            box.forgive(table, smallest, kept, limit)
        if not kept.all():
            rows = rows[kept]
            found = {one: distances[kept] for one, distances in found.items()}
            smallest = smallest[kept]
        found[box.place] = smallest
    return rows, found


class _Box:
    """The answers in one box: a row for each trial, a column for each set of numbers."""

    def __init__(self, separation: Separation, place: int, right: Array, count: int) -> None:
        self.separation = separation
        self.place = place
        self.may_be = separation.allowed.get(place, {})
        """By trial: those whose answers may be together with its own."""
        self.numbers = [RIGHT]
        """Of the trial behind each row."""
        self.answers = np.empty((16, count))
        self.answers[0] = right

    def add(self, values: Array, number: int) -> None:
        """The answers that a trial gives."""
        row = len(self.numbers)
        if row == len(self.answers):
            self.answers = np.concatenate((self.answers, np.empty_like(self.answers)))
        self.answers[row] = values
        self.numbers.append(number)

    def of_sets(self, rows: Array) -> _Box:
        """The same for some of the sets."""
        found = copy(self)
        found.numbers = [*self.numbers]
        found.answers = self.answers[:, rows]
        return found

    def table(self, rows: Array) -> Array:
        """A row of answers for each of these sets; nan for what is no number."""
        table = np.ascontiguousarray(self.answers[: len(self.numbers), rows].T)
        table[np.isinf(table)] = math.nan
        return table

    def forgive(self, table: Array, smallest: Array, kept: Array, limit: float) -> None:
        """Sets in which only such answers are together as may be, are kept as well."""
        rows = np.flatnonzero(~kept)
        crowded, distances = self._counted(table[rows], limit)
        good = crowded == 0
        smallest[rows[good]] = distances[good]
        kept[rows[good]] = True

    def counted(self, limit: float) -> tuple[Array, Array]:
        """For each set how many pairs of neighbours are too near, and the smallest distance that is not."""
        return self._counted(self.table(np.arange(self.answers.shape[1])), limit)

    def _counted(self, table: Array, limit: float) -> tuple[Array, Array]:
        order = np.argsort(table, axis=1)
        distances = np.diff(np.take_along_axis(table, order, axis=1), axis=1)
        is_near = distances < limit
        counted = is_near
        if self.may_be:
            counted = is_near & ~self._may_be()[order[:, :-1], order[:, 1:]]
        crowded = counted.sum(axis=1)
        if self.may_be:
            # three and more together: neighbours that may not be together may be joined by another one
            is_joined = np.zeros_like(is_near)
            is_joined[:, 1:] |= is_near[:, 1:] & is_near[:, :-1]
            is_joined[:, :-1] |= is_joined[:, 1:]
            for row in np.flatnonzero((counted & is_joined).any(axis=1)).tolist():
                numbers = [self.numbers[column] for column in order[row].tolist()]
                pairs = [numbers[place : place + 2] for place in np.flatnonzero(is_joined[row]).tolist()]
                crowded[row] += sum(parts(one, self.may_be) - 1 for one in _chains(pairs))
                crowded[row] -= (counted[row] & is_joined[row]).sum()
        rest = np.where(is_near, math.inf, distances)
        return crowded, np.fmin.reduce(rest, axis=1, initial=math.inf)

    def _may_be(self) -> Array:
        """By rows of answers: whether two of them may be together."""
        rows = {number: row for row, number in enumerate(self.numbers)}
        found: Array = np.zeros((len(rows), len(rows)), dtype=bool)
        for one, others in self.may_be.items():
            if one in rows:
                found[rows[one], [rows[other] for other in others if other in rows]] = True
        return found


def _chains(pairs: Iterable[Sequence[int]]) -> Iterator[list[int]]:
    """Pairs of which one begins where the one before it ends, put together."""
    chain: list[int] = []
    for first, second in pairs:
        if chain and chain[-1] == first:
            chain.append(second)
        else:
            if chain:
                yield chain
            chain = [first, second]
    if chain:
        yield chain


def _smallest(table: Array) -> Array:
    """By row the smallest distance between two numbers; infinite where there are no two."""
    ordered = np.sort(table, axis=1)
    distances = ordered[:, 1:] - ordered[:, :-1]
    return np.fmin.reduce(distances, axis=1, initial=math.inf)

"""How far apart the answers are for many sets of numbers at once; what `Separation.gaps` finds one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symback.exercises.separation import RIGHT, Numbered, Separation
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


class CrowdGaps:
    """A separation for arrays of numbers."""

    def __init__(self, separation: Separation, workings: Workings, limit: float) -> None:
        self.separation = separation.computed_as(workings)
        self.limit = limit
        trials = self.separation.trials
        cut = -(-len(trials) // EARLY)
        self.parts = (range(cut), range(cut, len(trials)))
        self.early = [place for place in self.separation.order if place not in self.separation.allowed]
        """Boxes in which further answers cannot bring apart what is together."""

    def apart(self, workings: Workings, readings: Mapping[int, Sequence[Array]], count: int) -> Apart:
        """Which of `count` sets keep all answers apart. `readings` are other numbers of given quantities."""
        rows = np.arange(count)
        columns = _Columns(self.separation, workings, count)
        columns.try_each(self.parts[0])
        kept = columns.apart(self.early, self.limit)[0]
        if kept.size < count:
            rows = rows[kept]
            workings = workings.with_given(workings.network, _given_of(workings, kept))
            workings.__dict__["values"] = of_rows(columns.workings.values, kept)
            readings = {place: of_rows(several, kept) for place, several in readings.items()}
            columns = columns.of_rows(kept, workings)
        columns.try_each(self.parts[1])
        columns.read_otherwise(readings)
        kept, smallest = columns.apart(self.separation.order, self.limit)
        return Apart(rows[kept], smallest)


def _given_of(workings: Workings, rows: Array) -> dict[str, Array]:
    return dict(zip(workings.given, of_rows(workings.given.values(), rows), strict=True))


class _Columns:
    """By place: the answers, each for all sets of numbers, with the numbers of their trials."""

    def __init__(self, separation: Separation, workings: Workings, count: int) -> None:
        self.separation = separation
        self.workings = workings
        self.count = count
        right = workings.values
        self.answers: dict[int, list[tuple[Array, int]]] = {
            place: [(right[place], RIGHT)] for place in separation.places
        }

    def of_rows(self, rows: Array, workings: Workings) -> _Columns:
        """The same for some of the sets."""
        found = _Columns(self.separation, workings, rows.size)
        for place, several in self.answers.items():
            values = of_rows((value for value, _ in several), rows)
            found.answers[place] = list(zip(values, (number for _, number in several), strict=True))
        return found

    def try_each(self, numbers: Sequence[int]) -> None:
        """What these trials give."""
        for number in numbers:
            trial = self.separation.trials[number]
            values = trial.values(self.workings, self.separation.within)
            for place in trial.places:
                self.answers[place].append((values[place], number))

    def read_otherwise(self, readings: Mapping[int, Sequence[Array]]) -> None:
        """What other numbers of one given quantity give; nan stands for a set that has no such number."""
        number = len(self.separation.trials)
        for given, several in readings.items():
            for wrong in several:
                change = {given: wrong}
                values = misread(self.workings, change, self.separation.read[given], self.separation.within)
                is_missing = np.isnan(wrong)
                for place in self.separation.reached[given]:
                    value = np.where(is_missing, math.nan, values[place])
                    self.answers[place].append((value, number))
                number += 1

    def apart(self, order: Sequence[int], limit: float) -> tuple[Array, dict[int, Array]]:
        """The sets in which all answers are apart so far, and by place the smallest distances there."""
        rows = np.arange(self.count)
        found: dict[int, Array] = {}
        for place in order:
            table = self._table(place, rows)
            smallest = _smallest(table)
            kept = smallest >= limit
            if place in self.separation.allowed:
                self._forgive(place, table, smallest, kept, limit)
            if not kept.all():
                rows = rows[kept]
                found = {one: distances[kept] for one, distances in found.items()}
                smallest = smallest[kept]
            found[place] = smallest
        return rows, found

    def _table(self, place: int, rows: Array) -> Array:
        """A row of answers for each set; nan for what is no number."""
        several = self.answers[place]
        table = np.empty((rows.size, len(several)))
        for column, (value, _) in enumerate(several):
            table[:, column] = value[rows] if np.ndim(value) else value
        table[np.isinf(table)] = math.nan
        return table

    def _forgive(self, place: int, table: Array, smallest: Array, kept: Array, limit: float) -> None:
        """Sets in which only such answers are together as may be, are kept as well."""
        rows = np.flatnonzero(~kept)
        part = table[rows]
        order = np.argsort(part, axis=1)
        distances = np.diff(np.take_along_axis(part, order, axis=1), axis=1)
        is_near = distances < limit
        may_be = self._may_be(place)[order[:, :-1], order[:, 1:]]
        good = ~(is_near & ~may_be).any(axis=1)
        for row in np.flatnonzero(~good & (is_near.sum(axis=1) > 1)).tolist():
            good[row] = not self._crowded(place, part[row], limit)  # neighbours may be joined by a third
        rest = np.where(is_near, math.inf, distances)[good]
        smallest[rows[good]] = np.fmin.reduce(rest, axis=1, initial=math.inf)
        kept[rows[good]] = True

    def _may_be(self, place: int) -> Array:
        """By columns of a box: whether two answers may be together."""
        numbers = [number for _, number in self.answers[place]]
        columns = {number: column for column, number in enumerate(numbers)}
        found = np.zeros((len(numbers), len(numbers)), dtype=bool)
        for one, other in self.separation.allowed[place]:
            if one in columns and other in columns:
                found[columns[one], columns[other]] = found[columns[other], columns[one]] = True
        return found

    def _crowded(self, place: int, row: Array, limit: float) -> int:
        numbers = [number for _, number in self.answers[place]]
        answers: list[Numbered] = [
            pair for pair in zip(row.tolist(), numbers, strict=True) if not math.isnan(pair[0])
        ]
        return self.separation.crowded(place, answers, limit)


def _smallest(table: Array) -> Array:
    """By row the smallest distance between two numbers; infinite where there are no two."""
    ordered = np.sort(table, axis=1)
    distances = ordered[:, 1:] - ordered[:, :-1]
    return np.fmin.reduce(distances, axis=1, initial=math.inf)

"""Numbers for many papers at once: those that `Search.find` gives one by one, many times as fast; by NumPy.

Sets of numbers are rows of arrays. A student takes the first set that meets all demands and keeps
all answers apart; where none of the first ones does, as many are compared as by the search for one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symback.exercises.crowd_gaps import CrowdGaps, of_sets
from symback.exercises.demands import Demander
from symback.exercises.draws import PER_DIGEST, Draws
from symback.exercises.families import Family
from symback.exercises.misreadings import other_readings
from symback.exercises.search import MOST_CANDIDATES, ROOMY_DRAWS, Chosen, Search, texts_of
from symback.exercises.separation import Gaps
from symback.mistakes.arrays import ARRAYS, Array, of_rows
from symback.mistakes.workings import Workings
from symback.network import Given

BLOCK = 4
"""At least so many sets are drawn for each student who has none yet, before they are looked at together."""
TOGETHER = 800
"""More are drawn for each where few students are left: so many together take hardly longer than one."""
MOST_TOGETHER = 2_000
"""After so many sets a student of whom hardly any meets the demands is left to the search for one."""


class Crowd:
    """Looks for the numbers of many papers of one search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.workings = search.workings.computed_with(ARRAYS)
        self.gaps = CrowdGaps(search.separation, self.workings, search.limit)
        self.families = [_table(family, search) for family in search.families]
        limits = [limit for family in search.families for limit in family.limits]
        self.limits = np.array(limits, dtype=np.uint64)
        """Of all draws of a set, in their order."""
        self.most = min(search.first_look, ROOMY_DRAWS)
        """So many sets are drawn for a student: of these the search for one takes the first good one."""

    def find(self, students: Sequence[Draws]) -> list[Chosen]:
        """The numbers of each student. Raises RequestError where none meet the demands."""
        found: dict[int, Chosen] = {}
        done = 0
        with np.errstate(all="ignore"):
            while done < self.most and len(found) < len(students):
                waiting = [one for one in range(len(students)) if one not in found]
                end = min(self.most, done + max(BLOCK, TOGETHER // len(waiting)))
                sets = [(one, attempt) for one in waiting for attempt in range(done, end)]
                self._look(students, sets, found)
                done = end
            for one, draws in enumerate(students):
                if one not in found:
                    chosen = self._best(draws)
                    found[one] = chosen if chosen is not None else self.search.find(draws)
        return [found[one] for one in range(len(students))]

    def _best(self, draws: Draws) -> Chosen | None:
        """The numbers of a student of whom many sets are compared; None where too few meet the demands."""
        best: Chosen | None = None
        compared = done = 0
        while compared < MOST_CANDIDATES and done < MOST_TOGETHER:
            sets = [(0, attempt) for attempt in range(done, done + MOST_CANDIDATES)]
            done += MOST_CANDIDATES
            picks, rows, workings = self._meeting([draws], sets, MOST_CANDIDATES - compared)
            if not rows.size:
                continue
            counted = self.gaps.counted(workings, dict(self._readings(picks)), rows.size)
            for row, crowded in enumerate(counted.crowded.tolist()):
                compared += 1
                if crowded <= self.search.most_crowded(compared, best):
                    gaps = Gaps(crowded, {box: float(one[row]) for box, one in counted.smallest.items()})
                    best = self._chosen(self._numbers(picks, row), gaps, sets[int(rows[row])][1])
                    if not crowded:
                        return best
        return best if compared == MOST_CANDIDATES else None

    def _look(
        self, students: Sequence[Draws], sets: Sequence[tuple[int, int]], found: dict[int, Chosen]
    ) -> None:
        """Finds the first good set of each student among these."""
        picks, rows, workings = self._meeting(students, sets, len(sets))
        if not rows.size:
            return
        apart = self.gaps.apart(workings, dict(self._readings(picks)), rows.size)
        for place, row in enumerate(apart.rows.tolist()):
            student, attempt = sets[int(rows[row])]
            if student not in found:
                gaps = Gaps(0, {box: float(one[place]) for box, one in apart.smallest.items()})
                found[student] = self._chosen(self._numbers(picks, row), gaps, attempt)

    def _meeting(
        self, students: Sequence[Draws], sets: Sequence[tuple[int, int]], most: int
    ) -> tuple[list[Array], Array, Workings]:
        """The first `most` sets that meet all demands: their picks, places among all, and workings."""
        picks = self._picks(students, sets)
        workings = self._workings(picks)
        needs_room: Array = np.array([attempt < ROOMY_DRAWS for _, attempt in sets])
        rows = _rows_meeting(self.search.demander, workings.values, needs_room)[:most]
        return [columns[rows] for columns in picks], rows, of_sets(workings, rows)

    def _picks(self, students: Sequence[Draws], sets: Sequence[tuple[int, int]]) -> list[Array]:
        """By family a row of places among its options for each set, drawn as one by one."""
        count = -(-len(self.limits) // PER_DIGEST)
        raw = b"".join([students[one].digests(f"numbers {attempt}", count) for one, attempt in sets])
        words = np.frombuffer(raw, dtype=">u8").reshape(len(sets), count * PER_DIGEST)
        drawn = (words[:, : len(self.limits)].astype(np.uint64) % self.limits).astype(np.intp)
        found = []
        for table in self.families:
            count = len(table.family.names)
            found.append(_places(drawn[:, :count], table.family))
            drawn = drawn[:, count:]
        return found

    def _workings(self, picks: Sequence[Array]) -> Workings:
        given: dict[str, Array] = dict(self.workings.given)
        for table, columns in zip(self.families, picks, strict=True):
            for column, name in enumerate(table.family.names):
                given[name] = table.numbers[columns[:, column]]
        return self.workings.with_given(self.workings.network, given)

    def _readings(self, picks: Sequence[Array]) -> Iterator[tuple[int, list[Array]]]:
        """By place of a given quantity: what its numbers become where two digits are exchanged."""
        for table, columns in zip(self.families, picks, strict=True):
            for column, name in enumerate(table.family.names):
                place = self.workings.places[name]
                yield place, [numbers[columns[:, column]] for numbers in table.readings]

    def _numbers(self, picks: Sequence[Array], row: int) -> dict[str, Given]:
        numbers: dict[str, Given] = {}
        for table, columns in zip(self.families, picks, strict=True):
            options = map(table.family.options.__getitem__, columns[row].tolist())
            numbers.update(zip(table.family.names, options, strict=True))
        return numbers

    def _chosen(self, numbers: Mapping[str, Given], gaps: Gaps, attempt: int) -> Chosen:
        return Chosen(numbers, self.search.workings_with(numbers), gaps, attempt + 1)


@dataclass(frozen=True, slots=True)
class _Table:
    """A family with what its options are as numbers."""

    family: Family
    numbers: Array
    readings: tuple[Array, ...]
    """Each option with two of its digits exchanged; nan where there is no such number."""


def _table(family: Family, search: Search) -> _Table:
    numbers = [search.float_of(one) for one in family.options]
    texts = texts_of({str(place): one for place, one in enumerate(family.options)})
    others = [list(other_readings(texts[str(place)], right)) for place, right in enumerate(numbers)]
    most = max(map(len, others), default=0)
    padded = np.array([[*several, *[math.nan] * (most - len(several))] for several in others])
    return _Table(family, np.array(numbers), tuple(padded.reshape(len(others), most).T))


def _places(drawn: Array, family: Family) -> Array:
    """Places among all options, where each was drawn from those that the draws before it had left."""
    if family.is_repeating:
        return drawn
    found = drawn.copy()
    for column in range(1, found.shape[1]):
        own = found[:, column]
        for taken in np.sort(found[:, :column], axis=1).T:
            own += own >= taken
    return found


def _rows_meeting(demander: Demander, values: Sequence[Array], needs_room: Array) -> Array:
    """The rows of sets that meet all demands and leave room, as `broken` and `is_roomy` say of one."""
    good: Array = np.ones(needs_room.size, dtype=bool)
    least = np.where(needs_room, max(demander.least, demander.roomy), demander.least)
    for place, low, high in demander.outputs:
        good &= (low < values[place]) & (values[place] < high)
    for place in demander.derivatives:
        good &= np.abs(values[place]) >= least
    for place in demander.places:
        good &= np.isfinite(values[place])
    rows = np.flatnonzero(good)
    if not demander.is_distinct or not rows.size:
        return rows
    table = np.empty((rows.size, len(demander.places)))
    for column, value in enumerate(of_rows((values[place] for place in demander.places), rows)):
        table[:, column] = np.rint(value * demander.scale)
    equal = (np.diff(np.sort(table, axis=1), axis=1) == 0).any(axis=1)
    if demander.alike:
        for row in np.flatnonzero(equal).tolist():
            one = [float(value[rows[row]]) if np.ndim(value) else float(value) for value in values]
            equal[row] = bool(demander.broken(one))
    return rows[~equal]

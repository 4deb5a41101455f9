"""Which mistake gives the number in a box, if all before it is as the student has it?

Only what lies between the box and the numbers given before it is looked at, so few mistakes come into
question: first those of the catalogue, then slips of the pen in a formula, then two of those together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Part
from symback.diagnosis.copying import miscopied
from symback.diagnosis.grouping import DECADES, SURE
from symback.diagnosis.hypotheses import Hypotheses, Hypothesis, before, part_of
from symback.grading.comparing import Judge, Match
from symback.grading.own_values import OwnValues
from symback.grading.reading import Reading
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.placing import places_of
from symback.mistakes.workings import Workings

LIKELY = 0.1
"""A mistake of the catalogue is believed where a random number would meet one with less probability."""
FEWEST_DIGITS = 4
"""Fewer significant digits tell nothing of slips."""
MOST_PAIRED = 40
"""So many mistakes are tried with each other."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake that gives the number; two where one alone does not."""

    hypotheses: tuple[Hypothesis, ...]
    match: Match

    @property
    def names(self) -> frozenset[str]:
        """Of the mistakes."""
        return frozenset(one.mistake.name for one in self.hypotheses)


@dataclass(frozen=True, slots=True)
class Explained:
    """All that gives the number in a box, the likelier kind alone."""

    found: tuple[Found, ...] = ()
    pen: Part | None = None
    """A slip in writing the result down."""
    chance: float = 0.0
    """How probable it is that a random number would be explained as well."""
    is_likely: bool = True
    """Whether this box alone shows the mistake; if not, another box may confirm it."""

    def __bool__(self) -> bool:
        return self.is_likely and (bool(self.found) or self.pen is not None)


class Catalogue:
    """Mistakes compiled once for all papers of a sheet; misreadings of numbers are added for each paper."""

    def __init__(self, hypotheses: Hypotheses) -> None:
        self.hypotheses = hypotheses
        self.named = tuple(one for one in hypotheses.named if not one.mistake.needs_given)

    def misreadings(self, workings: Workings) -> tuple[Hypothesis, ...]:
        """Mistakes in taking over the numbers of one paper."""
        own = Hypotheses(workings)
        return tuple(
            own.hypothesis(placed)
            for mistake in MISTAKES
            if mistake.needs_given
            for placed in places_of(workings, mistake)
        )

    def slips(self, names: Iterable[str]) -> Iterator[Hypothesis]:
        """Slips in the formulas of these quantities."""
        formulas = self.hypotheses.workings.formulas
        for name in names:
            if name in formulas:
                yield from self.hypotheses.slips(name)


class Explainer:
    """Explains the wrong numbers of one paper."""

    def __init__(self, catalogue: Catalogue, workings: Workings) -> None:
        self.catalogue, self.workings = catalogue, workings

    @cached_property
    def named(self) -> tuple[Hypothesis, ...]:
        """The mistakes of the catalogue, with those in reading this paper's numbers."""
        return (*self.catalogue.named, *self.catalogue.misreadings(self.workings))

    def explain(self, own: OwnValues, reading: Reading, place: int) -> Explained:
        """What gives the number that stands in a box."""
        region, ends = own.around(place)
        judge = Judge(reading, own.reach_of_digits(place, region, ends))
        if any(own.pins[end].is_lost and judge.match(own.pins[end].value) for end in ends):
            return Explained()  # a number out of nowhere, written down once more
        trial = _Trial(own, judge, place, region)
        named = [one for one in self.named if one.bits & region]
        found = trial.fitting(named)
        chance = trial.chance(trial.tried)
        if found and chance < LIKELY:
            return Explained(tuple(found), chance=chance)
        tentative = Explained(tuple(found), chance=chance, is_likely=False)
        pen = self._slip_of_the_pen(own, reading, place)
        if pen is not None:
            return Explained(pen=pen)
        if reading.answer is None or reading.answer.significant < FEWEST_DIGITS:
            return tentative
        tried = trial.tried
        names = [self.workings.names[one] for one in _places(region)]
        found = trial.fitting(list(self.catalogue.slips(names)))
        if found and trial.chance(trial.tried) < SURE:
            return Explained(tuple(found))
        near = [one for one in named if not one.mistake.needs_given][:MOST_PAIRED]
        if trial.chance(tried * tried) < SURE and (pairs := tuple(trial.pairs(near))):
            return Explained(pairs)
        return tentative

    def _slip_of_the_pen(self, own: OwnValues, reading: Reading, place: int) -> Part | None:
        """The right number with its point moved, two digits exchanged, or the other sign."""
        expected, answer = own.values[place], reading.answer
        if answer is None or not math.isfinite(expected) or answer.significant < FEWEST_DIGITS:
            return None
        name = self.workings.names[place]
        one = Asked(name, answer, reading.value, reading.unit, 0.0, expected, False, name)
        candidate = next(miscopied(self.workings, [one]), None)
        return candidate.parts[0] if candidate is not None else None

    def part(self, hypothesis: Hypothesis, place: int, own: OwnValues) -> Part:
        """A mistake with what its sentence needs, as it shows in a box."""
        region, _ = own.around(place)
        near = before(self.workings, [self.workings.names[place]])
        return part_of(self.workings, hypothesis.placed, region, near)


class _Trial:
    """Mistakes tried at one box."""

    def __init__(self, own: OwnValues, judge: Judge, place: int, region: int) -> None:
        self.own, self.judge, self.place, self.region = own, judge, place, region
        self.expected = own.values[place]
        self.results: set[str] = set()

    @property
    def tried(self) -> int:
        """How many different numbers were predicted."""
        return len(self.results)

    def fitting(self, hypotheses: Sequence[Hypothesis]) -> list[Found]:
        """Those that give what stands there, and change it at all."""
        found = []
        for hypothesis in hypotheses:
            match = self._match(self.own.with_changes(self.place, self.region, hypothesis.changes))
            if match:
                found.append(Found((hypothesis,), match))
        best = max((one.match for one in found), default=Match.NO)
        return [one for one in found if one.match is best]

    def pairs(self, near: Sequence[Hypothesis]) -> Iterator[Found]:
        """Two mistakes in different formulas that together give what stands there."""
        for number, first in enumerate(near):
            for second in near[number + 1 :]:
                if first.bits & second.bits & self.region:
                    continue
                changes = {**first.changes, **second.changes}
                value = self.own.with_changes(self.place, self.region, changes)
                if self._match(value) is Match.EXACT:
                    yield Found((first, second), Match.EXACT)

    def _match(self, value: float) -> Match:
        if not math.isfinite(value):
            return Match.NO
        self.results.add(f"{value:.9g}")
        if self.judge.match(self.expected) and abs(value - self.expected) < 1e-15:
            return Match.NO
        return self.judge.match(value)

    def chance(self, tried: int) -> float:
        """How probable it is that one of so many numbers meets a random one as well."""
        reading = self.judge.reading
        size = abs(reading.value)
        if not size:
            return 1.0
        width = 2 * max(reading.unit, reading.tolerance, size * 1e-12)
        return min(1.0, max(1, tried) * width / (size * DECADES * math.log(10)))


def _places(bits: int) -> Iterator[int]:
    place = 0
    while bits:
        if bits & 1:
            yield place
        bits >>= 1
        place += 1

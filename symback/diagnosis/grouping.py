"""Candidates -> explanations: those that nobody can tell apart are one; how sure one may be; what to ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate
from symback.expression import Expression
from symback.mistakes.mistake import Kind
from symback.mistakes.workings import Workings

SURE = 0.008
"""A number drawn at random may hit an explanation as well as this with so much probability, and not more."""
PLAUSIBLE = 0.25
"""Pairs are worth showing where random numbers would be explained with less probability than this."""
FEWEST_DIGITS = 4
DECADES = 1.2
"""Numbers drawn at random are taken to be spread over so many powers of ten, evenly in their logarithm."""
MOST_EXPLANATIONS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that give the same digits and change the same quantity; the simplest comes first."""

    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The one with the simplest sentence."""
        return self.candidates[0]

    @property
    def also(self) -> tuple[str, ...]:
        """The other mistakes that cannot be told from it."""
        own = tuple(part.identifier for part in self.best.parts)
        others = [tuple(part.identifier for part in one.parts) for one in self.candidates[1:]]
        return tuple(dict.fromkeys(" + ".join(names) for names in others if names != own))

    @property
    def kind(self) -> Kind:
        """Of the likeliest candidate."""
        return min(candidate.kind for candidate in self.candidates)

    @property
    def strength(self) -> tuple[object, ...]:
        """Groups of the same strength are rivals."""
        return len(self.best.parts), not any(one.is_tight for one in self.candidates), self.kind


def grouped(candidates: Iterable[Candidate], asked: Sequence[Asked]) -> list[Group]:
    """The explanations, the best first; only those that are as strong as the best."""
    found: dict[tuple[object, ...], list[Candidate]] = {}
    for candidate in candidates:
        digits = tuple(_digits(one, candidate.predicted[one.name]) for one in asked)
        focus = frozenset(part.focus for part in candidate.parts)
        found.setdefault((digits, focus), []).append(candidate)
    groups = [Group(_simplest_first(alike)) for alike in found.values()]
    if not groups:
        return []
    groups.sort(key=lambda group: (group.strength, group.best.key))
    best = groups[0].strength
    return [group for group in groups if group.strength == best]


def _simplest_first(alike: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Of equally simple candidates first that which does what a named mistake does as well."""
    named = {step for one in alike if one.kind is Kind.NAMED for step in _wrong_steps(one)}
    return tuple(sorted(alike, key=lambda one: (*one.key, named.isdisjoint(_wrong_steps(one)))))


def _wrong_steps(candidate: Candidate) -> set[tuple[str, Expression]]:
    """The quantities and wrong formulas in which its parts show first."""
    placed = [(part.focus, part.placed.formulas) for part in candidate.parts if part.placed is not None]
    return {(name, formulas[name]) for name, formulas in placed if name in formulas}


def _digits(one: Asked, value: float) -> object:
    """The value as it would be printed with the digits of the answer."""
    if not math.isfinite(value) or one.answer.decimals is None:
        return round(value, 12) if math.isfinite(value) else value
    return round(value * 10.0**one.answer.decimals)


def chance(candidate: Candidate, asked: Sequence[Asked], tried: int) -> float:
    """How probable it is that numbers at random are met as well by one of so many hypotheses."""
    probability = 1.0
    for one in asked:
        if one.is_right:
            continue
        away = max(abs(one.value - candidate.predicted[one.name]), one.unit / 2)
        size = abs(one.value) or one.unit or 1.0
        probability *= min(1.0, 2 * away / (size * DECADES * math.log(10)))
    return min(1.0, probability * float(tried) ** len(candidate.parts))


def chance_of_pairs(wrong: Sequence[Asked], tried: int) -> float:
    """How probable it is at best that a pair of so many mistakes gives random numbers with these digits."""
    probability = 1.0
    for one in wrong:
        probability *= min(1.0, (one.unit or 1e-12) / ((abs(one.value) or 1.0) * DECADES * math.log(10)))
    return probability * float(tried) ** 2


def is_sure(candidate: Candidate, asked: Sequence[Asked], tried: int) -> bool:
    """Whether an explanation may be claimed.

    Not below four significant digits; of a single number only a named mistake, or a slip in its own formula
    or one step before; a pair of mistakes never.
    """
    wrong = [one for one in asked if not one.is_right]
    if max(one.significant for one in wrong) < FEWEST_DIGITS:
        return False
    if len(wrong) == 1:
        if len(candidate.parts) > 1:
            return False
        part = candidate.parts[0]
        if part.kind is Kind.SLIP and part.away > 1:
            return False
    return chance(candidate, asked, tried) < SURE


def next_question(groups: Sequence[Group], workings: Workings, asked: Sequence[Asked]) -> str | None:
    """The quantity that tells the explanations apart best; None where nothing does.

    Of those with the most different numbers, that whose numbers are furthest apart, the earliest first.
    """
    rivals = [group.best.workings for group in groups if group.best.workings is not None]
    if len(groups) < 2 or len(rivals) < 2:
        return None
    known = {one.name for one in asked}
    best: tuple[int, float] = (1, 0.0)
    found = None
    for name in workings.formulas:
        if name in known or not math.isfinite(workings.value(name)):
            continue
        values = sorted({float(f"{rival.value(name):.6g}") for rival in rivals})
        if len(values) < 2 or not all(map(math.isfinite, values)):
            continue
        scale = max(map(abs, values))
        gap = min((high - low) / scale for low, high in pairwise(values))
        if (len(values), min(gap, 0.01)) > best:
            best, found = (len(values), min(gap, 0.01)), name
    return found

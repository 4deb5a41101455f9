"""A network and the numbers that somebody got -> which mistake explains them all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import ctx, fmpq

from symback.answer_tables import Entry
from symback.balls import Numeric, as_ball, nearest_float, rounded
from symback.derivation import derive, with_rounds
from symback.derivatives import with_derivatives
from symback.diagnosis.asked import Asked, most_reach, reach_of_rounding, slopes
from symback.diagnosis.candidate import Candidate
from symback.diagnosis.conventions import conventions
from symback.diagnosis.copying import miscopied, rounded_early
from symback.diagnosis.exact import exact_values, trained_values
from symback.diagnosis.grouping import (
    FEWEST_DIGITS,
    MOST_EXPLANATIONS,
    PLAUSIBLE,
    Group,
    chance,
    chance_of_pairs,
    grouped,
    is_sure,
    next_question,
)
from symback.diagnosis.hypotheses import Hypotheses
from symback.diagnosis.later import explained_later
from symback.diagnosis.search import FEW_NUMBERS, Search
from symback.errors import RequestError, UnknownName
from symback.graph import Graph
from symback.mistakes.mistake import Kind
from symback.mistakes.workings import Workings, workings_of
from symback.naming import after_updates, normal_state, parts_of
from symback.network import Network

MOST_ROUNDS = 50_000
"""After so many updates a number may be; the trials of mistakes train anew."""
_AFTER = re.compile(r"(.+)@(\d{1,18})")
MOST_NUMBERS = 5_000
"""So many numbers one table may have."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that together give all numbers."""

    candidate: Candidate
    predicts: Mapping[str, Numeric]
    """The exact number that it gives for each asked quantity, by canonical name."""
    also: tuple[str, ...]
    """Other mistakes that nobody could tell from it by these numbers."""
    is_confident: bool
    distance: float
    others: tuple[Candidate, ...] = ()
    """What `also` names."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What became of the numbers somebody got."""

    workings: Workings
    asked: tuple[Asked, ...]
    right: Mapping[str, Numeric]
    """The exact right number of each asked quantity."""
    explanations: tuple[Explanation, ...] = ()
    rivals: int = 0
    ask_next: str | None = None
    is_convention: bool = False
    """Whether the numbers are right under another convention, which the explanation names."""

    @property
    def is_correct(self) -> bool:
        """Whether all numbers are right, if need be under another convention."""
        return self.is_convention or all(one.is_right for one in self.asked)


@dataclass(frozen=True)
class Diagnoser:
    """A network made ready to judge any number of answers."""

    network: Network
    wanted: tuple[str, ...] = ()
    """Quantities that the derivation leaves out by default and that answers name."""
    derived: Graph | None = None
    """Its graph, where that was derived before."""

    @cached_property
    def graph(self) -> Graph:
        """All quantities, those after one update included."""
        graph = self.derived or derive(self.network)
        later = [name for name in self.wanted if name not in graph]
        if any(parts_of(name).is_derivative and parts_of(name).state for name in later):
            graph = derive(self.network, complete=True)
        later = [name for name in later if name not in graph and "/" in name]
        return with_derivatives(graph, later) if later else graph

    @cached_property
    def workings(self) -> Workings:
        """The formulas and numbers without mistakes."""
        return workings_of(self.network, self.graph)

    @cached_property
    def hypotheses(self) -> Hypotheses:
        """Everything that can go wrong."""
        return Hypotheses(self.workings)

    @cached_property
    def _slopes(self) -> Sequence[Sequence[tuple[int, float]]]:
        return slopes(self.workings)

    def diagnose(self, entries: Sequence[Entry]) -> Diagnosis:
        """Which mistake gives these numbers.

        Raises UnknownName for a quantity that the network does not have, RequestError for none or too many
        numbers, EvaluationError for what has no value.
        """
        asked = self._asked(entries)
        right = {one.name: self._right[one.name] for one in asked}
        first = Diagnosis(self.workings, tuple(asked), right)
        if first.is_correct:
            return first
        if any(_is_later(one.name) for one in asked):
            return self._with(first, explained_later(self.workings, asked, self._trained), tried=30)
        candidate = conventions(self.workings, asked)
        search = Search(self.hypotheses, asked)
        if candidate is not None and candidate.exactly is not None:
            others = Group((candidate, *(one for one in search.singles(slips=False) if one.is_tight)))
            distance = candidate.distance(asked)
            explanation = Explanation(
                candidate, candidate.exactly(), others.also, True, distance, others.candidates[1:]
            )
            return Diagnosis(self.workings, tuple(asked), right, (explanation,), is_convention=True)
        candidates = [
            *search.singles(),
            *rounded_early(self.workings, asked),
            *miscopied(self.workings, asked),
        ]
        tried = self._tried(search, candidates)
        if not candidates and len(asked) < FEW_NUMBERS:
            pairs = search.pairs() if chance_of_pairs(search.wrong, tried) < PLAUSIBLE else ()
            candidates = [pair for pair in pairs if chance(pair, asked, tried) < PLAUSIBLE]
        elif not candidates:
            candidates = search.walks()
        return self._with(first, candidates, tried)

    def _tried(self, search: Search, candidates: Sequence[Candidate]) -> int:
        """How many hypotheses a random number could have hit."""
        named = len({one.bits for one in self.hypotheses.named if one.bits & search.needed})
        if all(candidate.kind is Kind.NAMED for candidate in candidates):
            return named
        return 2 * named

    def _with(self, first: Diagnosis, candidates: Sequence[Candidate], tried: int) -> Diagnosis:
        """The diagnosis with what explains it."""
        groups = grouped(candidates, first.asked)
        explanations = tuple(
            self._explanation(group, first, tried, alone=len(groups) == 1)
            for group in groups[:MOST_EXPLANATIONS]
        )
        question = next_question(groups, self.workings, first.asked)
        rivals = max(0, len(groups) - 1)
        return Diagnosis(first.workings, first.asked, first.right, explanations, rivals, question)

    def _explanation(self, group: Group, first: Diagnosis, tried: int, *, alone: bool) -> Explanation:
        candidate = group.best
        names = [one.name for one in first.asked]
        predicts: dict[str, Numeric] = {name: as_ball(candidate.predicted[name]) for name in names}
        if candidate.exactly is not None:
            predicts = dict(candidate.exactly())
        elif candidate.workings is not None and not any(map(_is_later, names)):
            predicts = exact_values(candidate.workings, names)
        sure = alone and is_sure(candidate, first.asked, tried)
        distance = candidate.distance(first.asked)
        return Explanation(candidate, predicts, group.also, sure, distance, group.candidates[1:])

    # --- the numbers ---------------------------------------------------------------------------------

    @cached_property
    def _right(self) -> dict[str, Numeric]:
        return {}

    def _asked(self, entries: Sequence[Entry]) -> list[Asked]:
        if not entries:
            raise RequestError('No number is given. Give one, as in: "dE_total/dw5 = 0.082167041".')
        if len(entries) > MOST_NUMBERS:
            raise RequestError(f"{len(entries):,} numbers are given; there may be {MOST_NUMBERS:,} at once.")
        named = {self._canonical(entry): entry for entry in entries}
        missing = [name for name in named if name not in self._right]
        now = [name for name in missing if not _is_later(name)]
        self._right.update(exact_values(self.workings, now))
        self._right.update(self._after_updates([name for name in missing if _is_later(name)]))
        places = self.workings.places
        units = {
            places[name]: float(entry.answer.unit)
            for name, entry in named.items()
            if name in places and entry.answer.unit
        }
        asked = [self._one(name, entry, units) for name, entry in named.items()]
        order = {place: number for number, place in enumerate(self.workings.sequence)}
        return sorted(
            asked, key=lambda one: order.get(places[one.name], -1) if one.name in places else len(order)
        )

    def _one(self, name: str, entry: Entry, units: Mapping[int, float]) -> Asked:
        answer, exact = entry.answer, self._right[name]
        right = nearest_float(exact)
        unit = float(answer.unit)
        reach = abs(right) * 1e-9
        significant = answer.significant if answer.decimals is not None else 12
        if not _is_later(name):
            reach = reach_of_rounding(self.workings, self._slopes, name, significant, units)
            reach = min(reach, most_reach(unit, significant))
        is_right = _is_right(entry, exact)
        if name in self.workings.given and answer.significant < FEWEST_DIGITS:
            is_right = is_right and type(exact) is fmpq and exact == as_fmpq(answer.value)
        return Asked(name, answer, float(answer.value), unit, reach, right, is_right, entry.name)

    def _canonical(self, entry: Entry) -> str:
        """The name in the graph. Raises UnknownName."""
        name = normal_state(entry.name)
        place = f"{entry.place}: " if entry.place else ""
        found = _AFTER.fullmatch(name)
        if found is not None:
            if int(found[2]) > MOST_ROUNDS:
                raise RequestError(
                    f"{place}{name}: numbers after more than {MOST_ROUNDS:,} updates are not looked into."
                )
            base = found[1]
            if base in self.workings.places or f"{base}+" in self.workings.places:
                return name
        if name not in self.workings.places:
            error = UnknownName("quantity", entry.name, self.workings.places)
            raise RequestError(f"{place}{error}") if place else error
        return self.workings.name(name)

    def _after_updates(self, names: Sequence[str]) -> dict[str, Numeric]:
        """The exact numbers of quantities such as `w5@100`."""
        if not names:
            return {}
        counted = {name: after_updates(name) for name in names}
        rounds = {count for _, count in counted.values()}
        if self.network.update is None:
            raise RequestError(f"{names[0]} needs an [update] table in the network file.")
        graph = with_rounds(self.graph, self.network, rounds)
        for name in names:
            if name not in graph:
                known = [one.name for one in graph if _is_later(one.name)]
                raise UnknownName("quantity after several updates", name, known)
        bases = sorted({base for base, _ in counted.values()})
        near = {count + shift for count in rounds for shift in (-1, 0, 1)}
        self._trained.update(trained_values(self.workings, bases, near))
        return {name: self._trained[count][base] for name, (base, count) in counted.items()}

    @cached_property
    def _trained(self) -> dict[int, Mapping[str, Numeric]]:
        return {}


def _is_later(name: str) -> bool:
    """Whether it is a quantity after two updates or more."""
    return "@" in name


def _is_right(entry: Entry, exact: Numeric) -> bool:
    """Whether an answer is the exact number, rounded or truncated to its digits."""
    answer = entry.answer
    with ctx.workprec(320):
        if answer.value == 0 and (answer.decimals or 0) <= 0:
            return type(exact) is fmpq and exact == 0  # a mere 0 is no rounding of a small number
        if answer.decimals is None:
            gap = as_ball(exact) - as_ball_of(answer.value)
            return bool(gap.contains(0))
        whole = (
            answer.value * 10**answer.decimals
            if answer.decimals >= 0
            else answer.value / 10**-answer.decimals
        )
        scaled_up = exact if answer.decimals >= 0 else exact / 10**-answer.decimals
        if rounded(scaled_up, max(answer.decimals, 0)) == whole:
            return True
        half = as_ball_of(answer.unit / 2)
        smaller = as_ball(exact) - half if as_ball(exact) > 0 else as_ball(exact) + half
        smaller = smaller if answer.decimals >= 0 else smaller / 10**-answer.decimals
        return bool(rounded(smaller, max(answer.decimals, 0)) == whole)


def as_ball_of(value: Fraction) -> Numeric:
    """A fraction as a ball."""
    return as_ball(as_fmpq(value))


def as_fmpq(value: Fraction) -> fmpq:
    """The same fraction."""
    return fmpq(value.numerator, value.denominator)

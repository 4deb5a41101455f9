"""The search for the fewest mistakes that explain all numbers: singles, then walks along the graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part, fit_of
from symback.diagnosis.hypotheses import Hypotheses, Hypothesis, before, on_top, part_of
from symback.expression import Expression
from symback.mistakes.mistake import Kind
from symback.mistakes.slips import SHIFTED
from symback.mistakes.workings import Workings

MOST_BRANCHES = 12
"""Of the mistakes that may come first in a walk so many are followed."""
MOST_MISTAKES = 4
FEW_NUMBERS = 4
"""Below so many numbers a walk has too little to go by: mistakes are tried in pairs instead."""
MOST_PAIRED = 160
"""So many mistakes are tried with each other, fewer in large networks."""
MOST_WORK = 1_000_000
"""Pairs times quantities that may be tried."""


@dataclass(frozen=True)
class Search:
    """Numbers that somebody got, and the mistakes that may have led to them."""

    hypotheses: Hypotheses
    asked: Sequence[Asked]
    """In the order in which they are computed."""

    @property
    def workings(self) -> Workings:
        """The right formulas."""
        return self.hypotheses.workings

    @cached_property
    def needed(self) -> int:
        """As bits: all that the asked quantities depend on."""
        return self.workings.needed(one.name for one in self.asked)

    @cached_property
    def wrong(self) -> list[Asked]:
        """The numbers that are not right."""
        return [one for one in self.asked if not one.is_right]

    @cached_property
    def places(self) -> list[tuple[str, int]]:
        """The asked quantities with their places."""
        return [(one.name, self.workings.places[one.name]) for one in self.asked]

    @cached_property
    def own(self) -> int:
        """As bits: the asked quantities."""
        return sum(1 << place for _, place in self.places)

    @cached_property
    def settled(self) -> int:
        """As bits: quantities that right numbers depend on; a slip there would have made those wrong."""
        return self.workings.needed(one.name for one in self.asked if one.is_right)

    @cached_property
    def most_paired(self) -> int:
        """How many mistakes may be tried with each other."""
        return min(MOST_PAIRED, math.isqrt(2 * MOST_WORK // len(self.workings.names)))

    # --- one mistake ---------------------------------------------------------------------------------

    def singles(self, *, slips: bool = True) -> Iterator[Candidate]:
        """All single mistakes that explain every number."""
        relevant = self.workings.needed([self.wrong[0].name])
        for hypothesis in self.hypotheses.named:
            if hypothesis.bits & relevant:
                candidate = self.tried(hypothesis)
                if candidate is not None:
                    yield candidate
        if slips:
            for hypothesis in self.slips_in(relevant & ~self.settled):
                candidate = self.tried(hypothesis)
                if candidate is not None:
                    yield candidate

    def slips_in(self, bits: int) -> Iterator[Hypothesis]:
        """Slips in the formulas of these quantities, each once."""
        seen: set[int] = set()
        for name in self.workings.formulas:
            if bits >> self.workings.places[name] & 1:
                for hypothesis in self.hypotheses.slips(name):
                    if hypothesis.bits & bits and id(hypothesis) not in seen:
                        seen.add(id(hypothesis))
                        if hypothesis.mistake.name != SHIFTED or hypothesis.bits & self.own:
                            yield hypothesis

    def tried(self, hypothesis: Hypothesis) -> Candidate | None:
        """The explanation by one mistake, if it fits all numbers."""
        workings = None
        if hypothesis.is_ahead:
            workings = self.workings.with_formulas(hypothesis.formulas)
            if workings is None:
                return None
            values: Sequence[float] = workings.values
        else:
            values = self.workings.values_with(hypothesis.changes, self.needed)
        predicted = {name: values[place] for name, place in self.places}
        fits, tight = fit_of(self.asked, predicted)
        if not fits:
            return None
        workings = workings or self.workings.with_formulas(hypothesis.formulas)
        return Candidate((self.part(hypothesis),), predicted, workings, tight)

    def part(self, hypothesis: Hypothesis) -> Part:
        """A mistake as part of an explanation."""
        near = before(self.workings, [one.name for one in self.asked])
        return part_of(self.workings, hypothesis.placed, self.needed, near)

    # --- several mistakes ----------------------------------------------------------------------------

    def walks(self) -> list[Candidate]:
        """Mistakes settled one after the other: each explains the first number that is still wrong."""
        levels: list[list[_State]] = [[_State((), self.workings, self.workings.values)]]
        levels += [[] for _ in range(MOST_MISTAKES + 1)]
        for count in range(MOST_MISTAKES):
            for state in levels[count]:
                following = list(self._next(state))
                levels[count + 1] += following
                if not following and count + 2 <= MOST_MISTAKES:
                    levels[count + 2] += self._next_two(state)
            done = [state for state in levels[count + 1] if self.first_wrong(state.values) is None]
            if done:
                return [self._candidate(state) for state in done]
            levels[count + 1].sort(key=lambda state: -self._fitting(state.values))
            levels[count + 1] = _distinct(levels[count + 1], self.places)[:MOST_BRANCHES]
        return []

    def _next(self, state: _State) -> Iterator[_State]:
        """The states after one more mistake that explains the first number that does not fit."""
        place = self.first_wrong(state.values)
        assert place is not None
        first = self.asked[place]
        relevant = state.workings.needs[state.workings.places[first.name]]
        before = 0
        for one in self.asked[:place]:
            before |= state.workings.needs[state.workings.places[one.name]]
        named = (hypothesis for hypothesis in self.hypotheses.named if hypothesis.bits & relevant)
        for hypothesis in (*named, *self.slips_in(relevant & ~before)):
            following = self._after(state, hypothesis, place)
            if following is not None:
                yield following

    def _next_two(self, state: _State) -> Iterator[_State]:
        """The same with two mistakes at once, where none alone explains the first number."""
        place = self.first_wrong(state.values)
        assert place is not None
        relevant = state.workings.needs[state.workings.places[self.asked[place].name]]
        for one in self.asked[:place]:
            relevant &= ~state.workings.needs[state.workings.places[one.name]]
        near = [one for one in self.hypotheses.named if one.bits & relevant and not one.mistake.needs_given]
        most = self.most_paired
        slips = list(self.slips_in(relevant)) if len(near) < most // 2 else []
        both = (near + slips)[:most]
        for number, first in enumerate(near[:most]):
            between = self._after(state, first, -1)
            if between is None:
                continue
            for second in both[number + 1 :]:
                following = self._after(between, second, place)
                if following is not None:
                    yield following

    def _after(self, state: _State, hypothesis: Hypothesis, place: int) -> _State | None:
        """The state with a mistake more, if all asked numbers up to a place fit then."""
        if any(hypothesis is known for known in state.hypotheses):
            return None
        workings: Workings | None = state.workings
        formulas = self._formulas(state, hypothesis)
        if not formulas:
            return None
        is_ahead = any(state.workings.is_ahead(name, formula) for name, formula in formulas.items())
        if is_ahead or not state.workings.is_in_order:
            workings = state.workings.with_formulas(formulas)
            if workings is None:
                return None
            values: Sequence[float] = workings.values
        else:
            known = hypothesis.formulas
            changes = {
                state.workings.places[name]: hypothesis.changes[state.workings.places[name]]
                if known.get(name) is formula
                else state.workings.compiled(formula)
                for name, formula in formulas.items()
            }
            values = state.workings.values_with(changes, self.needed | state.workings.needed(self._names))
        for one in self.asked[: place + 1]:
            if not one.fits(values[state.workings.places[one.name]]):
                return None
        if not is_ahead:
            workings = state.workings.with_formulas(formulas)
        if workings is None:
            return None
        return _State((*state.hypotheses, hypothesis), workings, values)

    @cached_property
    def _names(self) -> list[str]:
        return [one.name for one in self.asked]

    def _formulas(self, state: _State, hypothesis: Hypothesis) -> Mapping[str, Expression]:
        """The wrong formulas of a mistake on top of those that are there already."""
        changed = {name for known in state.hypotheses for name in known.formulas}
        if changed.isdisjoint(hypothesis.formulas):
            return hypothesis.formulas
        return on_top(state.workings, hypothesis, changed)

    def first_wrong(self, values: Sequence[float]) -> int | None:
        """Which asked number does not fit, the first one; None if all fit."""
        for place, one in enumerate(self.asked):
            if not one.fits(values[self.workings.places[one.name]]):
                return place
        return None

    def _fitting(self, values: Sequence[float]) -> int:
        return sum(one.fits(values[self.workings.places[one.name]]) for one in self.asked)

    def _candidate(self, state: _State) -> Candidate:
        predicted = {name: state.values[place] for name, place in self.places}
        tight = fit_of(self.asked, predicted)[1]
        parts = tuple(self.part(hypothesis) for hypothesis in state.hypotheses)
        return Candidate(parts, predicted, state.workings, tight)

    def pairs(self) -> Iterator[Candidate]:
        """Every two named mistakes together, for few numbers."""
        relevant = [one for one in self.hypotheses.named if one.bits & self.needed]
        relevant = [one for one in relevant if not one.mistake.needs_given][: self.most_paired]
        for number, first in enumerate(relevant):
            workings = self.workings.with_formulas(first.formulas)
            if workings is None:
                continue
            state = _State((first,), workings, workings.values)
            for second in relevant[number + 1 :]:
                following = self._after(state, second, len(self.asked) - 1)
                if following is not None:
                    yield self._candidate(following)


@dataclass(frozen=True, slots=True)
class _State:
    """Some mistakes made one after the other."""

    hypotheses: tuple[Hypothesis, ...]
    workings: Workings
    values: Sequence[float]


def _distinct(states: list[_State], places: Sequence[tuple[str, int]]) -> list[_State]:
    """Of the states with the same numbers the two with the simplest mistakes."""
    found: dict[tuple[float, ...], int] = {}
    kept = []
    for state in sorted(states, key=_simplicity):
        key = tuple(float(f"{state.values[place]:.9g}") for _, place in places)
        found[key] = found.get(key, 0) + 1
        if found[key] <= 2:
            kept.append(state)
    order = {id(state): number for number, state in enumerate(states)}
    return sorted(kept, key=lambda state: order[id(state)])


def _simplicity(state: _State) -> tuple[int, int]:
    kinds = [hypothesis.mistake.kind for hypothesis in state.hypotheses]
    return max(kinds, default=Kind.NAMED), sum(kinds)

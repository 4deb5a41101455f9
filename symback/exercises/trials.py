"""Mistakes compiled for many sets of numbers: what each changes, and in which order it is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from symback.diagnosis.hypotheses import Hypothesis
from symback.exercises.misreadings import Change, Misreading
from symback.expression import Expression
from symback.mistakes.quick import IMPOSSIBLE, Function
from symback.mistakes.workings import Workings

Values = Sequence[float]
Steps = Sequence[tuple[int, Function]]
"""Places with their functions, in an order in which they can be computed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A mistake that has to be tried, and the boxes where its number is one of a kind."""

    formulas: Mapping[str, Expression]
    changes: Mapping[int, Function]
    misreading: Misreading | None = None
    reordered: Workings | None = None
    """With the wrong formulas in place, where they have to be computed in another order."""
    places: tuple[int, ...] = ()
    steps: Steps = ()
    """All that it changes, as far as the boxes need it."""

    def values(self, workings: Workings, within: int) -> Values:
        """What it gives with the given numbers of these workings."""
        if self.misreading is not None:
            return misread(workings, self.misreading.of(workings), self.steps, within)
        if self.reordered is not None:
            return self.reordered.with_given(workings.network, workings.given).values
        values = workings.values.copy()
        try:
            for place, function in self.steps:
                values[place] = function(values)
        except IMPOSSIBLE:
            return workings.values_with(self.changes, within)
        return values

    def prepared(self, workings: Workings, within: int) -> Trial:
        """With the steps that these workings need, numbers computed as theirs are."""
        changes = {workings.places[name]: workings.compiled(tree) for name, tree in self.formulas.items()}
        reordered = workings.with_formulas(self.formulas) if self.reordered is not None else None
        changed = [*changes]
        if self.misreading is not None:
            changed = [workings.places[name] for name, _ in self.misreading.takes]
        needed = workings.needed(workings.names[place] for place in self.places) if self.places else within
        steps = steps_of(workings, changed, needed, changes)
        return replace(self, changes=changes, reordered=reordered, steps=steps)


def steps_of(
    workings: Workings, changed: Iterable[int], within: int, changes: Mapping[int, Function]
) -> Steps:
    """All that depends on the changed places, with the changed functions in place."""
    bits = 0
    for place in changed:
        bits |= workings.reach[place]
    bits &= within
    found = []
    for place in workings.sequence:
        function = changes.get(place) or workings.functions[place]
        if bits >> place & 1 and function is not None:
            found.append((place, function))
    return tuple(found)


def misread(workings: Workings, change: Change, steps: Steps, within: int) -> Values:
    """All values with other numbers for given quantities."""
    values = workings.values.copy()
    for place, number in change.items():
        values[place] = number
    try:
        for place, function in steps:
            values[place] = function(values)
    except IMPOSSIBLE:
        changes = {place: _constant(number) for place, number in change.items()}
        return workings.values_with(changes, within)
    return values


def _constant(number: float) -> Function:
    return lambda values: number


def trial_of(workings: Workings, hypothesis: Hypothesis) -> Trial:
    """A mistake at a place as a trial, which is not prepared yet."""
    reordered = workings.with_formulas(hypothesis.formulas) if hypothesis.is_ahead else None
    return Trial(hypothesis.formulas, hypothesis.changes, reordered=reordered)

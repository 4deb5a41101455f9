"""Mistakes at places, ready to be tried: compiled once for a network, and tried for any number of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symback.diagnosis.candidate import Part
from symback.expression import Expression, names
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.mistake import Kind, Mistake
from symback.mistakes.placing import Placed, places_of, without_index, wrongs_of
from symback.mistakes.quick import Function
from symback.mistakes.slips import SLIPS, identifier
from symback.mistakes.workings import Workings

RANKS = {"wrong-operand": 1, "transposed-weights": 2, "transposed-weights-forward": 2}
RANKS |= {"transposed-weights-backward": 2, "derivative-of-other-activation": 2}
"""How simple a sentence is, where the kind of a mistake does not tell: an exchanged weight is simple."""

Before = tuple[frozenset[str], ...]
"""Quantities that are asked for, and those one step before."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A mistake at a place, compiled."""

    placed: Placed
    changes: Mapping[int, Function]
    formulas: Mapping[str, Expression]
    bits: int
    """The places that it changes."""
    is_ahead: bool
    """Whether a formula names what is computed after it, so that the order must change."""

    @property
    def mistake(self) -> Mistake:
        """What is done wrong."""
        return self.placed.mistake


@dataclass(frozen=True)
class Hypotheses:
    """All mistakes at all places of one network, made when they are needed."""

    workings: Workings
    _slips: dict[str, tuple[Hypothesis, ...]] = field(default_factory=dict, repr=False)
    _parts: dict[tuple[int, int], tuple[Hypothesis, Part]] = field(default_factory=dict, repr=False)
    _before: dict[int, Before] = field(default_factory=dict, repr=False)

    @cached_property
    def named(self) -> tuple[Hypothesis, ...]:
        """Every named mistake at every place."""
        return tuple(
            self.hypothesis(placed) for mistake in MISTAKES for placed in places_of(self.workings, mistake)
        )

    def slips(self, name: str) -> tuple[Hypothesis, ...]:
        """The slips in the formula of one quantity, and in those of its other samples and steps."""
        base = without_index(name)
        if base not in self._slips:
            alike = self._alike[base]
            found = [
                self.hypothesis(placed)
                for mistake in SLIPS
                for placed in places_of(self.workings, mistake, alike)
            ]
            self._slips[base] = tuple(found)
        return self._slips[base]

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Computed quantities by their names without index."""
        found: dict[str, list[str]] = {}
        for name in self.workings.formulas:
            found.setdefault(without_index(name), []).append(name)
        return found

    def hypothesis(self, placed: Placed) -> Hypothesis:
        """A mistake at a place, compiled."""
        workings, formulas = self.workings, placed.formulas
        changes = {workings.places[name]: workings.compiled(formula) for name, formula in formulas.items()}
        bits = 0
        for place in changes:
            bits |= 1 << place
        is_ahead = any(workings.is_ahead(name, formula) for name, formula in formulas.items())
        return Hypothesis(placed, changes, formulas, bits, is_ahead)

    def part(self, hypothesis: Hypothesis, place: int) -> Part:
        """A mistake as part of the explanation of one number; found once where no given number decides it."""
        if hypothesis.mistake.needs_given:
            return self._part(hypothesis, place)
        key = (id(hypothesis), place)
        if key not in self._parts:
            self._parts[key] = (hypothesis, self._part(hypothesis, place))
        return self._parts[key][1]

    def _part(self, hypothesis: Hypothesis, place: int) -> Part:
        workings = self.workings
        if place not in self._before:
            self._before[place] = before(workings, [workings.names[place]])
        return part_of(workings, hypothesis.placed, workings.needs[place], self._before[place])


def before(workings: Workings, asked: Iterable[str]) -> Before:
    """The asked quantities, and those that their formulas name."""
    asked = frozenset(asked)
    formulas = [workings.formula(name) for name in asked]
    parents = {workings.name(parent) for one in formulas if one is not None for parent in names(one)}
    return asked, frozenset(parents)


def on_top(workings: Workings, hypothesis: Hypothesis, changed: Iterable[str]) -> dict[str, Expression]:
    """The wrong formulas of a hypothesis where some formulas are wrong already: found anew for those."""
    formulas = dict(hypothesis.formulas)
    again = [wrong for wrong in hypothesis.placed.wrongs if wrong.quantity in changed]
    for wrong in again:
        del formulas[wrong.quantity]
        for other in wrongs_of(workings, hypothesis.mistake, wrong.quantity):
            if other.variant == wrong.variant:
                formulas[wrong.quantity] = other.formula
                break
    return formulas


def part_of(workings: Workings, placed: Placed, needed: int, near: Before) -> Part:
    """A mistake at a place as part of an explanation of the asked numbers."""
    visible = [wrong for wrong in placed.wrongs if needed >> workings.places[wrong.quantity] & 1]
    first = min(visible or placed.wrongs, key=lambda wrong: workings.places[wrong.quantity])
    mistake = placed.mistake
    rank = RANKS.get(mistake.name, 0 if mistake.kind is Kind.NAMED else 3)
    changed = tuple(wrong.quantity for wrong in placed.wrongs)
    return Part(
        identifier(mistake, first, workings),
        mistake.kind,
        placed.place.scope,
        rank,
        {**first.facts, "quantity": first.quantity},
        first.focus or first.quantity,
        changed,
        placed,
        away=_away(changed, near),
    )


def _away(changed: Iterable[str], near: Before) -> int:
    """How many steps before an asked quantity the nearest change is: 0, 1, or 2 for more."""
    for steps, quantities in enumerate(near):
        if not quantities.isdisjoint(changed):
            return steps
    return 2


def touching(hypotheses: Iterable[Hypothesis], bits: int) -> Iterator[Hypothesis]:
    """Those that change one of these places."""
    return (hypothesis for hypothesis in hypotheses if hypothesis.bits & bits)

"""Mistakes that were marked already: each costs points once, the same mistake again costs none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from symback.diagnosis.hypotheses import Hypothesis
from symback.grading.comparing import Judge, Match
from symback.grading.explaining import Explained, Explainer, Found
from symback.grading.outcome import Shown, Slip
from symback.grading.own_values import OwnValues
from symback.grading.reading import Reading
from symback.mistakes.quick import Function
from symback.mistakes.workings import Workings

MOST_TOGETHER = 3
"""So many known mistakes are tried together, each in so many ways."""
TOGETHER = 0.02
"""Two boxes show a mistake where random numbers would do so with less probability."""


@dataclass
class Charge:
    """A box marked as a mistake, and what may have been done there: less and less as more boxes are seen."""

    box: str
    place: int
    found: list[Found]
    own: OwnValues

    def again(self, explained: Explained) -> bool:
        """Whether the same mistake explains another box; what does not explain both is forgotten."""
        alike = [one for one in self.found if any(_same(one, other) for other in explained.found)]
        if alike:
            self.found = alike
            return True
        names = {name for one in explained.found for name in one.names}
        return any(one.names <= names for one in self.found)

    def again_nearly(self, own: OwnValues, reading: Reading, place: int) -> bool:
        """Whether the same mistake gives a number that is one unit of the last digit away."""
        if own.workings.decimals is None:
            return False
        region, _ = own.around(place)
        judge = Judge(reading, slack=10.0**-own.workings.decimals)
        return any(
            any(hypothesis.bits & region for hypothesis in one.hypotheses)
            and judge.match(own.with_changes(place, region, _changes(one))) is Match.EXACT
            for one in self.found
        )

    def forget_what_is_not_seen(self, own: OwnValues, reading: Reading, place: int) -> None:
        """A mistake that would have changed a number that follows without it was not made everywhere."""
        if len(self.found) < 2:
            return
        region, ends = own.around(place)
        concerned = [one for one in self.found if any(h.bits & region for h in one.hypotheses)]
        if not concerned:
            return
        judge = Judge(reading, own.reach_of_digits(place, region, ends))
        refuted = [
            one for one in concerned if not judge.match(own.with_changes(place, region, _changes(one)))
        ]
        if len(refuted) < len(self.found):
            self.found = [one for one in self.found if one not in refuted]

    def slips(self, explainer: Explainer, decimals: int, *, is_rounded: bool) -> tuple[Slip, ...]:
        """The simplest of what is left, as sentences need it."""
        parts = [
            tuple(explainer.part(hypothesis, self.place, self.own) for hypothesis in one.hypotheses)
            for one in self.found
        ]
        simplicity = [[(p.rank, p.kind, p.scope, p.away) for p in several] for several in parts]
        simplest = simplicity.index(min(simplicity))
        best = self.found[simplest]
        is_sure = len({tuple(part.focus for part in several) for several in parts}) == 1
        workings = self.own.workings
        right = Shown(workings, values=self.own.values, decimals=decimals, is_rounded=is_rounded)
        wrong = self._wrong(workings, best, right)
        return tuple(Slip(part, right, wrong, is_sure) for part in parts[simplest])

    def _wrong(self, workings: Workings, best: Found, right: Shown) -> Shown:
        formulas = {name: tree for one in best.hypotheses for name, tree in one.formulas.items()}
        changed = workings.with_formulas(formulas)
        if changed is None:
            return right
        region, _ = self.own.around(self.place)
        values = self.own.all_with_changes(region, _changes(best))
        return Shown(changed, values=values, decimals=right.decimals, is_rounded=right.is_rounded)


@dataclass(frozen=True)
class Hint:
    """A box that a mistake may explain, though it alone does not show it."""

    box: str
    place: int
    explained: Explained
    own: OwnValues

    def confirmed(self, other: Explained) -> list[Found]:
        """The mistakes that explain another box as well, if both together show one."""
        if other.found and (other.is_likely or other.chance * self.explained.chance < TOGETHER):
            return [one for one in self.explained.found if any(_same(one, alike) for alike in other.found)]
        return []


def charged(charges: list[Charge], explained: Explained) -> tuple[Charge | None, list[Found]]:
    """The charge that explains a box as well, and what is new in it.

    Of two mistakes together one may be known already: then only the other is new.
    """
    for charge in charges:
        if charge.again(explained):
            return charge, []
    known = {name for charge in charges for one in charge.found for name in one.names}
    partly = [one for one in explained.found if len(one.hypotheses) > 1 and one.names & known]
    return None, partly or list(explained.found)


def all_again(charges: Sequence[Charge], own: OwnValues, reading: Reading, place: int) -> str:
    """The first box of several known mistakes that give a number together, in steps that no box shows."""
    region, ends = own.around(place)
    concerned = [
        charge for charge in charges if any(h.bits & region for one in charge.found for h in one.hypotheses)
    ][:MOST_TOGETHER]
    judge = Judge(reading, own.reach_of_digits(place, region, ends))
    for chosen in product(*(charge.found[:MOST_TOGETHER] for charge in concerned)):
        changes = {at: function for one in chosen for at, function in _changes(one).items()}
        if len(chosen) > 1 and judge.match(own.with_changes(place, region, changes)) is Match.EXACT:
            return concerned[0].box
    return ""


def _changes(found: Found) -> dict[int, Function]:
    return {place: function for one in found.hypotheses for place, function in one.changes.items()}


def _same(one: Found, other: Found) -> bool:
    mine: tuple[Hypothesis, ...] = one.hypotheses
    return len(mine) == len(other.hypotheses) and all(
        any(hypothesis is another for another in other.hypotheses) for hypothesis in mine
    )

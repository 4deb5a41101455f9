"""Mistakes as they are marked from box to box: once each, and first where they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from symback.diagnosis.candidate import Part
from symback.grading.charges import Charge, Hint, all_again, charged
from symback.grading.explaining import Explained, Explainer
from symback.grading.outcome import Outcome, Shown, Slip
from symback.grading.own_values import OwnValues
from symback.grading.reading import Reading, decimals_of
from symback.grading.safely import Safely
from symback.grading.statuses import Status

TURNED = "turned-sign-of-result"
"""The only slip of the pen that counts once however often it is made."""


class Ledger:
    """The mistakes of one student."""

    def __init__(self, explainer: Explainer, own: OwnValues, safely: Safely) -> None:
        self.explainer, self.own, self.safely = explainer, own, safely
        self.charges: list[Charge] = []
        self.hints: list[Hint] = []
        self.passed: list[tuple[OwnValues, Reading, int]] = []
        """Boxes in which nothing was done wrong, with what was known before each."""
        self.turned = ""
        """The first box with the other sign."""
        self.exchanged = ""
        """The first box with the number of another line."""

    # --- boxes ---------------------------------------------------------------------------------------

    def without_mistake(self, reading: Reading, place: int) -> None:
        """Nothing was done wrong in this box: mistakes that would show here were not made everywhere."""
        own = self.own.copy()
        self.passed.append((own, reading, place))
        for charge in self.charges:
            self.safely(partial(charge.forget_what_is_not_seen, own, reading, place), None)

    def by_exchange(self, reading: Reading, box: str) -> Outcome:
        """The number of another line; all exchanged lines are one slip."""
        first = not self.exchanged
        self.exchanged = self.exchanged or reading.box.number
        status = Status.MISTAKE if first else Status.FOLLOWS
        return Outcome(reading, status, "moved", {"box": box, "first": first})

    def by_mistake(self, reading: Reading, place: int) -> Outcome | None:
        """A mistake that can be named; the same one again costs nothing."""
        explained = self.safely(lambda: self.explainer.explain(self.own, reading, place), Explained())
        again = self._again(explained) or self._confirmed(explained)
        if again:
            return _the_same(reading, again)
        if not explained:
            self.hints.append(Hint(reading.box.number, place, explained, self.own.copy()))
            again = self._again_nearly(reading, place) or self.safely(
                lambda: all_again(self.charges, self.own, reading, place), ""
            )
            return _the_same(reading, again) if again else None
        if explained.pen is not None:
            return self._by_pen(reading, explained.pen)
        known, new = charged(self.charges, explained)
        if known is not None:
            return _the_same(reading, known.box)
        self._charge(Charge(reading.box.number, place, new, self.own.copy()))
        return Outcome(reading, Status.MISTAKE, "mistake")

    def _by_pen(self, reading: Reading, part: Part) -> Outcome:
        """A slip in writing the result down."""
        if part.identifier == TURNED and self.turned:
            return _the_same(reading, self.turned)
        if part.identifier == TURNED:
            self.turned = reading.box.number
        values, decimals = self.own.values.copy(), decimals_of(reading.box)
        right = Shown(self.explainer.workings, values=values, decimals=decimals)
        return Outcome(reading, Status.MISTAKE, "mistake", slips=(Slip(part, right, right),))

    def _charge(self, charge: Charge) -> None:
        """One more mistake; what would have shown in earlier boxes is not the one."""
        self.charges.append(charge)
        for own, reading, place in self.passed:
            self.safely(partial(charge.forget_what_is_not_seen, own, reading, place), None)

    def _again(self, explained: Explained) -> str:
        """The box of a known mistake that explains a number which alone would not show it."""
        if explained.is_likely or not explained.found:
            return ""
        return next((charge.box for charge in self.charges if charge.again(explained)), "")

    def _confirmed(self, explained: Explained) -> str:
        """An earlier box that hinted at the same mistake: it is marked there."""
        for hint in self.hints:
            found = hint.confirmed(explained)
            if found:
                self.hints.remove(hint)
                self._charge(Charge(hint.box, hint.place, found, hint.own))
                return hint.box
        return ""

    def _again_nearly(self, reading: Reading, place: int) -> str:
        """The box of a known mistake, where rounded steps may be off by one unit."""
        for charge in self.charges:
            if self.safely(partial(charge.again_nearly, self.own, reading, place), False):
                return charge.box
        return ""

    # --- what is told --------------------------------------------------------------------------------

    def told(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes with what their sentences need, now that all boxes were seen."""
        charges = {charge.box: charge for charge in self.charges}
        return [
            self._told(one, charges[one.reading.box.number]) if one.reading.box.number in charges else one
            for one in outcomes
        ]

    def _told(self, outcome: Outcome, charge: Charge) -> Outcome:
        self.safely.failure = outcome.failure
        decimals = decimals_of(outcome.reading.box)
        is_rounded = self.own.workings.decimals is not None
        slips: tuple[Slip, ...] = self.safely(
            lambda: charge.slips(self.explainer, decimals, is_rounded=is_rounded), ()
        )
        failure = self.safely.failure
        return replace(outcome, status=Status.MISTAKE, phrase="mistake", slips=slips, failure=failure)


def _the_same(reading: Reading, box: str) -> Outcome:
    return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": box})

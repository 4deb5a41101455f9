"""One way through a student's boxes, in the order of computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from symback.diagnosis.candidate import Candidate
from symback.feedback.numerals import given
from symback.grading.agreeing import agreeing, exchanged
from symback.grading.comparing import Judge, Match
from symback.grading.explaining import Explainer
from symback.grading.following import Follows, follows
from symback.grading.habits import Habits
from symback.grading.ledger import Ledger
from symback.grading.outcome import Outcome, OwnNumber, Shown, Slip
from symback.grading.own_values import OwnValues, Pin
from symback.grading.reading import Reading, decimals_of
from symback.grading.safely import Safely
from symback.grading.statuses import Status
from symback.graph import Role
from symback.mistakes.workings import Workings

Agreement = tuple[Candidate, frozenset[str]] | None
"""Conventions, and the quantities that they make right."""


@dataclass(frozen=True)
class Ground:
    """The right formulas with the numbers of one paper."""

    workings: Workings
    """Rounded as the sheet says."""
    exact: Workings
    """Without any rounding on the way."""
    explainer: Explainer


class Run:
    """Marks the boxes one after the other; `turned` takes deltas to have the other sign."""

    def __init__(
        self, ground: Ground, readings: Sequence[Reading], *, turned: bool = False, agreed: Agreement = None
    ) -> None:
        self.ground, self.readings, self.turned, self.agreed = ground, readings, turned, agreed
        self.workings = ground.workings
        self.own = OwnValues(ground.workings)
        self.safely = Safely()
        self.habits = Habits(ground.workings, ground.exact, readings, self.safely)
        self.ledger = Ledger(ground.explainer, self.own, self.safely)
        self.missing: dict[int, str] = {}
        """Boxes in which no number stands, by place."""
        self.is_refuted = False
        """Whether some delta has its usual sign, so that the other one is no convention."""

    @cached_property
    def agreement(self) -> Agreement:
        """Conventions, and which wrong numbers they make right."""
        return self.safely(lambda: agreeing(self.workings, self.readings), None)

    @cached_property
    def moved(self) -> Mapping[str, str]:
        """By box with the number of another box, that box."""
        return self.safely(lambda: exchanged(self.readings), {})

    def outcomes(self) -> list[Outcome]:
        """What became of each box, in the order of computation."""
        return self.ledger.told([self._pass(reading) for reading in self.readings])

    def _pass(self, reading: Reading) -> Outcome:
        """Mark a box, and go on with its number."""
        self.safely.failure = ""
        place = self.workings.places[reading.box.quantity]
        if reading.is_blank or reading.answer is None:
            self.missing.setdefault(place, reading.box.number)
            if reading.is_blank:
                return Outcome(reading, Status.BLANK, "blank")
            return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": reading.problem})
        before = self.own.pins.get(place)
        if before is not None:
            self.own.unpin(place)
        outcome = self._outcome(reading, place, before)
        if outcome.status in (Status.RIGHT, Status.FOLLOWS) and outcome.phrase != "same_mistake":
            self.ledger.without_mistake(reading, place)
        if before is None or outcome.status is Status.RIGHT:
            self.own.pin(place, self._pin(reading, place, outcome))
        else:
            self.own.pin(place, before)
        return replace(outcome, failure=self.safely.failure)

    def _outcome(self, reading: Reading, place: int, before: Pin | None) -> Outcome:
        is_delta = self.turned and self.workings.role(reading.box.quantity) is Role.DELTA
        if reading.is_key:
            self.is_refuted = self.is_refuted or (is_delta and reading.value != 0)
            return Outcome(reading, Status.RIGHT, "right")
        if before is not None and not before.is_right and Judge(reading).match(before.value) is Match.EXACT:
            status = Status.ROUNDED if self.habits.is_coarse_key(reading) else Status.FOLLOWS
            return Outcome(reading, status, "as_before", {"box": before.box})
        expected = self.own.values[place]
        return (
            self._by_convention(reading, place, is_delta=is_delta)
            or self._as_follows(reading, place, is_delta=is_delta)
            or self.habits.nearly(reading, place, expected)
            or self.ledger.by_mistake(reading, place)
            or self.habits.roughly(reading, place, expected)
            or Outcome(reading, Status.WRONG, "wrong", {"missing": self._missing(place)})
        )

    def _by_convention(self, reading: Reading, place: int, *, is_delta: bool) -> Outcome | None:
        """Right in other words, or in another line."""
        judge, decimals = Judge(reading), self.workings.decimals
        if self.agreed is not None and self.workings.names[place] in self.agreed[1]:
            right = Shown(self.workings, values=self.workings.values, decimals=decimals_of(reading.box))
            slips = tuple(Slip(part, right, right) for part in self.agreed[0].parts)
            return Outcome(reading, Status.CONVENTION, "convention", slips=slips)
        if is_delta and judge.match(-reading.key) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "other_sign")
        if decimals is not None and judge.match(self.workings.values[place]) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "other_way")
        if decimals is not None and judge.match(self.ground.exact.values[place]) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "not_rounded", {"decimals": decimals})
        box = self.moved.get(reading.box.number)
        return None if box is None else self.ledger.by_exchange(reading, box)

    def _as_follows(self, reading: Reading, place: int, *, is_delta: bool) -> Outcome | None:
        """Right from the student's own numbers."""
        found = follows(self.own, reading, place)
        if is_delta:
            self.is_refuted = self.is_refuted or found is not None
            found = found or follows(self.own, reading, place, -1)
        if found is None or (self._is_only_rounded(found) and self.habits.is_coarse_key(reading)):
            return None
        own = self._numbers(found)
        facts: dict[str, object] = {"missing": self._missing(place), "turned": found.sign < 0}
        if found.is_trivial:
            return Outcome(reading, Status.WRONG, "trivial", facts, own=own)
        if found.match is Match.EXACT:
            return Outcome(reading, Status.FOLLOWS, "follows", facts, own=own)
        return Outcome(reading, Status.ROUNDED, "follows_coarsely", facts, own=own)

    def _is_only_rounded(self, found: Follows) -> bool:
        """Whether fewer digits alone may be what makes the difference."""
        return found.match is Match.COARSE or all(self.own.pins[end].is_near for end in found.used)

    def _numbers(self, found: Follows) -> tuple[OwnNumber, ...]:
        answers = {one.box.number: one.answer for one in self.readings}
        numbers = []
        for pin in (self.own.pins[end] for end in found.used):
            answer = answers[pin.box]
            assert answer is not None
            numbers.append(OwnNumber(pin.name, given(answer), pin.box))
        return tuple(numbers)

    def _missing(self, place: int) -> list[str]:
        """Boxes before this one in which nothing stands, so that right numbers are used there."""
        region, _ = self.own.around(place)
        return [box for other, box in self.missing.items() if region >> other & 1 and other != place]

    # --- going on ------------------------------------------------------------------------------------

    def _pin(self, reading: Reading, place: int, outcome: Outcome) -> Pin:
        """Later boxes are computed from this number; right ones count with all their digits."""
        expected, value, typed = self.own.values[place], reading.value, None
        right = self._right(reading, place)
        is_right = outcome.status in (Status.RIGHT, Status.CONVENTION)
        if outcome.phrase == "moved":
            value, typed = expected, value
        elif outcome.facts.get("turned"):
            value = -value
        elif is_right:
            value = expected = right
        return Pin(
            reading.box.number,
            self.workings.names[place],
            value,
            expected,
            right,
            reading.unit,
            is_right=is_right,
            is_named=outcome.status is Status.MISTAKE or outcome.phrase == "same_mistake",
            is_lost=outcome.status is Status.WRONG,
            is_near=outcome.status is Status.ROUNDED,
            typed=typed,
        )

    def _right(self, reading: Reading, place: int) -> float:
        """The right number with all digits; of a key that was changed by hand, the key.

        Where steps are rounded, the number that stands there if it is the right one: it has all digits.
        """
        right, key, decimals = self.workings.values[place], reading.key, self.workings.decimals
        if decimals is not None and abs(reading.value - key) <= 1.01 * 10.0**-decimals:
            return reading.value
        return right if abs(right - key) <= 10.0 ** -decimals_of(reading.box) else key

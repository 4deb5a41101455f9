"""One student's numbers, marked box by box in the order of computation; each box gets exactly one status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TypeVar

from symback.diagnosis.candidate import Candidate
from symback.feedback.numerals import given
from symback.grading.agreeing import agreeing, exchanged
from symback.grading.charges import Charge, Hint, charged
from symback.grading.comparing import Judge, Match
from symback.grading.explaining import Explained, Explainer
from symback.grading.following import Follows, follows
from symback.grading.outcome import Outcome, OwnNumber, Shown, Slip
from symback.grading.own_values import OwnValues, Pin
from symback.grading.reading import Reading, decimals_of
from symback.grading.rounding import is_within_reach, rounded_early
from symback.grading.statuses import Status
from symback.graph import Role
from symback.mistakes.workings import Workings

TURNED = "turned-sign-of-result"
"""The only slip of the pen that counts once however often it is made."""
SEVERAL = 3
"""So many numbers show a habit."""
Result = TypeVar("Result")
Agreement = tuple[Candidate, frozenset[str]] | None


@dataclass(frozen=True)
class Marker:
    """Marks the numbers of one paper."""

    workings: Workings
    """The right formulas with the numbers of this paper, rounded as the sheet says."""
    exact: Workings
    """The same without any rounding on the way."""
    explainer: Explainer

    def mark(self, readings: Sequence[Reading]) -> list[Outcome]:
        """What became of each of these boxes, in the same order; all of them ask for numbers."""
        in_order = self._in_order(readings)
        best = Run(self, in_order)
        found = best.outcomes()
        others = [Run(self, in_order, agreed=best.agreement)] if best.agreement is not None else []
        if self._may_have_turned(readings):
            others.append(Run(self, in_order, turned=True))
        for run in others:
            other = run.outcomes()
            if not run.is_refuted and _credit(other) > _credit(found):
                found = other
        by_box = {one.reading.box.number: one for one in found}
        return [by_box[one.box.number] for one in readings]

    def _in_order(self, readings: Sequence[Reading]) -> list[Reading]:
        """As on the paper, but each box after those that it is computed from."""
        places, needs = self.workings.places, self.workings.needs
        left = list(readings)
        found: list[Reading] = []

        def take(reading: Reading) -> None:
            left.remove(reading)
            place = places[reading.box.quantity]
            for other in [one for one in left if needs[place] >> places[one.box.quantity] & 1]:
                if other in left and places[other.box.quantity] != place:
                    take(other)
            found.append(reading)

        while left:
            take(left[0])
        return found

    def _may_have_turned(self, readings: Sequence[Reading]) -> bool:
        """Whether some delta has the other sign than it should have."""
        return any(
            one.answer is not None
            and not one.is_blank
            and one.value * one.key < 0
            and self.workings.role(one.box.quantity) is Role.DELTA
            for one in readings
        )


def _credit(outcomes: Sequence[Outcome]) -> float:
    worth = {Status.RIGHT: 1.0, Status.CONVENTION: 1.0, Status.FOLLOWS: 1.0}
    worth |= {Status.MISTAKE: 0.5, Status.ROUNDED: 0.5}
    return sum(worth.get(one.status, 0.0) for one in outcomes)


class Run:
    """One way through the boxes; `turned` takes deltas to have the other sign."""

    def __init__(
        self, marker: Marker, readings: Sequence[Reading], *, turned: bool = False, agreed: Agreement = None
    ) -> None:
        self.marker, self.readings, self.turned, self.agreed = marker, readings, turned, agreed
        self.workings = marker.workings
        self.own = OwnValues(marker.workings)
        self.charges: list[Charge] = []
        self.is_refuted = False
        """Whether some delta has its usual sign, so that the other one is no convention."""
        self.failure = ""
        self.missing: dict[int, str] = {}
        self.turned_signs: dict[str, str] = {}
        self.hints: list[Hint] = []
        self.passed: list[tuple[OwnValues, Reading, int]] = []
        """Boxes in which nothing was done wrong, with what was known before each."""
        self.usual = 0
        """To how many decimals earlier numbers were rounded on the way."""

    @cached_property
    def agreement(self) -> Agreement:
        """Conventions, and which wrong numbers they make right."""
        return self._safely(lambda: agreeing(self.workings, self.readings), None)

    @cached_property
    def moved(self) -> Mapping[str, str]:
        """Boxes with the number of another box."""
        return self._safely(lambda: exchanged(self.readings), {})

    def outcomes(self) -> list[Outcome]:
        """What became of each box, in the order of computation."""
        found = [self._pass(reading) for reading in self.readings]
        charges = {charge.box: charge for charge in self.charges if charge.found}
        return [
            self._told(one, charges[one.reading.box.number]) if one.reading.box.number in charges else one
            for one in found
        ]

    def _told(self, outcome: Outcome, charge: Charge) -> Outcome:
        """The outcome with what its sentence needs, now that all boxes were seen."""
        self.failure = outcome.failure
        decimals = decimals_of(self.readings[0].box)
        is_rounded = self.workings.decimals is not None
        slips: tuple[Slip, ...] = self._safely(
            lambda: charge.slips(self.marker.explainer, decimals, is_rounded=is_rounded), ()
        )
        return replace(outcome, status=Status.MISTAKE, phrase="mistake", slips=slips, failure=self.failure)

    def _safely(self, work: Callable[[], Result], otherwise: Result) -> Result:
        """A diagnosis that fails says nothing, and is told of; it never changes what a comparison found."""
        try:
            return work()
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"[:200]
            return otherwise

    # --- one box -------------------------------------------------------------------------------------

    def _pass(self, reading: Reading) -> Outcome:
        """Mark a box, and go on with its number."""
        self.failure = ""
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
            self._without_mistake(reading, place)
        if before is None or outcome.status is Status.RIGHT:
            self._pin(reading, place, outcome)
        else:
            self.own.pin(place, before)
        return replace(outcome, failure=self.failure)

    def _without_mistake(self, reading: Reading, place: int) -> None:
        """Nothing was done wrong in this box: mistakes that would show here were not made everywhere."""
        own = self.own.copy()
        self.passed.append((own, reading, place))
        for charge in self.charges:
            self._safely(partial(charge.forget_what_is_not_seen, own, reading, place), None)

    def _charge(self, charge: Charge) -> None:
        """One more mistake; what would have shown in earlier boxes is not the one."""
        self.charges.append(charge)
        for own, reading, place in self.passed:
            self._safely(partial(charge.forget_what_is_not_seen, own, reading, place), None)

    def _outcome(self, reading: Reading, place: int, before: Pin | None) -> Outcome:
        is_delta = self.turned and self._is_delta(reading)
        if reading.is_key:
            self.is_refuted = self.is_refuted or (is_delta and reading.value != 0)
            return Outcome(reading, Status.RIGHT, "right")
        if before is not None and not before.is_right and Judge(reading).match(before.value) is Match.EXACT:
            is_coarse = self._judge(reading).match(reading.key) is Match.COARSE
            status = Status.ROUNDED if is_coarse else Status.FOLLOWS
            return Outcome(reading, status, "as_before", {"box": before.box})
        return (
            self._by_convention(reading, place, is_delta=is_delta)
            or self._as_follows(reading, place, is_delta=is_delta)
            or self._nearly(reading, place)
            or self._by_mistake(reading, place)
            or self._rounded(reading, place)
            or Outcome(reading, Status.WRONG, "wrong", {"missing": self._missing(place)})
        )

    def _is_delta(self, reading: Reading) -> bool:
        return self.workings.role(reading.box.quantity) is Role.DELTA

    def _by_convention(self, reading: Reading, place: int, *, is_delta: bool) -> Outcome | None:
        """Right in other words, or in another line."""
        if self.agreed is not None and self.workings.names[place] in self.agreed[1]:
            right = Shown(self.workings, values=self.workings.values, decimals=decimals_of(reading.box))
            slips = tuple(Slip(part, right, right) for part in self.agreed[0].parts)
            return Outcome(reading, Status.CONVENTION, "convention", slips=slips)
        if is_delta and Judge(reading).match(-reading.key) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "other_sign")
        if self.workings.decimals is not None:
            if Judge(reading).match(self.workings.values[place]) is Match.EXACT:
                return Outcome(reading, Status.CONVENTION, "other_way")
            if Judge(reading).match(self.marker.exact.values[place]) is Match.EXACT:
                return Outcome(
                    reading, Status.CONVENTION, "not_rounded", {"decimals": self.workings.decimals}
                )
        number = reading.box.number
        if number in self.moved:
            first = not any(charge.box in self.moved for charge in self.charges)
            if first:
                self.charges.append(Charge(number, place, [], self.own))
            status = Status.MISTAKE if first else Status.FOLLOWS
            return Outcome(reading, status, "moved", {"box": self.moved[number], "first": first})
        return None

    def _as_follows(self, reading: Reading, place: int, *, is_delta: bool) -> Outcome | None:
        """Right from the student's own numbers."""
        found = follows(self.own, reading, place)
        if is_delta:
            self.is_refuted = self.is_refuted or found is not None
            found = found or follows(self.own, reading, place, -1)
        if found is None or self._is_coarse_key(found, reading):
            return None
        own = self._own(found)
        facts: dict[str, object] = {"missing": self._missing(place), "turned": found.sign < 0}
        if found.is_trivial:
            return Outcome(reading, Status.WRONG, "trivial", facts, own=own)
        if found.match is Match.EXACT:
            return Outcome(reading, Status.FOLLOWS, "follows", facts, own=own)
        facts["decimals"] = reading.answer.decimals if reading.answer is not None else 0
        facts["asked"] = decimals_of(reading.box)
        return Outcome(reading, Status.ROUNDED, "follows_coarsely", facts, own=own)

    def _is_coarse_key(self, found: Follows, reading: Reading) -> bool:
        """Whether it is as well the key in fewer digits, which is simpler."""
        if found.match is Match.EXACT and any(not self.own.pins[end].is_near for end in found.used):
            return False
        return self._judge(reading).match(reading.key) is Match.COARSE

    def _judge(self, reading: Reading) -> Judge:
        """Who gives few decimals throughout does so in small numbers too."""
        answer = reading.answer
        is_usual = answer is not None and answer.decimals == self.few_decimals
        return Judge(reading, fewest=1) if is_usual else Judge(reading)

    @cached_property
    def few_decimals(self) -> int | None:
        """How many decimals were given in most numbers that are right but for that."""
        coarse = [
            one.answer.decimals
            for one in self.readings
            if one.answer is not None and Judge(one).match(one.key) is Match.COARSE
        ]
        usual = max(set(coarse), key=coarse.count, default=None)
        return usual if coarse.count(usual) >= SEVERAL else None

    def _own(self, found: Follows) -> tuple[OwnNumber, ...]:
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

    def _nearly(self, reading: Reading, place: int) -> Outcome | None:
        """Right in the digits that were given."""
        answer = reading.answer
        assert answer is not None
        values = (reading.key, self.own.values[place])
        if self.workings.decimals is not None and Judge(reading).match(values[1]) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "other_way")
        if any(self._judge(reading).match(value) is Match.COARSE for value in values):
            facts = {"decimals": answer.decimals, "asked": decimals_of(reading.box)}
            return Outcome(reading, Status.ROUNDED, "coarse", facts)
        decimals = self._safely(lambda: rounded_early(self.marker.exact, reading, place, self.usual), None)
        if decimals is not None:
            self.usual = decimals
            return Outcome(reading, Status.ROUNDED, "rounded", {"decimals": decimals})
        return None

    def _rounded(self, reading: Reading, place: int) -> Outcome | None:
        """Near enough for rounding on the way to explain it, though nobody knows where."""
        exact = self.marker.exact
        for expected in (exact.values[place], self.own.values[place]):
            if self._safely(lambda e=expected: is_within_reach(exact, reading, place, e), False):  # type: ignore[misc]
                return Outcome(reading, Status.ROUNDED, "rounded", {"decimals": 0})
        return None

    def _by_mistake(self, reading: Reading, place: int) -> Outcome | None:
        """A mistake that can be named; the same one again costs nothing."""
        explained = self._safely(lambda: self.marker.explainer.explain(self.own, reading, place), Explained())
        if explained.found and not explained.is_likely:
            known = next((charge for charge in self.charges if charge.again(explained)), None)
            if known is not None:
                return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": known.box})
        outcome = self._confirmed(reading, explained)
        if outcome is not None:
            return outcome
        if not explained:
            self.hints.append(Hint(reading.box.number, place, explained, self.own.copy()))
            return self._again_nearly(reading, place)
        if explained.pen is not None:
            identifier = explained.pen.identifier
            before = self.turned_signs.get(identifier)
            if before is not None:
                return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": before})
            if identifier == TURNED:
                self.turned_signs[identifier] = reading.box.number
            right = Shown(self.workings, values=self.own.values.copy(), decimals=decimals_of(reading.box))
            return Outcome(reading, Status.MISTAKE, "mistake", slips=(Slip(explained.pen, right, right),))
        known, new = charged(self.charges, explained)
        if known is not None:
            return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": known.box})
        self._charge(Charge(reading.box.number, place, new, self.own.copy()))
        return Outcome(reading, Status.MISTAKE, "mistake")

    def _confirmed(self, reading: Reading, explained: Explained) -> Outcome | None:
        """A mistake that an earlier box hinted at: it is marked there, and this one is the same again."""
        for hint in self.hints:
            found = hint.confirmed(explained)
            if found:
                self.hints.remove(hint)
                self._charge(Charge(hint.box, hint.place, found, hint.own))
                return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": hint.box})
        return None

    def _again_nearly(self, reading: Reading, place: int) -> Outcome | None:
        """A known mistake where rounded steps may be off by one unit."""
        for charge in self.charges:
            if self._safely(lambda c=charge: c.again_nearly(self.own, reading, place), False):  # type: ignore[misc]
                return Outcome(reading, Status.FOLLOWS, "same_mistake", {"box": charge.box})
        return None

    def _pin(self, reading: Reading, place: int, outcome: Outcome) -> None:
        """Later boxes are computed from this number; right ones count with all their digits."""
        expected = self.own.values[place]
        typed = None
        value = reading.value
        is_right = outcome.status in (Status.RIGHT, Status.CONVENTION)
        if outcome.phrase == "moved":
            value, typed = expected, value
        elif outcome.facts.get("turned"):
            value = -value
        elif is_right:
            value = self._right(reading, place)
            expected = value
        name = self.workings.names[place]
        is_near = outcome.status is Status.ROUNDED
        is_named = outcome.status is Status.MISTAKE or outcome.phrase == "same_mistake"
        right = self._right(reading, place)
        pin = Pin(
            reading.box.number,
            name,
            value,
            expected,
            right,
            reading.unit,
            is_right=is_right,
            is_named=is_named,
            is_lost=outcome.status is Status.WRONG,
            is_near=is_near,
            typed=typed,
        )
        self.own.pin(place, pin)

    def _right(self, reading: Reading, place: int) -> float:
        """The right number with all digits; of a key that was changed by hand, the key.

        Where steps are rounded, the number that stands there if it is the right one: it has all digits.
        """
        right = self.workings.values[place]
        key = reading.key
        if (
            self.workings.decimals is not None
            and abs(reading.value - key) <= 1.01 * 10.0**-self.workings.decimals
        ):
            return reading.value
        return right if abs(right - key) <= 10.0 ** -decimals_of(reading.box) else key

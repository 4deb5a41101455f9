"""How a student rounds: few decimals throughout, or steps rounded on the way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from symback.grading.comparing import Judge, Match
from symback.grading.outcome import Outcome
from symback.grading.reading import Reading, decimals_of
from symback.grading.rounding import is_within_reach, rounded_early
from symback.grading.safely import Safely
from symback.grading.statuses import Status
from symback.mistakes.workings import Workings

SEVERAL = 3
"""So many numbers show a habit."""


class Habits:
    """The rounding of one student, learned from box to box."""

    def __init__(
        self, workings: Workings, exact: Workings, readings: Sequence[Reading], safely: Safely
    ) -> None:
        self.workings, self.exact, self.readings, self.safely = workings, exact, readings, safely
        self.usual = 0
        """To how many decimals earlier numbers were rounded on the way."""

    def judge(self, reading: Reading) -> Judge:
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

    def is_coarse_key(self, reading: Reading) -> bool:
        """Whether it is the key in fewer digits than the sheet has."""
        return self.judge(reading).match(reading.key) is Match.COARSE

    def nearly(self, reading: Reading, place: int, expected: float) -> Outcome | None:
        """Right in the digits that were given, or with all steps rounded to so many decimals."""
        answer = reading.answer
        assert answer is not None
        if self.workings.decimals is not None and Judge(reading).match(expected) is Match.EXACT:
            return Outcome(reading, Status.CONVENTION, "other_way")
        if self.is_coarse_key(reading) or self.judge(reading).match(expected) is Match.COARSE:
            facts = {"decimals": answer.decimals, "asked": decimals_of(reading.box)}
            return Outcome(reading, Status.ROUNDED, "coarse", facts)
        decimals = self.safely(lambda: rounded_early(self.exact, reading, place, self.usual), None)
        if decimals is None:
            return None
        self.usual = decimals
        return Outcome(reading, Status.ROUNDED, "rounded", {"decimals": decimals})

    def roughly(self, reading: Reading, place: int, expected: float) -> Outcome | None:
        """Near enough for rounding on the way to explain it, though nobody knows where."""
        if self.safely(partial(is_within_reach, self.exact, reading, place, self.exact.values[place]), False):
            return Outcome(reading, Status.ROUNDED, "rounded", {"decimals": 0})
        if self.safely(partial(is_within_reach, self.exact, reading, place, expected), False):
            return Outcome(reading, Status.ROUNDED, "follows_coarsely")
        return None

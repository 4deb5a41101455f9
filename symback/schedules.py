"""The table of learning-rate schedules: the rate of the next update from the one of this."""

from __future__ import annotations

from dataclasses import dataclass

from symback.expression import ZERO, Call, Cases, Expression, Name, names
from symback.naming import COUNT_AFTER, RATE
from symback.registry import Registry
from symback.update_rules import Setting

START = f"{RATE}_0"
"""The quantity that holds the first rate, for formulas that begin with it anew each time."""
rate = Name(RATE)
first = Name(START)
updates = Name(COUNT_AFTER)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`formula` gives the rate after an update, from `eta` (the rate in it), `eta_0` (the first one),
    settings and `updates+` (how many updates there are then); None leaves the rate as it is.
    """

    name: str
    formula: Expression | None
    settings: tuple[Setting, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the number of updates is in the formula."""
        return self.formula is not None and COUNT_AFTER in names(self.formula)

    @property
    def uses_start(self) -> bool:
        """Whether the first rate is in the formula."""
        return self.formula is not None and START in names(self.formula)


GAMMA = Setting("gamma", "gamma")
EVERY = Setting("every", "every", is_count=True)
LENGTH = Setting("length", "length", is_count=True)
gamma, every, length = Name("gamma"), Name("every"), Name("length")

SCHEDULES: Registry[Schedule] = Registry(
    "schedule",
    [
        Schedule("constant", None),
        Schedule("step", first * gamma ** Call("floor", updates / every), (GAMMA, EVERY)),
        Schedule("exponential", gamma * rate, (GAMMA,)),
        Schedule("inverse_time", first / (1 + gamma * updates), (GAMMA,)),
        Schedule("linear", Cases(length, updates, first * (1 - updates / length), ZERO), (LENGTH,)),
    ],
)

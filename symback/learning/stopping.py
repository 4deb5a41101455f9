"""When a training stops before its last round, and why it did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symback.errors import RequestError, shorten
from symback.numbers import as_typed, parse_decimal


class Reason(StrEnum):
    """Why no further round was run."""

    ROUNDS = "rounds"
    ERROR = "error"
    CHANGE = "change"


@dataclass(frozen=True)
class Limits:
    """What the reader waits for: an error that is small enough, or a round that hardly changes it."""

    error: str | None = None
    """Stop as soon as E_total is at most this."""
    change: str | None = None
    """Stop as soon as E_total falls by less than this in a round."""

    @property
    def is_set(self) -> bool:
        """Whether there is anything to wait for."""
        return self.error is not None or self.change is not None

    def met(self, before: float | None, error: float) -> Reason | None:
        """What ends the training at this error, if anything does; `before` is that of the round before."""
        if self.error is not None and error <= float(self.error):
            return Reason.ERROR
        if self.change is not None and before is not None and before - error < float(self.change):
            return Reason.CHANGE
        return None


@dataclass(frozen=True)
class Stop:
    """The last round and why it was the last one."""

    round: int
    reason: Reason
    overflow: int | None = None
    """The round that doubles could not compute: the history ends before it."""


def limits(error: str | float | None = None, change: str | float | None = None) -> Limits:
    """The limits of two numbers; raises RequestError for what is no number, and below 0."""
    return Limits(_limit("until-error", error), _limit("until-change", change))


def _limit(option: str, given: str | float | None) -> str | None:
    if given is None:
        return None
    try:
        number = parse_decimal(str(given))
    except ValueError:
        raise RequestError(
            f"--{option} {shorten(str(given))}: give a number such as 0.001 or 1e-6."
        ) from None
    if number < 0:
        raise RequestError(f"--{option} must not be below 0: the training could not stop.")
    return as_typed(str(given))

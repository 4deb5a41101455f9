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
    GRADIENT = "gradient"


@dataclass(frozen=True)
class Limits:
    """What the reader waits for: an error that is small enough, or a round that hardly changes it."""

    error: str | None = None
    """Stop as soon as E_total is at most this."""
    change: str | None = None
    """Stop as soon as E_total falls by less than this in a round."""
    gradient: str | None = None
    """Stop as soon as the gradient by all trained parameters is at most this long: at a minimum it is 0."""

    @property
    def is_set(self) -> bool:
        """Whether there is anything to wait for."""
        return any(one is not None for one in (self.error, self.change, self.gradient))

    def met(self, before: float | None, error: float, length: float | None = None) -> Reason | None:
        """What ends the training at this error, if anything does.

        `before` is the error of the round before, `length` that of the gradient, where it is waited for.
        """
        if self.error is not None and error <= float(self.error):
            return Reason.ERROR
        if self.change is not None and before is not None and before - error < float(self.change):
            return Reason.CHANGE
        if self.gradient is not None and length is not None and length <= float(self.gradient):
            return Reason.GRADIENT
        return None


@dataclass(frozen=True)
class Stop:
    """The last round and why it was the last one."""

    round: int
    reason: Reason
    overflow: int | None = None
    """The round that doubles could not compute: the history ends before it."""


def limits(
    error: str | float | None = None,
    change: str | float | None = None,
    gradient: str | float | None = None,
) -> Limits:
    """The limits as they are typed; raises RequestError for what is no number, and below 0."""
    return Limits(
        _limit("until-error", error), _limit("until-change", change), _limit("until-gradient", gradient)
    )


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

"""The rounds that a table shows: 0, 1, 2, 5, 10, 20, 50, ... and the last one."""

from __future__ import annotations

from collections.abc import Iterable

from symback.errors import RequestError
from symback.training import MOST_ROUNDS

_STEPS = (1, 2, 5)


def milestones(last: int, asked: Iterable[int] = ()) -> tuple[int, ...]:
    """The rounds worth a row, up to `last` and with it, and those of the `asked` ones that were reached.

    >>> milestones(70, [7, 700])
    (0, 1, 2, 5, 7, 10, 20, 50, 70)
    """
    found = {0, last, *(done for done in asked if 0 <= done <= last)}
    power = 1
    while power <= last:
        found.update(step * power for step in _STEPS if step * power <= last)
        power *= 10
    return tuple(sorted(found))


def check_count(rounds: int) -> int:
    """The number of rounds as it is; raises RequestError where nobody could wait for it."""
    if not 0 <= rounds <= MOST_ROUNDS:
        raise RequestError(f"The number of rounds must be from 0 to {MOST_ROUNDS:,}, not {rounds:,}.")
    return rounds


def check_row(done: int, rounds: int) -> int:
    """A round that the table should have a row for; raises RequestError where it is none of these."""
    if not 0 <= done <= rounds:
        raise RequestError(
            f"--at {done:,}: there may stand a round from 0 to {rounds:,}, the number of rounds."
        )
    return done

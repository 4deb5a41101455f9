"""A training in doubles, round after round: quick enough to watch every one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symback.diagnosis.rounds import Training
from symback.learning.history import History, Recorder
from symback.learning.stopping import Limits, Reason, Stop
from symback.mistakes.quick import IMPOSSIBLE
from symback.mistakes.workings import Workings
from symback.naming import TOTAL

PROGRESS_EVERY = 100


@dataclass(frozen=True)
class Run:
    """What came of a training in doubles."""

    history: History
    stop: Stop


def run(
    workings: Workings,
    names: Sequence[str],
    rounds: int,
    limits: Limits,
    progress: Callable[[int], None] | None = None,
    gradients: Sequence[str] = (),
) -> Run:
    """Up to `rounds` rounds of the quantities `names`, E_total first, until a limit is met.

    `gradients` are those whose common length may be a limit; they are computed where it is.
    Where doubles overflow the history ends, and the round that they could not compute is kept in the stop.
    """
    recorder = Recorder(tuple(names))
    before: float | None = None
    done = 0
    watched = list(gradients) if limits.gradient is not None else []
    series = Training(workings).every_round([*names, *watched])
    error_place = list(names).index(TOTAL)
    for done in range(rounds + 1):
        try:
            row = next(series)
        except IMPOSSIBLE:
            return Run(recorder.history(), Stop(rounds, Reason.ROUNDS, overflow=done))
        if not all(map(math.isfinite, row)):
            return Run(recorder.history(), Stop(rounds, Reason.ROUNDS, overflow=done))
        recorder.add(done, row[: len(names)])
        length = math.hypot(*row[len(names) :]) if watched else None
        reason = limits.met(before, row[error_place], length)
        if reason is not None:
            return Run(recorder.history(), Stop(done, reason))
        before = row[error_place]
        if progress is not None and done % PROGRESS_EVERY == 0:
            progress(done)
    return Run(recorder.history(), Stop(done, Reason.ROUNDS))

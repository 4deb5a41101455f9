"""A progress bar on standard error for training that lasts over a second; none where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds before a bar appears."""


@contextmanager
def training_bar(rounds: int) -> Iterator[Callable[[int], None] | None]:
    """Gives the hook that training calls with the number of rounds done."""
    if rounds < 1000 or not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()
    bars: list[object] = []

    def advance(done: int) -> None:
        if not bars and time.monotonic() - started > PATIENCE:
            from tqdm import tqdm

            bars.append(tqdm(total=rounds, unit=" rounds", leave=False, file=sys.stderr))
        for bar in bars:
            bar.n = done  # type: ignore[attr-defined]
            bar.refresh()  # type: ignore[attr-defined]

    try:
        yield advance
    finally:
        for bar in bars:
            bar.close()  # type: ignore[attr-defined]

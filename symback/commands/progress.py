"""A progress bar on standard error for work that lasts over a second; none where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 1.0
"""Seconds before a bar appears."""
Advance = Callable[[int, int], None]
"""Told how much is done, of how much."""


@contextmanager
def progress_bar(unit: str) -> Iterator[Advance | None]:
    """Gives the hook that a long job calls; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()
    bars: list[Any] = []

    def advance(done: int, total: int) -> None:
        if not bars and time.monotonic() - started > PATIENCE:
            from tqdm import tqdm

            bars.append(tqdm(total=total, unit=f" {unit}", leave=False, file=sys.stderr))
        for bar in bars:
            bar.n = done
            bar.refresh()

    try:
        yield advance
    finally:
        for bar in bars:
            bar.close()

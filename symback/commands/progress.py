"""A progress bar on standard error for work that lasts over a second; none where nobody looks."""

from __future__ import annotations

import sys
import threading
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
    state = _State(unit)
    timer = threading.Timer(PATIENCE, state.show)
    timer.daemon = True
    timer.start()
    try:
        yield state.advance
    finally:
        timer.cancel()
        state.close()


class _State:
    """How far the work is; the bar appears by a timer of its own, as the first part may be the longest."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.lock = threading.Lock()
        self.done, self.total = 0, 0
        self.bar: Any = None
        self.is_due = False
        self.is_closed = False

    def advance(self, done: int, total: int) -> None:
        """So much is done, of so much."""
        with self.lock:
            self.done, self.total = done, total
            if self.is_due and self.bar is None:
                self._make()
            elif self.bar is not None:
                self.bar.total, self.bar.n = total, done
                self.bar.refresh()

    def show(self) -> None:
        """Makes the bar, now or as soon as there is something to tell."""
        with self.lock:
            self.is_due = not self.is_closed
            if self.is_due and self.total:
                self._make()

    def _make(self) -> None:
        from tqdm import tqdm

        unit = f" {self.unit}"
        self.bar = tqdm(total=self.total, initial=self.done, unit=unit, leave=False, file=sys.stderr)

    def close(self) -> None:
        """Takes the bar away."""
        with self.lock:
            self.is_closed = True
            if self.bar is not None:
                self.bar.close()

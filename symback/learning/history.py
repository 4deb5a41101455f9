"""Every round of a training in doubles, thinned where there are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_ROWS = 20_000
_THINNER = 10


@dataclass(frozen=True)
class History:
    """Rows of doubles: what training gave after so many rounds. About fourteen digits of each hold."""

    names: tuple[str, ...]
    rounds: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]
    """For each round a number for each name."""
    every: int
    """1 where no round is left out; else every so manieth is there, and the last one."""

    def __getitem__(self, name: str) -> tuple[float, ...]:
        """The numbers of one quantity over the rounds; raises KeyError for one that was not followed."""
        if name not in self.names:
            raise KeyError(name)
        place = self.names.index(name)
        return tuple(row[place] for row in self.rows)

    def __len__(self) -> int:
        return len(self.rounds)


@dataclass
class Recorder:
    """Takes rows while a training runs, and keeps every 10th, 100th, ... once there are too many."""

    names: tuple[str, ...]
    most: int = MOST_ROWS
    every: int = 1
    kept: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)
    _last: tuple[int, tuple[float, ...]] | None = None

    def add(self, done: int, row: Sequence[float]) -> None:
        """The row after so many rounds."""
        self._last = (done, tuple(row))
        if done % self.every:
            return
        self.kept.append(self._last)
        if len(self.kept) > self.most:
            self.every *= _THINNER
            self.kept = [one for one in self.kept if one[0] % self.every == 0]

    def history(self) -> History:
        """All that was kept, and the last row."""
        kept = list(self.kept)
        if self._last is not None and (not kept or kept[-1][0] != self._last[0]):
            kept.append(self._last)
        return History(self.names, tuple(done for done, _ in kept), tuple(row for _, row in kept), self.every)

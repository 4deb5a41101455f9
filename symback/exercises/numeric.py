"""What the kinds that ask for numbers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symback.exercises.kind import Blank, Task
from symback.exercises.model import NO_NAMES
from symback.exercises.setting import MOST_BOXES, Setting, spread


def asking(
    setting: Setting,
    names: Iterable[str],
    *,
    points: int = 1,
    most: int = MOST_BOXES,
    symbols: Mapping[str, str] = NO_NAMES,
) -> Iterator[Task]:
    """A task that asks for these quantities, or for some of too many; none without any.

    The sentences may name what all papers have: the sample that is meant.
    """
    blanks = tuple(Blank(name, points) for name in spread(list(dict.fromkeys(names)), most))
    if blanks:
        yield Task(blanks, symbols, {"sample": setting.sample})

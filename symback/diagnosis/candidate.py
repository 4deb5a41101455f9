"""A possible explanation: mistakes at places, and the numbers that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from symback.balls import Numeric
from symback.diagnosis.asked import Asked
from symback.mistakes.mistake import Kind, Scope
from symback.mistakes.placing import Placed
from symback.mistakes.workings import Workings


@dataclass(frozen=True, slots=True)
class Part:
    """One mistake of an explanation, as it was made."""

    identifier: str
    kind: Kind
    scope: Scope
    rank: int
    """The simpler the sentence, the lower."""
    facts: Mapping[str, str]
    focus: str
    """The quantity in which it shows first among those that the asked ones need."""
    changed: tuple[str, ...]
    """All quantities whose formula it changes."""
    placed: Placed | None = None
    """None for what is no change of a formula: counting rounds, rounding, copying."""
    away: int = 2
    """0 if it changes the formula of an asked quantity, 1 if that of one in such a formula, else 2."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Mistakes together, and the number that they give for each asked quantity."""

    parts: tuple[Part, ...]
    predicted: Mapping[str, float]
    workings: Workings | None = None
    """With the wrong formulas in place; None for what is no change of a formula."""
    is_tight: bool = False
    exactly: Callable[[], Mapping[str, Numeric]] | None = None
    """The exact numbers, where they do not follow from `workings`."""

    @property
    def kind(self) -> Kind:
        """Of the least likely part."""
        return max(part.kind for part in self.parts)

    @property
    def key(self) -> tuple[object, ...]:
        """Simplest first: fewer mistakes, tight, with a simple sentence, named, in a small place."""
        return (
            len(self.parts),
            not self.is_tight,
            max(part.rank for part in self.parts),
            sum(part.kind for part in self.parts),
            max(part.away for part in self.parts),
            max(part.scope for part in self.parts),
        )

    def distance(self, asked: Iterable[Asked]) -> float:
        """The largest relative difference between what was given and what is predicted."""
        found = 0.0
        for one in asked:
            value = self.predicted[one.name]
            gap = abs(one.value - value)
            found = max(found, gap / abs(value) if value else gap)
        return found


def fit_of(asked: Sequence[Asked], predicted: Mapping[str, float]) -> tuple[bool, bool]:
    """Whether all numbers fit, and whether all fit tightly. A right number must stay right."""
    tight = True
    for one in asked:
        value = predicted[one.name]
        if one.fits_tightly(value):
            continue
        if not one.fits(value):
            return False, False
        tight = False
    return True, tight

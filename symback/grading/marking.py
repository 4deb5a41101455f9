"""One student's numbers, each with exactly one status: the best of few ways to go through the boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symback.grading.outcome import Outcome
from symback.grading.reading import Reading
from symback.grading.run import Ground, Run
from symback.grading.statuses import DEFAULT_SHARES, Status
from symback.graph import Role

WORTH: Mapping[Status, Fraction] = DEFAULT_SHARES
"""What decides between two ways to understand a student's numbers."""


def mark(ground: Ground, readings: Sequence[Reading]) -> list[Outcome]:
    """What became of each of these boxes, in the same order; all of them ask for numbers.

    A convention is only one where it explains more than mistakes do; else the mistakes are told.
    """
    ordered = in_order(ground, readings)
    plain = Run(ground, ordered)
    best = plain.outcomes()
    others = [Run(ground, ordered, agreed=plain.agreement)] if plain.agreement is not None else []
    if _may_have_turned(ground, readings):
        others.append(Run(ground, ordered, turned=True))
    for run in others:
        other = run.outcomes()
        if not run.is_refuted and _credit(other) > _credit(best):
            best = other
    by_box = {one.reading.box.number: one for one in best}
    return [by_box[one.box.number] for one in readings]


def in_order(ground: Ground, readings: Sequence[Reading]) -> list[Reading]:
    """As on the paper, but each box after those that it is computed from."""
    places, needs = ground.workings.places, ground.workings.needs
    left = list(readings)
    found: list[Reading] = []

    def take(reading: Reading) -> None:
        left.remove(reading)
        place = places[reading.box.quantity]
        for other in [one for one in left if needs[place] >> places[one.box.quantity] & 1]:
            if other in left and places[other.box.quantity] != place:
                take(other)
        found.append(reading)

    while left:
        take(left[0])
    return found


def _may_have_turned(ground: Ground, readings: Sequence[Reading]) -> bool:
    """Whether some delta has the other sign than it should have."""
    return any(
        one.answer is not None
        and one.value * one.key < 0
        and ground.workings.role(one.box.quantity) is Role.DELTA
        for one in readings
    )


def _credit(outcomes: Sequence[Outcome]) -> Fraction:
    return sum((WORTH[one.status] for one in outcomes), Fraction(0))

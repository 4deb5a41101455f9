"""Whether a number follows from a student's own earlier numbers, and was still worth computing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.grading.comparing import Judge, Match
from symback.grading.own_values import OwnValues
from symback.grading.reading import Reading


@dataclass(frozen=True, slots=True)
class Follows:
    """What a number follows from."""

    match: Match
    used: tuple[int, ...]
    """The places of own numbers that make a difference."""
    expected: float
    is_trivial: bool
    """Whether these leave nothing to compute: a zero or one among them, or a result that needs no work."""
    sign: int = 1


def follows(own: OwnValues, reading: Reading, place: int, sign: int = 1) -> Follows | None:
    """The own numbers that give what stands in a box, if any do; `sign` is -1 for the other sign of delta."""
    region, ends = own.around(place)
    slack = 0.0 if own.workings.decimals is None else 10.0**-own.workings.decimals
    judge = Judge(reading, own.reach_of_digits(place, region, ends), slack)
    tolerance = reading.tolerance
    moved = [end for end in ends if own.pins[end].value != own.pins[end].right]
    used = [end for end in moved if _matters(own, place, region, end, tolerance)]
    best: Follows | None = None
    for numbers, kept in _alternatives(own, used):
        if not kept and sign > 0:
            continue
        value = sign * own.with_numbers(place, region, numbers)
        match = judge.match(value)
        if match and (best is None or match > best.match):
            best = Follows(match, tuple(kept), value, _is_trivial(own, place, kept, value, tolerance), sign)
    return best


def _matters(own: OwnValues, place: int, region: int, end: int, tolerance: float) -> bool:
    """Whether a number that is not the right one makes a difference in the sheet's digits."""
    without = own.with_numbers(place, region, {end: own.pins[end].right})
    return not abs(without - own.values[place]) <= tolerance / 4


def _alternatives(own: OwnValues, used: list[int]) -> Iterator[tuple[dict[int, float], list[int]]]:
    """Ways to go on: with all own numbers, with what was only rounded kept exact, with one of them right.

    Each with the places of the own numbers that are left. A student who wrote a number down wrongly may have
    gone on with the right one.
    """
    yield {}, used
    near = {end: own.pins[end].right for end in used if own.pins[end].is_near}
    if near:
        yield near, [end for end in used if end not in near]
    if len(used) > 1:
        for end in used:
            yield {end: own.pins[end].expected}, [other for other in used if other != end]
    typed = {end: number for end in used if (number := own.pins[end].typed) is not None}
    if typed:
        yield typed, used


def _is_trivial(own: OwnValues, place: int, used: list[int], value: float, tolerance: float) -> bool:
    """Whether own numbers made the step trivial: no credit for 0 times something.

    A 1 that a mistake gave whose name is known, such as a derivative that was left out, is no trick.
    """
    pins = [own.pins[end] for end in used]
    bare = [pin for pin in pins if _is_bare(pin.value, tolerance) and not _is_bare(pin.right, tolerance)]
    if any(not pin.is_named or abs(pin.value) <= tolerance for pin in bare):
        return True
    return not bare and _is_bare(value, tolerance) and not _is_bare(own.workings.values[place], tolerance)


def _is_bare(value: float, tolerance: float) -> bool:
    """Whether it is 0, 1 or -1 in the digits of the sheet."""
    return abs(value) <= tolerance or abs(abs(value) - 1) <= tolerance

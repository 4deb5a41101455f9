"""Numbers that are right under another convention, and lines that were exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from symback.answer_numbers import Answer
from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate
from symback.diagnosis.conventions import conventions
from symback.grading.comparing import Judge
from symback.grading.reading import Reading, decimals_of, key_of, tolerance_of
from symback.graph import Role
from symback.mistakes.workings import Workings

SHORTEST_SHIFT = 3
"""So many numbers have to be a line too far up or down to be taken for one slip."""
SEVERAL_DIGITS = 3
"""A number with fewer significant digits may be found in another box by chance."""
_UNLIKE = frozenset({Role.ACTIVATION, Role.NET_INPUT})
"""What no convention changes."""


def agreeing(workings: Workings, readings: Sequence[Reading]) -> tuple[Candidate, frozenset[str]] | None:
    """The conventions under which wrong numbers are right, and the quantities that they make right.

    First of all numbers together. Where other numbers are wrong for other reasons, of those that a convention
    makes right beside all that is right; numbers of one convention must agree with each other.
    """
    asked = {one.name: one for reading in readings if (one := _asked(workings, reading)) is not None}
    wrong = [one for one in asked.values() if not one.is_right]
    suspects = [one for one in wrong if workings.role(one.name) not in _UNLIKE and _is_near(workings, one)]
    if not suspects:
        return None
    candidate = conventions(workings, list(asked.values()))
    if candidate is not None:
        return candidate, frozenset(one.name for one in wrong)
    right = [one for one in asked.values() if one.is_right]
    alone = [one for one in suspects if conventions(workings, [*right, one]) is not None]
    if not alone:
        return None
    candidate = conventions(workings, [*right, *alone])
    return None if candidate is None else (candidate, frozenset(one.name for one in alone))


def _is_near(workings: Workings, one: Asked) -> bool:
    """Whether it is the number of a quantity of its role, but for sign, half and double."""
    role = workings.role(one.name)
    numbers = [
        abs(value)
        for name, value in zip(workings.names, workings.values, strict=True)
        if workings.role(name) is role
    ]
    sizes = [size for number in numbers for size in (number, 2 * number, number / 2)]
    return any(one.fits_tightly(size) or one.fits_tightly(-size) for size in sizes)


def _asked(workings: Workings, reading: Reading) -> Asked | None:
    """A number beside the right one; what is right counts as the key itself."""
    answer, box = reading.answer, reading.box
    if answer is None or box.quantity not in workings.places:
        return None
    name = workings.name(box.quantity)
    right = workings.value(name)
    if reading.is_key:
        decimals = decimals_of(box)
        key = key_of(box)
        answer = Answer(box.value, key, decimals, max(1, len(box.value.strip("-0.").replace(".", ""))))
        return Asked(name, answer, right, float(answer.unit), 0.0, right, True, box.quantity)
    if not Judge(reading).has_all_digits:
        return None
    unit = max(float(answer.unit), 2 * reading.tolerance)
    return Asked(name, answer, reading.value, unit, 0.0, right, False, box.quantity)


def exchanged(readings: Sequence[Reading]) -> Mapping[str, str]:
    """By box, the box whose number stands there: lines that were exchanged, or all a line too far down."""
    wrong = [one for one in readings if one.answer is not None and not one.is_key]
    free = [one for one in readings if one.answer is None or not one.is_key]
    belongs: dict[str, str] = {}
    for reading in wrong:
        fitting = [other.box.number for other in free if _is_key_of(reading, other)]
        own = [other for other in free if other.box.quantity == reading.box.quantity]
        if len(fitting) == 1 and len(own) == 1:
            belongs[reading.box.number] = fitting[0]
    found: dict[str, str] = {}
    for start in belongs:
        chain = [start]
        while chain[-1] in belongs and belongs[chain[-1]] not in chain:
            chain.append(belongs[chain[-1]])
        is_round = belongs.get(chain[-1]) == start
        if is_round or len(chain) > SHORTEST_SHIFT:
            found |= {one: belongs[one] for one in chain if one in belongs}
    return found


def _is_key_of(reading: Reading, other: Reading) -> bool:
    answer = reading.answer
    assert answer is not None
    if abs(reading.value - other.key) > 2 * other.tolerance:
        return False
    if other is reading or answer.significant < SEVERAL_DIGITS or not other.box.tolerance:
        return False
    gap: Fraction = abs(answer.value - key_of(other.box))
    return gap <= tolerance_of(other.box) and answer.value != 0

"""What is right under another convention: the sign of delta, one half in the error, the order of weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product

from symback.balls import Numeric
from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part
from symback.diagnosis.exact import exact_values
from symback.diagnosis.grouping import FEWEST_DIGITS
from symback.graph import Role
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.mistake import Kind, Scope
from symback.mistakes.placing import places_of
from symback.mistakes.transposing import transposed
from symback.mistakes.workings import Workings
from symback.naming import parts_of

OTHER_SIGN = "other-sign-of-delta"
OTHER_HALF = "error-without-half"
WITH_HALF = "error-with-half"
ORDER = "weights-numbered-by-columns"
IDENTIFIERS = (OTHER_SIGN, OTHER_HALF, WITH_HALF, ORDER)
_BACKWARD = frozenset({Role.DELTA, Role.GRADIENT, Role.DERIVATIVE, Role.CONTRIBUTION, Role.LOCAL_DERIVATIVE})


def conventions(workings: Workings, asked: Sequence[Asked]) -> Candidate | None:
    """The fewest conventions under which every number is right; None if there are none."""
    choices = [choice for choice in product((False, True), (False, True), (False, True)) if any(choice)]
    for sign, half, order in sorted(choices, key=sum):
        for identifiers, values, meant in _under(workings, asked, sign=sign, half=half, order=order):
            predicted = {name: sign * values.value(other) for name, (sign, other) in meant.items()}
            if all(_agrees(one, predicted[one.name]) for one in asked):
                facts = {"quantity": next(one.name for one in asked if not one.is_right)}
                parts = tuple(
                    Part(identifier, Kind.NAMED, Scope.EVERYWHERE, 0, facts, identifier, ())
                    for identifier in identifiers
                )
                return Candidate(parts, predicted, None, True, partial(_exactly, values, meant))
    return None


def _agrees(one: Asked, value: float) -> bool:
    """Few digits have to be rounded, not truncated, and one digit tells nothing."""
    if one.is_right or one.significant >= FEWEST_DIGITS:
        return one.fits_tightly(value)
    return one.significant > 1 and one.fits_tightly(value) and abs(one.value - value) <= one.unit / 2


Meant = dict[str, tuple[int, str]]
"""For each asked quantity a sign, and the quantity that is meant."""


def _exactly(values: Workings, meant: Meant) -> dict[str, Numeric]:
    exact = exact_values(values, {other for _, other in meant.values()})
    return {name: exact[other] if sign > 0 else -exact[other] for name, (sign, other) in meant.items()}


def _under(
    workings: Workings, asked: Sequence[Asked], *, sign: bool, half: bool, order: bool
) -> Iterator[tuple[list[str], Workings, Meant]]:
    """What each number should be under these conventions, where the numbers given show them at all."""
    identifiers = []
    values = workings
    if half:
        rewritten = _with_other_half(workings)
        shows = any(workings.role(one.name) in (Role.ERROR, Role.TOTAL_ERROR) for one in asked)
        if rewritten is None or not shows:
            return
        identifier, values = rewritten
        identifiers.append(identifier)
    meant = {one.name: (1, one.name) for one in asked}
    if order:
        moved = _moved(workings, asked)
        if not moved:
            return
        meant |= {name: (1, other) for name, other in moved.items()}
        identifiers.append(ORDER)
    if sign:
        turned = _turned(workings, asked)
        if not turned:
            return
        meant |= {name: (-1, meant[name][1]) for name in turned}
        identifiers.append(OTHER_SIGN)
    yield identifiers, values, meant


def _with_other_half(workings: Workings) -> tuple[str, Workings] | None:
    """The workings with 1/2 left out of the error, and so with twice the derivative; or the reverse."""
    for identifier, names in (
        (OTHER_HALF, ("half-left-out-of-error", "factor-two-left-over")),
        (WITH_HALF, ("extra-half-in-error", "extra-half")),
    ):
        changes = {}
        for name in names:
            largest = max(places_of(workings, MISTAKES[name]), key=lambda one: len(one.wrongs), default=None)
            changes[name] = largest.formulas if largest is not None else {}
        if all(changes.values()):
            changed = workings.with_formulas({**changes[names[0]], **changes[names[1]]})
            if changed is not None:
                return identifier, changed
    return None


def _turned(workings: Workings, asked: Sequence[Asked]) -> list[str]:
    """The numbers that have the other sign where delta has it.

    Those called delta; other derivatives of an error only where the new weights are right, so that the step
    must have been added.
    """
    adds = any(workings.role(one.name) is Role.UPDATED and one.is_right for one in asked)
    found = []
    for one in asked:
        is_delta = one.label.startswith("delta")
        role = workings.role(one.name)
        of = parts_of(one.name).of
        is_slope = role in _BACKWARD and (of.startswith("E") or not of)
        if (is_delta or (adds and is_slope)) and not one.is_right:
            found.append(one.name)
    deltas = [one for one in asked if one.label.startswith("delta") and one.right]
    if found and any(one.is_right for one in deltas):
        return []  # some deltas with one sign, some with the other
    return found


def _moved(workings: Workings, asked: Sequence[Asked]) -> Mapping[str, str]:
    """For each number about a weight the quantity that it is when weights are numbered by columns."""
    other = transposed(workings)
    back = {name: weight for weight, name in other.items()}
    found = {}
    for one in asked:
        parts = parts_of(one.name)
        moved = one.name
        if not parts.is_derivative and one.name in back:
            moved = back[one.name]
        elif parts.by in back and parts.of.startswith("E") and not parts.then:
            moved = f"d{parts.of}/d{back[parts.by]}{parts.state}"
        if moved != one.name and moved in workings.places:
            found[one.name] = workings.name(moved)
    return found

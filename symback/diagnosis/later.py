"""Numbers after several updates: only mistakes of the update, and of counting, are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part, fit_of
from symback.diagnosis.rounds import Training
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.mistake import Kind, Mistake, Scope
from symback.mistakes.placing import Placed, places_of
from symback.mistakes.slips import identifier
from symback.mistakes.workings import Workings

MANY_ROUNDS = 2_000
"""After more updates a mistake is tried only where it changes most: each trial trains anew."""
FEWER = "one-round-fewer"
MORE = "one-round-more"
COUNTS = {FEWER: -1, MORE: 1}


def explained_later(workings: Workings, asked: Sequence[Asked]) -> list[Candidate]:
    """The mistakes that explain all numbers, some of which are after several updates."""
    return [candidate for candidate in _candidates(workings, asked) if candidate is not None]


def _candidates(workings: Workings, asked: Sequence[Asked]) -> Iterator[Candidate | None]:
    first = next(one.name for one in asked if not one.is_right)
    for name, shift in COUNTS.items():
        predicted = _predicted(workings, asked, shift)
        part = Part(name, Kind.NAMED, Scope.EVERYWHERE, 0, {"quantity": first}, name, ())
        yield _fitting(part, predicted, asked, workings=None)
    is_long = max(int(one.name.rpartition("@")[2]) for one in asked if "@" in one.name) > MANY_ROUNDS
    for mistake in MISTAKES:
        for placed in _of_update(workings, mistake, everywhere=is_long):
            changed = workings.with_formulas(placed.formulas)
            if changed is not None:
                predicted = _predicted(changed, asked, 0)
                yield _fitting(_part(workings, placed, first), predicted, asked, changed)


def _of_update(workings: Workings, mistake: Mistake, *, everywhere: bool) -> list[Placed]:
    """A mistake of updates in each layer, or only where it changes most."""
    if not mistake.is_of_update:
        return []
    found = [one for one in places_of(workings, mistake) if one.place.scope >= Scope.LAYER or len(one.wrongs) > 1]
    return sorted(found, key=lambda one: -len(one.wrongs))[:1] if everywhere else found


def _part(workings: Workings, placed: Placed, first: str) -> Part:
    changed = tuple(wrong.quantity for wrong in placed.wrongs)
    facts = {**placed.facts, "quantity": changed[0], "asked": first}
    name = identifier(placed.mistake, placed.wrongs[0], workings)
    return Part(name, Kind.NAMED, placed.place.scope, 0, facts, changed[0], changed, placed)


def _fitting(
    part: Part, predicted: dict[str, float] | None, asked: Sequence[Asked], workings: Workings | None
) -> Candidate | None:
    if predicted is None:
        return None
    fits, tight = fit_of(asked, predicted)
    return Candidate((part,), predicted, workings, tight) if fits else None


def _predicted(workings: Workings, asked: Sequence[Asked], shift: int) -> dict[str, float] | None:
    """The number of each asked quantity; None where it cannot be had."""
    later = [one.name for one in asked if "@" in one.name]
    rounds = {int(name.rpartition("@")[2]) + shift for name in later}
    bases = list(dict.fromkeys(name.rpartition("@")[0] for name in later))
    numbers = Training(workings).numbers(rounds, bases)
    predicted: dict[str, float] = {}
    for one in asked:
        base, at, count = one.name.rpartition("@")
        if not at:
            predicted[one.name] = workings.value(one.name)
            continue
        value = numbers.get(int(count) + shift, {}).get(base)
        if value is None:
            return None
        predicted[one.name] = value
    return predicted

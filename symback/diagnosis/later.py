"""Numbers after several updates: only mistakes of the update, and of counting, are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from symback.balls import Numeric, nearest_float
from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part, fit_of
from symback.diagnosis.exact import Trained, exact_values, trained_values
from symback.diagnosis.rounds import Training
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.mistake import Kind, Mistake, Scope
from symback.mistakes.placing import Placed, places_of
from symback.mistakes.slips import identifier
from symback.mistakes.workings import Workings
from symback.naming import after_updates

MANY_ROUNDS = 2_000
"""After more updates a mistake is tried only where it changes most: each trial trains anew."""
FEWER = "one-round-fewer"
MORE = "one-round-more"
COUNTS = {FEWER: -1, MORE: 1}


def explained_later(workings: Workings, asked: Sequence[Asked], trained: Trained) -> list[Candidate]:
    """The mistakes that explain all numbers, some of which are after several updates.

    `trained` has the exact right numbers after as many updates, and after one more and one fewer.
    """
    return [candidate for candidate in _candidates(workings, asked, trained) if candidate is not None]


def _candidates(workings: Workings, asked: Sequence[Asked], trained: Trained) -> Iterator[Candidate | None]:
    first = next(one.name for one in asked if not one.is_right)
    for name, shift in COUNTS.items():
        exactly = partial(_exactly, workings, asked, shift, trained)
        predicted: dict[str, float] | None = {
            asked_name: nearest_float(value) for asked_name, value in exactly().items()
        }
        part = Part(name, Kind.NAMED, Scope.EVERYWHERE, 0, {"quantity": first}, name, ())
        yield _fitting(part, predicted, asked, None, exactly)
    is_long = max(after_updates(one.name)[1] for one in asked if "@" in one.name) > MANY_ROUNDS
    for mistake in MISTAKES:
        for placed in _of_update(workings, mistake, everywhere=is_long):
            changed = workings.with_formulas(placed.formulas)
            if changed is not None:
                exactly = partial(_exactly, changed, asked, 0, None)
                predicted = _predicted(changed, asked)
                yield _fitting(_part(workings, placed, first), predicted, asked, changed, exactly)


def _of_update(workings: Workings, mistake: Mistake, *, everywhere: bool) -> list[Placed]:
    """A mistake of updates in each layer, or only where it changes most."""
    if not mistake.is_of_update:
        return []
    found = [
        one for one in places_of(workings, mistake) if one.place.scope >= Scope.LAYER or len(one.wrongs) > 1
    ]
    return sorted(found, key=lambda one: -len(one.wrongs))[:1] if everywhere else found


def _part(workings: Workings, placed: Placed, first: str) -> Part:
    changed = tuple(wrong.quantity for wrong in placed.wrongs)
    own = f"{first.partition('@')[0]}+"
    focus = own if own in changed else changed[0]
    facts = {**placed.facts, "quantity": focus, "asked": first}
    name = identifier(placed.mistake, placed.wrongs[0], workings)
    return Part(name, Kind.NAMED, placed.place.scope, 0, facts, focus, changed, placed)


def _fitting(
    part: Part,
    predicted: dict[str, float] | None,
    asked: Sequence[Asked],
    workings: Workings | None,
    exactly: Callable[[], dict[str, Numeric]],
) -> Candidate | None:
    if predicted is None:
        return None
    fits, tight = fit_of(asked, predicted)
    return Candidate((part,), predicted, workings, tight, exactly) if fits else None


def _exactly(
    workings: Workings, asked: Sequence[Asked], shift: int, trained: Trained | None
) -> dict[str, Numeric]:
    """The exact number of each asked quantity, so many updates too late."""
    later = [after_updates(one.name) for one in asked if "@" in one.name]
    if trained is None:
        rounds = {count + shift for _, count in later}
        trained = trained_values(workings, sorted({base for base, _ in later}), rounds)
    now = exact_values(workings, [one.name for one in asked if "@" not in one.name])
    return now | {f"{base}@{count}": trained[count + shift][base] for base, count in later}


def _predicted(workings: Workings, asked: Sequence[Asked]) -> dict[str, float] | None:
    """The number of each asked quantity in floats; None where it cannot be had."""
    later = [after_updates(one.name) for one in asked if "@" in one.name]
    numbers = Training(workings).numbers({count for _, count in later}, dict.fromkeys(b for b, _ in later))
    predicted = {one.name: workings.value(one.name) for one in asked if "@" not in one.name}
    for base, count in later:
        value = numbers.get(count, {}).get(base)
        if value is None:
            return None
        predicted[f"{base}@{count}"] = value
    return predicted

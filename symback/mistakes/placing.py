"""A mistake at its places: in one quantity, one unit, one layer, everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from symback.expression import Expression
from symback.graph import Quantity
from symback.mistakes.mistake import Kind, Mistake, Scope, Wrong
from symback.mistakes.workings import Workings
from symback.naming import parts_of


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the network; `unit` and `quantity` are names, 0 and "" where a larger part is meant."""

    scope: Scope
    layer: int = 0
    unit: str = ""
    quantity: str = ""


_INDEX = re.compile(r"\[[^\]]*\]")
EVERYWHERE = Place(Scope.EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A mistake at a place: the wrong formulas that go together."""

    mistake: Mistake
    place: Place
    wrongs: tuple[Wrong, ...]

    @property
    def formulas(self) -> dict[str, Expression]:
        """The wrong formulas by quantity."""
        return {wrong.quantity: wrong.formula for wrong in self.wrongs}

    @property
    def facts(self) -> Mapping[str, str]:
        """What the sentence needs, of the first wrong formula."""
        return self.wrongs[0].facts


def placed(workings: Workings, mistakes: Iterable[Mistake]) -> Iterator[Placed]:
    """Every mistake at every place where it changes a formula."""
    for mistake in mistakes:
        yield from places_of(workings, mistake)


def places_of(workings: Workings, mistake: Mistake, names: Iterable[str] | None = None) -> Iterator[Placed]:
    """One mistake at every place, or in these quantities alone; smaller places first, none twice."""
    variants: dict[str, list[Wrong]] = {}
    for wrong in found(workings, mistake, names):
        variants.setdefault(wrong.variant, []).append(wrong)
    for wrongs in variants.values():
        groups: dict[Place, list[Wrong]] = {}
        for wrong in wrongs:
            for place in _around(workings.quantity(wrong.quantity), mistake):
                groups.setdefault(place, []).append(wrong)
        seen: set[frozenset[str]] = set()
        for place in sorted(groups, key=lambda place: place.scope):
            together = groups[place]
            quantities = frozenset(wrong.quantity for wrong in together)
            if quantities not in seen:
                seen.add(quantities)
                yield Placed(mistake, place, tuple(together))


def found(workings: Workings, mistake: Mistake, names: Iterable[str] | None = None) -> Iterator[Wrong]:
    """All wrong formulas of a mistake that differ from the formula that stands there."""
    everywhere = workings.given if mistake.needs_given else workings.formulas
    for name in everywhere if names is None else names:
        yield from wrongs_of(workings, mistake, name)


def wrongs_of(workings: Workings, mistake: Mistake, name: str) -> Iterator[Wrong]:
    """The wrong formulas of a mistake for one quantity."""
    formula = workings.formula(name)
    if formula is None and not mistake.needs_given:
        return
    for wrong in mistake.find(workings, workings.quantity(name), formula):  # type: ignore[arg-type]
        if wrong.formula != formula:
            yield wrong


def _around(quantity: Quantity, mistake: Mistake) -> Iterator[Place]:
    """The places that hold a quantity, from the scope of the mistake on."""
    if mistake.scope <= Scope.QUANTITY:
        yield Place(Scope.QUANTITY, quantity.layer, quantity.unit, quantity.name)
        if "[" in quantity.name:
            yield Place(Scope.QUANTITY, quantity.layer, quantity.unit, without_index(quantity.name))
    if mistake.scope <= Scope.UNIT:
        unit = quantity.unit or parts_of(quantity.name).by
        if unit:
            yield Place(Scope.UNIT, quantity.layer, unit)
    if mistake.scope <= Scope.LAYER and quantity.layer:
        yield Place(Scope.LAYER, quantity.layer)
    if mistake.kind is Kind.NAMED:
        yield EVERYWHERE


def without_index(name: str) -> str:
    """The name without samples and steps: what they have in common."""
    return _INDEX.sub("", name)

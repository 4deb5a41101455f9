"""Mistakes in taking over given numbers, as changes of numbers: which they are depends on the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from symback.graph import Graph, Quantity, Role
from symback.mistakes.given import MISREAD, MOST_PAIRS, exchanges
from symback.mistakes.workings import Workings

Change = Mapping[int, float]
"""Wrong numbers by the place of the given quantity."""


@dataclass(frozen=True, slots=True)
class Misreading:
    """Given quantities that take the numbers of others, or of themselves with the point moved."""

    takes: tuple[tuple[str, str], ...]
    """Which takes the number of which."""
    shift: int = 0
    """So many places the point is moved to the right."""

    def of(self, workings: Workings) -> Change:
        """The wrong numbers where these are right."""
        scale = (0.1, 1.0, 10.0)[self.shift + 1]
        return {workings.places[name]: workings.given[other] * scale for name, other in self.takes}


def misreadings(graph: Graph) -> list[Misreading]:
    """Those that every network has: inputs or targets exchanged, and points moved."""
    found = [Misreading(takes) for role in (Role.INPUT, Role.TARGET) for takes in _swaps(graph, role)]
    names = [quantity.name for quantity in graph.with_role(*sorted(MISREAD)) if quantity.formula is None]
    return found + [Misreading(((name, name),), shift) for name in names for shift in (1, -1)]


def exchanged(workings: Workings, texts: Mapping[str, str]) -> Iterator[Change]:
    """Two neighbouring digits exchanged in one number, where this is not as if its point were moved."""
    for name, text in texts.items():
        for wrong in other_readings(text, workings.given[name]):
            yield {workings.places[name]: wrong}


def other_readings(text: str, right: float) -> Iterator[float]:
    """The numbers that a decimal becomes where two neighbouring digits are exchanged, but no moved points."""
    for wrong in map(float, exchanges(text)):
        if all(abs(wrong - right * scale) > 1e-9 for scale in (10, 0.1)):
            yield wrong


def _swaps(graph: Graph, role: Role) -> Iterator[tuple[tuple[str, str], ...]]:
    """Which names take the numbers of which: pairs of units, in all samples and steps."""
    groups: dict[tuple[int, int | None], list[Quantity]] = {}
    for quantity in graph.with_role(role):
        groups.setdefault((quantity.sample, quantity.step), []).append(quantity)
    swaps: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for alike in groups.values():
        pairs = combinations(alike, 2) if len(alike) <= MOST_PAIRS else pairwise(alike)
        for first, second in pairs:
            units = (first.unit, second.unit)
            swaps.setdefault(units, []).extend([(first.name, second.name), (second.name, first.name)])
    yield from (tuple(pairs) for pairs in swaps.values())

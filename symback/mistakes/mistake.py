"""What a mistake is: a name, and which formulas it puts in place of the right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from symback.expression import Expression
from symback.graph import Quantity
from symback.mistakes.workings import Workings


class Kind(IntEnum):
    """How much a mistake needs to be believed; the likelier comes first."""

    NAMED = 1
    """One of those that people are known to make."""
    SLIP = 2
    """Made from a formula by one change, as a pen may slip."""


class Scope(IntEnum):
    """The smallest part of a network in which a mistake is tried; then each larger one, and everywhere."""

    QUANTITY = 1
    """One quantity, and all those of its name at other samples and steps."""
    UNIT = 2
    LAYER = 3
    EVERYWHERE = 4


NO_FACTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong formula for one quantity."""

    quantity: str
    formula: Expression
    variant: str = ""
    """Tells apart several ways to make the same mistake; wrong formulas of one variant go together."""
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)
    """What the sentence needs: names of quantities, and words that the template knows."""
    focus: str = ""
    """The quantity that is really meant, where it is another: a factor that is left out."""


Find = Callable[[Workings, Quantity, Expression], Iterable[Wrong]]
"""The wrong formulas that a mistake gives to one quantity, whose formula (None for a given one) is given."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that can be made in any network.

    `find` looks at one quantity at a time. Wrong formulas of the same variant are put together: for each
    part of the network of the size `scope`, for each larger one, and everywhere.
    """

    name: str
    """In plain words, with hyphens."""
    find: Find
    scope: Scope = Scope.UNIT
    kind: Kind = Kind.NAMED
    is_of_update: bool = False
    """Whether it can be made in the steps of an update, again in each round."""
    needs_given: bool = False
    """Whether it looks at given numbers, not at what is computed."""

"""Printed shapes: pieces of text with slots for names, and what the surroundings must know of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symback.records import record


class Position(Enum):
    """Where a slot stands, which decides when its filling needs brackets."""

    PLAIN = 0
    """At the start of something: anything may stand there."""
    INNER = 1
    """After an operator: a negative number needs brackets."""
    BASE = 2
    """Under an exponent: a negative number or a compound symbol needs brackets."""


@record(frozen=True, slots=True)
class Slot:
    """The place of a name in a printed shape."""

    place: int
    position: Position


@dataclass(frozen=True, slots=True)
class Variable:
    """The place of the name by which something is differentiated; always a symbol."""

    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """The place of a word under a brace; `place` is the name that the brace marks, or -1."""

    key: str
    place: int


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a long formula may go on in the next line; nothing otherwise. Lower costs are better."""

    cost: int


Piece = str | Slot | Variable | Label | Break


class Level(Enum):
    """How tightly a printed expression binds."""

    SUM = 0
    NEGATIVE = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


@record(frozen=True, slots=True)
class Printed:
    """Pieces with what the surroundings must know of them."""

    pieces: tuple[Piece, ...]
    level: Level
    is_tall: bool = False
    opens_bracket: bool = False

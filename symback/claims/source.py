"""What stands in a document: formulas, chains read from them, numbers in prose, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symback.expression import Expression

Notation = Literal["latex", "ascii"]
ProblemKind = Literal["unreadable", "unresolved"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a document; line and column count from 1."""

    line: int
    column: int

    def after(self, text: str, offset: int) -> Place:
        """The place of character `offset` of a text that begins here."""
        lines = text.count("\n", 0, offset)
        if not lines:
            return Place(self.line, self.column + offset)
        return Place(self.line + lines, offset - text.rfind("\n", 0, offset))


@dataclass(frozen=True, slots=True)
class Formula:
    """A piece of mathematics found in a document or given on the command line."""

    text: str
    """As it stands, without its delimiters."""
    notation: Notation
    place: Place = Place(1, 1)
    """Of the first character of `text`."""
    display: bool = False
    continues: bool = False
    """It starts with `=` and goes on with the chain of the formula before."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a chain a = b = c."""

    expression: Expression | None
    """A tree over canonical names; None if the side cannot be read."""
    text: str
    place: Place
    literal: str | None = None
    """The digits as written if the side is one bare number, with its sign: "0.0000351085", "-0.019"."""
    literals: tuple[tuple[str, ...], ...] = ()
    """The same by rows if the side is one matrix of bare numbers."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A chain that was read: sides[0] = sides[1] = ...; a formula without `=` has one side."""

    sides: tuple[Side, ...]
    formula: Formula
    continues: bool = False
    """Its first `=` stands before sides[0]: the left side is the last one of the statement before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a side cannot be used: it is not mathematics that we read, or a name in it is not known."""

    kind: ProblemKind
    message: str
    text: str
    """The part of the formula that it is about."""
    place: Place
    in_equation: bool = True
    """Whether it stands in a chain with an equals sign; `$h_1$` in a sentence claims nothing."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A number stated in prose beside a known name."""

    name: str | None
    """The canonical name that it is about, such as `E_total+` or `out_o1@10000`; None: not clear."""
    literal: str
    text: str
    place: Place

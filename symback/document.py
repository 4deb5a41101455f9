"""What a document is: sections of items, each with equations, tables and figures whose formulas are trees.

No words and no markup: a kind names the sentences in templates/documents, a format prints the marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from symback.expression import Expression, Name
from symback.figure.drawing import Drawing, Factor
from symback.records import record

if TYPE_CHECKING:
    from symback.plots import told


class Show(Enum):
    """How a row of an equation prints its formula."""

    SYMBOLS = "symbols"
    """With the symbols of its names."""
    NUMBERS = "numbers"
    """With numbers in place of the names."""
    VALUE = "value"
    """A name whose value stands alone, or a matrix of values."""


@record(frozen=True, slots=True)
class Row:
    """One right-hand side."""

    expression: Expression
    show: Show = Show.SYMBOLS
    optional: bool = False
    """A step on the way that is left out where it would be wider than the page."""


@record(frozen=True, slots=True)
class Equation:
    """left = first row = second row = ..., the equals signs under each other."""

    left: Expression
    rows: tuple[Row, ...]


class Cell(NamedTuple):
    """One entry of a table: a symbol or formula, a value, `symbol = value`, a number, the key of a word."""

    symbol: str = ""
    value: str = ""
    number: int | None = None
    word: str = ""
    unit: str = ""
    formula: Expression | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a heading; `kind` names its caption."""

    kind: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    """A cell that is a text is the name of a symbol alone."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The drawing of the network; `kind` names its caption, and the factors are those that are lit."""

    kind: str
    drawing: Drawing
    factors: tuple[Factor, ...] = ()
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """What its title and description say in plain text."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot; `kind` names its caption, and `make` computes what is plotted when a format shows it."""

    kind: str
    make: Callable[[], told.Plot]


Block = Equation | Table | Figure | Plot


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a section: `kind` chooses the sentences around the blocks.

    `symbols` are names that the sentences mention, by key, and `formulas` short formulas; `facts` are
    numbers, flags and words from the model.
    """

    kind: str
    blocks: tuple[Block, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    formulas: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a document."""

    kind: str
    items: tuple[Item, ...]
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `kind` names its template in templates/documents."""

    kind: str
    title: str
    sections: tuple[Section, ...]
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    name: str = ""
    """Of the network: labels begin with it, so that documents of several networks make one book."""

    @property
    def figures(self) -> tuple[Figure | Plot, ...]:
        """All figures, in order."""
        blocks = (block for section in self.sections for item in section.items for block in item.blocks)
        return tuple(block for block in blocks if isinstance(block, Figure | Plot))


def value_of(name: str) -> Row:
    """The row that holds the value of a quantity."""
    return Row(Name(name), Show.VALUE)

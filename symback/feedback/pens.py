"""How names, numbers and formulas are written: as plain text, or as mathematics in Markdown.

A part of a formula that is set apart stands between two marks in plain text, so that a terminal may colour
it, and is underlined in Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from markupsafe import Markup

from symback.dialects import ASCII, KATEX, Dialect
from symback.expression import Expression, Name
from symback.fillers import CanonicalNames, Symbols
from symback.naming import parts_of
from symback.notation import Notation
from symback.shapes import Position
from symback.typeset import Filler, typeset

BEGIN, END = "\x01", "\x02"
"""Around what is set apart in plain text."""
DOTS = "..."
"""The name that stands for the terms that are left out of a long sum."""
PLAIN = replace(ASCII, name="plain text", cases=("(if ", " then ", " else ", ")"))
"""As `verify` reads it, but two cases are told as a person would."""
TEXT = replace(PLAIN, name="marked text", mark=(BEGIN, "", END), colours=("",))
UNDERLINED = replace(KATEX, name="underlined", mark=(r"\underline{", "", "}"), colours=("",))


class Pen(Protocol):
    """Writes for one kind of reader."""

    @property
    def format_name(self) -> str:
        """In the table of formats."""

    def name(self, name: str) -> str:
        """A quantity."""

    def named(self, name: str, number: str) -> str:
        """A quantity with its number, if it has one."""

    def formula(self, formula: Expression) -> str:
        """A formula in symbols."""


@dataclass(frozen=True)
class Filled(Filler):
    """Names as their numbers, where they are known; else as another filler writes them."""

    symbols: Filler
    printed: Mapping[str, str]
    dialect: Dialect = ASCII
    numbers: bool = True
    most_columns: int = 4

    def slot(self, name: str, position: Position) -> str:
        """The number, in brackets where its sign, or what it is made of, would be misread."""
        text = self.printed.get(name, "")
        if not text:
            return self.symbols.slot(name, position)
        is_simple = text.replace(".", "", 1).isdecimal()
        number = self.dialect.number(text)
        if position is Position.PLAIN or is_simple:
            return number
        return self.dialect.group[0] + number + self.dialect.group[1]

    def variable(self, name: str) -> str:
        """The symbol."""
        return self.symbols.variable(name)

    def label(self, key: str, name: str) -> str:
        """There are no braces."""
        return ""

    def is_tall(self, name: str) -> bool:
        """Numbers stand on the line."""
        return not self.printed.get(name) and self.symbols.is_tall(name)


class _Names(CanonicalNames):
    """Canonical names, and dots for what is left out."""

    def slot(self, name: str, position: Position) -> str:
        return DOTS if name == DOTS else super().slot(name, position)


class _Signs(Symbols):
    """Symbols, and dots for what is left out."""

    def slot(self, name: str, position: Position) -> str:
        return self.dialect.dots if name == DOTS else super().slot(name, position)

    def is_tall(self, name: str) -> bool:
        return name != DOTS and super().is_tall(name)

    def texts(self, names: Sequence[str]) -> tuple[tuple[bool, ...], Sequence[str] | None]:
        return Filler.texts(self, names)  # each name by itself: there may be dots among them


@dataclass(frozen=True)
class PlainPen:
    """Plain text, in the names that `verify` reads."""

    format_name: str = "text"

    def name(self, name: str) -> str:
        """The canonical name."""
        return name

    def named(self, name: str, number: str) -> str:
        """As `w7 = 0.50`."""
        return f"{name} = {number}" if number else name

    def formula(self, formula: Expression) -> str:
        """In canonical names."""
        return single_brackets(typeset(formula, PLAIN, _Names()))

    def line(self, formula: Expression, texts: Mapping[str, str] | None = None) -> str:
        """One side of a line, with marks; in numbers if these are given."""
        filler: Filler = _Names() if texts is None else Filled(_Names(), texts)
        return single_brackets(typeset(formula, TEXT, filler))


@dataclass(frozen=True)
class MarkdownPen:
    """Mathematics as GitHub and most viewers of Markdown show it."""

    notation: Notation
    flavor: str = "github"
    dialect: Dialect = field(default=UNDERLINED)
    _symbols: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def format_name(self) -> str:
        """In the table of formats."""
        return f"markdown_{self.flavor}"

    def math(self, latex: str) -> Markup:
        """A formula in the text."""
        return Markup(f"$`{latex}`$" if self.flavor == "github" else f"${latex}$")

    def name(self, name: str) -> Markup:
        """The symbol."""
        return self.math(self.symbol(name))

    def named(self, name: str, number: str) -> Markup:
        """The symbol with its number."""
        if not number:
            return self.math(self.symbol(name))
        return self.math(self.symbol(name) + self.dialect.equals + self.dialect.number(number))

    def formula(self, formula: Expression) -> Markup:
        """In symbols."""
        return self.math(self.line(formula))

    def line(self, formula: Expression, texts: Mapping[str, str] | None = None) -> str:
        """One side of a line; in numbers if these are given."""
        signs = _Signs(self.notation, self.dialect)
        filler: Filler = signs if texts is None else Filled(signs, texts, self.dialect)
        return typeset(formula, self.dialect, filler)

    def symbol(self, name: str) -> str:
        """The LaTeX of a quantity; what is no name of one stands as a word."""
        if name not in self._symbols:
            self._symbols[name] = self._symbol(name)
        return self._symbols[name]

    def _symbol(self, name: str) -> str:
        try:
            parts_of(name)
            return typeset(Name(name), self.dialect, Symbols(self.notation, self.dialect))
        except ValueError:
            before, after = self.dialect.word
            return before + name + after


def single_brackets(text: str) -> str:
    """The text without brackets that stand directly within others."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            ends[opened.pop()] = place
    double = {
        place
        for start, end in ends.items()
        if ends.get(start + 1) == end - 1
        for place in (start + 1, end - 1)
    }
    return "".join(character for place, character in enumerate(text) if place not in double)

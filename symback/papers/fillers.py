"""Numbers of one paper in formulas: those that are given print as they were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symback.fillers import Symbols
from symback.shapes import Position
from symback.typeset import Filler


@dataclass(frozen=True)
class Texts(Symbols):
    """Names as the numbers of a text each; what has none keeps its symbol."""

    printed: Mapping[str, str] = field(default_factory=dict)
    numbers: bool = True

    def slot(self, name: str, position: Position) -> str:
        """The number, in brackets where its sign would stand next to another."""
        text = self.printed.get(name, "")
        if not text:
            return super().slot(name, position)
        number = self.dialect.number(text)
        if position is Position.PLAIN or text.replace(".", "", 1).isdecimal():
            return number
        before, after = self.dialect.group
        return before + number + after

    def is_tall(self, name: str) -> bool:
        """Numbers stand on the line."""
        return not self.printed.get(name) and super().is_tall(name)

    texts = Filler.texts

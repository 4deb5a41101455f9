"""Formulas as Maxima reads them, whose names are letters, digits and underscores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from symback.dialects import ASCII
from symback.expression import Expression
from symback.fillers import CanonicalNames
from symback.shapes import Position
from symback.typeset import typeset

MAXIMA = replace(
    ASCII,
    name="maxima",
    constants=(("pi", "%pi"),),
    cases=("(if ", " then ", " else ", ")"),
)
_SIGNS = (
    ("+", "_new"),
    ("/", "_by_"),
    ("@", "_at_"),
    (":", "_"),
    ("=", ""),
    (",", "_"),
    ("[", "_"),
    ("]", ""),
)


def maxima_names(names: Iterable[str]) -> dict[str, str]:
    """A name for each quantity that Maxima has no meaning for: `v_dE_total_by_dw5`, `v_w5_new`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        text = name
        for sign, word in _SIGNS:
            text = text.replace(sign, word)
        text = "v_" + re.sub(r"\W", "_", text, flags=re.ASCII)
        while text in taken:
            text += "_"
        taken.add(text)
        found[name] = text
    return found


@dataclass(frozen=True)
class _Names(CanonicalNames):
    names: Mapping[str, str]

    def slot(self, name: str, position: Position) -> str:
        """As Maxima has it."""
        return self.names[name]

    def variable(self, name: str) -> str:
        """As Maxima has it."""
        return self.names[name]


def maxima(formula: Expression, names: Mapping[str, str]) -> str:
    """A formula whose names are replaced."""
    return typeset(formula, MAXIMA, _Names(names))

"""Formulas, numbers and matrices -> lines of Python, none longer than a page of code is wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symback.expression import Expression
from symback.notebooks.python_dialect import PYTHON
from symback.shapes import Position
from symback.typeset import Filler, segments

WIDTH = 88
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@dataclass(frozen=True)
class PythonNames(Filler):
    """Names as Python names."""

    identifier: Callable[[str], str]

    def slot(self, name: str, position: Position) -> str:
        """The Python name."""
        return self.identifier(name)

    def variable(self, name: str) -> str:
        """That of a matrix."""
        return self.identifier(name)


def assigned(left: str, formula: Expression, names: Filler, around: str = "") -> str:
    """`left = formula`, over several lines where it is long; `around` is a function to be applied to it."""
    return headed(f"{left} = ", formula, names, around)


def headed(head: str, formula: Expression, names: Filler, around: str = "") -> str:
    """The same after any beginning of a line, such as `return `."""
    _, pieces = segments(formula, PYTHON, names)
    whole = "".join(pieces)
    if around:
        whole = f"{around}({whole})"
    if len(head) + len(whole) <= WIDTH or len(pieces) == 1:
        return head + whole
    body = "\n".join(f"    {line.strip()}" for line in filled(pieces, WIDTH - 4))
    return f"{head}{around}(\n{body}\n)"


def written(formula: Expression, names: Filler) -> str:
    """A formula on one line."""
    return "".join(segments(formula, PYTHON, names)[1])


def literal(text: str) -> str | None:
    """A decimal number as Python reads it; None for what is none."""
    return text if _DECIMAL.fullmatch(text) else None


def filled(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces of text joined into lines."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def call(before: str, arguments: Sequence[str], after: str = ")") -> str:
    """`before(a, b, c)`, over several lines where it is long."""
    whole = before + ", ".join(arguments) + after
    if len(whole) <= WIDTH or len(arguments) < 2:
        return whole
    body = "\n".join(f"    {line.strip()}" for line in filled([f"{one}, " for one in arguments], WIDTH - 4))
    return f"{before}\n{body}\n{after}"


def table(before: str, rows: Sequence[Sequence[str]], after: str) -> str:
    """Rows of entries in double brackets, a row a line where all would be too long."""
    whole = before + "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]" + after
    if len(whole) <= WIDTH:
        return whole
    lines = []
    for row in rows:
        line = f"    [{', '.join(row)}],"
        if len(line) > WIDTH:
            inner = "\n".join(f"        {one.strip()}" for one in filled([f"{e}, " for e in row], WIDTH - 8))
            line = f"    [\n{inner}\n    ],"
        lines.append(line)
    return before + "[\n" + "\n".join(lines) + "\n]" + after


def tuple_of(names: Sequence[str], after: str = ")") -> str:
    """`(a, b, c)`; with a comma also where there is one only."""
    return f"({names[0]},{after}" if len(names) == 1 else call("(", names, after)

"""Pages of a given size: how high formulas are in print, and where long ones and long tables are cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

FLAT = 1.35
"""The height of a row of a formula, in lines of text, with the space between rows."""
FRACTION = 2.1
NESTED = 0.6
"""What a fraction within a fraction adds."""
RAISED = 0.7
"""What the numbers of samples and steps above symbols add to a fraction."""
CASES = 2.8
BRACE = 3.5
MATRIX_ROW = 1.3
MATRIX = 0.9
"""What a matrix is higher than its rows."""
_MATRIX_ROWS = re.compile(
    r'\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}|<mtable class="matrix">(.*?)</mtable>', re.DOTALL
)
_FRACTIONS = re.compile(r"\\frac|[{}]|</?mfrac>")
_RAISED = re.compile(r"\^\{(?:\(|\\langle)|<msubsup>.*?<mo[^>]*>[(⟨]")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds."""

    line: float
    """The width of a line of a formula, in digits."""
    height: float
    """The height of a formula, in lines of text."""
    rows: int
    """Rows of a table."""

    def parts(self, rows: Sequence[str]) -> list[Sequence[str]]:
        """The rows of a formula in parts that fit; one that is too high by itself is a part of its own."""
        found: list[list[str]] = [[]]
        used = 0.0
        for row in rows:
            high = height_of(row)
            if found[-1] and used + high > self.height:
                found.append([])
                used = 0.0
            found[-1].append(row)
            used += high
        return list(found)

    def cut(self, count: int) -> list[slice]:
        """Rows of a table in parts of about the same length."""
        parts = -(-count // self.rows) or 1
        size = -(-count // parts) or 1
        return [slice(start, start + size) for start in range(0, max(count, 1), size)]


def height_of(row: str) -> float:
    """About how many lines of text a row of a formula takes, in LaTeX or MathML."""
    matrices: list[str] = [one or other for one, other in _MATRIX_ROWS.findall(row)]
    if matrices:
        most = max(text.count(r"\\") + max(text.count("<mtr"), 1) for text in matrices)
        return MATRIX + MATRIX_ROW * most
    if r"\underbrace" in row or "⏟" in row:
        return BRACE
    if r"\begin{cases}" in row or 'class="cases"' in row:
        return CASES
    depth = fractions_deep(row)
    if not depth:
        return FRACTION if r"\sum" in row or "∑" in row else FLAT
    raised = RAISED if _RAISED.search(row) else 0.0
    return FRACTION + NESTED * (depth - 1) + raised


def fractions_deep(row: str) -> int:
    """How many fractions lie within one another: 0 for none."""
    groups: list[str] = []
    waiting = ""
    deepest = 0
    for sign in _FRACTIONS.findall(row):
        if sign in (r"\frac", "<mfrac>"):
            deepest = max(deepest, 1 + sum(group != "other" for group in groups))
            waiting = "over"
        if sign == "<mfrac>":
            groups.append("over")
        elif sign == "{":
            groups.append(waiting or "other")
            waiting = ""
        elif sign in ("}", "</mfrac>") and groups:
            waiting = "under" if groups.pop() == "over" and sign == "}" else ""
    return deepest

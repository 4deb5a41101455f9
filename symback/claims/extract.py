"""Formulas in a document: Markdown, LaTeX and notebooks.

Never raises: what cannot be taken apart is left out. Skipped are code, comments, the preamble of LaTeX and
what stands between `symback:wrong` marks (numbers that are wrong on purpose). Each row of a display is a
formula of its own. A formula that starts with `=` continues the one before it, unless a heading or a planted
mistake lies between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from symback.claims.layout import Layout, Lines, normal
from symback.claims.markdown import markdown_layout
from symback.claims.notebook import markdown_cells
from symback.claims.rows import chains, is_continuation
from symback.claims.source import Formula, Place
from symback.claims.tex import tex_layout

Kind = Literal["markdown", "latex", "notebook"]

_SUFFIXES: dict[str, Kind] = {
    ".ipynb": "notebook",
    **dict.fromkeys((".tex", ".latex", ".ltx"), "latex"),
    **dict.fromkeys((".md", ".markdown", ".mdown", ".qmd", ".rmd", ".mdx"), "markdown"),
}


def kind_of(path: str, text: str) -> Kind:
    """What kind of document this is, by its suffix; if that says nothing, by its content."""
    suffix = PurePath(path).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    head = text[:100_000]
    if head.lstrip("\ufeff \t\r\n").startswith("{") and '"cells"' in head:
        return "notebook"
    latex = "\\documentclass" in head or "\\begin{document}" in head
    return "latex" if latex else "markdown"


@dataclass(frozen=True, slots=True)
class Part:
    """A document, or one Markdown cell of a notebook, taken apart."""

    layout: Layout
    lines: Lines
    file_lines: tuple[int, ...] = ()
    """Of a cell: the line of the file for each of its lines."""

    def place(self, offset: int) -> Place:
        """Where a character stands in the file; columns in a notebook are those of the line in its cell."""
        place = self.lines.place(offset)
        return Place(self.file_lines[place.line - 1], place.column) if self.file_lines else place


def parts_of(text: str, kind: str) -> Iterator[Part]:
    """The parts of a document that are read one by one."""
    whole = normal(text)
    if kind == "notebook":
        for cell in markdown_cells(whole):
            source = normal(cell.text)
            yield Part(markdown_layout(source), Lines(source), cell.lines)
    else:
        yield Part(tex_layout(whole) if kind == "latex" else markdown_layout(whole), Lines(whole))


def formulas(text: str, kind: str) -> Iterator[Formula]:
    """All formulas of a document, in order. `kind` is a Kind."""
    first = True
    for part in parts_of(text, kind):
        for formula in _formulas(part, first):
            first = False
            yield formula


def _formulas(part: Part, first: bool) -> Iterator[Formula]:
    breaks = part.layout.breaks
    before = -1 if first else 0
    for span in part.layout.spans:
        if span.code:
            continue
        for offset, chain in chains(part.layout.text[span.start : span.end]):
            start = span.start + offset
            apart = before < 0 or bisect_right(breaks, before) < bisect_right(breaks, start)
            continues = is_continuation(chain) and not apart
            yield Formula(chain, "latex", part.place(start), span.display, continues)
            before = start


def cell_numbers(text: str, kind: str) -> dict[int, int]:
    """For messages: line of a notebook file -> number of the Markdown cell that stands there; else empty."""
    if kind != "notebook":
        return {}
    return {line: cell.number for cell in markdown_cells(normal(text)) for line in cell.lines}


def shown_lines(text: str, kind: str) -> dict[int, str]:
    """What a person sees in each line, for a caret below it; of a notebook the lines of its cells."""
    if kind != "notebook":
        return dict(enumerate(normal(text).split("\n"), 1))
    shown: dict[int, str] = {}
    for cell in markdown_cells(normal(text)):
        for line, content in zip(cell.lines, normal(cell.text).split("\n"), strict=False):
            shown.setdefault(line, content)
    return shown

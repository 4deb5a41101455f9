"""HTML as platforms show it inside of their own pages: paragraphs, tables, formulas between \\( and \\)."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from symback.expression import Expression
from symback.feedback.pens import MarkdownPen
from symback.formats import escape_html

MOST_KNOWN = 20_000
"""Formulas that are kept: shortened ones, and those with a student's numbers, come and go."""
FORMAT = "platform"
"""The entry of the table of formats."""


def math(tex: str) -> Markup:
    """A formula in the text."""
    return Markup(rf"\({html.escape(tex, quote=False)}\)")


def paragraph(*parts: str) -> str:
    """A paragraph of what is HTML already."""
    return f"<p>{' '.join(parts)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of what is HTML already, with a heading for each column; the first cell of a row labels it."""
    body = "".join(_labelled(row) for row in rows)
    return f"<table><thead>{_row(head, 'th')}</thead><tbody>{body}</tbody></table>"


def plain(text: str) -> str:
    """Text of a user, in which no formula is looked for."""
    return f'<span class="nolink tex2jax_ignore">{escape_html(text)}</span>'


def _row(cells: Sequence[str], name: str) -> str:
    return "<tr>" + "".join(f"<{name}>{cell}</{name}>" for cell in cells) + "</tr>"


def _labelled(row: Sequence[str]) -> str:
    first, *cells = row
    return f"<tr><th>{first}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


@dataclass(frozen=True)
class HtmlPen(MarkdownPen):
    """Writes names, numbers and formulas for MathJax."""

    _formulas: dict[int, tuple[Expression, Markup]] = field(default_factory=dict, repr=False, compare=False)
    """By the identity of formulas that are known: those of a sheet's mistakes are the same for all papers."""

    @property
    def format_name(self) -> str:
        """In the table of formats."""
        return FORMAT

    def math(self, latex: str) -> Markup:
        """A formula in the text."""
        return math(latex)

    def formula(self, formula: Expression) -> Markup:
        """In symbols."""
        known = self._formulas.get(id(formula))
        if known is None:
            if len(self._formulas) > MOST_KNOWN:
                self._formulas.clear()
            known = self._formulas[id(formula)] = (formula, super().formula(formula))
        return known[1]

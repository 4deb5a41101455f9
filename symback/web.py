"""Text and pages for browsers: how plain text is escaped, and how lines become paragraphs."""

from __future__ import annotations

import html
import itertools
import re

from symback.math_font import with_font

_NUMBER = '<span class="eqno"></span>'
_BLOCK = re.compile(
    r"</?(?:article|aside|details|div|dl|dt|dd|figcaption|figure|footer|h[1-6]|header|hr|li|main|ol|p|pre|section|summary|svg|"
    r"g|table|tbody|td|th|thead|tr|ul|body|html)[ >]"
)


def escape_page(text: str) -> str:
    """Plain text as it stands in a page of our own, in elements and in attributes."""
    return html.escape(visible(text))


def visible(text: str) -> str:
    """Plain text with spaces for what cannot be seen: control characters, and marks that turn the direction.

    Line ends stay, and what joins letters and emoji.
    """
    return "".join(c if c.isprintable() or c in "\n\u200d\u200c" else " " for c in text)


def page(text: str) -> str:
    """A page, or a piece of one, with its paragraphs and, in the style sheet, the font of its formulas."""
    return with_font(in_paragraphs(text))


def in_paragraphs(text: str) -> str:
    """Lines that stand outside of blocks become paragraphs, equations get numbers.

    A line belongs to a block where it begins with one of its tags; an empty line ends a paragraph. Whatever
    comes before the line with <main> stays as it is.
    """
    head, main, body = text.rpartition("<main>\n")
    counted = itertools.count(1)
    numbered = re.sub(re.escape(_NUMBER), lambda _: f'<span class="eqno">({next(counted)})</span>', body)
    return head + main + "\n".join(_with_paragraphs(numbered.splitlines())) + "\n"


def framed(text: str, height: str = "40rem") -> str:
    """A page in a frame of its own, for a notebook: its styles stay inside."""
    return f'<iframe srcdoc="{html.escape(text)}" style="width:100%;height:{height};border:0"></iframe>'


def _with_paragraphs(lines: list[str]) -> list[str]:
    made: list[str] = []
    waiting: list[str] = []
    for line in [*lines, ""]:
        text = line.strip()
        if text and not _BLOCK.match(text):
            waiting.append(text)
            continue
        if waiting:
            made.append("<p>" + "\n".join(waiting) + "</p>")
            waiting = []
        if text:
            made.append(text)
    return made

"""The table of text formats: which macros print the markup, in which dialect, and how text is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from symback.dialects import KATEX, LATEX, Dialect
from symback.registry import Registry


@dataclass(frozen=True, slots=True)
class Format:
    """One format: templates/formats/`name`.j2 holds its macros."""

    name: str
    suffix: str
    dialect: Dialect
    escape: Callable[[str], str]
    tidy: tuple[str, str] = ("", "")
    """A pattern of unwanted white space, and what stands in its place."""


_LATEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{character: "\\" + character for character in "&%$#_{}"},
}
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~&])")


def escape_latex(text: str) -> str:
    """Plain text as LaTeX prints it; characters that pdflatex lacks become question marks."""
    known = "".join(character if character.isprintable() else " " for character in text)
    printable = known.encode("latin-1", "replace").decode("latin-1")
    return "".join(_LATEX_SPECIAL.get(character, character) for character in printable)


def escape_markdown(text: str) -> str:
    """Plain text on one line as Markdown shows it."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", " ".join(text.split()))


FORMATS: Registry[Format] = Registry(
    "format",
    [
        Format("markdown_github", ".md", KATEX, escape_markdown),
        Format("markdown_dollar", ".md", KATEX, escape_markdown),
        # An empty line before a display would begin a paragraph and so double the space above it.
        Format("latex", ".tex", LATEX, escape_latex, (r"\n\n\\begin{equation}", r"\n\\begin{equation}")),
    ],
)

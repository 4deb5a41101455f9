"""The table of text formats: which macros print the markup, in which dialect, and how text is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from symback.dialects import ASCII, COQ, KATEX, LATEX, PANDOC, QUARTO, Dialect
from symback.latex_text import escape_latex
from symback.mathml_dialect import MATHML
from symback.registry import Registry
from symback.step_marks import without_marks
from symback.typst_dialect import TYPST
from symback.typst_text import escape_typst, with_leads
from symback.web import escape_page, page, visible


@dataclass(frozen=True, slots=True)
class Format:
    """One format: templates/formats/`name`.j2 holds its macros."""

    name: str
    suffix: str
    dialect: Dialect
    escape: Callable[[str], str]
    tidy: tuple[str, str] = ("", "")
    """A pattern of unwanted white space, and what stands in its place."""
    finish: Callable[[str], str] = str
    """What is done to a whole text, or to a piece of several lines, at last."""
    labelled: bool = False
    """Whether equations have labels, by which others refer to them."""


_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~&@^])")
_PANDOC_SPECIAL = re.compile(r"""(["']|-(?=-)|\.(?=\.))""")


def escape_markdown(text: str) -> str:
    """Plain text on one line as Markdown shows it, without control characters."""
    return _MARKDOWN_SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))


def escape_pandoc(text: str) -> str:
    """The same for pandoc, which would also make quotation marks, dashes and dots better."""
    return _PANDOC_SPECIAL.sub(r"\\\1", escape_markdown(text))


_HTML_SPECIAL = {ord(character): f"&#{ord(character)};" for character in "&<>\"'\\{}[]#~$@`\r"}


def escape_html(text: str) -> str:
    """Plain text as a part of somebody else's page.

    Also what means something to those who read the page before a browser does (braces, brackets and signs
    in fields of Moodle and in texts of STACK) is written as a character reference.
    """
    return text.translate(_HTML_SPECIAL)


_XML_SPECIAL = {ord(character): f"&#{ord(character)};" for character in "&<>\"'"}
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape_xml(text: str) -> str:
    """Plain text in XML; what XML has no place for, such as control characters, is left out."""
    return _NOT_XML.sub("", text).translate(_XML_SPECIAL)


FORMATS: Registry[Format] = Registry(
    "format",
    [
        Format("markdown_github", ".md", KATEX, escape_markdown),
        Format("markdown_dollar", ".md", KATEX, escape_markdown),
        Format("markdown_quarto", ".qmd", QUARTO, escape_pandoc, labelled=True),
        Format("markdown_myst", ".md", KATEX, escape_markdown, labelled=True),
        Format("markdown_pandoc", ".md", PANDOC, escape_pandoc),
        # Markdown with dollars and with marks between its steps, which is cut into cells.
        Format("notebook", ".ipynb", KATEX, lambda text: escape_markdown(without_marks(text))),
        # An empty line before a display would begin a paragraph and so double the space above it.
        Format("latex", ".tex", LATEX, escape_latex, (r"\n\n\\begin{equation}", r"\n\\begin{equation}")),
        # A number and a point that begin a line would begin a list.
        Format("typst", ".typ", TYPST, escape_typst, (r"(?m)^(\d+)([.)])", r"\1\\\2"), finish=with_leads),
        # The same with marks between their parts, of which slides are made.
        Format("slides_latex", ".tex", LATEX, lambda text: escape_latex(without_marks(text))),
        Format("slides_html", ".html", MATHML, lambda text: escape_page(without_marks(text))),
        # The certificate is made of code; text that stands in its comments is escaped where it is put in.
        Format("coq", ".v", COQ, str),
        # Sentences about mistakes, for a terminal.
        Format("text", ".txt", ASCII, str),
        # Parts of pages that learning platforms show; formulas are set by MathJax.
        Format("platform", ".html", KATEX, escape_html),
        # Pages of our own; formulas are set by the browser.
        Format("html", ".html", MATHML, escape_page, finish=page),
        # Plots: no formulas, names as they are typed.
        Format("svg", ".svg", ASCII, escape_xml),
    ],
)

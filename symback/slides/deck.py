"""The two files of slides from one document: LaTeX for beamer, and a page that needs only a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from symback.math_font import with_font
from symback.own_template import OwnTemplate
from symback.paging import Page
from symback.render import fill_with
from symback.slides.packing import Slide, slides
from symback.step_marks import pieces

ROOM = 15.0
"""The height of a slide in lines of its text."""
PAGE = Page(line=64.0, height=11.0, rows=8)


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece of markup."""

    kind: str
    text: Markup


@dataclass(frozen=True, slots=True)
class SlideView:
    """What a template sees of a slide."""

    title: Markup
    part: Markup
    pieces: tuple[PieceView, ...]


def beamer(title: str, rendered: Callable[[str, Page], str], own: OwnTemplate | None = None) -> str:
    """The source for beamer; `rendered` gives the document in a format, cut to the size of a page."""
    views = _views(rendered("slides_latex", PAGE))
    return fill_with(own, "slides/beamer.j2", "slides_latex", {"title": title, "slides": views})


def page(title: str, rendered: Callable[[str, Page], str], own: OwnTemplate | None = None) -> str:
    """The page for browsers: without its script a document to scroll, with it one slide at a time."""
    views = _views(rendered("slides_html", PAGE))
    return with_font(fill_with(own, "slides/page.j2", "slides_html", {"title": title, "slides": views}))


def _views(text: str) -> list[SlideView]:
    return [_view(slide) for slide in slides(pieces(text), ROOM)]


def _view(slide: Slide) -> SlideView:
    parts = tuple(PieceView(piece.kind, Markup(piece.text)) for piece in slide.pieces)
    return SlideView(Markup(slide.title), Markup(slide.part), parts)

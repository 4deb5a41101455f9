"""Pieces of a document -> slides: one step each, none with more than fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from symback.slides.measure import height
from symback.step_marks import STEP, TEXT, Piece

_MARKUP = re.compile(r"<[^>]*>|\\[a-z]+\{")


@dataclass(frozen=True, slots=True)
class Slide:
    """The section and, where it has parts, the part that it belongs to, and what is on it."""

    title: str
    part: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class _Open:
    """The slide that is being filled."""

    title: str = ""
    part: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def height(self) -> float:
        return sum(map(height, self.pieces))

    @property
    def is_text(self) -> bool:
        return all(piece.kind == TEXT for piece in self.pieces)


def slides(pieces: Iterable[Piece], room: float) -> list[Slide]:
    """A new slide for each section, part and step; a step that only leads to the next one stays with it.

    `room` is the height of a slide in lines of text.
    """
    made: list[Slide] = []
    now = _Open()
    is_new_step = False

    def close() -> None:
        nonlocal now
        if now.pieces:
            made.append(Slide(now.title, now.part, tuple(now.pieces)))
        now = _Open(now.title, now.part)

    for piece in pieces:
        if piece.kind == STEP:
            is_new_step = True
        elif piece.kind == "heading2":
            close()
            now.title, now.part = piece.text, ""
        elif piece.kind == "heading3":
            if not now.is_text:  # what a section begins with stays with its first part
                close()
            now.part = piece.text
        else:
            fits = now.height + height(piece) <= room
            begins = is_new_step and not now.is_text and not _goes_on(piece)
            if not fits or begins:
                leading = _leading(now) if not fits and not begins else []
                close()
                now.pieces += leading
            now.pieces.append(piece)
            is_new_step = False
    close()
    return made


def _goes_on(piece: Piece) -> bool:
    """Whether a text continues the sentence before it: it begins with a small letter."""
    return piece.kind == TEXT and _MARKUP.sub("", piece.text)[:1].islower()


def _leading(now: _Open) -> list[Piece]:
    """The last sentence, if it leads to what does not fit any more; it is taken from the slide."""
    if len(now.pieces) > 1 and now.pieces[-1].kind == TEXT and not now.pieces[-1].text.endswith("."):
        return [now.pieces.pop()]
    return []

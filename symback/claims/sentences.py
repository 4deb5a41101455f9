"""The prose of a document as sentences of tokens.

Formulas take part: one that is a bare number is a number, one without a relation is a name. So does inline
code that is a number or a name. Headings, list items and table rows are paragraphs of their own. Sentences in
which nothing can be stated are left out, but for the first of each paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symback.claims.layout import FORMULA, FORMULA_GOES_ON, NUMBER, VEIL, WALL, Layout
from symback.claims.prose_tokens import NAME, Piece, Token, is_number, tokens_of

LONGEST_SENTENCE = 2_000
"""Longer ones are not read, so that strange text costs nothing."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `starts`: it is the first of its paragraph; `states`: it has a decimal number."""

    tokens: tuple[Token, ...]
    text: str
    german: bool
    starts: bool
    heading: bool
    states: bool


_END = re.compile(r"[.!?][)\"'”’*_]{0,3}(?=\s|$)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:vs|e\.g|i\.e|ca|approx|z\.\s?b|d\.\s?h|bzw|resp|fig|eq|no|nr|cf|abb|gl)\.$", re.IGNORECASE
)
_ORDINAL = re.compile(r"\d\.\s+(?:runde|durch|iteration|epoche|schritt|aktualisierung)", re.IGNORECASE)
_BLOCK = re.compile(
    r"\n[ \t]*(?=\n|[-*+][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]|\||\\(?:item|section|subsection|paragraph)\b)"
)
_HEADING = re.compile(r"\s*(?:#{1,6}[ \t]|\\(?:chapter|(?:sub){0,2}section|paragraph)\*?\s?[\[{])")
_TITLE = re.compile(r"\s*[A-ZÄÖÜ][^\n.:,;?!|$\ue000\ue002\d]{2,60}\s*")
"""A line alone without a full stop: a heading of plain text."""
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])[ \t]+")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nach|dem|den|des|beträgt|betragen|liegt|bei|auf|mit|von|wird|werden|eine[rnsm]?|zu|für|sind)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(?:the|and|is|are|of|to|after|with|for|we|it|was)\b", re.IGNORECASE)
_WORTH = re.compile(
    r"round|iterat|epoch|updat|repea|repet|cycle|train|weights|steps|times|runde|durchg|durchl|schritt"
    r"|wiederhol|aktualisier|gewicht"
)
"""Words of the phrases that say when (moments)."""
_CODE = re.compile(rf"\s?(?:{NAME}|[-−]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)\s?", re.IGNORECASE)
_STATES = re.compile(rf"\d[.,]\d|\d[eE]-?\d|{NUMBER}")
_ANY_FORMULA = re.compile(f"[{FORMULA}{NUMBER}]{FORMULA_GOES_ON}*")


def sentences(layout: Layout) -> Iterator[Sentence]:
    """The sentences of a document in which something may be stated, and the first one of each paragraph."""
    prose, formulas = _prose(layout)
    begin = 0
    for block in (*(match.start() for match in _BLOCK.finditer(prose)), len(prose)):
        paragraph = prose[begin:block]
        if paragraph.strip():
            yield from _sentences(paragraph, begin, formulas)
        begin = block


def _prose(layout: Layout) -> tuple[str, dict[int, Piece]]:
    """The text with each formula as one mark of the same length; the formulas by offset."""
    pieces: list[str] = []
    formulas: dict[int, Piece] = {}
    done = 0
    for span in layout.spans:
        inside = layout.text[span.start : span.end]
        pieces.append(layout.text[done : span.outer_start])
        size = span.outer_end - span.outer_start
        done = span.outer_end
        if span.code:
            before, after = span.start - span.outer_start, span.outer_end - span.end
            seen = len(inside) < 60 and _CODE.fullmatch(inside)
            pieces.append(" " * before + inside + " " * after if seen else "|" + " " * (size - 1))
        else:
            formulas[span.outer_start] = Piece(inside, span.start - span.outer_start)
            number = len(inside) < 60 and is_number(inside)
            pieces.append((NUMBER if number else FORMULA) + FORMULA_GOES_ON * (size - 1))
    pieces.append(layout.text[done:])
    return "".join(pieces).replace(WALL, " ").replace(VEIL, " "), formulas


def _sentences(paragraph: str, offset: int, formulas: dict[int, Piece]) -> Iterator[Sentence]:
    heading = bool(_HEADING.match(paragraph) or _TITLE.fullmatch(paragraph))
    marker = _MARKER.match(paragraph)
    begin = marker.end() if marker else 0
    starts = True
    for end in (*(match.end() for match in _END.finditer(paragraph)), len(paragraph)):
        if end < len(paragraph) and (
            _ABBREVIATION.search(paragraph[max(begin, end - 10) : end]) or _ORDINAL.match(paragraph, end - 2)
        ):
            continue
        text, place = paragraph[begin:end], offset + begin
        begin = end
        read = len(text) <= LONGEST_SENTENCE
        states = read and _STATES.search(text) is not None
        worth = states or (read and _WORTH.search(text.lower()) is not None)
        if text and not text.isspace() and (worth or starts):
            german = worth and _is_german(text)
            tokens = tuple(tokens_of(text, place, german, formulas)) if worth else ()
            shown = _readable(text, place, formulas) if states or heading else ""
            yield Sentence(tokens, shown, german, starts, heading, states)
            starts = False


def _is_german(text: str) -> bool:
    german = len(_GERMAN.findall(text))
    return german > 0 and german > len(_ENGLISH.findall(text))


def _readable(text: str, offset: int, formulas: dict[int, Piece]) -> str:
    """A sentence for a message: short formulas back in place, spaces collapsed, cut at 300 characters."""

    def shown(found: re.Match[str]) -> str:
        piece = formulas.get(offset + found.start())
        formula = piece.text.strip() if piece else ""
        return f"${formula}$" if len(formula) <= 60 and "\n" not in formula else "..."

    text = " ".join(_ANY_FORMULA.sub(shown, text[:LONGEST_SENTENCE]).split())
    return text if len(text) <= 300 else text[:297] + "..."

"""Tokens of a formula -> chains: which rows go on, which `=` belong together, where one chain ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from symback.claims.tokens import Token

_GOES_ON = frozenset({"TIMES", "OVER", "ELEMENTWISE", "PLUS"})
_RELATIONS = frozenset({"EQUALS", "ASSIGN", "RELATION"})


@dataclass(frozen=True, slots=True)
class Chain:
    """The tokens of each side; `continues` if an `=` stands before the first one."""

    sides: tuple[tuple[Token, ...], ...]
    continues: bool
    is_assignment: bool = False
    """The sign after the first side gives it a new value."""


def chains_of(tokens: Sequence[Token]) -> list[Chain]:
    """The chains of a formula. A row that starts with `=` or an operator belongs to the one before."""
    chains: list[Chain] = []
    joined: list[Token] = []
    for row in _rows(tokens):
        starts_aligned = bool(row) and row[0].kind == "AMP"
        plain = list(dropwhile(lambda token: token.kind in ("AMP", "GAP"), row))
        if not plain:
            continue
        first = plain[0].kind
        is_new = first not in _GOES_ON | {"EQUALS"} and not starts_aligned
        if joined and is_new:
            chains += _split(joined)
            joined = []
        joined += plain
    return chains + _split(joined)


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    """Rows of the outermost block; those of matrices and cases stay where they are."""
    rows: list[list[Token]] = [[]]
    arrays = 0
    for token in tokens:
        arrays += (token.kind == "ARRAY") - (token.kind == "END_ARRAY")
        if token.kind == "ROW" and not arrays:
            rows.append([])
        elif token.kind != "AMP" or arrays or not rows[-1]:
            rows[-1].append(token)
    return rows


def _split(tokens: list[Token]) -> list[Chain]:
    """Several equations in one row: separated by commas, arrows, wide gaps or words."""
    pieces: list[list[Token]] = [[]]
    hard: list[bool] = []
    depth = 0
    for token in tokens:
        depth += token.kind in ("OPEN", "BEGIN", "ARRAY", "RAISE")
        depth -= token.kind in ("CLOSE", "END", "END_ARRAY")
        separates = token.kind in ("NEXT", "TEXT", "GAP", "COMMA", "STOP")
        if separates and depth <= 0:
            pieces.append([])
            hard.append(token.kind == "NEXT")
            pieces[-1].append(token)
        else:
            pieces[-1].append(token)
    return [_chain(piece) for piece in _joined(pieces) if piece]


def _joined(pieces: list[list[Token]]) -> list[list[Token]]:
    """Pieces that are equations stand alone; others stay with the one before, their separator in between."""
    found: list[list[Token]] = []
    for place, piece in enumerate(pieces):
        separator = piece[0] if place else None
        content = piece[1:] if place else piece
        if not content:
            if separator is not None and separator.kind not in ("GAP", "TEXT", "COMMA", "STOP", "NEXT"):
                found.append([separator])
            continue
        is_equation = _has_relation(content)
        if (
            separator is None
            or not found
            or (is_equation and _has_relation(found[-1]))
            or separator.kind == "NEXT"
        ):
            found.append(content)
        elif separator.kind == "TEXT" and is_equation:
            found[-1] = content  # words before an equation
        elif separator.kind == "GAP":
            found[-1] = [*found[-1], *content]
        elif separator.kind == "COMMA" and not _has_relation(found[-1]) and not is_equation:
            found[-1] = [*found[-1], separator, *content]
        else:
            found[-1] = [*found[-1], separator, *content]
    return found


def _has_relation(tokens: Sequence[Token]) -> bool:
    return any(token.kind in _RELATIONS for token in tokens)


def _chain(tokens: list[Token]) -> Chain:
    sides: list[list[Token]] = [[]]
    assigns = False
    arrays = 0
    for token in tokens:
        arrays += (token.kind == "ARRAY") - (token.kind == "END_ARRAY")
        if token.kind in ("EQUALS", "ASSIGN") and not arrays:
            assigns = assigns or (token.kind == "ASSIGN" and len(sides) == 1)
            # `&=&` and `==` are one sign
            if sides[-1] or len(sides) == 1:
                sides.append([])
            continue
        sides[-1].append(token)
    continues = not sides[0] and len(sides) > 1
    kept = sides[1:] if continues else sides
    return Chain(tuple(tuple(side) for side in kept), continues, assigns)

"""What a side shows as it is written: its digits, and its tokens without the sentence's punctuation."""

from __future__ import annotations

from collections.abc import Sequence

from symback.claims.raw import Array, Group, Item, Numeral, Raw, Row, Term, single
from symback.claims.tokens import Token

_PUNCTUATION = frozenset({"COMMA", "STOP", "TEXT", "NEXT", "AMP"})


def literal(node: Raw) -> str | None:
    """The digits as written, with the sign, if the node is one bare number."""
    sign = ""
    while True:
        match node:
            case Row(_, _, (signs,), (inside,)) if signs in ("", "+", "-") and not (sign and signs):
                sign, node = sign + signs.strip("+"), inside
            case Term(_, _, (Item(_, _, "", "", inside),)):
                node = inside
            case Group(_, _, "{", (inside,)):
                node = inside
            case Numeral(_, _, text):
                return sign + text
            case _:
                return None


def literals(node: Raw) -> tuple[tuple[str, ...], ...]:
    """The digits by rows, if the node is one matrix of bare numbers; else nothing."""
    inside = single(node)
    while isinstance(inside, Group) and len(inside.items) == 1:
        inside = single(inside.items[0])
    if not isinstance(inside, Array):
        return ()
    rows = [[literal(cell) for cell in row] for row in inside.rows]
    found = tuple(tuple(digits for digits in row if digits is not None) for row in rows)
    return found if [len(row) for row in found] == [len(row) for row in rows] else ()


def trimmed(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Without wide gaps, and without the punctuation of the sentence at the end."""
    found = [token for token in tokens if token.kind != "GAP"]
    while found and found[-1].kind in _PUNCTUATION:
        found.pop()
    return tuple(found)

"""The tokens that both notations give to the one grammar, and the caps that are checked before it runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from symback.numbers import MOST_DIGITS

LONGEST = 20_000
"""A formula may have this many characters."""
DEEPEST = 40
"""Brackets, groups and scripts one in another."""
LONGEST_SIGN_RUN = 6
MOST_TOKENS = 6_000
HIGHEST_EXPONENT = 1_000
"""A whole number may not stand above this in an exponent; what is computed is capped lower."""
LONGEST_NAME = 100
MOST_SUMS = 4
DEEPEST_EXPONENTS = 3
"""Exponents one above another."""

OPENING = {"(": ")", "[": "]", "|": "|"}
_GREEK_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_CAPITAL_NAMES = ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega")
GREEK = {
    **dict(zip("αβγδεζηθικλμνξπρστυφχψω", _GREEK_NAMES, strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", _CAPITAL_NAMES, strict=True)),
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "ς": "sigma",
}
"""Greek letters as characters, by the names that commands have."""
SAME_AS = {
    "−": "-", "–": "-", "﹣": "-", "－": "-", "＋": "+", "×": "*", "·": "*", "⋅": "*", "∗": "*", "•": "*",
    "÷": "/", "∕": "/", "／": "/", "＝": "=", "（": "(", "）": ")", "［": "[", "］": "]", "≈": "=", "≡": "=",
    "′": "'", "’": "'", "‘": "'", "＞": ">", "＜": "<", "．": ".", "∘": "⊙",
}  # fmt: skip
"""Characters that mean the same as a plainer one."""
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True)) | {"ᵀ": "T", "ˡ": "l"}
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)) | {
    "ₕ": "h", "ₒ": "o", "ᵢ": "i", "ⱼ": "j", "ₖ": "k", "₊": "+"
}  # fmt: skip
ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "ŷ": "hat", "ȳ": "bar", "ỹ": "tilde"}
SPACES = " \t\r\n\u00a0\u2009\u202f\u200b\u2062\ufeff"
DIGITS = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula: its kind, its plain text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int
    detail: str = ""
    """The style of a symbol, the kind of a bracket, what stands above a summation sign."""


class Unreadable(Exception):
    """Internal: what stands from `start` to `end` cannot be read."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message = message
        self.start = start
        self.end = max(end, start)
        super().__init__(message)


def check_text(text: str) -> None:
    """The caps that can be seen in the text. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f"a formula may have at most {LONGEST:,} characters", 0, len(text))
    if found := re.search(rf"(?:[-+−][\s{{}}]*){{{LONGEST_SIGN_RUN + 1}}}", text):
        message = f"at most {LONGEST_SIGN_RUN} signs may stand in a row"
        raise Unreadable(message, found.start(), found.end())
    if found := re.search(rf"[0-9]{{{MOST_DIGITS + 1}}}", text):
        message = f"a number may have at most {MOST_DIGITS} digits"
        raise Unreadable(message, found.start(), found.end())


def check_number(tokens: Sequence[Token]) -> None:
    """The cap on how many tokens a formula may have. Raises Unreadable."""
    if len(tokens) > MOST_TOKENS:
        raise Unreadable(f"a formula may have at most {MOST_TOKENS:,} parts", 0, tokens[-1].end)


def check_tokens(tokens: Sequence[Token]) -> None:
    """The caps on exponents and sums. Raises Unreadable."""
    sums = [token for token in tokens if token.kind == "SUM"]
    if len(sums) > MOST_SUMS:
        raise Unreadable(
            f"at most {MOST_SUMS} summation signs may stand in one side", sums[-1].start, sums[-1].end
        )
    raised: list[bool] = []
    for before, token in pairwise(tokens):
        if token.kind in ("RAISE", "BEGIN"):
            raised.append(token.kind == "RAISE")
            if sum(raised) > DEEPEST_EXPONENTS:
                message = f"at most {DEEPEST_EXPONENTS} exponents may stand one above another"
                raise Unreadable(message, token.start, token.end)
        elif token.kind == "END" and raised:
            raised.pop()
        elif token.kind == "NUMBER" and before.kind == "RAISE" and before.text[:1] != "+":
            if float(token.text) <= HIGHEST_EXPONENT:
                continue
            raise Unreadable(f"an exponent may be at most {HIGHEST_EXPONENT:,}", token.start, token.end)


def is_comma_decimal(whole: str, decimals: str) -> bool:
    """Whether digits around a comma can only be a decimal: `0,5` and `12,25`, but not `10,000`."""
    return len(decimals) != 3 or whole == "0"

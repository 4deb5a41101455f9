"""The tokens of a sentence: words, marks, numbers and names, in English and German.

A number is told apart from a count: "10,000" is a count, "0.05" a decimal. In a German sentence a comma is a
decimal comma and a point may group thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symback.claims.layout import FORMULA, FORMULA_GOES_ON, NUMBER
from symback.claims.rows import chains


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: a lower-case word, a punctuation mark, `#` a number, `@` a name, `%` another formula.

    `text` is as written, at `offset`. `count` is the value of a whole number (thousands may be grouped),
    `decimal` that of a decimal as plain text: 1.5e-3, -0.02.
    """

    kind: str
    text: str
    offset: int
    count: int | None = None
    decimal: str = ""
    latex: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A formula in prose: its text, and how many characters of delimiters stand before it."""

    text: str
    opening: int


_SIGN = r"(?<![\w)\]])[-−]?"
_POWER = (
    r"(?:\s?(?:[×x*·]|\\times|\\cdot)\s?10(?:\^\{?(?P<power>[-−]?\d{1,3})\}?|(?P<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})))"
)
NAME = (
    r"(?:[A-Za-z]{1,12}|[α-ωΔ])(?:_\{[A-Za-z0-9]{1,12}\}|_[A-Za-z0-9]{1,12}|[₀-₉]{1,3}|\d{1,3})"
    r"(?:\^\{?(?:\+|new|neu)\}?|\+|⁺)?"
)
_DERIVATIVE = rf"[d∂]{NAME}/[d∂]{NAME}"
_GAP = r"(?:[.,]|\{,\}|\\,|['\u202f\u00a0](?=\d{3}(?!\d)))"
_ARGUMENTS = r"(?:\[[^\]\n]{0,100}\])?(?:\{[^{}\n]{0,300}\})?"
_TOKEN = re.compile(
    rf"(?P<formula>[{FORMULA}{NUMBER}]{FORMULA_GOES_ON}*)"
    rf"|(?P<number>{_SIGN}\d+(?:{_GAP}\d+)*(?:[eE][-+−]?\d{{1,3}}(?![\w.]))?{_POWER}?(?!\w|[.,]\d))"
    rf"|(?P<name>(?<![\w\\])(?:{_DERIVATIVE}|{NAME}|(?-i:[ELJ])(?=\s?=))(?!\w))"
    r"|(?P<word>(?:vs|e\.g|i\.e|ca|approx|resp|bzw|z\.\s?B|d\.\s?h)\.|[^\W\d_]+(?:['’-][^\W\d_]+)*)"
    rf"|(?P<skip>\\(?:ref|eqref|label|cite[a-z]?|includegraphics|begin|end|href|url|input)\*?{_ARGUMENTS}"
    r"|\\[A-Za-z]+\*?|<[^<>\n]{1,200}>|\]\([^()\n]{0,300}\)|[*_`{}~\"“”„‘’\[\]\\])"
    r"|(?P<mark>[.,;:!?()=≈|%$€£/+<>]|---?|[—–])"
    r"|(?P<other>[^\s])",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"([-−]?)(\d+)(?:\.(\d+))?(?:[eE]([-+−]?\d{1,3}))?")
_FORMULA_NUMBER = re.compile(
    r"(?P<sign>[-−]?)\s*(?P<whole>\d{1,12}(?:(?:,|\{,\}|\\,)\d{3})*)(?:(?:\.|\{,\}|,)(?P<part>\d{1,50}))?"
    r"(?:\s*\\(?:cdot|times)\s*10\^\{?(?P<power>[-−]?\d{1,3})\}?)?"
)
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁺", "0123456789+")
_SWAPPED = str.maketrans(",.", ".,")
_RELATION = re.compile(r"[=<>≈]|\\(?:approx|le|ge|lt|gt|in|to|sum|rightarrow)(?![A-Za-z])")


def tokens_of(text: str, offset: int, german: bool, formulas: Mapping[int, Piece]) -> Iterator[Token]:
    """The tokens of a sentence that begins at `offset`; marks of formulas stand for `formulas`."""
    for found in _TOKEN.finditer(text):
        place = offset + found.start()
        written = found.group()
        if found["formula"]:
            yield _formula_token(formulas[place], place) if place in formulas else Token("%", "", place)
        elif found["number"]:
            yield _number_token(written, place, german)
        elif found["name"]:
            yield Token("@", written.translate(_LOWERED), place)
        elif found["word"]:
            yield Token(written.lower().replace("’", "'"), written, place)
        elif not found["skip"]:
            yield Token(written, written, place)


def _number_token(written: str, place: int, german: bool) -> Token:
    text = written.replace("{,}", ",").replace("\\,", "'").replace("\u202f", "'").replace("\u00a0", "'")
    mantissa = re.split(r"\s?(?:[×x*·]|\\times|\\cdot)", text, maxsplit=1)[0]
    power = re.search(_POWER, text)
    if german:
        mantissa = mantissa.translate(_SWAPPED)
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[,']\d{3})+", mantissa)
    if german and not grouped and "," in mantissa and "." not in mantissa:
        mantissa = mantissa.replace(",", ".")  # a decimal point in a German text
    if grouped:
        return Token("#", written, place, count=int(re.sub("[,']", "", mantissa)))
    decimal = _DECIMAL.fullmatch(mantissa)
    if decimal is None or len(mantissa) > 60:
        return Token("#", written, place)
    sign, whole, part, exponent = decimal.groups(default="")
    if power:
        exponent = power["power"] or power["raised"].translate(_RAISED)
    count = int(whole) if not (sign or part or exponent) and len(whole) < 10 else None
    return Token("#", written, place, count, _plain(sign, whole, part, exponent))


def _plain(sign: str, whole: str, part: str, exponent: str) -> str:
    """A decimal as a reader of numbers takes it: 1.5e-3, -0.02."""
    text = ("-" if sign else "") + whole + (f".{part}" if part else "")
    return text + (f"e{exponent.replace('−', '-').removeprefix('+')}" if exponent else "")


def is_number(formula: str) -> bool:
    """Whether a formula is one bare number."""
    return _FORMULA_NUMBER.fullmatch(formula.strip(" .,;\n")) is not None


def _formula_token(piece: Piece, place: int) -> Token:
    """A formula as a number, a name, or neither."""
    parts = list(chains(piece.text)) if len(piece.text) <= 300 else []
    if len(parts) != 1:
        return Token("%", piece.text, place)
    begin, text = parts[0]
    place += piece.opening + begin
    number = _FORMULA_NUMBER.fullmatch(text)
    if number:
        whole = re.sub(r"\D", "", number["whole"])
        part, power = number["part"] or "", number["power"] or ""
        count = int(whole) if not (part or power or number["sign"]) else None
        return Token("#", text, place, count, _plain(number["sign"], whole, part, power), latex=True)
    return Token("%" if _RELATION.search(text) else "@", text, place, latex=True)

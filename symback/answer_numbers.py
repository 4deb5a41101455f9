"""Numbers as people type them: 0.5, 0,5, 1.5e-4, 1.5×10^-4, 1 234.5 or 3/8, exact and with their digits.

What stands for what:

- One comma or one point is the decimal sign: `1,234` is 1.234, as `1.234` is.
- Where both stand, the last one is the decimal sign and the others make groups: `1,234.5`, `1.234,5`.
- Several of one kind make groups: `1,234,567`. A comma ends no number (`5,`), a point may (`5.`).
- Blanks (also `\\,` of LaTeX) and apostrophes make groups of three digits before the decimal sign, blanks
  also after it: `1 234.567 8`. One number has one kind of group, and the first does not begin with 0.
  Underscores may stand between any two digits.

Whatever else stands there, percent signs and brackets too, is refused rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from symback.errors import RequestError, shorten
from symback.numbers import MOST_DIGITS, parse_decimal

EXACT_DIGITS = 1_000_000
"""How many significant digits a fraction counts as: more than any decimal has."""
SUCH_AS = "There may stand a number such as -0.05, 1,5e-4, 1.5×10^-4 or 3/8."

_SAME = str.maketrans(
    dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " ") | {"\u2212": "-"}
) | dict.fromkeys(range(0x2000, 0x200B), " ")
"""Spaces of all widths and the minus sign; one character for one, so that columns stay."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻–", "0123456789+--")
_DIGITS = "[0-9]+(?:_[0-9]+)*"
_POINT = r"(?:[.,]|\{,\})"
_BLANK = r"(?: |\\,)"
_TRIPLES = rf"[0-9]{{3}}(?:{_BLANK}[0-9]{{3}})*{_BLANK}[0-9]{{1,3}}(?![0-9])"


def _grouped(mark: str, rest: str) -> str:
    return rf"(?P<whole>[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+)(?![0-9]){rest}"


_DECIMALS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<whole>{_DIGITS})(?:\.(?P<part>))?",
        rf"(?P<whole>{_DIGITS})?{_POINT}(?P<part>{_DIGITS})",
        rf"(?P<whole>{_DIGITS}){_POINT}(?P<part>{_TRIPLES})",
        _grouped(_BLANK, rf"(?:{_POINT}(?P<part>{_TRIPLES}|{_DIGITS})|\.)?"),
        _grouped("['’]", rf"(?:{_POINT}(?P<part>{_DIGITS})|\.)?"),
        _grouped(",", rf"(?:\.(?P<part>{_DIGITS})?)?"),
        _grouped(r"\.", rf"(?:(?:,|\{{,\}})(?P<part>{_DIGITS}))?"),
    )
)
"""The longest match counts, of equally long ones the first: so one comma is a decimal comma."""
_BEFORE = re.compile(r"(?P<dollars>\$\$?)? *(?P<sign>[-+–])? *")
_MINUS = ("-", "–")
_WHOLE = r"[-+–]? *[0-9]+"
_POWER = rf"10 *(?:(?:\^|\*\*) *(?:({_WHOLE})|\{{ *({_WHOLE}) *\}}|\( *({_WHOLE}) *\))|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
_POWER_ALONE = re.compile(_POWER)
_EXPONENT = re.compile(
    rf"[eE]([-+–]?[0-9]+)|{_BLANK}*(?:[·⋅∙×*xX]|\\cdot(?![a-z])|\\times(?![a-z])){_BLANK}*{_POWER}"
)
_FRACTION = re.compile(
    rf"({_DIGITS}) */ *({_DIGITS})"
    rf"|\\[dt]?frac *\{{ *(?P<sign>[-+–]?) *({_DIGITS}) *\}} *\{{ *({_DIGITS}) *\}}"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A number, and how exactly it was given."""

    text: str
    """As typed, without blanks around it."""
    value: Fraction
    decimals: int | None
    """The last digit counts 10^-decimals: 4 for 0.0500, -3 for 1.5e4. None for a fraction, which is exact."""
    significant: int
    """How many digits were given from the first that is not 0: 3 for 0.0500, 1 for 0.000, 4 for 1500."""

    @property
    def unit(self) -> Fraction:
        """What 1 in the last digit counts; 0 for a fraction."""
        return Fraction(0) if self.decimals is None else Fraction(10) ** -self.decimals


def read_answer(text: str) -> Answer:
    """The number that a person typed, by the rules above; `$` may stand around it, and an en dash for minus.

    Raises RequestError with the column from which on it is no number, and what may stand there; also for
    more than MOST_DIGITS digits, exponents beyond that, fractions over 0, infinity and NaN.
    """
    typed = text.strip()
    plain = typed.translate(_SAME)
    before = _BEFORE.match(plain)
    start, dollars, sign = (before.end(), before["dollars"], before["sign"]) if before else (0, None, None)
    answer, end = _fraction(typed, plain, start) or _decimal(typed, plain, start)
    if plain[end:].lstrip(" ") != (dollars or ""):
        raise _refused(typed, end)
    return _negative(answer) if sign in _MINUS else answer


def _fraction(typed: str, plain: str, start: int) -> tuple[Answer, int] | None:
    """A fraction of whole numbers and where it ends; None if there is none."""
    found = _FRACTION.match(plain, start)
    if found is None:
        return None
    kind = 1 if found[1] else 4
    above, below = (_only_digits(found[place]) for place in (kind, kind + 1))
    if max(len(above), len(below)) > MOST_DIGITS:
        raise _too_long(typed)
    if int(below) == 0:
        raise RequestError(f"{shorten(typed)} is no number: it divides by 0. {SUCH_AS}")
    answer = Answer(typed, Fraction(int(above), int(below)), None, EXACT_DIGITS)
    return _negative(answer) if found["sign"] in _MINUS else answer, found.end()


def _decimal(typed: str, plain: str, start: int) -> tuple[Answer, int]:
    """A decimal with or without a power of ten, and where it ends."""
    alone = _POWER_ALONE.match(plain, start)
    if alone is not None:
        return _answer(typed, "1", "", _exponent(alone)), alone.end()
    matches = [found for form in _DECIMALS if (found := form.match(plain, start)) is not None]
    if not matches:
        raise _refused(typed, start)
    found = max(matches, key=re.Match.end)
    whole, part = (_only_digits(found[name] or "") for name in ("whole", "part"))
    power = _EXPONENT.match(plain, found.end())
    if power is None:
        return _answer(typed, whole, part, "0"), found.end()
    return _answer(typed, whole, part, _exponent(power)), power.end()


def _answer(typed: str, whole: str, part: str, exponent: str) -> Answer:
    try:
        power = int(exponent[:8])
        value = parse_decimal(f"{whole or '0'}{'.' if part else ''}{part}e{power}")
    except ValueError:
        raise _too_long(typed) from None
    significant = len((whole + part).lstrip("0"))
    return Answer(typed, value, len(part) - power, max(1, significant))


def _exponent(found: re.Match[str]) -> str:
    """The exponent in ASCII, without leading zeros."""
    text = next(group for group in found.groups() if group).translate(_RAISED).replace(" ", "")
    return ("-" if text[0] == "-" else "") + (text.lstrip("+-").lstrip("0") or "0")


def _negative(answer: Answer) -> Answer:
    return Answer(answer.text, -answer.value, answer.decimals, answer.significant)


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _too_long(typed: str) -> RequestError:
    return RequestError(
        f"{shorten(typed)} is too long: a number may have up to {MOST_DIGITS} digits and an exponent up to "
        f"{MOST_DIGITS}."
    )


def _refused(typed: str, start: int) -> RequestError:
    """The message for a text that is no number from a place on."""
    rest = typed[start:].lstrip()
    if not typed:
        return RequestError(f"'' is no number: nothing stands there. {SUCH_AS}")
    if not rest:
        return RequestError(f"{shorten(typed)} is no number: it ends too early. {SUCH_AS}")
    column = len(typed) - len(rest) + 1
    first = rest[0]
    code = "" if first.isascii() else f" (U+{ord(first):04X})"
    digits = " Digits are 0 to 9." if first.isdecimal() and not first.isascii() else ""
    found = f"from column {column} on {shorten(rest, 30)}{code} stands there"
    return RequestError(f"{shorten(typed)} is no number: {found}.{digits} {SUCH_AS}")

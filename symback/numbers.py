"""Decimal text to exact numbers, the one rounding rule, and fixed decimals as text."""

from __future__ import annotations

import math
import re
from fractions import Fraction

MOST_DIGITS = 100
"""A decimal may have this many digits, and its first digit may stand this many places from the point."""
_SURE = 2.0**53
"""Up to here every whole number is a float."""
_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?")


def parse_decimal(text: str) -> Fraction:
    """The exact value of a decimal such as `0.10`, `-5` or `1e-3`.

    Raises ValueError, with what may stand there, for anything else, including NaN and infinity, and for
    numbers beyond MOST_DIGITS (an exponent is checked in the text, before any power is computed).
    """
    found = _DECIMAL.fullmatch(text.replace("_", ""))
    if found is None:
        raise ValueError("a finite decimal number such as 0.05 or -1.5e-3 may stand there")
    sign, whole, part, exponent = found.groups(default="")
    power = int(exponent or "0")
    if len(whole) + len(part) > MOST_DIGITS or abs(power) > MOST_DIGITS:
        raise ValueError(
            f"a number may have at most {MOST_DIGITS} digits and an exponent up to {MOST_DIGITS}"
        )
    decimals = len(part) - power
    value = Fraction(int(whole + part) * 10 ** max(0, -decimals), 10 ** max(0, decimals))
    return -value if sign == "-" else value


def as_typed(text: str) -> str:
    """A decimal as its author typed it, without underscores, a plus sign or an exponent."""
    text = text.replace("_", "").removeprefix("+")
    if "e" not in text.lower():
        return text
    value = parse_decimal(text)
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    return fixed(scaled(value, decimals), decimals)


def scaled(value: Fraction, decimals: int) -> int:
    """`value` times 10 to the `decimals`, rounded to a whole number; ties go away from zero, as by hand."""
    numerator = abs(value.numerator) * 10**decimals
    whole: int = (2 * numerator + value.denominator) // (2 * value.denominator)
    return -whole if value < 0 else whole


def fixed(whole: int, decimals: int) -> str:
    """`whole` / 10^`decimals` as text with exactly that many decimals; zero never has a sign.

    >>> fixed(-5, 3), fixed(0, 2), fixed(12, 0)
    ('-0.005', '0.00', '12')
    """
    digits = digits_of(abs(whole)).rjust(decimals + 1, "0")
    sign = "-" if whole < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def rounded_float(number: float, decimals: int) -> str:
    """`fixed` of a float's exact value; ties go away from zero.

    >>> rounded_float(0.0009765625, 9), rounded_float(-1e-12, 9), rounded_float(2.5, 0)
    ('0.000976563', '0.000000000', '3')
    """
    doubled = number * 2 * 10**decimals
    if abs(doubled) < _SURE and doubled != math.floor(doubled):
        text = f"{number:.{decimals}f}"  # there is no tie, so that all ways of rounding agree
        return text if text.strip("-0.") else text.removeprefix("-")
    return fixed(scaled(Fraction(number), decimals), decimals)


def digits_of(whole: int) -> str:
    """A non-negative whole number as text, also beyond Python's limit for int to str."""
    if whole.bit_length() < 10_000:
        return str(whole)
    half = int(whole.bit_length() * 0.15)
    upper, lower = divmod(whole, 10**half)
    return digits_of(upper) + digits_of(lower).rjust(half, "0")


def drawn(seed: int, name: str) -> str:
    """The random decimal of parameter `name`: (n mod 199 - 99)/100 with n from SHA-256, never 0.

    n is the first 8 bytes, big-endian, of SHA-256("symback/1:<seed>:<name>"); 0 is replaced by 0.01.
    """
    import hashlib  # it loads a cryptographic library; few networks draw their numbers

    digest = hashlib.sha256(f"symback/1:{seed}:{name}".encode()).digest()
    return fixed((int.from_bytes(digest[:8], "big") % 199 - 99) or 1, 2)

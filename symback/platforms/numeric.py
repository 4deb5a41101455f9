"""What platforms need of numbers: scales for small ones, and exact ends of an interval."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, getcontext

from symback.platforms.paper import Field

SMALL = Decimal("1e-4")
"""Some platforms take smaller numbers for 0."""


def power_of(field: Field) -> int:
    """The power of ten that makes a very small key readable; 0 for others, and for zero itself."""
    key = abs(Decimal(field.value))
    if key == 0 or key >= SMALL:
        return 0
    return -key.adjusted()


def scaled(field: Field, power: int) -> Field:
    """The field with key, tolerance and windows times a power of ten."""
    if not power:
        return field
    replies = tuple(
        replace(reply, value=times(reply.value, power), tolerance=times(reply.tolerance, power))
        for reply in field.replies
    )
    return replace(
        field, value=times(field.value, power), tolerance=times(field.tolerance, power), replies=replies
    )


def times(text: str, power: int) -> str:
    """A decimal times a power of ten, exactly, without an exponent."""
    assert len(text) < getcontext().prec
    return f"{Decimal(text).scaleb(power):f}"


def ends(value: str, tolerance: str) -> tuple[str, str]:
    """The smallest and the largest number of an interval, with all digits."""
    middle, half = Decimal(value), Decimal(tolerance)
    return f"{middle - half:f}", f"{middle + half:f}"

"""What can become of a box, and what share of its points each gives by default."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction


class Status(StrEnum):
    """Exactly one for each box."""

    RIGHT = "right"
    """The key, within its tolerance."""
    CONVENTION = "convention"
    """Right under another convention, such as the other sign of delta."""
    ROUNDED = "rounded-early"
    """Right but for digits that were dropped too early, or not given."""
    FOLLOWS = "follow-through"
    """What follows from numbers or mistakes that were marked in an earlier box."""
    MISTAKE = "mistake"
    """The first box in which a mistake shows that can be named."""
    WRONG = "wrong"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    """No number, or what only a person can mark."""


DEFAULT_SHARES: Mapping[Status, Fraction] = {
    Status.RIGHT: Fraction(1),
    Status.CONVENTION: Fraction(1),
    Status.ROUNDED: Fraction(1, 2),
    Status.FOLLOWS: Fraction(1),
    Status.MISTAKE: Fraction(1, 2),
    Status.WRONG: Fraction(0),
    Status.BLANK: Fraction(0),
    Status.UNREADABLE: Fraction(0),
}
"""Of the points of a box."""

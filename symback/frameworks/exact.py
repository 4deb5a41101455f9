"""The numbers of other frameworks as exact decimals, ready for a network file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from symback.errors import RequestError, shorten
from symback.numbers import MOST_DIGITS

Nested = Any
"""Numbers in lists, as deep as the array that they come from."""
MOST_DECIMALS = 60
_WIDE = Context(prec=1_200, Emin=-2_000, Emax=2_000)
"""Every double has fewer digits than this."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Turns floats into decimals: exactly, or rounded to so many decimals, ties away from zero."""

    decimals: int | None = None

    def __post_init__(self) -> None:
        if self.decimals is None:
            return
        is_count = isinstance(self.decimals, int) and not isinstance(self.decimals, bool)
        if not is_count or not 0 <= self.decimals <= MOST_DECIMALS:
            found = shorten(self.decimals)
            raise RequestError(f"decimals={found}: a whole number from 0 to {MOST_DECIMALS} may stand there.")

    def number(self, value: float, where: str) -> Decimal:
        """The decimal of a float (0.5, or 0.100000001490116119384765625), or of a whole number.

        Raises RequestError, naming `where`, for NaN, infinity and more digits than a network file may have.
        """
        if not math.isfinite(value):
            raise RequestError(f"{where} is {value}: a network file needs finite numbers.")
        exact = Decimal(value)
        if self.decimals is not None:
            exact = exact.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP, _WIDE)
        return self._fitting(exact.normalize(_WIDE), where)

    def typed(self, value: float, where: str) -> Decimal:
        """The decimal that Python prints for a setting that somebody typed, such as a slope of 0.01."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise RequestError(f"{where} is {shorten(value)}: a finite number may stand there.")
        return self._fitting(Decimal(repr(value)).normalize(_WIDE), where)

    def single(self, value: float, where: str) -> Decimal:
        """The decimal that somebody typed, of a setting that is stored in single precision.

        >>> Exact().single(0.009999999776482582, "alpha")
        Decimal('0.01')
        """
        return self.typed(float(f"{value:.7g}"), where)

    def nested(self, values: Nested, where: str) -> Nested:
        """Lists of floats as lists of decimals; each place is told in messages, counted from 1."""
        return each(values, self.number, where)

    def total(self, numbers: Sequence[Decimal], where: str) -> Decimal:
        """The exact sum of decimals."""
        found = Decimal(0)
        for number in numbers:
            found = _WIDE.add(found, number)
        return self._fitting(found, where)

    def _fitting(self, exact: Decimal, where: str) -> Decimal:
        if not exact:
            return Decimal(0)
        _, digits, exponent = exact.as_tuple()
        assert isinstance(exponent, int)
        if len(digits) > MOST_DIGITS or not -MOST_DIGITS <= exact.adjusted() <= MOST_DIGITS:
            places = max(len(digits), abs(exponent))
            raise RequestError(
                f"{where} is {float(exact)!r}, whose exact decimal has {places} places: a number of a network"
                f" file has up to {MOST_DIGITS} digits. With decimals=30 all numbers are rounded."
            )
        return exact


def each(values: Nested, change: Callable[[Any, str], Decimal], where: str) -> Nested:
    """`change` of every number in nested lists, with its place."""
    if isinstance(values, list | tuple):
        return [each(value, change, f"{where}[{place}]") for place, value in enumerate(values, 1)]
    return change(values, where)

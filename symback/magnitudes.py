"""Logarithms and roots in a field of rational functions, taken apart by the factors of their arguments.

Where u > 0, log(u) = log|u| and u^q = |u|^q, and magnitudes multiply: |p*r| = |p|*|r|. So each factor p
that cannot be split gets at most two generators, log|p| and m = |p|^(1/index). Of m is known that m^index is
p or -p where the sign of p is known, and m^(2*index) = p^2 elsewhere. No rule needs a condition of its own:
all hold wherever the formula that they are applied to is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from flint import fmpq, fmpz

from symback.rational_functions import Element, Field, TooLarge

MOST_FACTORED_BITS = 64
"""A whole number with more bits than this is not taken apart."""

Key = tuple[str, int]
"""A factor of the field by its place, or a whole number > 1."""


class Magnitudes:
    """The logarithms and roots of one field. `new_generator` gives the place of an unused generator."""

    def __init__(self, field: Field, new_generator: Callable[[], int], index: int) -> None:
        self.field = field
        self.index = index
        self._new_generator = new_generator
        self._logs: dict[Key, int] = {}
        self._log_of: dict[int, Key] = {}
        self._roots: dict[Key, int] = {}
        self._root_of: dict[int, Key] = {}
        self._exponents: dict[int, Element] = {}

    def name_exponential(self, generator: int, exponent: Element) -> None:
        """The generator is exp(exponent)."""
        self._exponents[generator] = exponent
        self.field.signs[generator] = 1
        self.field.nonzero.add(generator)

    def log(self, element: Element) -> Element:
        """The logarithm of the element, as a sum. Raises ZeroDivisionError for that of 0."""
        if element.is_zero:
            raise ZeroDivisionError
        return self.field.add([self._times(self._log(key), power) for key, power in self._keys(element)])

    def power(self, element: Element, exponent: Fraction) -> Element:
        """The element to a positive exponent whose denominator divides the index, as a product."""
        if element.is_zero:
            return element
        return self.field.multiply([self._power(key, power * exponent) for key, power in self._keys(element)])

    def split(self, exponent: Element) -> tuple[Element, Element]:
        """(u, v) with exp(exponent) = exp(u)*v, where u holds no multiple of a logarithm that is known."""
        polynomial = self.field.polynomial(exponent) if self._log_of else None
        if polynomial is None:
            return exponent, self.field.one
        rest: dict[tuple[int, ...], fmpq] = {}
        factors: list[Element] = []
        for powers, coefficient in polynomial.terms():
            power = Fraction(int(coefficient.p), int(coefficient.q))
            place = powers.index(1) if sum(powers) == 1 else -1
            if place in self._log_of and (power * self.index).denominator == 1:
                factors.append(self._power(self._log_of[place], power))
            else:
                rest[powers] = coefficient
        if not factors:
            return exponent, self.field.one
        remainder = self.field.element(self.field.context.from_dict(rest))
        return remainder, self.field.multiply(factors)

    def note(self, element: Element, strict: bool) -> None:
        """The element is known to be positive; or, if not `strict`, not negative.

        That gives the sign of a factor if it is the only one whose sign is not known yet.
        """
        if element.is_zero:
            return
        element = self.field.irreducible(element)
        unknown: list[int] = []
        sign = 1 if element.coefficient > 0 else -1
        for place, power in element.factors:
            known = self.field.factor_sign(place)[0]
            if power % 2 and not known:
                unknown.append(place)
            sign *= known if power % 2 and known else 1
        if len(unknown) == 1:
            self.field.signs[unknown[0]] = sign
            self._refresh(("factor", unknown[0]))
        if strict and len(unknown) < 2:
            self.field.nonzero.update(place for place, _ in element.factors)

    def base_of(self, place: int) -> int:
        """The factor of which a generator is a root; any other factor itself."""
        while place in self._root_of and self._root_of[place][0] == "factor":
            place = self._root_of[place][1]
        return place

    def _keys(self, element: Element) -> Iterator[tuple[Key, int]]:
        """What the magnitude of the element is a product of, and the powers."""
        element = self.field.irreducible(element)
        for whole, sign in ((element.coefficient.p, 1), (element.coefficient.q, -1)):
            size = abs(fmpz(whole))
            if size.bit_length() > MOST_FACTORED_BITS:
                yield ("number", int(size)), sign
            else:
                yield from ((("number", int(prime)), sign * int(n)) for prime, n in size.factor())
        for place, power in element.factors:
            yield ("factor", place), power

    def _log(self, key: Key) -> Element:
        kind, place = key
        if kind == "factor" and place in self._exponents:
            return self._exponents[place]
        if kind == "factor" and place in self._root_of:
            return self._times(self._log(self._root_of[place]), Fraction(1, self.index))
        if key not in self._logs:
            self._logs[key] = self._new_generator()
            self._log_of[self._logs[key]] = key
        return self.field.monomial([(self._logs[key], 1)])

    def _power(self, key: Key, exponent: Fraction) -> Element:
        """|p|^exponent."""
        kind, place = key
        sign = self.field.factor_sign(place)[0] if kind == "factor" else 1
        if exponent.denominator == 1 and (sign or exponent % 2 == 0):
            base = Element(fmpq(place)) if kind == "number" else Element(fmpq(sign or 1), ((place, 1),))
            return self.field.power(base, int(exponent))
        steps = exponent * self.index
        if steps.denominator != 1:
            raise TooLarge
        if key not in self._roots:
            root = self._roots[key] = self._new_generator()
            self._root_of[root] = key
            self.field.signs[root] = 1
            if kind == "number" or self.field.factor_sign(place)[1]:
                self.field.nonzero.add(root)
            self._refresh(key)
        return self.field.monomial([(self._roots[key], int(steps))])

    def _refresh(self, key: Key) -> None:
        """What is known of the root of a factor, after its sign may have become known."""
        if key not in self._roots:
            return
        kind, place = key
        sign = self.field.factor_sign(place)[0] if kind == "factor" else 1
        if kind == "number":
            known = (self.index, Element(fmpq(place)))
        elif sign:
            known = (self.index, Element(fmpq(sign), ((place, 1),)))
        else:
            known = (2 * self.index, Element(fmpq(1), ((place, 2),)))
        self.field.roots[self._roots[key]] = known

    def _times(self, element: Element, factor: int | Fraction) -> Element:
        return self.field.multiply([self.field.number(Fraction(factor)), element])

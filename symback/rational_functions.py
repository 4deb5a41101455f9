"""The field of rational functions with rational coefficients, in factored form, on flint's polynomials.

An element is a rational number times a product of powers of polynomials. Only a sum multiplies anything
out, and only what its terms do not have in common; so no greatest common divisor is ever needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

MOST_WORK = 8_000_000
"""How many products of two terms a budget allows: about a second."""
MOST_PRODUCTS = 2_000_000
"""How many of them one multiplication may take."""
MOST_BITS = 100_000
"""How long a coefficient may grow, about."""
MOST_DEGREE = 100_000
"""How high a power may be."""
MOST_TERMS = 60
"""How many terms, and how high a degree, a polynomial may have that is to be factored."""


class TooLarge(Exception):
    """The work would exceed the budget."""


class Budget:
    """The work that is left, counted in products of two terms."""

    def __init__(self, work: int = MOST_WORK) -> None:
        self.left = work

    def spend(self, work: int) -> None:
        """Take some of it; raises TooLarge when it is used up."""
        self.left -= work
        if self.left < 0:
            raise TooLarge


Powers = tuple[tuple[int, int], ...]
"""Places of factors and their powers, sorted by place, without powers of 0."""


@dataclass(frozen=True, slots=True)
class Element:
    """`coefficient` times the product of the field's factors, as (place, power) pairs sorted by place."""

    coefficient: fmpq
    factors: Powers = ()

    @property
    def is_zero(self) -> bool:
        return self.coefficient == 0

    @property
    def is_constant(self) -> bool:
        return not self.factors


class Field:
    """Rational functions in a fixed number of generators, and the polynomials met so far.

    The factors are the generators, then polynomials of two or more terms, each with leading coefficient 1
    and divisible by no generator. Methods raise TooLarge beyond the budget and ZeroDivisionError for 1/0.
    """

    def __init__(self, generators: int, budget: Budget) -> None:
        names = [f"x{place}" for place in range(generators)]
        self.context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        self.generators = generators
        self.budget = budget
        self.weight = 1 + generators // 32  # a term's cost grows with its exponents
        self._factors: list[fmpq_mpoly] = list(self.context.gens())
        self._bits = [1] * generators  # how long the coefficients of each factor are
        self._places: dict[tuple[int, int], list[int]] = {}
        self._powers: dict[tuple[int, int], fmpq_mpoly] = {}
        self._irreducible: dict[int, Element] = {}
        self.zero = Element(fmpq(0))
        self.one = Element(fmpq(1))
        self.roots: dict[int, tuple[int, Element]] = {}
        """Generators that are roots: the power that is known of each, and what that is."""
        self.signs: dict[int, int] = {}
        """Factors that are nowhere negative (1) or nowhere positive (-1)."""
        self.nonzero: set[int] = set()
        """Factors, all with a sign, that are nowhere 0."""

    def number(self, value: Fraction) -> Element:
        """A constant."""
        return Element(fmpq(value.numerator, value.denominator))

    def monomial(self, powers: Iterable[tuple[int, int]]) -> Element:
        """A product of powers of generators, as (place, power) pairs with each place once."""
        return self._reduced(Element(fmpq(1), tuple(sorted(pair for pair in powers if pair[1]))))

    def multiply(self, elements: Sequence[Element]) -> Element:
        """The product; 1 for none."""
        coefficient = fmpq(1)
        powers: dict[int, int] = {}
        for element in elements:
            coefficient *= element.coefficient
            for place, power in element.factors:
                powers[place] = powers.get(place, 0) + power
        return self._reduced(Element(coefficient, _sorted(powers))) if coefficient else self.zero

    def power(self, element: Element, exponent: int) -> Element:
        """The element to a whole power; to the power of 0 it is 1."""
        if exponent == 0:
            return self.one
        if element.is_zero and exponent < 0:
            raise ZeroDivisionError
        if abs(exponent) > MOST_DEGREE or _bits(element.coefficient) * abs(exponent) > MOST_BITS:
            raise TooLarge
        factors = tuple((place, power * exponent) for place, power in element.factors)
        return self._reduced(Element(element.coefficient**exponent, factors))

    def negate(self, element: Element) -> Element:
        """The element times -1."""
        return Element(-element.coefficient, element.factors)

    def add(self, elements: Iterable[Element]) -> Element:
        """The sum; 0 for none. What all terms have in common stays in front, unexpanded."""
        like: dict[Powers, fmpq] = {}
        for element in elements:
            like[element.factors] = like.get(element.factors, 0) + element.coefficient
        terms = [Element(coefficient, factors) for factors, coefficient in like.items() if coefficient]
        if len(terms) < 2:
            return terms[0] if terms else self.zero
        common, rests = self._common(terms)
        total = self.context.constant(0)
        for rest in rests:
            total += rest
        if self.roots:
            total = self._without_high_powers(total)
        return self.multiply([Element(fmpq(1), common), self._element(total)])

    def are_equal(self, first: Element, second: Element) -> bool:
        """Whether the two are the same function, wherever no denominator is zero."""
        return self.add([first, self.negate(second)]).is_zero

    def ratio(self, first: Element, second: Element) -> fmpq | None:
        """`first` / `second` if that is a constant, else None. Neither may be zero."""
        _, (above, below) = self._common([first, second])
        ratio = above.leading_coefficient() / below.leading_coefficient()
        return ratio if above == below * ratio else None

    def vanishes_with(self, element: Element, other: Element) -> bool:
        """Whether `element` is 0 wherever `other` is: each factor of `other` divides one of `element`."""
        return all(
            any(power > 0 and self._divides(divisor, place) for place, power in element.factors)
            for divisor, count in other.factors
            if count > 0
        )

    def relations(self, elements: Sequence[Element]) -> list[dict[int, fmpq]]:
        """Each element as a linear combination, with rational coefficients, of those before it.

        One that is independent of those before it is its own combination, {its place: 1}. So all linear
        relations over the rationals are found, by elimination on the coefficients of the numerators over
        one common denominator.
        """
        if not elements:
            return []
        firsts: dict[Powers, int] = {}  # what is equal but for the coefficient needs no elimination
        for place, element in enumerate(elements):
            if not element.is_zero:
                firsts.setdefault(element.factors, place)
        independent = list(firsts.values())
        numerators = self._common([elements[place] for place in independent])[1]
        rows: list[tuple[tuple[int, ...], fmpq_mpoly, dict[int, fmpq]]] = []
        found: dict[int, dict[int, fmpq]] = {}
        for place, vector in zip(independent, numerators, strict=True):
            combination: dict[int, fmpq] = {}
            self.budget.spend(len(rows) * self.generators // 4)
            for pivot, row, made_of in rows:
                multiple = vector[pivot]
                if multiple:
                    self.budget.spend((len(row) + len(vector)) * self.weight)
                    vector -= row * multiple
                    _add_multiple(combination, made_of, multiple)
            if len(vector) > 0:
                scale = 1 / vector.leading_coefficient()
                made_of = {basis: -value * scale for basis, value in combination.items()}
                made_of[place] = scale
                rows.append((vector.monomial(0), vector * scale, made_of))
                combination = {place: fmpq(1)}
            found[place] = combination
        combinations = []
        for element in elements:
            first = firsts.get(element.factors, -1)
            ratio = element.coefficient / elements[first].coefficient if first >= 0 else fmpq(0)
            combination = {}
            _add_multiple(combination, found.get(first, {}), ratio)
            combinations.append(combination)
        return combinations

    def sign(self, element: Element) -> int | None:
        """Its sign wherever it is neither 0 nor undefined, if that is known; 0 if it is 0 everywhere."""
        sign = _sign(element.coefficient)
        for place, power in element.factors:
            if power % 2 and sign:
                sign *= self.factor_sign(place)[0]
        return sign if sign or element.is_zero else None

    def may_vanish(self, element: Element) -> bool:
        """Whether it is not known to be different from 0 everywhere."""
        return element.is_zero or any(
            power > 0 and not self.factor_sign(place)[1] for place, power in element.factors
        )

    def factor_sign(self, place: int) -> tuple[int, bool]:
        """The sign of a factor, 0 if it is not known; and whether it is known to be nowhere 0.

        A polynomial has one if all its terms have the same; it is nowhere 0 if one of them is.
        """
        if place in self.signs or place < self.generators:
            return self.signs.get(place, 0), place in self.nonzero
        polynomial = self._factors[place]
        self.budget.spend(len(polynomial) * self.weight)
        sign, nonzero = 0, False
        for powers, coefficient in polynomial.terms():
            term, strict = _sign(coefficient), True
            for generator, power in enumerate(powers):
                if power:
                    term *= self.signs.get(generator, 0) if power % 2 else 1
                    strict = strict and generator in self.nonzero
            if term == 0 or term == -sign:
                return 0, False
            sign, nonzero = term, nonzero or strict
        return sign, nonzero

    def irreducible(self, element: Element) -> Element:
        """The same element with factors that cannot be split, as far as they are small."""
        parts = [Element(element.coefficient)]
        for place, power in element.factors:
            parts.append(self.power(self._split(place), power))
        return self.multiply(parts)

    def _split(self, place: int) -> Element:
        if place not in self._irreducible:
            self._irreducible[place] = one = Element(fmpq(1), ((place, 1),))
            polynomial = self._factors[place]
            small = len(polynomial) <= MOST_TERMS and polynomial.total_degree() <= MOST_TERMS
            if place >= self.generators and small and self._bits[place] <= MOST_TERMS:
                self.budget.spend(len(polynomial) ** 2 * self.weight)
                coefficient, factors = polynomial.factor()
                if len(factors) > 1 or factors[0][1] > 1:
                    parts = [self.power(self._element(factor), int(power)) for factor, power in factors]
                    one = self.multiply([Element(coefficient), *parts])
            self._irreducible[place] = one
        return self._irreducible[place]

    def _reduced(self, element: Element) -> Element:
        """The element with every root to a power between 0 and the one that is known."""
        if not any(place in self.roots for place, _ in element.factors):
            return element
        powers = dict(element.factors)
        coefficient = element.coefficient
        for place in sorted(self.roots, reverse=True):  # what a root's power is has lower places
            known, value = self.roots[place]
            whole, powers[place] = divmod(powers.get(place, 0), known)
            if whole:
                if abs(whole) > MOST_DEGREE or _bits(value.coefficient) * abs(whole) > MOST_BITS:
                    raise TooLarge
                coefficient *= value.coefficient**whole
                for other, power in value.factors:
                    powers[other] = powers.get(other, 0) + power * whole
        return Element(coefficient, _sorted(powers))

    def _without_high_powers(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The same, for a polynomial in the generators."""
        for place in sorted(self.roots, reverse=True):
            known, value = self.roots[place]
            if len(polynomial) == 0 or polynomial.degrees()[place] < known:
                continue
            self.budget.spend(len(polynomial) * self.generators)
            parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for powers, coefficient in polynomial.terms():
                whole, rest = divmod(int(powers[place]), known)
                parts.setdefault(whole, {})[(*powers[:place], rest, *powers[place + 1 :])] = coefficient
            total = self.context.constant(0)
            for whole, part in parts.items():
                piece = self.context.from_dict(part)
                if whole:
                    factors = tuple((factor, power * whole) for factor, power in value.factors)
                    lifted = self._expand(value.coefficient**whole, factors)
                    piece = self._times(piece, lifted, max(map(_bits, part.values())))
                total += piece
            polynomial = total
        return polynomial

    def polynomial(self, element: Element) -> fmpq_mpoly | None:
        """The element multiplied out, if it has no denominator."""
        if any(power < 0 for _, power in element.factors):
            return None
        return self._expand(element.coefficient, element.factors)

    def element(self, polynomial: fmpq_mpoly) -> Element:
        """A polynomial in the generators as an element."""
        return self._element(polynomial)

    def _common(self, terms: Sequence[Element]) -> tuple[Powers, list[fmpq_mpoly]]:
        """The greatest common product of powers, and what each term has beside it, multiplied out."""
        powers = [dict(term.factors) for term in terms]
        places = {place for each in powers for place in each}
        self.budget.spend(len(places) * len(terms))
        common = {place: min(each.get(place, 0) for each in powers) for place in places}
        rests = []
        for term, each in zip(terms, powers, strict=True):
            rest = {place: each.get(place, 0) - lowest for place, lowest in common.items()}
            rests.append(self._expand(term.coefficient, _sorted(rest)))
        return _sorted(common), rests

    def _expand(self, coefficient: fmpq, factors: Powers) -> fmpq_mpoly:
        exponents = [0] * self.generators
        compound: list[fmpq_mpoly] = []
        bits = _bits(coefficient)
        for place, power in factors:
            if power > MOST_DEGREE:
                raise TooLarge
            if place < self.generators:
                exponents[place] = power
            else:
                compound.append(self._to_power(place, power))
                bits += self._bits[place] * power
        result = self.context.from_dict({tuple(exponents): coefficient})
        for polynomial in sorted(compound, key=len):
            result = self._times(result, polynomial, bits)
        return result

    def _to_power(self, place: int, power: int) -> fmpq_mpoly:
        if power == 1:
            return self._factors[place]
        known = self._powers.get((place, power))
        if known is None:
            bits = self._bits[place] * power
            half = self._to_power(place, power // 2)
            known = self._times(half, half, bits)
            if power % 2:
                known = self._times(known, self._factors[place], bits)
            self._powers[place, power] = known
        return known

    def _times(self, first: fmpq_mpoly, second: fmpq_mpoly, bits: int) -> fmpq_mpoly:
        """The product, whose coefficients have about `bits` bits."""
        products = len(first) * len(second)
        if products > MOST_PRODUCTS or bits > MOST_BITS:
            raise TooLarge
        self.budget.spend(products * self.weight * (1 + bits // 256))
        return first * second

    def _element(self, polynomial: fmpq_mpoly) -> Element:
        """A polynomial as a number times generators times one registered factor."""
        if len(polynomial) == 0:
            return self.zero
        self.budget.spend(len(polynomial) * self.weight)
        # The exponents of all terms as Python's numbers would take many times as long as the sum itself.
        (lowest,) = polynomial.term_content().monoms()
        leading = polynomial.leading_coefficient()
        factors = [(place, int(power)) for place, power in enumerate(lowest) if power]
        if len(polynomial) > 1:
            content = self.context.from_dict({lowest: leading})
            factors.append((self._place(polynomial / content), 1))
        return Element(leading, tuple(factors))

    def _place(self, polynomial: fmpq_mpoly) -> int:
        places = self._places.setdefault((len(polynomial), polynomial.total_degree()), [])
        for place in places:
            if self._factors[place] == polynomial:
                return place
        places.append(len(self._factors))
        self._factors.append(polynomial)
        self._bits.append(max(map(_bits, polynomial.coeffs())))
        return places[-1]

    def _divides(self, divisor: int, place: int) -> bool:
        if divisor == place:
            return True
        above, below = self._factors[place], self._factors[divisor]
        self.budget.spend(len(above) * len(below) * self.weight)
        return bool(len(divmod(above, below)[1]) == 0)


def _sorted(powers: dict[int, int]) -> Powers:
    return tuple(sorted((place, power) for place, power in powers.items() if power))


def _bits(value: fmpq) -> int:
    return int(value.height_bits())


def _sign(value: fmpq) -> int:
    return int(value > 0) - int(value < 0)


def _add_multiple(target: dict[int, fmpq], source: dict[int, fmpq], multiple: fmpq) -> None:
    """Add `multiple` times `source` to `target` in place; zeros leave."""
    for key, value in source.items() if multiple else ():
        total = target.get(key, fmpq(0)) + multiple * value
        if total:
            target[key] = total
        else:
            target.pop(key, None)

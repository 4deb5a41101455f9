"""What is no change of a formula: rounding too early, and slips in writing a result down."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

from flint import fmpq

from symback.balls import Numeric
from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part, fit_of
from symback.diagnosis.exact import exact_values
from symback.mistakes.mistake import Kind, Scope
from symback.mistakes.workings import Workings
from symback.numbers import fixed

ROUNDING = "rounding-too-early"
MOST_DECIMALS = 8
SURE_DIGITS = 6
"""A single wrong digit is told from chance only with so many digits."""


def rounded_early(workings: Workings, asked: Sequence[Asked]) -> Iterator[Candidate]:
    """Every quantity rounded before it is used again.

    To how many decimals is said where several wrong numbers tell it, or where it goes further than the digits
    that were given: the most decimals first.
    """
    wrong = [one for one in asked if not one.is_right]
    first = wrong[0].name
    right = {one.name: one.right for one in asked}
    is_near = fit_of(asked, right)[0]
    for decimals in range(MOST_DECIMALS, 0, -1) if len(wrong) > 1 or not is_near else ():
        values = workings.rounded(decimals)
        predicted = {one.name: values.value(one.name) for one in asked}
        if all(one.fits_tightly(predicted[one.name]) for one in asked):
            facts = {"quantity": first, "decimals": str(decimals)}
            exactly = partial(exact_values, workings, list(predicted), carry=decimals)
            yield _candidate(ROUNDING, Kind.NAMED, facts, first, predicted, exactly, rank=1)
            return
    if is_near:
        exactly = partial(exact_values, workings, list(right))
        yield _candidate(ROUNDING, Kind.NAMED, {"quantity": first}, first, right, exactly, rank=1)


def _candidate(
    identifier: str,
    kind: Kind,
    facts: Mapping[str, str],
    focus: str,
    predicted: Mapping[str, float],
    exactly: Callable[[], Mapping[str, Numeric]],
    *,
    rank: int,
) -> Candidate:
    part = Part(identifier, kind, Scope.EVERYWHERE, rank, facts, focus, (), away=0)
    return Candidate((part,), predicted, None, True, exactly)


def miscopied(workings: Workings, asked: Sequence[Asked]) -> Iterator[Candidate]:
    """One result written down wrongly, from which nothing else follows."""
    wrong = [one for one in asked if not one.is_right]
    if len(wrong) != 1:
        return
    (one,) = wrong
    right = {other.name: other.right for other in asked}
    for identifier, factor, facts in _slips_of_the_pen(one):
        value = one.right * factor if isinstance(factor, float) else float(factor)
        if one.fits_tightly(value):
            predicted = {**right, one.name: value}
            facts = {"quantity": one.name, **facts}
            exactly = partial(_written, workings, list(right), one.name, factor)
            yield _candidate(identifier, Kind.SLIP, facts, one.name, predicted, exactly, rank=4)


def _written(
    workings: Workings, names: list[str], wrong: str, factor: float | Fraction
) -> dict[str, Numeric]:
    """The right numbers, one of them times a factor, or replaced."""
    exact = exact_values(workings, names)
    if isinstance(factor, Fraction):
        return {**exact, wrong: fmpq(factor.numerator, factor.denominator)}
    power = fmpq(10) ** abs(round(math.log10(abs(factor))))
    scaled = exact[wrong] * power if abs(factor) >= 1 else exact[wrong] / power
    return {**exact, wrong: -scaled if factor < 0 else scaled}


def _slips_of_the_pen(one: Asked) -> Iterator[tuple[str, float | Fraction, dict[str, str]]]:
    """Identifier, a factor of the right number as a float or another number as a fraction, facts."""
    decimals = one.answer.decimals
    if one.right == 0 or decimals is None:
        return
    yield "turned-sign-of-result", -1.0, {}
    for places in (1, -1, 2, -2, 3, -3):
        way = "right" if places > 0 else "left"
        yield "shifted-decimal-point", 10.0**places, {"places": str(abs(places)), "way": way}
    text = fixed(round(Fraction(one.right) * 10**decimals), decimals) if decimals > 0 else ""
    for place, (first, second) in enumerate(pairwise(text)):
        if first.isdigit() and second.isdigit() and first != second:
            other = f"{text[:place]}{second}{first}{text[place + 2 :]}"
            yield "exchanged-digits-of-result", Fraction(other), {"digits": first + second}
    if one.significant >= SURE_DIGITS:
        given = fixed(int(one.answer.value * 10**decimals), decimals) if decimals > 0 else ""
        differ = [place for place, (a, b) in enumerate(zip(text, given, strict=False)) if a != b]
        if len(text) == len(given) and len(differ) == 1 and differ[0] < len(text) - 1:
            digits = {"digit": given[differ[0]], "belongs": text[differ[0]]}
            yield "one-digit-wrong", one.answer.value, digits

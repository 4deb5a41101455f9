"""What is no change of a formula: rounding too early, and slips in writing a result down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from symback.diagnosis.asked import Asked
from symback.diagnosis.candidate import Candidate, Part, fit_of
from symback.mistakes.mistake import Kind, Scope
from symback.mistakes.workings import Workings
from symback.numbers import fixed

ROUNDING = "rounding-too-early"
MOST_DECIMALS = 8
SURE_DIGITS = 6
"""A single wrong digit is told from chance only with so many digits."""


def rounded_early(workings: Workings, asked: Sequence[Asked]) -> Iterator[Candidate]:
    """Every quantity rounded to fewer decimals before it is used again; the most decimals first."""
    first = next(one.name for one in asked if not one.is_right)
    for decimals in range(MOST_DECIMALS, 0, -1):
        values = workings.rounded(decimals)
        predicted = {one.name: values.value(one.name) for one in asked}
        if all(one.fits_tightly(predicted[one.name]) for one in asked):
            facts = {"quantity": first, "decimals": str(decimals)}
            yield _candidate(ROUNDING, Kind.NAMED, facts, first, predicted, rank=1, tight=True)
    predicted = {one.name: one.right for one in asked}
    if fit_of(asked, predicted)[0]:
        yield _candidate(ROUNDING, Kind.NAMED, {"quantity": first}, first, predicted, rank=1, tight=False)


def _candidate(
    identifier: str,
    kind: Kind,
    facts: Mapping[str, str],
    focus: str,
    predicted: Mapping[str, float],
    *,
    rank: int,
    tight: bool,
) -> Candidate:
    part = Part(identifier, kind, Scope.EVERYWHERE, rank, facts, focus, (), own=True)
    return Candidate((part,), predicted, None, is_tight=tight)


def miscopied(asked: Sequence[Asked]) -> Iterator[Candidate]:
    """One result written down wrongly, from which nothing else follows."""
    wrong = [one for one in asked if not one.is_right]
    if len(wrong) != 1:
        return
    (one,) = wrong
    right = {other.name: other.right for other in asked}
    for identifier, value, facts in _slips_of_the_pen(one):
        if one.fits_tightly(value):
            predicted = {**right, one.name: value}
            facts = {"quantity": one.name, **facts}
            yield _candidate(identifier, Kind.SLIP, facts, one.name, predicted, rank=4, tight=True)


def _slips_of_the_pen(one: Asked) -> Iterator[tuple[str, float, dict[str, str]]]:
    """Identifier, number, facts."""
    decimals = one.answer.decimals
    if one.right == 0 or decimals is None:
        return
    yield "sign-lost", -one.right, {}
    for places in (1, -1, 2, -2, 3, -3):
        way = "right" if places > 0 else "left"
        yield "shifted-decimal-point", one.right * 10.0**places, {"places": str(abs(places)), "way": way}
    text = fixed(round(Fraction(one.right) * 10**decimals), decimals) if decimals > 0 else ""
    for place, (first, second) in enumerate(pairwise(text)):
        if first.isdigit() and second.isdigit() and first != second:
            other = f"{text[:place]}{second}{first}{text[place + 2 :]}"
            yield "exchanged-digits-of-result", float(other), {"digits": first + second}
    if one.significant >= SURE_DIGITS:
        given = fixed(int(one.answer.value * 10**decimals), decimals) if decimals > 0 else ""
        differ = [place for place, (a, b) in enumerate(zip(text, given, strict=False)) if a != b]
        if len(text) == len(given) and len(differ) == 1 and differ[0] < len(text) - 1:
            digits = {"digit": given[differ[0]], "belongs": text[differ[0]]}
            yield "one-digit-wrong", float(one.answer.value), digits

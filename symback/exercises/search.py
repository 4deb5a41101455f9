"""Numbers for one paper: candidates are drawn one after another until one meets all demands."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import NoReturn

from flint import ctx

from symback.balls import as_ball, nearest_float
from symback.diagnosis.hypotheses import Hypotheses
from symback.errors import RequestError
from symback.evaluation import Rounding, given_number
from symback.exercises.demands import Demander, Demands
from symback.exercises.draws import Draws
from symback.exercises.families import families
from symback.exercises.separation import Gaps, Separation
from symback.exercises.setting import Setting
from symback.fillers import plain
from symback.forward import given_numbers
from symback.mistakes.workings import Workings
from symback.network import Given

MOST_CANDIDATES = 200
"""So many sets of numbers that meet the demands are compared by how well they separate mistakes."""
MOST_DRAWN = 20_000
"""So many are drawn to find one that meets the demands."""
FIRST_LOOK = 80
"""Among so many candidates one is looked for that separates all mistakes; then the best of the others."""
ROOMY_DRAWS = 200
"""So many are drawn in the hope for one with larger derivatives, which leave more room between answers."""
APART = 10
"""At full precision two answers differ by so many units of the last decimal; with rounded steps by one."""
SAMPLES = 40
"""So many sets of numbers show which mistakes can hardly ever be told apart."""
MOST_SAMPLED = 1_000
TRIALS = 4
"""Numbers that no file would have, to see what depends on numbers at all."""


@dataclass(frozen=True)
class Chosen:
    """The given numbers of one paper."""

    numbers: Mapping[str, Given]
    workings: Workings
    gaps: Gaps
    candidates: int

    @property
    def texts(self) -> dict[str, str]:
        """As printed."""
        return texts_of(self.numbers)


class Search:
    """Looks for the numbers of papers that ask for the same quantities."""

    def __init__(self, setting: Setting, asked: Sequence[str], rounding: Rounding, demands: Demands) -> None:
        workings = setting.workings
        if rounding.carry is not None:
            workings = workings.rounded(rounding.carry)
        self.base = given_numbers(setting.network)
        self.families = families(setting.network, setting.graph)
        self.floats: dict[str, float] = {}
        self.asked = tuple(asked)
        self.workings = workings
        generic = self._generic(setting.workings)
        samples = [one.values for one in islice(self._samples(), 2 * SAMPLES)]
        self.demander = Demander(setting, asked, samples, demands, rounding.decimals)
        exact = Hypotheses(setting.workings)
        separation = Separation(setting, exact.named, asked, generic)
        is_exact = rounding.carry is None
        self.separation = separation if is_exact else separation.computed_as(workings)
        self.hypotheses = exact if is_exact else Hypotheses(workings)
        self.first_look = FIRST_LOOK if is_exact else 0
        self.limit = (APART if rounding.carry is None else 0.5) * 10.0**-rounding.decimals

        good = (one for one in islice(self._samples(), MOST_SAMPLED) if not self.demander.broken(one.values))
        self.separation.allow((one, self.limit) for one in islice(good, SAMPLES))

    def _samples(self) -> Iterator[Workings]:
        """Sets of numbers as they come."""
        draws = Draws(0, "samples")
        return (self.workings_with(self._candidate(draws, attempt)) for attempt in count())

    # --- candidates ----------------------------------------------------------------------------------

    def find(self, draws: Draws) -> Chosen:
        """The numbers of one student. Raises RequestError where none meet the demands."""
        broken: Counter[str] = Counter()
        best: Chosen | None = None
        compared = 0
        for attempt in range(MOST_DRAWN):
            numbers = self._candidate(draws, attempt)
            workings = self.workings_with(numbers)
            problem = self.demander.broken(workings.values)
            if not problem and attempt < ROOMY_DRAWS and not self.demander.is_roomy(workings.values):
                continue
            if problem:
                broken[problem] += 1
                if attempt + 1 == MOST_CANDIDATES and best is None and broken[problem] > attempt - 5:
                    break  # it is always the same one
                continue
            compared += 1
            most = self.most_crowded(compared, best)
            gaps = self.separation.gaps(workings, texts_of(numbers), self.limit, most)
            if gaps.crowded <= most:
                best = Chosen(numbers, workings, gaps, attempt + 1)
            if gaps.crowded == 0 or compared == MOST_CANDIDATES:
                break
        if best is None:
            self._give_up(broken)
        return best

    def other(self, draws: Draws, purpose: str) -> dict[str, Given]:
        """Numbers for an exercise of its own, which are not searched for room between answers."""
        for attempt in range(MOST_DRAWN):
            numbers = self._candidate(draws, attempt, purpose)
            if not self.demander.broken(self.workings_with(numbers).values):
                break
        return numbers

    def most_crowded(self, compared: int, best: Chosen | None) -> float:
        """How many answers may be crowded: none at first, which is quickly seen; later fewer than before."""
        if compared <= self.first_look:
            return 0
        return best.gaps.crowded - 1 if best is not None else math.inf

    def _candidate(self, draws: Draws, attempt: int, purpose: str = "numbers") -> dict[str, Given]:
        stream = draws.stream(f"{purpose} {attempt}")
        return {name: number for family in self.families for name, number in family.draw(stream)}

    def workings_with(self, numbers: Mapping[str, Given]) -> Workings:
        """The right formulas with these numbers in place of the network's."""
        given = {name: self.float_of(number) for name, number in numbers.items()}
        return self.workings.with_given(self.workings.network, {**self.workings.given, **given})

    def float_of(self, number: Given) -> float:
        """The nearest double, found once for each text."""
        if not number.text:
            return float_of(number)
        known = self.floats.get(number.text)
        if known is None:
            known = self.floats[number.text] = float_of(number)
        return known

    def _give_up(self, broken: Counter[str]) -> NoReturn:
        tried = sum(broken.values())
        problem, times = broken.most_common(1)[0]
        raise RequestError(
            f"No numbers could be found for {self.workings.network.name}: {problem}, which was not so in "
            f"{times:,} of {tried:,} sets of numbers that were tried. Ask for other kinds of exercises, "
            f"demand less (gradient=0, saturated, alike), or change the numbers of the network file: those "
            f"of a sheet are like these."
        )

    # --- what does not depend on numbers ----------------------------------------------------------------

    def _generic(self, workings: Workings) -> list[Workings]:
        """The workings with numbers near those of candidates, but with no pattern at all."""
        found = []
        for trial in range(TRIALS):
            stream = Draws(0, f"generic {trial}").stream("numbers")
            given = dict(workings.given)
            for family in self.families:
                for name, number in family.draw(stream):
                    shift = 0.8 + 0.4 * stream.below(10**9) / 10**9
                    given[name] = float_of(number) * shift + 1e-3 * stream.below(10**6) / 10**6
            found.append(workings.with_given(workings.network, given))
        return found


def float_of(number: Given) -> float:
    """The nearest double."""
    assert number.expression is not None
    with ctx.workprec(64):
        return nearest_float(as_ball(given_number(number.expression, "a number")))


def texts_of(numbers: Mapping[str, Given]) -> dict[str, str]:
    """The numbers as printed."""
    return {
        name: number.text or plain(number.expression)
        for name, number in numbers.items()
        if number.expression is not None
    }

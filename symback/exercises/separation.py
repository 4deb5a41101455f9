"""Whether every wrong answer can be understood: how far apart the numbers are that mistakes give in each box.

Mistakes that always give one number in a box, whatever the numbers of the network are, mean one thing there.
They are found once, by trying numbers that no network would have; then one of each kind is enough.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from operator import sub

from symback.diagnosis.hypotheses import Hypothesis
from symback.exercises.misreadings import exchanged, misreadings
from symback.exercises.setting import Setting
from symback.exercises.trials import Trial, misread, steps_of, trial_of
from symback.mistakes.workings import Workings

SAME = 9
"""Numbers that agree in so many significant digits, in all trials, agree always."""
RIGHT = -1
"""Stands for the right answer where trials are numbered."""
OFTEN = 0.25
"""Answers that are together in more than this part of all sets of numbers may always be."""
WATCHED = 4
"""In so many of the most crowded boxes answers are compared as soon as they are known."""
Numbered = tuple[float, int]
Pair = tuple[int, int]
Joined = Mapping[int, set[int]]
"""By trial: those whose answers need not be told apart from its own."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What was found for one set of numbers."""

    crowded: int
    """How many pairs of neighbouring answers are too near to each other."""
    smallest: Mapping[int, float]
    """By place: the smallest distance between two answers."""


class Separation:
    """The mistakes of one network, sorted by what they give in each box."""

    def __init__(
        self,
        setting: Setting,
        hypotheses: Iterable[Hypothesis],
        asked: Sequence[str],
        generic: Sequence[Workings],
    ) -> None:
        self.workings = setting.workings
        self.places = tuple(dict.fromkeys(self.workings.places[name] for name in asked))
        self.within = self.workings.needed(asked)
        trials = [trial_of(self.workings, one) for one in hypotheses if not one.mistake.needs_given]
        trials += [Trial({}, {}, one) for one in misreadings(setting.graph)]
        trials = [trial.prepared(self.workings, self.within) for trial in trials]
        self.trials = self._of_a_kind(trials, generic)
        self.order = self.places
        """The most crowded boxes first."""
        self.allowed: dict[int, dict[int, set[int]]] = {}
        """By place: which answers need not be told apart, as most numbers do not tell them."""
        reach = self.workings.reach
        given = [self.workings.places[name] for name in self.workings.given]
        self.read = {place: steps_of(self.workings, [place], self.within, {}) for place in given}
        """Of each given quantity: what depends on it."""
        self.reached = {one: [place for place in self.places if reach[one] >> place & 1] for one in given}
        """Of each given quantity: the boxes that depend on it."""

    def _of_a_kind(self, trials: Iterable[Trial], generic: Sequence[Workings]) -> list[Trial]:
        """The trials that are needed: in each box the first of those that always give the same there."""
        seen = {place: {_key([one.values[place] for one in generic])} for place in self.places}
        found = []
        for trial in trials:
            results = [trial.values(one, self.within) for one in generic]
            places = []
            for place in self.places:
                numbers = [values[place] for values in results]
                key = _key(numbers)
                if key not in seen[place] and all(map(math.isfinite, numbers)):
                    seen[place].add(key)
                    places.append(place)
            if places:
                found.append(replace(trial, places=tuple(places)).prepared(self.workings, self.within))
        return found

    def computed_as(self, workings: Workings) -> Separation:
        """The same where numbers are computed as in these workings: rounded on the way, or as arrays."""
        other = copy(self)
        other.workings = workings
        other.trials = [trial.prepared(workings, self.within) for trial in self.trials]
        other.read = {place: steps_of(workings, [place], self.within, {}) for place in self.read}
        return other

    def allow(self, samples: Iterable[tuple[Workings, float]]) -> None:
        """Learns from sets of numbers, each with its limit, which answers are near to each other too often.

        Where the derivative of a rectifier is 1 it cannot be told from one that was forgotten, and where it
        is 0 everything before it is lost: no other numbers would change that.
        """
        together: Counter[tuple[int, Pair]] = Counter()
        crowded: Counter[int] = Counter()
        blamed: Counter[int] = Counter()
        count = 0
        for workings, limit in samples:
            count += 1
            for place, answers in self._answers(workings, {}).items():
                for cluster in _clusters(answers, limit):
                    crowded[place] += 1
                    own = sorted({number for _, number in cluster})
                    blamed.update(own)
                    together.update((place, pair) for pair in combinations(own, 2))
        self.order = tuple(sorted(self.places, key=lambda place: -crowded[place]))
        now = self._put_first(blamed)
        for (place, pair), times in together.items():
            if times > OFTEN * count:
                allowed = self.allowed.setdefault(place, {})
                one, other = (now.get(number, number) for number in pair)
                allowed.setdefault(one, set()).add(other)
                allowed.setdefault(other, set()).add(one)

    def _put_first(self, blamed: Counter[int]) -> dict[int, int]:
        """The trials that were near to others most often come first: so most numbers are refused sooner.

        Gives the new number of each trial.
        """
        order = sorted(range(len(self.trials)), key=lambda number: -blamed[number])
        self.trials = [self.trials[number] for number in order]
        return {number: place for place, number in enumerate(order)}

    def gaps(self, workings: Workings, texts: Mapping[str, str], limit: float, most: float) -> Gaps:
        """How far apart the answers are for other given numbers; stops where more than `most` are crowded."""
        crowded = 0
        smallest: dict[int, float] = {}
        answers = self._answers(workings, texts, limit if most <= 0 else 0.0)
        if not answers:
            return Gaps(1, smallest)
        for place in self.order:
            found = answers[place]
            numbers = sorted([number for number, _ in found])
            smallest[place] = min(map(sub, numbers[1:], numbers), default=math.inf)
            if smallest[place] < limit:
                crowded += self.crowded(place, found, limit)
                if crowded > most:
                    break
                smallest[place] = _distance(found, limit)
        return Gaps(crowded, smallest)

    def crowded(self, place: int, answers: list[Numbered], limit: float) -> int:
        """How many pairs of neighbouring answers are too near to each other in a box; sorts the list."""
        allowed = self.allowed.get(place, {})
        clusters = _clusters(answers, limit)
        return sum(parts([number for _, number in cluster], allowed) - 1 for cluster in clusters)

    def _answers(
        self, workings: Workings, texts: Mapping[str, str], limit: float = 0.0
    ) -> dict[int, list[Numbered]]:
        """By place: each answer with the number of its trial, RIGHT, or a number of its own.

        With a limit, {} as soon as two answers are nearer than that in one of the most crowded boxes.
        """
        right = workings.values
        watched = [place for place in self.order[:WATCHED] if place not in self.allowed] if limit else []
        seen = {place: {round(right[place] / limit): right[place]} for place in watched}
        answers = {place: [(right[place], RIGHT)] for place in self.places}
        within = self.within
        number = 0
        for trial in self.trials:
            values = trial.values(workings, within)
            for place in trial.places:
                value = values[place]
                if value - value == 0:
                    answers[place].append((value, number))
                    if place in seen and _is_near(seen[place], value, limit):
                        return {}
            number += 1
        for change in exchanged(workings, texts):
            (given,) = change
            values = misread(workings, change, self.read[given], within)
            for place in self.reached[given]:
                answers[place].append((values[place], number))
            number += 1
        return answers


def _is_near(seen: dict[int, float], value: float, limit: float) -> bool:
    """Whether a number is nearer than the limit to one that was seen; else it is one of them from now on."""
    cell = round(value / limit)
    if cell in seen or cell - 1 in seen or cell + 1 in seen:
        near = (seen.get(other, math.inf) for other in (cell - 1, cell, cell + 1))
        return any(abs(other - value) < limit for other in near)
    seen[cell] = value
    return False


def _clusters(answers: list[Numbered], limit: float) -> Iterator[list[Numbered]]:
    """Answers that are nearer to each other than the limit, two or more; sorts the list."""
    answers.sort()
    cluster: list[Numbered] = []
    for before, answer in pairwise(answers):
        if answer[0] - before[0] < limit:
            cluster = cluster or [before]
            cluster.append(answer)
        elif cluster:
            yield cluster
            cluster = []
    if cluster:
        yield cluster


def _distance(answers: list[Numbered], limit: float) -> float:
    """The smallest distance between sorted answers that are told apart."""
    distances = (after[0] - before[0] for before, after in pairwise(answers))
    return min((distance for distance in distances if distance >= limit), default=math.inf)


def parts(numbers: Iterable[int], allowed: Joined) -> int:
    """Into how many parts a cluster falls if those that may be together are taken as one."""
    left = set(numbers)
    count = 0
    while left:
        count += 1
        waiting = [left.pop()]
        while waiting:
            joined = left & allowed.get(waiting.pop(), set())
            left -= joined
            waiting += joined
    return count


def _key(numbers: Iterable[float]) -> tuple[str, ...]:
    """The numbers to the digits that count."""
    return tuple([f"{number + 0.0:.{SAME}g}" for number in numbers])

"""One paper's numbers: the proven key of each box, and what each mistake gives there."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from symback.diagnosis.hypotheses import Hypotheses, Hypothesis
from symback.evaluation import Evaluation, Rounding, Value, evaluate
from symback.exercises.draws import Draws, Stream
from symback.exercises.families import with_numbers
from symback.exercises.kind import Blank
from symback.exercises.model import Box, WrongAnswer
from symback.exercises.setting import Setting
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Graph
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.placing import places_of
from symback.mistakes.workings import Workings
from symback.network import Given, Network
from symback.numbers import fixed, rounded_float

UNITS = 2
"""At full precision an answer is right within so many units of the last decimal."""


@dataclass(frozen=True)
class Answers:
    """What is known of one student's numbers; computed when it is asked for."""

    setting: Setting
    keys: Graph
    """What the boxes need."""
    asked: Collection[str]
    """The canonical names of what boxes and tasks show."""
    hypotheses: Hypotheses
    """Mistakes compiled for the setting's formulas, rounded as the policy says."""
    rounding: Rounding
    draws: Draws
    numbers: Mapping[str, Given]
    """The given numbers that differ from the network's."""
    workings: Workings
    redraw: Callable[[Answers, str], Answers] = field(repr=False, compare=False)
    """Makes the same with other numbers, drawn for a purpose."""

    def again(self, purpose: str) -> Answers:
        """The same with other given numbers, which meet the demands as well."""
        return self.redraw(self, purpose)

    @cached_property
    def network(self) -> Network:
        """The network with these numbers."""
        return with_numbers(self.setting.network, self.numbers)

    @cached_property
    def given(self) -> dict[str, Given]:
        """All given numbers."""
        return {**given_numbers(self.setting.network), **self.numbers}

    @cached_property
    def evaluation(self) -> Evaluation:
        """The values of all quantities that boxes show, every digit proven."""
        return evaluate(self.keys, self.given, self.rounding, wanted=self.asked)

    @cached_property
    def whole(self) -> Evaluation:
        """The values of all quantities."""
        return evaluate(self.setting.graph, self.given, self.rounding)

    def value(self, name: str) -> Value:
        """The number of a quantity as it is printed."""
        name = self.setting.graph[name].name
        values = self.evaluation.values
        found = values[name] if name in values else self.whole[name]
        assert found is not None, f"{name} is symbolic"
        return found

    def given_text(self, name: str) -> str:
        """A given number as the paper prints it; "" for what is computed."""
        number = self.given.get(self.setting.graph[name].name)
        if number is None or number.expression is None:
            return ""
        return number.text or plain(number.expression)

    def stream(self, purpose: str) -> Stream:
        """Draws of this student."""
        return self.draws.stream(purpose)

    def box(self, number: str, blank: Blank) -> Box:
        """A box for the number of a quantity."""
        value = self.value(blank.quantity)
        return Box(
            number,
            self.setting.graph[blank.quantity].name,
            blank.points,
            value=value.text,
            tolerance=tolerance_of(self.rounding),
            exact=value.exact,
            proven=value.proven,
        )

    # --- mistakes --------------------------------------------------------------------------------------

    def wrongs(self, name: str) -> tuple[WrongAnswer, ...]:
        """What mistakes give for a quantity, those made in its own step first; alike ones are one."""
        return self._wrongs_of(self.workings.places[name])

    def _wrongs_of(self, place: int) -> tuple[WrongAnswer, ...]:
        known = self.__dict__.setdefault("_known_wrongs", {})
        if place not in known:
            known[place] = tuple(self._answers(place))
        found: tuple[WrongAnswer, ...] = known[place]
        return found

    def _answers(self, place: int) -> Iterator[WrongAnswer]:
        right = self.workings.values[place]
        least = 0.5 * 10.0**-self.rounding.decimals
        needed = self.workings.needs[place]
        found: list[tuple[float, Hypothesis]] = []
        for hypothesis, values in self._tried:
            value = values[place]
            if hypothesis.bits & needed and math.isfinite(value) and abs(value - right) >= least:
                found.append((value, hypothesis))
        found.sort(key=lambda pair: pair[0])
        groups: list[list[tuple[float, Hypothesis]]] = []
        for pair in found:
            if groups and pair[0] - groups[-1][-1][0] < least:
                groups[-1].append(pair)
            else:
                groups.append([pair])
        answers = [self._answer(place, group) for group in groups]
        answers.sort(key=_simplicity)
        yield from answers

    def _answer(self, place: int, group: Sequence[tuple[float, Hypothesis]]) -> WrongAnswer:
        parts = [self.hypotheses.part(hypothesis, place) for _, hypothesis in group]
        order = sorted(
            range(len(parts)), key=lambda n: (parts[n].rank, parts[n].kind, parts[n].scope, parts[n].away)
        )
        number = group[order[0]][0]
        text = rounded_float(number, self.rounding.decimals)
        mistakes = tuple(dict.fromkeys(parts[n].identifier for n in order))
        return WrongAnswer(text, number, mistakes, parts[order[0]])

    @cached_property
    def _tried(self) -> list[tuple[Hypothesis, Sequence[float]]]:
        """Every mistake with the numbers that it gives."""
        workings = self.workings
        within = workings.needed(quantity.name for quantity in self.keys if quantity.name in workings.places)
        found: list[tuple[Hypothesis, Sequence[float]]] = []
        own = [one for one in self.hypotheses.named if not one.mistake.needs_given]
        for hypothesis in [*own, *self._misreadings]:
            if not hypothesis.is_ahead:
                found.append((hypothesis, workings.values_with(hypothesis.changes, within)))
            else:
                changed = workings.with_formulas(hypothesis.formulas)
                if changed is not None:
                    found.append((hypothesis, changed.values))
        return found

    @property
    def _misreadings(self) -> Iterator[Hypothesis]:
        """Mistakes in taking over numbers, which depend on the numbers."""
        workings = self.workings.with_given(self.network, self.workings.given)
        hypotheses = Hypotheses(workings)
        for mistake in MISTAKES:
            if mistake.needs_given:
                yield from map(hypotheses.hypothesis, places_of(workings, mistake))


def _simplicity(answer: WrongAnswer) -> tuple[object, ...]:
    part = answer.part
    return (part.away, part.rank, part.kind, part.scope, answer.number)


@cache
def tolerance_of(rounding: Rounding) -> str:
    """How far an answer may be from the key, in the decimals of the sheet or one more.

    At full precision UNITS of the last decimal; where each step is rounded, half a unit: who follows the
    policy gets the key itself.
    """
    if rounding.carry is None:
        return fixed(UNITS, rounding.digits)
    return fixed(5, rounding.carry + 1)

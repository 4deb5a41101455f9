"""A number of which nobody says what it is: which quantity has it, rightly or by which mistake?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symback.answer_numbers import Answer
from symback.answer_tables import Entry
from symback.diagnosis.diagnosis import Diagnoser, Diagnosis
from symback.diagnosis.hypotheses import Hypothesis
from symback.feedback.numerals import given
from symback.feedback.report import Report, as_json
from symback.mistakes.workings import Workings
from symback.network import Network

Progress = Callable[[int, int], None]
MOST_SHOWN = 5
SURE_DIGITS = 7
"""With fewer digits a number is hit by chance, as so many quantities are looked at."""
NEAR = 4
"""In units of the last digit: what rounding on the way may do, roughly."""
MOST_TRIED = 40
"""So many quantities are looked at closely."""


@dataclass(frozen=True)
class Nameless:
    """What a number may be: reports, one a quantity, the likeliest first."""

    answer: Answer
    reports: tuple[Report, ...]
    """If the first is right, all are."""

    @property
    def correct(self) -> bool:
        """Whether it is the right number of some quantity."""
        return bool(self.reports) and self.reports[0].correct

    def to_json(self) -> str:
        """As of the likeliest quantity; with nothing said of a quantity where there is none."""
        if self.reports:
            return self.reports[0].to_json()
        return as_json({"?": given(self.answer)}, {}, correct=False)

    def to_text(self, *, colours: bool = False) -> str:
        """For a terminal: in full for the likeliest quantity, the others in a sentence each."""
        from symback.feedback.text import of_nameless

        return of_nameless(self, colours=colours)

    def to_markdown(self, flavor: str = "github") -> str:
        """In Markdown."""
        from symback.feedback.markdown import of_nameless

        return of_nameless(self, flavor)


def find(network: Network, answer: Answer, source: str, progress: Progress | None = None) -> Nameless:
    """The quantities whose right number it is; else those for which a mistake gives it."""
    diagnoser = Diagnoser(network)
    workings = diagnoser.workings
    value, unit = float(answer.value), float(answer.unit) or abs(float(answer.value)) * 1e-12
    near = [name for name in workings.formulas if abs(workings.value(name) - value) < unit * 1.5]
    right = [
        report
        for report in _reports(diagnoser, near, answer, source)
        if report.correct and not report.is_convention
    ]
    if right:
        return Nameless(answer, tuple(right[:MOST_SHOWN]))
    names = _hit(diagnoser, value, unit * NEAR, progress)[:MOST_TRIED]
    found = []
    for name in names:
        found += [
            report for report in _reports(diagnoser, [name], answer, source) if report.diagnosis.explanations
        ]
    sure = [report for report in found if report.diagnosis.explanations[0].is_confident] or found
    sure.sort(key=lambda report: _likelihood(report.diagnosis))
    alone = len(sure) == 1 and answer.significant >= SURE_DIGITS
    return Nameless(answer, tuple(report if alone else _unsure(report) for report in sure[:MOST_SHOWN]))


def _reports(diagnoser: Diagnoser, names: list[str], answer: Answer, source: str) -> Iterator[Report]:
    for name in names:
        yield Report(diagnoser.diagnose([Entry(name, answer, "")]), source, (name,))


def _hit(diagnoser: Diagnoser, value: float, reach: float, progress: Progress | None) -> list[str]:
    """The quantities before the update for which some mistake gives about this number, in their order.

    A slip is looked for in the quantity that it changes and one step after; in others it is not believed.
    """
    workings, hypotheses = diagnoser.workings, diagnoser.hypotheses
    wanted = {workings.places[name]: name for name in workings.formulas if "+" not in name}
    within = sum(1 << place for place in wanted)
    after = _one_step_after(workings, wanted)
    found: set[int] = set()

    def look(hypothesis: Hypothesis, bits: int) -> None:
        if hypothesis.is_ahead:
            changed = workings.with_formulas(hypothesis.formulas)
            values: Sequence[float] = changed.values if changed is not None else ()
        else:
            values = workings.values_with(hypothesis.changes, bits)
        for place in wanted if values else ():
            if bits >> place & 1 and math.isfinite(values[place]) and abs(values[place] - value) <= reach:
                found.add(place)

    for hypothesis in hypotheses.named:
        look(hypothesis, within)
    tried: set[int] = set()
    for done, name in enumerate(wanted.values()):
        if progress is not None:
            progress(done, len(wanted))
        for hypothesis in hypotheses.slips(name):
            if id(hypothesis) not in tried and not hypothesis.is_ahead:
                tried.add(id(hypothesis))
                bits = hypothesis.bits
                for place in hypothesis.changes:
                    bits |= after.get(place, 0)
                look(hypothesis, bits & within)
    return [name for place, name in wanted.items() if place in found]


def _one_step_after(workings: Workings, places: Iterable[int]) -> dict[int, int]:
    """For each place, as bits, those of these places whose formula names it."""
    found: dict[int, int] = {}
    for place in places:
        for parent in workings.parents[place]:
            found[parent] = found.get(parent, 0) | 1 << place
    return found


def _likelihood(diagnosis: Diagnosis) -> tuple[object, ...]:
    best = diagnosis.explanations[0]
    return (len(best.candidate.parts), best.candidate.kind, best.distance)


def _unsure(report: Report) -> Report:
    """The same, nothing of it sure."""
    diagnosis = report.diagnosis
    explanations = tuple(replace(one, is_confident=False) for one in diagnosis.explanations)
    return replace(report, diagnosis=replace(diagnosis, explanations=explanations))

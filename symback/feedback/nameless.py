"""A number of which nobody says what it is: which quantity has it, rightly or by which mistake?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from symback.answer_numbers import Answer
from symback.answer_tables import Entry
from symback.diagnosis.diagnosis import Diagnoser, Diagnosis
from symback.feedback.numerals import given
from symback.feedback.report import Report, as_json
from symback.mistakes.mistake import Kind
from symback.network import Network

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


def find(
    network: Network, answer: Answer, source: str, progress: Callable[[int, int], None] | None = None
) -> Nameless:
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
    names = _hit(diagnoser, value, unit * NEAR)[:MOST_TRIED]
    found = []
    for done, name in enumerate(names):
        if progress is not None:
            progress(done, len(names))
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


def _hit(diagnoser: Diagnoser, value: float, reach: float) -> list[str]:
    """The quantities before the update for which some mistake gives about this number, in their order."""
    workings = diagnoser.workings
    wanted = [name for name in workings.formulas if "+" not in name]
    within = workings.needed(wanted)
    places = {name: workings.places[name] for name in wanted}
    near = [
        1 << place | sum(1 << parent for parent in set(parents))
        for place, parents in enumerate(workings.parents)
    ]
    found: set[str] = set()
    hypotheses = diagnoser.hypotheses
    slips = (slip for name in wanted for slip in hypotheses.slips(name))
    for hypothesis in (*hypotheses.named, *slips):
        if hypothesis.is_ahead:
            changed = workings.with_formulas(hypothesis.formulas)
            values: Sequence[float] = changed.values if changed is not None else ()
        else:
            values = workings.values_with(hypothesis.changes, within)
        if not values:
            continue
        nearby = wanted
        if hypothesis.mistake.kind is Kind.SLIP:
            nearby = [name for name in wanted if near[places[name]] & hypothesis.bits]
        for name in nearby:
            number = values[places[name]]
            if math.isfinite(number) and abs(number - value) <= reach:
                found.add(name)
    return [name for name in wanted if name in found]


def _likelihood(diagnosis: Diagnosis) -> tuple[object, ...]:
    best = diagnosis.explanations[0]
    return (len(best.candidate.parts), best.candidate.kind, best.distance)


def _unsure(report: Report) -> Report:
    """The same, nothing of it sure."""
    diagnosis = report.diagnosis
    explanations = tuple(replace(one, is_confident=False) for one in diagnosis.explanations)
    return replace(report, diagnosis=replace(diagnosis, explanations=explanations))

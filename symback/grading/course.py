"""What the papers of a sheet have in common, derived and compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symback.diagnosis.hypotheses import Hypotheses
from symback.exercises.families import with_numbers
from symback.exercises.plan import Plan
from symback.exercises.search import float_of
from symback.grading.explaining import Catalogue, Explainer
from symback.grading.run import Ground
from symback.mistakes.workings import Workings
from symback.network_checks import Checks


@dataclass(frozen=True)
class Course:
    """The exercises of a sheet, ready for any of its papers."""

    plan: Plan

    @property
    def exact(self) -> Workings:
        """The formulas without numbers and without rounding."""
        return self.plan.setting.workings

    @cached_property
    def workings(self) -> Workings:
        """The formulas rounded as the sheet says."""
        carry = self.plan.rounding.carry
        return self.exact if carry is None else self.exact.rounded(carry)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every mistake at every place."""
        return Catalogue(Hypotheses(self.workings))

    def ground(self, numbers: Mapping[str, str]) -> Ground:
        """What the paper with these given numbers is marked with. Raises RequestError for what is none."""
        checks = Checks("the sheet", None)
        known = {name: checks.given(text, name) for name, text in numbers.items()}
        network = with_numbers(self.plan.network, known)
        floats = {name: float_of(number) for name, number in known.items()}
        given = {**self.exact.given, **floats}
        exact = self.exact.with_given(network, given)
        workings = exact if self.workings is self.exact else self.workings.with_given(network, given)
        return Ground(workings, exact, Explainer(self.catalogue, workings))

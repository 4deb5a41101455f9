"""The number of any quantity, right or under a mistake, as documents print it: given ones as typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from symback.diagnosis.exact import exact_values
from symback.errors import EvaluationError
from symback.expression import Name, Number
from symback.feedback.numerals import DECIMALS, exact_decimal, printed
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Role
from symback.mistakes.workings import Workings


@dataclass(frozen=True)
class Figures:
    """The numbers of workings, computed when they are asked for."""

    workings: Workings
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> str:
        """The number of a quantity; "" where there is none."""
        self.compute([name])
        return self._known[name]

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """The numbers of several quantities."""
        wanted = list(names)
        self.compute(wanted)
        return {name: self._known[name] for name in wanted}

    def compute(self, names: Iterable[str]) -> None:
        """Make the numbers known, in one go."""
        missing: dict[str, str] = {}
        for name in names:
            if name not in self._known:
                source = self._source(name)
                if source is None:
                    missing[name] = self.workings.name(name) if name in self.workings.places else ""
                else:
                    self._known[name] = source
        computed = [source for source in missing.values() if source]
        try:
            values = exact_values(self.workings, computed) if computed else {}
        except EvaluationError:
            values = {}
        for name, source in missing.items():
            decimals = 0 if source and self.workings.role(source) is Role.COUNT else DECIMALS
            number = values.get(source)
            self._known[name] = "" if number is None else printed(number, decimals)

    def _source(self, name: str) -> str | None:
        """The text of what is given, or repeats what is given; None for what is to be computed."""
        workings = self.workings
        if name not in workings.places:
            return None
        name = workings.name(name)
        formula = workings.formula(name)
        if name in workings.given:
            if isinstance(formula, Number):
                return exact_decimal(formula.value) or plain(formula)
            number = given_numbers(workings.network)[name]
            return number.text or (plain(number.expression) if number.expression is not None else "")
        if isinstance(formula, Name) and workings.name(formula.name) in workings.given:
            return self._source(formula.name)
        return plain(formula) if isinstance(formula, Number) else None

"""What became of one box, before points and words: its status, and the facts that the reason is told from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from symback.balls import as_ball
from symback.diagnosis.candidate import Part
from symback.feedback.figures import Figures
from symback.feedback.numerals import printed
from symback.grading.reading import Reading
from symback.grading.statuses import Status

NO_FACTS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Shown(Figures):
    """Numbers as a student had them: given ones as printed, others with the digits of the sheet."""

    values: Sequence[float] = ()
    decimals: int = 9
    is_rounded: bool = False
    """Whether all have exactly these decimals."""

    def compute(self, names: object) -> None:
        """Make the numbers of these names known."""
        for name in names:  # type: ignore[attr-defined]
            if name not in self._known:
                source = self._source(name)
                self._known[name] = self._printed(name) if source is None else source

    def _printed(self, name: str) -> str:
        if name not in self.workings.places:
            return ""
        value = self.values[self.workings.places[name]]
        if not math.isfinite(value):
            return "?"
        return f"{value:.{self.decimals}f}" if self.is_rounded else printed(as_ball(value), self.decimals)


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake as it was made, with the right numbers and those under the mistake."""

    part: Part
    right: Figures
    wrong: Figures
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the student's own that another follows from."""

    name: str
    number: str
    box: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a box."""

    reading: Reading
    status: Status
    phrase: str
    """A macro of templates/mistakes/LANGUAGE/grades.j2."""
    facts: Mapping[str, object] = field(default_factory=lambda: NO_FACTS)
    slips: tuple[Slip, ...] = ()
    own: tuple[OwnNumber, ...] = ()
    """What it follows from."""
    failure: str = ""
    """What went wrong in the diagnosis; it changed no mark."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Identifiers of the mistakes that are named."""
        return tuple(slip.part.identifier for slip in self.slips)

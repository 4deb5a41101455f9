"""What `train` gives back: a frozen object with its table, its history, why it stopped, and its plots."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from symback.errors import RequestError
from symback.graph import Graph
from symback.learning.history import History
from symback.learning.proven import LENGTH, Followed, Proven
from symback.learning.stopping import Limits, Stop
from symback.mistakes.workings import Workings
from symback.naming import TOTAL
from symback.network import Network


@dataclass(frozen=True)
class Trained:
    """A training: proven numbers of some rounds, and doubles of all of them."""

    network: Network
    followed: Followed
    proven: Proven
    history: History
    """Every round in doubles; of very long trainings every 10th, 100th, ... round."""
    limits: Limits
    stop: Stop
    graph: Graph = field(repr=False)
    workings: Workings = field(repr=False)

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds of the table."""
        return self.proven.rounds

    @property
    def last(self) -> int:
        """How many rounds were run."""
        return self.stop.round

    def value(self, name: str, round: int | None = None) -> str:
        """A proven number as JSON has it, after a round of the table (the last one if none is given).

        Raises RequestError for a round that has no row, UnknownName for what was not followed.
        """
        done = self.last if round is None else round
        if done not in self.rounds:
            raise RequestError(
                f"Round {done:,} is not in the table. Known: {', '.join(map(str, self.rounds))}."
            )
        return self.proven[name, done].text

    @property
    def fall(self) -> float | None:
        """By how much the error fell in the last round (below 0: it rose), as a double; None without one."""
        if not self.last:
            return None
        before, after = self.proven[TOTAL, self.last - 1], self.proven[TOTAL, self.last]
        if math.isfinite(before.number) and math.isfinite(after.number):
            return before.number - after.number
        return math.inf if Fraction(before.text) > Fraction(after.text) else -math.inf

    @property
    def gradient_length(self) -> str:
        """The length of the gradient by all trained parameters, after the last round."""
        return self.proven[LENGTH, self.last].shown

    def to_text(self, *, parameters: bool = False) -> str:
        """The table and what it means, for a terminal."""
        from symback.learning.text import as_text

        return as_text(self, parameters=parameters)

    def to_markdown(self) -> str:
        """The same in Markdown."""
        from symback.learning.text import as_markdown

        return as_markdown(self)

    def to_csv(self) -> str:
        """The history in doubles: a row for each round, with the error, outputs and parameters."""
        from symback.learning.exports import as_csv

        return as_csv(self)

    def to_json(self) -> str:
        """The proven numbers, as in the format symback-training/1."""
        from symback.learning.exports import as_json

        return as_json(self)

    def plot(self, weight: str | None = None, format: str = "svg") -> str:
        """An SVG: the error over the rounds, or as a function of one weight with its tangent and step.

        With the format `latex` it is a picture in TikZ. Raises UnknownName for what is no parameter.
        """
        from symback.learning import drawing

        figure = drawing.error_figure(self) if weight is None else drawing.weight_figure(self, weight)
        return drawing.draw(figure, format)

    def plot_gradients(self, format: str = "svg") -> str:
        """How large deltas and gradients are in each layer, before the first round and after the last.

        Raises RequestError where there is but one layer, or where all of them are 0.
        """
        from symback.learning import drawing

        return drawing.draw(drawing.flow_figure(self), format)

    @property
    def has_gradient_flow(self) -> bool:
        """Whether there is anything that `plot_gradients` can draw."""
        from symback.learning import drawing

        return drawing.has_flow(self)

    def save(self, path: str | Path) -> Path:
        """Writes what the suffix asks for (.txt, .md, .csv, .json, .svg); nothing is left half-written."""
        from symback.files import write

        path = Path(path)
        makers: dict[str, Callable[[], str]] = {
            ".txt": self.to_text,
            ".md": self.to_markdown,
            ".csv": self.to_csv,
            ".json": self.to_json,
            ".svg": self.plot,
        }
        if path.suffix not in makers:
            raise RequestError(f"No format has the suffix '{path.suffix}'. Known: {', '.join(makers)}.")
        return write(path, makers[path.suffix]())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        from symback.learning.text import as_html

        return as_html(self)

    def _repr_svg_(self) -> str:
        return self.plot()

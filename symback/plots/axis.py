"""An axis: a scale from data to pixels, linear or logarithmic, with ticks at round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from symback.plots.tick_labels import of_powers, of_steps

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
FLAT = 1e-12
"""What differs by less of its size is drawn as one value."""
LETTER = 7.0
"""About the width of a digit in pixels."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with what stands below its line: E and total, w and 5."""

    base: str
    lower: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis; between labelled ones there are some without a label."""

    value: float
    place: float
    """In pixels."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` at the pixel `start` to `high` at the pixel `end`."""

    label: Label
    low: float
    high: float
    start: float
    end: float
    is_logarithmic: bool = False
    ticks: tuple[Tick, ...] = ()

    def place(self, value: float) -> float:
        """The pixel of a value, to a hundredth. Raises ValueError on a logarithmic axis below 0."""
        share = (self._scaled(value) - self._scaled(self.low)) / self._width
        return round(self.start + share * (self.end - self.start), 2)

    def value_at(self, place: float) -> float:
        """The value at a pixel."""
        scaled = self._scaled(self.low) + (place - self.start) / (self.end - self.start) * self._width
        return 10.0**scaled if self.is_logarithmic else scaled

    def holds(self, value: float) -> bool:
        """Whether the value is on the axis."""
        return self.low <= value <= self.high

    @property
    def _width(self) -> float:
        return self._scaled(self.high) - self._scaled(self.low)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.is_logarithmic else value


def linear_axis(
    label: Label, low: float, high: float, start: float, end: float, *, most: int = 6, rounds_up: bool = True
) -> Axis:
    """An axis with at most about `most` intervals; with `rounds_up` it begins and ends at a tick."""
    if not high - low > FLAT * max(abs(low), abs(high)):  # what is left are errors of doubles
        middle = abs(low) / 2 or 1.0
        low, high = low - middle, high + middle
    step = _step(high - low, most)
    if rounds_up:
        low, high = _floor(low, step) * step, _ceil(high, step) * step
    bare = Axis(label, low, high, start, end)
    first, last = _ceil(low, step), _floor(high, step)
    values = [count * step for count in range(first, last + 1)]
    labels = of_steps(values, step)
    ticks = tuple(Tick(value, bare.place(value), text) for value, text in zip(values, labels, strict=True))
    return Axis(label, low, high, start, end, False, ticks)


def flat_axis(label: Label, low: float, high: float, start: float, end: float) -> Axis:
    """A linear axis along the page that ends where the data end, with as many labels as have room."""
    for most in (8, 6, 5, 4, 3, 2):
        axis = linear_axis(label, low, high, start, end, most=most, rounds_up=False)
        widest = max((len(tick.label) for tick in axis.ticks), default=0)
        if len(axis.ticks) * (widest + 2) * LETTER <= abs(end - start):
            break
    return axis


def logarithmic_axis(
    label: Label, low: float, high: float, start: float, end: float, *, most: int = 7
) -> Axis:
    """An axis over whole powers of ten, all of them ticks, and labelled where there is room."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    last = max(last, first + 1)
    bare = Axis(label, 10.0**first, 10.0**last, start, end, True)
    every = max(1, math.ceil((last - first) / most))
    powers = range(first, last + 1)
    labels = of_powers([power for power in powers if (power - first) % every == 0])
    ticks = [Tick(10.0**power, bare.place(10.0**power), labels.get(power, "")) for power in powers]
    if every == 1:
        between = [digit * 10.0**power for power in powers[:-1] for digit in range(2, 10)]
        ticks += [Tick(value, bare.place(value)) for value in between]
    return Axis(label, bare.low, bare.high, start, end, True, tuple(ticks))


def _step(width: float, most: int) -> float:
    """The least round number that goes at most `most` times into the width."""
    rough = width / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _NICE if nice * power >= rough * (1 - 1e-9))


def _floor(value: float, step: float) -> int:
    return math.floor(value / step + 1e-9)


def _ceil(value: float, step: float) -> int:
    return math.ceil(value / step - 1e-9)

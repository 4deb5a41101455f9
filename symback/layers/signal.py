"""What flows from layer to layer: the names of numbers, their shape, and the time steps they have."""

from __future__ import annotations

from dataclasses import dataclass

from symback.naming import indexed


@dataclass(frozen=True, slots=True)
class Port:
    """One number that a layer passes on: its name without index, and its time step where it has one only."""

    base: str
    """`out_h1`, or of an input its own name: `i1`, `x_1_2`."""
    step: int | None = None

    @property
    def unit(self) -> str:
        """The unit or input that it comes from, without a time step."""
        return self.base.removeprefix("out_")

    @property
    def label(self) -> str:
        """The same with the time step of its own: `h1`, `x_1_2`, `h1[t=2]`."""
        return indexed(self.unit, step=self.step)


@dataclass(frozen=True, slots=True)
class Signal:
    """All that a layer passes on, in the order channel, row, column."""

    ports: tuple[Port, ...]
    shape: tuple[int, ...]
    """(units,), (channels, positions) or (channels, rows, columns)."""
    steps: tuple[int, ...] = ()
    """1, 2, ... where there is a value for each time step (or token); empty where there is one value only."""

    def at(self, sample: int, step: int | None = None) -> tuple[str, ...]:
        """The names for one sample (0 for the only one), at a step, or at the last one."""
        if step is None and self.steps:
            step = self.steps[-1]
        return tuple(indexed(p.base, sample, step if p.step is None else p.step) for p in self.ports)

    @property
    def labels(self) -> tuple[str, ...]:
        """The units or inputs in order."""
        return tuple(port.label for port in self.ports)


def unit_signal(units: tuple[str, ...], shape: tuple[int, ...] = (), steps: tuple[int, ...] = ()) -> Signal:
    """The outputs of units, `out_h1` and so on."""
    return Signal(tuple(Port(f"out_{unit}") for unit in units), shape or (len(units),), steps)

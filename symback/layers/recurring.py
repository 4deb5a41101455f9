"""What layers that are unrolled over time share: series that come in, states from the step before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.activations import ACTIVATIONS
from symback.floats import Float
from symback.layers.activating import Activating
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import VALUE, Properties, names
from symback.layers.signal import Signal
from symback.naming import indexed, sample_places

LOGISTIC = Activating(ACTIVATIONS["logistic"], {})
TANH = Activating(ACTIVATIONS["tanh"], {})
States = tuple[tuple[str, ...], ...]
"""For each sample the names of the values before the first step, one for each unit."""


def initial(what: str) -> dict[str, Any]:
    """The schema of a value before the first step: one number, or one for each unit."""
    return {
        "type": ["number", "string", "array"],
        "items": VALUE,
        "description": f"a number, the {what} of all units before the first step, a list with one for each "
        'unit, or "symbolic"',
    }


INITIAL_STATE: Properties = {"initial_state": initial("state")}
RECURRENT_WEIGHT_NAMES: Properties = {
    "recurrent_weight_names": names(2, "rows of names in the shape of `recurrent_weights`")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring(Layer):
    """A layer whose units also see what they all gave one step before."""

    is_sequence: ClassVar[bool] = True
    takes_time: ClassVar[bool] = True

    initial_state: States
    """Names such as `out_h1[t=0]`."""

    def series(self, sample: int) -> list[tuple[int, tuple[str, ...], list[str]]]:
        """For each step its number, the names of its inputs and those of the outputs one step before."""
        return [
            (
                step,
                self.source.at(sample, step),
                [indexed(f"out_{unit}", sample, step - 1) for unit in self.units],
            )
            for step in self.signal.steps
        ]

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """The outputs of each step, each from its inputs and from what the step before left."""
        return [self._run(number, place, steps) for place, steps in enumerate(inputs)]

    def _run(self, number: Callable[[str], Float], place: int, steps: list[list[Float]]) -> list[list[Float]]:
        memory = self.memory(number, place)
        found = []
        for came_in in steps:
            memory = self.step(number, came_in, memory)
            found.append(memory[0])
        return found

    def memory(self, number: Callable[[str], Float], place: int) -> list[list[Float]]:
        """What is there before the first step of a sample: first the outputs."""
        return [list(map(number, self.initial_state[place]))]

    def step(
        self, number: Callable[[str], Float], inputs: list[Float], memory: list[list[Float]]
    ) -> list[list[Float]]:
        """What one step makes of its inputs and of what the step before left: first the outputs."""
        raise NotImplementedError


def series_source(reader: LayerReader) -> Signal:
    """The signal that comes in, if it is a list of numbers for each time step."""
    source = reader.flat_source()
    if not source.steps:
        found = "no series over time comes in"
        reader.fail("", found, "In [inputs] there may stand a list for each input, such as i1 = [0.5, 0.1]")
    return source


def initial_values(
    reader: LayerReader, units: Sequence[str], key: str = "initial_state", base: str = "out"
) -> States:
    """Names `out_h1[t=0]`, for each sample, and their numbers: all 0 where the file says nothing."""
    value = reader.row.get(key, 0)
    is_list = isinstance(value, list)
    if is_list:
        reader.checks.check_count(value, f"{reader.key}, {key}", tuple(units), "unit")
    states = []
    for sample in sample_places(len(reader.given)):
        found = tuple(indexed(f"{base}_{unit}", sample, 0) for unit in units)
        for place, name in enumerate(found):
            where = f"{reader.key}, {key}" + (f", entry {place + 1}" if is_list else "")
            given = reader.checks.given(value[place] if is_list else value, where)
            reader.numbering.constants.append((name, given))
        states.append(found)
    return tuple(states)

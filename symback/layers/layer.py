"""What every layer is: its units, its parameters, and how it unrolls itself into quantities.

A new type of layer is a subclass in a file of its own and one line in `layers/__init__`. It says three
things: which keys its table in the network file has (`SCHEMA`, `read`), which quantities it makes (`unroll`),
and, as an independent witness, what it computes in plain numbers (`compute`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from symback.activations import Activation
from symback.expression import Expression
from symback.floats import Float
from symback.graph import Quantity, Role, Rule
from symback.layers.activating import Activating, Textbook
from symback.layers.signal import Signal
from symback.naming import indexed

if TYPE_CHECKING:
    from symback.layers.reading import LayerReader

Values = list[list[list[Float]]]
"""Plain numbers by sample, time step (one where nothing depends on time) and place in the signal."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A weight, bias or gain by its name."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Grid:
    """Parameters as a table of the page: a label for each row and column; `kind` names its caption."""

    kind: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    part: str = ""
    """The gate, or the channels, that it belongs to, where there is a table for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Base of all layers; `place` counts from 1 in the file."""

    kind: ClassVar[str] = ""
    """The name of the type in network files."""
    SCHEMA: ClassVar[Mapping[str, Any]] = {"properties": {}}
    """The JSON Schema of its table: `properties` (each with a `description` for messages) and `required`."""
    is_sequence: ClassVar[bool] = False
    """Whether it mixes time steps, so that it needs (and keeps) all of them."""
    takes_time: ClassVar[bool] = False
    """Whether a network with such a layer may have inputs over time: it mixes the steps, or joins them."""
    couples_samples: ClassVar[bool] = False
    """Whether what it gives for one sample depends on the others."""

    takes_list_as_image: ClassVar[bool] = False
    """Whether, as the first layer, it takes a plain list as an image of one dimension, not as a series."""

    place: int
    units: tuple[str, ...]
    source: Signal
    signal: Signal
    parameters: tuple[Parameter, ...] = ()
    """In reading order: weights, then biases; a shared one once."""
    activating: Activating | None = None
    """The activation that gives its outputs; None where it has none."""

    @classmethod
    def read(cls, reader: LayerReader) -> Layer:
        """The layer of a table of the network file; claims its names. Raises NetworkFileError."""
        raise NotImplementedError

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Its quantities for these samples (0 for the only one), each after all that it is computed from."""
        raise NotImplementedError

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """What it gives for all samples, by plain loops; `number` has all that comes before, by name."""
        raise NotImplementedError

    @property
    def steps(self) -> tuple[int | None, ...]:
        """The time steps that it computes; (None,) where nothing depends on time."""
        return self.signal.steps or (None,)

    def kept(self, steps: list[list[Float]]) -> list[list[Float]]:
        """Of what comes in at all time steps that of the steps that it computes: all, or the last one."""
        return steps if self.signal.steps else steps[-1:]

    @property
    def weights(self) -> tuple[str, ...]:
        """The names of its weights."""
        return self._with(Role.WEIGHT)

    @property
    def biases(self) -> tuple[str, ...]:
        """The names of its biases, each once."""
        return self._with(Role.BIAS)

    def _with(self, role: Role) -> tuple[str, ...]:
        return tuple([parameter.name for parameter in self.parameters if parameter.role is role])

    @property
    def sigma(self) -> Activation | None:
        """What people mean by sigma in its formulas: its activation; None where that is not clear."""
        return None if self.activating is None or self.couples_units else self.activating.activation

    @property
    def activation(self) -> str:
        """The name of the activation that gives its outputs; "linear" where there is none."""
        return "linear" if self.activating is None else self.activating.name

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """(weight, where it comes from, where it leads to) for each weight that joins two units."""
        return ()

    def grids(self) -> tuple[Grid, ...]:
        """Its parameters as tables for the page."""
        return ()

    def facts(self) -> dict[str, object]:
        """What sentences about it say besides its units: sizes, strides, rates."""
        return {}

    @property
    def couples_units(self) -> bool:
        """Whether each output depends on every net input, as those of softmax do."""
        return self.activating is not None and self.activating.couples_units

    def activated_floats(self, nets: Sequence[Float], number: Callable[[str], Float]) -> list[Float]:
        """The outputs in plain numbers."""
        assert self.activating is not None
        return self.activating.floats(nets, number)

    def quantity(
        self,
        base: str,
        unit: str,
        formula: Expression,
        *,
        sample: int = 0,
        step: int | None = None,
        role: Role = Role.INTERMEDIATE,
        textbook: Textbook = (),
        subscript: str = "",
    ) -> Quantity:
        """One quantity of this layer: `base` and `unit` make its name.

        Of the whole layer, with the unit "", it is `base` and the layer's place, or another subscript.
        """
        return Quantity(
            indexed(f"{base}_{subscript or unit or self.place}", sample, step),
            role,
            Rule.DEFINITION,
            formula,
            textbook=textbook,
            layer=self.place,
            unit=unit,
            sample=sample,
            step=step,
        )

    def out(
        self, unit: str, formula: Expression, textbook: Textbook = (), *, sample: int, step: int | None
    ) -> Quantity:
        """The output of a unit."""
        return self.quantity(
            "out", unit, formula, sample=sample, step=step, role=Role.ACTIVATION, textbook=textbook
        )

    def nets_and_outs(
        self, formulas: Iterable[Expression], *, sample: int, step: int | None
    ) -> list[Quantity]:
        """Of each unit its net input, by these formulas, and its output."""
        nets = [
            self.quantity("net", unit, formula, sample=sample, step=step, role=Role.NET_INPUT)
            for unit, formula in zip(self.units, formulas, strict=True)
        ]
        outs = self.outs([net.name for net in nets], sample=sample, step=step)
        if self.couples_units:  # all net inputs come before the first output
            return [*nets, *outs]
        return [quantity for pair in zip(nets, outs, strict=True) for quantity in pair]

    def outs(self, nets: Sequence[str], *, sample: int, step: int | None) -> list[Quantity]:
        """The outputs of all units: the activation of what has these names."""
        assert self.activating is not None
        names = [indexed(f"out_{unit}", sample, step) for unit in self.units]
        activated = self.activating.outputs(nets, names)
        return [
            self.out(unit, formula, textbook, sample=sample, step=step)
            for unit, (formula, textbook) in zip(self.units, activated, strict=True)
        ]

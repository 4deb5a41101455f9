"""What a layer uses to read its table of the network file: names, numbers, and errors that name the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, NoReturn

from symback.activations import ACTIVATIONS, Activation, own_activation
from symback.errors import UnknownName, shorten, suggestion
from symback.grammar import FormulaError
from symback.graph import Role
from symback.layers.activating import Activating
from symback.layers.layer import Layer, Parameter
from symback.layers.signal import Signal
from symback.nested import flat, in_words
from symback.network_checks import Checks, Given

Nested = tuple[Any, ...]
"""Names in nested tuples, as the file nests the numbers."""
AXES = ("row", "column")
MOST_PARAMETERS = 20_000


@dataclass
class Numbering:
    """What the layers of one file share: how many names of each kind are used, and all numbers so far."""

    weights: int = 0
    units: dict[str, int] = field(default_factory=dict)
    parameters: list[tuple[str, Given]] = field(default_factory=list)
    constants: list[tuple[str, Given]] = field(default_factory=list)


@dataclass(frozen=True)
class LayerReader:
    """One table [[layers]]; `source` is what comes in, `earlier` has the layers before."""

    checks: Checks
    numbering: Numbering
    row: Mapping[str, Any]
    place: int
    source: Signal
    inputs: Signal
    """The inputs of the network."""
    earlier: tuple[Layer, ...]
    steps: tuple[int, ...]
    """The time steps of what it gives, if it keeps them; () after the last layer that mixes them."""
    asked: tuple[int, ...] = ()
    """The time steps of what it gives that are used later, if it can tell them apart; () for the last one."""
    given: tuple[tuple[Given, ...], ...] = ()
    """The numbers of all samples, for a layer whose formulas depend on them."""

    @property
    def key(self) -> str:
        """The place in messages."""
        return f"[[layers]] {self.place}"

    def fail(self, key: str, found: str, allowed: str) -> NoReturn:
        """Raises NetworkFileError for a key of this table ("" for the table); no full stops."""
        self.checks.fail(f"{self.key}, {key}" if key else self.key, found, allowed)

    # --- names ----------------------------------------------------------------------------------------

    def units(self, key: str = "units") -> tuple[str, ...]:
        """The names that the file gives."""
        names = tuple(self.row[key])
        self._claim(names, "a unit", key)
        return names

    def own_units(self, letter: str, count: int, key: str = "units") -> tuple[str, ...]:
        """The names that the file gives, as many as wanted; or `letter`1, `letter`2, ... over the file."""
        if key in self.row:
            if len(self.row[key]) != count:
                there = len(self.row[key])
                self.fail(key, f"{there} names stand there", f"{count} may stand there, one for each")
            return self.units(key)
        start = self.numbering.units.get(letter, 0)
        self.numbering.units[letter] = start + count
        names = tuple(f"{letter}{number}" for number in range(start + 1, start + count + 1))
        for name in names:
            self.checks.claim(name, "a unit", f"{self.key} (names of your own may stand in `{key}`)")
        return names

    # --- parameters -----------------------------------------------------------------------------------

    def weights(
        self,
        shape: tuple[int, ...],
        *,
        key: str = "weights",
        names_key: str = "weight_names",
        axes: tuple[str, ...] = AXES,
        whats: tuple[str, ...] = ("unit", "input of the layer"),
        columns: tuple[str, ...] = (),
    ) -> Nested:
        """Names w1, w2, ... (or the file's) nested in this shape; their numbers are noted.

        `axes` are words for places in messages, `whats` say what there is one entry for along each axis,
        `columns` name those of a matrix (by default the inputs of the layer).
        """
        columns = columns or self.source.labels
        values = self.row[key]
        start = self.numbering.weights
        count = prod(shape)
        self.numbering.weights += count
        if self.numbering.weights > MOST_PARAMETERS:
            found = f"there are {self.numbering.weights:,} parameters"
            self.checks.fail("[[layers]]", found, f"There may be up to {MOST_PARAMETERS:,}")
        if names_key in self.row:
            names = self.row[names_key]
            self._check_shape(names, names_key, shape, axes, whats, columns)
        else:
            names = _nested([f"w{start + number}" for number in range(1, count + 1)], shape)
        every = list(flat(names))
        self._claim(every, "a weight", names_key if names_key in self.row else key)
        self._note(every, values, key, shape, axes, whats, columns)
        nested: Nested = _tuples(names)
        return nested

    def biases(self, owners: Sequence[str], what: str = "unit") -> tuple[str, ...]:
        """One name for each owner: the shared bias repeated, one each, or () for none."""
        row, checks = self.row, self.checks
        if "bias" in row and "biases" in row:
            self.fail("biases", "`bias` and `biases` stand there", "There may stand one of the two")
        for name_key, value_key in (("bias_name", "bias"), ("bias_names", "biases")):
            if name_key in row and value_key not in row:
                self.fail(name_key, f"this stands without `{value_key}`", "There may stand both or none")
        if "bias" in row:
            name, value, key = row.get("bias_name", f"b{self.place}"), row["bias"], f"{self.key}, bias"
            checks.claim(name, "a bias", key)
            is_word = value in ("symbolic", "random")
            given = checks.word(value, name, key) if is_word else checks.given(value, key)
            self.numbering.parameters.append((name, given))
            return (name,) * len(owners)
        if "biases" not in row:
            return ()
        names = tuple(row.get("bias_names", [f"b_{owner}" for owner in owners]))
        checks.check_count(names, f"{self.key}, bias_names", tuple(owners), what)
        return self._one_each(names, "a bias", "biases", owners, what)

    def gate_biases(
        self, gates: Sequence[str], units: Sequence[str], *, key: str = "biases", letter: str = "b"
    ) -> tuple[tuple[str, ...], ...]:
        """A bias for each gate and unit, b_forget_h1 and so on; () where the file has none."""
        if key not in self.row:
            return ()
        names = tuple(tuple(f"{letter}_{gate}_{unit}" for unit in units) for gate in gates)
        every = list(flat(names))
        self._claim(every, "a bias", key)
        shape = (len(gates), len(units))
        self._note(every, self.row[key], key, shape, ("gate", "entry"), ("gate", "unit"), tuple(units))
        return names

    def gains(self, owners: Sequence[str]) -> tuple[str, ...]:
        """A factor for each owner, g_h1 and so on; () where the file has none."""
        if "gains" not in self.row:
            return ()
        return self._one_each(tuple(f"g_{owner}" for owner in owners), "a gain", "gains", owners)

    def _one_each(
        self, names: tuple[str, ...], kind: str, key: str, owners: Sequence[str], what: str = "unit"
    ) -> tuple[str, ...]:
        """The names, one for each owner; their numbers are noted."""
        self._claim(names, kind, key)
        self._note(names, self.row[key], key, (len(owners),), ("entry",), (what,), tuple(owners))
        return names

    def _claim(self, names: Sequence[str], kind: str, key: str) -> None:
        for name in names:
            self.checks.claim(name, kind, f"{self.key}, {key}")

    def parameters(self, *groups: tuple[Role, Any]) -> tuple[Parameter, ...]:
        """The layer's parameters: names (nested or not) with their role; a shared one once."""
        found = [(name, role) for role, names in groups for name in flat(names)]
        return tuple(Parameter(name, role) for name, role in dict.fromkeys(found))

    def _note(
        self,
        names: Sequence[str],
        values: Any,
        key: str,
        shape: tuple[int, ...],
        axes: tuple[str, ...],
        whats: tuple[str, ...],
        columns: tuple[str, ...],
    ) -> None:
        """The numbers of these names; a word stands for all."""
        place = f"{self.key}, {key}"
        if isinstance(values, str):
            found = [(name, self.checks.word(values, name, place)) for name in names]
        else:
            self._check_shape(values, key, shape, axes, whats, columns)
            places = _places(place, shape, axes)
            found = [
                (name, self.checks.given(value, where))
                for name, value, where in zip(names, flat(values), places, strict=True)
            ]
        self.numbering.parameters += found

    def _check_shape(
        self,
        values: Any,
        key: str,
        shape: tuple[int, ...],
        axes: tuple[str, ...],
        whats: tuple[str, ...],
        columns: tuple[str, ...],
    ) -> None:
        """That lists are nested in this shape."""
        place = f"{self.key}, {key}"
        if len(shape) == 1:
            self.checks.check_count(values, place, columns, whats[0])
        elif axes == AXES:
            self.checks.check_shape(values, place, shape[0], columns, (whats[0], whats[1]))
        else:
            self._check_axis(values, place, shape, axes, whats)

    def _check_axis(
        self, values: Any, key: str, shape: tuple[int, ...], axes: tuple[str, ...], whats: tuple[str, ...]
    ) -> None:
        what = f", one for each {whats[0]}" if whats else ""
        if not isinstance(values, list) or len(values) != shape[0]:
            found = (
                f"a list of {len(values)} stands there"
                if isinstance(values, list)
                else "a number stands there"
            )
            self.checks.fail(key, found, f"There may stand a list of {shape[0]}{what}")
        for number, value in enumerate(values, 1):
            if len(shape) > 1:
                self._check_axis(value, f"{key}, {axes[0]} {number}", shape[1:], axes[1:], whats[1:])
            elif isinstance(value, list):
                self.checks.fail(
                    f"{key}, {axes[0]} {number}", "a list stands there", "There may stand a number"
                )

    # --- activation and constants ---------------------------------------------------------------------

    def activation(self, key: str = "activation", default: str = "linear") -> Activating:
        """The activation that the file names, with its constants."""
        entry = self._entry(self.row.get(key, default), key)
        known = {name for other in ACTIVATIONS for name, _ in other.settings}
        own = dict(entry.settings)
        for name in sorted(known & self.row.keys() - own.keys()):
            fits = [other.name for other in ACTIVATIONS if name in dict(other.settings)]
            self.fail(name, f"the activation {entry.name} has no {name}", f"It belongs to {', '.join(fits)}")
        constants = {name: self.constant(name, text) for name, text in own.items()}
        return Activating(entry, constants)

    def _entry(self, name: str, key: str) -> Activation:
        """The entry of the table, or a formula in x."""
        try:
            if name in ACTIVATIONS or (name.isidentifier() and name != "x"):
                return ACTIVATIONS[name]
            return own_activation(name)
        except UnknownName as error:
            self.fail(key, f"unknown activation {shorten(name)}", suggestion(name, error.known).strip(" ."))
        except FormulaError as error:
            known = ", ".join(ACTIVATIONS.names())
            allowed = f"From column {error.column} on there may stand {error.allowed}. Known by name: {known}"
            self.fail(key, f"{shorten(name)} stands there", allowed)

    def constant(
        self,
        key: str,
        default: str,
        name: str = "",
        *,
        fits: Callable[[float], bool] | None = None,
        allowed: str = "",
    ) -> str:
        """A number that formulas name but nothing trains, such as `slope_2`; gives its canonical name.

        `fits` says of its value whether it may stand there, `allowed` is the message where it may not.
        """
        name = name or f"{key}_{self.place}"
        self.checks.claim(name, "a constant", f"{self.key}, {key}")
        given = self.checks.given(self.row.get(key, default), f"{self.key}, {key}")
        value = self.checks.value(given)
        if fits is not None and value is not None and not fits(value):
            self.fail(key, f"{given.text or 'another value'} stands there", allowed)
        self.numbering.constants.append((name, given))
        return name

    def constants(self, names: Sequence[str], key: str) -> tuple[Given, ...]:
        """Numbers of a list under these names."""
        self.checks.check_count(self.row[key], f"{self.key}, {key}", self.source.labels, "input of the layer")
        for entry, (name, value) in enumerate(zip(names, self.row[key], strict=True), 1):
            given = self.checks.given(value, f"{self.key}, {key}, entry {entry}")
            self.numbering.constants.append((name, given))
        return tuple(given for _, given in self.numbering.constants[-len(names) :])

    # --- shapes ---------------------------------------------------------------------------------------

    def flat_source(self) -> Signal:
        """The signal that comes in, if it is a plain list of numbers."""
        if len(self.source.shape) > 1:
            found = f"a signal of shape {in_words(self.source.shape)} comes in"
            self.fail("", found, "A layer of type flatten may stand before it")
        return self.source


def _nested(flat: Sequence[str], shape: tuple[int, ...]) -> list[Any]:
    if len(shape) == 1:
        return list(flat)
    size = len(flat) // shape[0]
    return [_nested(flat[start : start + size], shape[1:]) for start in range(0, len(flat), size)]


def _tuples(values: Any) -> Any:
    return tuple(map(_tuples, values)) if isinstance(values, list | tuple) else values


def _places(key: str, shape: tuple[int, ...], axes: tuple[str, ...]) -> Iterator[str]:
    """Where each entry stands, in reading order."""
    if not shape:
        yield key
        return
    for number in range(1, shape[0] + 1):
        yield from _places(f"{key}, {axes[0]} {number}", shape[1:], axes[1:])

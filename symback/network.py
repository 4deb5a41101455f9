"""A network file -> the network, with every number exact and every name checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from symback import network_file, network_source
from symback.errors import shorten, suggestion
from symback.inputs import is_series, read_inputs, read_values, source_of
from symback.layers import LAYERS
from symback.layers.layer import Layer
from symback.layers.reading import MOST_PARAMETERS, LayerReader, Numbering
from symback.layers.signal import Signal
from symback.losses import LOSSES, Loss
from symback.network_checks import SYMBOLIC, Checks, Given
from symback.network_file import clean
from symback.network_model import Network, Sample
from symback.network_source import built_in_names, built_in_text
from symback.notation import check_symbol
from symback.update_file import Update, read_update

MOST_SAMPLES = 1_000
LONGEST_SYMBOL = 80
MOST_WORK = 100_000
"""Parameters times samples times time steps: so many contributions to gradients take minutes."""


def load(source: str | Path) -> Network:
    """The network of a built-in name, a path, or standard input ("-").

    Raises RequestError if there is no such file or built-in, and NetworkFileError for a wrong file.
    """
    found = network_source.read(source)
    return _network(found.text, found.file, found.name)


def parse(text: str, file: str) -> Network:
    """The network of a file's text; `file` is its name in messages. Raises NetworkFileError."""
    return _network(text, network_source.shown(file), Path(file).stem or "network")


def printable(name: str) -> str:
    """A file's stem as a title: bytes of the file system that are no text are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _network(text: str, file: str, name: str) -> Network:
    table = network_file.table(text, file, LAYERS)
    reader = _Reader(file, table)
    source = reader.source()
    layers = reader.layers(source)
    reader.check_work(layers)
    loss = LOSSES[reader.entry(LOSSES, table["loss"], "loss")]
    reader.loss(loss, layers[-1])
    return Network(
        name=name,
        title=table["title"] if table.get("title", "").strip() else printable(name),
        source=source,
        layers=layers,
        output_steps=layers[-1].steps if reader.is_sequence else (None,),
        samples=reader.samples(source, layers[-1], loss),
        reduction=table.get("reduction", "sum"),
        loss=loss.name,
        parameters=tuple(reader.numbering.parameters),
        constants=tuple(reader.numbering.constants),
        update=reader.update(layers),
        notation=reader.notation(source, layers),
        aliases=reader.strings("aliases"),
        seed=table.get("seed"),
        text=text,
    )


class _Reader(Checks):
    """Reads one table; `numbering` is filled by `layers` and `loss`."""

    def __init__(self, file: str, table: Mapping[str, Any]) -> None:
        super().__init__(file, table.get("seed"))
        self.table = table
        self.numbering = Numbering()
        self.is_sequence = False
        """Whether targets are lists, one for each time step."""

    def rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """For each sample where it stands, and its table with `inputs` and `targets`."""
        if "samples" not in self.table:
            yield "", self.table
            return
        for place, row in enumerate(self.table["samples"], 1):
            yield f"[[samples]] {place}, ", row

    def source(self) -> Signal:
        """The inputs, in the order of the first sample."""
        if "samples" in self.table:
            for key in ("inputs", "targets"):
                if key in self.table:
                    self.fail(f"[{key}]", "[[samples]] stand there too", "There may stand one of the two")
            count = len(self.table["samples"])
            if count > MOST_SAMPLES:
                found = f"{count:,} samples stand there"
                self.fail("[[samples]]", found, f"{MOST_SAMPLES:,} may stand there")
        elif "inputs" not in self.table:
            allowed = "There may stand a table of numbers, or [[samples]]"
            self.fail("[inputs]", "nothing stands there", allowed)
        place, first = next(self.rows())
        key = f"{place}inputs" if place else "[inputs]"
        kinds = [row.get("type", "dense") for row in self.table["layers"]]
        as_image = LAYERS[kinds[0]].takes_list_as_image
        series = [name for name, value in first["inputs"].items() if is_series(value)]
        if series and not as_image and not any(LAYERS[kind].takes_time for kind in kinds):
            allowed = "A list, with a number for each time step, may stand there before a recurrent layer"
            self.fail(f"{key}, {clean(series[0])}", "a list stands there", allowed)
        source = source_of(self, first["inputs"], key, as_image=as_image)
        targets = first.get("targets", {})
        self.is_sequence = isinstance(targets, dict) and any(isinstance(t, list) for t in targets.values())
        return source

    def layers(self, source: Signal) -> tuple[Layer, ...]:
        """The layers, each reading what the one before passes on."""
        rows = self.table["layers"]
        kinds = [row.get("type", "dense") for row in rows]
        last = max((place for place, kind in enumerate(kinds, 1) if LAYERS[kind].is_sequence), default=0)
        tokens = tuple(read_inputs(self, source, row["inputs"], key) for key, row in self.rows())
        found: list[Layer] = []
        signal = source
        for place, row in enumerate(rows, 1):
            keeps_steps = self.is_sequence or place <= last
            reader = LayerReader(
                checks=self,
                numbering=self.numbering,
                row=row,
                place=place,
                source=signal,
                inputs=source,
                earlier=tuple(found),
                steps=signal.steps if keeps_steps else (),
                asked=signal.steps if self.is_sequence or place < last else (),
                given=tokens,
            )
            layer = LAYERS[kinds[place - 1]].read(reader)
            found.append(layer)
            signal = layer.signal
        return tuple(found)

    def check_work(self, layers: tuple[Layer, ...]) -> None:
        """That parameters, time steps and samples together are not too many."""
        parameters, samples = len(self.numbering.parameters), len(self.table.get("samples", [self.table]))
        steps = max(len(layer.steps) for layer in layers)
        if parameters * samples * steps <= MOST_WORK:
            return
        parts = [f"{parameters:,} parameters"]
        parts += [f"{samples:,} samples"] if samples > 1 else []
        parts += [f"{steps:,} time steps"] if steps > 1 else []
        self.fail("", f"there are {' times '.join(parts)}", f"There may be up to {MOST_WORK:,} of these")

    def loss(self, loss: Loss, last: Layer) -> None:
        """That the loss fits the last layer; notes its constants and the penalties."""
        for name, text in loss.settings:
            self._constant(name, self.table.get(name, text), name)
            self.check_range(self.numbering.constants[-1][1], name, 0)
        for other in LOSSES:
            for name, _ in other.settings:
                if name in self.table and name not in dict(loss.settings):
                    self.fail(name, f"the loss {loss.name} has none", f"It belongs to the loss {other.name}")
        for kind in ("l1", "l2"):
            if f"penalty_{kind}" in self.table:
                key = f"penalty_{kind}"
                self._constant(f"lambda_{kind}", self.table[key], key)
                self.check_range(self.numbering.constants[-1][1], key, 0)
        activation = last.activation
        if loss.needs and activation not in loss.needs and activation != "softmax":
            self.fail("loss", *self._misfit(loss, activation))

    def _misfit(self, loss: Loss, activation: str) -> tuple[str, str]:
        """What is wrong with this loss after this activation, and what would fit."""
        found = f"{loss.name} after a last layer with the activation {activation}"
        fitting = [other.name for other in LOSSES if activation in other.needs and other is not loss]
        allowed = f"The last layer may have the activation {' or '.join(loss.needs)}"
        if activation == "linear" and f"{loss.name}_from_logits" in LOSSES:
            fitting = [f"{loss.name}_from_logits"]
        if fitting:
            allowed += f", or there may stand the loss {' or '.join(fitting)}"
        return found, allowed

    def _constant(self, name: str, value: Any, key: str) -> None:
        self.numbering.constants.append((name, self.given(value, key)))

    def samples(self, source: Signal, last: Layer, loss: Loss) -> tuple[Sample, ...]:
        """The samples, their values in the order of the names."""
        found = []
        for (key, row), given in zip(self.rows(), self._inputs(source), strict=True):
            place = f"{key}targets" if key else "[targets]"
            if not loss.has_targets:
                if "targets" in row:
                    self.fail(place, f"the loss {loss.name} has no targets", "There may stand nothing")
                found.append(Sample(given, ()))
                continue
            if "targets" not in row:
                allowed = "There may stand a table of numbers" + (", or [[samples]]" if not key else "")
                self.fail(place, "nothing stands there", allowed)
            steps = last.signal.steps if self.is_sequence else ()
            targets = read_values(self, row["targets"], last.signal.labels, steps, "output unit", place)
            self._check_targets(loss, targets, last.signal.labels, place)
            found.append(Sample(given, targets))
        return tuple(found)

    def _check_targets(
        self, loss: Loss, targets: tuple[Given, ...], labels: tuple[str, ...], place: str
    ) -> None:
        """That the loss is made for such targets; they are ordered step by step."""
        for number, given in enumerate(targets):
            value = self.value(given)
            if value is None or loss.targets.fit(value):
                continue
            step = number // len(labels) + 1
            entry = f", entry {step}" if len(targets) > len(labels) else ""
            found = f"{given.text or 'another value'} stands there"
            allowed = f"With the loss {loss.name} there may stand {loss.targets.said}"
            self.fail(f"{place}, {labels[number % len(labels)]}{entry}", found, allowed)

    def _inputs(self, source: Signal) -> Iterator[tuple[Given, ...]]:
        for key, row in self.rows():
            yield read_inputs(self, source, row["inputs"], key)

    def update(self, layers: tuple[Layer, ...]) -> Update | None:
        """The update; None without [update]."""
        row = self.table.get("update")
        if row is None:
            return None
        found = read_update(self, row, len(self.table.get("samples", [self.table])))
        if found.batches and any(layer.couples_samples for layer in layers):
            allowed = "With a layer that takes all samples together there may stand none"
            self.fail("[update], batch_size", "batches stand there", allowed)
        return found

    def notation(self, source: Signal, layers: tuple[Layer, ...]) -> tuple[tuple[str, str], ...]:
        """`style` and symbols; each for something that the network has, and fit for print."""
        found = self.strings("notation")
        units = [unit for layer in layers for unit in (*layer.units, *layer.signal.labels)]
        kinds = ("net", "out", "target", "E", "delta")
        known = ["style", "eta", "E_total", *(port.base for port in source.ports)]
        known += [name for name, _ in (*self.numbering.parameters, *self.numbering.constants)]
        known += [f"{kind}_{unit}" for kind in kinds for unit in units]
        for name, symbol in found:
            if name not in known:
                hint = suggestion(name, tuple(known)).strip().removesuffix(".")
                self.fail(f"[notation], {shorten(name)}", "nothing of that name is in the network", hint)
            problem = check_symbol(symbol) if name != "style" else ""
            if problem:
                self.fail(f"[notation], {name}", f"{shorten(symbol)} stands there", problem)
        return found

    def strings(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of strings, as data."""
        row: Mapping[str, str] = self.table.get(key, {})
        for name in row:
            if not 0 < len(name) <= LONGEST_SYMBOL:
                found = f"{len(name)} characters stand there"
                self.fail(f"[{key}], {shorten(name)}", found, "1 to 80 may stand there")
        return tuple(row.items())


__all__ = [
    "MOST_PARAMETERS",
    "SYMBOLIC",
    "Given",
    "Network",
    "Sample",
    "Update",
    "built_in_names",
    "built_in_text",
    "load",
    "parse",
]

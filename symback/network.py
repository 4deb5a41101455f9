"""The network: layers, samples, loss and update as a file gives them, with every number exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from symback import network_file, network_source
from symback.activations import ACTIVATIONS
from symback.errors import shorten, suggestion
from symback.layers.dense import Dense
from symback.losses import LOSSES
from symback.network_checks import SYMBOLIC, Checks, Given
from symback.network_source import built_in_names, built_in_text
from symback.notation import check_symbol
from symback.update_rules import UPDATE_RULES

MOST_PARAMETERS = 20_000
MOST_SAMPLES = 1_000
LONGEST_SYMBOL = 80


@dataclass(frozen=True, slots=True)
class Sample:
    """Values in the order of the network's inputs and of the last layer's units."""

    inputs: tuple[Given, ...]
    targets: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """How parameters are updated; with `biases` false all biases stay as they are."""

    rule: str
    learning_rate: Given
    biases: bool


@dataclass(frozen=True, slots=True)
class Network:
    """All that a network file says."""

    name: str
    """The built-in name or the file's stem."""
    title: str
    inputs: tuple[str, ...]
    layers: tuple[Dense, ...]
    samples: tuple[Sample, ...]
    reduction: str
    """`sum` or `mean`, over samples."""
    loss: str
    parameters: tuple[tuple[str, Given], ...]
    """Name and value in reading order: layer by layer, the weights row by row, then the biases."""
    update: Update | None
    notation: tuple[tuple[str, str], ...]
    """`style` and single symbols (a name and its LaTeX), as written."""
    aliases: tuple[tuple[str, str], ...]
    seed: int | None


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
    table = network_file.table(text, file)
    reader = _Reader(file, table)
    inputs = reader.inputs()
    layers = reader.layers(inputs)
    return Network(
        name=name,
        title=table["title"] if table.get("title", "").strip() else printable(name),
        inputs=inputs,
        layers=layers,
        samples=reader.samples(inputs, layers[-1].units),
        reduction=table.get("reduction", "sum"),
        loss=reader.entry(LOSSES, table["loss"], "loss"),
        parameters=tuple(reader.parameters),
        update=reader.update(),
        notation=reader.notation(inputs, layers),
        aliases=reader.strings("aliases"),
        seed=table.get("seed"),
    )


class _Reader(Checks):
    """Reads one table; `parameters` are filled by `layers`."""

    def __init__(self, file: str, table: Mapping[str, Any]) -> None:
        super().__init__(file, table.get("seed"))
        self.table = table
        self.parameters: list[tuple[str, Given]] = []
        self._weights = 0

    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs, in the order of the first sample."""
        if "samples" in self.table:
            samples = self.table["samples"]
            for key in ("inputs", "targets"):
                if key in self.table:
                    self.fail(f"[{key}]", "[[samples]] stand there too", "There may stand one of the two")
            if len(samples) > MOST_SAMPLES:
                self.fail(
                    "[[samples]]",
                    f"{len(samples):,} samples stand there",
                    f"{MOST_SAMPLES:,} may stand there",
                )
            key, values = "[[samples]] 1, inputs", samples[0]["inputs"]
        else:
            for key in ("inputs", "targets"):
                if key not in self.table:
                    self.fail(
                        f"[{key}]",
                        "nothing stands there",
                        "There may stand a table of numbers, or [[samples]]",
                    )
            key, values = "[inputs]", self.table["inputs"]
        if not values:
            self.fail(key, "no input stands there", "There may stand a number for each, such as i1 = 0.05")
        for name in values:
            place = f"{key}, {network_file.clean(name)}"
            self.check_name(name, place)
            self.claim(name, "an input", place)
        return tuple(values)

    def layers(self, inputs: tuple[str, ...]) -> tuple[Dense, ...]:
        """The layers; fills `parameters`."""
        rows = self.table["layers"]
        self._check_size([len(inputs), *(len(row["units"]) for row in rows)])
        for place, row in enumerate(rows, 1):
            for name in row["units"]:
                self.claim(name, "a unit", f"[[layers]] {place}, units")
        found: list[Dense] = []
        for place, row in enumerate(rows, 1):
            units = tuple(row["units"])
            sources = found[-1].units if found else inputs
            key = f"[[layers]] {place}"
            activation = self.entry(ACTIVATIONS, row["activation"], f"{key}, activation")
            weights = self._weight_names(row, key, units, sources)
            self._add_weights(row["weights"], f"{key}, weights", weights, sources)
            biases = self._biases(row, key, place, units)
            found.append(Dense(units, activation, weights, biases))
        return tuple(found)

    def samples(self, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> tuple[Sample, ...]:
        """The samples, their values in the order of the names."""
        several = "samples" in self.table
        rows = self.table["samples"] if several else [self.table]
        found = []
        for place, row in enumerate(rows, 1):
            keys = [f"[[samples]] {place}, {key}" if several else f"[{key}]" for key in ("inputs", "targets")]
            given = self._values(row["inputs"], inputs, "input", keys[0])
            found.append(Sample(given, self._values(row["targets"], outputs, "output unit", keys[1])))
        return tuple(found)

    def update(self) -> Update | None:
        """The update; None without [update]."""
        row = self.table.get("update")
        if row is None:
            return None
        rule = self.entry(UPDATE_RULES, row.get("rule", "gradient_descent"), "[update], rule")
        return Update(
            rule, self.given(row["learning_rate"], "[update], learning_rate"), row.get("biases", True)
        )

    def notation(self, inputs: tuple[str, ...], layers: tuple[Dense, ...]) -> tuple[tuple[str, str], ...]:
        """`style` and symbols; each for something that the network has, and fit for print."""
        found = self.strings("notation")
        units = [unit for layer in layers for unit in layer.units]
        kinds = ("net", "out", "target", "E", "delta")
        known = ["style", "eta", "E_total", *inputs, *(name for name, _ in self.parameters)]
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
                self.fail(
                    f"[{key}], {shorten(name)}",
                    f"{len(name)} characters stand there",
                    "1 to 80 may stand there",
                )
        return tuple(row.items())

    def _weight_names(
        self, row: Mapping[str, Any], key: str, units: tuple[str, ...], sources: tuple[str, ...]
    ) -> tuple[tuple[str, ...], ...]:
        start = self._weights + 1
        self._weights += len(units) * len(sources)
        if "weight_names" in row:
            key += ", weight_names"
            names = row["weight_names"]
            self.check_shape(names, key, units, sources)
        else:
            key += ", weights"
            columns = range(len(sources))
            names = [
                [f"w{start + line * len(sources) + column}" for column in columns]
                for line in range(len(units))
            ]
        for name in (name for line in names for name in line):
            self.claim(name, "a weight", key)
        return tuple(tuple(line) for line in names)

    def _add_weights(
        self, values: Any, key: str, names: tuple[tuple[str, ...], ...], sources: tuple[str, ...]
    ) -> None:
        if isinstance(values, str):
            self.parameters += [(name, self.word(values, name, key)) for line in names for name in line]
            return
        self.check_shape(values, key, names, sources)
        for place, (line, row) in enumerate(zip(names, values, strict=True), 1):
            for column, (name, value) in enumerate(zip(line, row, strict=True), 1):
                self.parameters.append((name, self.given(value, f"{key}, row {place}, column {column}")))

    def _biases(
        self, row: Mapping[str, Any], key: str, place: int, units: tuple[str, ...]
    ) -> tuple[str, ...]:
        if "bias" in row and "biases" in row:
            self.fail(f"{key}, biases", "`bias` and `biases` stand there", "There may stand one of the two")
        for name_key, value_key in (("bias_name", "bias"), ("bias_names", "biases")):
            if name_key in row and value_key not in row:
                self.fail(
                    f"{key}, {name_key}", f"this stands without `{value_key}`", "There may stand both or none"
                )
        if "bias" in row:
            name, value, key = row.get("bias_name", f"b{place}"), row["bias"], f"{key}, bias"
            self.claim(name, "a bias", key)
            given = self.word(value, name, key) if value in ("symbolic", "random") else self.given(value, key)
            self.parameters.append((name, given))
            return (name,) * len(units)
        if "biases" not in row:
            return ()
        names = tuple(row.get("bias_names", [f"b_{unit}" for unit in units]))
        self.check_count(names, f"{key}, bias_names", units, "unit")
        values, key = row["biases"], f"{key}, biases"
        for name in names:
            self.claim(name, "a bias", key)
        if isinstance(values, str):
            self.parameters += [(name, self.word(values, name, key)) for name in names]
        else:
            self.check_count(values, key, units, "unit")
            for entry, (name, value) in enumerate(zip(names, values, strict=True), 1):
                self.parameters.append((name, self.given(value, f"{key}, entry {entry}")))
        return names

    def _values(self, row: Any, names: tuple[str, ...], kind: str, key: str) -> tuple[Given, ...]:
        if row == "symbolic":
            return (SYMBOLIC,) * len(names)
        known = set(names)
        for name in row:
            if name not in known:
                found = f"there is no {kind} {shorten(name)}"
                self.fail(f"{key}, {network_file.clean(name)}", found, suggestion(name, names).strip(" ."))
        for name in names:
            if name not in row:
                self.fail(
                    f"{key}, {name}", "nothing stands there", f"There may stand a number for each {kind}"
                )
        return tuple(self.given(row[name], f"{key}, {name}") for name in names)

    def _check_size(self, widths: Sequence[int]) -> None:
        """Before anything is built: as many parameters as the layers' widths and their biases make."""
        size = sum(width * above for width, above in pairwise(widths))
        size += sum(
            1 if "bias" in row else len(row["units"]) * ("biases" in row) for row in self.table["layers"]
        )
        if size > MOST_PARAMETERS:
            self.fail(
                "[[layers]]", f"there are {size:,} parameters", f"There may be up to {MOST_PARAMETERS:,}"
            )


__all__ = [
    "Given",
    "Network",
    "Sample",
    "Update",
    "built_in_names",
    "built_in_text",
    "load",
    "parse",
]

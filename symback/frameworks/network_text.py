"""A network file as text: written from plain tables, so that it reads as if a person had typed it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from symback.network import Network, parse
from symback.network_file import clean

WIDTH = 100
"""Lists that need more columns are broken, one entry a line."""


@dataclass(frozen=True)
class NetworkText:
    """The text of a network file that was made from a model of another framework."""

    text: str
    name: str = "network"

    def __str__(self) -> str:
        return self.text

    @cached_property
    def network(self) -> Network:
        """The network of the text. Raises NetworkFileError where the model is no network of symback."""
        return parse(self.text, f"{self.name}.toml")

    def save(self, path: str | Path) -> Path:
        """Writes the text to a file, whole or not at all. Raises RequestError where it cannot be written."""
        from symback.files import write

        return write(Path(path), self.text)


@dataclass(frozen=True, slots=True)
class Description:
    """What a network file says, in its order. Numbers are Decimals (or whole), layers their tables."""

    loss: str
    layers: list[dict[str, Any]]
    samples: list[dict[str, Any]]
    """Each with `inputs` and `targets`; a single one is written as the tables [inputs] and [targets]."""
    title: str = ""
    reduction: str = ""
    update: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    """Other keys at the top, such as `huber_delta`."""
    remarks: tuple[str, ...] = ()
    """Lines at the top, without the `#`."""
    notes: dict[str, str] = field(default_factory=dict)
    """A remark behind the line of a key at the top, or of a table (`inputs`)."""

    def with_targets(self, answers: Sequence[Sequence[Any]]) -> Description:
        """The same with targets for all samples, in the order of the outputs; the network names them."""
        open_ones = [{**sample, "targets": "symbolic"} for sample in self.samples]
        outputs = NetworkText(replace(self, samples=open_ones).text()).network.output_units
        samples = [
            {**sample, "targets": dict(zip(outputs, numbers, strict=True))}
            for sample, numbers in zip(self.samples, answers, strict=True)
        ]
        return replace(self, samples=samples)

    def text(self) -> str:
        """The network file."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from (f"# {printable(line)}" for line in self.remarks)
        if self.remarks:
            yield ""
        top = {"title": self.title, "loss": self.loss, "reduction": self.reduction, **self.settings}
        for key, value in top.items():
            if value != "":
                yield self._noted(f"{key} = {written(value)}", key)
        if len(self.samples) == 1:
            words = {key: word for key, word in self.samples[0].items() if isinstance(word, str)}
            yield from (self._noted(f"{key} = {written(word)}", key) for key, word in words.items())
            for key, values in self.samples[0].items():
                if key not in words:
                    yield from self._table(key, values)
        else:
            for sample in self.samples:
                yield from ("", "[[samples]]")
                yield from (f"{key} = {written(values, len(key) + 3)}" for key, values in sample.items())
        for layer in self.layers:
            yield from ("", "[[layers]]")
            yield from (f"{key} = {written(value, len(key) + 3)}" for key, value in layer.items())
        if self.update:
            yield from self._table("update", self.update)

    def _table(self, key: str, values: Mapping[str, Any]) -> Iterator[str]:
        yield ""
        yield self._noted(f"[{key}]", key)
        yield from (f"{name} = {written(value, len(name) + 3)}" for name, value in values.items())

    def _noted(self, line: str, key: str) -> str:
        return f"{line}  # {printable(self.notes[key])}" if key in self.notes else line


def written(value: Any, column: int = 0) -> str:
    """A value as TOML, behind so many columns. Lists that are too wide go on under their first entry."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {written(entry)}" for key, entry in value.items()) + " }"
    entries = [written(entry, column + 1) for entry in value]
    line = "[" + ", ".join(entries) + "]"
    if "\n" not in line and (column + len(line) <= WIDTH or len(entries) < 2):
        return line
    if not any(isinstance(entry, list | tuple) for entry in value):
        entries = textwrap.wrap(
            ", ".join(entries), max(WIDTH - column - 2, 20), break_long_words=False, break_on_hyphens=False
        )
        return "[" + ("\n" + " " * (column + 1)).join(entries) + "]"
    return "[" + (",\n" + " " * (column + 1)).join(entries) + "]"


def decimal(value: Decimal) -> str:
    """A decimal with all its digits, and an exponent only where it would have many zeros.

    >>> decimal(Decimal("0.100000001490116119384765625")), decimal(Decimal("1E-30")), decimal(Decimal("1E+2"))
    ('0.100000001490116119384765625', '1e-30', '100')
    """
    plain = format(value, "f")
    _, digits, _ = value.as_tuple()
    return plain if len(plain) - len(digits) <= 22 else format(value, "e").replace("e+", "e")


def printable(text: str) -> str:
    """A remark in one line, whatever names of other people stand in it."""
    return text if text.isprintable() else clean(text)

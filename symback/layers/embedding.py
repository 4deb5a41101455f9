"""An embedding: a row of weights for each word; the inputs say which row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Name, Number
from symback.floats import Float
from symback.graph import Quantity, Role
from symback.layers.layer import Grid, Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import UNITS, WEIGHT_NAMES, rows, whole
from symback.layers.signal import unit_signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding(Layer):
    """vocabulary x units weights. Word 1 has the first row."""

    kind: ClassVar[str] = "embedding"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["weights"],
        "properties": {
            **UNITS,
            "vocabulary": whole("how many words there are, a whole number from 1"),
            "weights": rows("rows [[..], [..]], one for each word with one weight for each unit"),
            **WEIGHT_NAMES,
        },
    }
    takes_time: ClassVar[bool] = True

    weight_names: tuple[tuple[str, ...], ...]
    """One row per word, one column per unit."""
    words: tuple[tuple[int, ...], ...]
    """The words of each sample, from 1, by time step; one where there are no steps."""

    @classmethod
    def read(cls, reader: LayerReader) -> Embedding:
        """A layer of a network file; its formulas depend on the words of all samples."""
        source = reader.source
        if reader.place > 1:
            reader.fail("", "an embedding stands after other layers", "It may be the first layer")
        if source.shape != (1,):
            allowed = "One may stand there, with the numbers of words, such as token = [3, 1, 2]"
            reader.checks.fail("[inputs]", f"{len(source.ports)} inputs stand there", allowed)
        if source.steps and not reader.steps:
            allowed = "Targets may be lists, or a layer that joins tokens may follow, such as attention"
            reader.fail("", f"only the last of {len(source.steps)} words would count", allowed)
        vocabulary, width = cls._sizes(reader)
        units = reader.own_units("e", width)
        names = reader.weights((vocabulary, width), whats=("word", "unit"), columns=units)
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, steps=reader.steps),
            parameters=reader.parameters((Role.WEIGHT, names)),
            weight_names=names,
            words=_words(reader, vocabulary),
        )

    @staticmethod
    def _sizes(reader: LayerReader) -> tuple[int, int]:
        """How many words and units there are: said, or to be seen from the weights."""
        row, weights = reader.row, reader.row["weights"]
        if isinstance(weights, str):
            for key, said in (("vocabulary", "a whole number"), ("units", "a list of names")):
                if key not in row:
                    reader.fail(
                        key, "nothing stands there", f'There may stand {said}, as "{weights}" has no size'
                    )
            return row["vocabulary"], len(row["units"])
        if not weights or not weights[0]:
            reader.fail("weights", "an empty list stands there", "There may stand a row for each word")
        return row.get("vocabulary", len(weights)), len(row.get("units", weights[0]))

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Each output is a weight of the word's row."""
        return [
            self.out(unit, Name(weight), sample=sample, step=step)
            for sample in samples
            for step in self.steps
            for unit, weight in zip(self.units, self.weight_names[self._word(sample, step) - 1], strict=True)
        ]

    def _word(self, sample: int, step: int | None) -> int:
        return self.words[max(sample, 1) - 1][(step or 1) - 1]

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """The row that the word has as its number."""
        return [
            [
                [number(name) + Float(0.0) for name in self.weight_names[round(word.value) - 1]]
                for (word,) in steps
            ]
            for steps in inputs
        ]

    def grids(self) -> tuple[Grid, ...]:
        """A row for each word."""
        labels = tuple(str(word) for word in range(1, len(self.weight_names) + 1))
        return (Grid("embedding", labels, self.units, self.weight_names),)

    def facts(self) -> dict[str, object]:
        """The size of the vocabulary, and the words of each sample."""
        return {"vocabulary": len(self.weight_names), "words": self.words}


def _words(reader: LayerReader, vocabulary: int) -> tuple[tuple[int, ...], ...]:
    """The words of all samples, each a whole number from 1 to `vocabulary`."""
    name = reader.source.ports[0].base
    found = []
    for sample, tokens in enumerate(reader.given, 1):
        place = f"[[samples]] {sample}, inputs" if len(reader.given) > 1 else "[inputs]"
        for entry, token in enumerate(tokens, 1):
            value = token.expression
            if not isinstance(value, Number) or value.value not in range(1, vocabulary + 1):
                where = f"{place}, {name}" + (f", entry {entry}" if reader.source.steps else "")
                there = token.text or ("another value" if value else '"symbolic"')
                allowed = f"There may stand the number of a word, from 1 to {vocabulary}"
                reader.checks.fail(where, f"{there} stands there", allowed)
        found.append(tuple(int(token.expression.value) for token in tokens))  # type: ignore[union-attr]
    return tuple(found)

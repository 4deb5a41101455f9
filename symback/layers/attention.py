"""Scaled dot-product self-attention with one head: every token looks at all tokens, or at those before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.activations import ACTIVATIONS
from symback.expression import ONE, Expression, Name, add, as_expression, sqrt
from symback.floats import Float, dot, total
from symback.graph import Quantity, Role
from symback.layers.activating import Activating, Textbook
from symback.layers.layer import Grid, Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import UNITS, names, rows
from symback.layers.signal import unit_signal
from symback.layers.weighted import weighted, weighted_floats
from symback.naming import indexed

PROJECTIONS = ("query", "key", "value")
"""The three matrices, in the order of their weights."""
MOST_TOKENS = 64
SOFTMAX = Activating(ACTIVATIONS["softmax"], {})
Matrix = tuple[tuple[str, ...], ...]


def _keys(projection: str) -> dict[str, Any]:
    said = f"the {projection} weights, rows [[..], [..]] with one column for each input of the layer"
    shape = f"rows of names in the shape of `{projection}`"
    return {projection: rows(said), f"{projection}_names": names(2, shape)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention(Layer):
    """size x inputs weights for queries and keys, units x inputs weights for values; steps are tokens.

    Each token has a query, a key and a value. The score of token u for token t is the product of t's query
    and u's key over the root of their size; softmax makes of t's scores its attention to each token, and the
    output of t is the sum of all values, each times the attention to it (Vaswani et al., "Attention Is All
    You Need", 2017, equation 1). Where only the last token's output is used, the others' are not computed.
    """

    kind: ClassVar[str] = "attention"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": list(PROJECTIONS),
        "properties": {
            **UNITS,
            **_keys("query"),
            **_keys("key"),
            **_keys("value"),
            "causal": {"type": "boolean", "description": "true where no token may look at later ones"},
        },
    }
    is_sequence: ClassVar[bool] = True
    takes_time: ClassVar[bool] = True

    query_names: Matrix
    key_names: Matrix
    value_names: Matrix
    is_causal: bool
    prefix: str = ""
    """Stands before numbers in names: `query_1`, but `query_3_1` of a second such layer, in place 3."""

    @classmethod
    def read(cls, reader: LayerReader) -> Attention:
        """A layer of a network file."""
        source = reader.flat_source()
        if not source.steps:
            allowed = "Each input may be a list with a number for each token, such as i1 = [0.5, 0.1]"
            reader.fail("", "no tokens come in", allowed)
        if len(source.steps) > MOST_TOKENS:
            allowed = f"{MOST_TOKENS} may come in, as each looks at all"
            reader.fail("", f"{len(source.steps)} tokens come in", allowed)
        size, width = cls._sizes(reader)
        columns = len(source.ports)
        query, key, value = (
            reader.weights(
                (height, columns),
                key=projection,
                names_key=f"{projection}_names",
                whats=(what, "input of the layer"),
            )
            for projection, height, what in (
                ("query", size, "number of a query"),
                ("key", size, "number of a key, of which there are as many as of a query"),
                ("value", width, "unit"),
            )
        )
        units = reader.own_units("a", width)
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, steps=reader.asked),
            parameters=reader.parameters((Role.WEIGHT, query), (Role.WEIGHT, key), (Role.WEIGHT, value)),
            query_names=query,
            key_names=key,
            value_names=value,
            is_causal=reader.row.get("causal", False),
            prefix=f"{reader.place}_" if any(isinstance(layer, cls) for layer in reader.earlier) else "",
        )

    @staticmethod
    def _sizes(reader: LayerReader) -> tuple[int, int]:
        """How many rows queries (and keys) and values have; of a word as many as there are inputs."""
        row, inputs = reader.row, len(reader.source.ports)
        for projection in PROJECTIONS:
            if not row[projection]:
                reader.fail(projection, "an empty list stands there", "There may stand rows of weights")
        known = [len(row[key]) for key in ("query", "key") if not isinstance(row[key], str)]
        value = row["value"]
        width = len(row.get("units", ())) or inputs if isinstance(value, str) else len(value)
        return (known or [inputs])[0], width

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Queries, keys and values of all tokens, then for each its scores, attention and outputs."""
        quantities = []
        for sample in samples:
            for token in self.source.steps:
                quantities += self._projected(sample, token)
            for step in self.steps:
                quantities += self._attending(sample, step)
        return quantities

    def seen(self, step: int | None) -> tuple[int, ...]:
        """The tokens that the one at this step, or the last one, looks at."""
        tokens = self.source.steps
        return tokens[:step] if self.is_causal and step is not None else tokens

    def _projected(self, sample: int, token: int) -> list[Quantity]:
        """Its query, if an output asks for it, and its key and value."""
        inputs = self.source.at(sample, token)
        step = token if self.signal.steps else None
        is_asked = step is not None or token == self.source.steps[-1]
        has_choice = len(self.seen(step)) > 1  # attention to a single token is 1, whatever the query
        matrices = [("query", self.query_names, step)] if is_asked and has_choice else []
        matrices += [("key", self.key_names, token), ("value", self.value_names, token)]
        return [
            self._made(base, number, add(weighted(weights, inputs)), sample, at)
            for base, matrix, at in matrices
            for number, weights in enumerate(matrix, 1)
        ]

    def _attending(self, sample: int, step: int | None) -> list[Quantity]:
        seen = self.seen(step)
        scores = [self._score(sample, step, token) for token in seen] if len(seen) > 1 else []
        shares = [self._name("attention", token, sample, step) for token in seen]
        activated = SOFTMAX.outputs([score.name for score in scores], shares) if scores else [(ONE, ())]
        attention = [
            self._made("attention", token, formula, sample, step, textbook)
            for token, (formula, textbook) in zip(seen, activated, strict=True)
        ]
        outputs = []
        for number, unit in enumerate(self.units, 1):
            values = [self._name("value", number, sample, token) for token in seen]
            outputs.append(self.out(unit, add(weighted(shares, values)), sample=sample, step=step))
        return [*scores, *attention, *outputs]

    def _score(self, sample: int, step: int | None, token: int) -> Quantity:
        """How well the key of the token fits the query at this step."""
        size = len(self.query_names)
        queries = [self._name("query", number, sample, step) for number in range(1, size + 1)]
        keys = [self._name("key", number, sample, token) for number in range(1, size + 1)]
        formula = add(weighted(queries, keys))
        if size == 1:  # the root is 1
            return self._made("score", token, formula, sample, step)
        root = sqrt(as_expression(size))
        pairs = [*zip(queries, keys, strict=True), *zip(keys, queries, strict=True)]
        textbook = tuple((by, Name(factor) / root) for by, factor in pairs)
        return self._made("score", token, formula / root, sample, step, textbook)

    def _name(self, base: str, number: int, sample: int, step: int | None) -> str:
        return indexed(f"{base}_{self.prefix}{number}", sample, step)

    def _made(
        self,
        base: str,
        number: int,
        formula: Expression,
        sample: int,
        step: int | None,
        textbook: Textbook = (),
    ) -> Quantity:
        subscript = f"{self.prefix}{number}"
        return self.quantity(
            base, "", formula, subscript=subscript, sample=sample, step=step, textbook=textbook
        )

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """softmax(Q K^T / sqrt(size)) V, row by row."""
        found = []
        for tokens in inputs:
            query, key, value = (
                [[weighted_floats(number, row, token) for row in matrix] for token in tokens]
                for matrix in (self.query_names, self.key_names, self.value_names)
            )
            rows_ = []
            for place in range(len(tokens)):
                last = place + 1 if self.is_causal else len(tokens)
                root = Float(float(len(self.query_names))).call("sqrt")
                grown = [(dot(query[place], other) / root).call("exp") for other in key[:last]]
                whole = total(grown)
                shares = [one / whole for one in grown]
                rows_.append([dot(shares, column) for column in zip(*value[:last], strict=True)])
            found.append(self.kept(rows_))
        return found

    def grids(self) -> tuple[Grid, ...]:
        """Each projection by its numbers and the inputs."""
        size = tuple(str(number) for number in range(1, len(self.query_names) + 1))
        return (
            Grid("query", size, self.source.labels, self.query_names),
            Grid("key", size, self.source.labels, self.key_names),
            Grid("value", self.units, self.source.labels, self.value_names),
        )

    def facts(self) -> dict[str, object]:
        """How many numbers a query has, how many tokens there are, and whether later ones are hidden."""
        return {"size": len(self.query_names), "tokens": len(self.source.steps), "causal": self.is_causal}

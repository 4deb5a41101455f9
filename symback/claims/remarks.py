"""Numbers in prose -> the quantities that they are about; what is not clear is left out."""

from __future__ import annotations

from collections.abc import Iterator

from symback.claims.prose import RawRemark
from symback.claims.reading import read
from symback.claims.source import Formula, Remark
from symback.claims.vocabulary import Vocabulary
from symback.expression import Name
from symback.graph import Role
from symback.naming import at_state, derivative

_PREFIXES = {"output": "out_", "net input": "net_", "delta": "delta_", "target": "target_"}


def resolved(remarks: Iterator[RawRemark], vocabulary: Vocabulary) -> Iterator[Remark]:
    """The remarks whose quantity is known, each with its canonical name."""
    if vocabulary.network is None:
        return
    for remark in remarks:
        name = _name(remark, vocabulary)
        if name is not None:
            yield Remark(name, remark.literal, remark.text, remark.place)


def _name(remark: RawRemark, vocabulary: Vocabulary) -> str | None:
    network = vocabulary.network
    assert network is not None
    base = _base(remark, vocabulary)
    if base is None:
        return None
    assert vocabulary.graph is not None
    if base not in vocabulary.graph:
        return None
    quantity = vocabulary.graph[base]
    fixed = quantity.role in (Role.INPUT, Role.TARGET, Role.LEARNING_RATE)
    if not remark.rounds or fixed:
        return quantity.name
    state = "+" if remark.rounds == 1 else f"@{remark.rounds}"
    return at_state(quantity.name, state) if network.update is not None else None


def _base(remark: RawRemark, vocabulary: Vocabulary) -> str | None:
    network = vocabulary.network
    assert network is not None
    named = _named(remark, vocabulary) if remark.name else None
    if remark.name and named is None and remark.words not in _PREFIXES:
        return None
    if remark.words == "":
        return named
    if remark.words == "error":
        if not remark.name:
            return "E_total"
        return named if named and named.startswith("E") else None
    if remark.words == "learning rate":
        return "eta"
    if remark.words == "gradient":
        return derivative("E_total", named) if named else None
    outputs = network.output_units
    if remark.words == "input":
        if remark.name:
            return named
        return network.inputs[remark.ordinal - 1] if remark.count == len(network.inputs) else None
    prefix = _PREFIXES.get(remark.words)
    if prefix is None or len(network.samples) > 1:
        return None
    if remark.name:
        units = [unit for layer in network.layers for unit in layer.units]
        unit = remark.name.replace("_", "").replace("{", "").replace("}", "")
        return prefix + unit if unit in units else named
    if remark.count == len(outputs) and remark.ordinal:
        return prefix + outputs[remark.ordinal - 1]
    return prefix + outputs[0] if len(outputs) == 1 and not remark.count else None


def _named(remark: RawRemark, vocabulary: Vocabulary) -> str | None:
    statements, _ = read(Formula(remark.name, remark.notation, remark.place), vocabulary)
    for statement in statements:
        expression = statement.sides[0].expression
        if isinstance(expression, Name):
            return expression.name
    return None

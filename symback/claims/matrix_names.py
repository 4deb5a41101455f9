"""Symbols of the matrix notation (`W^l`, `z^{(2)}`, `\\delta_2`) -> the matrices of a network's layers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from symback.claims.raw import Raw, Scripted, Symbol
from symback.claims.vocabulary import Vocabulary
from symback.expression import Name
from symback.matrix import MatrixView
from symback.matrix_nodes import Matrix
from symback.naming import TOTAL, derivative, indexed

_KINDS = {
    "W": "W", "Theta": "W", "b": "b", "z": "z", "Z": "z", "net": "z", "a": "a", "A": "a",
    "out": "a", "delta": "delta", "Delta": "delta",
}  # fmt: skip
_WHOLE = {"x": "x", "X": "x", "y": "y", "Y": "y", "t": "y", "T": "y", "hat y": "output", "hat Y": "output"}
_ABOVE = re.compile(
    r"[\[(]?(?P<layer>[0-9]{1,3}|[lL](?:[+-]1)?)[\])]?"
    r"(?:,?(?P<state>\+[0-9]{0,9}|new|\(new\)))?,?(?P<turned>T)?"
)
LOWER_CASE = frozenset({"z", "a", "delta", "net", "out", "x", "y", "t", "hat y"})


@dataclass(frozen=True, slots=True)
class Meant:
    """What a symbol stands for; `kind` is W, b, z, a, delta, x or y; `turned` if a T stands above it."""

    kind: str
    layer: int
    matrix: Matrix
    turned: bool


def meant(node: Raw, view: MatrixView, letters: Mapping[str, int], vocabulary: Vocabulary) -> Meant | None:
    """The matrix of a symbol; None if it is none or a single quantity, or if its layer does not exist."""
    symbol = node.base if isinstance(node, Scripted) else node
    if not isinstance(symbol, Symbol) or (isinstance(node, Scripted) and node.primes):
        return None
    below = node.subscript if isinstance(node, Scripted) else ""
    above = (node.raised_text or node.mark) if isinstance(node, Scripted) else ""
    if symbol.text in _WHOLE and not below and above in ("", "T"):
        return _whole(_WHOLE[symbol.text], view, above == "T")
    kind = _KINDS.get(symbol.text)
    if kind is None or not (below or above):
        return None
    turned, state = False, ""
    if below and vocabulary.base(symbol.text, below) is not None:
        return None
    if below and above in ("", "T", "+", "new", "(new)"):
        place, turned, state = _layer(below, letters), above == "T", "" if above in ("", "T") else "+"
    else:
        found = _ABOVE.fullmatch(above)
        if below or found is None:
            return None
        after = (found["state"] or "").lstrip("+")
        place, turned = _layer(found["layer"], letters), bool(found["turned"])
        state = f"@{int(after)}" if after.isdigit() else "+" if found["state"] else ""
    matrix = None if place is None else _matrix(kind, place, state, view)
    return None if matrix is None or place is None else Meant(kind, place, matrix, turned)


def _whole(kind: str, view: MatrixView, turned: bool) -> Meant:
    last = len(view.layers)
    if kind == "x":
        return Meant("a", 0, view.activations(0), turned)
    if kind == "output":
        return Meant("a", last, view.activations(last), turned)
    return Meant("y", last, view.targets(), turned)


def _layer(text: str, letters: Mapping[str, int]) -> int | None:
    """The place of a layer; letters l and L stand for what `letters` says."""
    if text.isdigit():
        return int(text)
    found = re.fullmatch(r"([lL])([+-]1)?", text)
    if found is None or found[1] not in letters:
        return None
    return letters[found[1]] + int(found[2] or 0)


def _matrix(kind: str, place: int, state: str, view: MatrixView) -> Matrix | None:
    layers = view.layers
    if not (0 if kind == "a" else 1) <= place <= len(layers):
        return None
    if state and kind not in ("W", "b"):
        return None
    match kind:
        case "W":
            found = view.weights(place, state)
        case "b":
            if not layers[place - 1].bias_names:
                return None
            found = view.biases(place, state)
        case "z":
            found = view.net_inputs(place)
        case "a":
            found = view.activations(place)
        case _:
            found = view.deltas(place)
    names = [entry.name for row in found.entries for entry in row if isinstance(entry, Name)]
    return (
        found
        if all(
            name.replace(state, "+") in view.graph if "@" in state else name in view.graph for name in names
        )
        else None
    )


def gradient(of: Meant, view: MatrixView) -> Matrix | None:
    """The total error by each entry of a matrix, in the same shape."""
    match of.kind:
        case "W" | "b":
            total = TOTAL if view.batch or view.samples == (0,) else indexed("E", view.samples[0])
            name, names = of.matrix.name, of.matrix.entries
        case "z":
            return view.deltas(of.layer)
        case "a" if of.layer:
            total, name, names = TOTAL, of.matrix.name, of.matrix.entries
        case _:
            return None
    entries = tuple(
        tuple(Name(derivative(total, entry.name)) for entry in row if isinstance(entry, Name))
        for row in names
    )
    return Matrix(derivative(TOTAL, name), entries)


def view_of(view: MatrixView, *, one_column: bool) -> MatrixView:
    """The view for a formula in lower-case letters: of several samples, the first one stands for any."""
    found = MatrixView(view.network, view.graph)
    if one_column and found.batch:
        found.samples, found.batch = (1,), False
    return found

"""Recurrent modules of PyTorch, and embeddings. Sources: the formulas of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from torch import nn

from symback.frameworks.exact import Exact, Nested
from symback.frameworks.stack import Stack, Table, refuse
from symback.frameworks.torch_arrays import Translate, numbers, only

GATES = {"LSTM": 4, "GRU": 3}
"""PyTorch stacks the rows of all gates: of LSTM input, forget, cell, output; of GRU reset, update, new."""


def _recurrent(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """tanh(W_ih x + b_ih + W_hh h + b_hh), layer by layer. Here there is one bias, the sum of both."""
    for number, (weights, recurrent, biases, more) in enumerate(_layers(module, exact, where), 1):
        table: Table = {
            "activation": "relu" if module.nonlinearity == "relu" else "tanh",
            "weights": weights,
            "recurrent_weights": recurrent,
        }
        if biases:
            both = zip(biases, more, strict=True)
            table["biases"] = [exact.total(pair, f"{where}, bias_ih + bias_hh") for pair in both]
        inputs = module.input_size if number == 1 else module.hidden_size
        stack.recurrent("recurrent", table, module.hidden_size, inputs, where)


def _gated(kind: str) -> Translate:
    def into(module: Any, stack: Stack, exact: Exact, where: str) -> None:
        gates = GATES[module.mode]
        for number, (weights, recurrent, biases, more) in enumerate(_layers(module, exact, where), 1):
            table: Table = {
                "weights": _by_gate(weights, gates),
                "recurrent_weights": _by_gate(recurrent, gates),
            }
            if biases:
                table |= {"biases": _by_gate(biases, gates), "recurrent_biases": _by_gate(more, gates)}
            inputs = module.input_size if number == 1 else module.hidden_size
            stack.recurrent(kind, table, module.hidden_size, inputs, where)

    return into


def _by_gate(rows: Sequence[Any], gates: int) -> Nested:
    size = len(rows) // gates
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)]


def _layers(
    module: Any, exact: Exact, where: str
) -> list[tuple[Nested, Nested, list[Decimal], list[Decimal]]]:
    """Weights, recurrent weights, and both biases (empty for none) of each layer of a module."""
    only(module, where, bidirectional=False, proj_size=0)
    if module.dropout > 0 and module.num_layers > 1 and module.training:
        refuse(where, "while training, dropout draws another mask at each call; call module.eval() first")
    found = []
    for number in range(module.num_layers):
        weights, recurrent = (
            numbers(getattr(module, name), exact, f"{where}, {name}")
            for name in (f"weight_ih_l{number}", f"weight_hh_l{number}")
        )
        biases, more = (
            numbers(getattr(module, name), exact, f"{where}, {name}") if module.bias else []
            for name in (f"bias_ih_l{number}", f"bias_hh_l{number}")
        )
        found.append((weights, recurrent, biases, more))
    return found


def _embedding(module: Any, stack: Stack, exact: Exact, where: str) -> None:
    """The row of the word. Words are counted from 0 there, from 1 here."""
    only(module, where, padding_idx=None, max_norm=None, scale_grad_by_freq=False)
    stack.embedding(numbers(module.weight, exact, f"{where}, weight"), where)


STEPPING: dict[Any, Translate] = {
    nn.RNN: _recurrent,
    nn.LSTM: _gated("lstm"),
    nn.GRU: _gated("gru"),
    nn.Embedding: _embedding,
}

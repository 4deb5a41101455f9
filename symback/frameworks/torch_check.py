"""What a torch model gives, against what the network file gives that was made from it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from symback.errors import RequestError
from symback.expression import Number
from symback.float_pass import float_pass
from symback.forward import given_numbers
from symback.frameworks.torch_data import Data, Samples
from symback.frameworks.torch_modules import Leaf, last_recurrent
from symback.network import Network

CLOSE = 1e-6
"""Outputs and error may differ by this, or by this share of their size: softplus of PyTorch is cut off."""


def check(network: Network, parts: Sequence[Leaf], samples: Samples, y: Data | None, loss: Any) -> None:
    """Computes both in double precision. Raises RequestError where they differ: no wrong file is made."""
    given = {}
    for name, number in given_numbers(network).items():
        if isinstance(number.expression, Number):
            given[name] = float(number.expression.value)
        else:
            given[name] = 1.0  # the learning rate may be symbolic
    try:
        found = float_pass(replace(network, update=None), given)
    except (OverflowError, ZeroDivisionError, ValueError):
        return  # the certified numbers of `solve` have no such limits
    for name, theirs in _of_torch(network, parts, samples, y, loss):
        if not abs(found[name] - theirs) <= CLOSE * max(1.0, abs(theirs)):
            raise RequestError(
                f"PyTorch gives {name} = {theirs!r}, but the network file made from the model gives"
                f" {found[name]!r}; so it is not given back. Please report this model."
            )


def _of_torch(
    network: Network, parts: Sequence[Leaf], samples: Samples, y: Data | None, loss: Any
) -> Iterator[tuple[str, float]]:
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            doubles = [(where, copy.deepcopy(part).cpu().double()) for where, part in parts]
            outputs = computed(doubles, samples)
            names = [output.name for sample in network.places for output in network.outputs(sample)]
            has_logarithms = any(isinstance(part, nn.LogSoftmax) for _, part in parts)  # at the end only
            shown = outputs.exp() if has_logarithms else outputs
            yield from zip(names, shown.reshape(-1).tolist(), strict=True)
            if not isinstance(loss, str) and y is not None:
                answers = y.tensor.cpu()
                is_whole = not answers.is_floating_point() and answers.shape != outputs.shape
                yield "E_total", float(loss(outputs, answers.long() if is_whole else answers.double()))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise RequestError(f"PyTorch cannot compute this model with this x and y: {reason}.") from None


def computed(parts: Sequence[Leaf], samples: Samples) -> Tensor:
    """The outputs of modules one after another; of the last recurrent one the last step is passed on."""
    x = samples.x.tensor.cpu()
    value = x if samples.shape.kind == "tokens" else x.double()
    last = last_recurrent(parts)
    for place, (_, module) in enumerate(parts):
        value = module(value)
        if isinstance(value, tuple):
            value = value[0]
        if place == last:
            value = value[-1] if samples.is_time_first or not samples.is_batch else value[:, -1]
    return value

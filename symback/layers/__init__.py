"""The types of layers, one file each, and their table. A new type is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from symback.layers.layer import Layer

_PLACES = {
    "dense": "dense.Dense",
    "conv1d": "convolution.Conv1d",
    "conv2d": "convolution.Conv2d",
    "max_pool1d": "pooling.MaxPool1d",
    "max_pool2d": "pooling.MaxPool2d",
    "average_pool1d": "pooling.AveragePool1d",
    "average_pool2d": "pooling.AveragePool2d",
    "flatten": "flatten.Flatten",
    "activation": "activation.ActivationLayer",
    "recurrent": "recurrent.Recurrent",
    "lstm": "lstm.Lstm",
    "gru": "gru.Gru",
    "layer_norm": "layer_norm.LayerNorm",
    "batch_norm": "batch_norm.BatchNorm",
    "residual": "residual.Residual",
    "dropout": "dropout.Dropout",
    "embedding": "embedding.Embedding",
    "attention": "attention.Attention",
}
"""By the name of a type the file and the class."""


class _Layers(Mapping[str, type[Layer]]):
    """The classes by the names of their types, each loaded when it is first asked for."""

    def __getitem__(self, kind: str) -> type[Layer]:
        file, _, name = _PLACES[kind].partition(".")
        found: type[Layer] = getattr(import_module(f"symback.layers.{file}"), name)
        return found

    def __contains__(self, kind: object) -> bool:
        return kind in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


LAYERS = _Layers()
"""By the `type` that a network file gives; `dense` where it gives none."""

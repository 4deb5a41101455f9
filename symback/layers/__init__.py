"""The types of layers, one file each, and their table. A new type is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
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


class _Layers(MutableMapping[str, type[Layer]]):
    """The classes by the names of their types, each loaded when it is first asked for."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._found: dict[str, type[Layer] | str] = dict(places)

    def __getitem__(self, kind: str) -> type[Layer]:
        found = self._found[kind]
        if isinstance(found, str):
            file, _, name = found.partition(".")
            found = getattr(import_module(f"symback.layers.{file}"), name)
            self._found[kind] = found
        return found

    def __setitem__(self, kind: str, layer: type[Layer]) -> None:
        self._found[kind] = layer

    def __delitem__(self, kind: str) -> None:
        del self._found[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


LAYERS = _Layers(_PLACES)
"""By the `type` that a network file gives; `dense` where it gives none."""

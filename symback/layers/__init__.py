"""The types of layers, one file each, and their table. A new type is one file and one line here."""

from __future__ import annotations

from symback.layers.activation import ActivationLayer
from symback.layers.attention import Attention
from symback.layers.batch_norm import BatchNorm
from symback.layers.convolution import Conv1d, Conv2d
from symback.layers.dense import Dense
from symback.layers.dropout import Dropout
from symback.layers.embedding import Embedding
from symback.layers.flatten import Flatten
from symback.layers.gru import Gru
from symback.layers.layer import Layer
from symback.layers.layer_norm import LayerNorm
from symback.layers.lstm import Lstm
from symback.layers.pooling import AveragePool1d, AveragePool2d, MaxPool1d, MaxPool2d
from symback.layers.recurrent import Recurrent
from symback.layers.residual import Residual

KINDS: tuple[type[Layer], ...] = (
    Dense,
    Conv1d,
    Conv2d,
    MaxPool1d,
    MaxPool2d,
    AveragePool1d,
    AveragePool2d,
    Flatten,
    ActivationLayer,
    Recurrent,
    Lstm,
    Gru,
    LayerNorm,
    BatchNorm,
    Residual,
    Dropout,
    Embedding,
    Attention,
)
LAYERS: dict[str, type[Layer]] = {kind.kind: kind for kind in KINDS}
"""By the `type` that a network file gives; `dense` where it gives none."""

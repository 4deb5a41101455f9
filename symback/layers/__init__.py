"""The types of layers, one file each, and their table. A new type is one file and one line here."""

from __future__ import annotations

from symback.layers.attention import Attention
from symback.layers.batch_norm import BatchNorm
from symback.layers.dense import Dense
from symback.layers.dropout import Dropout
from symback.layers.embedding import Embedding
from symback.layers.layer import Layer
from symback.layers.layer_norm import LayerNorm
from symback.layers.residual import Residual

LAYERS: dict[str, type[Layer]] = {
    kind.kind: kind
    for kind in (
        Dense,
        LayerNorm,
        BatchNorm,
        Residual,
        Dropout,
        Embedding,
        Attention,
    )
}
"""By the `type` that a network file gives; `dense` where it gives none."""

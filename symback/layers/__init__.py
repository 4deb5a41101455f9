"""The types of layers, one file each, and their table. A new type is one file and one line here."""

from __future__ import annotations

from symback.layers.dense import Dense
from symback.layers.gru import Gru
from symback.layers.layer import Layer
from symback.layers.lstm import Lstm
from symback.layers.recurrent import Recurrent

LAYERS: dict[str, type[Layer]] = {kind.kind: kind for kind in (Dense, Recurrent, Lstm, Gru)}
"""By the `type` that a network file gives; `dense` where it gives none."""

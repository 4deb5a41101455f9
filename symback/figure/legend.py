"""The legend of the factors that are lit: under the drawing, a sample of each line with its symbol."""

from __future__ import annotations

from symback.figure.drawing import Drawing, Factor, Key, Label, Style

WIDTH, HEIGHT = 172.0, 27.0
"""Of one entry."""
SAMPLE = 40.0
"""The length of its line."""


def legend(drawing: Drawing, factors: tuple[Factor, ...]) -> tuple[tuple[Key, ...], float]:
    """The entries, row by row and centred, and how high the whole is with them."""
    if not factors:
        return (), drawing.height
    most = max(1, min(len(factors), int(drawing.width // WIDTH)))
    keys = []
    for number, factor in enumerate(factors):
        row, column = divmod(number, most)
        in_row = min(most, len(factors) - row * most)
        x = round(drawing.width / 2 + (column - in_row / 2) * WIDTH + 8, 1)
        y = round(drawing.height + row * HEIGHT + 8, 1)
        room = WIDTH - SAMPLE - 26
        more = "…" if factor.names[1:] else ""
        label = Label((x + SAMPLE + 10, y), Style.VALUE, room, factor.names[:1], words=more, anchor="start")
        keys.append(Key(factor.place, (x, y), (x + SAMPLE, y), label))
    rows = -(-len(factors) // most)
    return tuple(keys), round(drawing.height + rows * HEIGHT, 1)

"""How long a worked solution in single weights would be, told before anything is derived."""

from __future__ import annotations

from symback.errors import RequestError
from symback.network import Network

MOST_LINES = 20_000
"""A document may have about so many lines of tables and formulas: some 400 pages."""
BYTES = 65
"""Of a line of Markdown, on average."""


def lines_of(network: Network) -> int:
    """About how many lines of tables and formulas there are in the solution in single weights.

    Each parameter has a line where it is given, one for its gradient and one for its update. What belongs to
    a sample (contributions, and four numbers a unit) stands in columns.
    """
    parameters = len(network.parameters)
    units = sum(len(layer.signal.ports) * len(layer.steps) for layer in network.layers)
    return 3 * parameters + len(network.samples) * (parameters + 4 * units) // 4


def check_length(network: Network, style: str, only: tuple[str, ...]) -> None:
    """That a document can be printed. Raises RequestError, with its length and what to do instead."""
    lines = lines_of(network)
    if style == "matrix" or only or lines <= MOST_LINES:
        return
    from symback.matrix import without_matrices

    size = f"about {round(lines, -3):,} lines ({max(1, round(lines * BYTES / 1e6))} MB)"
    matrix = "--notation matrix, " if without_matrices(network) is None else ""
    samples = len(network.samples)
    count = f"{len(network.parameters):,} parameters" + (f" and {samples:,} samples" if samples > 1 else "")
    raise RequestError(
        f"This network has {count}: the worked solution in single weights would have {size}. "
        f"Use {matrix}--only NAME for single steps, or --format json, which holds all numbers."
    )

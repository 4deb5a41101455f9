"""Notebook files in the format 4.5: cells, and the file that they make."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

NOTHING_MORE: Mapping[str, object] = {}
Cell = dict[str, object]


def markdown_cell(identifier: str, text: str) -> Cell:
    """A cell of text; identifiers are unique in a notebook."""
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": text}


def code_cell(identifier: str, text: str) -> Cell:
    """A cell of Python that was not run yet."""
    cell: Cell = {"cell_type": "code", "execution_count": None, "id": identifier}
    return {**cell, "metadata": {}, "outputs": [], "source": text}


def notebook_file(cells: Iterable[Cell], more: Mapping[str, object] = NOTHING_MORE) -> str:
    """The text of the file; `more` is added to its metadata."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **more,
    }
    content = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

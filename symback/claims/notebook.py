"""Jupyter notebooks: the Markdown cells, and in which line of the file each of their lines stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)|[{}\[\]:,]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """A Markdown cell. Line k of `text`, from 0, stands in line `lines[k]` of the file, from 1."""

    number: int
    text: str
    lines: tuple[int, ...]


@dataclass(slots=True)
class _Frame:
    """An object or a list that is being read."""

    opening: str
    key: str
    kind: str = ""
    source: list[tuple[str, int]] = field(default_factory=list)


def markdown_cells(text: str) -> Iterator[Cell]:
    """The Markdown cells of a notebook file, numbered among all of its cells from 1.

    Read token by token, because only so the lines are known; of a broken file the cells before the break.
    """
    stack: list[_Frame] = []
    key, waiting = "", ""
    number = line = 1
    counted = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            stack.append(_Frame(sign, key))
            key = waiting = ""
        elif sign in "}]":
            if not stack:
                return
            frame = stack.pop()
            if sign == "}" and stack and stack[-1].key == "cells":
                if frame.kind == "markdown":
                    yield _cell(number, frame.source)
                number += 1
            key = waiting = ""
        elif sign == ":":
            key, waiting = waiting, ""
        elif sign == ",":
            key = key if stack and stack[-1].opening == "[" else ""
        elif stack:
            line += text.count("\n", counted, token.start())
            counted = token.start()
            _string(stack, key, sign, line)
            waiting = _decoded(sign) if stack[-1].opening == "{" and len(sign) < 40 else ""


def _string(stack: list[_Frame], key: str, sign: str, line: int) -> None:
    """A string of a cell: its type, or a piece of its source."""
    frame = stack[-1]
    if frame.opening == "{" and len(stack) > 1 and stack[-2].key == "cells":
        if key == "cell_type":
            frame.kind = _decoded(sign)
        elif key == "source":
            frame.source.append((_decoded(sign), line))
    elif frame.key == "source" and len(stack) > 2 and stack[-3].key == "cells":
        stack[-2].source.append((_decoded(sign), line))


def _decoded(sign: str) -> str:
    """A JSON string with its quotes; nothing for a broken one."""
    try:
        value = json.loads(sign, strict=False)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _cell(number: int, source: list[tuple[str, int]]) -> Cell:
    lines = [source[0][1] if source else 1]
    fresh = True  # whether the next piece begins a line
    for piece, line in source:
        if fresh:
            lines[-1] = line
        lines += [line] * piece.count("\n")
        fresh = piece.endswith("\n")
    return Cell(number, "".join(piece for piece, _ in source), tuple(lines))

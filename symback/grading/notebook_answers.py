"""Answers in a notebook: assignments such as answers["2b"] = 0.0821, or cells that say which box they are.

Nothing is run: code is only taken apart.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from symback.errors import RequestError, shorten
from symback.grading.handed_in import HandedIn
from symback.grading.reading import Cell

NAME = "answers"
_TAG = re.compile(r"box[:=-](\S+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_ASSIGNED = re.compile(r"\s*answers\s*\[\s*(['\"])(.{1,20}?)\1\s*\]\s*=(?!=)(.*)")


def is_notebook(content: Any) -> bool:
    """Whether it is a notebook of Jupyter."""
    return (
        isinstance(content, tuple)
        and isinstance(dict(content).get("cells"), list)
        and "nbformat" in dict(content)
    )


def read_notebook(content: Any, handed: HandedIn, source: str) -> None:
    """Takes the answers of one student's notebook.

    Its metadata has `symback: {"id": .., "checksum": ..}`. Answers are what code assigns to `answers["2b"]`,
    the last time it does. A cell with `symback: {"box": "2b"}` in its metadata, or with a tag `box:2b`, is an
    answer as a whole: its last line that is no remark, from the last `=` on.
    """
    fields = dict(content)
    own = _symback(fields.get("metadata"))
    identity = own.get("id")
    if not isinstance(identity, str):
        raise RequestError(
            f"{source}: the notebook does not say whose it is. There may stand "
            f'"symback": {{"id": ".."}} in its metadata, as in those that `symback sheet` writes.'
        )
    handed.check_sheet(own.get("checksum"), f"{source}, metadata")
    student = handed.identity(identity, f"{source}, metadata")
    if student in handed.cells:
        raise RequestError(f"{source}: {shorten(student)} has handed in another notebook already.")
    handed.hand_in(student)
    found: dict[str, Cell] = {}
    for number, cell in enumerate(fields["cells"], 1):
        place = f"{source}, cell {number}"
        for box, text in _answers(dict(cell) if isinstance(cell, tuple) else {}):
            known = handed.box(student, box, place)
            if text or known not in found:
                found[known] = Cell(text, place)
    for box, answer in found.items():
        handed.add(student, box, answer)


def _symback(metadata: Any) -> dict[str, Any]:
    found = dict(metadata).get("symback") if isinstance(metadata, tuple) else None
    return dict(found) if isinstance(found, tuple) else {}


def _answers(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The boxes and answers of a cell."""
    source = cell.get("source")
    text = (
        "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
    )
    box = _box_of(cell)
    if box:
        yield box, _last_line(text)
    elif cell.get("cell_type") == "code" and NAME in text:
        yield from _assigned(text)


def _box_of(cell: dict[str, Any]) -> str:
    box = _symback(cell.get("metadata")).get("box")
    if isinstance(box, str):
        return box
    tags = dict(cell["metadata"]).get("tags") if isinstance(cell.get("metadata"), tuple) else None
    found = [_TAG.fullmatch(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return next((one[1] for one in found if one), "")


def _last_line(text: str) -> str:
    lines = [_COMMENT.sub("", line).strip() for line in text.splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    return _value(last.rpartition("=")[2])


def _assigned(text: str) -> Iterator[tuple[str, str]]:
    """What code assigns to answers[..]; line by line where it is no Python, as with commands of Jupyter."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        for line in text.splitlines():
            found = _ASSIGNED.match(line)
            if found:
                yield found[2], _value(_COMMENT.sub("", found[3]))
        return
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _of_target(text, target, node.value)


def _of_target(text: str, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    """answers["2b"] = .., or answers = {"2b": ..}."""
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == NAME:
        pairs: list[tuple[ast.expr | None, ast.expr]] = [(target.slice, value)]
    elif isinstance(target, ast.Name) and target.id == NAME and isinstance(value, ast.Dict):
        pairs = list(zip(value.keys, value.values, strict=True))
    else:
        return
    for key, given in pairs:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            is_text = isinstance(given, ast.Constant) and isinstance(given.value, str)
            written = ast.get_source_segment(text, given) or ""
            yield key.value, str(given.value) if is_text else _value(written)  # type: ignore[attr-defined]


def _value(text: str) -> str:
    text = text.strip().rstrip(";").strip()
    if text in ("None", "...", "''", '""'):
        return ""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text

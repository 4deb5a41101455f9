"""Answers in JSON, {id: {box: answer}}, and in notebooks, whose answer cells say which box they are."""

from __future__ import annotations

import json
import re
from typing import Any

from symback.errors import RequestError, shorten
from symback.grading.handed_in import HandedIn
from symback.grading.reading import Cell

FORMAT = "symback-answers/1"
_TAG = re.compile(r"box[:=-](\S+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_IN_JSON = 'There may stand {"id": {"1a": "0.3775"}}.'


def load_json(text: str, source: str) -> Any:
    """The content; objects as tuples of pairs, so that a key that stands twice is seen; numbers as text."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple)
    except json.JSONDecodeError as error:
        place = f"{source}, line {error.lineno}, column {error.colno}"
        raise RequestError(
            f"{place}: this is no JSON ({error.msg[:1].lower()}{error.msg[1:]}). {_IN_JSON}"
        ) from None
    except RecursionError:
        raise RequestError(f"{source}: lists or objects are nested too deeply. {_IN_JSON}") from None


def read_json(content: Any, handed: HandedIn) -> None:
    """Takes the answers of {id: {box: answer}}, bare or under "answers" beside a "checksum"."""
    source = handed.source
    pairs = content if isinstance(content, tuple) else None
    if pairs is None:
        raise RequestError(f"{source}: {_kind(content)} stands there. {_IN_JSON}")
    fields = dict(pairs)
    if isinstance(fields.get("answers"), tuple) and "answers" not in handed.papers.by_id:
        form = fields.get("format", FORMAT)
        if form != FORMAT:
            raise RequestError(f"{source}: the format is {shorten(form)}. There may stand '{FORMAT}'.")
        handed.check_sheet(fields.get("checksum"), f"{source}, key 'checksum'")
        pairs = fields["answers"]
    seen: set[str] = set()
    for identity, answers in pairs:
        place = f"{source}, key {shorten(identity)}"
        student = handed.identity(identity, place)
        if student in seen:
            raise RequestError(
                f"{place}: {shorten(student)} stands there twice. One object may stand for each student."
            )
        seen.add(student)
        if not isinstance(answers, tuple):
            raise RequestError(f"{place}: {_kind(answers)} stands there. {_IN_JSON}")
        handed.hand_in(student)
        for box, answer in answers:
            where = f"{place}, box {shorten(box)}"
            number = handed.box(student, box, where)
            handed.add(student, number, Cell(_text(answer, where), where))


def _text(answer: Any, place: str) -> str:
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return str(answer).lower()
    if isinstance(answer, list) and all(isinstance(one, str) for one in answer):
        return ",".join(answer)
    if not isinstance(answer, str):
        raise RequestError(
            f"{place}: {_kind(answer)} stands there. There may stand a number, a text, or null for none."
        )
    return answer


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return {list: "a list", tuple: "an object", str: "a text", type(None): "null"}[type(value)]


# --- notebooks ---------------------------------------------------------------------------------------


def is_notebook(content: Any) -> bool:
    """Whether it is a notebook of Jupyter."""
    return (
        isinstance(content, tuple)
        and isinstance(dict(content).get("cells"), list)
        and "nbformat" in dict(content)
    )


def read_notebook(content: Any, handed: HandedIn, source: str) -> None:
    """Takes the answers of one student's notebook.

    The notebook's metadata has `symback: {"id": .., "checksum": ..}`; an answer cell has `symback: {"box":
    "2b"}` or a tag `box:2b`. The answer is the last line that is no remark, from its last `=` on; nothing is
    run.
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
    for number, cell in enumerate(fields["cells"], 1):
        about = dict(cell) if isinstance(cell, tuple) else {}
        box = _box_of(about)
        if box:
            place = f"{source}, cell {number}"
            handed.add(student, handed.box(student, box, place), Cell(_answer(about.get("source")), place))


def _symback(metadata: Any) -> dict[str, Any]:
    found = dict(metadata).get("symback") if isinstance(metadata, tuple) else None
    return dict(found) if isinstance(found, tuple) else {}


def _box_of(cell: dict[str, Any]) -> str:
    box = _symback(cell.get("metadata")).get("box")
    if isinstance(box, str):
        return box
    tags = dict(cell["metadata"]).get("tags") if isinstance(cell.get("metadata"), tuple) else None
    found = [_TAG.fullmatch(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return next((one[1] for one in found if one), "")


def _answer(source: Any) -> str:
    text = (
        "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
    )
    lines = [_COMMENT.sub("", line).strip() for line in text.splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    answer = last.rpartition("=")[2].strip().rstrip(";").strip()
    if answer in ("None", "...", "''", '""'):
        return ""
    return answer[1:-1] if len(answer) > 1 and answer[0] == answer[-1] and answer[0] in "'\"" else answer

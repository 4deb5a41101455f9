"""Answers in JSON: {id: {box: answer}}."""

from __future__ import annotations

import json
from typing import Any

from symback.errors import RequestError, shorten
from symback.grading.handed_in import HandedIn
from symback.grading.reading import Cell

FORMAT = "symback-answers/1"
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
    if isinstance(fields.get("format"), str) and "variants" in fields:
        raise RequestError(f"{source} is a sheet itself, with its keys, and no answers. {_IN_JSON}")
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

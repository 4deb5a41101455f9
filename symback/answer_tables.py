"""Numbers that somebody claims for quantities: one in an argument, or many in a file of any common format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from symback.answer_numbers import Answer, read_answer
from symback.answer_rows import Row, rows, split_claim
from symback.errors import NetworkFileError, RequestError, shorten
from symback.naming import normal_state
from symback.network_file import Typed, clean, stands, toml
from symback.text_files import read_text

MOST_BYTES = 4 * 1024 * 1024
MOST_BITS = 400
"""Of a whole number in TOML: more than the digits that are read have, and few enough to become text."""
_JSON = re.compile(r"\s*(?:\{|\[\s*[\{\]])")
_TOML = re.compile(
    r"^[ \t]*(?:\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')[ \t]*=|\A(?:[ \t]*(?:#.*)?\n)*[ \t]*\[", re.MULTILINE
)
_KEY = re.compile(r"[ \t]*(\"[^\"]*\"|'[^']*'|[\w-]+)[ \t]*=")
_IN_JSON = 'There may stand JSON such as {"dE_total/dw5": 0.0821}.'
_IN_TOML = (
    'There may stand TOML such as "dE_total/dw5" = 0.0821; what is no number of TOML stands in quotes: "3/8".'
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A number claimed for a quantity; whether there is one of that name is not judged here."""

    name: str
    """As typed, but `w5@1` is `w5+`."""
    answer: Answer
    place: str
    """Where it stands: `answers.csv, line 3`, or nothing for an argument of the command line."""


def read_claim(text: str) -> Entry:
    """The entry of `NAME = NUMBER`. Raises RequestError for anything else."""
    return _entry(Row(*split_claim(text), place=""))


def read_table(text: str, source: str) -> tuple[Entry, ...]:
    """The entries of a table in the order of the file; blank values and repeated entries are left out.

    The format is seen from the text: JSON (an object of names, what `solve --format json` gives, or a list of
    objects with name and value), TOML with names in quotes, or rows of `answer_rows`. `source` is the file as
    messages name it. Raises RequestError with the line or key, what stands there and what may stand there;
    also for a name with two different numbers.
    """
    text = text.removeprefix("\ufeff")
    if _JSON.match(text):
        found = _json_rows(text, source)
    elif _TOML.search(text):
        found = _toml_rows(text, source)
    else:
        found = rows(text, source)
    return distinct(_entry(row) for row in found if row.number.strip())


def read_table_file(path: str) -> tuple[Entry, ...]:
    """`read_table` of a file, or of standard input ("-"). Raises RequestError for no text of 4 MiB."""
    return read_table(*read_text(path, "a table of answers", MOST_BYTES))


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each name. Raises RequestError for a name with two different numbers."""
    kept: dict[str, Entry] = {}
    for entry in entries:
        before = kept.setdefault(entry.name, entry)
        if before.answer.value != entry.answer.value:
            said = (
                f"{shorten(found.answer.text)} in {found.place or 'an argument'}" for found in (entry, before)
            )
            raise RequestError(
                f"{clean(entry.name)} has two numbers: {' and '.join(said)}. One may stand for each name."
            )
    return tuple(kept.values())


def _entry(row: Row) -> Entry:
    if not row.name.strip():
        raise RequestError(f"{row.place}: no name stands beside {shorten(row.number)}. There may stand one.")
    try:
        answer = read_answer(row.number)
    except RequestError as error:
        raise RequestError(f"{row.place or clean(row.name)}: {error}") from None
    return Entry(normal_state(row.name.strip()), answer, row.place)


def _toml_rows(text: str, source: str) -> Iterator[Row]:
    try:
        content = toml(text, source)
    except NetworkFileError as error:
        if (twice := _twice(text, source)) and "overwrite" in error.found:
            raise RequestError(twice) from None
        place = f"{source}, {error.key}" if error.key else source
        raise RequestError(f"{place}: {error.found}. {_IN_TOML}") from None
    for name, value in content.items():
        place = f"{source}, key {clean(name)}"
        is_long = isinstance(value, int) and value.bit_length() > MOST_BITS
        if is_long or isinstance(value, bool) or not isinstance(value, int | Typed | str):
            raise RequestError(f"{place}: {stands(value)}. {_IN_TOML}")
        if isinstance(value, int):
            value = str(value)
        yield Row(name, value.text if isinstance(value, Typed) else value, place)


def _twice(text: str, source: str) -> str:
    """The message for a key that stands at the beginning of two lines; empty if there is none."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        found = _KEY.match(line)
        if found is None:
            continue
        name = found[1].strip("\"'")
        before = lines.setdefault(name, number)
        if before != number:
            places = f"{source}, line {number}, and in {source}, line {before}"
            return f"{clean(name)} stands in {places}. One number may stand for each name."
    return ""


def _json_rows(text: str, source: str) -> Iterator[Row]:
    """Objects are read as tuples of pairs, so that a key that stands twice is seen; numbers stay text."""
    try:
        content = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple
        )
    except json.JSONDecodeError as error:
        place = f"{source}, line {error.lineno}, column {error.colno}"
        reason = error.msg[:1].lower() + error.msg[1:]
        raise RequestError(f"{place}: this is no JSON ({reason}). {_IN_JSON}") from None
    except RecursionError:
        raise RequestError(f"{source}: lists or objects are nested too deeply. {_IN_JSON}") from None
    quantities = content if isinstance(content, list) else dict(content).get("quantities")
    if isinstance(quantities, list):
        part = source if quantities is content else f"{source}, quantities"
        pairs = [
            (f"{part}, entry {place}", *_named(row, f"{part}, entry {place}"))
            for place, row in enumerate(quantities, 1)
        ]
    else:
        pairs = [(f"{source}, key {clean(name)}", name, value) for name, value in content]
    for place, name, value in pairs:
        if value is not None and not isinstance(value, str):
            raise RequestError(
                f"{place}: {_kind(value)} stands there. There may stand a number, or null for none."
            )
        yield Row(name, value or "", place)


def _named(row: Any, place: str) -> tuple[str, Any]:
    """The name and the value of an entry of a list."""
    fields = dict(row) if isinstance(row, tuple) else {}
    if not isinstance(fields.get("name"), str) or "value" not in fields:
        raise RequestError(
            f'{place}: {_kind(row)} stands there. There may stand an object with "name" and "value".'
        )
    return fields["name"], fields["value"]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    kinds = {list: "a list", tuple: "an object", str: "a text", type(None): "null"}
    return kinds[type(value)]

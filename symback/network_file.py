"""The text of a network file -> a table of the right keys and types, its decimals as typed.

The shape is a JSON Schema (network.schema.json) that editors can use too; its descriptions are the second
half of our messages. What a schema cannot say (counts, names) is checked in `network`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Protocol

from symback.errors import NetworkFileError, shorten, suggestion

MOST_DOTS = 20
"""A dotted key may have this many dots; tomllib takes quadratic time and memory for long ones."""

_SCHEMA = Path(__file__).with_name("network_base.schema.json")
_KEY_DOT = re.compile(r"[\w\"'-][ \t]*\.")
_POSITION = re.compile(r"(.*) \(at (line \d+, column \d+|end of document)\)", re.DOTALL)
_TWICE = re.compile(r"Cannot declare \('(\w+)',\) twice")
_PLACE = re.compile(r"data(?:\.(layers|samples)\[(\d+)\])?(?:\.(\w+))?(.*)", re.DOTALL)
_NAMED = re.compile(r"\.(\w+)((?:\[\d+\])+)")
_TABLES = ("inputs", "targets", "update", "notation", "aliases")


class Typed(Decimal):
    """A TOML float by its text alone; a Decimal (of value 0) so that the schema's check sees a number."""

    text: str

    def __new__(cls, text: str) -> Typed:
        self = super().__new__(cls, 0)
        self.text = text
        return self


class LayerType(Protocol):
    """What is asked of a type of layer here."""

    SCHEMA: ClassVar[Mapping[str, Any]]


def table(text: str, file: str, layers: Mapping[str, type[LayerType]]) -> dict[str, Any]:
    """The checked content of a network file: numbers are int or Typed, all else as tomllib gives it.

    `layers` has each type of layer with its schema. Raises NetworkFileError for a text that is not TOML, and
    else for the first key that does not exist, is missing or has a value of the wrong type, in schema order.
    """
    content = toml(text, file)
    if not content:
        raise NetworkFileError(
            file, "", "this file is empty", "There may stand `loss`, [inputs], [targets] and [[layers]]."
        )
    _check(content, "data", "", {}, file)
    for place, row in enumerate(content["layers"]):
        kind = row.get("type", "dense")
        if kind not in layers:
            key = f"[[layers]] {place + 1}, type"
            raise NetworkFileError(file, key, stands(kind), suggestion(kind, tuple(layers)).strip())
        _check(row, f"data.layers[{place}]", kind, layers[kind].SCHEMA, file)
    return content


def _check(content: Any, name: str, kind: str, schema: Mapping[str, Any], file: str) -> None:
    """Raises NetworkFileError for the first wrong key of the whole file, or of a layer of a `kind`."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(kind, schema, detailed=False)(content)
    except JsonSchemaValueException:
        try:
            _validator(kind, schema, detailed=True)(content)
        except JsonSchemaValueException as error:
            place = name + (error.name or "data").removeprefix("data")
            rule, definition = error.rule or "", error.definition
            raise _translated(place, error.value, rule, definition, file) from None


def stands(value: object) -> str:
    """What stands in the file, for a message: never long, whatever it is."""
    if isinstance(value, bool):
        found = str(value).lower()
    elif isinstance(value, Typed):
        found = value.text if len(value.text) <= 60 else value.text[:56] + "..."
    elif isinstance(value, int):
        found = str(value) if value.bit_length() < 200 else "a number of more than 60 digits"
    elif isinstance(value, list):
        found = f"a list of {len(value)}"
    elif isinstance(value, dict):
        found = "a table"
    else:
        found = shorten(value) if isinstance(value, str) else f"the date or time {value}"
    return f"{found} stands there"


def toml(text: str, file: str) -> dict[str, Any]:
    """What a text in TOML says, its floats as Typed. Raises NetworkFileError for what is none."""
    text = text.removeprefix("\ufeff")
    if any(len(_KEY_DOT.findall(part)) > MOST_DOTS for part in re.split(r"[,={}\n]", text) if "." in part):
        raise NetworkFileError(
            file, "", "a key has too many dots", f"A dotted key may have up to {MOST_DOTS} dots."
        )
    try:
        text.encode("utf-8")
        return tomllib.loads(text, parse_float=Typed)
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.fullmatch(str(error))
        reason, place = found.groups() if found else (str(error), "")
        if twice := _TWICE.fullmatch(reason):
            there = f"[{twice[1]}] stands there a second time"
            allowed = "Of a table with two brackets, [[layers]] or [[samples]], there may be several."
            raise NetworkFileError(file, place, there, allowed) from None
        raise NetworkFileError(
            file, place, reason[:1].lower() + reason[1:], "There may stand TOML."
        ) from None
    except RecursionError:
        raise NetworkFileError(
            file, "", "lists or tables are nested too deeply", "There may stand rows in a list."
        ) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise NetworkFileError(
            file, f"line {line}", "half of a surrogate pair stands there", "There may stand TOML."
        ) from None
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits, and tomllib impossible dates.
        raise NetworkFileError(
            file, "", "a number is too long or a date is impossible", "A number may have up to 100 digits."
        ) from None


_validators: dict[tuple[str, bool], Any] = {}


def _validator(kind: str, schema: Mapping[str, Any], *, detailed: bool) -> Any:
    """A compiled schema, made once. Details, which only messages need, make compiling four times as long."""
    if (kind, detailed) not in _validators:
        from fastjsonschema import compile as compiled

        whole = json.loads(_SCHEMA.read_text(encoding="utf-8"))
        chosen = layer_schema(kind, schema, whole["definitions"]) if kind else whole
        made = compiled(chosen, use_default=False, detailed_exceptions=detailed)
        _validators[kind, detailed] = made
    return _validators[kind, detailed]


def layer_schema(kind: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of the table of one type of layer."""
    required = list(schema.get("required", ()))
    needed = ", ".join(f"`{key}`" for key in required)
    name = {"type": "string", "enum": [kind], "description": f'"{kind}"'}
    return {
        "type": "object",
        "description": f"a [[layers]] table of type {kind}" + (f" with {needed}" if needed else ""),
        "required": required,
        "additionalProperties": False,
        "properties": {"type": name, **schema["properties"]},
        "definitions": definitions,
    }


def _translated(name: str, value: Any, rule: str, definition: Any, file: str) -> NetworkFileError:
    key = _key(name)
    if isinstance(value, dict) and rule in ("required", "additionalProperties"):
        wrong = _wrong_key(value, definition)
        if wrong is not None:
            return _unknown_key(wrong, key, value, definition, file)
        missing = next(key for key in definition["required"] if key not in value)
        return NetworkFileError(
            file, _join(key, missing), "nothing stands there", _allowed(definition["properties"][missing])
        )
    return NetworkFileError(file, key, stands(value), _allowed(definition))


def _wrong_key(value: Mapping[str, Any], definition: Mapping[str, Any]) -> str | None:
    """A key that is unknown, or has a value of a later version: that may be why others are missing."""
    for key, found in value.items():
        known = definition["properties"].get(key)
        if known is None or ("enum" in known and isinstance(found, str) and found not in known["enum"]):
            return key
    return None


def _unknown_key(
    wrong: str, key: str, value: Mapping[str, Any], definition: Mapping[str, Any], file: str
) -> NetworkFileError:
    known = definition["properties"]
    place = _join(key, clean(wrong))
    if wrong in known:
        return NetworkFileError(file, place, stands(value[wrong]), _allowed(known[wrong]))
    if wrong in definition.get("x-later", ()):
        return NetworkFileError(
            file, place, "this key belongs to a later version", f"Now there may stand: {', '.join(known)}."
        )
    return NetworkFileError(file, place, "there is no such key", suggestion(wrong, tuple(known)).strip())


def _allowed(definition: Any) -> str:
    return f"There may stand {definition['description']}."


def _key(name: str) -> str:
    """`[[layers]] 2, weights, row 1` for the validator's `data.layers[1].weights[0]`."""
    found = _PLACE.fullmatch(name)
    if found is None:
        return clean(name)
    outer, place, key, rest = found.groups()
    parts = [f"[[{outer}]] {int(place) + 1}"] if outer else []
    if key:
        is_table = key in _TABLES and not outer
        parts.append(f"[{key}]" if is_table else f"[[{key}]]" if key in ("layers", "samples") else key)
    if re.fullmatch(r"(?:\[\d+\])+", rest):
        numbers = re.findall(r"\d+", rest)
        words = ("row", "column") if key in ("weights", "weight_names") else ("entry",) * len(numbers)
        parts += [f"{word} {int(number) + 1}" for word, number in zip(words, numbers, strict=False)]
    elif rest:
        found = _NAMED.fullmatch(rest)
        name, numbers = (found[1], re.findall(r"\d+", found[2])) if found else (rest.removeprefix("."), [])
        parts += [clean(name), *(f"entry {int(number) + 1}" for number in numbers)]
    return ", ".join(parts)


def _join(key: str, last: str) -> str:
    return f"{key}, {last}" if key else last


def clean(key: str) -> str:
    """A key of the user's, as messages print it."""
    return key if key.isprintable() and 0 < len(key) <= 60 else shorten(key)

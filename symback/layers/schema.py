"""Pieces of JSON Schema that the tables of several layers share; descriptions are halves of messages."""

from __future__ import annotations

from typing import Any

from symback.activations import ACTIVATIONS

Properties = dict[str, Any]
VALUE = {"$ref": "#/definitions/value"}
WHOLE = {"type": "integer", "minimum": 1, "maximum": 10_000}


def numbers(depth: int, description: str) -> dict[str, Any]:
    """Lists of numbers nested so deep, or a word that stands for all of them."""
    item: dict[str, Any] = VALUE
    inner = f"a list [..], for the lists are nested {depth} deep: {description}"
    for _ in range(depth - 1):
        item = {"type": "array", "minItems": 1, "items": item, "description": inner}
    return {
        "type": ["array", "string"],
        "pattern": "^(symbolic|random)$",
        "items": item,
        "description": f'{description}, or "symbolic" or "random"',
    }


def rows(
    description: str, row: str = "a row [..] with one weight for each input of the layer"
) -> dict[str, Any]:
    """Rows of numbers, one for each unit, or a word that stands for all."""
    found = numbers(1, description)
    return {**found, "items": {"type": "array", "items": VALUE, "description": row}}


def names(depth: int, description: str) -> dict[str, Any]:
    """Lists of names nested so deep."""
    item: dict[str, Any] = {"$ref": "#/definitions/names"}
    for _ in range(depth - 1):
        item = {"type": "array", "items": item, "description": "a list of names"}
    return {**item, "description": description}


def whole(description: str) -> dict[str, Any]:
    """A whole number from 1."""
    return {**WHOLE, "description": description}


UNITS: Properties = {"units": {"$ref": "#/definitions/names"}}
ACTIVATION: Properties = {
    "activation": {"type": "string", "description": 'the name of an activation, such as "logistic"'}
}
SETTINGS: Properties = {
    name: {**VALUE, "description": f"a number, the {name} of the activation {entry.name}"}
    for entry in ACTIVATIONS
    for name, _ in entry.settings
}
BIASES: Properties = {
    "bias": {"$ref": "#/definitions/value_or_random"},
    "biases": {
        "type": ["array", "string"],
        "pattern": "^(symbolic|random)$",
        "items": VALUE,
        "description": 'a list [..] with one bias for each unit, or "symbolic" or "random"',
    },
    "bias_name": {"$ref": "#/definitions/name"},
    "bias_names": {"$ref": "#/definitions/names"},
}
WEIGHT_NAMES: Properties = {"weight_names": names(2, "rows of names in the shape of `weights`")}

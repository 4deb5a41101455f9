"""sheet.json: the keys of all papers, and what `grade` needs to make the papers again."""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from symback.errors import RequestError, SymbackError, shorten
from symback.evaluation import Rounding
from symback.exercises.demanding import parse_demands, written
from symback.exercises.ids import check_ids
from symback.exercises.kinds import KINDS
from symback.exercises.model import Answer, Box, Variant
from symback.exercises.plan import Plan
from symback.exercises.sheet import Sheet
from symback.network import parse
from symback.text_files import read_text

FORMAT = "symback-sheet/1"
MOST_BYTES = 1024 * 1024 * 1024


def sheet_start(sheet: Sheet, language: str = "en") -> str:
    """The file as far as the first paper; each is one `variant_json`, with commas between them."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "network": sheet.network.text,
        "name": sheet.network.name,
        "seed": sheet.seed,
        "kinds": list(sheet.kinds),
        "rounding": sheet.rounding.name,
        "digits": sheet.rounding.decimals,
        "checksum": sheet.checksum,
    }
    if language != "en":
        head["language"] = language
    demands = written(sheet.plan.demands)
    if demands:
        head["demands"] = demands
    return json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "variants": [\n'


def sheet_end() -> str:
    """What comes after the last paper."""
    return "\n ]\n}\n"


def variant_json(variant: Variant) -> str:
    """One paper: its id, its given numbers, and the key of each box, a box on each line."""
    start = _text({"id": variant.id, "numbers": dict(variant.numbers)})
    boxes = ",\n".join([_box(box) for box in variant.boxes])
    return f'  {start[:-1]}, "boxes": [\n{boxes}]}}'


_text = json.JSONEncoder(ensure_ascii=False).encode


def _box(box: Box) -> str:
    before, after = _around(box.number, box.quantity, box.points, box.tolerance, box.answer)
    return f"{before}{encode_basestring(box.value)}{after}"


@lru_cache(maxsize=4096)
def _around(number: str, quantity: str, points: int, tolerance: str, answer: Answer) -> tuple[str, str]:
    """What stands before and after the key of a box: the same on all papers."""
    before: dict[str, Any] = {"box": number, "quantity": quantity, "points": points}
    after: dict[str, Any] = {"tolerance": tolerance or None}
    if answer is not Answer.NUMBER:
        after["answer"] = answer.value
    return f'   {_text(before)[:-1]}, "value": ', f", {_text(after)[1:]}"


def read_sheet(path: str) -> Sheet:
    """The sheet of a file that `symback sheet` wrote: its papers are made again from their numbers.

    Raises RequestError, with the place, for a file that is none, or does not fit together.
    """
    text, name = read_text(path, "a sheet", MOST_BYTES)
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RequestError(f"{name} is no JSON ({error}). There may stand a sheet.json.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = shorten(content.get("format")) if isinstance(content, dict) else "no object"
        raise RequestError(f"{name} is no sheet: its format is {found}, not '{FORMAT}'.")
    try:
        return _sheet(content, name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RequestError(f"{name} is no whole sheet: {type(error).__name__} at {error}.") from None


def _sheet(content: dict[str, Any], name: str) -> Sheet:
    carry = content["rounding"].partition(":")[2]
    rounding = Rounding(carry=int(carry)) if carry else Rounding(int(content["digits"]))
    kinds = tuple(KINDS[kind].name for kind in content["kinds"])
    try:
        network = parse(content["network"], f"{content.get('name', 'network')}.toml")
    except SymbackError as error:
        raise RequestError(f"{name}: the network in it cannot be read: {error}") from None
    numbers = {one["id"]: dict(one["numbers"]) for one in content["variants"]}
    ids = check_ids((one["id"] for one in content["variants"]), name)
    demands = parse_demands(content.get("demands", []))
    sheet = Sheet(Plan(network, int(content["seed"]), kinds, rounding, demands), ids, numbers)
    if sheet.checksum != content["checksum"]:
        raise RequestError(
            f"{name}: its checksum is {shorten(content['checksum'])}, but its content has {sheet.checksum}. "
            f"The file was changed, or made by another version of symback."
        )
    return sheet

"""Canonical names -> Python names: made here from their parts, and different for different quantities."""

from __future__ import annotations

import keyword
import re

OWN = frozenset(
    (
        *("np", "math", "check", "greater", "rounded", "settled", "erf"),
        *("one_update", "updates_in_turn", "results", "trained", "count"),
        *("abs", "float", "isinstance", "len", "list", "max", "print", "range", "str", "zip"),
        *("AssertionError", "In", "Out", "exit", "quit", "display"),
    )
)
"""What the code of a notebook calls, and what Jupyter has names for."""
RESERVED = OWN | set(keyword.kwlist)
_INDEX = re.compile(r"\[(\d+)?,?(?:t=(\d+))?\]")


class Identifiers(dict[str, str]):
    """A Python name for each canonical one, given when it is first asked for: `net_h1[2]` is `net_h1_s2`."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = set(RESERVED)

    def __missing__(self, name: str) -> str:
        found = plain = identifier_of(name)
        while found in self._taken:
            found += "_"
        if not plain.isidentifier():
            raise ValueError(f"{name} is not the name of a quantity")
        self._taken.add(found)
        self[name] = found
        return found


def identifier_of(name: str) -> str:
    """The name with its marks in letters: `dE[2]/dw5` is `dE_s2_dw5`, `w5+` is `w5_new`, `W^1` is `W1`."""
    name = _INDEX.sub(_index, name.replace("^", ""))
    name, _, count = name.partition("@")
    name = name.replace("/", "_").replace(":", "_").replace("+", "_new")
    return f"{name}_after_{count}" if count else name


def _index(found: re.Match[str]) -> str:
    sample, step = found.groups()
    return (f"_s{sample}" if sample else "") + (f"_t{step}" if step else "")

"""Canonical names of quantities: how they are built, and what their pieces are."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOTAL = "E_total"
"""The name of the error of the whole network."""
_PART = re.compile(r"(?P<base>[A-Za-z][A-Za-z0-9_]*)(?:\[(?P<index>[^\]]*)\])?(?P<state>\+|@\d+)?")
_STATE = re.compile(r"(\+|@\d+)$")


@dataclass(frozen=True, slots=True)
class NameParts:
    """The pieces of a name: `net_h1[2]+` is base `net`, subscript `h1`, sample 2, state `+`.

    A derivative has `of` and `by` instead of a base; its state is the one at its end.
    """

    base: str = ""
    subscript: str = ""
    sample: int = 0
    state: str = ""
    of: str = ""
    by: str = ""

    @property
    def is_derivative(self) -> bool:
        """Whether the name is dA/dB."""
        return bool(self.of)


def indexed(base: str, sample: int = 0) -> str:
    """`net_h1`, or `net_h1[2]` for sample 2; sample 0 means that there is one sample only."""
    return f"{base}[{sample}]" if sample else base


def derivative(of: str, by: str) -> str:
    """The name of dA/dB; a state that B ends with ends the whole (A and B have the same)."""
    return f"d{_STATE.sub('', of)}/d{by}" if _STATE.search(by) else f"d{of}/d{by}"


def at_state(name: str, state: str) -> str:
    """The name after updates: `w5` with `+` is `w5+`; in a derivative the state stands at the end."""
    return name + state


def normal_state(name: str) -> str:
    """`w5@1` is `w5+` and `w5@0` is `w5`; other names stay."""
    if name.endswith("@0"):
        return name[:-2]
    return name[:-2] + "+" if name.endswith("@1") else name


def parts_of(name: str) -> NameParts:
    """The pieces of a canonical name. Raises ValueError for what is none."""
    if "/" in name:
        of, by = name.split("/", 1)
        found = _STATE.search(by)
        state = found.group() if found else ""
        return NameParts(of=of[1:], by=by[1 : len(by) - len(state)], state=state)
    match = _PART.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of a quantity")
    base, _, subscript = match["base"].partition("_")
    index = match["index"] or ""
    return NameParts(base, subscript, int(index) if index.isdigit() else 0, match["state"] or "")

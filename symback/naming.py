"""Canonical names of quantities: how they are built, and what their pieces are."""

from __future__ import annotations

import re
from functools import lru_cache

from symback.records import record

TOTAL = "E_total"
"""The name of the error of the whole network."""
DIRECT = ":direct"
"""Ends the name of a derivative of one formula alone, where that differs from the total derivative."""
BATCH = "E_batch"
"""The name of the error of the batch of samples whose turn it is."""
RATE = "eta"
"""The name of the learning rate; with a schedule, of the one that is used in the next update."""
COUNT = "updates"
"""The name of the number of updates that were made."""
COUNT_AFTER = f"{COUNT}+"
_PART = re.compile(r"(?P<base>[A-Za-z][A-Za-z0-9_]*)(?:\[(?P<index>[^\]]*)\])?(?P<state>\+|@\d+)?")
_STATE = re.compile(r"(\+|@\d+)$")
_INDEX = re.compile(r"(?P<sample>\d+)?(?:,?t=(?P<step>\d+))?")
_CUT = re.compile(r"(?<=.)d(?=[A-Za-z])")
_CLEAR_CUT = re.compile(r"(?<=[0-9\]])d(?=[A-Za-z])")


@record(frozen=True, slots=True)
class NameParts:
    """The pieces of a name: `net_h1[2,t=3]+` is base `net`, subscript `h1`, sample 2, step 3, state `+`.

    A derivative has `of` and `by` instead of a base, a second one also `then`; its state stands at its end.
    """

    base: str = ""
    subscript: str = ""
    sample: int = 0
    step: int | None = None
    state: str = ""
    of: str = ""
    by: str = ""
    then: str = ""
    """What the first derivative is differentiated by: `w5` in `d2E_total/dw1dw5`."""
    direct: bool = False
    """Whether it is the derivative of one formula alone, its other names held fixed."""

    @property
    def is_derivative(self) -> bool:
        """Whether the name is dA/dB or d2A/dBdC."""
        return bool(self.of)


def sample_places(count: int) -> tuple[int, ...]:
    """1, 2, ... for several samples; (0,) where there is only one, whose names carry no index."""
    return tuple(range(1, count + 1)) if count > 1 else (0,)


def indexed(base: str, sample: int = 0, step: int | None = None) -> str:
    """`net_h1`, `net_h1[2]` for sample 2, `net_h1[t=3]`, `net_h1[2,t=3]`; sample 0 means the only one."""
    if step is None:
        return f"{base}[{sample}]" if sample else base
    return f"{base}[{sample},t={step}]" if sample else f"{base}[t={step}]"


def derivative(of: str, by: str, *, direct: bool = False) -> str:
    """The name of dA/dB; a state that B ends with ends the whole (A and B have the same)."""
    ending = DIRECT if direct else ""
    found = _STATE.search(by) if by[-1] == "+" or "@" in by else None
    if found is None:
        return f"d{of}/d{by}{ending}"
    return f"d{_STATE.sub('', of)}/d{by[: found.start()]}{ending}{found[0]}"


def second_derivative(of: str, first: str, second: str, *, direct: bool = False) -> str:
    """The name of an entry of the Hessian, `d2E_total/dw1dw5`; one state at the end holds for the whole."""
    ending = DIRECT if direct else ""
    found = _STATE.search(second)
    if found is None:
        return f"d2{of}/d{first}d{second}{ending}"
    return f"d2{_STATE.sub('', of)}/d{_STATE.sub('', first)}d{second[: found.start()]}{ending}{found[0]}"


def is_clear(name: str, first: str, second: str) -> bool:
    """Whether the name of a second derivative is read as it was meant: `dhiddhid` would not be."""
    parts = parts_of(name)
    return (parts.by, parts.then) == (first, second)


def unclear(name: str) -> str:
    """The message for a name that is not."""
    return (
        f"{name} could be read in two ways. Other names for units or parameters help: those that end in a "
        f"digit are clear."
    )


def at_state(name: str, state: str) -> str:
    """The name after updates: `w5` with `+` is `w5+`; in a derivative the state stands at the end."""
    return name + state


def after_updates(name: str) -> tuple[str, int]:
    """(`out_o1[2]`, 100) of `out_o1[2]@100`. Raises ValueError for a name that counts no updates."""
    base, _, count = name.rpartition("@")
    return base, int(count)


def normal_state(name: str) -> str:
    """`w5@1` is `w5+` and `w5@0` is `w5`; other names stay."""
    if name.endswith("@0"):
        return name[:-2]
    return name[:-2] + "+" if name.endswith("@1") else name


@lru_cache(maxsize=65_536)
def parts_of(name: str) -> NameParts:
    """The pieces of a canonical name. Raises ValueError for what is none."""
    if "/" in name:
        found = _STATE.search(name) if name[-1] == "+" or "@" in name else None
        state = found.group() if found else ""
        plain = name.removesuffix(state)
        direct = plain.endswith(DIRECT)
        plain = plain.removesuffix(DIRECT)
        if plain.startswith("d2"):
            of, below = plain[2:].rsplit("/", 1)
            by, then = _split(below[1:])
            return NameParts(of=of, by=by, then=then, state=state, direct=direct)
        of, by = plain.split("/", 1)
        return NameParts(of=of[1:], by=by[1:], state=state, direct=direct)
    match = _PART.fullmatch(name)
    index = _INDEX.fullmatch(match["index"] or "") if match is not None else None
    if match is None or index is None:
        raise ValueError(f"{name} is not the name of a quantity")
    base, _, subscript = match["base"].partition("_")
    step = int(index["step"]) if index["step"] is not None else None
    return NameParts(base, subscript, int(index["sample"] or 0), step, match["state"] or "")


def _split(below: str) -> tuple[str, str]:
    """The two names in `w1dw5`: cut at the first d that follows a digit or an index, else at the first d.

    Raises ValueError where there are no two names.
    """
    found = _CLEAR_CUT.search(below) or _CUT.search(below)
    if found is None:
        raise ValueError(f"{below} are not two names")
    return below[: found.start()], below[found.end() :]

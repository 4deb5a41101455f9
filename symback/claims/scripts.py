"""What an index above a symbol says: the sample, the time step, and how many updates have been made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symback.naming import at_state, indexed

MARKED = re.compile(
    r"(?:\((?P<sample>[0-9]{1,6})\))?(?:<(?P<step>[0-9]{1,6})>)?(?:,?\+(?P<updates>[0-9]{0,9}))?"
)
"""`(2)<3>+100` and all parts of it: sample 2 at time step 3 after 100 updates."""
TIMED = re.compile(r"(?:\([0-9]{1,6}\))?<[^<>]{1,20}>(?:,?\+[0-9]{0,9})?")
"""A superscript in angle brackets; what stands in them may be no number."""
INDEX = r"(?:\[(?:(?P<sample>[0-9]+)(?:,t=(?P<step>[0-9]+))?|t=(?P<only_step>[0-9]+))\])?"
"""The index of a name in plain text: `[2]`, `[2,t=3]`, `[t=3]`."""


@dataclass(frozen=True, slots=True)
class Script:
    """Sample, time step and state of a name."""

    sample: int = 0
    step: int | None = None
    state: str = ""

    def on(self, base: str) -> str:
        """The name with this index and state."""
        return at_state(indexed(base, self.sample, self.step), self.state)

    @property
    def as_mark(self) -> str:
        """As a superscript, `(2)<3>+100`."""
        sample = f"({self.sample})" if self.sample else ""
        time = f"<{self.step}>" if self.step is not None else ""
        return sample + time + self.state.replace("@", "+")


PLAIN = Script()


def marked(text: str) -> Script | None:
    """What a superscript says, if it is such an index."""
    found = MARKED.fullmatch(text)
    if found is None or not text:
        return None
    updates, step = found["updates"], found["step"]
    state = "" if updates is None else f"@{int(updates)}" if updates else "+"
    return Script(int(found["sample"] or 0), int(step) if step else None, state)


def of_match(found: re.Match[str]) -> Script:
    """The index and the group `state` of a name in plain text."""
    step = found["step"] or found["only_step"]
    return Script(int(found["sample"] or 0), int(step) if step else None, found["state"] or "")

"""Scripts as plain text: `{h_1}`, `\\mathrm{h1}` and `h1` are one index."""

from __future__ import annotations

import re

from symback.claims.latex_commands import LETTERS
from symback.claims.tokens import GREEK, LOWERED, RAISED, SAME_AS

_FONTS = re.compile(
    r"\\(?:mathrm|mathit|mathbf|mathsf|mathtt|text|textrm|textit|textbf|operatorname|boldsymbol|rm|bf|it"
    r"|scriptscriptstyle|scriptstyle|left|right|displaystyle|limits)(?![A-Za-z])"
)
_SPACING = re.compile(r"\\[,;:! ]|[~\s{}]")
_SIGNS = {"prime": "'", "in": "=", "top": "T", "ast": "*", "langle": "<", "rangle": ">", "lt": "<", "gt": ">"}
_FLAT = re.compile(r"[A-Za-z0-9,+()\[\]*'=<>\-]{0,60}")


def flattened(text: str) -> str | None:
    """An index as plain text: `{h_1}` and `\\mathrm{h1}` are `h1`; None for what is no index."""
    text = _FONTS.sub("", text)
    text = re.sub(r"\\(?:rightarrow|to|longrightarrow)(?![A-Za-z])", ",", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: _spelled(found[1]), text)
    text = "".join(_plain(character) for character in _SPACING.sub("", text)).replace("_", "")
    return text if _FLAT.fullmatch(text) else None


def _spelled(command: str) -> str:
    if command in _SIGNS:
        return _SIGNS[command]
    return LETTERS.get(command, "?")


def _plain(character: str) -> str:
    return (
        GREEK.get(character)
        or LOWERED.get(character)
        or RAISED.get(character)
        or SAME_AS.get(character, character)
    )

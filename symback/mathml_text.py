"""MathML -> runs of plain text: symbols and numbers where there is no mathematics, as in a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from symback.records import record

SMALLER = 0.74
"""The size of a script beside its letter."""
BELOW, ABOVE = 0.26, -0.4
"""Where it stands, in heights of the letter."""
_COMBINING = {"^": "\u0302", "¯": "\u0304", "~": "\u0303", "→": "\u20d7", "˙": "\u0307", "¨": "\u0308"}
_UNSEEN = str.maketrans("", "", "\u2061\u2062\u2063\u2064\n")
_SPACED = frozenset("=+−×⋅>≤")
_WIDE = frozenset("mwMWE∂")
_NARROW = frozenset("ijltfI.,()[]/' ")


@record(frozen=True, slots=True)
class Run:
    """Some letters in a row."""

    text: str
    is_italic: bool = False
    shift: float = 0.0
    """Downwards, in heights of the letters of the whole."""
    scale: float = 1.0


def runs_of(mathml: str) -> tuple[Run, ...]:
    """The runs of a symbol, number or short formula."""
    root = ElementTree.fromstring(f"<math>{mathml}</math>")
    merged: list[Run] = []
    for run in _runs(root, 0.0, 1.0):
        last = merged[-1] if merged else None
        if last and (last.is_italic, last.shift, last.scale) == (run.is_italic, run.shift, run.scale):
            merged[-1] = Run(last.text + run.text, run.is_italic, run.shift, run.scale)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def width_of(runs: tuple[Run, ...]) -> float:
    """About how wide they are, in heights of the letters."""
    return sum(run.scale * sum(map(_width, run.text)) for run in runs)


def _width(character: str) -> float:
    if character in _WIDE:
        return 0.8
    return 0.33 if character in _NARROW else 0.56


def _runs(node: ElementTree.Element, shift: float, scale: float) -> Iterator[Run]:
    children = list(node)
    if node.tag in ("msub", "msup", "msubsup") and len(children) > 1:
        yield from _runs(children[0], shift, scale)
        above = {"msub": [False], "msup": [True]}.get(node.tag, [False, True])
        for child, is_above in zip(children[1:], above, strict=False):
            place = shift + scale * (ABOVE if is_above else BELOW)
            yield from _runs(child, place, scale * SMALLER)
    elif node.tag == "mfrac" and len(children) == 2:
        yield from _runs(children[0], shift, scale)
        yield Run("/", False, shift, scale)
        yield from _runs(children[1], shift, scale)
    elif node.tag == "msqrt":
        yield Run("√(", False, shift, scale)
        for child in children:
            yield from _runs(child, shift, scale)
        yield Run(")", False, shift, scale)
    elif node.tag == "mover" and len(children) == 2:
        mark = "".join(children[1].itertext()).strip()
        inner = tuple(_runs(children[0], shift, scale))
        yield from inner[:-1]
        for run in inner[-1:]:
            yield Run(run.text + _COMBINING.get(mark, ""), run.is_italic, shift, scale)
    elif children:
        for child in children:
            yield from _runs(child, shift, scale)
    else:
        text = (node.text or "").translate(_UNSEEN)
        is_italic = node.tag == "mi" and len(text) == 1 and "mathvariant" not in node.attrib and text != "∂"
        if node.tag == "mo" and text in _SPACED and not {"lspace", "form"} & set(node.attrib):
            text = f" {text} "
        yield Run(text, is_italic, shift, scale)

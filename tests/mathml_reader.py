"""An independent reader of pages and of presentation MathML: what is wrong in them, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "col", "wbr"})
TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
CHILDREN = {
    "mfrac": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
    "mspace": 0,
}
INSIDE = {"mtable": {"mtr"}, "mtr": {"mtd"}}
ALLOWED = TOKENS | CHILDREN.keys() | {"math", "mrow", "msqrt", "mtable", "mtr", "mtd"}
_OF_ROWS = {"class", "data-q", "data-g", "display", "displaystyle", "columnalign", "width", "accent"}
ATTRIBUTES = _OF_ROWS | {"mathvariant", "form", "stretchy", "lspace", "rspace", "separator"}


class Page(HTMLParser):
    """Checks that elements are closed in order; keeps names, attributes and texts, of drawings apart."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.drawn: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert not (tag == "p" and "p" in self.open), self.getpos()
        assert "p" not in self.open or tag not in {"div", "table", "figure", "ul", "h2", "h3", "header"}, tag
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, (tag, self.getpos())
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if "svg" in self.open:
            self.drawn.append(data)
        elif not self.open or self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def formulas(text: str) -> list[ElementTree.Element]:
    """All formulas of a page, parsed as XML."""
    return [ElementTree.fromstring(one) for one in re.findall(r"<math.*?</math>", text, re.DOTALL)]


def faults(element: ElementTree.Element) -> Iterator[str]:
    """What presentation MathML does not allow."""
    name = element.tag
    if name not in ALLOWED:
        yield f"there is no {name}"
    yield from (f"{name} has {key}" for key in element.attrib if key not in ATTRIBUTES)
    if name in TOKENS:
        if len(element) or not (element.text or "").strip():
            yield f"{name} holds no text alone"
        if name == "mn" and not re.fullmatch(r"[0-9]+(\.[0-9]+)?|𝟏", element.text or ""):
            yield f"no number: {element.text}"
        if name == "mo" and "-" in (element.text or ""):
            yield "a hyphen in place of a minus"
    else:
        loose = [element.text, *(child.tail for child in element)]
        if any((text or "").strip() for text in loose):
            yield f"text in {name}: {loose}"
        if name in CHILDREN and len(element) != CHILDREN[name]:
            yield f"{name} has {len(element)} children"
        if name in INSIDE and any(child.tag not in INSIDE[name] for child in element):
            yield f"{name} has others than {INSIDE[name]}"
    for child in element:
        yield from faults(child)


_SIGNS = {"−": "-", "⋅": "*", "×": "*", "\u2062": "*", "\u2061": "", "≤": "<=", "′": "'"}
_WORDS = {"ln": "log", "π": "pi"}
_FENCES = {"|": "abs", "⌊": "floor"}


def read(element: ElementTree.Element) -> str:
    """A formula as the text that `verify` reads, with brackets around whatever MathML shows by position."""
    parts = [read(child) for child in element]
    match element.tag:
        case "mi" | "mn" | "mtext":
            return _WORDS.get(element.text or "", element.text or "")
        case "mo":
            sign = _SIGNS.get(element.text or "", element.text or "")
            return f" {sign} " if sign in "+-*><=" else sign
        case "mfrac" if parts[0] == "∂":
            return "d/d" + parts[1].removeprefix("∂")
        case "mfrac" if all(part.isdecimal() for part in parts):
            return f"({parts[0]}/{parts[1]})"
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msup":
            return f"exp({parts[1]})" if parts[0] == "e" else f"{parts[0]}^({parts[1]})"
        case "msub":
            return f"{parts[0]}_{parts[1]}"
        case "msqrt":
            return f"sqrt({''.join(parts)})"
        case "mrow" if parts and parts[0] in _FENCES:
            return f"{_FENCES[parts[0]]}({''.join(parts[1:-1])})"
        case "mrow" if parts and parts[0] == "{":
            (value, condition), (otherwise, _) = ([read(cell) for cell in row] for row in element[1])
            return f"cases({condition}, {value}, {otherwise})"
        case _:
            return "".join(parts)

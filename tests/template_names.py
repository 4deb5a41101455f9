"""The list of all blocks in docs/templates.md, made from the templates."""

from __future__ import annotations

import re

from jinja2 import Environment, nodes

from symback.templates import BODY, SYNTAX, template_folder
from tests.tools import CHECKOUT

PAGE = CHECKOUT / "docs" / "templates.md"
MARK = "<!-- blocks: written by `python -m tests.rewrite_output` -->\n"
_WORDS = 14
_SPECIAL, _ESCAPED = re.compile(r"([|*_<>])"), r"\\\1"


def beginning(block: nodes.Block) -> str:
    """The first words of what a block says: of several cases the first."""
    pieces: list[str] = []
    _collect(block.body, pieces)
    text = " ".join("".join(pieces).split())
    words = text.split(" ")
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")


def _collect(body: list[nodes.Node], pieces: list[str]) -> None:
    for node in body:
        if isinstance(node, nodes.Output):
            pieces += [_shown(one) for one in node.nodes]
        elif isinstance(node, nodes.If | nodes.Block):
            _collect(node.body, pieces)


def _shown(node: nodes.Node) -> str:
    if isinstance(node, nodes.TemplateData):
        return str(node.data)
    constants = [str(one.value) for one in node.find_all(nodes.Const) if isinstance(one.value, str)]
    if isinstance(node, nodes.Call) and constants and max(constants, key=len)[:1].isupper():
        return max(constants, key=len) + " "
    return "…"


def blocks() -> dict[str, dict[str, str]]:
    """The first words of every block by its name, for each file of the documents that has some."""
    environment = Environment(**SYNTAX)
    found = {}
    for path in sorted((template_folder() / "documents").glob("*.j2")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        names = {block.name: beginning(block) for block in tree.find_all(nodes.Block) if block.name != BODY}
        if names:
            found[path.name] = names
    return found


def page() -> str:
    """The page with its list made anew."""
    before = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    lines = []
    for file, names in blocks().items():
        lines += ["", f"`templates/documents/{file}`", "", "| block | begins |", "| :-- | :-- |"]
        lines += [f"| `{name}` | {_SPECIAL.sub(_ESCAPED, text)} |" for name, text in names.items()]
    return before + MARK + "\n".join(lines) + "\n"

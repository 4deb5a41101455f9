"""Templates as trees: where they are, how they are written, how a user's parts take the place of others.

Blocks are put in place when a template is compiled, so a block costs nothing while a document is printed, and
may stand anywhere: also in a macro, in a loop, and in a file that others include.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

SYNTAX: Mapping[str, Any] = {
    "block_start_string": "<%",
    "block_end_string": "%>",
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
"""One set of delimiters for all formats."""
BODY = "body"
"""The one block that stays: a document puts it into its frame."""
SUPER = "super"
"""What a part is called in the part that takes its place."""


def template_folder() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@dataclass(frozen=True)
class Parts:
    """What takes the place of blocks, macros and tables of the same name; `helpers` stand before them."""

    blocks: Mapping[str, nodes.Block] = field(default_factory=dict)
    macros: Mapping[str, nodes.Macro] = field(default_factory=dict)
    tables: Mapping[str, nodes.Assign] = field(default_factory=dict)
    helpers: Sequence[nodes.Node] = ()


def woven(tree: nodes.Template, parts: Parts | None, environment: Environment) -> nodes.Template:
    """The template with its blocks put in place, its own or those of `parts`; the tree itself is changed.

    Texts that never change are escaped as the environment escapes all others; Jinja would do it as in HTML.
    """
    weaver = _Weaver(parts or Parts(), environment)
    weaver.weave_into(tree)
    if weaver.found and parts is not None:
        helpers = nodes.Template(deepcopy(list(parts.helpers)), lineno=1)
        _Weaver(Parts(), environment).weave_into(helpers)
        tree.body = [*helpers.body, *tree.body]
    return tree


@dataclass
class _Weaver:
    parts: Parts
    environment: Environment
    found: bool = False
    """Whether a part was put in."""

    def weave_into(self, node: nodes.Node) -> None:
        """All that stands below a node."""
        for key, value in node.iter_fields():
            if isinstance(value, nodes.Node):
                self.weave_into(value)
            elif isinstance(value, list) and value and isinstance(value[0], nodes.Node):
                setattr(node, key, [new for old in value for new in self.woven(old)])

    def woven(self, node: nodes.Node) -> list[nodes.Node]:
        """What stands in the place of a node."""
        self.weave_into(node)
        if isinstance(node, nodes.Output):
            node.nodes = [self.output(one) for one in node.nodes]
        if isinstance(node, nodes.Block):
            return self.block(node)
        if isinstance(node, nodes.Macro) and node.name in self.parts.macros:
            return self.instead(node, self.parts.macros[node.name])
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            return [self.table(node, node.target.name)]
        return [node]

    def output(self, node: nodes.Expr) -> nodes.Expr:
        """What is printed; escaped, if it never changes."""
        if isinstance(node, nodes.TemplateData):
            return node
        try:
            value = node.as_const(nodes.EvalContext(self.environment))
        except nodes.Impossible:
            return node
        finalize = self.environment.finalize or str
        return nodes.TemplateData(str(finalize(value)), lineno=node.lineno)

    def block(self, node: nodes.Block) -> list[nodes.Node]:
        """The content of a block, or another."""
        if node.name in self.parts.blocks:
            before = nodes.Macro(node.name, [], [], node.body, lineno=node.lineno)
            new = deepcopy(self.parts.blocks[node.name])
            made: list[nodes.Node] = [nodes.Scope(self.instead(before, new), lineno=new.lineno)]
        else:
            made = node.body
        if node.name != BODY:
            return made
        node.body = made
        return [node]

    def instead(self, old: nodes.Macro, new: nodes.Macro | nodes.Block) -> list[nodes.Node]:
        """The new part; the old one goes before it under another name, if the new one asks for it."""
        self.found = True
        new = deepcopy(new)
        _Weaver(Parts(), self.environment).weave_into(new)
        calls = [name for name in new.find_all(nodes.Name) if name.name == SUPER]
        before = f"_{SUPER}_{old.name}"
        for name in calls:
            name.name = before
        if isinstance(new, nodes.Macro):
            old.name = before
            return [old, new] if calls else [new]
        old.name = f"{before}_in_lines"
        return [old, _in_line(old, before), *new.body] if calls else new.body

    def table(self, node: nodes.Assign, name: str) -> nodes.Node:
        """A table with the entries of another added, or anything else that is set."""
        new = self.parts.tables.get(name)
        if new is None:
            return node
        self.found = True
        new = deepcopy(new)
        if isinstance(node.node, nodes.Dict) and isinstance(new.node, nodes.Dict):
            new.node.items = [*node.node.items, *new.node.items]
        return new


def _in_line(macro: nodes.Macro, name: str) -> nodes.Macro:
    """What a macro without arguments gives, without the ends of lines around it."""
    line = macro.lineno
    call = nodes.Call(nodes.Name(macro.name, "load", lineno=line), [], [], None, None, lineno=line)
    trimmed = nodes.Filter(call, "trim", [], [], None, None, lineno=line)
    return nodes.Macro(name, [], [], [nodes.Output([trimmed], lineno=line)], lineno=line)

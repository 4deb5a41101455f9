"""A template of the user's own: read, checked, taken apart into what takes the place of other parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from symback.colours import COLOURS, Colour
from symback.errors import RequestError, shorten, suggestion
from symback.guard import FILTERS, guarded
from symback.templates import SYNTAX, Parts, template_folder
from symback.text_files import read_text

MOST_BYTES = 1 << 18
LATER = 100_000
"""Added to the number of each line, so that it is told from lines of the package's templates."""
_MAY_STAND = "extends, import, block, macro and set may stand outside of blocks, and comments"
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """The text of the file and its name in messages."""

    file: str
    text: str

    def error(self, line: int, message: str) -> RequestError:
        """What is wrong, and where."""
        place = f"{self.file}:{line % LATER}" if line else self.file
        end = "" if message.endswith((".", "?")) else "."
        return RequestError(f"{place}: {message}{end}")


@dataclass(frozen=True)
class Known:
    """The names of all templates of the package: what may be replaced."""

    blocks: frozenset[str]
    macros: dict[str, tuple[int, ...]]
    """How many arguments each takes, in each of the files that have it."""
    tables: dict[str, bool]
    """Whether each is made of entries."""
    variables: frozenset[str]
    """All that is mentioned anywhere."""


@dataclass(frozen=True)
class Taken:
    """A template taken apart."""

    parts: Parts
    document: str
    """The template that it extends; "" for any."""
    colours: tuple[Colour, ...]
    names: frozenset[str]
    """What it defines itself."""


def read_template(source: str | Path) -> OwnTemplate:
    """The template of a file; raises RequestError with file and line for what is wrong in it."""
    if str(source) == "-":
        raise RequestError("A template is a file: standard input cannot be one.")
    text, name = read_text(source, "a template", MOST_BYTES)
    own = OwnTemplate(name, text)
    taken(own)
    return own


@lru_cache(maxsize=4)
def taken(own: OwnTemplate) -> Taken:
    """The parts of a template. Raises RequestError as `read_template` does."""
    try:
        tree = Environment(**SYNTAX).parse(own.text, own.file)
    except TemplateSyntaxError as error:
        raise own.error(error.lineno, error.message or "this is no template") from None
    except RecursionError:
        raise own.error(0, "this is nested too deeply") from None
    for node in tree.find_all(nodes.Node):
        node.lineno = (node.lineno or 1) + LATER
    _check_filters(own, tree)
    return _Reader(own, known(), guarded(tree)).taken()


@lru_cache(maxsize=1)
def known() -> Known:
    """The names of all templates."""
    environment = Environment(**SYNTAX)
    blocks: set[str] = set()
    macros: dict[str, tuple[int, ...]] = {}
    tables: dict[str, bool] = {}
    variables: set[str] = set()
    for path in sorted(template_folder().rglob("*.j2")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        blocks.update(block.name for block in tree.find_all(nodes.Block))
        for macro in tree.find_all(nodes.Macro):
            macros[macro.name] = (*macros.get(macro.name, ()), len(macro.args))
        tables.update((name, isinstance(node.node, nodes.Dict)) for node, name in _tables(tree))
        variables.update(name.name for name in tree.find_all(nodes.Name))
    return Known(frozenset(blocks), macros, tables, frozenset(variables))


def nearest(own: OwnTemplate, name: str) -> str:
    """A question about a name that nothing has, or ""."""
    everything = sorted(known().variables | taken(own).names)
    found = get_close_matches(name, everything, n=1)
    return f". Did you mean '{found[0]}'?" if found else ""


def _tables(tree: nodes.Template) -> Iterator[tuple[nodes.Assign, str]]:
    for node in tree.body:
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            yield node, node.target.name


def _check_filters(own: OwnTemplate, tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Filter):
        if node.name not in FILTERS:
            raise own.error(
                node.lineno, f"there is no filter {shorten(node.name)}.{suggestion(node.name, FILTERS)}"
            )


@dataclass(frozen=True)
class _Reader:
    own: OwnTemplate
    known: Known
    tree: nodes.Template

    def taken(self) -> Taken:
        """All that stands in the file."""
        blocks = {block.name: self.checked(block) for block in self.tree.find_all(nodes.Block)}
        macros: dict[str, nodes.Macro] = {}
        tables: dict[str, nodes.Assign] = {}
        helpers: list[nodes.Node] = []
        colours: tuple[Colour, ...] = COLOURS
        document = ""
        for node in self.tree.body:
            if isinstance(node, nodes.Extends):
                document = self.document(node)
            elif isinstance(node, nodes.Macro) and node.name in self.known.macros:
                macros[node.name] = self.fitting(node)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                name = node.target.name
                if name == "colours":
                    colours = self.colours(node)
                elif name in self.known.tables:
                    tables[name] = self.alike(node, name)
                else:
                    helpers.append(self.needed(node, name, "set"))
            elif isinstance(node, nodes.Macro):
                helpers.append(self.needed(node, node.name, "macro"))
            elif isinstance(node, nodes.Import | nodes.FromImport):
                helpers.append(node)
            elif not isinstance(node, nodes.Block):
                self.check_empty(node)
        defined = [node.name for node in self.tree.find_all(nodes.Name) if node.ctx != "load"]
        names = frozenset([*defined, *(macro.name for macro in self.tree.find_all(nodes.Macro))])
        return Taken(Parts(blocks, macros, tables, tuple(helpers)), document, colours, names)

    def checked(self, block: nodes.Block) -> nodes.Block:
        """A block whose name is known."""
        if block.name not in self.known.blocks:
            near = get_close_matches(block.name, sorted(self.known.blocks), n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise self.own.error(block.lineno, f"no document has a block '{block.name}'.{hint}")
        return block

    def fitting(self, macro: nodes.Macro) -> nodes.Macro:
        """A macro that can be called as the one that it replaces."""
        asked = self.known.macros[macro.name]
        if len(macro.args) not in asked:
            counts = " or ".join(map(str, sorted(set(asked))))
            raise self.own.error(
                macro.lineno,
                f"the macro '{macro.name}' has {len(macro.args)} arguments, and is called with {counts}",
            )
        return macro

    def alike(self, node: nodes.Assign, name: str) -> nodes.Assign:
        """A table where there is a table: its entries are added to those that are there."""
        if self.known.tables[name] and not isinstance(node.node, nodes.Dict):
            raise self.own.error(node.lineno, f"'{name}' is a table, such as {{'key': 'text'}}")
        return node

    def needed(self, node: nodes.Node, name: str, kind: str) -> nodes.Node:
        """Something new, which the file itself uses; else it is a name mistyped."""
        if any(one.name == name and one.ctx == "load" for one in self.tree.find_all(nodes.Name)):
            return node
        names = self.known.macros if kind == "macro" else {*self.known.tables, "colours"}
        near = get_close_matches(name, sorted(names), n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise self.own.error(
            node.lineno, f"no template has a {kind} '{name}', and nothing in this file uses it.{hint}"
        )

    def document(self, node: nodes.Extends) -> str:
        """The template of the document that is extended."""
        name = node.template.value if isinstance(node.template, nodes.Const) else ""
        folder = template_folder()
        documents = [
            path.relative_to(folder).as_posix()
            for path in sorted(folder.glob("documents/*.j2"))
            if "<% extends" in path.read_text(encoding="utf-8")
        ]
        if name not in documents:
            there = " or ".join(f'"{one}"' for one in documents)
            raise self.own.error(node.lineno, f"a template extends {there}, or leaves the line out")
        return str(name)

    def colours(self, node: nodes.Assign) -> tuple[Colour, ...]:
        """The colours of the factors, some of them changed."""
        entries: object = None
        if isinstance(node.node, nodes.Expr):
            with suppress(nodes.Impossible, TypeError):
                entries = node.node.as_const()
        names = tuple(colour.name for colour in COLOURS)
        if not isinstance(entries, dict):
            raise self.own.error(node.lineno, f'colours is a table such as {{"{names[0]}": "#b42318"}}')
        for name in entries:
            if name not in names:
                raise self.own.error(
                    node.lineno, f"no factor is called {shorten(name)}.{suggestion(str(name), names)}"
                )
        return tuple(
            self.colour(node, colour, entries[colour.name]) if colour.name in entries else colour
            for colour in COLOURS
        )

    def colour(self, node: nodes.Assign, colour: Colour, new: object) -> Colour:
        """One colour changed: on every ground, or on white paper and on a dark screen."""
        given = new if isinstance(new, list | tuple) else [new]
        values = [value for value in given if isinstance(value, str) and _COLOUR.fullmatch(value)]
        if not 1 <= len(given) == len(values) <= 2:
            raise self.own.error(
                node.lineno,
                f"colours, {colour.name}: {shorten(new)} stands there. There may stand a colour such as "
                f'"#b42318", or two, ["#b42318", "#ff9c8f"], the second for dark screens',
            )
        return replace(colour, light=values[0], dark=values[-1], plain=values[0])

    def check_empty(self, node: nodes.Node) -> None:
        """White space may stand between blocks; all else would never be printed."""
        if not isinstance(node, nodes.Output):
            raise self.own.error(node.lineno, f"this stands outside of blocks; {_MAY_STAND}")
        for one in node.nodes:
            text = one.data if isinstance(one, nodes.TemplateData) else ">>"
            if text.strip():
                line = one.lineno + text[: len(text) - len(text.lstrip())].count("\n")
                raise self.own.error(
                    line, f"this text stands outside of blocks and would not be printed; {_MAY_STAND}"
                )

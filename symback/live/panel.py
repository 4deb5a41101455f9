"""What a reader may change in a page and watch: plain views for the template of the panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from symback.fillers import Symbols, plain
from symback.forward import given_numbers
from symback.graph import PARAMETER_ROLES, Quantity, Role
from symback.live.program import Program
from symback.mathml_dialect import MATHML
from symback.naming import TOTAL

KINDS: Mapping[Role, str] = {
    Role.INPUT: "inputs",
    Role.TARGET: "targets",
    **dict.fromkeys(PARAMETER_ROLES, "parameters"),
    Role.CONSTANT: "constants",
    Role.LEARNING_RATE: "settings",
    Role.SETTING: "settings",
}
"""What may be changed, and under which heading it stands."""
ORDER = ("inputs", "targets", "parameters", "constants", "settings")


@dataclass(frozen=True, slots=True)
class Field:
    """A given number: its name and place, its symbol and what was typed."""

    name: str
    place: int
    symbol: Markup
    text: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under one heading; `layer` is 0 but for parameters."""

    kind: str
    layer: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """A number that changes as training goes on."""

    place: int
    symbol: Markup
    text: str


@dataclass(frozen=True, slots=True)
class PanelView:
    """What the template of the panel is given."""

    groups: tuple[FieldGroup, ...]
    has_training: bool
    moving: tuple[Moving, ...]
    """E_total first, then the outputs and all that is trained."""
    example: str
    """The name of a quantity that one may have computed."""

    @property
    def error(self) -> Moving:
        """The error of the network."""
        return self.moving[0]


def panel_of(program: Program, symbols: Symbols) -> PanelView:
    """The panel of a network whose numbers are all known."""
    typed = given_numbers(program.network)
    places = program.workings.places
    groups: dict[tuple[str, int], list[Field]] = {}
    for quantity in program.graph:
        kind = KINDS.get(quantity.role)
        if kind is None or quantity.name not in typed:
            continue
        given = typed[quantity.name]
        text = given.text or (plain(given.expression) if given.expression is not None else "")
        field = Field(quantity.name, places[quantity.name], _symbol(symbols, quantity.name), text)
        groups.setdefault((kind, quantity.layer if kind == "parameters" else 0), []).append(field)
    ordered = sorted(groups, key=lambda key: (ORDER.index(key[0]), key[1]))
    found = tuple(FieldGroup(kind, layer, tuple(groups[kind, layer])) for kind, layer in ordered)
    moving = tuple(_moving(program, symbols)) if program.fed else ()
    example = next(iter(program.graph.with_role(Role.GRADIENT, Role.TOTAL_ERROR)[::-1])).name
    return PanelView(found, bool(program.fed), moving, example)


def _moving(program: Program, symbols: Symbols) -> list[Moving]:
    network, names = program.network, program.workings.names
    outputs = [output.name for sample in network.places for output in network.outputs(sample)]
    trained = [names[place] for place, _ in program.fed if _is_parameter(program.graph[names[place]])]
    return [
        Moving(program.workings.places[name], _symbol(symbols, name), _text(program, name))
        for name in (TOTAL, *outputs, *trained)
    ]


def _text(program: Program, name: str) -> str:
    value = program.evaluation[name]
    return value.shown.replace("-", MATHML.minus_in_text) if value is not None else ""


def _is_parameter(quantity: Quantity) -> bool:
    return quantity.role in PARAMETER_ROLES


def _symbol(symbols: Symbols, name: str) -> Markup:
    return Markup(symbols.variable(name))

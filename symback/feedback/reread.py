"""Where the worked solution explains a quantity: the part, and the command that prints the step."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from symback.feedback.facts import layer_facts
from symback.graph import FORWARD_ROLES, UNIT_ROLES, Quantity, Role, Rule
from symback.mistakes.kinds import denominator, numerator
from symback.mistakes.workings import Workings
from symback.naming import parts_of

ALONE = frozenset({"backward", "asked", "biases", "updates"})
"""Parts whose steps `--only` prints."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A part of the worked solution (a phrase of words.j2, with a layer), and a command."""

    part: str
    layer: dict[str, object]
    command: str
    is_alone: bool
    """Whether the command prints the step alone."""


def reread(workings: Workings, name: str, source: str) -> Reread:
    """Where to read about a quantity; `source` is the network as commands name it."""
    base, _, rounds = name.rpartition("@")
    if base:
        command = shlex.join(["symback", "solve", source, "--rounds", rounds])
        return Reread("after", {}, command, False)
    part, layer = _part(workings, workings.name(name))
    is_alone = part in ALONE
    only = ["--only", name] if is_alone else []
    command = shlex.join(["symback", "solve", source, *only])
    return Reread(part, layer_facts(workings.network, layer), command, is_alone)


def _part(workings: Workings, name: str) -> tuple[str, int]:
    """The part of the worked solution, and the layer of a part of the backward pass."""
    quantity = workings.quantity(name)
    if quantity.rule is Rule.GIVEN:
        return "numbers", 0
    if quantity.role in (Role.UPDATED, Role.STATE, Role.COUNT, Role.LEARNING_RATE):
        return "updates", 0
    if quantity.role in FORWARD_ROLES | {Role.BATCH_ERROR}:
        if parts_of(name).state:
            return "after", 0
        return ("forward" if quantity.role in UNIT_ROLES else "error"), 0
    by = denominator(workings, quantity)
    layer = by.layer if by is not None and by.layer else quantity.layer
    if _is_left_out(workings, quantity, by) or not layer:
        return "asked", 0
    return ("biases", 0) if by is not None and by.role is Role.BIAS else ("backward", layer)


def _is_left_out(workings: Workings, quantity: Quantity, by: Quantity | None) -> bool:
    """Whether pages tell of it only when it is asked for."""
    of = numerator(workings, quantity)
    is_of_unit = of is not None and of.role in UNIT_ROLES and quantity.role is Role.DERIVATIVE
    is_by_input = by is not None and by.role is Role.INPUT
    is_second = quantity.role is Role.SECOND_DERIVATIVE
    return bool(parts_of(quantity.name).state) or is_second or is_by_input or is_of_unit

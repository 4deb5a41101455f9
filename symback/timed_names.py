"""Names with a time step for what exists at the last step only: `out_o1` is `out_o1[t=3]` too.

After its last recurrent layer a network with one target goes on with the last step alone, and its quantities
have no step in their names. People who write the step mean the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symback.graph import UNIT_ROLES, Quantity, Role
from symback.naming import derivative, indexed, parts_of
from symback.network_model import Network

_OF_UNITS = UNIT_ROLES | {Role.TARGET, Role.ERROR}


def timed(network: Network, quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """The quantities, with such synonyms where they exist at the last step of a series only."""
    quantities = tuple(quantities)
    last = _last_step(network)
    if last is None:
        return quantities
    with_step: dict[str, str] = {}
    for quantity in quantities:
        if quantity.role in _OF_UNITS and quantity.unit and quantity.step is None:
            with_step[quantity.name] = _at(quantity.name, last)
    known = {name for quantity in quantities for name in (quantity.name, *quantity.names)}
    return tuple(_with_synonyms(quantity, with_step, last, known) for quantity in quantities)


def _last_step(network: Network) -> int | None:
    """The step that is the only one after some layer, or of the targets; None where steps are joined."""
    for layer in network.layers:
        if layer.source.steps and not layer.signal.steps:
            return None if layer.takes_time else layer.source.steps[-1]
    steps = network.layers[-1].signal.steps
    return steps[-1] if steps and network.output_steps == (None,) else None


def _with_synonyms(quantity: Quantity, with_step: dict[str, str], last: int, known: set[str]) -> Quantity:
    found: list[str] = []
    for name in (quantity.name, *quantity.names):
        other = _synonym(name, with_step, last)
        if other is not None and other not in known:
            found.append(other)
    return replace(quantity, names=(*quantity.names, *found)) if found else quantity


def _synonym(name: str, with_step: dict[str, str], last: int) -> str | None:
    """The name with its step, or both names of a derivative with theirs; None where none is to be added."""
    if name in with_step:
        return with_step[name]
    parts = parts_of(name)
    if not parts.is_derivative:
        is_delta = parts.base == "delta" and name.replace("delta_", "net_", 1) in with_step
        return _at(name, last) if is_delta else None
    if parts.then:
        return None
    of, by = (with_step.get(part + parts.state, part + parts.state) for part in (parts.of, parts.by))
    other = derivative(of, by, direct=parts.direct)
    return other if other != name else None


def _at(name: str, step: int) -> str:
    parts = parts_of(name)
    base = f"{parts.base}_{parts.subscript}" if parts.subscript else parts.base
    return indexed(base, parts.sample, step) + parts.state

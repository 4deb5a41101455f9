"""A mistake as it was made -> the plain facts that its sentence is made of."""

from __future__ import annotations

from collections.abc import Mapping

from symback.diagnosis.candidate import Part
from symback.diagnosis.later import COUNTS
from symback.expression import Expression, Name, Negative
from symback.feedback.difference import shortened
from symback.feedback.figures import Figures
from symback.feedback.pens import Pen
from symback.mistakes.kinds import denominator
from symback.mistakes.mistake import Scope
from symback.mistakes.workings import Workings
from symback.naming import parts_of
from symback.network import Network

OPTIONAL: Mapping[str, str] = {"left_out": "", "decimals": ""}
"""Facts that a sentence can do without."""


def facts_of(part: Part, right: Figures, wrong: Figures, pen: Pen) -> dict[str, object]:
    """What the template of sentences is given for one mistake.

    `right` has the right numbers, `wrong` those under the mistakes: of a quantity that was used in
    the place of another, the learner had the number that the mistakes before gave.
    """
    workings = right.workings
    name = part.facts["quantity"]
    facts: dict[str, object] = {**OPTIONAL, "scope": part.scope.name.lower(), "quantity": pen.name(name)}
    for key, value in part.facts.items():
        if key == "quantity" or value not in workings.places:
            facts["other_activation" if key == "activation" else key] = value
            continue
        was_given = workings.formula(name) is None
        figures = wrong if key == "used" and not was_given else right
        facts[key], facts[f"{key}_name"] = pen.named(value, figures[value]), pen.name(value)
    facts["quantity"] = facts["quantity_name"] = pen.name(name)
    if part.identifier in COUNTS:
        rounds = int(name.rpartition("@")[2])
        facts |= {"rounds": rounds, "counted": rounds + COUNTS[part.identifier]}
    if name in workings.places and part.placed is not None:
        facts |= _of_formula(part, name, right, wrong, pen)
    return facts


def _of_formula(part: Part, name: str, right: Figures, wrong: Figures, pen: Pen) -> dict[str, object]:
    """What is known of a mistake that changes formulas."""
    workings = right.workings
    quantity = workings.quantity(name)
    formula, used = workings.formula(name), wrong_formula(part, wrong)
    place = part.placed.place if part.placed is not None else None
    layer = place.layer if place is not None and part.scope is not Scope.EVERYWHERE else quantity.layer
    by = denominator(workings, quantity)
    own = workings.network.layers[quantity.layer - 1].activation if quantity.layer else ""
    return {
        "formula": _written(formula, pen) if formula is not None else right[name],
        "wrong": _written(used, pen) if formula is not None and used is not None else wrong[name],
        "is_name": isinstance(formula, Name),
        "is_negative": isinstance(formula, Negative),
        "by": pen.name(by.name) if by is not None else "",
        "unit": pen.name(quantity.unit) if quantity.unit else "",
        "layer": layer_facts(workings.network, layer),
        "others": len({_alike(one) for one in part.changed} - {_alike(name)}),
        "activation": own,
    }


def wrong_formula(part: Part, wrong: Figures) -> Expression | None:
    """The formula that was used for the quantity in which the mistake shows first."""
    name = part.facts["quantity"]
    if part.placed is None:
        return None
    now = wrong.workings.formula(name)
    return part.placed.formulas[name] if now is None else now


def layer_facts(network: Network, layer: int) -> dict[str, object]:
    """What phrases say about a layer; {} for none."""
    if not layer:
        return {}
    count = len(network.layers)
    kind = network.layers[layer - 1].kind
    return {"kind": kind, "place": layer, "is_output": layer == count, "hidden": count - 1}


def _written(formula: Expression, pen: Pen) -> str:
    return pen.formula(shortened(formula))


def _alike(name: str) -> str:
    """The name without sample, step and state."""
    parts = parts_of(name)
    if parts.is_derivative:
        return f"d{_alike(parts.of)}/d{_alike(parts.by)}{parts.then}"
    return f"{parts.base}_{parts.subscript}" if parts.subscript else parts.base


def of_workings(workings: Workings | None, right: Figures) -> Figures:
    """The numbers under mistakes; the right ones where no formula is changed."""
    return right if workings is None or workings is right.workings else Figures(workings)

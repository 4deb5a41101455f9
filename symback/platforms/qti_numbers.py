"""Numerical responses of QTI 2.1: what is right, which mistake gives a number, and what is said to it.

Tolerances are absolute and have two numbers: a relative one swaps its bounds for negative keys, and then
rejects the right answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symback.platforms.paper import Field, Say
from symback.platforms.xml import element

MISTAKE = Fraction(1, 2)
"""The share of a box's points for a number that a known mistake gives."""
_EQUAL = '<equal toleranceMode="absolute" tolerance="{0} {0}"><variable identifier="{1}"/>{2}</equal>'
_SET = '<setOutcomeValue identifier="{0}"><baseValue baseType="{1}">{2}</baseValue></setOutcomeValue>'
_SAID = '<modalFeedback outcomeIdentifier="MISTAKE{0}" identifier="{1}" showHide="show">{2}</modalFeedback>'
_NULL = '<isNull><variable identifier="{0}"/></isNull>'


@dataclass(frozen=True, slots=True)
class Part:
    """The parts of an item beside its body."""

    responses: str
    outcomes: str
    processing: str
    feedback: str = ""
    entries: tuple[str, ...] = ()
    """The interactions, for the body."""


def numeric(fields: Sequence[Field], say: Say) -> Part:
    """The parts of an item with these numerical fields."""
    single = len(fields) == 1
    suffixes = ["" if single else f"_{place}" for place in range(1, len(fields) + 1)]
    pairs = list(zip(fields, suffixes, strict=True))
    total = sum(field.points for field in fields)
    outcomes = [_declared("SCORE", "float", {"normalMaximum": str(total)})]
    conditions = []
    for field, suffix in pairs:
        if not single:
            outcomes.append(_declared(f"SCORE{suffix}", "float"))
        outcomes.append(_declared(f"MISTAKE{suffix}", "identifier"))
        conditions.append(_condition(field, suffix))
    if not single:
        scores = "".join(f'<variable identifier="SCORE{suffix}"/>' for suffix in suffixes)
        conditions.append(_set("SCORE", element("sum", scores)))
    return Part(
        "".join(_response(field, suffix) for field, suffix in pairs),
        "".join(outcomes),
        element("responseProcessing", "\n".join(conditions)),
        "".join(_feedback(field, suffix, say) for field, suffix in pairs),
        tuple(
            f'<textEntryInteraction responseIdentifier="RESPONSE{suffix}" expectedLength="15"/>'
            for suffix in suffixes
        ),
    )


def _response(field: Field, suffix: str) -> str:
    attributes = {"identifier": f"RESPONSE{suffix}", "cardinality": "single", "baseType": "float"}
    key = element("correctResponse", element("value", field.value))
    return element("responseDeclaration", key, attributes)


def _declared(identifier: str, base: str, more: dict[str, str] | None = None) -> str:
    attributes = {"identifier": identifier, "cardinality": "single", "baseType": base}
    default = element("defaultValue", "<value>0</value>") if base == "float" else ""
    return element("outcomeDeclaration", default, attributes | (more or {}))


def _condition(field: Field, suffix: str) -> str:
    """Nothing for no answer; else the first window that holds the number."""
    response = f"RESPONSE{suffix}"
    branches = [
        element("responseIf", _NULL.format(response) + _results(f"none{suffix}", Fraction(0), suffix))
    ]
    key = _EQUAL.format(field.widened(field.tolerance), response, f'<correct identifier="{response}"/>')
    right = _results(f"right{suffix}", Fraction(field.points), suffix)
    branches.append(element("responseElseIf", key + right))
    credit = MISTAKE * field.points
    for place, reply in enumerate(field.replies, 1):
        value = f'<baseValue baseType="float">{reply.value}</baseValue>'
        near = _EQUAL.format(field.widened(reply.tolerance), response, value)
        named = _results(_name(place, suffix, reply.mistakes), credit, suffix)
        branches.append(f"<responseElseIf>{near}{named}</responseElseIf>")
    branches.append(element("responseElse", _results(f"unknown{suffix}", Fraction(0), suffix)))
    return element("responseCondition", "\n".join(branches))


def _results(name: str, credit: Fraction, suffix: str) -> str:
    score = _SET.format(f"SCORE{suffix}", "float", f"{float(credit):g}")
    return score + _SET.format(f"MISTAKE{suffix}", "identifier", name)


def _set(identifier: str, value: str) -> str:
    return element("setOutcomeValue", value, {"identifier": identifier})


def _feedback(field: Field, suffix: str, say: Say) -> str:
    said = [(f"right{suffix}", say("right")), (f"unknown{suffix}", say("wrong"))]
    said += [(_name(place, suffix, one.mistakes), one.html) for place, one in enumerate(field.replies, 1)]
    return "\n".join([_SAID.format(suffix, name, html) for name, html in said])


def _name(place: int, suffix: str, mistakes: Sequence[str]) -> str:
    """Unique in the item, and readable in exports of results."""
    return f"m{place}{suffix}-{mistakes[0]}"

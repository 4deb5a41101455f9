"""Trees of tests for STACK: the key, what follows from earlier answers, and what each mistake gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from symback.platforms.follow_through import Target
from symback.platforms.moodle_parts import text
from symback.platforms.paper import Field, Say
from symback.platforms.xml import element, leaf

MISTAKE = "0.5"
"""The share of a box's points for a number that a known mistake gives."""


CARRIED = 2
"""What follows from earlier answers, which were rounded when they were typed, may be off so much more at
least; further where large numbers make more of their rounding."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A test; where it fails, the next one follows."""

    right: str
    """The number that the answer is compared with."""
    tolerance: str
    score: str
    html: str
    test: str = "NumAbsolute"


def tree(field: Field, name: str, answer: str, target: Target, say: Say) -> str:
    """The tree of a box. The first test that holds decides; if none does, nothing is given."""
    nodes = [_Node(field.value, field.widened(field.tolerance), "1", "")]
    nodes.append(_Node("EMPTYANSWER", "", "0", "", "AlgEquiv"))  # nothing is said to a box left blank
    if target.value:
        width = _carried(field, field.tolerance, target, target.off)
        nodes.append(_Node(target.value, width, "1", say("consistent")))
    nodes += [
        _Node(one.variable, _carried(field, one.reply.tolerance, target, one.off), MISTAKE, one.reply.html)
        for one in target.mistakes
    ]
    inner = (
        leaf("name", name),
        leaf("value", str(field.points)),
        leaf("autosimplify", "1"),
        leaf("feedbackstyle", "1"),
        element("feedbackvariables", leaf("text", "\n".join(target.variables))),
        *(_node(place, nodes, name, answer, say) for place in range(len(nodes))),
    )
    return element("prt", "\n" + "\n".join(inner) + "\n")


def _carried(field: Field, tolerance: str, target: Target, off: float) -> str:
    """The tolerance of what follows from earlier answers; where each step is rounded there is no more."""
    if not target.value or target.is_rounded:
        return field.widened(tolerance)
    more = Decimal(math.ceil(off)).scaleb(-field.decimals)
    return field.widened(f"{max(Decimal(tolerance) * CARRIED, Decimal(tolerance) + more):f}")


def _node(place: int, nodes: Sequence[_Node], name: str, answer: str, say: Say) -> str:
    node = nodes[place]
    is_last = place + 1 == len(nodes)
    return element(
        "node",
        "".join(
            (
                leaf("name", str(place)),
                leaf("description", ""),
                leaf("answertest", node.test),
                leaf("sans", answer),
                leaf("tans", node.right),
                leaf("testoptions", node.tolerance),
                leaf("quiet", "1"),
                *_branch("true", node.score, "-1", f"{name}-{place}-T", node.html),
                *_branch(
                    "false",
                    "0",
                    "-1" if is_last else str(place + 1),
                    f"{name}-{place}-F",
                    say("wrong") if is_last else "",
                ),
            )
        ),
    )


def _branch(branch: str, score: str, following: str, note: str, html: str) -> tuple[str, ...]:
    return (
        leaf(f"{branch}scoremode", "="),
        leaf(f"{branch}score", score),
        leaf(f"{branch}penalty", ""),
        leaf(f"{branch}nextnode", following),
        leaf(f"{branch}answernote", note),
        text(f"{branch}feedback", html),
    )

"""Questions of STACK that ask for a formula: Maxima decides whether it is equal, after all definitions.

Both the answer and the key are written out as far as the net inputs, so that `delta_o1*out_h1` is as good as
the same without delta. What Maxima cannot decide, as the cases of a rectifier, stays with a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from symback.expression import Cases, Expression, Maximum, Name
from symback.platforms.html import paragraph
from symback.platforms.maxima import maxima, maxima_names
from symback.platforms.moodle_parts import text
from symback.platforms.paper import Field, Paper
from symback.platforms.xml import element, leaf

TYPED = re.compile(r"[A-Za-z](?=\w*[\d_])\w*", re.ASCII)
"""Names that students can type; those of letters alone may mean something to Maxima, as `e` and `i`."""
MOST_FORMULAS = 120
"""With more definitions than these Maxima would take too long."""
ANSWER, TREE = "ans1", "prt1"


def is_decidable(field: Field) -> bool:
    """Whether Maxima can tell right from wrong."""
    formulas = (field.formula, *field.definitions.values())
    if len(formulas) > MOST_FORMULAS:
        return False
    given = {name for formula in formulas if formula is not None for name in _names(formula)}
    is_plain = all(TYPED.fullmatch(name) for name in given if "/" not in name and "+" not in name)
    return field.formula is not None and is_plain and not any(map(_has_cases, filter(None, formulas)))


def typed_names(paper: Paper, field: Field) -> list[str]:
    """The names that an answer may use."""
    formulas = (field.formula, *field.definitions.values())
    found = dict.fromkeys(name for one in formulas if one is not None for name in _names(one))
    found |= dict.fromkeys((*field.definitions, *paper.given))
    return sorted(name for name in found if TYPED.fullmatch(name))


def hole(paper: Paper, field: Field) -> str:
    """What is asked, the input, and where feedback stands."""
    said = paper.say("formula_names", names=", ".join(typed_names(paper, field)))
    place = f"[[input:{ANSWER}]] [[validation:{ANSWER}]] [[feedback:{TREE}]]"
    return paragraph(f"{field.number}) {field.html}", said) + paragraph(place)


def entry(paper: Paper, field: Field, options: Mapping[str, str]) -> str:
    """The input."""
    own = {
        **options,
        "boxsize": "60",
        "allowwords": ",".join(typed_names(paper, field)),
        "showvalidation": "1",
    }
    first = leaf("name", ANSWER) + leaf("type", "algebraic") + leaf("tans", key(field))
    return element("input", first + "".join(leaf(key, value) for key, value in own.items()))


def tree(paper: Paper, field: Field) -> str:
    """Nothing is said to a blank box; else the formula is right or not."""
    known = _known(field)
    defined = ",".join(f"{known[name]}={maxima(one, known)}" for name, one in field.definitions.items())
    variables = f"typed:subst([{defined}],{ANSWER});\nkey:subst([{defined}],{key(field)});"
    nodes = (
        _node("0", ANSWER, "EMPTYANSWER", "0", "", "1", ""),
        _node("1", "typed", "key", "1", "", "-1", paper.say("not_right")),
    )
    inner = (
        leaf("name", TREE),
        leaf("value", str(field.points)),
        leaf("autosimplify", "1"),
        leaf("feedbackstyle", "1"),
        element("feedbackvariables", leaf("text", variables)),
        *nodes,
    )
    return element("prt", "\n" + "\n".join(inner) + "\n")


def key(field: Field) -> str:
    """A right answer."""
    assert field.formula is not None
    return maxima(field.formula, _known(field))


def _node(name: str, answer: str, right: str, score: str, said: str, following: str, otherwise: str) -> str:
    parts = [
        leaf("name", name),
        leaf("description", ""),
        leaf("answertest", "AlgEquiv"),
        leaf("sans", answer),
    ]
    parts += [leaf("tans", right), leaf("testoptions", ""), leaf("quiet", "1")]
    branches = (("true", score, "-1", "T", said), ("false", "0", following, "F", otherwise))
    for branch, worth, place, sign, html in branches:
        parts += [
            leaf(f"{branch}scoremode", "="),
            leaf(f"{branch}score", worth),
            leaf(f"{branch}penalty", ""),
        ]
        parts += [leaf(f"{branch}nextnode", place), leaf(f"{branch}answernote", f"{TREE}-{name}-{sign}")]
        parts.append(text(f"{branch}feedback", html))
    return element("node", "".join(parts))


def _known(field: Field) -> dict[str, str]:
    formulas = (field.formula, *field.definitions.values())
    names = dict.fromkeys(name for one in formulas if one is not None for name in _names(one))
    names |= dict.fromkeys(field.definitions)
    others = maxima_names(name for name in names if not TYPED.fullmatch(name))
    return {name: others.get(name, name) for name in names}


def _names(formula: Expression) -> list[str]:
    found = [formula.name] if isinstance(formula, Name) else []
    return found + [name for part in formula.parts for name in _names(part)]


def _has_cases(formula: Expression) -> bool:
    return isinstance(formula, Cases | Maximum) or any(map(_has_cases, formula.parts))

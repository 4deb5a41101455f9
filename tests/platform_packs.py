"""A pack of papers for tests of platforms, and papers with every sort of answer and nasty texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache, partial

from symback.exercises.model import Answer
from symback.exercises.sheet import Sheet, make_sheet, numbered
from symback.network import load
from symback.platforms.html import math
from symback.platforms.paper import Field, Option, Paper, Question
from symback.platforms.papers import Papers

KINDS = ("forward", "delta", "gradient-matrix", "update")
DONE_WHEN = ("forward", "delta", "gradient", "update", "find-the-slip")
OTHERS = (
    "loss", "local-derivative", "gradient-matrix", "biases", "loss-after-update", "second-round", "table",
    "derive", "order", "paths", "shapes", "sign-only", "read-diagram", "multiple-choice", "true-false",
    "write-code",
)  # fmt: skip
"""All other kinds."""
VARIANTS = 30
NASTY = (
    r"\input{/etc/passwd} 50% & _x_ $a$ \(x\) ~ ^",
    "<script>alert('1')</script> &amp; \" ' `",
    "=1+1;@SUM(A1) | $(touch x) ; rm -rf *",
    "]]> } # ~ {1:NUMERICAL:=1} {@1+1@} [[input:ans1]] \\} \\# %50%",
    "\U0001d54f \U0001f600 \u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627",
    "a/b//c /d ../../e C:\\f",
)


@cache
def pack_of(kinds: tuple[str, ...], variants: int = VARIANTS) -> tuple[Sheet, tuple[Paper, ...]]:
    """The papers of a sheet of the classic example."""
    sheet = make_sheet(load("mazur"), seed=7, ids=numbered(variants), kinds=kinds)
    papers = Papers(sheet, "Backpropagation")
    return sheet, tuple(papers.paper(variant) for variant in sheet)


def pack() -> tuple[Sheet, tuple[Paper, ...]]:
    """A few papers for all that does not need whole packs."""
    return pack_of(KINDS, 6)


@cache
def all_answers() -> Paper:
    """A paper with a field of each sort of answer, one of them very small."""
    paper = pack()[1][0]
    offered = tuple(
        Option(key, math(f"x_{{{key}}}"), key in "ac", "Because." if key == "b" else "") for key in "abcd"
    )
    single = tuple(replace(option, is_right=option.key == "b") for option in offered)
    truth = (Option("true", "True", False, "No."), Option("false", "False", True))
    field = partial(Field, quantity="delta_o1", tex=r"\delta_{o1}", points=2, html="What?")
    small = replace(
        paper.fields[0],
        number="9g",
        value="-0.000035102",
        tolerance="0.000000002",
        replies=(replace(paper.fields[0].replies[0], value="0.000035102", tolerance="0.000000002"),),
    )
    fields = (
        field("9a", answer=Answer.CHOICE, value="b", options=single),
        field("9b", answer=Answer.SEVERAL, value="a,c", options=offered),
        field("9c", answer=Answer.CHOICE, value="false", options=truth),
        field("9d", answer=Answer.ORDER, value="c,a,b", options=offered),
        field("9e", answer=Answer.FORMULA, value="-(target_o1 - out_o1)*out_o1*(1 - out_o1)"),
        field("9f", answer=Answer.TEXT, value=""),
        small,
    )
    question = Question(9, "mixed", "Exercise 9", paper.intro, fields, "<p>Worked.</p>")
    return replace(paper, questions=(question,))


def off(text: str, tolerance: str, times: float) -> str:
    """A number so many tolerances away."""
    return f"{Decimal(text) + Decimal(tolerance) * Decimal(times):f}"


def holder(field: Field, typed: str) -> str:
    """The feedback of the reply whose window holds a number, by exact decimals; "" for none."""
    for reply in field.replies:
        if abs(Decimal(typed) - Decimal(reply.value)) <= Decimal(reply.tolerance):
            return reply.html
    return ""

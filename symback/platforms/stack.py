"""STACK questions for Moodle: one for each paper, a tree of tests for each box, and follow-through.

A tree compares an answer with the key first, then with what follows from the student's own earlier answers,
then with what each mistake makes of these. So each error is punished once. A box that asks for a formula is a
question of its own; other boxes without a number are ordinary questions of Moodle in the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from symback.exercises.model import Answer
from symback.platforms import moodle, stack_formulas
from symback.platforms.follow_through import FollowThrough
from symback.platforms.html import paragraph, table
from symback.platforms.moodle_parts import LONGEST, category, text
from symback.platforms.paper import Field, Paper, Question
from symback.platforms.stack_trees import tree
from symback.platforms.xml import clean, element, leaf

VERSION = "2020120600"
"""The version of STACK whose elements these are; later ones read them."""
MOST_MISTAKES = 25
"""Of a box only so many mistakes are tested for, the nearest ones: each is work for Maxima."""
_SETTINGS = {
    "questionsimplify": "1",
    "assumepositive": "0",
    "assumereal": "0",
    "decimals": ".",
    "multiplicationsign": "dot",
    "sqrtsign": "1",
    "complexno": "i",
    "inversetrig": "cos-1",
    "logicsymbol": "lang",
    "matrixparens": "[",
    "variantsselectionseed": "",
}
_INPUT = {
    "boxsize": "15",
    "strictsyntax": "1",
    "insertstars": "0",
    "syntaxhint": "",
    "syntaxattribute": "0",
    "forbidwords": "",
    "allowwords": "",
    "forbidfloat": "0",
    "requirelowestterms": "0",
    "checkanswertype": "0",
    "mustverify": "0",
    "showvalidation": "0",
    "options": "allowempty",
}


def questions(paper: Paper) -> bytes:
    """A category with the questions of a paper."""
    numeric = [field for field in paper.fields if field.answer is Answer.NUMBER]
    parts = [category(paper)]
    if numeric:
        parts.append(_stack(paper, numeric))
    for exercise in paper.questions:
        for field in exercise.fields:
            if field.answer is Answer.FORMULA and stack_formulas.is_decidable(field):
                parts.append(_formula(paper, exercise, field))
            elif field.answer is not Answer.NUMBER:
                parts += moodle.exercise(paper, replace(exercise, fields=(field,), rows=()))
    return "".join(parts).encode()


def _formula(paper: Paper, exercise: Question, field: Field) -> str:
    """A question that asks for a formula."""
    name = f"{exercise.heading}, {paper.say('box', number=field.number)} ({paper.id})"
    html = exercise.html + stack_formulas.hole(paper, field)
    given = leaf("name", stack_formulas.ANSWER) + leaf("value", stack_formulas.key(field))
    expected = leaf("name", stack_formulas.TREE) + leaf("expectedscore", "1") + leaf("expectedpenalty", "0")
    expected += leaf("expectedanswernote", f"{stack_formulas.TREE}-1-T")
    return _question(
        paper,
        clean(name)[:LONGEST],
        html,
        exercise.solution,
        field.points,
        field.number,
        (
            stack_formulas.entry(paper, field, _INPUT),
            stack_formulas.tree(paper, field),
            element(
                "qtest",
                leaf("testcase", "1") + element("testinput", given) + element("expected", expected),
            ),
        ),
    )


def _stack(paper: Paper, fields: Sequence[Field]) -> str:
    inputs = {field.number: f"ans{place}" for place, field in enumerate(fields, 1)}
    html = paper.intro
    solutions = []
    for exercise in paper.questions:
        holes = tuple(field for field in exercise.fields if field.number in inputs)
        if holes:
            html += _exercise(replace(exercise, fields=holes), inputs, paper.intro)
            solutions.append(exercise.solution)
    follow = FollowThrough(paper, MOST_MISTAKES)
    trees = []
    for place, field in enumerate(fields, 1):
        target = follow.target(field, inputs[field.number])
        trees.append(tree(field, f"prt{place}", inputs[field.number], target, paper.say))
    name = clean(f"{paper.title} ({paper.id})")[:LONGEST]
    points = sum(field.points for field in fields)
    entries = (_input(inputs[field.number], field) for field in fields)
    parts = (*entries, *trees, _test(fields, inputs))
    return _question(paper, name, html, "".join(solutions), points, "stack", parts)


def _question(
    paper: Paper, name: str, html: str, solution: str, points: int, number: str, parts: Iterable[str]
) -> str:
    """A question with all that each has; `parts` are its inputs, trees and tests."""
    inner = (
        element("name", leaf("text", name)),
        text("questiontext", castext(html), paper.picture),
        text("generalfeedback", castext(solution)),
        leaf("defaultgrade", str(points)),
        leaf("penalty", "0"),
        leaf("hidden", "0"),
        leaf("idnumber", f"{paper.checksum}-{number}"),
        element("stackversion", leaf("text", VERSION)),
        element("questionvariables", "<text></text>"),
        element("specificfeedback", "<text></text>", {"format": "html"}),
        element("questionnote", "<text></text>"),
        text("prtcorrect", paper.say("right")),
        text("prtpartiallycorrect", ""),
        text("prtincorrect", ""),
        *(leaf(setting, value) for setting, value in _SETTINGS.items()),
        *parts,
    )
    return element("question", "\n" + "\n".join(inner) + "\n", {"type": "stack"}) + "\n"


def castext(html: str) -> str:
    """HTML in which STACK finds no block and no formula of its own that was not meant."""
    return html.replace("{@", "{ @").replace("{#", "{ #")


def _exercise(exercise: Question, inputs: dict[str, str], intro: str) -> str:
    """The exercise's text without the network, which is told once."""
    html = f"<h4>{exercise.heading}</h4>" + exercise.html.removeprefix(intro)
    if exercise.rows:
        fields = iter(exercise.fields)
        rows = [
            (label, *(_hole(next(fields), inputs) if name else "" for name in row))
            for label, row in zip(exercise.labels, exercise.rows, strict=True)
        ]
        return html + table(exercise.head, rows)
    holes = (paragraph(f"{field.number}) {field.html} {_hole(field, inputs)}") for field in exercise.fields)
    return html + "".join(holes)


def _hole(field: Field, inputs: dict[str, str]) -> str:
    name = inputs[field.number]
    return f"[[input:{name}]] [[validation:{name}]] [[feedback:{name.replace('ans', 'prt')}]]"


def _input(name: str, field: Field) -> str:
    first = leaf("name", name) + leaf("type", "numerical") + leaf("tans", field.value)
    return element("input", first + "".join(leaf(key, value) for key, value in _INPUT.items()))


def _test(fields: Iterable[Field], inputs: dict[str, str]) -> str:
    """A test of the question that STACK can run: the key is right everywhere."""
    given, expected = [], []
    for field in fields:
        name = inputs[field.number]
        given.append(element("testinput", leaf("name", name) + leaf("value", field.value)))
        prt = name.replace("ans", "prt")
        result = leaf("name", prt) + leaf("expectedscore", "1") + leaf("expectedpenalty", "0")
        expected.append(element("expected", result + leaf("expectedanswernote", f"{prt}-0-T")))
    return element("qtest", leaf("testcase", "1") + "".join((*given, *expected)))

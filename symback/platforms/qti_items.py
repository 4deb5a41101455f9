"""Questions -> items of QTI 2.1, with processing that names the mistake behind a wrong number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symback.exercises.model import Answer
from symback.platforms.html import paragraph, table
from symback.platforms.paper import Field, Paper, Question
from symback.platforms.picture import FILE_NAME, PICTURE
from symback.platforms.qti_numbers import Part, numeric
from symback.platforms.xml import element, escaped, quoted

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"


@dataclass(frozen=True, slots=True)
class Item:
    """An item; `identifier` begins with a letter and is unique in its package."""

    identifier: str
    xml: str
    weight: int = 1
    """What the test multiplies its score with: a template of the standard gives 1 for what is right."""


def items(paper: Paper) -> Iterator[Item]:
    """All items of a paper: one for each table, and one for each other box."""
    for exercise in paper.questions:
        if exercise.rows:
            yield _table(paper, exercise)
        else:
            yield from (_box(paper, exercise, field) for field in exercise.fields)


def _table(paper: Paper, exercise: Question) -> Item:
    parts = numeric(exercise.fields, paper.say)
    entries = iter(parts.entries)
    rows = [
        (label, *(next(entries) if name else "" for name in row))
        for label, row in zip(exercise.labels, exercise.rows, strict=True)
    ]
    return _item(
        paper,
        f"exercise-{exercise.number}",
        exercise.heading,
        exercise.html + table(exercise.head, rows),
        parts,
    )


def _box(paper: Paper, exercise: Question, field: Field) -> Item:
    identifier = f"box-{field.number}"
    title = f"{exercise.heading}, {paper.say('box', number=field.number)}"
    html = exercise.html + paragraph(field.html)
    if field.answer is Answer.NUMBER:
        parts = numeric((field,), paper.say)
        return _item(paper, identifier, title, html + paragraph(parts.entries[0]), parts)
    if field.answer in (Answer.CHOICE, Answer.SEVERAL):
        item = _item(paper, identifier, title, html + _choices(field), _choosing(field))
        return replace(item, weight=field.points)
    if field.answer is Answer.ORDER:
        item = _item(paper, identifier, title, html + _ordering(field), _in_order(field))
        return replace(item, weight=field.points)
    essay = '<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="15"/>'
    return _item(paper, identifier, title, html + essay, _written(field), exercise.solution)


def _item(paper: Paper, identifier: str, title: str, html: str, parts: Part, rubric: str = "") -> Item:
    """An item with its parts in the order that the schema asks for."""
    html = html.replace(PICTURE, f"../{FILE_NAME}")
    if rubric:
        html = element("rubricBlock", rubric, {"view": "scorer"}) + html
    attributes = {
        "xmlns": NAMESPACE,
        "identifier": identifier,
        "title": f"{title} ({paper.id})",
        "adaptive": "false",
        "timeDependent": "false",
    }
    inner = (
        parts.responses,
        parts.outcomes,
        element("itemBody", html),
        parts.processing,
        parts.feedback,
    )
    return Item(
        identifier, element("assessmentItem", "\n" + "\n".join(filter(None, inner)) + "\n", attributes)
    )


def _choices(field: Field) -> str:
    most = "1" if field.answer is Answer.CHOICE else "0"
    offered = "".join(
        f"<simpleChoice identifier={quoted(_name(one.key))}>{one.html}</simpleChoice>"
        for one in field.options
    )
    attributes = {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": most}
    return element("choiceInteraction", offered, attributes)


def _ordering(field: Field) -> str:
    offered = "".join(paragraph(f"{escaped(one.key)}) {one.html}") for one in field.options)
    return offered + paragraph('<textEntryInteraction responseIdentifier="RESPONSE" expectedLength="20"/>')


def _choosing(field: Field) -> Part:
    cardinality = "single" if field.answer is Answer.CHOICE else "multiple"
    right = [_name(option.key) for option in field.options if option.is_right]
    return _matched(field, cardinality, "identifier", right)


def _in_order(field: Field) -> Part:
    return _matched(field, "single", "string", [field.value])


def _matched(field: Field, cardinality: str, base: str, right: Iterable[str]) -> Part:
    """What is right where the response is exactly the key: the processing is a template of the standard."""
    values = "".join(f"<value>{escaped(value)}</value>" for value in right)
    attributes = {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": base}
    return Part(
        element("responseDeclaration", element("correctResponse", values), attributes),
        _score(1),
        f"<responseProcessing template={quoted(MATCH)}/>",
    )


def _written(field: Field) -> Part:
    """A person marks it: there is no processing."""
    attributes = {"identifier": "RESPONSE", "cardinality": "single", "baseType": "string"}
    return Part(element("responseDeclaration", "", attributes), _score(field.points), "")


def _score(points: int) -> str:
    attributes = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    return element("outcomeDeclaration", "", {**attributes, "normalMaximum": str(points)})


def _name(key: str) -> str:
    return f"choice-{key}"

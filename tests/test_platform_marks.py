"""Whole packs of 30 papers for each learning platform, answered box by box by independent readers.

In every box the key scores full; each mistake's number has its own feedback and its share; neighbours of the
key and of each mistake's number at three tolerances have nothing, unless another mistake's window holds them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from symback.exercises.model import Answer
from symback.mistakes.workings import Workings
from symback.platforms import cloze, notebook
from symback.platforms.canvas_items import MOST_TYPICAL
from symback.platforms.paper import Field, Reply
from symback.platforms.papers import Papers
from symback.platforms.table import PLATFORMS
from tests import canvas_reader, moodle_reader, notebook_runner, qti_interpreter, stack_evaluator
from tests.platform_packs import DONE_WHEN, OTHERS, VARIANTS, off, pack_of

PACKS = pytest.mark.parametrize("kinds", [DONE_WHEN, OTHERS], ids=["done-when", "others"])
FLOATS = Decimal("2e-14")
"""Numbers nearer than this part of them may be one to a platform."""
Probe = tuple[str, float, Reply | None]
"""A number, the share of the points that it earns, and the mistake that must be named."""


def probes(field: Field, most: int | None = None) -> Iterator[Probe]:
    """Numbers that students may type; `most` where a platform is told only so many mistakes."""
    replies = field.replies[:most]
    windows = [(Decimal(one.value), Decimal(one.tolerance), one) for one in replies]
    windows.sort(key=lambda window: window[0])
    key, width = Decimal(field.value), Decimal(field.tolerance)

    def near(number: Decimal, holders: list[tuple[Decimal, Decimal, Reply]]) -> Probe:
        if abs(number - key) <= width:
            return f"{number:f}", 1, None
        held = next((one for middle, half, one in holders if abs(number - middle) <= half), None)
        return f"{number:f}", 0.5 if held is not None else 0, held

    yield field.value, 1, None
    for times in (1, -1, 3, -3):
        yield near(key + times * width, windows)
    for place, (middle, half, reply) in enumerate(windows):
        yield reply.value, 0.5, reply
        if 3 * half < FLOATS * abs(middle):
            continue  # platforms compute in floats, which cannot tell such neighbours of a huge number
        yield near(middle + 3 * half, windows[place : place + 3])
        yield near(middle - 3 * half, windows[max(place - 2, 0) : place + 1])


def choices(field: Field) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Keys that students may choose, or put in an order, and whether that is right."""
    right = tuple(field.value.split(","))
    yield right, True
    if field.answer is Answer.CHOICE:
        yield from (((one.key,), False) for one in field.options if one.key != field.value)
    elif field.answer is Answer.SEVERAL:
        yield from ((tuple(one for one in right if one != left), False) for left in right if len(right) > 1)
        for one in field.options:
            if one.key not in right:
                yield tuple(sorted((*right, one.key))), False
    else:
        yield right[::-1], False
        yield right[1:], False


@cache
def raw_of(platform: str, kinds: tuple[str, ...]) -> tuple[bytes, ...]:
    """The pack as files."""
    return tuple(raw for _, raw in PLATFORMS[platform].files(pack_of(kinds)[1]))


def fields_of(kinds: tuple[str, ...], *, has_rows: bool | None = None) -> list[Field]:
    """All boxes of the pack."""
    return [
        field
        for paper in pack_of(kinds)[1]
        for question in paper.questions
        if has_rows is None or bool(question.rows) == has_rows
        for field in question.fields
    ]


@PACKS
def test_every_wrong_answer_has_a_window(kinds: tuple[str, ...]) -> None:
    sheet, papers = pack_of(kinds)
    assert len(papers) == VARIANTS
    for paper in papers:
        answers = sheet.plan.answers(sheet[paper.id])
        for question in paper.questions:
            for field in question.fields:
                if field.answer is not Answer.NUMBER or field.quantity not in answers.workings.places:
                    continue
                wrong = {Decimal(one.value) for one in answers.wrongs(field.quantity)}
                width = Decimal(field.tolerance)
                assert {Decimal(one.value) for one in field.replies} == {
                    one for one in wrong if abs(one - Decimal(field.value)) > width
                }
                assert len(field.replies) >= 8


@PACKS
def test_windows_have_no_number_in_common(kinds: tuple[str, ...]) -> None:
    for field in fields_of(kinds):
        if field.answer is Answer.NUMBER:
            windows = [(field.value, field.tolerance), *((one.value, one.tolerance) for one in field.replies)]
            numbers = sorted((Decimal(value), Decimal(width)) for value, width in windows)
            assert all(a + b < c - d for (a, b), (c, d) in pairwise(numbers))


@PACKS
def test_moodle(kinds: tuple[str, ...]) -> None:
    found = [one for raw in raw_of("moodle", kinds) for _, one in moodle_reader.questions(raw)]
    asked = [one for one in found if one.get("type") != "cloze"]
    fields = fields_of(kinds, has_rows=False)
    assert len(asked) == len(fields)
    for question, field in zip(asked, fields, strict=True):
        assert float(question.findtext("defaultgrade") or 0) == field.points
        if field.answer is Answer.NUMBER:
            reader = moodle_reader.numerical(question)
            assert reader.windows[0].fraction == 1
            assert reader.windows[-1].text == "*"
            for typed, share, reply in probes(field):
                credit, feedback = reader.grade(typed)
                assert credit == share, (field.number, typed)
                said = "Right." if share == 1 else reader.windows[-1].feedback
                assert feedback == (reply.html if reply is not None else said), (field.number, typed)
        elif field.options:
            options = {one.html if not field.is_true_or_false else one.key: one for one in field.options}
            reader_of = moodle_reader.short_answer if field.answer is Answer.ORDER else moodle_reader.choices
            texts = {one.key: text for text, one in options.items()}
            answers = reader_of(question)
            for chosen, is_right in choices(field):
                if field.answer is Answer.ORDER:
                    assert answers(",".join(chosen)) == is_right
                    continue
                credit, said = answers([texts[key] for key in chosen])
                assert (credit == 1) == is_right, (field.number, chosen)
                assert 0 <= credit <= 1
                if field.answer is Answer.CHOICE:
                    (option,) = (one for one in field.options if one.key == chosen[0])
                    assert credit == is_right
                    assert said == [option.reply]
        else:
            assert question.get("type") == "essay"


@PACKS
def test_tables_of_moodle(kinds: tuple[str, ...]) -> None:
    found = [one for raw in raw_of("moodle", kinds) for _, one in moodle_reader.questions(raw)]
    texts = [one.findtext("questiontext/text") or "" for one in found if one.get("type") == "cloze"]
    cells = [one for text in texts for one in moodle_reader.cloze(text)]
    fields = fields_of(kinds, has_rows=True)
    assert len(cells) == len(fields) == {DONE_WHEN: 0, OTHERS: 20 * VARIANTS}[kinds]
    for (mark, reader), field in zip(cells, fields, strict=True):
        assert mark == field.points
        for typed, share, reply in probes(field, cloze.MOST_REPLIES):
            credit, feedback = reader.grade(typed)
            assert credit == share, (field.number, typed)
            if reply is not None:
                assert feedback == html.unescape(reply.html)
    for text in texts:  # nothing of a field is left over in the text around it
        rest = re.sub(r"\{\d+:NUMERICAL:.*?(?<!\\)\}", "", text)
        assert "NUMERICAL" not in rest
        assert "%50%" not in rest


@PACKS
def test_qti(kinds: tuple[str, ...]) -> None:
    for raw, paper in zip(raw_of("qti", kinds), pack_of(kinds)[1], strict=True):
        fields = iter(paper.fields)
        for item in qti_interpreter.items(raw):
            for name, base in item.types.items():
                field = next(fields)
                if field.answer is Answer.NUMBER:
                    assert base == "float"
                    check_qti_number(item, name, field)
                elif field.options:
                    for chosen, is_right in choices(field):
                        named = [f"choice-{key}" for key in chosen]
                        several = {Answer.CHOICE: named[0], Answer.SEVERAL: frozenset(named)}
                        response = several.get(field.answer, ",".join(chosen))
                        assert item.answer({name: response})["SCORE"] == is_right
            blank = item.answer({})
            assert blank["SCORE"] == 0
            assert item.feedback(blank) == []
            if item.rules:
                assert item.answer(item.correct)["SCORE"] == item.points
        assert next(fields, None) is None


def check_qti_number(item: qti_interpreter.Item, name: str, field: Field) -> None:
    suffix = name.removeprefix("RESPONSE")
    for typed, share, reply in probes(field):
        outcomes = item.answer({name: float(typed)})
        assert outcomes["SCORE"] == share * field.points, (field.number, typed)
        (shown,) = item.feedback(outcomes)
        if share == 1:
            assert shown == "Right."
        elif reply is not None:
            assert shown == html.unescape(reply.html)
            assert str(outcomes[f"MISTAKE{suffix}"]).endswith(reply.mistakes[0])
        else:
            assert outcomes[f"MISTAKE{suffix}"] == f"unknown{suffix}"


@PACKS
def test_canvas(kinds: tuple[str, ...]) -> None:
    for raw, paper in zip(raw_of("canvas", kinds), pack_of(kinds)[1], strict=True):
        _, found = canvas_reader.quiz(raw)
        for item, field in zip(found, paper.fields, strict=True):
            assert float(item.metadata["points_possible"]) == field.points
            if field.answer is Answer.NUMBER:
                scale = re.search(r"\\\(10\^\{(\d+)\}", item.text)
                power = int(scale.group(1)) if scale else 0
                for typed, share, _ in probes(field):
                    score = item.score(f"{Decimal(typed).scaleb(power):f}")
                    assert score == (100 if share == 1 else 0), (field.number, typed)
                told = item.feedback("general_incorrect_fb")
                assert all(one.html in told for one in field.replies[:MOST_TYPICAL])
            elif field.options:
                names = {one.key: str(1001 + place) for place, one in enumerate(field.options)}
                for chosen, is_right in choices(field):
                    typed = ",".join(chosen)
                    if field.answer is not Answer.ORDER:
                        typed = "+".join(names[key] for key in chosen)
                    assert item.score(typed) == 100 * is_right


def is_own(workings: Workings, fields: Sequence[Field], field: Field, reply: Reply) -> bool:
    """Whether who makes the mistake has all boxes before right: else these are to blame."""
    wrong = workings.with_formulas(reply.formulas)
    if wrong is None or not reply.formulas:
        return False
    before = fields[: fields.index(field)]
    return all(
        abs(wrong.value(one.quantity) - float(one.value)) <= float(one.tolerance)
        for one in before
        if one.quantity != field.quantity
    )


@PACKS
def test_stack(kinds: tuple[str, ...]) -> None:
    sheet, papers = pack_of(kinds)
    named = 0
    for paper in papers:
        workings = sheet.plan.answers(sheet[paper.id]).workings
        ((_, raw),) = PLATFORMS["stack"].files([paper])
        element = next(one for _, one in moodle_reader.questions(raw) if one.get("type") == "stack")
        asked = stack_evaluator.Question(element)
        fields = [field for field in paper.fields if field.answer is Answer.NUMBER]
        values = asked.values({f"ans{place}": one.value for place, one in enumerate(fields, 1)})
        for tree, field in zip(asked.trees, fields, strict=True):
            rights = tree.prepared(values)
            told = {one.feedback for node in tree.nodes.values() for one in node.branches}
            own = [one for one in field.replies if one.html in told and is_own(workings, fields, field, one)]
            assert tree.walked(rights, float(field.value)).score == 1
            assert tree.walked(rights, stack_evaluator.EMPTY) == stack_evaluator.Result(
                0, "", f"{tree.name}-1-T"
            )
            for times in (3, -3):
                typed = off(field.value, field.tolerance, times)
                held = tree.walked(rights, float(typed))
                assert held.score == 0 or held.feedback in {one.html for one in field.replies}
            for reply in own:
                found = tree.walked(rights, float(reply.value))
                assert found.score == 0.5, (field.number, reply.value)
                assert found.feedback == reply.html
                named += 1
    assert named > 1000


@PACKS
def test_notebooks(kinds: tuple[str, ...]) -> None:
    for raw, paper in zip(raw_of("notebook", kinds), pack_of(kinds)[1], strict=True):
        run = notebook_runner.Notebook(raw)
        fields = [field for field in paper.fields if field.answer is Answer.NUMBER]
        columns = [list(probes(field, notebook.MOST_REPLIES)) for field in fields]
        for place in range(max(map(len, columns))):
            chosen = [
                (field, column[place])
                for field, column in zip(fields, columns, strict=True)
                if place < len(column)
            ]
            said = run.said({field.number: typed for field, (typed, _, _) in chosen})
            for field, (typed, share, reply) in chosen:
                expected = "Right." if share == 1 else run.wrong
                if reply is not None:
                    expected = notebook.markdown(reply.html)
                assert said[field.number] == expected, (field.number, typed)


@PACKS
def test_another_sheet_makes_the_same_files(kinds: tuple[str, ...]) -> None:
    sheet, papers = pack_of(kinds)
    alone = replace(sheet, plan=replace(sheet.plan), ids=sheet.ids[-1:])  # it knows nothing of other papers

    paper = Papers(alone, "Backpropagation").paper(alone[alone.ids[0]])
    for platform in PLATFORMS:
        assert platform.piece(paper) == platform.piece(papers[-1]), platform.name
    assert json.loads(raw_of("notebook", kinds)[-1])["metadata"]["symback"]["id"] == paper.id

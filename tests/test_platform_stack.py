"""STACK questions, answered by students who make one mistake and carry on with what they have."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from symback.evaluation import Rounding
from symback.exercises.sheet import Sheet, make_sheet
from symback.expression import Expression, Number
from symback.mistakes.workings import Workings
from symback.network import load, parse
from symback.numbers import fixed, scaled
from symback.platforms.paper import Paper
from symback.platforms.papers import Papers
from symback.platforms.table import PLATFORMS
from tests import moodle_reader
from tests.platform_packs import KINDS, all_answers, pack
from tests.stack_evaluator import Formula, Result, answered, evaluate

MISREAD = ("misplaced-decimal-point", "exchanged-digits", "swapped-digits")
CONSISTENT = "Right for your own numbers before: the mistake was made earlier."


def question(paper: Paper) -> ET.Element:
    ((_, raw),) = PLATFORMS["stack"].files([paper])
    return next(one for _, one in moodle_reader.questions(raw) if one.get("type") == "stack")


def keys(paper: Paper) -> list[str]:
    return [field.value for field in paper.fields]


def results(asked: ET.Element, typed: list[str]) -> list[Result]:
    return list(answered(asked, {f"ans{place}": one for place, one in enumerate(typed, 1)}).values())


def workings(sheet: Sheet, paper: Paper) -> Workings:
    plan = replace(sheet.plan)
    return plan.answers(plan.variant(paper.id)).workings


def typed_with(right: Workings, formulas: Mapping[str, Expression], paper: Paper) -> list[str]:
    """What a student types who uses these formulas, and all that follows from them."""
    wrong = right.with_formulas(formulas)
    assert wrong is not None
    return [
        fixed(scaled(Fraction(wrong.value(field.quantity)), field.decimals), field.decimals)
        for field in paper.fields
    ]


def test_the_tests_of_a_question_say_what_its_trees_give() -> None:
    paper = pack()[1][0]
    asked = question(paper)
    test = asked.find("qtest")
    assert test is not None
    typed = {one.findtext("name") or "": one.findtext("value") or "" for one in test.findall("testinput")}
    found = answered(asked, typed)
    for expected in test.findall("expected"):
        result = found[expected.findtext("name") or ""]
        assert float(expected.findtext("expectedscore") or 0) == result.score
        assert expected.findtext("expectedanswernote") == result.note


def test_each_mistake_is_named_once_and_what_follows_is_right() -> None:
    sheet, papers = pack()
    tried = 0
    for paper in papers[:3]:
        right, asked = workings(sheet, paper), question(paper)
        for box, field in enumerate(paper.fields):
            told = [one.findtext("truefeedback/text") for one in asked.findall("prt")[box].findall("node")]
            for reply in field.replies[:10]:
                if reply.html not in told or reply.mistakes[0] in MISREAD:
                    continue
                typed = typed_with(right, reply.formulas, paper)
                found = results(asked, typed)
                tried += 1
                wrong = [place for place, one in enumerate(typed) if one != keys(paper)[place]]
                assert found[box].score == 0.5
                if wrong[0] == box:
                    assert found[box].feedback == reply.html
                assert all(one.score == 1 for one in found[: wrong[0]])
                assert 0 not in {one.score for one in found}, (field.number, reply.html)
    assert tried > 100


@pytest.mark.parametrize("carry", [None, 4])
def test_any_wrong_number_is_punished_once(carry: int | None) -> None:
    sheet = make_sheet(load("mazur"), seed=3, ids=["a"], kinds=KINDS, rounding=Rounding(carry=carry))
    paper = Papers(sheet, "t").paper(sheet["a"])
    right, asked = workings(sheet, paper), question(paper)
    for quantity in ("net_h1", "out_h2", "delta_o1"):
        typed = typed_with(right, {quantity: Number(Fraction(4321, 10_000))}, paper)
        found = results(asked, typed)
        first = next(place for place, field in enumerate(paper.fields) if field.quantity == quantity)
        for place, (one, field) in enumerate(zip(found, paper.fields, strict=True)):
            if place == first:
                assert one.score == 0
            else:
                assert one.score == 1, (quantity, field.quantity)
                assert one.feedback == ("" if typed[place] == field.value else CONSISTENT)


def test_blanks_and_zeros_leave_later_boxes_alone() -> None:
    paper = pack()[1][0]
    asked, right = question(paper), keys(paper)
    for instead in ("", "0"):
        for box in (0, 9):
            found = results(asked, [instead if place == box else one for place, one in enumerate(right)])
            assert [one.score for one in found] == [float(place != box) for place in range(len(right))]
            assert (found[box].feedback == "") == (instead == "")
    assert {one.score for one in results(asked, [""] * len(right))} == {0}


def test_other_boxes_become_questions_of_moodle() -> None:
    ((_, raw),) = PLATFORMS["stack"].files([all_answers()])
    kinds = [one.get("type") for _, one in moodle_reader.questions(raw)]
    assert kinds == ["stack", "multichoice", "multichoice", "truefalse", "shortanswer", "essay", "essay"]
    assert answered(question(all_answers()), {"ans1": "-0.000035102"})["prt1"].score == 1


def test_the_evaluator_reads_maxima() -> None:
    values = {"a": 2.0, "b": "EMPTYANSWER"}
    assert evaluate("float(1/(1 + exp(-a)))", values) == pytest.approx(0.8807970779778823)
    assert evaluate("if numberp(float(b)) and not(is(float(b)=0.0)) then float(b) else -3.5", values) == -3.5
    assert evaluate("if numberp(float(a)) and not(is(float(a)=0.0)) then float(a) else -3.5", values) == 2
    assert evaluate("float(3*(if a > 3 then 1 else 2) + a^2)", values) == 10


def formulas(paper: Paper) -> list[Formula]:
    ((_, raw),) = PLATFORMS["stack"].files([paper])
    found = [one for _, one in moodle_reader.questions(raw) if one.get("type") == "stack"]
    return [Formula(one) for one in found if one.findtext("input/type") == "algebraic"]


def test_a_formula_is_right_however_it_is_written() -> None:
    sheet = make_sheet(load("mazur"), seed=3, ids=["a"], kinds=["derive"])
    output, hidden = formulas(Papers(sheet, "t").paper(sheet["a"]))
    assert output.is_right(output.key)
    assert output.is_right("delta_o1*out_h1")
    assert output.is_right("(out_o1 - target_o1)*(out_o1 - out_o1^2)*out_h1")
    assert output.is_right("(out_o1 - target_o1)*exp(-net_o1)/(1 + exp(-net_o1))^2*out_h1")
    for wrong in ("delta_o1", "delta_o1*out_h2", "-delta_o1*out_h1", "(target_o1 - out_o1)*out_h1", "0"):
        assert not output.is_right(wrong), wrong
    assert hidden.is_right(hidden.key)
    assert hidden.is_right("delta_h2*i2")
    assert hidden.is_right("w6*delta_o1*out_h2*(1 - out_h2)*i2 + w8*delta_o2*out_h2*(1 - out_h2)*i2")
    for wrong in ("delta_h2", "delta_h2*i1", "(delta_o1*w7 + delta_o2*w8)*out_h2*(1 - out_h2)*i2"):
        assert not hidden.is_right(wrong), wrong


def test_formulas_that_maxima_cannot_decide_stay_with_a_person() -> None:
    text = load("mazur").text.replace('"logistic"', '"relu"')
    sheet = make_sheet(parse(text, "relu.toml"), seed=3, ids=["a"], kinds=["derive"])
    paper = Papers(sheet, "t").paper(sheet["a"])
    assert formulas(paper) == []
    ((_, raw),) = PLATFORMS["stack"].files([paper])
    assert [one.get("type") for _, one in moodle_reader.questions(raw)] == ["essay", "essay"]

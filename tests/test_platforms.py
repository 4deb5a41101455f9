"""Files for learning platforms, read by independent readers that answer as students would."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice, pairwise

import pytest

from symback.errors import UnknownName
from symback.exercises.model import Answer
from symback.platforms.bundles import Bundle
from symback.platforms.cloze import MOST_REPLIES
from symback.platforms.html import plain
from symback.platforms.paper import Field, Paper
from symback.platforms.table import PLATFORMS, files_of
from symback.platforms.windows import windows
from symback.render import languages, phrases
from tests import canvas_reader, moodle_reader, qti_interpreter
from tests.platform_packs import NASTY, all_answers, holder, off, pack
from tests.tools import CHECKOUT


def probes(field: Field, most: int | None = None) -> Iterator[tuple[str, float, str]]:
    """Numbers that a student may type, the share of points that each earns, and what must be said to it.

    The key, each mistake's number, and the neighbours of both at three tolerances.
    """
    yield field.value, 1, "Right."
    for side in (1, -1):
        yield off(field.value, field.tolerance, side), 1, "Right."
        yield off(field.value, field.tolerance, 3 * side), 0, ""
    for reply in islice(field.replies, most):
        yield reply.value, 0.5, reply.html
        near = off(reply.value, reply.tolerance, 3)
        said = holder(field, near)
        if abs(Decimal(near) - Decimal(field.value)) > Decimal(field.tolerance):
            yield near, 0.5 if said else 0, said


def some(place: int) -> int | None:
    """All mistakes of the first papers, the nearest of the others."""
    return None if place < 2 else 6


def single_fields(paper: Paper) -> list[Field]:
    return [field for question in paper.questions if not question.rows for field in question.fields]


def cells(paper: Paper) -> list[Field]:
    return [field for question in paper.questions if question.rows for field in question.fields]


def test_every_wrong_answer_has_a_window() -> None:
    sheet, papers = pack()
    for identity, paper in list(zip(sheet.ids, papers, strict=True))[:2]:
        plan = replace(sheet.plan)  # another one, that knows nothing of other papers
        answers = plan.answers(plan.variant(identity))
        for field in paper.fields:
            wrong = {Decimal(one.value) for one in answers.wrongs(field.quantity)}
            seen = {one for one in wrong if abs(one - Decimal(field.value)) > Decimal(field.tolerance)}
            assert {Decimal(reply.value) for reply in field.replies} == seen
            assert len(seen) > 10


def test_windows_have_no_number_in_common() -> None:
    for paper in pack()[1]:
        for field in paper.fields:
            middle = [(Decimal(field.value), Decimal(field.tolerance))]
            middle += [(Decimal(one.value), Decimal(one.tolerance)) for one in field.replies]
            middle.sort()
            for (a, b), (c, d) in pairwise(middle):
                assert a + b < c - d


def test_near_numbers_share_the_room_between_them() -> None:
    found = windows(
        "0.5", "0.1", [("0.7", "a"), ("0.71", "b"), ("0.55", "in the key's"), ("0.70", "c"), ("9", "d")]
    )
    assert [(one.value, one.said) for one in found] == [("0.7", ("a", "c")), ("0.71", ("b",)), ("9", ("d",))]
    assert [one.tolerance for one in found] == ["0.004", "0.004", "0.1"]


def test_moodle_numerical_questions_grade_each_number() -> None:
    papers = pack()[1]
    (_, raw), *rest = PLATFORMS["moodle"].files(papers)
    raws = [raw, *(other for _, other in rest)]
    found = [one for part in raws for one in moodle_reader.questions(part)]
    asked = [question for _, question in found if question.get("type") == "numerical"]
    fields = [(place, field) for place, paper in enumerate(papers) for field in single_fields(paper)]
    assert len(asked) == len(fields) == 30 * len(single_fields(papers[0]))
    for question, (place, field) in zip(asked, fields, strict=True):
        reader = moodle_reader.numerical(question)
        assert reader.windows[0].fraction == 1
        assert reader.windows[-1].text == "*"
        for typed, share, said in probes(field, some(place)):
            credit, feedback = reader.grade(typed)
            assert credit == share, (field.number, typed)
            assert feedback == (said or reader.windows[-1].feedback), (field.number, typed)


def test_cells_of_moodle_tables_grade_each_number() -> None:
    papers = pack()[1]
    found = [one for _, raw in PLATFORMS["moodle"].files(papers) for one in moodle_reader.questions(raw)]
    texts = [one.findtext("questiontext/text") or "" for _, one in found if one.get("type") == "cloze"]
    fields = [one for text in texts for one in moodle_reader.cloze(text)]
    expected = [(place, field) for place, paper in enumerate(papers) for field in cells(paper)]
    assert len(fields) == len(expected) > 200
    for (mark, reader), (place, field) in zip(fields, expected, strict=True):
        assert mark == field.points
        told = replace(field, replies=field.replies[:MOST_REPLIES])
        for typed, share, said in probes(told, some(place)):
            credit, feedback = reader.grade(typed)
            assert credit == share, (field.number, typed)
            if said:
                assert feedback == html.unescape(said)
    # Nothing of a field is left over in the text around it.
    for text in texts:
        rest = re.sub(r"\{\d+:NUMERICAL:.*?(?<!\\)\}", "", text)
        assert "NUMERICAL" not in rest
        assert "%50%" not in rest


def test_qti_items_name_each_mistake() -> None:
    for place, paper in enumerate(pack()[1]):
        if place % 5:
            continue
        ((_, raw),) = PLATFORMS["qti"].files([paper])
        found = list(qti_interpreter.items(raw))
        fields = iter(paper.fields)
        for item in found:
            for name in item.types:
                field = next(fields)
                suffix = name.removeprefix("RESPONSE")
                for typed, share, said in probes(field, some(place // 5 + 1)):
                    outcomes = item.answer({name: float(typed)})
                    assert outcomes["SCORE"] == share * field.points, (field.number, typed)
                    shown = item.feedback(outcomes)
                    assert len(shown) == 1
                    if said:
                        assert shown[0] == html.unescape(said)
                    else:
                        assert outcomes[f"MISTAKE{suffix}"] == "unknown"
            blank = item.answer({})
            assert blank["SCORE"] == 0
            assert item.feedback(blank) == []
            right = item.answer(item.correct)
            assert right["SCORE"] == item.points


def test_canvas_accepts_the_key_and_nothing_beside_it() -> None:
    for paper in pack()[1]:
        ((_, raw),) = PLATFORMS["canvas"].files([paper])
        _, found = canvas_reader.quiz(raw)
        assert len(found) == len(paper.fields)
        for item, field in zip(found, paper.fields, strict=True):
            assert float(item.metadata["points_possible"]) == field.points
            scale = re.search(r"\\\(10\^\{(\d+)\}", item.text)
            power = int(scale.group(1)) if scale else 0
            for typed, share, _ in probes(field, 3):
                assert item.score(f"{Decimal(typed).scaleb(power):f}") == (100 if share == 1 else 0)


def test_small_numbers_are_scaled_for_canvas() -> None:
    paper = all_answers()
    ((_, raw),) = PLATFORMS["canvas"].files([paper])
    item = canvas_reader.quiz(raw)[1][-1]
    assert r"10^{5} \cdot" in item.text
    assert "10 to the power of 5" in item.text
    assert "0.0002" in item.text  # the tolerance of the number that is asked for
    assert item.score("-3.5102") == 100
    assert item.score("-3.5104") == 100
    assert item.score("-3.5105") == item.score("-0.000035102") == item.score("3.5102") == 0


def test_moodle_asks_other_questions() -> None:
    ((_, raw),) = PLATFORMS["moodle"].files([all_answers()])
    found = {one.findtext("idnumber", "").rpartition("-")[2]: one for _, one in moodle_reader.questions(raw)}
    kinds = [one.get("type") for one in found.values()]
    assert kinds == ["multichoice", "multichoice", "truefalse", "shortanswer", "essay", "essay", "numerical"]
    for number, single in (("9a", "true"), ("9b", "false")):
        assert found[number].findtext("single") == single
        assert found[number].findtext("shuffleanswers") == "true"
        fractions = [float(one.get("fraction", "")) for one in found[number].findall("answer")]
        assert sum(fraction for fraction in fractions if fraction > 0) == 100
        assert all(
            any(abs(abs(one) / 100 - known) < 1e-5 for known in moodle_reader.LISTED) for one in fractions
        )
    truth = {one.findtext("text"): one.get("fraction") for one in found["9c"].findall("answer")}
    assert truth == {"true": "0", "false": "100"}
    assert found["9d"].findtext("answer/text") == "c,a,b"
    assert "target_o1" in html.unescape(found["9e"].findtext("graderinfo/text") or "")
    assert "Worked." in (found["9e"].findtext("graderinfo/text") or "")


def test_qti_asks_other_questions() -> None:
    ((_, raw),) = PLATFORMS["qti"].files([all_answers()])
    single, several, truth, order, formula, text, _ = qti_interpreter.items(raw)
    assert single.answer({"RESPONSE": "choice-b"})["SCORE"] == 1
    assert single.answer({"RESPONSE": "choice-a"})["SCORE"] == 0
    assert several.answer({"RESPONSE": frozenset({"choice-a", "choice-c"})})["SCORE"] == 1
    assert several.answer({"RESPONSE": frozenset({"choice-a"})})["SCORE"] == 0
    assert truth.answer({"RESPONSE": "choice-false"})["SCORE"] == 1
    assert order.answer({"RESPONSE": "c,a,b"})["SCORE"] == 1
    for item in (formula, text):
        assert item.root.find(f".//{qti_interpreter.QTI}extendedTextInteraction") is not None
        assert item.root.find(f"{qti_interpreter.QTI}responseProcessing") is None


def test_canvas_asks_other_questions() -> None:
    ((_, raw),) = PLATFORMS["canvas"].files([all_answers()])
    found = canvas_reader.quiz(raw)[1]
    kinds = [item.metadata["question_type"].removesuffix("_question") for item in found]
    assert kinds == [
        "multiple_choice", "multiple_answers", "true_false", "short_answer", "essay", "essay", "numerical",
    ]  # fmt: skip
    single, several, truth, order = found[:4]
    assert [single.score(one) for one in ("1001", "1002")] == [0, 100]
    assert [several.score(one) for one in ("1001", "1001+1003", "1001+1002+1003")] == [0, 100, 0]
    assert [truth.score(one) for one in ("1001", "1002")] == [0, 100]
    assert order.score("c,a,b") == 100
    assert single.feedback("1002_fb") == "Because."


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_come_back_unchanged(text: str) -> None:
    paper = replace(all_answers(), id=text, title=f"T {text}")
    ((_, raw),) = PLATFORMS["moodle"].files([paper])
    path, question = moodle_reader.questions(raw)[0]
    assert moodle_reader.category_names(path) == ["$course$", "top", f"T {text}", text]
    assert (question.findtext("name/text") or "").endswith(f"({text})")
    ((name, raw),) = PLATFORMS["qti"].files([paper])
    assert re.fullmatch(r"qti/0001[\w.-]*\.zip", name, re.ASCII)
    item = next(qti_interpreter.items(raw))
    assert item.root.get("title", "").endswith(f"({text})")
    ((name, raw),) = PLATFORMS["canvas"].files([paper])
    assert re.fullmatch(r"canvas/0001[\w.-]*\.zip", name, re.ASCII)
    assert canvas_reader.quiz(raw)[0] == f"T {text} ({text})"
    ((_, raw),) = PLATFORMS["stack"].files([replace(paper, questions=pack()[1][0].questions[:1])])
    path, question = moodle_reader.questions(raw)[0]
    assert moodle_reader.category_names(path)[-1] == text
    assert question.findtext("name/text") == f"T {text} ({text})"


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_mean_nothing_inside_of_pages(text: str) -> None:
    escaped = plain(text)
    assert not set(
        html.unescape(re.sub(r"&#\d+;", "", escaped.partition(">")[2].removesuffix("</span>")))
    ) & set("<>&{}[]#~$@\\`'\"")
    assert "".join(ET.fromstring(escaped).itertext()) == text


def test_what_xml_cannot_hold_is_replaced() -> None:
    paper = replace(all_answers(), id="a\x00b\x1bc\ud800d\uffffe\rf")
    for platform in PLATFORMS:
        assert list(platform.files([paper]))
    ((_, raw),) = PLATFORMS["moodle"].files([paper])
    assert moodle_reader.category_names(moodle_reader.questions(raw)[0][0])[-1] == "a�b�c�d�e\rf"


def test_files_are_the_same_on_every_run() -> None:
    sheet, _ = pack()
    few = replace(sheet, ids=sheet.ids[:2])
    for platform in PLATFORMS:
        assert list(files_of(few, platform.name)) == list(files_of(few, platform.name))


def test_an_unknown_platform_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'moodle'"):
        files_of(pack()[0], "moodel")


def test_papers_are_taken_one_after_another() -> None:
    taken = []

    def papers() -> Iterator[Paper]:
        for paper in pack()[1]:
            taken.append(paper)
            yield paper

    for platform in ("qti", "canvas"):
        taken.clear()
        next(PLATFORMS[platform].files(papers()))
        assert len(taken) == 1


def test_many_papers_make_several_files() -> None:
    paper = all_answers()
    bundle = Bundle("moodle", lambda paper: "<question/>", largest=25)
    content = bundle.content(paper)
    found = [file for _ in range(5) for file in bundle.take(paper.id, content)] + list(bundle.end())
    assert [name for name, _ in found] == ["moodle.xml", "moodle-2.xml", "moodle-3.xml"]
    assert [len(ET.fromstring(raw)) for _, raw in found] == [2, 2, 1]


def test_several_platforms_share_the_papers() -> None:
    sheet, _ = pack()
    few = replace(sheet, ids=sheet.ids[:2])
    found = dict(files_of(few, "qti", "canvas", "moodle"))
    assert list(found) == [
        "qti/0001-1.zip", "canvas/0001-1.zip", "qti/0002-2.zip", "canvas/0002-2.zip", "moodle.xml",
    ]  # fmt: skip
    assert found["moodle.xml"] == dict(files_of(few, "moodle"))["moodle.xml"]


def test_every_language_has_all_phrases() -> None:
    folder = CHECKOUT / "templates/sheets"
    found = {
        path.parent.name: phrases("platforms", path.parent.name, "sheets")
        for path in folder.glob("*/platforms.j2")
    }
    assert {"en", "de", *languages()} == set(found)
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("language", languages())
def test_questions_in_every_language(language: str) -> None:
    sheet, _ = pack()
    few = replace(sheet, ids=sheet.ids[:1])
    words = {"en": ("Compute", "Exercise 1: "), "de": ("Berechnen Sie", "Aufgabe 1: ")}
    asked, named = words[language]
    ((_, raw),) = files_of(few, "moodle", language=language)
    question = moodle_reader.questions(raw)[0][1]
    assert asked in (question.findtext("questiontext/text") or "")
    assert (question.findtext("name/text") or "").startswith(named)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownName, match="Unknown language 'xx'"):
        files_of(pack()[0], "moodle", language="xx")


def test_formulas_have_their_key_for_the_marker() -> None:
    field = next(field for field in all_answers().fields if field.answer is Answer.FORMULA)
    assert html.unescape(field.value_html) == field.value

"""Files for learning platforms, read by independent readers that answer as students would."""

from __future__ import annotations

import html
import pickle
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace

import pytest

from symback.errors import UnknownName
from symback.exercises.model import Answer
from symback.platforms.bundles import Bundle
from symback.platforms.cloze import escaped
from symback.platforms.html import plain
from symback.platforms.paper import Paper
from symback.platforms.table import PLATFORMS, PlatformFiles, files_of
from symback.platforms.windows import windows
from symback.platforms.xml import cdata
from symback.render import languages, phrases
from tests import canvas_reader, moodle_reader, qti_interpreter
from tests.platform_packs import NASTY, all_answers, pack
from tests.tools import CHECKOUT


def test_near_numbers_share_the_room_between_them() -> None:
    found = windows(
        "0.5", "0.1", [("0.7", "a"), ("0.71", "b"), ("0.55", "in the key's"), ("0.70", "c"), ("9", "d")]
    )
    assert [(one.value, one.said) for one in found] == [("0.7", ("a", "c")), ("0.71", ("b",)), ("9", ("d",))]
    assert [one.tolerance for one in found] == ["0.004", "0.004", "0.1"]


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
    shown = plain(text)
    assert not set(
        html.unescape(re.sub(r"&#\d+;", "", shown.partition(">")[2].removesuffix("</span>")))
    ) & set("<>&{}[]#~$@\\`'\"")
    assert "".join(ET.fromstring(shown).itertext()) == text


FEEDBACK = (
    r"\(\frac{w_{6}}{\mathrm{net}_{o1}}\) } and \} {",
    "# \\# ## 50% %50% =1:2",
    "a &lt; b &amp; c &#60;b&#62; ]]&gt; ]]",
    "\\(x\\\\[4pt] y\\)",
)


@pytest.mark.parametrize("said", FEEDBACK)
def test_nasty_feedback_stays_whole(said: str) -> None:
    paper = pack()[1][0]
    question = next(question for question in paper.questions if question.rows)
    first, *others = question.fields
    reply = replace(first.replies[0], html=said)
    fields = (replace(first, replies=(reply, *first.replies[1:])), *others)
    changed = replace(paper, questions=(replace(question, fields=fields),))
    ((_, raw),) = PLATFORMS["moodle"].files([changed])
    text = moodle_reader.questions(raw)[0][1].findtext("questiontext/text") or ""
    found = moodle_reader.cloze(text)
    assert len(found) == len(fields)
    assert found[0][1].grade(reply.value) == (0.5, html.unescape(said))
    assert found[0][1].grade(first.replies[1].value) == (0.5, html.unescape(first.replies[1].html))


def test_a_tilde_of_tex_becomes_another_space() -> None:
    assert escaped(r"\(a~b\)") == r"\(a\ b\)"
    assert escaped("ends in \\") == "ends in \\ "


@pytest.mark.parametrize("text", ["]]>", "a]]>b]]>", "]]]]>>", "<![CDATA[x]]>", "&amp; < >"])
def test_markup_is_set_apart(text: str) -> None:
    assert ET.fromstring(f"<text>{cdata(text)}</text>").text == text


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
    bundle = Bundle("moodle", largest=25)
    found = [file for _ in range(5) for file in bundle.add("a", b"<question/>")] + list(bundle.end())
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
    feedback = moodle_reader.numerical(question).windows[1].feedback
    assert (" was " in feedback) == (language == "en")


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownName, match="Unknown language 'xx'"):
        files_of(pack()[0], "moodle", language="xx")


def test_formulas_have_their_key_for_the_marker() -> None:
    field = next(field for field in all_answers().fields if field.answer is Answer.FORMULA)
    assert html.unescape(field.value_html) == field.value


def test_the_makers_of_files_go_to_other_processes() -> None:
    sheet, _ = pack()
    begun = pickle.dumps(PlatformFiles(sheet, ("moodle", "qti")).remake)
    maker = pickle.loads(begun)(sheet)  # noqa: S301 - our own bytes
    contents = maker.contents(sheet[sheet.ids[0]])
    assert [type(content) for content in contents] == [bytes, bytes]
    here = PlatformFiles(sheet, ("moodle", "qti"))
    found = dict([*here.take("1", contents), *here.end()])
    assert list(found) == ["qti/0001-1.zip", "moodle.xml"]
    one = replace(sheet, ids=sheet.ids[:1])
    assert found == dict(files_of(one, "moodle", "qti"))


def test_pages_have_all_markup_that_sheets_ask_for() -> None:
    folder = CHECKOUT / "templates/sheets"
    texts = [
        path.read_text(encoding="utf-8") for path in (*folder.glob("*/tasks.j2"), *folder.glob("*/words.j2"))
    ]
    asked = {name for text in texts for name in re.findall(r"\bf\.(\w+)\(", text)}
    made = set(re.findall(r"<% macro (\w+)\(", (folder / "formats/platform.j2").read_text(encoding="utf-8")))
    assert asked <= made

"""The kinds of exercises: each on a network that fits, with keys checked by hand or by the prover."""

from __future__ import annotations

import re
import sys
from fractions import Fraction

import pytest

from symback.claims.verify import verify
from symback.errors import RequestError, UnknownName
from symback.exercises.ids import check_ids
from symback.exercises.kinds import KINDS
from symback.exercises.model import Answer, Exercise, Variant
from symback.exercises.report import Report
from symback.exercises.sheet import Sheet, chosen_ids, make_sheet, numbered
from symback.network import built_in_names, load
from symback.numbers import fixed, rounded_float, scaled
from symback.papers.reporting import reported
from tests.invoke import command


def made(kind: str, name: str = "mazur", count: int = 1) -> tuple[Sheet, list[Variant]]:
    found = make_sheet(load(name), seed=3, ids=numbered(count), kinds=[kind])
    return found, list(found)


def exercise(kind: str, name: str = "mazur") -> Exercise:
    return made(kind, name)[1][0].exercises[0]


@pytest.mark.parametrize("kind", KINDS.names())
def test_a_kind_has_boxes_with_keys(kind: str) -> None:
    for variant in made(kind, count=3)[1]:
        numbers = [box.number for box in variant.boxes]
        assert len(set(numbers)) == len(numbers) > 0
        assert all(re.fullmatch(r"[1-9][0-9]*[a-z]+", number) for number in numbers)
        assert variant.points == sum(box.points for box in variant.boxes) > 0
        for box in variant.boxes:
            if box.answer is Answer.NUMBER:
                assert re.fullmatch(r"-?\d+\.\d{9}", box.value)
                assert box.tolerance == "0.000000002"
            elif box.answer is Answer.TEXT:
                assert box.value == ""
            elif box.answer is not Answer.FORMULA:
                keys = [choice.key for choice in box.choices]
                assert len(set(keys)) == len(keys) > 1
                right = {choice.key for choice in box.choices if choice.is_right}
                assert set(box.value.split(",")) == right
                if box.answer is Answer.CHOICE:
                    assert len(right) == 1


@pytest.mark.parametrize("name", ["xor", "softmax", "lstm", "convolution", "adam", "embedding"])
def test_most_kinds_fit_any_network(name: str) -> None:
    for kind in ("forward", "loss", "delta", "gradient", "update", "multiple-choice", "true-false"):
        assert made(kind, name)[1][0].points


def test_a_kind_with_nothing_to_ask_says_what_it_needs() -> None:
    with pytest.raises(RequestError, match="'shapes' in attention: it needs dense layers alone"):
        made("shapes", "attention")


def test_the_key_of_order_is_the_chain_rule() -> None:
    (box,) = exercise("order").boxes
    assert [choice.quantity for choice in box.right] == [
        "dE_total/dout_h2",
        "dout_h2/dnet_h2",
        "dnet_h2/dw4",
    ]
    assert len(box.choices) == 4


def test_paths_are_the_weights_that_the_error_crosses() -> None:
    (box,) = exercise("paths").boxes
    assert [choice.quantity for choice in box.right] == ["w6", "w8"]
    assert len(box.choices) == 8


def test_shapes_are_rows_and_columns() -> None:
    found = exercise("shapes", "softmax")
    shapes = {box.quantity: box.right[0].word for box in found.boxes}
    assert shapes["W^1"] == "2 x 2"
    assert shapes["W^2"] == "3 x 2"


def test_the_diagram_is_read_by_rows_and_columns() -> None:
    found = exercise("read-diagram")
    ends = found.facts["ends"]
    assert isinstance(ends, dict)
    assert {box.quantity: ends[box.number] for box in found.boxes} == {"w3": ("i1", "h2"), "w6": ("h2", "o1")}


def test_the_keys_of_derive_are_proved() -> None:
    for box in exercise("derive").boxes:
        (verdict,) = verify([f"{box.quantity} = {box.value}"], network=load("mazur")).claims
        assert verdict.verdict == "proved"


def test_signs_are_those_of_the_update() -> None:
    sheet, variants = made("sign-only", count=5)
    for variant in variants:
        answers = sheet.plan.answers(variant)
        for box in variant.boxes:
            before = float(variant.numbers[box.quantity.removesuffix("+")])
            after = answers.value(box.quantity).number
            assert box.value == ("up" if after > before else "down")


def test_every_distractor_is_the_number_of_a_mistake() -> None:
    for variant in made("multiple-choice", count=5)[1]:
        for box in variant.boxes:
            wrong = [choice for choice in box.choices if not choice.is_right]
            assert len(wrong) == 3
            assert all(choice.wrong is not None and choice.wrong.value == choice.value for choice in wrong)
            assert len({choice.value for choice in box.choices}) == 4


def test_places_of_right_choices_vary() -> None:
    keys = [box.value for variant in made("multiple-choice", count=12)[1] for box in variant.boxes]
    assert {"a", "b", "c", "d"} == set(keys)
    stated = [box.value for variant in made("true-false", count=12)[1] for box in variant.boxes]
    assert 0.25 < stated.count("true") / len(stated) < 0.75


@pytest.mark.parametrize("name", ["mazur", "xor", "two-hidden"])
def test_exactly_one_line_has_the_slip_and_all_others_follow(name: str) -> None:
    sheet, variants = made("find-the-slip", name, count=5)
    planted = set()
    for variant in variants:
        (found,) = variant.exercises
        wrong = [line for line in found.lines if line.is_wrong]
        assert len(wrong) == 1
        assert found.mistake is not None
        planted.add(found.mistake.identifier)
        where, what = found.boxes
        assert where.right[0].quantity == wrong[0].quantity == where.quantity
        assert what.right[0].mistake is found.mistake
        right = sheet.plan.setting.workings.formulas
        shown = {line.quantity: line.value for line in found.lines}
        for line in found.lines:
            assert (line.formula != right[line.quantity]) == line.is_wrong
            assert all(shown.get(name, text) == text for name, text in line.numbers.items())
    assert len(planted) > 1


# --- ids ---------------------------------------------------------------------------------------------------


def test_two_students_with_one_id_are_refused() -> None:
    with pytest.raises(RequestError, match="students 1 and 3 have one id: 'a'"):
        check_ids(["a", "b", "a"])


@pytest.mark.parametrize(
    ("ids", "message"), [([], "is empty"), ([""], "has no id"), (["a\nb"], "be printed")]
)
def test_other_lists_that_are_refused(ids: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        check_ids(ids)


@pytest.mark.parametrize("count", [0, 10_000_001])
def test_how_many_papers_there_may_be(count: int) -> None:
    with pytest.raises(RequestError, match="from 1 to 10,000,000"):
        chosen_ids(count, None)


def test_a_list_decides_how_many() -> None:
    assert chosen_ids(2, ["a", "b"]) == ("a", "b")
    with pytest.raises(RequestError, match="leave that out"):
        chosen_ids(3, ["a", "b"])


def test_unknown_kinds_are_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'gradient'"):
        make_sheet(load("mazur"), seed=1, ids=["1"], kinds=["gradiant"])
    with pytest.raises(RequestError, match="named twice"):
        make_sheet(load("mazur"), seed=1, ids=["1"], kinds=["delta", "delta"])


def test_the_help_names_every_kind() -> None:
    text = " ".join(command("sheet", "--help").text.split())
    assert ", ".join(KINDS.names()) in text


def test_every_built_in_network_has_a_sheet() -> None:
    for name in built_in_names():
        found = make_sheet(load(name), seed=1, ids=["1"], kinds=["forward", "gradient"])
        assert found.plan.tasks


@pytest.mark.parametrize(
    "number", [0.0009765625, -0.0009765625, -1e-12, 0.1, 123456789.5, 2.0**60, -7.25, 0.0]
)
@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_floats_are_rounded_by_their_exact_value(number: float, decimals: int) -> None:
    assert rounded_float(number, decimals) == fixed(scaled(Fraction(number), decimals), decimals)


def test_a_million_ids_take_no_room() -> None:
    ids = numbered(1_000_000)
    assert (len(ids), ids[0], ids[-1], ids[5:8]) == (1_000_000, "1", "1000000", ("6", "7", "8"))
    assert numbered(3) == ("1", "2", "3")
    assert all(one in ids for one in ("1", "70", "1000000"))
    assert not any(one in ids for one in ("0", "01", "1000001", "x", "", "\u0661", 7))
    assert sys.getsizeof(ids) < 1000


def test_reports_keep_the_keys_of_the_first_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symback.exercises.report.MOST_KEPT", 3)
    sheet = make_sheet(load("mazur"), seed=1, ids=numbered(5), kinds=["delta"])
    report = Report(sheet)
    variants = list(sheet)
    for variant in [*variants, variants[0]]:
        report.add(variant)
    assert (report.count, report.kept, report.duplicates) == (6, 3, 2)
    box = report.boxes["1a"]
    assert box.keys.total() == 3
    assert box.low == min(float(variant.box("1a").value) for variant in variants)
    assert "those of the first 3 papers" in reported(report, "en")

"""What a careful person would give: planted cases, and what each must earn, box by box, decided by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import pytest

from symback.grading import agreeing, habits, marking, run
from symback.grading.explaining import Explainer
from symback.grading.points import Points
from symback.grading.statuses import DEFAULT_SHARES, Status
from tests.class_by_hand import BOXES, STEPS, answers, graded, rounded, squash, work

ALL = tuple(BOXES.values())
FORWARD_H1 = "1a 1b 1e 1f 1g 1h 2a 2b 2c"
"""What depends on net_h1 going forward."""
AFTER = "3a 3b 3c 3d 4a 4b 4c 4d 4e 4f 4g 4h 5a 5b 5c 5d 5e 5f 5g 5h"
"""All that comes after the errors."""


def expected(**boxes: str) -> dict[str, Status]:
    """The status of each box: `mistake="1a", follow_through="1b 1c"`; all others are right."""
    found = dict.fromkeys(ALL, Status.RIGHT)
    for name, numbers in boxes.items():
        for number in numbers.split():
            found[number] = Status(name.replace("_", "-"))
    return found


@dataclass(frozen=True)
class Case:
    """What a student did, and what it must earn."""

    handed: Mapping[str, str]
    statuses: Mapping[str, Status]
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """The mistake that must be named, by box."""


def truncated(value: float) -> str:
    whole = math.trunc(value * 10**9)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 10**9}.{abs(whole) % 10**9:09d}"


def cut(*edges: tuple[str, str]) -> dict[str, str]:
    """The right answers with some replaced."""
    return {**answers(work()), **dict(edges)}


def right_with(values: Mapping[str, float]) -> dict[str, str]:
    """The right answers with other numbers for some quantities, from which nothing follows."""
    return answers({**work(), **values})


RIGHT = work()
NO_BIAS = {
    "net_h1": lambda v: v["w1"] * v["i1"] + v["w2"] * v["i2"],
    "net_h2": lambda v: v["w3"] * v["i1"] + v["w4"] * v["i2"],
}
ASCENT = {f"w{n}+": lambda v, n=n: v[f"w{n}"] + v["eta"] * v[f"dE_total/dw{n}"] for n in range(1, 9)}
BACK_TRANSPOSED = {
    "delta_h1": lambda v: (
        (v["delta_o1"] * v["w5"] + v["delta_o2"] * v["w6"]) * v["out_h1"] * (1 - v["out_h1"])
    ),
    "delta_h2": lambda v: (
        (v["delta_o1"] * v["w7"] + v["delta_o2"] * v["w8"]) * v["out_h2"] * (1 - v["out_h2"])
    ),
}
AT_NET = {
    f"delta_{o}": lambda v, o=o: (v[f"out_{o}"] - v[f"target_{o}"]) * v[f"net_{o}"] * (1 - v[f"net_{o}"])
    for o in ("o1", "o2")
}
NO_SLOPE = {f"delta_{o}": lambda v, o=o: v[f"out_{o}"] - v[f"target_{o}"] for o in ("o1", "o2")}
SIGN_AT_O1 = {"delta_o1": lambda v: (v["target_o1"] - v["out_o1"]) * v["out_o1"] * (1 - v["out_o1"])}
ROUGH = {
    "delta_o1": lambda v: round(v["out_o1"] - v["target_o1"], 5) * round(v["out_o1"] * (1 - v["out_o1"]), 5)
}
NEW_WEIGHTS = {
    "delta_h1": lambda v: (
        (
            v["delta_o1"] * (v["w5"] - v["eta"] * v["delta_o1"] * v["out_h1"])
            + v["delta_o2"] * (v["w7"] - v["eta"] * v["delta_o2"] * v["out_h1"])
        )
        * v["out_h1"]
        * (1 - v["out_h1"])
    ),
    "delta_h2": lambda v: (
        (
            v["delta_o1"] * (v["w6"] - v["eta"] * v["delta_o1"] * v["out_h2"])
            + v["delta_o2"] * (v["w8"] - v["eta"] * v["delta_o2"] * v["out_h2"])
        )
        * v["out_h2"]
        * (1 - v["out_h2"])
    ),
}
COARSE = answers(RIGHT, 4)

CASES: dict[str, Case] = {
    "all right": Case(answers(RIGHT), expected()),
    "truncated, not rounded": Case({BOXES[n]: truncated(v) for n, v in RIGHT.items()}, expected()),
    "decimal commas": Case({b: t.replace(".", ",") for b, t in answers(RIGHT).items()}, expected()),
    "other ways to write": Case(
        cut(("1a", "$3.775×10^{-1}$"), ("1c", "157/400"), ("4e", "4.38568e-4")), expected()
    ),
    "other sign of delta": Case(
        right_with({n: -RIGHT[n] for n in ("delta_o1", "delta_o2", "delta_h1", "delta_h2")}),
        expected(convention="3a 3b 3c 3d"),
        {"3a": "other-sign-of-delta"},
    ),
    "error without its half": Case(
        right_with(
            {n: 2 * RIGHT[n] for n in RIGHT if n.startswith(("E_", "delta", "dE"))}
            | work(
                {
                    n: lambda v, n=n: v[n[:-1]] - 2 * v["eta"] * v[f"dE_total/d{n[:-1]}"]
                    for n in RIGHT
                    if n.endswith("+")
                }
            )
            | {n: 2 * RIGHT[n] for n in RIGHT if n.startswith(("E_", "delta", "dE"))}
        ),
        expected(convention=f"2a 2b 2c {AFTER}"),
        {"2a": "error-without-half"},
    ),
    "one early slip, consistent after it": Case(
        answers(work({"net_h1": lambda v: 0.4321})),
        expected(wrong="1a", follow_through=f"{FORWARD_H1.replace('1a ', '')} {AFTER}"),
    ),
    "a forgotten bias": Case(
        answers(work(NO_BIAS)),
        expected(mistake="1a", follow_through=f"{FORWARD_H1.replace('1a ', '')} 1c 1d {AFTER}"),
        {"1a": "forgotten-bias"},
    ),
    "weights transposed going back": Case(
        answers(work(BACK_TRANSPOSED)),
        expected(mistake="3c", follow_through="3d 4e 4f 4g 4h 5e 5f 5g 5h"),
        {"3c": "transposed-weights-backward"},
    ),
    "the net input in the derivative": Case(
        answers(work(AT_NET)),
        expected(mistake="3a", follow_through=AFTER.replace("3a ", "")),
        {"3a": "derivative-at-net-input"},
    ),
    "no derivative of the activation": Case(
        answers(work(NO_SLOPE)),
        expected(mistake="3a", follow_through=AFTER.replace("3a ", "")),
        {"3a": "missing-activation-derivative"},
    ),
    "weights already updated": Case(
        answers(work(NEW_WEIGHTS)),
        expected(mistake="3c", follow_through="3d 4e 4f 4g 4h 5e 5f 5g 5h"),
        {"3c": "already-updated-weights"},
    ),
    "a sign at one output": Case(
        answers(work(SIGN_AT_O1)),
        expected(mistake="3a", follow_through="3c 3d 4a 4b 4e 4f 4g 4h 5a 5b 5e 5f 5g 5h"),
        {"3a": "wrong-sign-of-error-derivative"},
    ),
    "the step added": Case(
        answers(work(ASCENT)),
        expected(mistake="5a", follow_through="5b 5c 5d 5e 5f 5g 5h"),
        {"5a": "ascent-instead-of-descent"},
    ),
    "two mistakes": Case(
        answers(work({**NO_BIAS, **ASCENT})),
        expected(
            mistake="1a 5a",
            follow_through=f"{FORWARD_H1.replace('1a ', '')} 1c 1d {AFTER.replace('5a ', '')}",
        ),
        {"1a": "forgotten-bias", "5a": "ascent-instead-of-descent"},
    ),
    "a mistake and a slip": Case(
        answers(work({**NO_BIAS, "dE_total/dw8": lambda v: 0.1234567})),
        expected(
            mistake="1a",
            wrong="4d",
            follow_through=f"{FORWARD_H1.replace('1a ', '')} 1c 1d {AFTER.replace('4d ', '')}",
        ),
    ),
    "four decimals": Case(COARSE, expected(rounded_early=" ".join(b for b in ALL if b not in ("1a", "1c")))),
    "rounded on the way": Case(
        answers(work(ROUGH)),
        expected(rounded_early="3a", follow_through="3c 3d 4a 4b 4e 4f 4g 4h 5a 5b 5e 5f 5g 5h"),
    ),
    "nothing at all": Case({}, dict.fromkeys(ALL, Status.BLANK)),
    "some blanks": Case(cut(("1a", ""), ("3c", "  ")), expected(blank="1a 3c")),
    "nonsense text": Case(
        cut(("1a", "don't know"), ("2c", "=1+1"), ("4a", "NaN")), expected(unreadable="1a 2c 4a")
    ),
    "the way there is blank": Case(
        {**answers(work({"net_h1": lambda v: 0.4321})), "1a": ""},
        expected(blank="1a", wrong="1b", follow_through=f"{FORWARD_H1.replace('1a 1b ', '')} {AFTER}"),
    ),
    "two lines exchanged": Case(
        cut(("1a", answers(RIGHT)["1c"]), ("1c", answers(RIGHT)["1a"])),
        expected(mistake="1a", follow_through="1c"),
    ),
    "a line left out": Case(
        cut(("1a", ""), *((b, answers(RIGHT)[a]) for a, b in pairwise(ALL[:8]))),
        expected(blank="1a", mistake="1b", follow_through="1c 1d 1e 1f 1g 1h"),
    ),
    "a digit exchanged in writing": Case(cut(("1b", "0.953269992")), expected(mistake="1b")),
    "the point moved in writing": Case(cut(("1f", "7.51365070")), expected(mistake="1f")),
    "one wrong number at the end": Case(cut(("5h", "0.123456789")), expected(wrong="5h")),
    "zero": Case(
        answers(work({"out_h1": lambda v: 0.0})),
        expected(
            wrong="1b 1e 1g 3c 4a 4c 4e 4f 5a 5c 5e 5f",
            follow_through="1f 1h 2a 2b 2c 3a 3b 3d 4b 4d 4g 4h 5b 5d 5g 5h",
        ),
    ),
    "one": Case(
        {**answers(RIGHT), "3a": "1", "4a": answers(RIGHT)["1b"], "4b": answers(RIGHT)["1d"]},
        expected(wrong="3a 4a 4b"),
    ),
    "a wild guess everywhere": Case(
        {box: f"{squash(n * 1.7) * 7:.9f}" for n, box in enumerate(ALL)}, dict.fromkeys(ALL, Status.WRONG)
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_planted_case_earns_what_a_person_would_give(name: str) -> None:
    case = CASES[name]
    student = graded({"anna": case.handed})["anna"]
    found = {mark.box.number: mark.status for mark in student.marks}
    why = {mark.box.number: f"{mark.status}: {mark.why}" for mark in student.marks}
    assert {b: (s, why[b]) for b, s in found.items() if s != case.statuses[b]} == {}
    for box, mistake in case.mistakes.items():
        assert student[box].outcome.mistakes == (mistake,)
    assert student.points == sum(DEFAULT_SHARES[status] for status in case.statuses.values())
    follows = sum(status is Status.FOLLOWS for status in case.statuses.values())
    assert student.without == student.points - follows
    assert not any(mark.outcome.failure for mark in student.marks)
    assert all(mark.why for mark in student.marks)


CARRY = {
    "all right": (lambda: answers(work(after=rounded(4)), 4), {}),
    "not rounded on the way": (lambda: COARSE, {}),
    "forgotten bias": (
        lambda: answers(work(NO_BIAS, rounded(4)), 4),
        {"1a": Status.MISTAKE, "1c": Status.FOLLOWS, "2c": Status.FOLLOWS, "4a": Status.FOLLOWS},
    ),
    "the step added": (
        lambda: answers(work(ASCENT, rounded(4)), 4),
        {"5a": Status.MISTAKE, "5b": Status.FOLLOWS, "5d": Status.FOLLOWS},
    ),
}


@pytest.mark.parametrize("name", CARRY)
def test_rounded_steps(name: str) -> None:
    """Under carry:4 nobody loses a point for the order in which factors are rounded, or for not rounding."""
    handed, statuses = CARRY[name]
    student = graded({"anna": handed()}, carry=4)["anna"]
    good = {Status.RIGHT, Status.CONVENTION, Status.FOLLOWS}
    for mark in student.marks:
        wanted = statuses.get(mark.box.number)
        assert mark.status is wanted if wanted else mark.status in good, (mark.box, mark.answer, mark.why)


# --- properties --------------------------------------------------------------------------------------


def spoiled(seed: int) -> dict[str, str]:
    """An answer sheet with slips of all sorts."""
    draw = random.Random(seed)
    slips: dict[str, Callable[..., float]] = {}
    for step in (NO_BIAS, ASCENT, AT_NET, BACK_TRANSPOSED, SIGN_AT_O1):
        if draw.random() < 0.3:
            slips |= step
    for name in STEPS:
        if draw.random() < 0.08:
            number = draw.uniform(-1, 1)
            slips[name] = lambda v, x=number: x
    handed = answers(work(slips), draw.choice([9, 9, 9, 6, 4]))
    for box in ALL:
        if draw.random() < 0.06:
            handed[box] = draw.choice(["", "?", "0", "1", "-", "1e400", "0.5"])
    return handed


SPOILED = {f"s{seed}": spoiled(seed) for seed in range(24)}


def test_totals_add_up_and_right_boxes_are_never_lowered() -> None:
    keys = {BOXES[name]: value for name, value in RIGHT.items()}
    for student in graded(SPOILED).students:
        assert student.points == sum((mark.points for mark in student.marks), Fraction(0))
        assert student.without <= student.points <= student.most == len(ALL)
        for mark in student.marks:
            try:
                is_right = abs(float(mark.answer) - keys[mark.box.number]) < 2e-9
            except ValueError:
                is_right = False
            assert (mark.status is Status.RIGHT) == is_right
            assert mark.points == DEFAULT_SHARES[mark.status]


def test_the_order_of_students_and_their_company_are_irrelevant() -> None:
    def seen(handed: Mapping[str, Mapping[str, str]]) -> dict[str, list[tuple[Status, str]]]:
        return {one.id: [(mark.status, mark.why) for mark in one.marks] for one in graded(handed).students}

    forward = seen(SPOILED)
    assert seen(dict(reversed(SPOILED.items()))) == forward
    assert seen({"s3": SPOILED["s3"]}) == {"s3": forward["s3"]}


def _raise(*_: object, **__: object) -> None:
    raise RuntimeError("out of order")


def test_a_diagnosis_that_fails_changes_no_mark_of_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    before = graded(SPOILED)
    monkeypatch.setattr(Explainer, "explain", _raise)
    monkeypatch.setattr(run, "agreeing", _raise)
    monkeypatch.setattr(run, "exchanged", _raise)
    monkeypatch.setattr(habits, "rounded_early", _raise)
    monkeypatch.setattr(habits, "is_within_reach", _raise)
    after = graded(SPOILED)
    kept = {Status.RIGHT, Status.BLANK, Status.UNREADABLE}
    failed = 0
    for one, other in zip(before.students, after.students, strict=True):
        for mark, again in zip(one.marks, other.marks, strict=True):
            assert (mark.status in kept) == (again.status in kept)
            if mark.status in kept:
                assert (mark.status, mark.points) == (again.status, again.points)
            if again.outcome.failure:
                failed += 1
                assert again.status is not Status.MISTAKE
                assert "RuntimeError: out of order" in again.why
                assert "plain comparison" in again.why
    assert failed > 50


def test_where_everything_fails_the_keys_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "mark", _raise)
    student = graded({"anna": CASES["two mistakes"].handed})["anna"]
    assert {mark.status for mark in student.marks} == {Status.WRONG}
    assert all("RuntimeError" in mark.why for mark in student.marks)
    student = graded({"anna": CASES["two lines exchanged"].handed})["anna"]
    assert [mark.box.number for mark in student.marks if mark.status is not Status.RIGHT] == ["1a", "1c"]


def test_a_sentence_that_fails_changes_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    before = graded({"anna": CASES["two mistakes"].handed})["anna"]
    monkeypatch.setattr("symback.grading.telling.clause", _raise)
    after = graded({"anna": CASES["two mistakes"].handed})["anna"]
    assert [mark.status for mark in before.marks] == [mark.status for mark in after.marks]
    assert "RuntimeError" in after["1a"].why


def test_points_are_those_of_the_teacher() -> None:
    shares = {**DEFAULT_SHARES, Status.MISTAKE: Fraction(1, 3), Status.FOLLOWS: Fraction(3, 4)}
    points = Points(shares, {"5a": {Status.MISTAKE: Fraction(0)}}, {"1a": Fraction(3)})
    student = graded({"anna": CASES["two mistakes"].handed}, points)["anna"]
    assert student["1a"].points == 1
    assert student["5a"].points == 0
    assert student["1b"].points == Fraction(3, 4)
    assert student["1b"].without == 0
    assert student.points == 1 + 29 * Fraction(3, 4)
    assert student.most == 33


def test_words_say_which_numbers_were_used() -> None:
    student = graded({"anna": CASES["one early slip, consistent after it"].handed})["anna"]
    assert student["1b"].why == (
        "Right from your own numbers: net_h1 = 0.432100000 (box 1a). That error counts in its own box only."
    )
    student = graded({"anna": CASES["two mistakes"].handed})["anna"]
    assert student["1a"].why.startswith("The bias b1 = 0.35 was left out of net_h1")
    assert student["1c"].why == "The same mistake as in box 1a, where it was marked."
    student = graded({"anna": CASES["zero"].handed})["anna"]
    assert "leaves nothing to compute" in student["1e"].why
    student = graded({"anna": CASES["the way there is blank"].handed})["anna"]
    assert "Nothing could be read in box 1a" in student["1b"].why


def test_exchanged_lines_need_more_than_one_number() -> None:
    """Another number in one box alone is a mistake of its own: the net input taken for the output."""
    handed = cut(("1b", answers(RIGHT)["1a"]))
    student = graded({"anna": handed})["anna"]
    assert student["1b"].outcome.mistakes == ("no-squashing",)
    assert agreeing.exchanged([]) == {}

"""The papers of a class: proven keys, numbers that can be read, wrong answers that can be told apart."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator

import pytest

from symback.derivation import derive
from symback.diagnosis.hypotheses import Hypotheses
from symback.errors import RequestError
from symback.evaluation import Rounding
from symback.exercises.demands import Demands
from symback.exercises.draws import Draws
from symback.exercises.kinds import KINDS
from symback.exercises.model import Variant
from symback.exercises.plan import Plan
from symback.exercises.sheet import Sheet, make_sheet, numbered
from symback.float_pass import float_pass
from symback.mistakes.workings import workings_of
from symback.network import load

NUMERIC = ("forward", "loss", "gradient", "biases", "update", "loss-after-update")
STANDARD = ("forward", "delta", "gradient", "update")
UNIT = 1e-9


def sheet(
    name: str = "mazur", kinds: tuple[str, ...] = STANDARD, count: int = 5, seed: int = 7, **options: object
) -> Sheet:
    return make_sheet(load(name), seed=seed, ids=numbered(count), kinds=kinds, **options)  # type: ignore[arg-type]


def floats(variant: Variant, plan: Plan) -> dict[str, float]:
    """The given numbers of a paper as the independent pass takes them."""
    base = plan.setting.workings.given
    return {**base, **{name: float(text) for name, text in variant.numbers.items()}}


# --- keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count"), [("mazur", 1000), ("xor", 20), ("softmax", 10), ("two-hidden", 3), ("regression", 10)]
)
def test_keys_are_those_of_an_independent_float_pass(name: str, count: int) -> None:
    found = sheet(name, NUMERIC, count)
    compared = 0
    for variant in found:
        witness = float_pass(found.network, floats(variant, found.plan))
        for box in variant.boxes:
            if box.quantity in witness:
                compared += 1
                assert float(box.value) == pytest.approx(witness[box.quantity], abs=float(box.tolerance))
    assert compared >= 9 * count


def test_error_signals_are_gradients_over_inputs() -> None:
    for variant in sheet(kinds=("delta", "gradient"), count=20):
        keys = {box.quantity: float(box.value) for box in variant.boxes}
        numbers = {name: float(text) for name, text in variant.numbers.items()}
        assert keys["delta_h1"] * numbers["i1"] == pytest.approx(keys["dE_total/dw1"], abs=3 * UNIT)
        assert keys["delta_h2"] * numbers["i2"] == pytest.approx(keys["dE_total/dw4"], abs=3 * UNIT)


@pytest.mark.parametrize("decimals", [3, 4])
def test_rounded_keys_are_what_a_student_with_a_calculator_gets(decimals: int) -> None:
    found = sheet(kinds=("forward",), count=3, rounding=Rounding(carry=decimals))
    for variant in found:
        n = {name: float(text) for name, text in variant.numbers.items()}
        net = round(n["w1"] * n["i1"] + n["w2"] * n["i2"] + n["b1"] + 1e-12, decimals)
        out = round(1 / (1 + math.exp(-net)), decimals)
        assert variant.box("1a").value == f"{net:.{decimals}f}"
        assert variant.box("1b").value == f"{out:.{decimals}f}"
        assert float(variant.box("1b").tolerance) == pytest.approx(0.5 * 10**-decimals)


def test_keys_are_exact_where_they_are_rational() -> None:
    found = sheet("regression", ("forward", "gradient"), 3)
    for variant in found:
        for box in variant.boxes:
            assert box.exact is not None
            assert abs(box.exact - type(box.exact)(box.value)) <= UNIT / 2


# --- what a paper depends on -----------------------------------------------------------------------------


def test_a_paper_depends_on_nothing_but_specification_seed_and_id() -> None:
    alone = make_sheet(load("mazur"), seed=7, ids=["maria"], kinds=STANDARD)
    among = make_sheet(load("mazur"), seed=7, ids=["jo", "maria", "li"], kinds=STANDARD)
    assert among["maria"] == alone["maria"]
    assert among.checksum == alone.checksum
    assert among["jo"].numbers != alone["maria"].numbers
    other = make_sheet(load("mazur"), seed=8, ids=["maria"], kinds=STANDARD)
    assert other["maria"].numbers != alone["maria"].numbers
    assert other.checksum != alone.checksum


def test_draws_are_documented() -> None:
    digest = hashlib.sha256("symback-sheet/1:7:6:J\u00fcrgen:test:0".encode()).digest()
    assert Draws(7, "J\u00fcrgen").number("test") != int.from_bytes(
        digest[:8], "big"
    )  # 7 bytes, not 6 letters
    digest = hashlib.sha256("symback-sheet/1:7:7:J\u00fcrgen:test:0".encode()).digest()
    assert Draws(7, "J\u00fcrgen").number("test") == int.from_bytes(digest[:8], "big")
    stream = Draws(7, "J\u00fcrgen").stream("test")
    assert [stream.below(2**64) for _ in range(4)] == [
        int.from_bytes(digest[place : place + 8], "big") for place in (0, 8, 16, 24)
    ]


def test_ids_cannot_be_confused() -> None:
    assert Draws(1, "1:x").number("y") != Draws(1, "1").number("x:y")
    assert Draws(11, "1").number("y") != Draws(1, "11").number("y")


def test_the_same_sheet_is_made_again() -> None:
    assert list(sheet(count=3)) == list(sheet(count=3))


# --- numbers ---------------------------------------------------------------------------------------------


def test_numbers_have_few_decimals_and_nothing_is_saturated_or_alike() -> None:
    for variant in sheet(count=50):
        numbers = {name: text for name, text in variant.numbers.items() if name != "eta"}
        assert all(len(text.partition(".")[2]) == 2 for text in numbers.values())
        keys = {box.quantity: float(box.value) for box in variant.boxes}
        assert all(0.05 < value < 0.95 for name, value in keys.items() if name.startswith("out_"))
        assert all(abs(value) >= 1e-4 for name, value in keys.items() if name.startswith(("d", "delta")))
        assert len({box.value for box in variant.boxes}) == len(keys)
        weights = [numbers[f"w{place}"] for place in range(1, 5)]
        assert len(set(weights)) == 4


def test_whole_numbers_stay_whole() -> None:
    text = """
loss = "squared_error"
inputs = { i1 = 2, i2 = 3 }
targets = { o1 = 4 }
[[layers]]
units = ["h1", "h2"]
activation = "relu"
weights = [[1, -2], [3, 1]]
biases = [1, 2]
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[2, -1]]
[update]
learning_rate = 0.1
"""
    from symback.network import parse

    found = make_sheet(parse(text, "whole.toml"), seed=1, ids=numbered(3), kinds=("forward", "gradient"))
    for variant in found:
        assert all("." not in text for name, text in variant.numbers.items() if name != "eta")
        assert all(box.exact is not None and box.exact.denominator == 1 for box in variant.boxes)


def test_logarithms_stay_logarithms_so_that_outputs_stay_rational() -> None:
    text = """
loss = "half_squared_error"
inputs = { i1 = "log(3)" }
targets = { o1 = 1 }
[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[1]]
"""
    from symback.network import parse

    network = parse(text, "exact.toml")
    for variant in make_sheet(network, seed=1, ids=numbered(4), kinds=("forward", "gradient")):
        assert variant.numbers["i1"].startswith("log(")
        assert variant.box("1b").exact is not None


def test_symbolic_numbers_are_drawn() -> None:
    text = """
loss = "half_squared_error"
inputs = { i1 = "symbolic", i2 = 0.5 }
targets = { o1 = 0.3 }
[[layers]]
units = ["o1"]
activation = "logistic"
weights = "symbolic"
"""
    from symback.network import parse

    found = make_sheet(parse(text, "open.toml"), seed=1, ids=["1"], kinds=("forward", "gradient"))
    assert set(found["1"].numbers) == {"i1", "i2", "target_o1", "w1", "w2"}


def test_what_cannot_be_met_is_named() -> None:
    demands = Demands(least_gradient=1e6)
    with pytest.raises(RequestError, match=r"must be at least 1e\+06 in size"):
        list(sheet(count=1, demands=demands))


# --- mistakes --------------------------------------------------------------------------------------------


def wrong_numbers(found: Sheet, variant: Variant) -> Iterator[tuple[str, list[tuple[float, str]]]]:
    """By quantity: the numbers that mistakes of the procedure give, each computed anew from the formulas."""
    network = found.plan.network_of(variant)
    workings = workings_of(network, derive(network))
    hypotheses = [one for one in Hypotheses(workings).named if not one.mistake.needs_given]
    changed = [(one, workings.with_formulas(one.formulas)) for one in hypotheses]
    for box in variant.boxes:
        right = workings.value(box.quantity)
        wrong = [(other.value(box.quantity), one.mistake.name) for one, other in changed if other is not None]
        yield box.quantity, [(value, name) for value, name in wrong if abs(value - right) > 1e-13]


def test_every_wrong_answer_differs_from_the_right_one_and_from_the_others() -> None:
    found = sheet(count=4)
    for variant in found:
        assert variant.crowded == 0
        right = {box.quantity: float(box.value) for box in variant.boxes}
        for quantity, wrong in wrong_numbers(found, variant):
            values = sorted(value for value, _ in wrong)
            assert all(abs(value - right[quantity]) > 9 * UNIT for value in values)
            gaps = [after - before for before, after in itertools.pairwise(values)]
            assert all(gap > 10 * UNIT or gap < 1e-13 for gap in gaps), quantity
        assert min(variant.gaps.values()) >= 10 * UNIT


def test_wrong_answers_know_their_mistakes() -> None:
    found = sheet(count=2)
    variant = found["1"]
    answers = found.plan.answers(variant)
    wrong = answers.wrongs("w5+")
    by_name = {name: one for one in wrong for name in one.mistakes}
    eta, old, new = (
        float(variant.numbers[name]) if name in variant.numbers else 0.0 for name in ("eta", "w5", "")
    )
    new = float(next(box.value for box in variant.boxes if box.quantity == "w5+"))
    assert by_name["weight-not-updated"].number == pytest.approx(old)
    assert by_name["ascent-instead-of-descent"].number == pytest.approx(2 * old - new)
    assert by_name["forgotten-learning-rate"].number == pytest.approx(old - (old - new) / eta)
    assert len({one.value for one in wrong}) == len(wrong)


def test_answers_that_mean_different_things_are_apart() -> None:
    """The numbers of all mistakes, misread given numbers among them, as feedback knows them."""
    found = sheet(count=8, seed=5)
    for variant in found:
        answers = found.plan.answers(variant)
        for box in variant.boxes:
            right = answers.value(box.quantity).number
            numbers = sorted([right, *(one.number for one in answers.wrongs(box.quantity))])
            gaps = [after - before for before, after in itertools.pairwise(numbers)]
            assert min(gaps) >= 9.99 * UNIT
            assert min(gaps) == pytest.approx(variant.gaps[box.quantity], rel=1e-3)


def test_misread_numbers_are_those_of_the_paper() -> None:
    found = sheet(count=1)
    variant = found["1"]
    for one in found.plan.answers(variant).wrongs("net_h1"):
        if one.mistakes[0] == "misplaced-decimal-point":
            name = one.part.facts["name"]
            assert name in ("w1", "w2", "i1", "i2", "b1")
            numbers = {key: float(text) for key, text in variant.numbers.items()}
            shifted = [{**numbers, name: numbers[name] * factor} for factor in (10, 0.1)]
            nets = [n["w1"] * n["i1"] + n["w2"] * n["i2"] + n["b1"] for n in shifted]
            assert min(abs(net - one.number) for net in nets) < 1e-12


def test_identical_mistakes_are_one_group() -> None:
    found = sheet(count=1)
    wrong = found.plan.answers(found["1"]).wrongs("w5+")
    groups = [set(one.mistakes) for one in wrong]
    assert any({"ascent-instead-of-descent", "wrong-sign-of-error-derivative"} <= group for group in groups)


def test_under_rounding_the_best_of_many_candidates_is_taken() -> None:
    found = sheet(kinds=("delta",), count=2, rounding=Rounding(carry=4))
    for variant in found:
        assert variant.candidates > 1


# --- stored sheets -----------------------------------------------------------------------------------------


def test_every_kind_is_made_again_from_its_numbers() -> None:
    kinds = tuple(name for name in KINDS.names() if name not in ("second-round",))
    found = sheet(kinds=kinds, count=1)
    variant = found["1"]
    again = found.plan.stored("1", variant.numbers)
    assert again.exercises == variant.exercises

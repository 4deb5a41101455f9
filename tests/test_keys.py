"""Every key of a thousand papers against the network worked by hand: plain floats, formulas typed here."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from symback.evaluation import Rounding
from symback.exercises.model import Answer
from symback.exercises.sheet import make_sheet, numbered
from symback.network import load

COUNT = 1000
KINDS = (
    *("forward", "loss", "local-derivative", "delta", "gradient", "gradient-matrix", "biases"),
    *("update", "loss-after-update", "second-round", "table", "write-code"),
)
"""All kinds that ask for numbers of the paper itself."""


def squash(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-x))


def one_pass(given: Mapping[str, float], state: str) -> dict[str, float]:
    """Forward and backward through the 2-2-2 network; `state` is "" before the update and "+" after it."""
    i, t = (given["i1"], given["i2"]), (given["target_o1"], given["target_o2"])
    w = [given[f"w{n}"] for n in range(1, 9)]
    hidden = [squash(w[2 * h] * i[0] + w[2 * h + 1] * i[1] + given["b1"]) for h in (0, 1)]
    outputs = [squash(w[4 + 2 * o] * hidden[0] + w[5 + 2 * o] * hidden[1] + given["b2"]) for o in (0, 1)]
    found: dict[str, float] = {}
    for n in (0, 1):
        found[f"net_h{n + 1}"] = w[2 * n] * i[0] + w[2 * n + 1] * i[1] + given["b1"]
        found[f"out_h{n + 1}"] = hidden[n]
        found[f"dout_h{n + 1}/dnet_h{n + 1}"] = hidden[n] * (1 - hidden[n])
        found[f"net_o{n + 1}"] = w[4 + 2 * n] * hidden[0] + w[5 + 2 * n] * hidden[1] + given["b2"]
        found[f"out_o{n + 1}"] = outputs[n]
        found[f"dout_o{n + 1}/dnet_o{n + 1}"] = outputs[n] * (1 - outputs[n])
        found[f"E_o{n + 1}"] = (t[n] - outputs[n]) ** 2 / 2
        found[f"dE_o{n + 1}/dout_o{n + 1}"] = outputs[n] - t[n]
    found["E_total"] = found["E_o1"] + found["E_o2"]
    at_outputs = [(outputs[o] - t[o]) * outputs[o] * (1 - outputs[o]) for o in (0, 1)]
    at_hidden = [
        (at_outputs[0] * w[4 + h] + at_outputs[1] * w[6 + h]) * hidden[h] * (1 - hidden[h]) for h in (0, 1)
    ]
    for n in (0, 1):
        found[f"delta_o{n + 1}"], found[f"delta_h{n + 1}"] = at_outputs[n], at_hidden[n]
        for source in (0, 1):
            found[f"dE_total/dw{1 + 2 * n + source}"] = at_hidden[n] * i[source]
            found[f"dE_total/dw{5 + 2 * n + source}"] = at_outputs[n] * hidden[source]
    found["dE_total/db1"], found["dE_total/db2"] = sum(at_hidden), sum(at_outputs)
    return {f"{name}{state}": value for name, value in found.items()}


def by_hand(given: Mapping[str, float]) -> dict[str, float]:
    """All quantities of the first round and of the second; the biases of the example stay."""
    first = one_pass(given, "")
    moved = {f"w{n}": given[f"w{n}"] - given["eta"] * first[f"dE_total/dw{n}"] for n in range(1, 9)}
    return {**first, **{f"{w}+": value for w, value in moved.items()}, **one_pass({**given, **moved}, "+")}


def test_the_witness_knows_the_classic() -> None:
    """Its own numbers are those that everybody prints."""
    numbers = {"i1": 0.05, "i2": 0.1, "target_o1": 0.01, "target_o2": 0.99, "eta": 0.5, "b1": 0.35, "b2": 0.6}
    weights = dict(
        zip([f"w{n}" for n in range(1, 9)], (0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), strict=True)
    )
    found = by_hand({**numbers, **weights})
    assert found["E_total"] == pytest.approx(0.298371109, abs=1e-9)
    assert found["dE_total/dw5"] == pytest.approx(0.082167041, abs=1e-9)
    assert found["w1+"] == pytest.approx(0.149780716, abs=1e-9)
    assert found["E_total+"] == pytest.approx(0.291027774, abs=1e-9)


def test_every_key_of_a_thousand_papers_is_what_is_found_by_hand() -> None:
    sheet = make_sheet(load("mazur"), seed=2026, ids=numbered(COUNT), kinds=KINDS)
    compared = 0
    for variant in sheet.plan.variants(sheet.ids):
        own = by_hand({name: float(text) for name, text in variant.numbers.items()})
        for exercise in variant.exercises:
            assert not exercise.numbers, f"{exercise.kind} has numbers of its own"
            for box in exercise.boxes:
                if box.answer is not Answer.TEXT:
                    assert box.answer is Answer.NUMBER
                    compared += 1
                    # half a unit for the rounding of the key, and what doubles may be off
                    assert abs(float(box.value) - own[box.quantity]) <= 0.5e-9 + 1e-14, (variant.id, box)
                    assert float(box.tolerance) >= 1e-9
    assert compared == COUNT * (8 + 3 + 6 + 4 + 8 + 8 + 2 + 8 + 3 + 6 + 12 + 1)


@pytest.mark.parametrize("decimals", [3, 4, 6])
def test_keys_with_rounded_steps_are_near_to_it(decimals: int) -> None:
    """Each rounding is half a unit at most, and no step of this network makes it much larger."""
    rounding = Rounding(carry=decimals)
    sheet = make_sheet(load("mazur"), seed=2026, ids=numbered(3), kinds=KINDS[:6], rounding=rounding)
    for variant in sheet.plan.variants(sheet.ids):
        own = by_hand({name: float(text) for name, text in variant.numbers.items()})
        for box in variant.boxes:
            assert abs(float(box.value) - own[box.quantity]) <= 3 * 10**-decimals, box

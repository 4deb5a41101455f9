"""What teachers demand of the numbers of a sheet, on the command line and in what papers hold."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from symback.errors import RequestError, UnknownName
from symback.exercises.demanding import DEMANDS, parse_demands, written
from symback.exercises.sheet_file import read_sheet
from tests.invoke import command

EXACT = """
title = "One layer that squashes"
loss = "half_squared_error"
[inputs]
i1 = 0.5
i2 = 0.25
[targets]
o1 = 0.5
[[layers]]
units = ["h1", "h2"]
activation = "logistic"
weights = [[0.1, 0.2], [0.3, 0.4]]
bias = 0.1
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.6, 0.7]]
[update]
rule = "gradient_descent"
learning_rate = 0.5
"""


def papers(folder: Path, network: str, *options: str) -> list[dict[str, str]]:
    """The given numbers of each paper."""
    done = command("sheet", network, "--variants", "3", *options, "-o", str(folder))
    assert done.status == 0, done.messages
    content = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    return [variant["numbers"] for variant in content["variants"]]


@pytest.mark.parametrize(
    ("demand", "pattern"), [("decimals=1", r"-?\d+\.\d"), ("decimals=2", r"-?\d+\.\d\d")]
)
def test_numbers_have_the_decimals(tmp_path: Path, demand: str, pattern: str) -> None:
    for numbers in papers(tmp_path, "mazur", "--demand", demand):
        own = [text for name, text in numbers.items() if name != "eta"]
        assert len(own) >= 10
        assert all(re.fullmatch(pattern, text) for text in own), own


def test_integers_give_whole_numbers(tmp_path: Path) -> None:
    for numbers in papers(tmp_path, "regression", "--demand", "integers", "--kinds", "forward,delta"):
        assert all(re.fullmatch(r"-?\d+", text) for name, text in numbers.items() if name != "eta")


def test_exact_inputs_make_outputs_fractions(tmp_path: Path) -> None:
    network = tmp_path / "one.toml"
    network.write_text(EXACT, encoding="utf-8")
    folder = tmp_path / "sheets"
    for numbers in papers(folder, str(network), "--demand", "exact", "--kinds", "forward"):
        assert all(re.fullmatch(r"log\(\d\)", numbers[name]) for name in ("i1", "i2", "b1"))
        product = [int(numbers[name][4:-1]) for name in ("i1", "i2", "b1")]
        content = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
        variant = next(one for one in content["variants"] if one["numbers"] == numbers)
        value = next(box["value"] for box in variant["boxes"] if box["quantity"] == "out_h1")
        odds = (
            Fraction(product[0]) ** int(numbers["w1"])
            * Fraction(product[1]) ** int(numbers["w2"])
            * product[2]
        )
        assert abs(Fraction(value) - odds / (1 + odds)) <= Fraction(1, 2 * 10**9)


def test_demands_go_with_the_sheet(tmp_path: Path) -> None:
    papers(tmp_path, "mazur", "--demand", "decimals=1", "--demand", "gradient=0.002")
    sheet = read_sheet(str(tmp_path / "sheet.json"))
    assert written(sheet.plan.demands) == ["decimals=1", "gradient=0.002"]
    text = (tmp_path / "sheet.json").read_text(encoding="utf-8")
    (tmp_path / "other.json").write_text(text.replace("decimals=1", "decimals=2"), encoding="utf-8")
    with pytest.raises(RequestError, match="checksum"):
        read_sheet(str(tmp_path / "other.json"))


@pytest.mark.parametrize("demand", list(DEMANDS), ids=lambda demand: demand.name)
def test_what_is_written_is_read_again(demand: object) -> None:
    text = f"{demand.name}=1" if demand.value else demand.name  # type: ignore[attr-defined]
    assert written(parse_demands([text])) == [text]
    assert written(parse_demands([])) == []


@pytest.mark.parametrize(
    ("demands", "message"),
    [
        (["decimals=7"], "--demand decimals is '7', but a whole number from 0 to 2 may stand there."),
        (["decimals"], "there may stand decimals=VALUE, with 0, 1 or 2."),
        (["decimals="], "there may stand decimals=VALUE, with 0, 1 or 2."),
        (["exact=yes"], "there may stand exact without a value."),
        (["gradient=x"], "--demand gradient is 'x', but"),
        (["gradient=-1"], "a number from 0 to 1000 may stand there"),
        (["alike", "alike"], "--demand alike is given twice"),
        (["integers", "decimals=1"], "--demand integers is decimals=0 already"),
    ],
)
def test_wrong_demands_are_told(demands: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=re.escape(message)):
        parse_demands(demands)


def test_an_unknown_demand_is_named() -> None:
    with pytest.raises(UnknownName, match=r"Unknown demand 'decimal'\. Did you mean 'decimals'"):
        parse_demands(["decimal=1"])


@pytest.mark.parametrize(
    ("demand", "message"),
    [
        ("integers", "out_h1 must lie between 0.05 and 0.95"),
        ("gradient=9", "delta_o1 must be at least 9 in size"),
        ("exact", "would be no fraction"),
    ],
)
def test_what_cannot_be_met_is_told_and_leaves_nothing(tmp_path: Path, demand: str, message: str) -> None:
    folder = tmp_path / "sheets"
    kinds = "forward" if demand == "exact" else "forward,delta"
    done = command(
        "sheet", "mazur", "--variants", "2", "--demand", demand, "--kinds", kinds, "-o", str(folder)
    )
    assert done.status == 2
    assert message in done.messages
    assert not folder.exists() or not list(folder.iterdir())

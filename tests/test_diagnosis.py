"""The search for the mistakes behind numbers: known cases, planted mistakes, meaningless numbers."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest

import symback
from symback.answer_numbers import read_answer
from symback.answer_tables import Entry
from symback.api import load
from symback.derivation import derive
from symback.diagnosis.diagnosis import Diagnoser, Diagnosis
from symback.diagnosis.rounds import Training
from symback.diagnosis.search import Search
from symback.errors import RequestError, UnknownName
from symback.mistakes.workings import workings_of
from symback.network import parse
from tests.plants import is_found, pairs, planted, random_numbers, singles


@pytest.fixture(scope="module")
def example() -> Diagnoser:
    return Diagnoser(load("mazur"))


def told(diagnoser: Diagnoser, *claims: str) -> Diagnosis:
    return diagnoser.diagnose([entry(claim) for claim in claims])


def entry(claim: str) -> Entry:
    name, _, text = claim.rpartition(" = ")
    return Entry(name, read_answer(text), "")


def identifiers(diagnosis: Diagnosis) -> list[list[str]]:
    return [
        [part.identifier for part in explanation.candidate.parts] for explanation in diagnosis.explanations
    ]


# --- the numbers that the whole began with -----------------------------------------------------------


def test_the_readers_number(example: Diagnoser) -> None:
    """w6 was used where w7 belongs; the number is not even the exact one with w6."""
    diagnosis = told(example, "dE_o2/dout_h1 = -0.017144205")
    (explanation,) = diagnosis.explanations
    (part,) = explanation.candidate.parts
    assert part.identifier == "wrong-weight"
    assert (part.facts["used"], part.facts["belongs"]) == ("w6", "w7")
    assert explanation.is_confident
    assert diagnosis.rivals == 0
    assert diagnosis.ask_next is None
    assert f"{explanation.distance:.1e}" == "8.4e-08"


def test_the_closing_numbers(example: Diagnoser) -> None:
    diagnosis = told(
        example,
        "E_total+ = 0.291027924",
        "out_o1@10000 = 0.015912196",
        "out_o2@10000 = 0.984065734",
    )
    assert identifiers(diagnosis) == [["already-updated-weights"]]
    assert diagnosis.explanations[0].is_confident


def test_one_round_fewer(example: Diagnoser) -> None:
    diagnosis = told(example, "E_total@10000 = 0.0000351085")
    assert identifiers(diagnosis) == [["one-round-fewer"]]
    assert diagnosis.rivals == 0


# --- right numbers, and conventions ------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["0.082167041", "0.08216704", "0.0821670", "0.08217", "0.08216", "0.082", "0.08", "0.0821670405642"],
)
def test_a_right_number_is_never_diagnosed(example: Diagnoser, number: str) -> None:
    """Rounded or truncated to any digits."""
    diagnosis = told(example, f"dE_total/dw5 = {number}")
    assert diagnosis.is_correct
    assert not diagnosis.explanations


@pytest.mark.parametrize(
    ("claims", "convention"),
    [
        (["delta_o1 = -0.138498562"], "other-sign-of-delta"),
        (["delta_o1 = -0.138498562", "delta_h1 = -0.008771355"], "other-sign-of-delta"),
        (["dE_total/dw5 = -0.082167041", "w5+ = 0.358916480"], "other-sign-of-delta"),
        (["E_o1 = 0.549622166"], "error-without-half"),
        (["E_o1 = 0.549622166", "dE_total/dw5 = 0.164334081"], "error-without-half"),
        (["dE_total/dw2 = 0.000497713", "dE_total/dw3 = 0.000877135"], "weights-numbered-by-columns"),
        (["dE_total/dw6 = 0.0826676", "dE_total/dw7 = -0.0226025"], None),
    ],
)
def test_conventions(example: Diagnoser, claims: list[str], convention: str | None) -> None:
    if convention == "weights-numbered-by-columns":
        right = {name: example.workings.value(name) for name in ("dE_total/dw2", "dE_total/dw3")}
        claims = [
            f"dE_total/dw2 = {right['dE_total/dw3']:.9f}",
            f"dE_total/dw3 = {right['dE_total/dw2']:.9f}",
        ]
    diagnosis = told(example, *claims)
    assert diagnosis.is_correct
    assert diagnosis.is_convention is (convention is not None)
    assert identifiers(diagnosis) == ([[convention]] if convention else [])


@pytest.mark.parametrize(
    ("claims", "mistake"),
    [
        (["dE_total/dw5 = -0.082167041"], "wrong-sign-of-error-derivative"),
        (["delta_o1 = -0.138498562", "delta_o2 = -0.038098236"], "wrong-sign-of-error-derivative"),
        (["E_o1 = 0.549622166", "dE_total/dw5 = 0.082167041"], "half-left-out-of-error"),
        (["dE_total/dw5 = 0.164334081"], "factor-two-left-over"),
        (["dE_total/dw5 = -0.082167041", "w5+ = 0.441083520"], "wrong-sign-of-error-derivative"),
    ],
)
def test_no_convention(example: Diagnoser, claims: list[str], mistake: str) -> None:
    """Half of a convention is a mistake."""
    diagnosis = told(example, *claims)
    assert not diagnosis.is_correct
    assert mistake in {name for names in identifiers(diagnosis) for name in names}


# --- how sure one may be -----------------------------------------------------------------------------


def test_few_digits_are_not_enough(example: Diagnoser) -> None:
    diagnosis = told(example, "dout_o1/dnet_o1 = 0.218")
    assert ["activation-applied-twice"] in identifiers(diagnosis)
    assert not any(explanation.is_confident for explanation in diagnosis.explanations)
    assert told(example, "dout_o1/dnet_o1 = 0.217788").explanations[0].is_confident


def test_rivals_and_the_next_question(example: Diagnoser) -> None:
    """Two mistakes give the same number; the quantity asked for next tells them apart."""
    diagnosis = told(example, "dE_total/dw1 = 0.00226835")
    found = {name for names in identifiers(diagnosis) for name in names}
    assert found == {"missing-activation-derivative", "error-derivative-in-place-of-delta"}
    assert diagnosis.rivals == 1
    question = diagnosis.ask_next
    assert question is not None
    numbers = [
        explanation.candidate.workings.value(question)
        for explanation in diagnosis.explanations
        if explanation.candidate.workings is not None
    ]
    assert len(numbers) == 2
    assert abs(numbers[0] - numbers[1]) > 1e-3 * max(map(abs, numbers))
    for number, names in zip(numbers, identifiers(diagnosis), strict=True):
        further = told(example, "dE_total/dw1 = 0.00226835", f"{question} = {number:.9f}")
        assert identifiers(further) == [names]


def test_a_pair_is_never_claimed_from_one_number(example: Diagnoser) -> None:
    for seed in range(6):
        random = Random(seed)
        plant = planted(example, random.sample(example.hypotheses.named, 2))
        if plant is None:
            continue
        value = plant.wrong.value("dE_total/dw1")
        diagnosis = told(example, f"dE_total/dw1 = {value:.12f}")
        for explanation in diagnosis.explanations:
            assert len(explanation.candidate.parts) == 1 or not explanation.is_confident


@pytest.mark.parametrize(
    ("claim", "identifier"),
    [
        ("dE_total/dw5 = 0.82167041", "shifted-decimal-point"),
        ("dE_total/dw5 = 0.082176041", "exchanged-digits-of-result"),
        ("dE_total/dw5 = 0.083167041", "one-digit-wrong"),
        ("dE_o2/dout_h1 = -0.019049119", "rounding-too-early"),
        ("dE_total/dw1 = 0.00043865", "rounding-too-early"),
        ("E_o1 = -0.370682535", "square-left-out"),
        ("net_h1 = 0.3825", "wrong-weight"),
        ("dE_total/dout_h1 = 0.074448543", "wrong-sign-of-error-derivative"),
        ("dE_total/dw5 = 0.0934117", None),
    ],
)
def test_slips(example: Diagnoser, claim: str, identifier: str | None) -> None:
    found = identifiers(told(example, claim))
    assert (found[0] if found else None) == ([identifier] if identifier else None)


def test_digits_rounded_on_the_way(example: Diagnoser) -> None:
    """A whole table with three decimals carried is recognised, with the number of decimals."""
    wrong = example.workings.rounded(3)
    claims = [
        f"{name} = {wrong.value(name):.3f}"
        for name in ("net_h1", "out_h1", "net_o1", "E_total", "delta_o1", "dE_total/dw5", "w5+")
    ]
    diagnosis = told(example, *claims)
    assert diagnosis.is_correct or identifiers(diagnosis) == [["rounding-too-early"]]


# --- planted mistakes --------------------------------------------------------------------------------


def test_planted_singles_in_full_tables() -> None:
    plants = list(singles(1, 100, 2))
    found = sum(is_found(plant, plant.diagnoser.diagnose(plant.full())) for plant in plants)
    assert found >= 99


def test_planted_singles_in_their_own_step() -> None:
    counted = found = 0
    for plant in singles(2, 100, 2):
        diagnosis = plant.diagnoser.diagnose(plant.own_step())
        if not diagnosis.is_correct or diagnosis.explanations:
            counted += 1
            found += is_found(plant, diagnosis)
    assert counted > 80
    assert found >= 0.95 * counted


def test_planted_pairs_in_full_tables() -> None:
    found = sum(is_found(plant, plant.diagnoser.diagnose(plant.full())) for plant in pairs(3, 20))
    assert found >= 18


def test_random_numbers_are_seldom_claimed() -> None:
    claimed = count = 0
    for diagnoser, number in random_numbers(4, 60):
        diagnosis = diagnoser.diagnose([number])
        count += 1
        claimed += any(one.is_confident for one in diagnosis.explanations)
    assert claimed < 0.02 * count + 3  # the benchmark counts more of them


# --- cost, and what is refused -----------------------------------------------------------------------


def test_no_derivation_is_redone(example: Diagnoser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying mistakes differentiates nothing."""
    told(example, "dE_total/dw1 = 0.0012")

    def fail(*_: object) -> None:
        raise AssertionError("something is derived")

    monkeypatch.setattr("symback.diagnosis.diagnosis.derive", fail)
    told(example, "dE_total/dw1 = 0.0013", "dE_total/dw5 = 0.07")


def test_cost_of_one_number_and_of_a_table() -> None:
    """Processor time, with room for slow machines; the benchmark prints the figures."""
    diagnoser = Diagnoser(load("mazur"))
    assert diagnoser.workings.values
    begin = process_time()
    told(diagnoser, "dE_total/dw1 = 0.00226835")
    assert process_time() - begin < 0.3
    plant = planted(diagnoser, Random(5).sample(diagnoser.hypotheses.named, 2))
    assert plant is not None
    begin = process_time()
    diagnoser.diagnose(plant.full()[:47])
    assert process_time() - begin < 4


def test_what_is_refused(example: Diagnoser) -> None:
    with pytest.raises(UnknownName, match="dE_total/dw5"):
        told(example, "dE_total/dw55 = 0.1")
    with pytest.raises(RequestError, match="No number"):
        example.diagnose([])
    with pytest.raises(UnknownName):
        told(example, "w55@3 = 0.1")
    with pytest.raises(RequestError, match="symbolic"):
        told(Diagnoser(parse(SYMBOLIC, "symbolic.toml")), "net_o1 = 0.1")


SYMBOLIC = """
loss = "half_squared_error"
[inputs]
i1 = 0.5
[targets]
o1 = 1
[[layers]]
units = ["o1"]
activation = "logistic"
weights = "symbolic"
"""


def test_every_hypothesis_can_be_tried() -> None:
    """None raises, whatever the network."""
    for plant in singles(9, 12, 1):
        diagnoser = plant.diagnoser
        search = Search(diagnoser.hypotheses, diagnoser._asked(plant.full()))
        for hypothesis in diagnoser.hypotheses.named:
            search.tried(hypothesis)


def test_numbers_after_several_batches_are_those_of_training() -> None:
    """Each batch has its own samples in its formulas, and its own quantities before them."""
    network = load("batch")
    found = Training(workings_of(network, derive(network))).numbers([0, 1, 2, 5, 8], ["E_total", "w5"])
    solution = symback.solve(network, rounds=[2, 5, 8])
    for done, numbers in found.items():
        for name, number in numbers.items():
            value = solution[f"{name}@{done}"].value
            assert value is not None
            assert abs(number - float(value)) < 1e-9

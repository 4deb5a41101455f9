"""The catalogue of mistakes: what each gives on the example net, worked out apart from symback."""

from __future__ import annotations

import pytest

from symback.answer_numbers import read_answer
from symback.answer_tables import Entry
from symback.api import load, solve
from symback.derivation import derive
from symback.diagnosis.diagnosis import Diagnoser
from symback.expression import Name
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.mistake import Kind, Scope
from symback.mistakes.placing import Placed, places_of
from symback.mistakes.slips import SLIPS
from symback.mistakes.workings import Workings, workings_of
from tests.plants import diagnoser, in_documents, significant

# What each mistake gives on the example net: mistake, variant, layer (0 for all), first wrong quantity and
# its number, dE_total/dw5, dE_total/dw1; None where the number stays right. Worked out apart from symback.
W5, W1 = "0.082167041", "0.000438568"
ROWS = [
    ("transposed-weights-forward", "", 1, "net_h1", "0.382500000", "0.082329692", "0.000438205"),
    ("transposed-weights", "", 2, "net_o1", "1.135750186", "0.081534093", "0.000447976"),
    ("transposed-weights-backward", "", 2, "dE_o2/dout_h1", "-0.017144206", W5, "0.000461551"),
    ("already-updated-weights", "", 2, "dE_o1/dout_h1", "0.049709416", W5, "0.000364723"),
    ("missing-activation-derivative", "", 2, "dout_o1/dnet_o1", "1.000000000", "0.439829649", "0.002268350"),
    ("error-derivative-in-place-of-delta", "", 0, "dE_o1/dout_h1", "0.296546028", W5, "0.002268350"),
    ("missing-activation-derivative", "", 1, "dout_h1/dnet_h1", "1.000000000", W5, "0.001817515"),
    ("derivative-at-net-input", "", 0, "dout_o1/dnet_o1", "-0.117122041", "-0.051513746", "-0.000056742"),
    ("activation-applied-twice", "", 0, "dout_o1/dnet_o1", "0.217788341", "0.095789770", "0.000471425"),
    (
        "derivative-of-other-activation",
        "tanh",
        0,
        "dout_o1/dnet_o1",
        "0.435450532",
        "0.191524055",
        "0.002768278",
    ),
    ("half-of-activation-derivative", "1", 0, "dout_o1/dnet_o1", "0.751365070", "0.330472635", "0.004120970"),
    ("half-of-activation-derivative", "0", 0, "dout_o1/dnet_o1", "0.248634930", "0.109357014", "0.000998244"),
    (
        "wrong-sign-of-error-derivative",
        "",
        0,
        "dE_o1/dout_o1",
        "-0.741365070",
        "-0.082167041",
        "-0.000438568",
    ),
    ("ascent-instead-of-descent", "", 0, "w5+", "0.441083520", W5, W1),
    ("factor-two-left-over", "", 0, "dE_o1/dout_o1", "1.482730139", "0.164334081", "0.000877135"),
    ("extra-half", "", 0, "dE_o1/dout_o1", "0.370682535", "0.041083520", "0.000219284"),
    (
        "error-kept-instead-of-its-derivative",
        "minus_bare",
        0,
        "dE_o1/dout_o1",
        "-0.549622166",
        "-0.060915774",
        "-0.000545415",
    ),
    ("half-left-out-of-error", "", 0, "E_o1", "0.549622166", W5, W1),
    ("mean-for-sum", "error", 0, "E_total", "0.149185554", W5, W1),
    ("forgotten-bias", "", 1, "net_h1", "0.027500000", "0.071395160", "0.000435601"),
    ("forgotten-bias", "", 2, "net_o1", "0.505905967", "0.085458439", "0.000231213"),
    ("no-squashing", "", 0, "out_h1", "0.377500000", "0.023256439", "0.000289143"),
    ("only-one-path", "first", 0, "dE_total/dout_h1", "0.055399425", W5, "0.000668396"),
    ("only-one-path", "last", 0, "dE_total/dout_h1", "-0.019049118", W5, "-0.000229828"),
    ("paths-multiplied", "", 0, "dE_total/dout_h1", "-0.001055310", W5, "-0.000012732"),
    ("missing-weight-factor", "", 0, "dE_o1/dout_h1", "0.138498562", W5, "0.001211333"),
    ("net-input-as-last-factor", "", 0, "dE_total/dw5", "0.052283207", "0.052283207", W1),
    ("delta-given-as-gradient", "", 1, "dE_total/dw1", "0.008771355", W5, "0.008771355"),
    ("forgotten-learning-rate", "", 0, "w5+", "0.317832959", W5, W1),
    ("bias-gradient-times-bias", "", 0, "dE_total/db2", "0.060240195", W5, W1),
    ("one-delta-in-bias-gradient", "first", 0, "dE_total/db2", "0.138498562", W5, W1),
]


@pytest.fixture(scope="module")
def example() -> Diagnoser:
    return Diagnoser(load("mazur"))


def at(workings: Workings, name: str, variant: str, layer: int) -> Placed:
    """The mistake in a layer, or where it changes most."""
    found = [one for one in places_of(workings, MISTAKES[name]) if one.wrongs[0].variant == variant]
    if layer:
        found = [one for one in found if one.place.layer == layer]
    return max(found, key=lambda one: len(one.wrongs))


def given(name: str, text: str) -> Entry:
    return Entry(name, read_answer(text), "")


@pytest.mark.parametrize(("mistake", "variant", "layer", "first", "value", "w5", "w1"), ROWS)
def test_mistake_on_the_example_net(
    example: Diagnoser, mistake: str, variant: str, layer: int, first: str, value: str, w5: str, w1: str
) -> None:
    """It gives the numbers that were worked out apart, and these numbers give it back."""
    placed = at(example.workings, mistake, variant, layer)
    wrong = example.workings.with_formulas(placed.formulas)
    assert wrong is not None
    for name, expected in ((first, value), ("dE_total/dw5", w5), ("dE_total/dw1", w1)):
        assert f"{wrong.value(name):.9f}" == expected
    numbers = {first: value, "dE_total/dw5": w5, "dE_total/dw1": w1}
    diagnosis = example.diagnose([given(name, text) for name, text in numbers.items()])
    names = {
        part.identifier
        for explanation in diagnosis.explanations
        for candidate in (explanation.candidate, *explanation.others)
        for part in candidate.parts
    }
    assert mistake in names


SEEN = tuple(range(60))
"""Seeds of random networks, among which every mistake finds a place."""


@pytest.mark.parametrize("mistake", [*MISTAKES, *SLIPS], ids=lambda mistake: mistake.name)
def test_every_mistake_changes_numbers(mistake) -> None:  # type: ignore[no-untyped-def]
    """In some network; its wrong formulas name quantities that exist, and the right ones stay as they are."""
    for seed in SEEN:
        found = diagnoser(seed)
        if found is None:
            continue
        workings = found.workings
        for placed in list(places_of(workings, mistake))[:3]:
            wrong = workings.with_formulas(placed.formulas)
            if wrong is None:
                continue
            changed = [
                name for name in workings.formulas
                if significant(workings.value(name), 9) != significant(wrong.value(name), 9)
            ]  # fmt: skip
            if changed:
                reached = {
                    workings.names[place]
                    for wrong_one in placed.wrongs
                    for place in range(len(workings.names))
                    if workings.reach[workings.places[wrong_one.quantity]] >> place & 1
                }
                assert wrong.is_in_order <= (set(changed) <= reached)
                return
    pytest.fail(f"{mistake.name} changes nothing in {len(SEEN)} networks")


def test_workings_agree_with_the_evaluation() -> None:
    """Each step written once gives the same numbers as the graph's own formulas."""
    for name in ("mazur", "batch", "lstm", "convolution", "attention", "softmax", "adam"):
        solution = solve(name)
        workings = workings_of(solution.network, solution.graph)
        for quantity in solution.graph:
            value = solution.evaluation.values[quantity.name]
            assert value is not None
            if quantity.name in workings.formulas and "@" not in quantity.name:
                assert workings.value(quantity.name) == pytest.approx(value.number, rel=1e-12, abs=1e-300)


def test_steps_are_shared() -> None:
    """A gradient goes by its delta, so that a slip in the delta is carried on."""
    network = load("mazur")
    workings = workings_of(network, derive(network))
    assert workings.formula("dE_o1/dnet_o1") == Name("delta_o1")
    gradient = workings.formula("dE_total/dw5")
    assert gradient is not None
    assert gradient.parts == (Name("delta_o1"), Name("dnet_o1/dw5"))


def test_a_new_mistake_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found by diagnosis as soon as it is in the table."""
    from symback.graph import Role
    from symback.mistakes.mistake import Mistake, Wrong
    from symback.registry import Registry

    def find(workings, quantity, formula):  # type: ignore[no-untyped-def]
        if quantity.role is Role.TOTAL_ERROR:
            yield Wrong(quantity.name, formula * 7)

    own = Mistake("seven-times", find, Scope.EVERYWHERE)
    monkeypatch.setattr("symback.diagnosis.hypotheses.MISTAKES", Registry("mistake", [*MISTAKES, own]))
    found = Diagnoser(load("mazur"))
    right = found.workings.value("E_total")
    diagnosis = found.diagnose([given("E_total", f"{7 * right:.9f}")])
    (explanation,) = diagnosis.explanations
    assert [part.identifier for part in explanation.candidate.parts] == ["seven-times"]
    assert explanation.is_confident


def test_boxes_of_common_mistakes() -> None:
    """The page shows the numbers that were worked out apart, at the step where each arises."""
    page = solve("mazur", mistakes=True).to_markdown()
    for mistake, _, _, first, value, _, _ in ROWS:
        # boxes stand after steps in full: those of the first weight of each layer
        if first in {"dE_o2/dout_h1", "dE_total/dw5", "dE_total/dw1", "dE_o1/dout_h1", "dE_total/db2"}:
            continue
        shown = "1 |" if value == "1.000000000" else value
        assert shown in page, (mistake, first)
    plain = [line for line in page.splitlines() if line]
    without = [line for line in solve("mazur").to_markdown().splitlines() if line]
    kept = iter(plain)
    assert all(line in kept for line in without), "boxes only add lines"


def test_kinds_and_numbers() -> None:
    """Named mistakes come before slips; a number is printed as documents print it."""
    assert Kind.NAMED < Kind.SLIP
    assert {mistake.kind for mistake in MISTAKES} == {Kind.NAMED}
    assert {mistake.kind for mistake in SLIPS} == {Kind.SLIP}
    assert in_documents(0.0000351085) == "0.0000351085"

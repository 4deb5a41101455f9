"""Update rules in documents, JSON and verify: what is told is what is computed, and proofreads clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symback.api import load, solve, verify
from symback.checks import check_floats
from symback.derivation import derive, with_rounds
from symback.errors import EvaluationError
from symback.evaluation import Rounding, evaluate
from symback.forward import given_numbers
from symback.network import built_in_text, parse
from symback.schedules import SCHEDULES
from symback.update_rules import UPDATE_RULES, UpdateRule
from tests.strategies import Net, nets

CLEAN = {"proved", "exact", "rounded"}
KEYS = {
    "momentum_dampened": "dampening = 0.1",
    "step": "gamma = 0.5\nevery = 2",
    "exponential": "gamma = 0.9",
    "inverse_time": "gamma = 0.5",
    "linear": "length = 10",
}


def keys(rule: str, schedule: str = "constant", more: str = "") -> str:
    rows = [f'rule = "{rule}"', f'schedule = "{schedule}"', KEYS.get(rule, ""), KEYS.get(schedule, ""), more]
    return "\n".join(rows)


def changed(update: str, base: str = "batch") -> str:
    """The text of a built-in network with another [update]."""
    text, _, _ = built_in_text(base).partition("[update]")
    return f"{text}[update]\nlearning_rate = 0.25\n{update}\n"


@pytest.mark.parametrize("style", ["net-out", "z-a"])
@pytest.mark.parametrize("name", ["momentum", "adam", "batch"])
def test_built_in_networks_proofread_clean(name: str, style: str, tmp_path: Path) -> None:
    page = solve(name, notation=style).save(tmp_path / f"{name}.md")
    assert_clean(page, name)


@pytest.mark.parametrize("rule", UPDATE_RULES, ids=lambda entry: entry.name)
def test_every_rule_proofreads_clean(rule: UpdateRule, tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(changed(keys(rule.name, "linear", "batch_size = 3")))
    solution = solve(file)
    assert all(made.passed for made in solution.report.checks)
    assert_clean(solution.save(tmp_path / "page.md"), str(file))
    assert_clean(solution.save(tmp_path / "page.tex"), str(file))


def assert_clean(page: Path, network: str) -> None:
    verdicts = verify(file=page, network=network)
    found = json.loads(verdicts.to_json())["claims"]
    assert [claim for claim in found if claim["verdict"] not in CLEAN] == []
    assert len(found) > 50


@pytest.mark.parametrize("style", ["net-out", "matrix"])
@pytest.mark.parametrize("rule", UPDATE_RULES, ids=lambda entry: entry.name)
@pytest.mark.parametrize("more", ["", "batch_size = 1", 'learning_rate = "symbolic"\nbatch_size = 2'])
def test_documents_of_every_rule(rule: UpdateRule, style: str, more: str) -> None:
    text = changed(keys(rule.name, "step", more))
    if "symbolic" in more:
        text = text.replace("learning_rate = 0.25\n", "")
    solution = solve(parse(text, "net.toml"), notation=style)
    for page in (solution.to_markdown(), solution.to_latex()):
        assert ("Several updates" in page) == ("symbolic" not in more)
        assert ("The error was" in page) == ("symbolic" not in more)
        assert "None" not in page
        assert page.count("{") == page.count("}")


def test_a_page_says_what_a_batch_is() -> None:
    page = solve("batch").to_markdown()
    assert "samples 2 and 4; then samples 1 and 3." in page
    assert "The first update takes samples 2 and 4." in page
    assert "after this first\nupdate it is" in page
    rounds = solve("batch", rounds=(5,)).to_markdown()
    assert "After 5 updates, each from the weights of the one before and with the next batch" in rounds
    stochastic = solve(parse(changed("batch_size = 1"), "net.toml")).to_markdown()
    assert "The first update takes sample 1 alone." in stochastic


def test_names_in_json() -> None:
    quantities = {one["name"]: one for one in json.loads(solve("adam", rounds=(7,)).to_json())["quantities"]}
    for state in ("m", "v", "m_hat", "v_hat"):
        names = [f"{state}_w3{after}" for after in ("+", "@2", "@3", "@7")]
        assert {quantities[name]["role"] for name in names} == {"state"}
    assert quantities["m_w3"]["value"] == "0.000000000"
    assert quantities["m_w3"]["rule"] == "given"
    assert quantities["m_hat_w3+"]["formula"] == "m_w3+/(1 - beta_1^updates+)"
    assert quantities["w3@7"]["role"] == "updated_parameter"
    assert quantities["dE_total/dw3@2"]["rule"] == "training"
    assert "m_hat_w3" not in quantities
    batch = {one["name"] for one in json.loads(solve("batch").to_json())["quantities"]}
    assert {"E_batch", "dE_batch/dw5", "dE_batch/dw5+", "dE_batch/dw5@2", "w5@3", "eta@3"} <= batch


def test_plain_gradient_descent_has_nothing_new() -> None:
    names = [one["name"] for one in json.loads(solve("mazur").to_json())["quantities"]]
    assert not [name for name in names if "@" in name or name.startswith("updates")]


def test_claims_about_states() -> None:
    claims = {
        "v_hat_w3+ = v_w3+/(1 - beta_2^updates+)": "proved",
        r"\hat{m}_{w_3}^{+} = \frac{m_{w_3}^{+}}{1 - \beta_1^{n^{+}}}": "proved",
        "w3+ = w3 - eta*m_hat_w3+/(sqrt(v_hat_w3+) + epsilon)": "proved",
        "w3+ = w3 - eta*dE_total/dw3": "wrong",
        "m_hat_w3@3 = -0.026643748": "rounded",
        "m_hat_w3@3 = -0.026643749": "wrong",
        "v_w3@2 = 0.000000987556": "rounded",
        "dE_total/dw3@2 = -0.035716165": "rounded",
        "updates@3 = 3": "exact",
        "m_w3 = 0": "exact",
    }
    found = json.loads(verify(*claims, network="adam").to_json())["claims"]
    assert {one["text"]: one["verdict"] for one in found} == claims
    (unknown,) = json.loads(verify("m_hat_w9@3 = 1", network="adam").to_json())["claims"]
    assert unknown["verdict"] == "unresolved"


def test_claims_about_momentum_and_batches() -> None:
    momentum = json.loads(verify("velocity_w1 = mu*velocity_w1 + dE_total/dw1", network="momentum").to_json())
    assert [one["verdict"] for one in momentum["claims"]] == ["convention"]
    claims = {
        "dE_batch/dw5 = 1/2*(dE[2]/dw5 + dE[4]/dw5)": "proved",
        "w5+ = w5 - eta*dE_batch/dw5": "proved",
        "w5+ = w5 - eta*dE_total/dw5": "wrong",
        "dE_batch/dw5+ = 1/2*(dE[1]/dw5+ + dE[3]/dw5+)": "proved",
        "eta+ = eta_0*gamma^floor(updates+/every)": "proved",
        "eta@2 = 0.1": "exact",
    }
    found = json.loads(verify(*claims, network="batch").to_json())["claims"]
    assert {one["text"]: one["verdict"] for one in found} == claims


def test_the_next_batch_after_one_update() -> None:
    """The backward pass at the updated weights: of the batch whose turn it is then, as training has it."""
    network = load("batch")
    graph = derive(network, complete=True)
    complete = evaluate(graph, given_numbers(network), Rounding())
    trained = evaluate(with_rounds(derive(network), network, [1]), given_numbers(network), Rounding())
    assert complete["dE_batch/dw5+"] is not None
    assert trained["dE_batch/dw5+"] is not None
    assert complete["dE_batch/dw5+"].text == trained["dE_batch/dw5+"].text
    assert list(graph["dE_batch/dw5+"].parents) == ["dE[1]/dw5+", "dE[3]/dw5+"]


@settings(max_examples=20, deadline=None)
@given(nets(most_hidden=1, most_units=2, most_samples=3), st.sampled_from([one.name for one in UPDATE_RULES]))
def test_any_network_with_any_rule_agrees_with_floats(net: Net, rule: str) -> None:
    text = net.toml()
    assume("[update]" in text and len(net.places) > 1)
    text = text.replace("[update]", f"[update]\n{keys(rule, 'inverse_time', 'batch_size = 2')}")
    network = parse(text, "random.toml")
    graph = derive(network)
    try:
        evaluation = evaluate(graph, given_numbers(network), Rounding())
    except EvaluationError:
        assume(False)
        raise
    made = check_floats(network, graph, evaluation)
    assert made.passed, made


def test_the_check_finds_a_wrong_update() -> None:
    """Numbers of one rule do not pass as those of another."""
    heavy, ahead = (
        parse(built_in_text("momentum").replace('"momentum"', f'"{rule}"'), "net.toml")
        for rule in ("momentum", "nesterov")
    )
    graph = derive(heavy)
    evaluation = evaluate(graph, given_numbers(heavy), Rounding())
    assert check_floats(heavy, graph, evaluation).passed
    assert "w1+" in check_floats(ahead, graph, evaluation).facts["failed"]  # type: ignore[operator]


def test_schedules_are_all_there() -> None:
    assert all(entry.formula is None or entry.name in KEYS for entry in SCHEDULES)

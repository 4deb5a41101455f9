"""Update rules, schedules and mini-batches against torch.optim and against plain floats written by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from symback.checks import check_floats
from symback.derivation import derive, with_rounds
from symback.errors import NetworkFileError
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.forward import given_numbers
from symback.network import Network, parse
from symback.schedules import SCHEDULES
from symback.update_rules import UPDATE_RULES
from tests.tools import require_module

STEPS = 5
WEIGHTS = {"w1": 0.15, "w2": -0.2, "w3": 0.25, "w4": 0.3, "w5": 0.4, "w6": -0.45}
BIASES = {"b_h1": 0.35, "b_h2": -0.1, "b2": 0.6}
SAMPLES = [((0.5, -0.1), 0.2), ((0.3, 0.8), 0.9), ((-0.7, 0.4), 0.1), ((0.9, 0.6), 0.7), ((0.2, -0.4), 0.5)]
NETWORK = """
loss = "half_squared_error"
reduction = "{reduction}"
{samples}
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = [[0.15, -0.2], [0.25, 0.3]]
biases = [0.35, -0.1]
[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[0.4, -0.45]]
bias = 0.6
[update]
{update}
"""


def rows(samples: int) -> str:
    return "\n".join(
        f"[[samples]]\ninputs = {{i1 = {i1}, i2 = {i2}}}\ntargets = {{o1 = {target}}}"
        for (i1, i2), target in SAMPLES[:samples]
    )


def network(update: str, samples: int = 3, reduction: str = "sum") -> Network:
    return parse(NETWORK.format(samples=rows(samples), update=update, reduction=reduction), "test.toml")


def trained(update: str, samples: int = 3, reduction: str = "sum") -> Evaluation:
    """All numbers after 1 to STEPS updates."""
    found = network(update, samples, reduction)
    graph = with_rounds(derive(found), found, range(1, STEPS + 1))
    return evaluate(graph, given_numbers(found), Rounding(20))


def number(evaluation: Evaluation, name: str) -> float:
    found = evaluation[name.replace("@1", "+") if name.endswith("@1") else name]
    assert found is not None
    assert found.proven
    return found.number


def assert_close(found: float, expected: float, name: str = "") -> None:
    assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-15), (name, found, expected)


# --- by hand -------------------------------------------------------------------------------------------


def gradients(values: dict[str, float], batch: list[int], reduction: str) -> dict[str, float]:
    """Of half the squared error of these samples: the 2-2-1 network worked by hand."""
    total = dict.fromkeys(values, 0.0)
    for place in batch:
        (i1, i2), target = SAMPLES[place]
        h1 = math.tanh(values["w1"] * i1 + values["w2"] * i2 + values["b_h1"])
        h2 = math.tanh(values["w3"] * i1 + values["w4"] * i2 + values["b_h2"])
        out = 1 / (1 + math.exp(-(values["w5"] * h1 + values["w6"] * h2 + values["b2"])))
        delta = (out - target) * out * (1 - out)
        delta1, delta2 = delta * values["w5"] * (1 - h1 * h1), delta * values["w6"] * (1 - h2 * h2)
        for name, slope in {
            "w1": delta1 * i1, "w2": delta1 * i2, "b_h1": delta1,
            "w3": delta2 * i1, "w4": delta2 * i2, "b_h2": delta2,
            "w5": delta * h1, "w6": delta * h2, "b2": delta,
        }.items():  # fmt: skip
            total[name] += slope / (len(batch) if reduction == "mean" else 1)
    return total


State = dict[str, float]
Rule = Callable[[float, float, State, int, float], float]
"""(parameter, gradient, state, number of this update from 1, rate) -> the new parameter."""


def gradient_descent(w: float, g: float, state: State, n: int, rate: float) -> float:
    return w - rate * g


def momentum(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["velocity"] = 0.9 * state.get("velocity", 0.0) + g
    return w - rate * state["velocity"]


def momentum_dampened(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["velocity"] = g if n == 1 else 0.9 * state["velocity"] + 0.75 * g
    return w - rate * state["velocity"]


def momentum_steps(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["velocity"] = 0.9 * state.get("velocity", 0.0) - rate * g
    return w + state["velocity"]


def nesterov(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["velocity"] = 0.9 * state.get("velocity", 0.0) + g
    return w - rate * (g + 0.9 * state["velocity"])


def adagrad(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["v"] = state.get("v", 0.0) + g * g
    return w - rate * g / (math.sqrt(state["v"]) + 1e-10)


def rmsprop(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["v"] = 0.99 * state.get("v", 0.0) + 0.01 * g * g
    return w - rate * g / (math.sqrt(state["v"]) + 1e-8)


def adam(w: float, g: float, state: State, n: int, rate: float) -> float:
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0.0) + 0.001 * g * g
    state["m_hat"] = state["m"] / (1 - 0.9**n)
    state["v_hat"] = state["v"] / (1 - 0.999**n)
    return w - rate * state["m_hat"] / (math.sqrt(state["v_hat"]) + 1e-8)


def adamw(w: float, g: float, state: State, n: int, rate: float) -> float:
    return adam(w * (1 - rate * 0.01), g, state, n, rate)


@dataclass(frozen=True)
class Known:
    """A rule twice: by hand, and as torch has it."""

    rule: Rule
    optimizer: str
    options: dict[str, Any] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    """Our name of a state -> torch's."""
    more: str = ""
    """Keys without a default."""


VELOCITY = {"velocity": "momentum_buffer"}
MOMENTS = {"m": "exp_avg", "v": "exp_avg_sq"}
RULES = {
    "gradient_descent": Known(gradient_descent, "SGD"),
    "momentum": Known(momentum, "SGD", {"momentum": 0.9}, VELOCITY),
    "momentum_dampened": Known(
        momentum_dampened, "SGD", {"momentum": 0.9, "dampening": 0.25}, VELOCITY, "dampening = 0.25"
    ),
    # With one rate all the time the steps are the gradients' velocity times the rate.
    "momentum_steps": Known(momentum_steps, "SGD", {"momentum": 0.9}),
    "nesterov": Known(nesterov, "SGD", {"momentum": 0.9, "nesterov": True}, VELOCITY),
    "adagrad": Known(adagrad, "Adagrad", {}, {"v": "sum"}),
    "rmsprop": Known(rmsprop, "RMSprop", {}, {"v": "square_avg"}),
    "adam": Known(adam, "Adam", {}, MOMENTS),
    "adamw": Known(adamw, "AdamW", {}, MOMENTS),
}  # fmt: skip
RATES: dict[str, tuple[str, Callable[[int], float]]] = {
    "constant": ("", lambda n: 0.05),
    "step": ("gamma = 0.5\nevery = 2", lambda n: 0.05 * 0.5 ** (n // 2)),
    "exponential": ("gamma = 0.9", lambda n: 0.05 * 0.9**n),
    "inverse_time": ("gamma = 0.5", lambda n: 0.05 / (1 + 0.5 * n)),
    "linear": ("length = 4", lambda n: 0.05 * max(0.0, 1 - n / 4)),
}
"""Keys, and the rate after n updates."""


def update_text(rule: str, schedule: str = "constant", more: str = "") -> str:
    keys = [f'rule = "{rule}"', "learning_rate = 0.05", RULES[rule].more, more]
    return "\n".join([*keys, f'schedule = "{schedule}"', RATES[schedule][0]])


def by_hand(
    rule: str, schedule: str, batches: list[list[int]], reduction: str = "sum"
) -> list[tuple[dict[str, float], dict[str, State], float]]:
    """After each update: parameters, states, the next rate."""
    values = {**WEIGHTS, **BIASES}
    states: dict[str, State] = {name: {} for name in values}
    found = []
    for done in range(STEPS):
        slopes = gradients(values, batches[done % len(batches)], reduction)
        rate = RATES[schedule][1](done)
        values = {
            name: RULES[rule].rule(value, slopes[name], states[name], done + 1, rate)
            for name, value in values.items()
        }
        kept = {name: dict(state) for name, state in states.items()}
        found.append((values, kept, RATES[schedule][1](done + 1)))
    return found


def assert_as_by_hand(
    evaluation: Evaluation, rule: str, schedule: str, batches: list[list[int]], reduction: str = "sum"
) -> None:
    for done, (values, states, rate) in enumerate(by_hand(rule, schedule, batches, reduction), 1):
        for name, value in values.items():
            assert_close(number(evaluation, f"{name}@{done}"), value, f"{name}@{done}")
            for state, kept in states[name].items():
                place = f"{state}_{name}@{done}"
                assert_close(number(evaluation, place), kept, place)
        if schedule != "constant":
            assert_close(number(evaluation, f"eta@{done}"), rate, f"eta@{done}")


def test_every_rule_and_schedule_is_tested() -> None:
    assert set(RULES) == {entry.name for entry in UPDATE_RULES}
    assert set(RATES) == {entry.name for entry in SCHEDULES}


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("rule", RULES)
def test_rules_as_by_hand(rule: str, reduction: str) -> None:
    evaluation = trained(update_text(rule), reduction=reduction)
    assert_as_by_hand(evaluation, rule, "constant", [[0, 1, 2]], reduction)


@pytest.mark.parametrize("rule", ["gradient_descent", "momentum_steps", "adam"])
@pytest.mark.parametrize("schedule", RATES)
def test_schedules_as_by_hand(rule: str, schedule: str) -> None:
    assert_as_by_hand(trained(update_text(rule, schedule)), rule, schedule, [[0, 1, 2]])


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("rule", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize(
    ("keys", "batches"),
    [
        ("batch_size = 1", [[0], [1], [2], [3], [4]]),
        ("batch_size = 2", [[0, 1], [2, 3], [4]]),
        ("batch_size = 2\norder = [3, 1, 5, 2]", [[2, 0], [4, 1]]),
        ("batch_size = 3\norder = [1, 2, 3, 2, 3, 4, 5]", [[0, 1, 2], [1, 2, 3], [4]]),
        ("batch_size = 5", [[0, 1, 2, 3, 4]]),
        ("batch_size = 7", [[0, 1, 2, 3, 4]]),
    ],
)
def test_batches_as_by_hand(rule: str, keys: str, batches: list[list[int]], reduction: str) -> None:
    evaluation = trained(update_text(rule, more=keys), 5, reduction)
    assert_as_by_hand(evaluation, rule, "constant", batches, reduction)


def test_the_gradient_of_a_batch_is_that_of_the_next_update() -> None:
    evaluation = trained(update_text("gradient_descent", more="batch_size = 2"), 5, "mean")
    batches = [[0, 1], [2, 3], [4]]
    values = {**WEIGHTS, **BIASES}
    for done, (after, _, _) in enumerate(by_hand("gradient_descent", "constant", batches, "mean")):
        slopes = gradients(values, batches[done % 3], "mean")
        for name in ("w1", "b_h2", "b2"):
            place = f"dE_batch/d{name}" + (f"@{done}" if done else "")
            assert_close(number(evaluation, place), slopes[name], place)
        values = after


def test_the_penalty_counts_once_in_every_batch() -> None:
    """As weight_decay of torch.optim.SGD does: the gradient of (lambda/2)*w^2 is lambda*w."""
    text = (
        NETWORK.replace("{reduction}", "mean")
        .replace("{samples}", rows(5))
        .replace("{update}", "learning_rate = 0.05\nbatch_size = 2")
    )
    found = parse(f"penalty_l2 = 0.25\n{text}", "test.toml")
    graph = with_rounds(derive(found), found, range(1, STEPS + 1))
    evaluation = evaluate(graph, given_numbers(found), Rounding(20))
    values = {**WEIGHTS, **BIASES}
    for done in range(STEPS):
        slopes = gradients(values, [[0, 1], [2, 3], [4]][done % 3], "mean")
        for name in WEIGHTS:
            slopes[name] += 0.25 * values[name]
        values = {name: value - 0.05 * slopes[name] for name, value in values.items()}
        for name, value in values.items():
            assert_close(number(evaluation, f"{name}@{done + 1}"), value, name)
    assert check_floats(found, graph, evaluation).passed


# --- torch ---------------------------------------------------------------------------------------------


class Torch:
    """The same network in torch, each parameter a scalar, with one of its optimizers."""

    def __init__(self, torch: Any, rule: str, schedule: str) -> None:
        self.torch = torch
        self.values = {
            name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for name, value in {**WEIGHTS, **BIASES}.items()
        }
        known = RULES[rule]
        self.optimizer = getattr(torch.optim, known.optimizer)(
            list(self.values.values()), lr=0.05, **known.options
        )
        plans = torch.optim.lr_scheduler
        self.schedule = {
            "constant": lambda o: plans.LambdaLR(o, lambda n: 1.0),
            "step": lambda o: plans.StepLR(o, step_size=2, gamma=0.5),
            "exponential": lambda o: plans.ExponentialLR(o, gamma=0.9),
            "inverse_time": lambda o: plans.LambdaLR(o, lambda n: 1 / (1 + 0.5 * n)),
            "linear": lambda o: plans.PolynomialLR(o, total_iters=4, power=1.0),
        }[schedule](self.optimizer)

    def step(self, batch: list[int], reduction: str) -> None:
        v, torch = self.values, self.torch
        error = 0.0
        for place in batch:
            (i1, i2), target = SAMPLES[place]
            h1 = torch.tanh(v["w1"] * i1 + v["w2"] * i2 + v["b_h1"])
            h2 = torch.tanh(v["w3"] * i1 + v["w4"] * i2 + v["b_h2"])
            out = torch.sigmoid(v["w5"] * h1 + v["w6"] * h2 + v["b2"])
            error = error + 0.5 * (target - out) ** 2
        self.optimizer.zero_grad()
        (error / len(batch) if reduction == "mean" else error).backward()
        self.optimizer.step()
        self.schedule.step()


def assert_as_torch(evaluation: Evaluation, model: Torch, rule: str, done: int) -> None:
    for name, value in model.values.items():
        assert_close(number(evaluation, f"{name}@{done}"), value.item(), f"{name}@{done}")
        for state, theirs in RULES[rule].state.items():
            place = f"{state}_{name}@{done}"
            assert_close(number(evaluation, place), model.optimizer.state[value][theirs].item(), place)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("rule", RULES)
def test_rules_as_in_torch(rule: str, reduction: str) -> None:
    model = Torch(require_module("torch"), rule, "constant")
    evaluation = trained(update_text(rule), reduction=reduction)
    for done in range(1, STEPS + 1):
        model.step([0, 1, 2], reduction)
        assert_as_torch(evaluation, model, rule, done)


@pytest.mark.parametrize("rule", ["gradient_descent", "nesterov", "adamw"])
@pytest.mark.parametrize("schedule", RATES)
def test_schedules_as_in_torch(rule: str, schedule: str) -> None:
    model = Torch(require_module("torch"), rule, schedule)
    evaluation = trained(update_text(rule, schedule))
    for done in range(1, STEPS + 1):
        model.step([0, 1, 2], "sum")
        assert_as_torch(evaluation, model, rule, done)
        if schedule != "constant":
            assert_close(number(evaluation, f"eta@{done}"), model.schedule.get_last_lr()[0])


@pytest.mark.parametrize("rule", RULES)
def test_batches_as_in_torch(rule: str) -> None:
    model = Torch(require_module("torch"), rule, "constant")
    evaluation = trained(update_text(rule, more="batch_size = 2"), 5, "mean")
    batches = [[0, 1], [2, 3], [4]]
    for done in range(1, STEPS + 1):
        model.step(batches[(done - 1) % 3], "mean")
        assert_as_torch(evaluation, model, rule, done)


# --- files ---------------------------------------------------------------------------------------------


def test_the_other_convention_of_momentum() -> None:
    steps = network('rule = "momentum"\nconvention = "steps"\nlearning_rate = 0.05').update
    assert steps is not None
    assert steps.rule == "momentum_steps"
    dampened = network('rule = "momentum"\ndampening = 0.25\nlearning_rate = 0.05').update
    assert dampened is not None
    assert dampened.rule == "momentum_dampened"


@pytest.mark.parametrize(
    ("update", "key", "piece"),
    [
        (
            'rule = "adam"\nmomentum = 0.9',
            "momentum",
            "adam has no momentum. These have it: momentum, ",
        ),
        (
            'rule = "momentum"\nbeta1 = 0.9',
            "beta1",
            "momentum has no beta1. These have it: adam, adamw",
        ),
        ("gamma = 0.9", "gamma", "the schedule constant has no gamma"),
        ('schedule = "step"\ngamma = 0.9', "every", "nothing stands there"),
        ('schedule = "step"\ngamma = 0.9\nevery = 1.5', "every", "a whole number from 1 on"),
        ('schedule = "step"\ngamma = 0.9\nevery = "symbolic"', "every", "a whole number from 1 on"),
        ('schedule = "steps"', "schedule", "step"),
        ('rule = "momentum"\nconvention = "both"', "convention", '"gradients" or "steps"'),
        ('rule = "momentum"\nconvention = "steps"\ndampening = 0.1', "dampening", "one of the two"),
        ("batch_size = 0", "batch_size", "from 1 to 1000"),
        ("batch_size = 2\norder = [1, 4]", "order, entry 2", "from 1 to 3"),
        ("batch_size = 2\norder = [1, 0]", "order", "from 1 on"),
        ("batch_size = 2\norder = [1, 1]", "order", "sample 1 is twice in one batch"),
        ("order = [1, 2, 3]", "order", "without `batch_size`"),
    ],
)
def test_wrong_keys_get_a_message(update: str, key: str, piece: str) -> None:
    with pytest.raises(NetworkFileError) as caught:
        network(f"learning_rate = 0.05\n{update}")
    assert f"[update], {key}" in str(caught.value)
    assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("name", "update"),
    [
        ("mu", 'rule = "momentum"'),
        ("updates", 'rule = "adam"'),
        ("epsilon", 'rule = "adagrad"'),
        ("gamma", 'schedule = "exponential"\ngamma = 0.5'),
        ("batch", "batch_size = 1"),
    ],
)
def test_names_of_the_rule_are_taken_only_where_it_has_them(name: str, update: str) -> None:
    text = NETWORK.replace('"h1"', f'"{name}"').replace("{samples}", rows(2))
    text = text.replace("{reduction}", "sum")
    parse(text.replace("{update}", "learning_rate = 0.1"), "test.toml")
    with pytest.raises(NetworkFileError, match=f"'{name}', the name of .* is already that of a unit"):
        parse(text.replace("{update}", f"learning_rate = 0.1\n{update}"), "test.toml")

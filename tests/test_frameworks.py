"""Models of PyTorch as network files: every output, loss and gradient against torch itself; and messages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.errors import RequestError
from symback.frameworks.exact import Exact
from symback.frameworks.network_text import Description, decimal, written
from symback.network import Network
from tests.frameworks import compare
from tests.tools import CHECKOUT, require_module

README = CHECKOUT / "README.md"


@pytest.fixture(scope="module")
def torch() -> Any:
    found = require_module("torch")
    found.set_num_threads(1)
    return found


@pytest.fixture(params=["float32", "float64"])
def dtype(torch: Any, request: pytest.FixtureRequest) -> Any:
    return getattr(torch, request.param)


def dense(torch: Any, *parts: Any, widths: tuple[int, ...] = (2, 3, 2), seed: int = 0) -> Any:
    """A Sequential of Linear layers with one of `parts` behind each."""
    torch.manual_seed(seed)
    layers: list[Any] = []
    for place, (before, after) in enumerate(pairwise(widths)):
        layers.append(torch.nn.Linear(before, after))
        layers += parts[place : place + 1]
    return torch.nn.Sequential(*layers)


# --- activations --------------------------------------------------------------------------------------

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "ReLU": lambda nn: nn.ReLU(),
    "LeakyReLU": lambda nn: nn.LeakyReLU(0.2),
    "ELU": lambda nn: nn.ELU(0.7),
    "Softplus": lambda nn: nn.Softplus(),
    "Softplus with beta": lambda nn: nn.Softplus(beta=2.0),
    "SiLU": lambda nn: nn.SiLU(),
    "GELU": lambda nn: nn.GELU(),
    "GELU by tanh": lambda nn: nn.GELU(approximate="tanh"),
    "Mish": lambda nn: nn.Mish(),
    "LogSigmoid": lambda nn: nn.LogSigmoid(),
    "Softsign": lambda nn: nn.Softsign(),
    "Tanhshrink": lambda nn: nn.Tanhshrink(),
    "Softmax": lambda nn: nn.Softmax(dim=-1),
    "Identity": lambda nn: nn.Identity(),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation(name: str, torch: Any) -> None:
    model = dense(torch, ACTIVATIONS[name](torch.nn)).double()
    x = torch.rand(2, 2, dtype=torch.float64) * 4 - 2
    compare(model, x, torch.rand(2, 2, dtype=torch.float64), torch.nn.MSELoss())


def test_every_activation_of_the_table_is_tried(torch: Any) -> None:
    from symback.frameworks.torch_modules import ACTIVATING

    assert {kind.__name__ for kind in ACTIVATING} == {name.split()[0] for name in ACTIVATIONS} | {
        "LogSoftmax"
    }


# --- losses -------------------------------------------------------------------------------------------

LOSSES: dict[str, tuple[Callable[[Any], Any], str, int]] = {
    "MSELoss": (lambda nn: nn.MSELoss(), "", 2),
    "MSELoss, sum": (lambda nn: nn.MSELoss(reduction="sum"), "", 2),
    "L1Loss": (lambda nn: nn.L1Loss(), "", 1),
    "L1Loss, sum": (lambda nn: nn.L1Loss(reduction="sum"), "", 2),
    "HuberLoss": (lambda nn: nn.HuberLoss(delta=0.3), "", 1),
    "HuberLoss, sum": (lambda nn: nn.HuberLoss(reduction="sum", delta=0.25), "", 2),
    "SmoothL1Loss": (lambda nn: nn.SmoothL1Loss(), "", 1),
    "BCELoss": (lambda nn: nn.BCELoss(), "Sigmoid", 1),
    "BCELoss, sum": (lambda nn: nn.BCELoss(reduction="sum"), "Sigmoid", 2),
    "BCEWithLogitsLoss": (lambda nn: nn.BCEWithLogitsLoss(), "", 1),
    "BCEWithLogitsLoss, sum": (lambda nn: nn.BCEWithLogitsLoss(reduction="sum"), "", 3),
    "CrossEntropyLoss, shares": (lambda nn: nn.CrossEntropyLoss(), "", 3),
    "CrossEntropyLoss, shares, sum": (lambda nn: nn.CrossEntropyLoss(reduction="sum"), "", 3),
    "CrossEntropyLoss after Softmax": (lambda nn: nn.CrossEntropyLoss(), "Softmax", 3),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss(name: str, dtype: Any, torch: Any) -> None:
    made, last, outputs = LOSSES[name]
    parts = [torch.nn.Tanh(), *([ACTIVATIONS[last](torch.nn)] if last else [])]
    model = dense(torch, *parts, widths=(2, 2, outputs)).to(dtype)
    x, y = torch.rand(3, 2, dtype=dtype), torch.rand(3, outputs, dtype=dtype)
    if "shares" in name:
        y = torch.softmax(y, dim=-1)
    compare(model, x, y, made(torch.nn))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_classes(reduction: str, dtype: Any, torch: Any) -> None:
    model = dense(torch, torch.nn.ReLU(), widths=(2, 2, 3)).to(dtype)
    x, y = torch.rand(3, 2, dtype=dtype), torch.tensor([2, 0, 1])
    solution = compare(model, x, y, torch.nn.CrossEntropyLoss(reduction=reduction))
    assert solution.network.loss == "cross_entropy_from_logits"
    assert solution["target_o3[1]"].value == "1." + "0" * 20


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_log_softmax_and_its_loss_are_softmax_and_cross_entropy(reduction: str, torch: Any) -> None:
    model = dense(torch, torch.nn.ReLU(), torch.nn.LogSoftmax(dim=1), widths=(2, 2, 3)).double()
    x, y = torch.rand(2, 2, dtype=torch.float64), torch.tensor([2, 0])
    loss = torch.nn.NLLLoss(reduction=reduction)

    def of_shares(outputs: Any, classes: Any) -> Any:  # what the network gives, not their logarithms
        return loss(outputs.log(), classes)

    twin = compare(model, x, y, of_shares, run=lambda module, x: module(x).exp(), known=loss)
    assert (twin.network.loss, twin.network.layers[-1].activation) == ("cross_entropy", "softmax")


def test_one_sample_has_no_index(torch: Any) -> None:
    model = dense(torch, torch.nn.Sigmoid()).double()
    x, y = torch.rand(2, dtype=torch.float64), torch.rand(2, dtype=torch.float64)
    solution = compare(model, x, y, torch.nn.MSELoss())
    assert "out_h1" in solution.graph
    one_class = compare(model, x, torch.tensor(1), torch.nn.CrossEntropyLoss())
    assert one_class["target_o2"].value == "1." + "0" * 20


def test_a_loss_by_name(torch: Any) -> None:
    model = dense(torch, torch.nn.Sigmoid(), torch.nn.Sigmoid())
    text = symback.from_torch(
        model, [[0.05, 0.10], [0.3, 0.7]], [[0, 1], [1, 0]], "half_squared_error", reduction="mean"
    )
    table = tomllib.loads(text.text)
    assert (table["loss"], table["reduction"]) == ("half_squared_error", "mean")
    assert table["samples"][0] == {"inputs": {"i1": 0.05, "i2": 0.1}, "targets": {"o1": 0, "o2": 1}}
    assert "targets" not in tomllib.loads(symback.from_torch(model, [0.5, 0.1], None, "output_sum").text)


def test_a_function_as_loss(torch: Any) -> None:
    model = dense(torch, torch.nn.Tanh())
    text = symback.from_torch(model, [0.5, 0.1], [0, 1], torch.nn.functional.mse_loss)
    assert text.network.loss == "mean_squared_error"


# --- images, series, words ----------------------------------------------------------------------------

Build = Callable[[Any], list[Any]]

MODELS: dict[str, tuple[Build, tuple[int, ...]]] = {
    "Conv2d": (
        lambda nn: [nn.Conv2d(1, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 1)],
        (2, 1, 3, 3),
    ),
    "Conv2d, stride, padding": (
        lambda nn: [
            nn.Conv2d(2, 1, (2, 3), stride=(1, 2), padding=(1, 0)),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(3, 2),
        ],
        (1, 2, 2, 3),
    ),
    "Conv2d, same": (
        lambda nn: [nn.Conv2d(1, 1, 3, padding="same", bias=False), nn.Flatten(), nn.Linear(4, 1)],
        (1, 1, 2, 2),
    ),
    "AvgPool2d": (
        lambda nn: [
            nn.AvgPool2d((1, 2), stride=1),
            nn.Tanh(),
            nn.Conv2d(1, 1, 2),
            nn.Flatten(),
            nn.Linear(1, 1),
        ],
        (2, 1, 2, 3),
    ),
    "AdaptiveAvgPool2d": (
        lambda nn: [nn.Conv2d(1, 2, 1), nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 1)],
        (1, 1, 2, 2),
    ),
    "AdaptiveMaxPool2d": (
        lambda nn: [nn.Conv2d(1, 1, 1), nn.AdaptiveMaxPool2d((1, None)), nn.Flatten(), nn.Linear(2, 1)],
        (1, 1, 2, 2),
    ),
    "Conv1d": (
        lambda nn: [nn.Conv1d(1, 2, 2, stride=2), nn.SiLU(), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(2, 1)],
        (2, 1, 4),
    ),
    "Conv1d of channels": (
        lambda nn: [nn.Conv1d(2, 1, 2, padding=1), nn.Tanh(), nn.AvgPool1d(2), nn.Flatten(), nn.Linear(2, 1)],
        (2, 2, 3),
    ),
    "AdaptivePool1d": (
        lambda nn: [
            nn.Conv1d(1, 1, 1),
            nn.AdaptiveAvgPool1d(2),
            nn.ReLU(),
            nn.AdaptiveMaxPool1d(1),
            nn.Flatten(),
            nn.Linear(1, 1),
        ],
        (1, 1, 4),
    ),
    "Flatten first": (lambda nn: [nn.Flatten(), nn.Linear(4, 2)], (2, 1, 2, 2)),
    "one image": (lambda nn: [nn.Conv2d(1, 1, 2), nn.Flatten(0), nn.Linear(2, 1)], (1, 2, 3)),
    "LayerNorm": (
        lambda nn: [nn.Linear(2, 3), nn.LayerNorm(3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid()],
        (2, 2),
    ),
    "LayerNorm of an image": (
        lambda nn: [nn.Conv2d(1, 1, 1), nn.LayerNorm((1, 1, 2)), nn.Flatten(), nn.Linear(2, 1)],
        (1, 1, 1, 2),
    ),
    "LayerNorm alone": (
        lambda nn: [nn.LayerNorm(3, eps=0.25, elementwise_affine=False), nn.Linear(3, 1)],
        (3,),
    ),
    "BatchNorm1d": (
        lambda nn: [nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Tanh(), nn.Tanh(), nn.Linear(2, 1)],
        (3, 2),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model(name: str, torch: Any) -> None:
    build, shape = MODELS[name]
    torch.manual_seed(3)
    model = torch.nn.Sequential(*build(torch.nn)).double()
    for part in model:
        if isinstance(part, torch.nn.LayerNorm | torch.nn.BatchNorm1d) and part.weight is not None:
            torch.nn.init.normal_(part.weight)
            torch.nn.init.normal_(part.bias)
    x = torch.randn(shape, dtype=torch.float64)
    y = torch.rand_like(model(x)).detach()
    compare(model, x, y, torch.nn.MSELoss())


STEPS: dict[str, Build] = {
    "RNN": lambda nn: [nn.RNN(2, 2)],
    "RNN, relu, no biases": lambda nn: [nn.RNN(2, 2, nonlinearity="relu", bias=False)],
    "RNN of two layers": lambda nn: [nn.RNN(2, 2, num_layers=2, dropout=0.0)],
    "LSTM": lambda nn: [nn.LSTM(2, 1)],
    "LSTM without biases": lambda nn: [nn.LSTM(2, 1, bias=False)],
    "GRU": lambda nn: [nn.GRU(2, 1)],
    "Linear, GRU": lambda nn: [nn.Linear(2, 1), nn.Tanh(), nn.GRU(1, 1)],
    "RNN, LSTM": lambda nn: [nn.RNN(2, 1), nn.LSTM(1, 1)],
}


def last_step(batch_first: bool) -> Callable[[Any, Any], Any]:
    def run(model: Any, x: Any) -> Any:
        for place, part in enumerate(model):
            x = part(x)
            if isinstance(x, tuple):
                x = x[0]
                if all(not hasattr(later, "batch_first") for later in model[place + 1 :]):
                    x = x[:, -1] if batch_first else x[-1]
        return x

    return run


@pytest.mark.parametrize("batch", ["batch first", "batch second", "one sample"])
@pytest.mark.parametrize("name", STEPS)
def test_a_recurrent_model(name: str, batch: str, torch: Any) -> None:
    torch.manual_seed(3)
    first = batch == "batch first"
    parts = STEPS[name](torch.nn)
    for part in parts:
        if hasattr(part, "batch_first"):
            part.batch_first = first
    model = torch.nn.Sequential(*parts, torch.nn.Linear(parts[-1].hidden_size, 1)).double()
    shape = {"batch first": (2, 3, 2), "batch second": (3, 2, 2), "one sample": (3, 2)}[batch]
    x = torch.randn(shape, dtype=torch.float64)
    y = torch.rand((1,) if batch == "one sample" else (2, 1), dtype=torch.float64)
    solution = compare(model, x, y, torch.nn.MSELoss(), run=last_step(first))
    assert len(solution.network.source.steps) == 3


@pytest.mark.parametrize(
    ("build", "x"),
    [
        (lambda nn: [nn.Embedding(4, 2), nn.Flatten(), nn.Linear(4, 1)], [[3, 0], [1, 3]]),
        (lambda nn: [nn.Embedding(3, 2), nn.Linear(2, 1), nn.Sigmoid()], [2, 0, 2]),
        (lambda nn: [nn.Embedding(3, 2), nn.Linear(2, 1)], 1),
        (
            lambda nn: [nn.Embedding(3, 1), nn.GRU(1, 1, batch_first=True), nn.Linear(1, 1)],
            [[2, 0, 2], [1, 1, 0]],
        ),
        (lambda nn: [nn.Embedding(3, 1), nn.RNN(1, 1), nn.Linear(1, 1)], [[2, 0], [1, 1], [0, 1]]),
    ],
)
def test_words(build: Build, x: Any, torch: Any) -> None:
    torch.manual_seed(3)
    model = torch.nn.Sequential(*build(torch.nn)).double()
    words = torch.tensor(x)
    run = last_step(any(getattr(part, "batch_first", False) for part in model))
    y = torch.rand_like(run(model, words)).detach()
    compare(model, words, y, torch.nn.MSELoss(), run=run)


def test_every_module_of_the_table_is_tried(torch: Any) -> None:
    from symback.frameworks.torch_modules import TABLE

    tried = {torch.nn.Linear, torch.nn.Dropout, torch.nn.LogSoftmax, torch.nn.Embedding}
    tried |= {type(make(torch.nn)) for make in ACTIVATIONS.values()}
    tried |= {type(part) for build, _ in MODELS.values() for part in build(torch.nn)}
    tried |= {type(part) for build in STEPS.values() for part in build(torch.nn)}
    assert set(TABLE) == tried


# --- numbers ------------------------------------------------------------------------------------------


def test_numbers_are_exact_decimals_of_their_floats(torch: Any) -> None:
    model = torch.nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[0.1, -3e-9]]))
    title = 'A "small" one'
    text = symback.from_torch(model, [0.1, 1], [1.5], torch.nn.MSELoss(), learning_rate=0.1, title=title)
    assert "weights = [[0.100000001490116119384765625, -" in text.text
    weights = tomllib.loads(text.text, parse_float=Decimal)["layers"][0]["weights"]
    assert weights == [[Decimal(number) for number in model.weight[0].tolist()]]
    assert "i1 = 0.1\n" in text.text  # typed, not a tensor
    assert "learning_rate = 0.1\n" in text.text
    assert text.network.title == title
    rounded = symback.from_torch(model, torch.tensor([0.1, 1]), [1.5], torch.nn.MSELoss(), decimals=3)
    assert "weights = [[0.1, 0]]" in rounded.text
    assert "i1 = 0.1\n" in rounded.text


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        (0.5, None, "0.5"),
        (-0.0, None, "0"),
        (100.0, None, "100"),
        (0.1, None, "0.1000000000000000055511151231257827021181583404541015625"),
        (2.0**-70, None, f"{Decimal(2.0**-70):e}"),
        (-1e30, None, "-1000000000000000019884624838656"),
        (1e25, None, "10000000000000000905969664"),
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (0.1249999, 2, "0.12"),
        (1e-30, 5, "0"),
    ],
)
def test_a_float_as_a_decimal(number: float, decimals: int | None, expected: str) -> None:
    text = decimal(Exact(decimals).number(number, "it"))
    assert text == expected
    if decimals is None:
        assert Decimal(text) == Decimal(number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 5e-324, 1e-40, 1e300])
def test_a_float_that_no_network_file_can_hold(number: float) -> None:
    with pytest.raises(RequestError, match=r"^weight\[1\] is "):
        Exact().nested([number], "weight")


def test_rounding_takes_small_numbers_in() -> None:
    assert Exact(30).nested([5e-324, 1e-40], "weight") == [0, 0]


def test_the_text_of_values() -> None:
    assert written('say "no"\n\x7f') == '"say \\"no\\"\\n\\u007f"'
    assert written(True) == "true"
    long = [[Decimal(1) / 4] * 20] * 2
    assert tomllib.loads(f"weights = {written(long, 10)}", parse_float=Decimal) == {"weights": long}
    assert max(map(len, written(long, 10).splitlines())) <= 100
    remark = Description("loss", [], [{}], remarks=("one\ntwo = 3",)).text()
    assert "\ntwo" not in remark


# --- what is given back -------------------------------------------------------------------------------


def test_what_is_given_back(torch: Any, tmp_path: Path) -> None:
    model = dense(torch, torch.nn.Sigmoid())
    text = symback.from_torch(model, [0.5, 0.1], [0, 1], torch.nn.MSELoss(), learning_rate=0.5)
    assert isinstance(text.network, Network)
    assert symback.load(text) is text.network
    saved = text.save(tmp_path / "net.toml")
    assert symback.load(saved).parameters == text.network.parameters
    assert str(text) == text.text == saved.read_text(encoding="utf-8")
    assert symback.solve(text)["w1+"].value == symback.solve(saved)["w1+"].value


def test_an_update_is_that_of_torch(torch: Any) -> None:
    model = dense(torch, torch.nn.Sigmoid(), torch.nn.Sigmoid()).double()
    x, y = torch.rand(3, 2, dtype=torch.float64), torch.rand(3, 2, dtype=torch.float64)
    loss = torch.nn.MSELoss()
    solution = symback.solve(symback.from_torch(model, x, y, loss, learning_rate=0.5), digits=20)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    loss(model(x), y).backward()
    optimizer.step()
    after = [number for parameter in model.parameters() for number in parameter.reshape(-1).tolist()]
    for (name, _), expected in zip(solution.network.parameters, after, strict=True):
        assert abs(float(solution[f"{name}+"].value) - expected) < 1e-12  # type: ignore[arg-type]


def test_frozen_biases(torch: Any) -> None:
    model = dense(torch, torch.nn.Sigmoid())
    model[0].bias.requires_grad_(False)
    arguments = (model, [0.5, 0.1], [0, 1], torch.nn.MSELoss())
    with pytest.raises(RequestError, match=r"requires_grad is False for 0\.bias"):
        symback.from_torch(*arguments, learning_rate=0.5)
    assert symback.from_torch(*arguments).network.update is None
    model[2].bias.requires_grad_(False)
    update = symback.from_torch(*arguments, learning_rate=0.5).network.update
    assert update is not None
    assert not update.biases


def test_the_model_is_left_alone(torch: Any) -> None:
    model = dense(torch, torch.nn.Sigmoid()).half()
    state = torch.random.get_rng_state()
    symback.from_torch(model, [0.5, 0.1], [0, 1], torch.nn.MSELoss())
    assert model[0].weight.dtype == torch.float16
    assert model.training
    assert model[0].weight.grad is None
    assert torch.equal(torch.random.get_rng_state(), state)


def test_dropout_counts_only_while_training(torch: Any) -> None:
    model = dense(torch, torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Dropout(0.5)))
    with pytest.raises(RequestError, match=r"Module 1\.1, Dropout.*eval\(\)"):
        symback.from_torch(model, [0.5, 0.1], [0, 1], torch.nn.MSELoss())
    compare(model.eval(), torch.rand(2, 2), torch.rand(2, 2), torch.nn.MSELoss())


def test_torch_is_loaded_only_when_it_is_used() -> None:
    program = (
        "import sys, symback; symback.load('mazur'); exit('torch' in sys.modules or 'onnx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_example_of_the_readme(torch: Any, tmp_path: Path) -> None:
    (program,) = re.findall(
        r"```python\n(import symback, torch\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 1)).double()
    x = torch.tensor([[0.05, 0.10], [0.20, 0.30]], dtype=torch.float64)
    torch.nn.MSELoss()(model(x), torch.tensor([[1.0], [0.0]]).double()).backward()
    assert float(done.stdout) == pytest.approx(model[0].weight.grad[0, 0].item(), abs=1e-9)
    assert symback.load(tmp_path / "model.toml").update is not None


def test_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(RequestError, match=r'pip install "symback\[torch\]"'):
        symback.from_torch(None, [0.5], [1], "half_squared_error")


# --- messages -----------------------------------------------------------------------------------------


def shared(nn: Any) -> Any:
    layer = nn.Linear(2, 2)
    return nn.Sequential(layer, nn.Tanh(), layer)


def hooked(nn: Any) -> Any:
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(lambda module, given, found: 2 * found)
    return nn.Sequential(layer)


def own(nn: Any) -> Any:
    class Mine(nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x

    return nn.Sequential(nn.Linear(2, 2), Mine())


def other_forward(nn: Any) -> Any:
    class Mine(nn.Linear):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return super().forward(x) + 1

    return nn.Sequential(Mine(2, 2))


def with_number(nn: Any, number: float) -> Any:
    layer = nn.Linear(2, 2).double()
    layer.weight.data[1, 0] = number
    return layer


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no module": (lambda nn: 3, r"takes a torch\.nn\.Module, not int"),
    "its own": (
        own,
        r"Module 1, Mine.*no twin.*nn\.Sequential.*Supported: Sequential, Linear",
    ),
    "another": (lambda nn: nn.Sequential(nn.Bilinear(2, 2, 2)), r"Module 0, Bilinear.*Supported"),
    "forward": (other_forward, r"Module 0, Mine.*its forward\(\) is not that of nn\.Linear"),
    "hooks": (hooked, r"Module 0, Linear.*hooks"),
    "shared": (shared, r"Module 2, Linear.*shares its weights with module 0"),
    "softmax": (lambda nn: nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=0)), r"Module 1, Softmax.*dim=-1"),
    "log_softmax": (lambda nn: nn.Sequential(nn.Linear(2, 2), nn.LogSoftmax(dim=1)), "LogSoftmax.*NLLLoss"),
    "softplus": (lambda nn: nn.Sequential(nn.Linear(2, 2), nn.Softplus(threshold=3)), "threshold"),
    "prelu": (lambda nn: nn.Sequential(nn.Linear(2, 2), nn.PReLU()), "Module 1, PReLU"),
    "width": (lambda nn: nn.Sequential(nn.Linear(3, 2)), "Module 0, Linear.*takes 3 numbers, but 2 come in"),
    "size": (lambda nn: nn.Linear(2, 10_000), "30,000 parameters: a network file may have 20,000"),
    "nan": (lambda nn: with_number(nn, float("nan")), r"weight\[2\]\[1\] is nan"),
    "small": (lambda nn: with_number(nn, 1e-60), r"weight\[2\]\[1\] is 1e-60.*decimals=30"),
    "empty": (lambda nn: nn.Sequential(), "no layer"),
}


REFUSED_OF_SHAPE: dict[str, tuple[Build, tuple[int, ...], str]] = {
    "groups": (lambda nn: [nn.Conv2d(2, 2, 1, groups=2)], (1, 2, 2, 2), "Module 0, Conv2d.*groups=2"),
    "dilation": (lambda nn: [nn.Conv1d(1, 1, 2, dilation=2)], (1, 1, 4), r"dilation=\(2,\)"),
    "circular": (
        lambda nn: [nn.Conv1d(1, 1, 2, padding_mode="circular")],
        (1, 1, 4),
        "padding_mode='circular'",
    ),
    "even": (lambda nn: [nn.Conv1d(1, 1, 2, padding="same")], (1, 1, 4), "even size"),
    "channels": (lambda nn: [nn.Conv2d(2, 1, 1)], (1, 1, 2, 2), "takes 2 channels, but 1 come in"),
    "pool": (lambda nn: [nn.MaxPool2d(2, padding=1)], (1, 1, 4, 4), "padding=1"),
    "ceiling": (lambda nn: [nn.AvgPool2d(2, ceil_mode=True)], (1, 1, 3, 3), "ceil_mode=True"),
    "divisor": (lambda nn: [nn.AvgPool2d(2, divisor_override=3)], (1, 1, 2, 2), "divisor_override"),
    "adaptive": (lambda nn: [nn.AdaptiveAvgPool2d(2)], (1, 1, 3, 3), "equal size"),
    "not flat": (
        lambda nn: [nn.Conv2d(1, 1, 1), nn.Linear(2, 1)],
        (1, 1, 1, 2),
        "Module 1, Linear.*flatten it",
    ),
    "softmax": (lambda nn: [nn.Conv2d(1, 2, 1), nn.Softmax(dim=1)], (1, 1, 1, 2), "Module 1, Softmax.*units"),
    "flatten": (lambda nn: [nn.Flatten(2), nn.Linear(2, 1)], (1, 1, 1, 2), "start_dim=1"),
    "image": (
        lambda nn: [nn.Conv2d(1, 1, 1)],
        (2, 2),
        r"x has 2 dimensions, \(2, 2\): .* or 3 for one",
    ),
    "one image": (
        lambda nn: [nn.Conv2d(1, 1, 1), nn.Flatten()],
        (1, 2, 2),
        "takes 4 for a batch of ",
    ),
    "norm": (lambda nn: [nn.Linear(2, 2), nn.LayerNorm(3)], (1, 2), "Module 1, LayerNorm.*shape 2 comes in"),
    "evaluated": (lambda nn: [nn.BatchNorm1d(2).eval(), nn.Linear(2, 1)], (3, 2), "running statistics"),
    "both ways": (lambda nn: [nn.LSTM(2, 1, bidirectional=True)], (1, 2, 2), "bidirectional=True"),
    "projection": (lambda nn: [nn.LSTM(2, 2, proj_size=1)], (1, 2, 2), "proj_size=1"),
    "orders": (lambda nn: [nn.RNN(2, 2, batch_first=True), nn.GRU(2, 2)], (1, 2, 2), "one order"),
    "width": (lambda nn: [nn.RNN(3, 2)], (1, 2, 2), "takes 3 numbers at each step, but 2 come in"),
    "late": (lambda nn: [nn.Linear(2, 2), nn.Embedding(3, 2)], (1, 2), "floats, but an Embedding"),
}


@pytest.mark.parametrize("name", REFUSED_OF_SHAPE)
def test_a_module_that_has_no_twin_for_this_shape(name: str, torch: Any) -> None:
    build, shape, message = REFUSED_OF_SHAPE[name]
    with pytest.raises(RequestError, match=message):
        symback.from_torch(
            torch.nn.Sequential(*build(torch.nn)), torch.rand(shape), [[0.0]], torch.nn.MSELoss()
        )


def test_an_update_of_two_biases_is_refused(torch: Any) -> None:
    arguments = (torch.rand(3, 2), [1.0], torch.nn.MSELoss())
    with pytest.raises(RequestError, match="Module 0: PyTorch updates both biases"):
        symback.from_torch(torch.nn.Sequential(torch.nn.RNN(2, 1)), *arguments, learning_rate=0.5)
    text = symback.from_torch(
        torch.nn.Sequential(torch.nn.RNN(2, 1, bias=False)), *arguments, learning_rate=0.5
    )
    assert text.network.update is not None


@pytest.mark.parametrize("name", REFUSED)
def test_a_module_that_has_no_twin(name: str, torch: Any) -> None:
    made, message = REFUSED[name]
    with pytest.raises(RequestError, match=message):
        symback.from_torch(made(torch.nn), [0.5, 0.1], [0, 1], torch.nn.MSELoss())


REFUSED_LOSSES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "L1Loss": (lambda nn: nn.L1Loss(), r"L1Loss\(\) divides by the 2 outputs.*reduction='sum'"),
    "HuberLoss": (lambda nn: nn.HuberLoss(), "divides by the 2 outputs"),
    "BCEWithLogitsLoss": (lambda nn: nn.BCEWithLogitsLoss(), "divides by the 2 outputs"),
    "SmoothL1Loss": (lambda nn: nn.SmoothL1Loss(beta=0.5, reduction="sum"), "beta=1"),
    "no reduction": (lambda nn: nn.MSELoss(reduction="none"), "'mean' or 'sum'"),
    "label_smoothing": (lambda nn: nn.CrossEntropyLoss(label_smoothing=0.1), "label_smoothing"),
    "NLLLoss": (lambda nn: nn.NLLLoss(), "NLLLoss.*only after LogSoftmax"),
    "KLDivLoss": (lambda nn: nn.KLDivLoss(), "KLDivLoss.*Supported: MSELoss"),
    "a layer": (lambda nn: nn.Linear(2, 2), "no loss"),
    "a name": (lambda nn: "half_squared", "Did you mean 'half_squared_error'"),
    "a number": (lambda nn: 3, "no loss"),
}


@pytest.mark.parametrize("name", REFUSED_LOSSES)
def test_a_loss_that_has_no_twin(name: str, torch: Any) -> None:
    made, message = REFUSED_LOSSES[name]
    with pytest.raises(RequestError, match=message):
        symback.from_torch(torch.nn.Linear(2, 2), [0.5, 0.1], [0, 1], made(torch.nn))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([0.5, 0.1, 3], [0, 1], "takes 2 numbers, but 3 come in"),
        ([[[0.5, 0.1]]], [[0, 1]], r"x has 3 dimensions, \(1, 1, 2\): .*takes 2 for a batch"),
        ([[0.5, 0.1], [0.2]], [0, 1], "x=.*no list of numbers"),
        (["a", 0.1], [0, 1], "x=.*no list of numbers"),
        ([0.5, 0.1], [0, 1, 2], r"y has the shape \(3,\): .* the shape \(2,\)"),
        ([[0.5, 0.1]], [0, 1], r"y has the shape \(2,\): .* the shape \(1, 2\)"),
        ([float("nan"), 0.1], [0, 1], r"x\[1\] is nan"),
        ([], [], "there is no number in it"),
        ([0.5, 0.1], None, "needs targets"),
    ],
)
def test_data_that_does_not_fit(x: Any, y: Any, message: str, torch: Any) -> None:
    with pytest.raises(RequestError, match=message):
        symback.from_torch(torch.nn.Linear(2, 2), x, y, torch.nn.MSELoss())


def test_classes_that_are_none(torch: Any) -> None:
    with pytest.raises(RequestError, match="y has the class 2, but there are 2 outputs: 0 to 1"):
        symback.from_torch(torch.nn.Linear(2, 2), [0.5, 0.1], 2, torch.nn.CrossEntropyLoss())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decimals": -1}, "decimals=-1: a whole number"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"reduction": "sum"}, "a torch loss brings its own"),
    ],
)
def test_options_that_are_wrong(options: dict[str, Any], message: str, torch: Any) -> None:
    with pytest.raises(RequestError, match=message):
        symback.from_torch(torch.nn.Linear(2, 2), [0.5, 0.1], [0, 1], torch.nn.MSELoss(), **options)


def test_a_wrong_network_is_never_given_back(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from symback.frameworks import torch_modules

    wrong = torch_modules.TABLE[torch.nn.Sigmoid]
    monkeypatch.setitem(torch_modules.TABLE, torch.nn.Tanh, wrong)
    with pytest.raises(RequestError, match=r"PyTorch gives out_o1 = .*not given back"):
        symback.from_torch(dense(torch, torch.nn.Tanh()), [0.5, 0.1], [0, 1], torch.nn.MSELoss())

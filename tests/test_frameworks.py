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
        ([[[0.5, 0.1]]], [[0, 1]], r"x has the shape \(1, 1, 2\).*2 dimensions"),
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

"""Good network files: what they mean, the built-ins, and the numbers drawn."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
import tomllib
from dataclasses import FrozenInstanceError
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback import network
from symback.errors import UnknownName
from symback.expression import Call, Negative, Number, Product
from symback.layers.dense import Dense
from symback.network import Given, Network, Sample, Update, built_in_names, built_in_text, load, parse

TEMPLATE = """
loss = "half_squared_error"
{top}
[inputs]
i1 = {value}
[targets]
o1 = 1
[[layers]]
units = ["o1"]
activation = "sigmoid"
weights = [[2]]
{layer}
{rest}
"""
SYMBOLIC = Given(None)


def file(value: str = "1", top: str = "", layer: str = "", rest: str = "") -> Network:
    return parse(TEMPLATE.format(value=value, top=top, layer=layer, rest=rest), "folder/net.toml")


def decimal(text: str) -> Given:
    return Given(Number(Fraction(text)), text)


def decimals(*texts: str) -> tuple[Given, ...]:
    return tuple(decimal(text) for text in texts)


def test_mazur_is_the_example_of_the_contract() -> None:
    values = ["0.15", "0.20", "0.25", "0.30", "0.35", "0.40", "0.45", "0.50", "0.55", "0.60"]
    names = ["w1", "w2", "w3", "w4", "b1", "w5", "w6", "w7", "w8", "b2"]
    mazur = load("mazur")
    assert (mazur.name, mazur.title) == ("mazur", "A step by step backpropagation example")
    assert (mazur.inputs, mazur.places, mazur.output_units) == (("i1", "i2"), (0,), ("o1", "o2"))
    layers = [layer for layer in mazur.layers if isinstance(layer, Dense)]
    assert [(layer.units, layer.activation) for layer in layers] == [
        (("h1", "h2"), "logistic"),
        (("o1", "o2"), "logistic"),
    ]
    assert [layer.weight_names for layer in layers] == [
        (("w1", "w2"), ("w3", "w4")),
        (("w5", "w6"), ("w7", "w8")),
    ]
    assert [layer.bias_names for layer in layers] == [("b1", "b1"), ("b2", "b2")]
    assert mazur.samples == (Sample(decimals("0.05", "0.10"), decimals("0.01", "0.99")),)
    assert (mazur.reduction, mazur.loss, mazur.constants) == ("sum", "half_squared_error", ())
    assert mazur.parameters == tuple(zip(names, decimals(*values), strict=True))
    assert mazur.update == Update("gradient_descent", decimal("0.5"), biases=False)
    assert (mazur.notation, mazur.aliases, mazur.seed) == ((), (), None)


def drawn(seed: int, name: str) -> Fraction:
    """The contract's rule, computed here once more."""
    digest = hashlib.sha256(b"symback/1:%d:%s" % (seed, name.encode())).hexdigest()
    value = Fraction(int(digest[:16], 16) % 199 - 99, 100)
    return value or Fraction(1, 100)


def test_xor_is_drawn_and_learns() -> None:
    xor = load("xor")
    assert (xor.title, xor.reduction, xor.seed) == ("XOR with two hidden units", "sum", 1)
    assert [layer.bias_names for layer in xor.layers] == [("b_h1", "b_h2"), ("b_o1",)]
    assert xor.update == Update("gradient_descent", decimal("0.5"), biases=True)
    samples = [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    assert [
        tuple([int(given.text) for given in part] for part in (s.inputs, s.targets)) for s in xor.samples
    ] == samples
    names = ["w1", "w2", "w3", "w4", "b_h1", "b_h2", "w5", "w6", "b_o1"]
    assert [name for name, _ in xor.parameters] == names
    assert all(given.expression == Number(drawn(1, name)) for name, given in xor.parameters)
    start = {name: float(drawn(1, name)) for name in names}
    assert trained(start, samples, rounds=10_000) < 0.01


def trained(p: dict[str, float], samples: list[tuple[list[int], list[int]]], rounds: int) -> float:
    """The error of the xor network after full-batch gradient descent in plain floats, at rate 0.5."""

    def logistic(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    error = math.inf
    for _ in range(rounds):
        step = dict.fromkeys(p, 0.0)
        error = 0.0
        for (i1, i2), (target,) in samples:
            h1 = logistic(p["w1"] * i1 + p["w2"] * i2 + p["b_h1"])
            h2 = logistic(p["w3"] * i1 + p["w4"] * i2 + p["b_h2"])
            out = logistic(p["w5"] * h1 + p["w6"] * h2 + p["b_o1"])
            error += 0.5 * (target - out) ** 2
            delta = (out - target) * out * (1 - out)
            delta1, delta2 = delta * p["w5"] * h1 * (1 - h1), delta * p["w6"] * h2 * (1 - h2)
            slopes = (
                delta1 * i1,
                delta1 * i2,
                delta2 * i1,
                delta2 * i2,
                delta1,
                delta2,
                delta * h1,
                delta * h2,
                delta,
            )
            step = {name: total + slope for (name, total), slope in zip(step.items(), slopes, strict=True)}
        p = {name: value - 0.5 * step[name] for name, value in p.items()}
    return error


def test_built_ins() -> None:
    assert {"mazur", "xor"} <= set(built_in_names())
    for name in built_in_names():
        assert parse(built_in_text(name), f"{name}.toml") == load(name)
        assert tomllib.loads(built_in_text(name))["title"] == load(name).title
    with pytest.raises(UnknownName, match="Did you mean 'mazur'"):
        built_in_text("mazu")


def test_a_built_in_wins_over_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mazur", "mazur.toml"):
        Path(name).write_text(built_in_text("xor"))
    assert load("mazur").title == "A step by step backpropagation example"
    for source in ("./mazur", "mazur.toml", Path("mazur"), str(tmp_path / "mazur")):
        assert load(source).title == "XOR with two hidden units"
        assert load(source).name == "mazur"


@pytest.mark.parametrize(
    ("typed", "shown", "value"),
    [
        ("0.10", "0.10", "1/10"),
        ("5", "5", "5"),
        ("-0.050", "-0.050", "-1/20"),
        ("+1.0", "1.0", "1"),
        ("1_000.5", "1000.5", "2001/2"),
        ("1e-3", "0.001", "1/1000"),
        ("2.50E1", "25", "25"),
        ("0x10", "16", "16"),
        ('"0.10"', "0.10", "1/10"),
        ("0." + "3" * 99, "0." + "3" * 99, str(Fraction(int("3" * 99), 10**99))),
    ],
)
def test_decimals_are_exact_and_shown_as_typed(typed: str, shown: str, value: str) -> None:
    assert file(typed).samples[0].inputs == (Given(Number(Fraction(value)), shown),)


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ('"symbolic"', SYMBOLIC),
        ('"1/3"', Given(Number(Fraction(1, 3)))),
        ('"-1/3"', Given(Negative(Number(Fraction(1, 3))))),
        ('"log(3)"', Given(Call("log", Number(Fraction(3))))),
        ('"2*log(3)"', Given(Product((Number(Fraction(2)), Call("log", Number(Fraction(3))))))),
    ],
)
def test_constants_and_symbolic_values(typed: str, given: Given) -> None:
    assert file(typed).samples[0].inputs == (given,)
    for rest, update in (
        (f"[update]\nlearning_rate = {typed}", Update("gradient_descent", given, biases=True)),
        ("", None),
    ):
        assert file(rest=rest).update == update
    assert dict(file(layer=f"bias = {typed}").parameters)["b1"] == given
    assert dict(file(layer=f"biases = [{typed}]").parameters)["b_o1"] == given


def test_defaults() -> None:
    plain = file()
    assert (plain.name, plain.title, plain.reduction, plain.seed) == ("net", "net", "sum", None)
    assert (plain.update, plain.notation, plain.aliases) == (None, (), ())
    (only,) = plain.layers
    assert isinstance(only, Dense)
    assert (only.units, only.activation, only.weight_names, only.bias_names) == (
        ("o1",),
        "logistic",
        (("w1",),),
        (),
    )
    assert file(layer='type = "dense"') == plain
    assert file(top='reduction = "mean"').reduction == "mean"


LAYERS = """
loss = "half_squared_error"
seed = {seed}
[inputs]
x = "symbolic"
y = 1
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = {weights}
weight_names = [["a", "b"], ["c", "d"]]
biases = {biases}
bias_names = ["e", "f"]
[[layers]]
units = ["o1", "o2"]
activation = "identity"
weights = {weights}
bias = {bias}
{name}
[targets]
o2 = 2
o1 = 1
[notation]
style = "z-a"
w5 = '\\omega'
[aliases]
z1 = "net_h1"
'\\alpha' = "eta"
"""


def layers(
    seed: int = 0, weights: str = '"symbolic"', biases: str = '"symbolic"', bias: str = "1", name: str = ""
) -> Network:
    text = LAYERS.format(seed=seed, weights=weights, biases=biases, bias=bias, name=name)
    return parse(text, "net.toml")


def test_names_order_and_data() -> None:
    found = layers(weights="[[1, 2], ['symbolic', 4]]", name='bias_name = "g"')
    assert [layer.activation for layer in found.layers] == ["tanh", "linear"]
    assert [layer.weight_names for layer in found.layers] == [
        (("a", "b"), ("c", "d")),
        (("w5", "w6"), ("w7", "w8")),
    ]
    assert [layer.bias_names for layer in found.layers] == [("e", "f"), ("g", "g")]
    ones = (*decimals("1", "2"), SYMBOLIC, decimal("4"))
    assert found.parameters == (
        *zip("abcd", ones, strict=True),
        ("e", SYMBOLIC),
        ("f", SYMBOLIC),
        *zip(("w5", "w6", "w7", "w8"), ones, strict=True),
        ("g", decimal("1")),
    )
    assert found.samples == (Sample((SYMBOLIC, decimal("1")), decimals("1", "2")),)
    assert found.notation == (("style", "z-a"), ("w5", r"\omega"))
    assert found.aliases == (("z1", "net_h1"), (r"\alpha", "eta"))
    assert layers().layers[1].bias_names == ("b2", "b2")


@given(st.integers(0, 2**64 - 1))
def test_random_numbers_follow_the_contract(seed: int) -> None:
    found = layers(seed, '"random"', '"random"', '"random"')
    assert found.seed == seed
    assert [name for name, _ in found.parameters] == [*"abcdef", "w5", "w6", "w7", "w8", "b2"]
    for name, number in found.parameters:
        value = drawn(seed, name)
        assert number.expression == Number(value)
        assert (Fraction(number.text), len(number.text.split(".")[1])) == (value, 2)


def test_zero_is_replaced() -> None:
    name, seed = next(
        (name, seed) for seed in range(99) for name in "abcdef" if drawn(seed, name) == Fraction(1, 100)
    )
    assert dict(layers(seed, '"random"', '"random"').parameters)[name] == decimal("0.01")


def test_samples_and_symbolic_targets() -> None:
    start, rest = TEMPLATE.format(value=1, top="", layer="", rest="").split("[inputs]")
    end = rest.partition("[[layers]]")[2]
    samples = (
        "[[samples]]\ninputs = {b = 1, a = 2}\ntargets = 'symbolic'\n[[samples]]\ninputs = {a = 3, b = 4.0}\n"
    )
    text = f"{start}{samples}targets = {{o1 = '1/2'}}\n[[layers]]{end}".replace("[[2]]", "[[1, 2]]")
    found = parse(text, "net.toml")
    assert found.inputs == ("b", "a")
    assert found.samples == (
        Sample(decimals("1", "2"), (SYMBOLIC,)),
        Sample(decimals("4.0", "3"), (Given(Number(Fraction(1, 2))),)),
    )


def test_networks_are_frozen() -> None:
    for part, field in ((load("mazur"), "name"), (load("mazur").layers[0], "units"), (SYMBOLIC, "text")):
        with pytest.raises(FrozenInstanceError):
            setattr(part, field, "")


def test_plain_networks_need_neither_lark_nor_sympy() -> None:
    code = (
        "import sys; from symback.network import load; load('mazur'); load('xor');"
        "sys.exit(bool({'lark', 'sympy', 'flint', 'jinja2'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_schema_describes_every_key() -> None:
    schema = json.loads(Path(network.__file__).with_name("network.schema.json").read_text(encoding="utf-8"))
    definitions = schema["definitions"]

    def check(part: dict[str, object], place: str) -> None:
        part = definitions[str(part["$ref"]).rpartition("/")[2]] if "$ref" in part else part
        assert part.get("description"), place
        for key in ("items", "additionalProperties"):
            if isinstance(below := part.get(key), dict):
                check(below, f"{place}/{key}")
        properties = part.get("properties", {})
        assert isinstance(properties, dict)
        for key, below in properties.items():
            check(below, f"{place}/{key}")

    check(schema, "")

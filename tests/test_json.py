"""The JSON of `solve`, as CONTRACT section 5 has it: keys, types, digits, formulas that give the values.

Formulas are read here by Python's own parser and worked out with mpmath and fractions, not by symback.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import fastjsonschema
import mpmath
import pytest

from tests.drawn import drawn, network_file
from tests.invoke import NETWORK, solved
from tests.tools import CHECKOUT

NAME = {"type": "string", "pattern": r"^[A-Za-z0-9_/:\[\],=+@^]+$"}
NAMES = {"type": "array", "items": NAME, "uniqueItems": True}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["format", "title", "digits", "rounding", "quantities", "matrices"],
    "properties": {
        "format": {"const": "symback-solution/1"},
        "title": {"type": "string"},
        "digits": {"type": "integer"},
        "rounding": {"type": "string", "pattern": r"^(proven|carry:[1-9][0-9]*)$"},
        "quantities": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "name", "names", "role", "rule", "formula", "forms", "latex", "value", "proven", "exact",
                    "depends_on",
                ],
                "properties": {
                    "name": NAME,
                    "names": NAMES,
                    "role": {"type": "string", "pattern": "^[a-z_]+$"},
                    "rule": {"type": "string", "pattern": "^[a-z_]+$"},
                    "formula": {"type": ["string", "null"]},
                    "forms": {"type": "object", "additionalProperties": {"type": "string"}},
                    "latex": {"type": "string"},
                    "value": {"type": ["string", "null"]},
                    "proven": {"type": ["boolean", "null"]},
                    "exact": {"type": ["string", "null"]},
                    "depends_on": NAMES,
                },
            },
        },
        "matrices": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "shape", "entries"],
                "properties": {
                    "name": NAME,
                    "shape": {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 1},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                    "entries": {"type": "array", "items": {"type": "array", "items": NAME}},
                },
            },
        },
    },
}  # fmt: skip

SYMBOLIC = NETWORK.replace("[[0.15, 0.20], [0.25, 0.30]]", '"symbolic"').replace("= 0.01", '= "symbolic"')
CONSTANTS = (
    NETWORK.replace("i1 = 0.05", 'i1 = "log(3)"')
    .replace("i2 = 0.10", 'i2 = "-1/3"')
    .replace("0.15", '"exp(-2)/7"')
)
RECTIFIED = network_file(drawn((3, 4, 2), seed=5), ("relu", "linear"))
NETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mazur": ((CHECKOUT / "symback/networks/mazur.toml").read_text(encoding="utf-8"), ()),
    "xor": ((CHECKOUT / "symback/networks/xor.toml").read_text(encoding="utf-8"), ()),
    "1-1": (network_file(drawn((1, 1), seed=3)), ()),
    "2-3-2-2": (network_file(drawn((2, 3, 2, 2), seed=4), ("tanh", "tanh", "linear")), ()),
    "rectified": (RECTIFIED, ()),
    "mean": (network_file(drawn((2, 2, 2), seed=6, samples=3), (), "half_squared_error", "mean"), ()),
    "no update": (NETWORK[: NETWORK.index("[update]")], ()),
    "constants": (CONSTANTS, ()),
    "4 digits": (NETWORK, ("--digits", "4")),
    "40 digits": (NETWORK, ("--digits", "40")),
    "rounds": (NETWORK, ("--rounds", "2", "--rounds", "10")),
    "only": (NETWORK, ("--only", "dE_total/dw1", "--only", "b1+")),
    "matrix": (NETWORK, ("--notation", "matrix")),
}
SYMBOLIC_NETS = {"symbolic": SYMBOLIC, "all symbolic": re.sub(r"(?<== )[0-9.]+", '"symbolic"', SYMBOLIC)}


@cache
def content(net: str) -> dict[str, Any]:
    text, options = NETS[net] if net in NETS else (SYMBOLIC_NETS[net], ())
    return json.loads(solved("-", "--format", "json", *options, stdin=text))


def quantities(net: str) -> dict[str, dict[str, Any]]:
    return {quantity["name"]: quantity for quantity in content(net)["quantities"]}


# --- the shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("net", [*NETS, *SYMBOLIC_NETS])
def test_the_schema(net: str) -> None:
    fastjsonschema.compile(SCHEMA)(content(net))
    text = (NETS[net][0] if net in NETS else SYMBOLIC_NETS[net]).encode()
    assert content(net)["title"] == tomllib.loads(text.decode())["title"]
    assert list(content(net)) == SCHEMA["required"]
    assert all(
        list(q) == SCHEMA["properties"]["quantities"]["items"]["required"] for q in content(net)["quantities"]
    )


@pytest.mark.parametrize("net", [*NETS, *SYMBOLIC_NETS])
def test_names(net: str) -> None:
    """Each name and synonym means one thing, and what a quantity depends on stands before it."""
    found = content(net)["quantities"]
    names = [name for quantity in found for name in (quantity["name"], *quantity["names"])]
    assert len(names) == len(set(names))
    before: set[str] = set()
    for quantity in found:
        assert set(quantity["depends_on"]) <= before, quantity["name"]
        before.add(quantity["name"])
        assert (quantity["formula"] is None) == (quantity["rule"] in ("given", "training"))
        assert quantity["formula"] is not None or quantity["depends_on"] == []
        assert quantity["latex"]
        assert quantity["latex"].count("{") == quantity["latex"].count("}")


@pytest.mark.parametrize("net", NETS)
def test_values_have_exactly_the_digits(net: str) -> None:
    digits = content(net)["digits"]
    for quantity in content(net)["quantities"]:
        value = quantity["value"]
        assert re.fullmatch(rf"-?(0|[1-9][0-9]*)\.[0-9]{{{digits}}}", value), quantity
        assert not re.fullmatch(r"-[0.]+", value)
        assert quantity["proven"] is True


def test_the_example_of_the_contract() -> None:
    found = quantities("mazur")["dE_total/dw5"]
    assert {key: found[key] for key in found if key != "latex"} == {
        "name": "dE_total/dw5",
        "names": [],
        "role": "gradient",
        "rule": "chain_rule",
        "formula": "(dE_total/dout_o1)*(dout_o1/dnet_o1)*(dnet_o1/dw5)",
        "forms": {
            "delta": "delta_o1*out_h1",
            "written_out": "-(target_o1 - out_o1)*out_o1*(1 - out_o1)*out_h1",
        },
        "value": "0.082167041",
        "proven": True,
        "exact": None,
        "depends_on": ["dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw5"],
    }
    assert quantities("mazur")["delta_o1"]["names"] == ["dE_total/dnet_o1"]
    assert quantities("mazur")["net_h1"]["exact"] == "151/400"
    head = {key: content("mazur")[key] for key in ("format", "digits", "rounding")}
    assert head == {"format": "symback-solution/1", "digits": 9, "rounding": "proven"}


# --- formulas and values ------------------------------------------------------------------------------

Numeric = Fraction | mpmath.mpf


def real(number: Numeric) -> mpmath.mpf:
    return mpmath.mpf(number.numerator) / number.denominator if isinstance(number, Fraction) else number


def apply(function: Callable[..., Numeric], *numbers: Numeric) -> Numeric:
    if all(isinstance(number, Fraction) for number in numbers):
        return function(*numbers)
    return function(*map(real, numbers))


def worked_out(formula: str, numbers: Mapping[str, Numeric]) -> Numeric:
    """The value of a formula; names may hold `/` and `+`, so they are replaced before it is read."""
    names = sorted(numbers, key=len, reverse=True)
    pattern = re.compile(r"(?<![A-Za-z0-9_])(?:" + "|".join(map(re.escape, names)) + r")(?![A-Za-z0-9_@\[])")
    readable = pattern.sub(lambda found: f"n_{names.index(found[0])}", formula) if names else formula
    return walk(
        ast.parse(readable.replace("^", "**"), mode="eval").body,
        {f"n_{i}": numbers[n] for i, n in enumerate(names)},
    )


OPERATIONS: dict[type, Callable[..., Numeric]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
EXACTLY = {("exp", 0): Fraction(1), ("log", 1): Fraction(0), ("tanh", 0): Fraction(0)}


def walk(node: ast.expr, numbers: Mapping[str, Numeric]) -> Numeric:
    match node:
        case ast.Constant(value=value):
            return Fraction(str(value))
        case ast.Name(id=name):
            return numbers[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -walk(operand, numbers)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            power = walk(exponent, numbers)
            assert isinstance(power, Fraction)
            assert power.denominator == 1
            return walk(base, numbers) ** int(power)
        case ast.BinOp(left=left, op=operation, right=right):
            return apply(OPERATIONS[type(operation)], walk(left, numbers), walk(right, numbers))
        case ast.Call(func=ast.Name(id="cases"), args=[ast.Compare(left, [ast.Gt()], [bound]), yes, no]):
            above = real(walk(left, numbers)) > real(walk(bound, numbers))
            return walk(yes if above else no, numbers)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            value = walk(argument, numbers)
            if isinstance(value, Fraction) and (name, value) in EXACTLY:
                return EXACTLY[name, value]
            return getattr(mpmath, name)(real(value))
    raise AssertionError(ast.dump(node))


def rounded(number: Numeric, digits: int) -> str:
    """Ties go away from zero."""
    if isinstance(number, Fraction):
        whole = int(abs(number) * 10**digits + Fraction(1, 2))
    else:
        whole = int(mpmath.floor(abs(number) * mpmath.mpf(10) ** digits + mpmath.mpf(1) / 2))
    text = str(whole).rjust(digits + 1, "0")
    return ("-" if number < 0 and whole else "") + f"{text[:-digits]}.{text[-digits:]}"


def given_numbers(net: str) -> dict[str, Numeric]:
    """The numbers of the file by the names of the contract, for files without random ones."""
    table = tomllib.loads(NETS[net][0], parse_float=Decimal)
    found: dict[str, Numeric] = {}

    def add(name: str, number: object) -> None:
        found[name] = (
            worked_out(number, {}) if isinstance(number, str) else Fraction(number)  # type: ignore[arg-type]
        )

    samples = table.get("samples", [table])
    for place, sample in enumerate(samples, 1):
        index = f"[{place}]" if len(samples) > 1 else ""
        for name, number in sample["inputs"].items():
            add(name + index, number)
        for name, number in sample["targets"].items():
            add(f"target_{name}{index}", number)
    weights = 0
    for place, layer in enumerate(table["layers"], 1):
        for row in layer["weights"]:
            for number in row:
                weights += 1
                add(f"w{weights}", number)
        if "bias" in layer:
            add(f"b{place}", layer["bias"])
        for unit, number in zip(layer["units"], layer.get("biases", ()), strict=False):
            add(f"b_{unit}", number)
    if "update" in table:
        add("eta", table["update"]["learning_rate"])
    return found


@pytest.mark.parametrize("net", [net for net in NETS if net != "xor"])
def test_every_formula_gives_the_value_and_every_form_the_same(net: str) -> None:
    digits = content(net)["digits"]
    with mpmath.workdps(digits + 60):
        given = given_numbers(net)
        numbers: dict[str, Numeric] = {}
        for name, quantity in quantities(net).items():
            if quantity["rule"] == "training":
                continue
            if quantity["rule"] == "given":
                numbers[name] = given[name]
            else:
                parents = {parent: numbers[parent] for parent in quantity["depends_on"]}
                numbers[name] = worked_out(quantity["formula"], parents)
            assert quantity["value"] == rounded(numbers[name], digits), name
            exact = numbers[name]
            assert quantity["exact"] == (str(exact) if isinstance(exact, Fraction) else None), name
        # everything that only the whole of the backward pass computes is there as well
        for name, quantity in quantities(net).items():
            for form in quantity["forms"].values() if net != "only" else ():
                difference = real(worked_out(form, numbers)) - real(numbers[name])
                assert abs(difference) < mpmath.mpf(10) ** -(digits + 40), (name, form)
        if net not in ("only", "rounds"):
            assert given.keys() == {name for name, one in quantities(net).items() if one["rule"] == "given"}


def test_what_was_drawn_is_given() -> None:
    found = quantities("xor")
    assert (found["w1"]["value"], found["w1"]["exact"]) == ("0.270000000", "27/100")
    assert (found["b_o1"]["value"], found["b_o1"]["exact"]) == ("0.320000000", "8/25")


@pytest.mark.parametrize("net", ["mazur", "2-3-2-2", "mean", "constants"])
def test_gradients_are_slopes(net: str) -> None:
    """The formulas of the forward pass alone, with one parameter moved a little either way."""
    found = quantities(net)
    with mpmath.workdps(60):
        given = given_numbers(net)

        def error(name: str, by: mpmath.mpf) -> mpmath.mpf:
            numbers: dict[str, Numeric] = {**given, name: real(given[name]) + by}
            for quantity in found.values():
                if quantity["role"] in ("net_input", "activation", "error", "total_error"):
                    if "+" in quantity["name"]:
                        continue
                    numbers[quantity["name"]] = worked_out(quantity["formula"], numbers)
            return real(numbers["E_total"])

        step = mpmath.mpf(10) ** -15
        gradients = [name for name, quantity in found.items() if quantity["role"] == "gradient"]
        assert len(gradients) >= 8
        for name in gradients:
            parameter = name.removeprefix("dE_total/d")
            slope = (error(parameter, step) - error(parameter, -step)) / (2 * step)
            assert abs(slope - mpmath.mpf(found[name]["value"])) < mpmath.mpf("0.6e-9"), name


# --- symbolic numbers, doubt, rounding ----------------------------------------------------------------


@pytest.mark.parametrize("net", SYMBOLIC_NETS)
def test_symbolic_networks_have_formulas_without_numbers(net: str) -> None:
    found = quantities(net)
    assert found.keys() == quantities("rounds").keys() - {n for n in quantities("rounds") if "@" in n}
    open_names = {"w1", "target_o1"} if net == "symbolic" else set(found)
    for name in ("w1", "target_o1", "E_total", "dE_total/dw1", "w1+"):
        assert (found[name]["value"], found[name]["proven"], found[name]["exact"]) == (None, None, None)
    for name, quantity in found.items():
        assert quantity["formula"] == quantities("rounds")[name]["formula"]
        if name not in open_names and quantity["rule"] == "given" and quantity["value"] is None:
            assert name in {"w2", "w3", "w4"}
        if any(found[parent]["value"] is None for parent in quantity["depends_on"]):
            assert quantity["value"] is None


TIE = NETWORK.replace("i1 = 0.05", 'i1 = "exp(1)*exp(-1) - 1 + 0.0000000005"').replace(
    "[[0.15, 0.20], [0.25, 0.30]]", "[[1, 0], [1, 0]]"
)
KINK = (
    NETWORK.replace("i1 = 0.05", 'i1 = "exp(1)*exp(-1) - 1"')
    .replace("[[0.15, 0.20], [0.25, 0.30]]", "[[1, 0], [1, 1]]")
    .replace("bias = 0.35", "bias = 0")
    .replace("logistic", "relu")
)


def test_an_undecided_tie_has_one_digit_fewer() -> None:
    found = {q["name"]: q for q in json.loads(solved("-", "--format", "json", stdin=TIE))["quantities"]}
    assert (found["i1"]["value"], found["i1"]["proven"], found["i1"]["exact"]) == ("0.00000000", False, None)
    assert (found["i2"]["value"], found["i2"]["proven"]) == ("0.100000000", True)
    assert found["out_h1"]["proven"] is True


def test_what_depends_on_an_undecided_kink_is_not_proven() -> None:
    found = {q["name"]: q for q in json.loads(solved("-", "--format", "json", stdin=KINK))["quantities"]}
    doubtful = {"out_h1", "dout_h1/dnet_h1"}
    for name, quantity in found.items():
        if doubtful & set(quantity["depends_on"]):
            doubtful.add(name)
    assert {name for name, quantity in found.items() if not quantity["proven"]} == doubtful
    assert {"dE_total/dw1", "w5+"} <= doubtful
    assert not {"net_h1", "out_h2", "dout_h2/dnet_h2", "dnet_o1/dw6"} & doubtful
    assert float(found["dout_h1/dnet_h1"]["value"]) == 0


def test_an_exact_kink_is_proven() -> None:
    text = KINK.replace('"exp(1)*exp(-1) - 1"', "0")
    found = {q["name"]: q for q in json.loads(solved("-", "--format", "json", stdin=text))["quantities"]}
    assert all(quantity["proven"] for quantity in found.values())
    assert found["dout_h1/dnet_h1"]["exact"] == "0"


def test_carried_rounding_says_so() -> None:
    found = json.loads(solved("mazur", "--format", "json", "--rounding", "carry:3"))
    fastjsonschema.compile(SCHEMA)(found)
    assert (found["rounding"], found["digits"]) == ("carry:3", 3)
    assert all(re.fullmatch(r"-?[0-9]+\.[0-9]{3}", q["value"]) for q in found["quantities"])


def test_what_comes_after_several_updates() -> None:
    found = quantities("rounds")
    for rounds in (2, 10):
        assert {name for name in found if name.endswith(f"@{rounds}")} == {
            f"{name}@{rounds}"
            for name in ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b_o1", "out_o1", "E_total")
        }
    assert all(q["exact"] is None for name, q in found.items() if "@" in name)


# --- matrices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("net", [*NETS, *SYMBOLIC_NETS])
def test_matrices_hold_names_of_the_file(net: str) -> None:
    names = {name for one in content(net)["quantities"] for name in (one["name"], *one["names"])}
    matrices = content(net)["matrices"]
    assert len({matrix["name"] for matrix in matrices}) == len(matrices)
    for matrix in matrices:
        rows, columns = matrix["shape"]
        assert [len(row) for row in matrix["entries"]] == [columns] * rows
        assert {name for row in matrix["entries"] for name in row} <= names


def test_the_matrices_of_the_contract() -> None:
    found = {matrix["name"]: matrix for matrix in content("mazur")["matrices"]}
    assert found["W^1"] == {"name": "W^1", "shape": [2, 2], "entries": [["w1", "w2"], ["w3", "w4"]]}
    assert found["delta^2"]["entries"] == [["delta_o1"], ["delta_o2"]]
    assert {"W^2", "z^1", "a^1", "delta^1", "dE_total/dW^1", "dE_total/dW^2", "W^1+", "W^2+"} <= found.keys()
    assert found["dE_total/dW^1"]["entries"][1] == ["dE_total/dw3", "dE_total/dw4"]
    several = {matrix["name"]: matrix for matrix in content("mean")["matrices"]}
    assert several["z^1"]["entries"] == [[f"net_h{j}[{s}]" for s in (1, 2, 3)] for j in (1, 2)]


# --- the same in documents ----------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["markdown", "latex"])
@pytest.mark.parametrize(
    "net", ["mazur", "1-1", "2-3-2-2", "rectified", "mean", "no update", "constants", "4 digits", "40 digits"]
)
def test_documents_print_the_same_numbers(net: str, file_format: str) -> None:
    text, options = NETS[net]
    page = solved("-", "--format", file_format, *options, stdin=text)
    printed: dict[str, set[str]] = {}
    for _, block in re.findall(r"\\begin\{(aligned|split)\}\n(.*?)\n\\end\{\1\}", page, re.DOTALL):
        left, *_, last = block.split(" &= ")
        if re.fullmatch(r"-?[0-9.]+", last):
            printed.setdefault(left, set()).add(last)
    digits, compared = content(net)["digits"], 0
    for name, quantity in quantities(net).items():
        left, equals, _ = quantity["latex"].partition(" = ")
        for number in printed.get(left, ()) if equals else ():
            compared += 1
            decimals = len(number.partition(".")[2])
            if decimals > digits:
                # small numbers get the decimals that six digits need, and no more
                assert len(number.replace(".", "").lstrip("-0")) == 6
                assert rounded(Fraction(number), digits) in (
                    quantity["value"],
                    nudged(quantity["value"], digits),
                )
            elif quantity["rule"] == "local_derivative" and decimals < digits:
                assert Fraction(number) == Fraction(quantity["value"]), name  # a number of the file, as typed
            else:
                assert number == quantity["value"], name
    assert compared >= 8


def nudged(value: str, digits: int) -> str:
    """One unit less of the last decimal: rounding twice may go over a tie that rounding once does not."""
    return rounded(Fraction(value) - Fraction(1, 10**digits), digits)

"""Certificates: what is certified, names and comments that cannot break out, and the judgement of Coq."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symback
from symback.certificate.language import escape_comment, fraction, identifier, module_name
from symback.certificate.scope import obstacle
from symback.cli import main
from symback.expression import PI, Call, Cases, Expression, Maximum, Name, Number, exp, log, tanh
from symback.network import Network, parse
from tests.drawn import drawn, network_file
from tests.tools import require

HOSTILE = 'End *) Axiom lie : False. (* (*) " (* *)) \\ " '
TIES = """\
loss = "half_squared_error"
inputs = { i1 = 50, i2 = 1.25 }
targets = { o1 = 0.5 }
[[layers]]
units = ["h1"]
activation = "linear"
weights = [[0.25, -0.125]]
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.5]]
bias = "log(3)"
[update]
rule = "gradient_descent"
learning_rate = 0.5
"""
"""net_h1 = 395/32 = 12.34375 lies on a tie of 4 decimals; net_o1 holds a logarithm."""
ROOTS = """\
loss = "half_squared_error"
inputs = { i1 = "sqrt(2)", i2 = "pi/4" }
targets = { o1 = 1 }
[[layers]]
units = ["h1"]
activation = "softplus"
weights = [[0.3, "log(3)"]]
bias = 0.1
[[layers]]
units = ["o1"]
activation = "silu"
weights = [[0.8]]
bias = 0.2
"""
"""Given numbers with roots and pi, and activations with more than one form of exp."""
UNKNOWN = """\
loss = "half_squared_error"
inputs = { i1 = 0.5, i2 = 0.25 }
targets = { o1 = 1 }
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = [[0.3, 0.4], ["erf(1)", "max(1, tanh(2))"]]
[[layers]]
units = ["o1"]
activation = "gelu"
weights = [[0.8, "1/2"]]
"""
SYMBOLIC = """\
loss = "half_squared_error"
inputs = { i1 = "symbolic", i2 = "symbolic" }
targets = { o1 = "symbolic" }
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = "symbolic"
biases = "symbolic"
[[layers]]
units = ["o1"]
activation = "logistic"
weights = "symbolic"
"""


def network(text: str, title: str = "A title") -> Network:
    return parse(f"title = {json.dumps(title)}\n{text}", "net.toml")


def random_net(
    sizes: tuple[int, ...], *activations: str, samples: int = 1, reduction: str = "sum"
) -> Network:
    text = network_file(drawn(sizes, samples=samples), activations, reduction=reduction)
    return parse(text, "net.toml")


SMALL = random_net((1, 1, 1))
MEAN = random_net((1, 1, 2, 1), "tanh", "logistic", "linear", samples=2, reduction="mean")
RELU = random_net((2, 2, 1), "relu", "logistic")


# --- without Coq ---------------------------------------------------------------------------------------

WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,3}", fullmatch=True)
BASES = st.one_of(
    WORDS, st.builds("{}_{}".format, st.sampled_from(("net", "out", "b", "E", "delta", "m_hat")), WORDS)
)
SINGLE = st.builds("{}{}".format, BASES, st.sampled_from(("", "[1]", "[12]", "[t=3]", "[2,t=3]")))
QUANTITIES = st.builds(
    "{}{}".format,
    st.one_of(SINGLE, st.builds("d{}/d{}".format, SINGLE, SINGLE)),
    st.sampled_from(("", "+", "@10", "@1", ":direct")),
)
RESERVED = (
    "as", "at", "by", "cofix", "do", "else", "end", "exists", "exists2", "fix", "for", "forall", "fun",
    "if", "in", "let", "match", "mod", "return", "then", "using", "where", "with", "Prop", "Set", "Type",
    "R", "exp", "ln", "tanh", "Rabs", "positive", "set", "only", "given", "v", "t", "c", "x", "y", "n",
)  # fmt: skip


@given(st.lists(st.one_of(QUANTITIES, st.text(min_size=1, max_size=4)), unique=True, max_size=30))
def test_no_two_names_share_an_identifier(names: list[str]) -> None:
    assert len({identifier(name) for name in names}) == len(names)


@given(QUANTITIES)
def test_identifiers_are_words_of_coq(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_']*", identifier(name))


@pytest.mark.parametrize("word", RESERVED)
def test_words_of_coq_are_no_identifiers(word: str) -> None:
    assert identifier(word) not in RESERVED


@pytest.mark.parametrize(
    ("name", "expected"),
    [("w5", "w5"), ("dE_total/dw5", "dE_total''dw5"), ("net_h1[2]+", "net_h1's2'e'p"), ("eta", "eta'")],
)
def test_identifiers_stay_readable(name: str, expected: str) -> None:
    assert identifier(name) == expected


@given(st.text())
def test_text_stays_inside_its_comment(text: str) -> None:
    safe = escape_comment(text)
    assert not any(mark in f"(* {safe} *)"[3:-3] for mark in ("(*", "*)", '"', "\n"))
    safe.encode("utf-8")


def test_a_hostile_title_is_one_comment() -> None:
    content = symback.solve(network(TIES, HOSTILE)).to_coq()
    first = content.splitlines()[0]
    assert first.startswith("(* A certificate")
    assert "*)" not in first
    assert '"' not in first
    assert "Axiom" in first


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.15", "15 / 100"),
        ("-0.05", "-5 / 100"),
        ("3", "3"),
        ("0", "0"),
        ("-12.0", "-120 / 10"),
        (Fraction(-1, 3), "-1 / 3"),
        (Fraction(4), "4"),
    ],
)
def test_numbers(value: str | Fraction, expected: str) -> None:
    assert fraction(value) == expected


@pytest.mark.parametrize(
    ("stem", "expected"), [("mazur", "mazur"), ("my-network", "my_network"), ("2.2", "net_2_2")]
)
def test_coqc_accepts_the_name_of_the_file(stem: str, expected: str) -> None:
    assert module_name(stem) == expected


x = Name("x")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (1 / (1 + exp(-x)), ""),
        (tanh(x) ** 2, ""),
        (log(1 + exp(x)), ""),
        (log(x), "form"),
        (1 / x, "form"),
        (x**x, "form"),
        (x ** Number(Fraction(1, 2)), "form"),
        (Call("erf", x), "form"),
        (Call("sqrt", x), "form"),
        (Call("floor", x), "form"),
        (Call("logistic", x), "form"),
        (PI * x, "form"),
        (Maximum((x, 1 + x)), "form"),
        (Call("abs", x), "kink"),
        (x ** Name("k"), "form"),
        (Cases(x, Number(Fraction(0)), x, Number(Fraction(0))), "kink"),
        (1 / Cases(x, x, x, x), "form"),
    ],
)
def test_which_formulas_the_proofs_treat(formula: Expression, expected: str) -> None:
    assert obstacle(formula) == expected


def theorems(content: str) -> set[str]:
    return set(re.findall(r"^Theorem correct_(\S+)", content, re.MULTILINE))


def printed(content: str) -> set[str]:
    return set(re.findall(r"^Lemma printed_(\S+)", content, re.MULTILINE))


@pytest.mark.parametrize(
    "chosen", ["mazur", "xor", MEAN, network(SYMBOLIC)], ids=["mazur", "xor", "mean", "symbolic"]
)
def test_every_gradient_has_its_theorem(chosen: str | Network) -> None:
    loaded = symback.load(chosen)
    expected = {identifier(f"dE_total/d{name}") for name, _ in loaded.parameters}
    assert theorems(symback.solve(loaded).to_coq()) == expected


@pytest.mark.parametrize("chosen", ["mazur", "xor", MEAN], ids=["mazur", "xor", "mean"])
def test_every_computed_number_has_its_bound(chosen: str | Network) -> None:
    solution = symback.solve(chosen)
    expected = {identifier(one.name) for one in solution if one.formula is not None}
    assert printed(solution.to_coq()) == expected


def omitted(content: str) -> Mapping[str, str]:
    """What the comment says of each name that is not certified."""
    listed = content.partition("Not certified:")[2].partition("*)")[0]
    found: dict[str, str] = {}
    for kind, names, reason in re.findall(r"- the (\w+) of\n(.*?):\n\s+(.*?);", listed, re.DOTALL):
        found.update((f"{kind} {name.strip()}", reason) for name in names.split(","))
    return found


def test_a_kink_is_listed() -> None:
    content = symback.solve(RELU).to_coq()
    found = omitted(content)
    assert "kink" in found["formulas dE_total/dw5"]
    assert "kink" in found["numbers out_h1"]
    assert theorems(content) == set()
    linear = {"net_h1", "net_h2", "dnet_o1''dout_h1", "dnet_o1''dout_h2", "dnet_o1''db2"}
    linear |= {f"dnet_h{unit}''db1" for unit in (1, 2)}
    linear |= {"dnet_h1''dw1", "dnet_h1''dw2", "dnet_h2''dw3", "dnet_h2''dw4"}
    assert printed(content) == linear


def test_functions_without_a_proof_are_listed() -> None:
    """What depends on a given number or a function that the proofs do not know; all else is certified."""
    solution = symback.solve(network(UNKNOWN))
    content = solution.to_coq()
    found = omitted(content)
    for name in ("net_h2", "out_h2", "net_o1", "out_o1", "E_total", "dE_total/dw3"):
        assert "do not treat" in found[f"numbers {name}"]
    assert "do not treat" in found["formulas dE_total/dw1"]
    assert {"net_h1", "out_h1"} <= printed(content)
    assert not any(word in content.split("*)", 1)[1] for word in ("erf (", "erf(", "floor"))


def test_every_number_is_certified_or_listed() -> None:
    solution = symback.solve("mazur", rounds=[2, 100], only=["dE_total/dw5+"])
    content = solution.to_coq()
    found = omitted(content)
    for one in solution:
        if one.quantity.rule != "given":
            assert (identifier(one.name) in printed(content)) != (f"numbers {one.name}" in found)
    assert "more than one update" in found["numbers w5@100"]
    assert "other weights" in found["formulas dE_total/dw5+"]


def test_rounded_quantities_are_listed() -> None:
    content = symback.solve("mazur", rounding="carry:4").to_coq()
    assert printed(content) == set()
    assert "rounded before" in omitted(content)["numbers out_h1"]
    assert len(theorems(content)) == 10


def test_small_numbers_are_certified_as_documents_print_them() -> None:
    content = symback.solve("xor").to_coq()
    assert "Rabs (dE_total''dw3 given - -177670 / 10000000000) <= 5 / 100000000000" in content


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("-o", "a-b.md"), "a_b.v"),
        (("--format", "markdown,json", "-o", "results"), "results/mazur.v"),
        (("-o", "/dev/null"), "mazur.v"),
        ((), "mazur.v"),
    ],
)
def test_the_file_stands_beside_the_document(
    arguments: tuple[str, ...], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["solve", "mazur", "--certificate", "coq", *arguments]) == 0
    assert (tmp_path / expected).read_text(encoding="utf-8") == symback.solve("mazur").to_coq()


def test_the_document_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "mazur", "--certificate", "coq", "-o", str(tmp_path / "mazur.v")]) == 2
    assert "would replace" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


# --- with Coq ------------------------------------------------------------------------------------------


def coqc(content: str, folder: Path) -> str:
    """What Coq has to say against a certificate; "" if all is proved."""
    file = folder / "certificate.v"
    file.write_text(content, encoding="utf-8")
    done = subprocess.run(
        [require("coqc"), file.name], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.parametrize(
    "chosen",
    [
        "mazur",
        "xor",
        MEAN,
        RELU,
        network(SYMBOLIC, HOSTILE),
        random_net((2, 2, 2, 2)),
        network(ROOTS),
        network(UNKNOWN),
    ],
    ids=["mazur", "xor", "mean", "relu", "symbolic", "2-2-2-2", "roots", "unknown"],
)
def test_coq_accepts_it(chosen: str | Network, tmp_path: Path) -> None:
    assert coqc(symback.solve(chosen, rounds=() if chosen != "mazur" else [10]).to_coq(), tmp_path) == ""


def test_coq_accepts_ties_and_other_weights(tmp_path: Path) -> None:
    solution = symback.solve(network(TIES), digits=4, only=["dE_total/dw1+", "dE_total/di1"])
    content = solution.to_coq()
    assert "Lemma exactly_net_h1 : net_h1 given = 395 / 32." in content
    assert "Rabs (net_h1 given - 123438 / 10000) <= 5 / 100000." in content
    assert coqc(content, tmp_path) == ""


LOCAL = "dout_h1''dnet_h1 (v : assignment) : R := out_h1 v"
CHAIN = "dE_total''dw1 (v : assignment) : R := "


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v w1 * v i1 + v w2 * v i2", "v w1 * v i1 - v w2 * v i2"),
        ("- (v target_o1 - out_o1 v)", "(v target_o1 - out_o1 v)"),
        (LOCAL + " * (1 - out_h1 v)", LOCAL),
        (CHAIN + "dE_total''dout_h1 v * ", CHAIN),
        ("dnet_h1''dw1 (v : assignment) : R := v i1", "dnet_h1''dw1 (v : assignment) : R := v i2"),
    ],
    ids=[
        "wrong sign of a weight",
        "wrong sign",
        "missing factor in a local derivative",
        "missing factor",
        "wrong input",
    ],
)
def test_coq_rejects_a_wrong_formula(old: str, new: str, tmp_path: Path) -> None:
    symbolic = network(
        SYMBOLIC.replace("tanh", "logistic").replace('biases = "symbolic"', 'bias = "symbolic"')
    )
    content = symback.solve(symbolic).to_coq()
    assert old in content
    answer = coqc(content.replace(old, new, 1), tmp_path)
    assert "Error" in answer
    assert "Syntax error" not in answer


def test_coq_rejects_a_wrong_digit(tmp_path: Path) -> None:
    content = symback.solve(SMALL).to_coq()
    found = re.search(r"Lemma printed_out_o1 : Rabs \(out_o1 given - (\d+) /", content)
    assert found is not None
    wrong = found[0].replace(found[1], str(int(found[1]) + 1))
    answer = coqc(content.replace(found[0], wrong), tmp_path)
    line = content[: found.start()].count("\n") + 2
    assert f"line {line}," in answer


def test_coq_rejects_a_wrong_bound(tmp_path: Path) -> None:
    content = symback.solve(SMALL).to_coq()
    found = re.search(r"Lemma enclosed_out_o1 :\n  (\d+) / (\d+) <=", content)
    assert found is not None
    wrong = found[0].replace(found[1], str(int(found[1]) + 10))
    assert coqc(content.replace(found[0], wrong), tmp_path) != ""

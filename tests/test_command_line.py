"""The commands as CONTRACT section 4 has them: arguments, where results go, messages, exit statuses."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import pytest

import symback
from symback.cli import main
from tests.invoke import (
    FIGURES,
    NETWORK,
    arguments_of,
    command,
    network_at,
    process,
    refused,
    solved,
    surroundings,
)
from tests.tools import CHECKOUT, require_module

BUILT_IN = sorted((CHECKOUT / "symback/networks").glob("*.toml"))
HELP = [(), ("solve",), ("networks",), ("networks", "show"), ("networks", "new"), ("diagnose",)]


# --- networks -----------------------------------------------------------------------------------------


def test_networks_prints_a_name_and_a_title_a_line() -> None:
    done = command("networks")
    titles = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["title"] for path in BUILT_IN}
    assert done.text.splitlines() == [f"{name} {title}" for name, title in titles.items()]
    assert (done.status, done.messages) == (0, "")
    assert {"mazur", "xor"} <= titles.keys()


def test_no_network_is_named_like_something_else() -> None:
    words = {"solve", "networks", "show", "new", "verify", "diagnose", "sheet", "grade", "train", "symback"}
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", path.stem) for path in BUILT_IN)
    assert not words & {path.stem for path in BUILT_IN}


def test_show_prints_the_file() -> None:
    assert command("networks", "show", "mazur").output == (BUILT_IN[0].parent / "mazur.toml").read_bytes()


def test_show_prints_the_numbers_drawn() -> None:
    shown = command("networks", "show", "xor").text
    assert shown.startswith((BUILT_IN[0].parent / "xor.toml").read_text(encoding="utf-8").rstrip())
    names = ["w1", "w2", "w3", "w4", "b_h1", "b_h2", "w5", "w6", "b_o1"]
    assert re.findall(r"^#   (\w+) = (\S+)$", shown, re.MULTILINE) == [
        (name, drawn(1, name)) for name in names
    ]
    tomllib.loads(shown)


def drawn(seed: int, name: str) -> str:
    first = hashlib.sha256(f"symback/1:{seed}:{name}".encode()).digest()[:8]
    return str(Decimal((int.from_bytes(first, "big") % 199 - 99) or 1).scaleb(-2))


def test_show_takes_a_path_and_standard_input(tmp_path: Path) -> None:
    path = network_at(tmp_path)
    assert command("networks", "show", path).text == NETWORK
    assert command("networks", "show", "-", stdin=NETWORK).text == NETWORK
    assert "Did you mean 'mazur'?" in refused("networks", "show", "mazzur")
    assert "no_such_key" in refused("networks", "show", "-", stdin=NETWORK + "no_such_key = 1\n")


def test_new_writes_a_file_that_solves(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "mine.toml"
    done = command("networks", "new", str(path))
    assert (done.status, done.text, done.messages) == (0, f"{path}\n", "")
    assert solved(str(path)).startswith("# My network\n")
    assert json.loads(solved(str(path), "--format", "json"))["title"] == "My network"


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    path = network_at(tmp_path)
    assert f"{path} exists already" in refused("networks", "new", path)
    assert Path(path).read_text(encoding="utf-8") == NETWORK


# --- where results go ---------------------------------------------------------------------------------

BEGINNINGS = {
    "markdown": b"# A step by step",
    "latex": b"\\documentclass",
    "json": b'{\n "format": "symback-solution/1"',
    "pdf": b"%PDF-",
}
SUFFIXES = {"markdown": ".md", "latex": ".tex", "json": ".json", "pdf": ".pdf"}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_one_format_goes_to_standard_output(name: str) -> None:
    if name == "pdf":
        require_module("typst")
    done = command("solve", "mazur", "--format", name)
    assert done.status == 0
    assert FIGURES.sub("", done.messages) == ""
    assert done.output.startswith(BEGINNINGS[name])
    assert name == "pdf" or done.output.endswith(b"\n")


def test_markdown_is_the_default() -> None:
    assert solved("mazur") == solved("mazur", "--format", "markdown", "--flavor", "github", "--digits", "9")


@pytest.mark.parametrize("output", [(), ("-o", "results/here")])
def test_several_formats_go_to_a_folder(
    output: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("solve", "mazur", "--format", "markdown,json,latex", *output)
    folder = Path(output[1]) if output else Path()
    names = [f"mazur{SUFFIXES[name]}" for name in ("markdown", "json", "latex")]
    names += [f"mazur-figure-{place}.svg" for place in (1, 2, 3, 4)]  # beside the Markdown
    assert (done.status, done.text, done.messages) == (0, "".join(f"{folder / name}\n" for name in names), "")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in ("markdown", "json", "latex"):
        written = (folder / f"mazur{SUFFIXES[name]}").read_text(encoding="utf-8")
        assert without_figures(written) == solved("mazur", "--format", name)


def without_figures(text: str) -> str:
    """Markdown as it is printed to standard output, where figures would have no place."""
    return re.sub(r"!\[[^\n]*\]\(\S+\.svg\)\n\n\*Figure \d[^*]*\*\n\n", "", text)


def test_one_format_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "solution"
    assert command("solve", "mazur", "--format", "json", "-o", str(path)).status == 0
    assert path.read_text(encoding="utf-8") == solved("mazur", "--format", "json")
    assert command("solve", "mazur", "-o", str(path)).status == 0
    assert without_figures(path.read_text(encoding="utf-8")) == solved("mazur")
    figures = [path.with_name(f"solution-figure-{place}.svg") for place in (1, 2, 3, 4)]
    assert sorted(path.parent.iterdir()) == [path, *figures]


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_may_be_named(name: str) -> None:
    assert solved("mazur", "-o", name) == solved("mazur")


def test_the_network_may_come_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert solved("-", stdin=NETWORK) == solved(network_at(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = command("solve", "-", "--format", "json,markdown", "-o", "out", stdin=NETWORK)
    assert done.text.splitlines()[:2] == ["out/network.json", "out/network.md"]
    assert all(line.startswith("out/network-figure-") for line in done.text.splitlines()[2:])


def test_a_path_wins_where_it_looks_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network_at(tmp_path, name="mazur")
    assert solved("./mazur").startswith("# A small network")
    assert solved("mazur").startswith("# A step by step")


# --- options ------------------------------------------------------------------------------------------


def quantities(*arguments: str, stdin: str = "") -> dict[str, dict[str, object]]:
    found = json.loads(solved(*arguments, "--format", "json", stdin=stdin))["quantities"]
    return {quantity["name"]: quantity for quantity in found}


def test_rounds_may_be_given_several_times() -> None:
    found = quantities("mazur", "--rounds", "1", "--rounds", "100", "--rounds", "10000")
    trained = [f"w{place}" for place in range(1, 9)] + ["out_o1", "out_o2", "E_total"]
    values = mazur_after((1, 100, 10_000))
    for name in trained:
        for rounds in (100, 10_000):
            assert abs(float(str(found[f"{name}@{rounds}"]["value"])) - values[rounds][name]) < 1.5e-9
        assert abs(float(str(found[f"{name}+"]["value"])) - values[1][name]) < 1.5e-9
    assert not [name for name in found if name.startswith("b") and "@" in name]
    page = solved("mazur", "--rounds", "100", "--rounds", "10000")
    for rounds in ("@100", "@10000"):
        for name in trained:
            assert str(found[name + rounds]["value"])[:10] in page


def mazur_after(rounds: tuple[int, ...]) -> dict[int, dict[str, float]]:
    """The network of the contract, trained with plain floats."""
    from math import exp

    def logistic(x: float) -> float:
        return 1 / (1 + exp(-x))

    inputs, targets, weights = [0.05, 0.10], [0.01, 0.99], [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55]
    found = {}
    for count in range(max(rounds) + 1):
        h = [logistic(weights[2 * j] * inputs[0] + weights[2 * j + 1] * inputs[1] + 0.35) for j in (0, 1)]
        o = [logistic(weights[4 + 2 * k] * h[0] + weights[5 + 2 * k] * h[1] + 0.6) for k in (0, 1)]
        if count in rounds:
            error = sum((t - a) ** 2 / 2 for t, a in zip(targets, o, strict=True))
            names = {f"w{place}": weight for place, weight in enumerate(weights, 1)}
            found[count] = {**names, "out_o1": o[0], "out_o2": o[1], "E_total": error}
        delta = [(a - t) * a * (1 - a) for t, a in zip(targets, o, strict=True)]
        back = [(delta[0] * weights[4 + j] + delta[1] * weights[6 + j]) * h[j] * (1 - h[j]) for j in (0, 1)]
        slopes = [back[0] * x for x in inputs] + [back[1] * x for x in inputs]
        slopes += [delta[0] * x for x in h] + [delta[1] * x for x in h]
        weights = [weight - 0.5 * slope for weight, slope in zip(weights, slopes, strict=True)]
    return found


@pytest.mark.parametrize(
    ("digits", "shown"),
    [(1, "0.751365"), (4, "0.751365"), (6, "0.751365"), (7, "0.7513651"), (30, None), (1000, None)],
)
def test_digits_are_decimals(digits: int, shown: str | None) -> None:
    found = quantities("mazur", "--digits", str(digits))
    values = [str(quantity["value"]) for quantity in found.values()]
    assert {len(value.partition(".")[2]) for value in values} == {digits}
    # documents show at least six significant digits
    page = solved("mazur", "--digits", str(digits))
    assert re.findall(r"mathrm\{out\}_\{o1\} &= (?:.*\n &= )*(.*)\n", page)[0] == (
        shown or found["out_o1"]["value"]
    )


def test_carried_rounding_rounds_every_quantity() -> None:
    found = quantities("mazur", "--rounding", "carry:4", "--rounds", "2")
    with localcontext() as context:
        context.prec = 60

        def r(value: Decimal) -> Decimal:
            return value.quantize(Decimal("0.0001"), ROUND_HALF_UP)

        i, t = [Decimal("0.05"), Decimal("0.10")], [Decimal("0.01"), Decimal("0.99")]
        w = [Decimal(text) for text in ("0.15", "0.20", "0.25", "0.30", "0.40", "0.45", "0.50", "0.55")]
        net_h1 = r(w[0] * i[0] + w[1] * i[1] + Decimal("0.35"))
        net_h2 = r(w[2] * i[0] + w[3] * i[1] + Decimal("0.35"))
        out_h1, out_h2 = (r(1 / (1 + (-net).exp())) for net in (net_h1, net_h2))
        net_o1 = r(w[4] * out_h1 + w[5] * out_h2 + Decimal("0.60"))
        out_o1 = r(1 / (1 + (-net_o1).exp()))
        error = r((t[0] - out_o1) ** 2 / 2)
        first, second = r(-(t[0] - out_o1)), r(out_o1 * (1 - out_o1))
        gradient = r(first * second * out_h1)
        new = r(w[4] - Decimal("0.5") * gradient)
    expected = {"net_h1": net_h1, "out_h1": out_h1, "out_h2": out_h2, "out_o1": out_o1, "E_o1": error}
    expected |= {"dE_total/dout_o1": first, "dout_o1/dnet_o1": second, "dE_total/dw5": gradient, "w5+": new}
    assert {name: found[name]["value"] for name in expected} == {k: str(v) for k, v in expected.items()}
    assert {len(str(quantity["value"]).partition(".")[2]) for quantity in found.values()} == {4}
    assert "w5@2" in found
    assert "0.3589" in solved("mazur", "--rounding", "carry:4") or str(new) in solved(
        "mazur", "--rounding", "carry:4"
    )


NAMES = [
    ("dE_total/dw5",),
    ("dE_total/dw1", "w8+"),
    ("dE_total/dnet_h2",),
    ("w5",),
    ("dE_total/di1", "dE_total/dw5"),
    ("dE_total/dw5+",),
    ("E_total+", "out_h1"),
    ("w5@1",),
]


@pytest.mark.parametrize("names", NAMES, ids="-".join)
def test_only_gives_what_was_asked_and_all_that_it_depends_on(names: tuple[str, ...]) -> None:
    asked = [part for name in names for part in ("--only", name)]
    found = quantities("mazur", *asked)
    synonyms = {other: name for name, one in found.items() for other in one["names"]}  # type: ignore[attr-defined]
    synonyms |= {"w5@1": "w5+"}
    wanted, waiting = set(), [synonyms.get(name, name) for name in names]
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += found[name]["depends_on"]  # type: ignore[arg-type]
    assert set(found) == wanted
    solved("mazur", *asked)
    solved("mazur", *asked, "--notation", "matrix")


def test_only_restricts_the_backward_steps_of_a_document() -> None:
    page = solved("mazur", "--only", "dE_total/dw5")
    # of other weights there are no gradients, but all of the forward pass
    shown = set(re.findall(r"\\partial E_\{\\mathrm\{total\}\}\}\{\\partial (\w_\{\d\})\}", page))
    assert shown == {"w_{5}"}
    assert "0.082167041" in page
    assert "0.298371109" in page


@pytest.mark.parametrize(
    ("notation", "there", "absent"),
    [
        ("net-out", r"\mathrm{net}_{h1}", "z_{h1}"),
        ("z-a", "z_{h1}", r"\mathrm{net}"),
        ("matrix", "W^{1}", r"\mathrm{net}"),
    ],
)
@pytest.mark.parametrize("way", ["option", "file", "both"])
def test_notations(notation: str, there: str, absent: str, way: str) -> None:
    other = "z-a" if notation == "net-out" else "net-out"
    style = {"option": "", "file": notation, "both": other}[way]
    text = NETWORK + (f'[notation]\nstyle = "{style}"\n' if style else "")
    page = solved("-", *(() if way == "file" else ("--notation", notation)), stdin=text)
    assert there in page
    assert absent not in page


def test_flavors() -> None:
    github, dollar = solved("mazur"), solved("mazur", "--flavor", "dollar")
    assert "```math" in github
    assert "$$" not in github
    assert "```" not in dollar
    assert "\n$$\n" in dollar
    assert re.findall(r"0\.\d{9}", github) == re.findall(r"0\.\d{9}", dollar)


# --- help, hints, statuses ----------------------------------------------------------------------------


@pytest.mark.parametrize("words", HELP, ids=" ".join)
def test_help(words: tuple[str, ...]) -> None:
    done = command(*words, "--help")
    assert (done.status, done.messages) == (0, "")
    assert done.text.startswith(f"usage: {' '.join(('symback', *words))}")
    assert all(len(line) <= 100 for line in done.text.splitlines())


@pytest.mark.parametrize("words", HELP[:3], ids=" ".join)
def test_the_examples_of_the_help_work(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    network_at(tmp_path)
    examples = re.findall(r"^  (symback .*)$", command(*words, "--help").text, re.MULTILINE)
    assert len(examples) >= 3
    for example in examples:
        done = command(*shlex.split(re.split(r"\s{2,}", example)[0])[1:])
        if ".onnx" in example:  # the user's own model; what comes of one is tested in test_onnx
            assert done.status == 2
            assert "onnx" in done.messages
            continue
        status = int(example.startswith("symback diagnose"))  # the numbers there are wrong ones
        assert (done.status, FIGURES.sub("", done.messages)) == (status, ""), example


def test_version() -> None:
    done = command("--version")
    assert (done.status, done.text, done.messages) == (0, f"symback {symback.__version__}\n", "")


HINTS = [
    ((), "COMMAND"),
    (
        ("slove", "mazur"),
        "unknown command 'slove'. Did you mean 'solve'? Known: solve, verify, ",
    ),
    (("solve",), "NETWORK"),
    (("solve", "mazur", "xor"), "'xor'"),
    (("solve", "mazur", "--digit", "3"), "unknown option --digit. Did you mean '--digits'?"),
    (("solve", "mazur", "--ronds=3"), "unknown option --ronds. Did you mean '--rounds'?"),
    (("solve", "mazur", "--dig=3"), "unknown option --dig. Did you mean '--digits'?"),
    (("solve", "mazur", "-x"), "unknown option -x."),
    (("--nonsense", "networks"), "unknown option --nonsense."),
    (("solve", "mazur", "--digits"), "--digits"),
    (("solve", "mazur", "--notation", "za"), "unknown notation 'za'. Did you mean 'z-a'?"),
    (("solve", "mazur", "--flavor", "dollars"), "unknown flavor 'dollars'. Did you mean 'dollar'?"),
    (("solve", "mazur", "--format", "markdwn"), "unknown format 'markdwn'. Did you mean 'markdown'?"),
    (("solve", "mazur", "--format", "json,,latex"), "unknown format ''"),
    (("networks", "shows", "mazur"), "unknown action 'shows'. Did you mean 'show'?"),
    (("networks", "show"), "NAME"),
    (("networks", "new"), "FILE"),
    (("networks", "show", "mazur", "--digits", "3"), "unknown option --digits"),
    (("solve", "mazr"), "Did you mean 'mazur'?"),
]


@pytest.mark.parametrize(("arguments", "piece"), HINTS, ids=[" ".join(words) for words, _ in HINTS])
def test_a_wrong_command_line_gets_a_hint(arguments: tuple[str, ...], piece: str) -> None:
    assert piece in refused(*arguments)


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("symback.commands.solve.load", interrupted)
    done = command("solve", "mazur")
    assert (done.status, done.output, done.messages) == (130, b"", "symback: interrupted\n")


# --- in a process of its own --------------------------------------------------------------------------


def test_control_c_ends_training(tmp_path: Path) -> None:
    program = (
        "import sys; from symback.cli import main; print('ready', flush=True); "
        f"sys.exit(main(['solve', 'mazur', '--rounds', '10000000', '-o', {str(tmp_path / 'out.md')!r}]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        time.sleep(2)
        running.send_signal(signal.SIGINT)
        output, messages = running.communicate(timeout=60)
    assert (running.returncode, output, messages) == (130, b"", b"symback: interrupted\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("solve", "mazur"), ("networks",), ("solve", "mazur", "--format", "json"), ("--help",)]
)
def test_a_reader_may_go_early(arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        arguments_of(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings()
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_results_are_the_same_bytes_everywhere(tmp_path: Path) -> None:
    text = NETWORK.replace("A small network", "Ein kleines Netz für 日本 \\U0001f600")
    path = network_at(tmp_path, text)
    surrounding = [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "COLUMNS": "20"},
    ]
    found = set()
    for place, variables in enumerate(surrounding):
        folder = tmp_path / str(place)
        done = process(
            "solve", path, "--format", "markdown,latex,json", "--rounds", "7", "-o", str(folder),
            variables=variables,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        found.add(tuple((folder / f"net{suffix}").read_bytes() for suffix in (".md", ".tex", ".json")))
        done = process("solve", path, variables=variables)
        assert (done.returncode, FIGURES.sub("", done.stderr.decode("ascii"))) == (0, "")
        assert done.stdout.splitlines()[0] == "# Ein kleines Netz für 日本 \U0001f600".encode()
        shown = process("networks", "show", path, variables=variables)
        assert (shown.returncode, shown.stdout) == (0, text.encode())
    assert len(found) == 1


def test_messages_are_printed_in_every_locale(tmp_path: Path) -> None:
    path = network_at(tmp_path, "los = 1\n", "für 日本.toml")
    done = process("solve", path, variables={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert b"los: there is no such key" in done.stderr


def test_main_takes_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["symback", "networks"])
    assert main() == 0

"""Whatever a user hands over: a result, or one clear message with status 2. Nothing is executed or hangs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.drawn import drawn, network_file
from tests.invoke import NETWORK, command, network_at, refused, solved, surroundings
from tests.tools import require

TEXT_FORMATS = ("markdown", "latex", "json")


def changed(old: str, new: str, text: str = NETWORK) -> str:
    assert old in text
    return text.replace(old, new, 1)


def titled(title: str) -> str:
    """TOML knows the escapes of JSON, but for halves of characters, which are written out here."""
    return changed('"A small network"', json.dumps(title, ensure_ascii=False).replace("\x7f", "\\u007f"))


# --- network files ------------------------------------------------------------------------------------

FILES = [
    ("an unknown key", changed("loss =", "los ="), ("los:", "no such key", "'loss'")),
    ("no layer", NETWORK[: NETWORK.index("[[layers]]")], ("layers: nothing stands there",)),
    ("a ragged matrix", changed(", 0.30]", "]"), ("[[layers]] 1, weights, row 2", "1 entry", "2 may stand")),
    ("a row too many", changed("[0.25, 0.30]]", "[1, 2], [3, 4]]"), ("[[layers]] 1, weights", "3 rows")),
    ("a bias too many", changed("[0.60]", "[1, 2]"), ("[[layers]] 2, biases", "2 entries", "o1")),
    ("an activation", changed("logistic", "logistik"), ("[[layers]] 1, activation", "'logistic'")),
    ("a formula", changed('"logistic"', '"1/(1+exp(-z))"'), ("[[layers]] 1, activation", "Known")),
    ("a loss", changed("half_squared_error", "quadratic"), ("loss", "'quadratic'", "Known")),
    ("not a number", changed("0.05", "nan"), ("[inputs], i1: nan stands there", "finite")),
    ("infinity", changed("0.20", "+inf"), ("row 1, column 2: +inf stands there", "finite")),
    ("no target", changed("o1 = 0.01\n", ""), ("[targets], o1", "nothing stands there")),
    (
        "a table twice",
        NETWORK.replace("[[layers]]", "[layers]"),
        ("[layers] stands there a second time", "two brackets, [[layers]]"),
    ),
    ("no TOML", "{}", ("line 1, column 1", "TOML")),
    ("an empty file", "", ("this file is empty",)),
    ("a picture", b"\x89PNG\r\n\x1a\n", ("byte 1 (0x89", "not UTF-8")),
    ("another encoding", NETWORK.encode("utf-16"), ("not UTF-8",)),
    ("zeros", b"\0" * 1000, ("line 1",)),
    ("long names", changed('"h1"', '"' + "h" * 100_000 + '"'), ("[[layers]] 1, units, entry 1",)),
    ("a long title", titled("x" * 100_000), ("title:", "200 characters")),
    ("a title with an escape sequence", titled("\x1b[2J"), ("title:", "in one line")),
    ("a title of two lines", titled("a\nb"), ("title:", "in one line")),
]


@pytest.mark.parametrize(("text", "pieces"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_wrong_file_gets_one_message(text: str | bytes, pieces: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    target = tmp_path / "new" / "out.json"
    message = refused("solve", str(path), "--format", "json", "-o", str(target))
    assert message.startswith(f"symback: {path}: ")
    for piece in pieces:
        assert piece in message
    assert not target.parent.exists()
    assert message.replace(str(path), "standard input") == refused("solve", "-", stdin=path.read_bytes())


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "this is a folder" in refused("solve", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    assert "a device or a pipe" in refused("solve", str(tmp_path / "pipe"))
    assert "a device or a pipe" in refused("solve", "/dev/zero")
    assert "There is no file" in refused("solve", str(tmp_path / "nothing.toml"))
    assert "too long" in refused("solve", str(tmp_path / ("n" * 5000)))
    (tmp_path / "loop").symlink_to("loop")
    assert "loop" in refused("solve", str(tmp_path / "loop"))
    refused("solve", "a\0b")
    refused("solve", "")


def test_a_large_file_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "large.toml").open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    start = time.perf_counter()
    assert "more than 4 MiB" in refused("solve", str(tmp_path / "large.toml"))
    assert time.perf_counter() - start < 5


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.toml")
    text = changed('title = "A small network"\n', "")
    try:
        path = network_at(tmp_path, text, name)
    except OSError:
        pytest.skip("this file system has names of text only")
    for file_format in TEXT_FORMATS:
        done = subprocess.run(
            [os.sys.executable, "-m", "symback", "solve", path, "--format", file_format],  # type: ignore[attr-defined]
            env=surroundings(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 2)


# --- requests -----------------------------------------------------------------------------------------

NO_UPDATE = NETWORK[: NETWORK.index("[update]")]
SYMBOLIC = changed("[[0.40, 0.45]]", '"symbolic"')
REQUESTS = [
    ("--rounds 5", NO_UPDATE, "[update]"),
    ("--rounds 5", SYMBOLIC, "symbolic: w5, w6"),
    ("--rounding carry:4", SYMBOLIC, "symbolic"),
    ("--rounds 1000000000000", NETWORK, "whole number"),
    ("--rounds 10000001", NETWORK, "from 0 to 10,000,000"),
    ("--rounds -1", NETWORK, "--rounds"),
    ("--rounds 1.5", NETWORK, "'1.5'"),
    ("--rounds ten", NETWORK, "'ten'"),
    ("--digits 0", NETWORK, "from 1 to 1000"),
    ("--digits 1001", NETWORK, "from 1 to 1000"),
    ("--digits 99999999999999999999", NETWORK, "whole number"),
    ("--digits -3", NETWORK, "--digits"),
    ("--digits ²", NETWORK, "'²'"),
    ("--rounding carry:0", NETWORK, "from 1 to 1000"),
    ("--rounding carry:1001", NETWORK, "from 1 to 1000"),
    ("--rounding carry:abc", NETWORK, "carry:N"),
    ("--rounding carry:-1", NETWORK, "carry:N"),
    ("--rounding carry", NETWORK, "carry:N"),
    ("--rounding carry:²", NETWORK, "carry:N"),
    ("--rounding round", NETWORK, "'round'"),
    ("--rounding carry:4 --digits 4", NETWORK, "--digits"),
    ("--rounding carry:4 --digits 9", NETWORK, "--digits"),
    ("--only nonsense", NETWORK, "Unknown quantity 'nonsense'."),
    ("--only dE_total/dw55", NETWORK, "Did you mean 'dE_total/dw5'?"),
    ("--only w5 --only nonsense", NETWORK, "'nonsense'"),
    ("--only w5@7", NETWORK, "'w5@7'"),
    ("--only w5+", NO_UPDATE, "'w5+'"),
    ("--only=", NETWORK, "''"),
    ("--format html5", NETWORK, "'html5'"),
]


@pytest.mark.parametrize(("options", "text", "piece"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_a_request_that_cannot_be_met(options: str, text: str, piece: str) -> None:
    start = time.perf_counter()
    assert piece in refused("solve", "-", *options.split(), stdin=text)
    assert time.perf_counter() - start < 5


# --- constants and numbers ----------------------------------------------------------------------------

CONSTANTS = [
    ("log(-1)", "logarithm of a negative number"),
    ("log(0)", "logarithm of 0"),
    ("log(log(1/2))", "logarithm of a negative number"),
    ("1/(1-1)", "divides by 0"),
    ("1/(log(2)-log(2))", "divides by 0"),
    ("1/(exp(1)*exp(-1) - 1)", "could be proven"),
    ("9^9^9^9", "exponent"),
    ("10^(10^10)", "exponent"),
    ("(-2)^(1/2)", ""),
    ("exp(exp(exp(exp(10))))", "could be proven"),
    ("exp(exp(100))", "could be proven"),
    ("exp(" * 60 + "1" + ")" * 60, ""),
    ("(" * 4_000 + "1" + ")" * 4_000, ""),
    ("-" * 9_000 + "1", ""),
    ("1" + "+1" * 100_000, "10,000 characters"),
    ("sqrt(-2)", "square root of a negative number"),
    ("pie", "From column 1"),
    ("1e999", ""),
    ("1,5", ""),
    ("", "'' stands there"),
]


@pytest.mark.parametrize("place", ["i1 = 0.05", "bias = 0.35", "learning_rate = 0.5", "[[0.15"])
@pytest.mark.parametrize(("constant", "piece"), CONSTANTS, ids=[row[0][:30] for row in CONSTANTS])
def test_constants_without_a_value(constant: str, piece: str, place: str) -> None:
    start, _, number = place.partition("0.")
    text = changed(start + "0." + number, f'{start}"{constant}"')
    started = time.perf_counter()
    assert piece in refused("solve", "-", stdin=text)
    assert time.perf_counter() - started < 5


EXTREMES = [
    ("a saturated unit", changed("0.15", "1e50")),
    ("a unit saturated below", changed("0.15", "-1e50")),
    ("the largest numbers", changed("[0.15, 0.20], [0.25, 0.30]", "[1e99, -1e99], [1e-99, 0]")),
    ("zeros", re.sub(r"= 0\.\d+|(?<=[\[ ])0\.\d+", lambda found: "= 0" if "=" in found[0] else "0", NETWORK)),
    ("a long constant", changed("0.05", '"' + "+".join(["1/7"] * 60) + '"')),
    ("a large constant", changed("0.05", '"exp(50)"')),
    ("a tiny constant", changed("0.05", '"exp(-1000000)"')),
    ("60 decimals", changed("0.05", "0." + "123456789" * 7)),
]


@pytest.mark.parametrize("text", [row[1] for row in EXTREMES], ids=[row[0] for row in EXTREMES])
def test_extreme_numbers_have_an_answer(text: str) -> None:
    started = time.perf_counter()
    for options in ((), ("--format", "latex"), ("--format", "json"), ("--rounding", "carry:4")):
        solved("-", *options, stdin=text)
    solved("-", "--rounds", "100", stdin=text)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize("options", [(), ("--rounding", "carry:4")])
@pytest.mark.parametrize("rounds", ["20", "1000", "10000000"])
def test_training_that_diverges_ends_with_a_message(rounds: str, options: tuple[str, ...]) -> None:
    text = changed("0.5\n", "1000\n", changed("logistic", "linear"))
    started = time.perf_counter()
    message = refused("solve", "-", "--rounds", rounds, *options, stdin=text)
    assert "diverges" in message
    assert "learning rate" in message
    assert time.perf_counter() - started < 10


def test_at_a_kink_the_left_derivative_is_taken() -> None:
    text = changed("bias = 0.35", "bias = 0", changed("[0.15, 0.20]", "[2, -1]", changed("logistic", "relu")))
    found = {q["name"]: q for q in json.loads(solved("-", "--format", "json", stdin=text))["quantities"]}
    assert found["net_h1"]["exact"] == "0"
    assert (found["dout_h1/dnet_h1"]["exact"], found["dE_total/dw1"]["exact"]) == ("0", "0")
    assert all(quantity["proven"] for quantity in found.values())
    assert found["dout_h2/dnet_h2"]["exact"] == "1"


@pytest.mark.parametrize(
    ("net", "seconds"),
    [(drawn((10, 32, 32, 10)), 60), (drawn((2, 3, 1), samples=100), 40), (drawn((1,) * 7), 20)],
    ids=["10-32-32-10", "100 samples", "6 layers of 1"],
)
def test_large_networks_take_seconds(net: object, seconds: float) -> None:
    started = time.perf_counter()
    found = json.loads(solved("-", "--format", "json", stdin=network_file(net)))  # type: ignore[arg-type]
    assert time.perf_counter() - started < seconds
    assert all(quantity["proven"] for quantity in found["quantities"])


def test_names_may_be_long() -> None:
    long = "h" + "x" * 39
    text = NETWORK.replace('"h1"', f'"{long}"').replace("i1 =", f"{'i' * 40} =").replace("o1", "o" * 40)
    for file_format in TEXT_FORMATS:
        assert long in solved("-", "--format", file_format, stdin=text)
        solved("-", "--format", file_format, "--notation", "matrix", stdin=text)


# --- hostile text: titles and symbols -----------------------------------------------------------------

TITLES = {
    "LaTeX": r"\input{/etc/passwd} \end{document} $x$ % # & _ ^ ~ { } \\ \undefined",
    "LaTeX, once more": r"}\write18{id}{ \catcode`\%=14 ^^5c \begin{equation} $$ \) \] -- --- `` '' ?` !`",
    "Markdown": "# *a* __b__ `c` [d](javascript:alert(1)) ![e](f) | --- | $`\\bad`$ ~~~ ```math [^1] - + 1.",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)> <!-- --> &lt;b&gt; </title>",
    "Jinja": "<< 7 * 7 >> <% raw %> <# x #> {{ 7 * 7 }} {% include 'x' %} {# x #} << document.kind >>",
    "Python": "__import__('os').system('id') {0.__class__} %s %(x)s $(id) `id` ; rm -rf /",
    "only a backslash": "\\",
    "only a brace": "}",
    "only a percent sign": "%",
    "quotes": "\"'`´",
    "long": "words " * 33,
    "spaces": "   ",
    "nothing": "",
}
OTHER_TITLES = {
    "emoji": "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right to left": "\u202eabc\u202c \u200f \u2067 שלום",
    "far away": "日本語 Ελληνικά кириллица",
    "Latin": "".join(map(chr, range(0xA0, 0x100))),
    "more Latin": "".join(map(chr, range(0x100, 0x180))),
    "signs": "– — “ ” „ ‚ ‘ ’ … • € ™ → ≤ ½",
    "combining": "e\u0301 a\u0300\u0323",
    "odd spaces": "a\u00a0b\u00adc\u200bd\ufeffe\u3000f",
    "no characters": "\ufffe\uffff\ue000\U0010ffff",
}


@pytest.mark.parametrize("title", [*TITLES.values(), *OTHER_TITLES.values()], ids=[*TITLES, *OTHER_TITLES])
def test_titles_are_text_in_every_format(title: str) -> None:
    text = titled(title)
    title = title if title.strip() else "network"
    assert json.loads(solved("-", "--format", "json", stdin=text))["title"] == title
    plain = solved("-", stdin=titled("T"))
    for options in ((), ("--flavor", "dollar"), ("--notation", "matrix")):
        first, _, rest = solved("-", *options, stdin=text).partition("\n")
        seen = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in title)
        assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", first) == f"# {' '.join(seen.split())}".rstrip()
        assert not re.search(r"(?<!\\)(?:\\\\)*[<*_`$\[|]", first)
        assert options or rest == plain.partition("\n")[2]
    latex = solved("-", "--format", "latex", stdin=text)
    assert latex.count("\n") == solved("-", "--format", "latex", stdin=titled("T")).count("\n")
    assert latex.count(r"\end{document}") == 1


def test_titles_compile_and_lose_nothing(tmp_path: Path) -> None:
    """All titles in one document, each as symback prints it."""
    require("pdflatex")
    lines = []
    for title in (*TITLES.values(), *OTHER_TITLES.values()):
        latex = solved("-", "--format", "latex", stdin=titled(title))
        lines += [line.removeprefix("\\Large") for line in latex.splitlines() if line.startswith("\\Large")]
    assert len(lines) == len(TITLES) + len(OTHER_TITLES)
    page = solved("-", "--format", "latex", stdin=titled("T"))
    # a ruler on both sides, as a line without text could not be found again
    body = "\n\n".join(f"START {line} END" for line in lines)
    head, _, _ = page.partition("\\begin{center}")
    source = tmp_path / "titles.tex"
    source.write_text(f"{head}\\footnotesize\n{body}\n\\end{{document}}\n", encoding="utf-8")
    done = subprocess.run(
        [require("pdflatex"), "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", source.name],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:]
    shown = subprocess.run(
        [require("pdftotext"), "-raw", "titles.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    )
    titles = re.findall(r"START(.*?)END", shown.stdout.decode("utf-8"), re.DOTALL)
    assert len(titles) == len(lines)
    for title, printed in zip(TITLES.values(), titles, strict=False):
        # TeX joins -- and `` to longer signs, breaks lines and has its own quotes
        known = title if title.strip() else "network"
        letters = re.sub(r"[^A-Za-z0-9\\{}$%#&_^~|<>\[\]()=*;@.:/+]", "", known)
        assert re.sub(r"[^A-Za-z0-9\\{}$%#&_^~|<>\[\]()=*;@.:/+]", "", printed) == letters


def test_a_pdf_of_a_hostile_title() -> None:
    require("pdflatex")
    done = command("solve", "-", "--format", "pdf", stdin=titled(TITLES["LaTeX"]))
    assert (done.status, done.messages) == (0, "")


SYMBOLS_REFUSED = [
    r"\input{/etc/passwd}", r"\write18{id}", r"\href{x}{y}", r"\def\x{y}", r"\csname x\endcsname",
    r"\unknown", "{", "}", "}{", "w_{1", "$", "$x$", "%", "#", "&", "~", "a\nb", "x\\", "", "<b>", "`",
    "^^5c", "α", "\u202e", "x^2^3", "x_1_2", "x__2", "x^", "^", "_", "_x", r"\mathbf",
    r"\hat", r"\mathrm\mathbf x", "|",
]  # fmt: skip
SYMBOLS = [
    "x", "s_1", "s_{12}", "x_{y_{z}}", "w^{(1)}_{11}", r"\theta", r"\theta_1'", r"\mathbf{W}", r"\hat{y}_1",
    r"\mathrm{in}", r"\ell", "x'", r"\dot{\hat{\bar{x}}}", r"\langle x\rangle", "12", "a.b",
]  # fmt: skip


def with_symbol(symbol: str, name: str = "w1") -> str:
    return changed("[update]", f"[notation]\n{name} = {json.dumps(symbol, ensure_ascii=False)}\n[update]")


@pytest.mark.parametrize("symbol", SYMBOLS_REFUSED)
def test_symbols_that_are_no_mathematics_are_refused(symbol: str) -> None:
    for file_format in TEXT_FORMATS:
        assert "w1" in refused("solve", "-", "--format", file_format, stdin=with_symbol(symbol))


def test_symbols_of_ones_own_compile() -> None:
    require("pdflatex")
    names = ["w1", "w2", "w3", "w4", "w5", "w6", "i1", "i2", "net_h1", "net_h2", "out_h1", "out_h2", "net_o1"]
    names += ["out_o1", "target_o1", "eta"]
    lines = [f"{name} = {json.dumps(symbol)}" for name, symbol in zip(names, SYMBOLS, strict=True)]
    text = changed("[update]", "[notation]\n" + "\n".join(lines) + "\n[update]")
    for options in ((), ("--notation", "z-a"), ("--rounds", "10")):
        page = solved("-", *options, stdin=text)
        assert all(symbol in page for symbol in SYMBOLS)
        done = command("solve", "-", "--format", "pdf", *options, stdin=text)
        assert (done.status, done.messages) == (0, "")


# --- nothing is executed ------------------------------------------------------------------------------

FULL = """\
title = "STRING1"
loss = "STRING2"
reduction = "STRING3"
[[samples]]
inputs = { i1 = "STRING4", i2 = 0.1 }
targets = { o1 = "STRING5" }
[[samples]]
inputs = { i1 = 0.1, i2 = 0.1 }
targets = { o1 = 0.3 }
[[layers]]
type = "STRING6"
units = ["STRING7"]
activation = "STRING8"
weights = [["STRING9", 0.2]]
weight_names = [["STRING10", "w2"]]
bias = "STRING11"
bias_name = "STRING12"
[[layers]]
units = ["o1"]
activation = "linear"
weights = "STRING13"
biases = ["STRING14"]
bias_names = ["STRING15"]
[update]
rule = "STRING16"
learning_rate = "STRING17"
[notation]
style = "STRING18"
w2 = "STRING19"
"STRING20" = "x"
[aliases]
a = "STRING21"
"STRING22" = "w2"
["STRING23"]
"""
HARMLESS = [
    "T", "half_squared_error", "sum", "0.5", "1/2", "dense", "h1", "logistic", "0.1", "w1", "0.2", "b1",
    "symbolic", "0.3", "c", "gradient_descent", "0.5", "net-out", "x", "net_h1", "w1", "b", "aliases",
]  # fmt: skip
CODE = [
    "__import__('os').system('touch MARKER')",
    "().__class__.__base__.__subclasses__()[0].__init__.__globals__['os'].system('touch MARKER')",
    "exp(__import__('os').system('touch MARKER'))",
    "open('MARKER', 'w')",
    "<< cycler.__init__.__globals__.os.system('touch MARKER') >>",
    "<% set x = self._TemplateReference__context.eval_ctx.environment.from_string('x') %>",
    "{{ cycler.__init__.__globals__.os.system('touch MARKER') }}",
    r"\immediate\write18{touch MARKER}",
    "$(touch MARKER)",
    "; touch MARKER #",
]


def filled(place: int, code: str) -> str:
    text = FULL.removesuffix('["STRING23"]\n') if place != len(HARMLESS) else FULL
    for number in range(len(HARMLESS), 0, -1):
        value = code if number == place else HARMLESS[number - 1]
        text = text.replace(f'"STRING{number}"', json.dumps(value))
    return text


def test_the_harmless_strings_are_harmless() -> None:
    for file_format in TEXT_FORMATS:
        solved("-", "--format", file_format, stdin=filled(0, ""))


@pytest.mark.parametrize("place", range(1, len(HARMLESS) + 1))
def test_no_string_of_a_file_is_executed(place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    statuses = set()
    for code in CODE:
        text = filled(place, code.replace("MARKER", str(tmp_path / "marker")))
        for file_format in TEXT_FORMATS:
            done = command("solve", "-", "--format", file_format, stdin=text)
            statuses.add(done.status)
            assert done.status in (0, 2)
            assert "Traceback" not in done.messages
    assert list(tmp_path.iterdir()) == []
    # a title is any text, and aliases are of no use to `solve`; elsewhere such a string means nothing
    assert statuses == {0} if place == 1 else statuses <= {0, 2} if place in (20, 21, 22) else statuses == {2}


@pytest.mark.parametrize("code", CODE)
def test_no_argument_is_executed(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = code.replace("MARKER", str(tmp_path / "marker"))
    for option in ("--only", "--format", "--notation", "--flavor", "--rounds", "--digits", "--rounding"):
        refused("solve", "mazur", f"{option}={code}")
    refused("solve", "--", code)
    refused("networks", "show", "--", code)
    refused("solve", "mazur", "--", code)
    assert list(tmp_path.iterdir()) == []

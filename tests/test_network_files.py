"""Wrong network files: one clear message each, with the key, what stands there and what may stand there."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback import network_source
from symback.errors import NetworkFileError, RequestError, SymbackError
from symback.network import MOST_PARAMETERS, built_in_text, load, parse

GOOD = """
loss = "half_squared_error"
[inputs]
i1 = 0.05
i2 = 0.10
[targets]
o1 = 0.01
[[layers]]
units = ["h1", "h2"]
activation = "logistic"
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.40, 0.45]]
biases = [0.60]
[update]
learning_rate = 0.5
"""
SAMPLES = GOOD.replace("[inputs]", "[[samples]]\n[samples.inputs]").replace("[targets]", "[samples.targets]")

# title, text in GOOD, what stands there instead, the key, a piece of the message
CHANGES = [
    ("an unknown key", "loss =", "los =", "los", "Did you mean 'loss'?"),
    (
        "an unknown key of a layer",
        'activation = "logistic"',
        "activaton = 'tanh'",
        "[[layers]] 1, activaton",
        "'activation'",
    ),
    (
        "a misspelt key of the update",
        "learning_rate",
        "rate",
        "[update], rate",
        "Known: rule, learning_rate, biases",
    ),
    ("an unknown table", "[update]", "[updates]", "updates", "Did you mean 'update'?"),
    ("a key with odd characters", "loss =", '"a\\u001b[1m" = 1\nloss =', r"'a\x1b[1m'", "no such key"),
    ("an empty key", "loss =", '"" = 1\nloss =', "''", "no such key"),
    ("no loss", 'loss = "half_squared_error"', "", "loss", "There may stand the name of a loss"),
    ("no activation", 'activation = "linear"', "", "[[layers]] 2, activation", "nothing stands there"),
    ("no weights", "weights = [[0.40, 0.45]]", "", "[[layers]] 2, weights", "nothing stands there"),
    ("no units", 'units = ["o1"]', "", "[[layers]] 2, units", "nothing stands there"),
    ("no learning rate", "learning_rate = 0.5", "", "[update], learning_rate", "nothing stands there"),
    ("no inputs", "[inputs]\ni1 = 0.05\ni2 = 0.10", "", "[inputs]", "or [[samples]]"),
    ("no targets", "[targets]\no1 = 0.01", "", "[targets]", "nothing stands there"),
    ("an empty table of inputs", "i1 = 0.05\ni2 = 0.10", "", "[inputs]", "no input stands there"),
    (
        "an unknown loss",
        "half_squared_error",
        "half_square_error",
        "loss",
        "Did you mean 'half_squared_error'?",
    ),
    (
        "a loss that is no string",
        '"half_squared_error"',
        "1",
        "loss",
        "1 stands there. There may stand the name",
    ),
    (
        "an unknown activation",
        '"logistic"',
        '"logistics"',
        "[[layers]] 1, activation",
        "Did you mean 'logistic'?",
    ),
    (
        "a formula as activation",
        '"logistic"',
        '"q^2"',
        "[[layers]] 1, activation",
        "From column 1 on there may stand",
    ),
    (
        "an unknown rule",
        "[update]",
        '[update]\nrule = "gradient_decent"',
        "[update], rule",
        "gradient_descent",
    ),
    ("an unknown reduction", "loss =", 'reduction = "max"\nloss =', "reduction", '"sum" or "mean"'),
    (
        "a ragged matrix",
        "[0.25, 0.30]",
        "[0.25]",
        "[[layers]] 1, weights, row 2",
        "1 entry stands there. 2 may stand there",
    ),
    (
        "a long row",
        "[0.25, 0.30]",
        "[0.2, 0.3, 0.4]",
        "[[layers]] 1, weights, row 2",
        "3 entries stand there",
    ),
    ("an empty row", "[0.25, 0.30]", "[]", "[[layers]] 1, weights, row 2", "no entries stand there"),
    ("a missing row", ", [0.25, 0.30]", "", "[[layers]] 1, weights", "1 row stands there. 2 may stand there"),
    ("no row", "[[0.15, 0.20], [0.25, 0.30]]", "[]", "[[layers]] 1, weights", "no rows stand there"),
    (
        "a flat list",
        "[[0.40, 0.45]]",
        "[0.40, 0.45]",
        "[[layers]] 2, weights, row 1",
        "There may stand a row",
    ),
    ("a number for weights", "[[0.40, 0.45]]", "0.40", "[[layers]] 2, weights", "0.40 stands there"),
    ("another word", "[[0.40, 0.45]]", '"zero"', "[[layers]] 2, weights", '"symbolic" or "random"'),
    (
        "too many biases",
        "biases = [0.60]",
        "biases = [0.6, 0.6]",
        "[[layers]] 2, biases",
        "one for each unit: o1",
    ),
    ("no biases", "biases = [0.60]", "biases = []", "[[layers]] 2, biases", "no entries stand there"),
    ("a list for bias", "bias = 0.35", "bias = [0.35]", "[[layers]] 1, bias", "a list of 1 stands there"),
    ("a number for biases", "biases = [0.60]", "biases = 0.6", "[[layers]] 2, biases", "0.6 stands there"),
    (
        "both kinds of bias",
        "bias = 0.35",
        "bias = 1\nbiases = [1, 2]",
        "[[layers]] 1, biases",
        "one of the two",
    ),
    ("a name without bias", "bias = 0.35", 'bias_name = "c"', "[[layers]] 1, bias_name", "without `bias`"),
    (
        "names without biases",
        "bias = 0.35",
        'bias_names = ["c", "d"]',
        "[[layers]] 1, bias_names",
        "without `biases`",
    ),
    (
        "a name for many",
        "bias = 0.35",
        'bias = 1\nbias_names = ["c", "d"]',
        "[[layers]] 1, bias_names",
        "without",
    ),
    (
        "too few bias names",
        "biases = [0.60]",
        'biases = [1]\nbias_names = ["c", "d"]',
        "[[layers]] 2, bias_names",
        "1 may",
    ),
    (
        "too few weight names",
        "bias = 0.35",
        'weight_names = [["a", "b"]]',
        "[[layers]] 1, weight_names",
        "1 row stands",
    ),
    (
        "ragged weight names",
        "bias = 0.35",
        'weight_names = [["a", "b"], ["c"]]',
        "[[layers]] 1, weight_names, row 2",
        "1 entry stands there",
    ),
    ("an unknown target", "o1 = 0.01", "o11 = 0.01", "[targets], o11", "Did you mean 'o1'?"),
    ("a missing target", "o1 = 0.01", "", "[targets], o1", "nothing stands there"),
    (
        "one target too many",
        "o1 = 0.01",
        "o1 = 0.01\nh1 = 2",
        "[targets], h1",
        "there is no output unit 'h1'",
    ),
    ("not a number", "0.05", "nan", "[inputs], i1", "nan stands there. A finite decimal number"),
    ("infinity", "0.05", "-inf", "[inputs], i1", "-inf stands there"),
    ("infinity in a matrix", "0.25", "inf", "[[layers]] 1, weights, row 2, column 1", "inf stands there"),
    ("a huge exponent", "0.05", "1e999999999999999999", "[inputs], i1", "A finite decimal number"),
    ("a large exponent", "0.05", "1e999", "[inputs], i1", "exponent up to 100"),
    ("too many digits", "0.05", "0." + "1" * 200, "[inputs], i1", "at most 100 digits"),
    ("a huge whole number", "0.05", "9" * 300, "[inputs], i1", "a number of more than 60 digits"),
    ("more digits than Python reads", "0.05", "9" * 5_000, "", "a number is too long"),
    ("a huge hexadecimal number", "0.05", "0x" + "f" * 50_000, "[inputs], i1", "up to 100 digits"),
    ("a date", "0.05", "2024-02-03", "[inputs], i1", "the date or time 2024-02-03"),
    ("an impossible date", "0.05", "2024-02-30", "line 4, column 6", "invalid"),
    ("a truth value", "0.05", "true", "[inputs], i1", "true stands there"),
    ("a list as input", "0.05", "[1, 2]", "[inputs], i1", "a list stands there"),
    ("a name in a constant", "0.05", '"w1"', "[inputs], i1", "From column 1 on there may stand a number"),
    ("code in a constant", "0.05", "\"__import__('os')\"", "[inputs], i1", "From column 1 on"),
    ("a division by zero", "0.05", '"1/0"', "[inputs], i1", "a divisor other than 0"),
    ("an empty constant", "0.05", '""', "[inputs], i1", "'' stands there"),
    ("random for one input", "0.05", '"random"', "[inputs], i1", "'random' stands there"),
    ("random without seed", "[[0.40, 0.45]]", '"random"', "[[layers]] 2, weights", "without a seed"),
    ("a random bias without seed", "0.35", '"random"', "[[layers]] 1, bias", "without a seed"),
    ("a negative seed", "loss =", "seed = -1\nloss =", "seed", "-1 stands there"),
    ("a seed of 65 bits", "loss =", "seed = 18446744073709551616\nloss =", "seed", "from 0 to 2^64 - 1"),
    ("a seed with a point", "loss =", "seed = 1.0\nloss =", "seed", "1.0 stands there"),
    ("a true seed", "loss =", "seed = true\nloss =", "seed", "true stands there"),
    ("a unit twice", '["h1", "h2"]', '["h1", "h1"]', "[[layers]] 1, units", "already that of a unit"),
    ("a unit as an input", '["h1", "h2"]', '["h1", "i1"]', "[[layers]] 1, units", "already that of an input"),
    ("an input as a weight", "i1 = 0.05", "w3 = 0.05", "[[layers]] 1, weights", "'w3', the name of a weight"),
    ("an input as a bias", "i1 = 0.05", "b1 = 0.05", "[[layers]] 1, bias", "already that of an input"),
    (
        "a weight twice",
        "bias = 0.35",
        'weight_names = [["a", "b"], ["c", "a"]]',
        "[[layers]] 1, weight_names",
        "already that of a weight",
    ),
    ("a reserved input", "i1 =", "eta =", "[inputs], eta", "a quantity of every network"),
    (
        "a reserved unit",
        '["h1", "h2"]',
        '["h1", "total"]',
        "[[layers]] 1, units",
        "a quantity of every network",
    ),
    (
        "a unit with a line",
        '["h1", "h2"]',
        '["h1", "h_2"]',
        "[[layers]] 1, units, entry 2",
        "'h_2' stands there",
    ),
    ("an input with a line", "i1 =", "i_1 =", "[inputs], i_1", "There may stand a name"),
    ("an input with dots", "i1 =", '"a.b[0]" =', "[inputs], a.b[0]", "There may stand a name"),
    ("an input like a bias", "i1 =", "b_h1 =", "[inputs], b_h1", "There may stand a name"),
    ("no units in the list", 'units = ["o1"]', "units = []", "[[layers]] 2, units", "at least one name"),
    (
        "a string as units",
        'units = ["o1"]',
        'units = "o1"',
        "[[layers]] 2, units",
        "a list of at least one name",
    ),
    ("inputs as a string", "[inputs]\ni1 = 0.05\ni2 = 0.10", 'inputs = "symbolic"', "[inputs]", "a table"),
    ("a long title", "loss =", f'title = "{"x" * 201}"\nloss =', "title", "at most 200 characters"),
    ("a title with an escape", "loss =", 'title = "\\u001b[31m"\nloss =', "title", "in one line"),
    (
        "an unknown layer",
        'units = ["o1"]',
        'type = "conv3d"',
        "[[layers]] 2, type",
        "'conv3d' stands there",
    ),
    (
        "a key of another activation",
        "bias = 0.35",
        "slope = 0.01",
        "[[layers]] 1, slope",
        "the activation logistic has no slope. It belongs to leaky_relu",
    ),
    (
        "a key of another loss",
        "loss =",
        "huber_delta = 2\nloss =",
        "huber_delta",
        "It belongs to the loss huber",
    ),
    (
        "a misspelt key of the update",
        "[update]",
        "[update]\nbatchsize = 2",
        "[update], batchsize",
        "Did you mean 'batch_size'?",
    ),
    (
        "an unknown style",
        "[update]",
        "[notation]\nstyle = 'y'\n[update]",
        "[notation], style",
        '"net-out", "z-a"',
    ),
    (
        "a symbol as a number",
        "[update]",
        "[notation]\nw1 = 3\n[update]",
        "[notation], w1",
        "a string of at most 80",
    ),
    ("a long symbol", "[update]", f"[notation]\nw1 = '{'x' * 81}'\n[update]", "[notation], w1", "at most 80"),
    (
        "a long alias",
        "[update]",
        f"[aliases]\n{'x' * 81} = 'w1'\n[update]",
        "[aliases], ",
        "1 to 80 may stand",
    ),
    (
        "an alias as a table",
        "[update]",
        "[aliases.z1]\nx = 'w1'\n[update]",
        "[aliases], z1",
        "a table stands there",
    ),
    ("a key twice", "loss =", 'loss = "tanh"\nloss =', "line 3, column 28", "cannot overwrite a value"),
    ("an unfinished value", "0.05", "", "line 4, column 6", "invalid value"),
    ("a decimal comma", "0.05", "0,05", "line 4, column 7", "expected newline"),
    ("a zero byte", "0.05", "\0", "line 4, column 6", "invalid value"),
    ("deep lists", "0.05", "[" * 100_000, "", "nested too deeply"),
    ("deep tables", "0.05", "{a=" * 100_000, "", "nested too deeply"),
    ("a key of many dots", "loss =", ".".join(["a"] * 100_000) + " = 1\nloss =", "", "up to 20 dots"),
    ("a table of many dots", "[update]", "[" + ".".join(["a"] * 50_000) + "]", "", "up to 20 dots"),
    ("half a character", "0.05", '"\ud800"', "line 4", "surrogate"),
]
# title, a whole text, the key, a piece of the message
TEXTS = [
    ("empty", "", "", "this file is empty"),
    ("only a comment", "# nothing\n", "", "this file is empty"),
    ("only a byte order mark", "\ufeff", "", "this file is empty"),
    ("no layer", GOOD[: GOOD.index("[[layers]]")], "layers", "nothing stands there"),
    ("an empty list of layers", 'loss = "x"\nlayers = []\n', "[[layers]]", "at least one"),
    ("layers as one table", 'loss = "x"\n[layers]\nunits = ["h1"]\n', "[[layers]]", "a table stands there"),
    ("another kind of file", "<html>", "line 1, column 1", "invalid statement"),
    ("samples beside inputs", SAMPLES + "[inputs]\ni1 = 1\n", "[inputs]", "There may stand one of the two"),
    (
        "a sample without targets",
        SAMPLES + "[[samples]]\ninputs = {i1 = 1, i2 = 2}\n",
        "[[samples]] 2, targets",
        "nothing",
    ),
    (
        "a sample of other inputs",
        SAMPLES + "[[samples]]\ninputs = {i1 = 1, i3 = 2}\ntargets = {o1 = 1}\n",
        "[[samples]] 2, inputs, i3",
        "there is no input 'i3'",
    ),
    (
        "a sample with an input too few",
        SAMPLES + "[[samples]]\ninputs = {i1 = 1}\ntargets = {o1 = 1}\n",
        "[[samples]] 2, inputs, i2",
        "nothing stands there",
    ),
    (
        "an infinite target",
        SAMPLES + "[[samples]]\ninputs = {i1 = 1, i2 = 1}\ntargets = {o1 = inf}\n",
        "[[samples]] 2, targets, o1",
        "inf stands there",
    ),
    (
        "too many samples",
        SAMPLES + "[[samples]]\ninputs = {i1 = 1, i2 = 1}\ntargets = {o1 = 1}\n" * 1_000,
        "[[samples]]",
        "1,001 samples stand there. 1,000 may stand there",
    ),
    (
        "too many parameters",
        GOOD.replace('["h1", "h2"]', str([f"h{place}" for place in range(10_001)])),
        "[[layers]]",
        f"there are 20,002 parameters. There may be up to {MOST_PARAMETERS:,}",
    ),
]
ROWS = [(title, GOOD.replace(old, new, 1), key, piece) for title, old, new, key, piece in CHANGES] + TEXTS


def test_the_table_changes_what_it_means_to_change() -> None:
    assert all(GOOD.count(old) >= 1 for _, old, _, _, _ in CHANGES)
    parse(GOOD, "good.toml")
    parse(SAMPLES, "samples.toml")


@pytest.mark.parametrize(("text", "key", "piece"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_wrong_file_gets_one_message(text: str, key: str, piece: str) -> None:
    start = time.perf_counter()
    with pytest.raises(NetworkFileError) as caught:
        parse(text, "net.toml")
    assert time.perf_counter() - start < 5
    message = str(caught.value)
    assert caught.value.key == key or (key.endswith(", ") and caught.value.key.startswith(key))
    assert piece in message
    assert message.startswith("net.toml: ")
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 700


def wrong_bytes(folder: Path, content: bytes) -> NetworkFileError:
    path = folder / "net.toml"
    path.write_bytes(content)
    with pytest.raises(NetworkFileError) as caught:
        load(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'title = "\xff"', "byte 10 (0xff, in line 1) is not UTF-8"),
        (b"# x\n# caf\xe9\n", "byte 10 (0xe9, in line 2) is not UTF-8"),
        (b"\xef\xbb\xbf# \xff", "byte 6 (0xff, in line 1) is not UTF-8"),
        ("loss".encode("utf-16"), "byte 1 (0xff, in line 1) is not UTF-8"),
        (b"#" * (4 * 1024 * 1024 + 1), "this has more than 4 MiB"),
        (b"", "this file is empty"),
    ],
)
def test_bytes_that_are_no_network_file(tmp_path: Path, content: bytes, found: str) -> None:
    error = wrong_bytes(tmp_path, content)
    assert error.found == found
    assert error.file == str(tmp_path / "net.toml")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(NetworkFileError, match="more than 4 MiB"):
        load(path)


@pytest.mark.parametrize(
    ("piece", "count"), [("[targets]\n", 400_000), ("[[layers]]\n", 380_000), ("a = [1, 1]\n[x]\n", 260_000)]
)
def test_four_mebibytes_of_noise_end_soon(piece: str, count: int) -> None:
    with pytest.raises(NetworkFileError):
        parse(piece * count, "noise.toml")


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path) == parse("\ufeff" + GOOD, "net.toml")


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("mazr", ("no file 'mazr' and no built-in", "Did you mean 'mazur'?")),
        ("mazur.toml", ("no file 'mazur.toml'", "Did you mean 'mazur'?")),
        ("./xor", ("no file", "Did you mean 'xor'?")),
        ("a/b/xorr.toml", ("Did you mean 'xor'?",)),
        ("q", ("Known: ", "mazur", "xor.")),
        ("é\n", (r"no file 'é\n'",)),
    ],
)
def test_neither_a_file_nor_a_built_in(
    name: str, pieces: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError) as caught:
        load(name)
    assert all(piece in str(caught.value) for piece in pieces)


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, found in (
        (tmp_path, "a folder"),
        (tmp_path / "pipe", "a pipe"),
        ("/dev/zero", "a device"),
        ("", "a folder"),
    ):
        with pytest.raises(NetworkFileError) as caught:
            load(str(name))
        assert found in caught.value.found


@pytest.mark.parametrize("name", ["net\0.toml", "x" * 5_000, "a/" * 3_000, "\ud800"])
def test_paths_that_no_system_knows(name: str) -> None:
    with pytest.raises(SymbackError) as caught:
        load(name)
    assert str(caught.value).isprintable()


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "net.toml").write_text(GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NetworkFileError, match=r"cannot be read \(Permission denied\)"):
        load(tmp_path / "net.toml")


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, built_in_text("mazur").encode())
    network = load("-")
    assert network.name == "network"
    assert network.parameters == load("mazur").parameters
    standard_input(monkeypatch, b"#" * (network_source.MOST_BYTES + 1))
    with pytest.raises(NetworkFileError, match=r"^standard input: this has more than 4 MiB"):
        load("-")
    standard_input(monkeypatch, b"\xff")
    with pytest.raises(NetworkFileError, match=r"^standard input: byte 1"):
        load("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(RequestError):
        load("-")


def pieces_of_files() -> st.SearchStrategy[str]:
    """Texts that get far: lines of a good file left out, doubled, and with other values."""
    values = st.sampled_from(
        ["1", '"random"', "[]", "[[1]]", "{}", "{x=1}", "nan", "true", "1979-05-27", '"1/3"', "''"]
    )
    lines = st.sampled_from(GOOD.splitlines() + SAMPLES.splitlines())
    changed = st.tuples(lines, values).map(lambda pair: f"{pair[0].split('=')[0]}= {pair[1]}")
    return st.one_of(
        st.lists(st.one_of(lines, changed), max_size=30).map("\n".join),
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.text(max_size=5)).map(
            lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[1] :]
        ),
    )


@given(st.one_of(st.text(), pieces_of_files()))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(SymbackError):
        parse(text, "net.toml")


@given(st.one_of(st.binary(), pieces_of_files().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(SymbackError):
        parse(network_source.decoded(content, "net.toml"), "net.toml")


@given(
    st.dictionaries(st.text(max_size=8), st.just(True), max_size=3),
    st.sampled_from(["inputs", "targets", "notation"]),
)
def test_odd_keys_reach_messages_unharmed(keys: dict[str, bool], table: str) -> None:
    quoted = [
        key.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', '\\"') for key in keys
    ]
    lines = "\n".join(f'"{key}" = true' for key in quoted)
    text = GOOD.replace("[[layers]]", "[notation]\n[[layers]]", 1).replace(
        f"[{table}]\n", f"[{table}]\n{lines}\n"
    )
    with contextlib.suppress(NetworkFileError):
        parse(text, "net.toml")

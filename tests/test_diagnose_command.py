"""`symback diagnose` and `symback.diagnose` as a learner uses them: sentences, lines, numbers, errors."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

import symback
from symback.errors import RequestError, SymbackError, UnknownName
from tests.invoke import arguments_of, command, network_at, process, refused, surroundings
from tests.test_katex import refused as refused_by_katex

SEED = "dE_o2/dout_h1 = -0.017144205"
SLOPE = ("dout_o1/dnet_o1 = -0.117122041", "out_o1 = 0.75136507")


def told(*arguments: str, status: int = 1, stdin: str = "") -> str:
    """What `symback diagnose ARGUMENTS` prints; there are no messages."""
    done = command("diagnose", *arguments, stdin=stdin)
    assert (done.status, done.messages) == (status, "")
    return done.text


def data(*arguments: str, status: int = 1, stdin: str = "") -> dict[str, object]:
    """The same as JSON."""
    found = json.loads(told(*arguments, "--format", "json", status=status, stdin=stdin))
    assert isinstance(found, dict)
    assert list(found) == ["format", "given", "right", "correct", "explanations", "rivals", "ask_next"]
    for one in found["explanations"]:
        assert list(one) == ["mistakes", "sentence", "predicts", "distance", "confident", "also"]
        assert ("may be" in one["sentence"]) == (not one["confident"])
    return found


# --- the seed cases ---------------------------------------------------------------------------------------


def test_the_number_of_the_seed() -> None:
    found = data("mazur", SEED)
    (explanation,) = found.pop("explanations")  # type: ignore[misc]
    assert found == {
        "format": "symback-diagnosis/1",
        "given": {"dE_o2/dout_h1": "-0.017144205"},
        "right": {"dE_o2/dout_h1": "-0.019049118"},
        "correct": False,
        "rivals": 0,
        "ask_next": None,
    }
    explanation.pop("also")
    assert explanation == {
        "mistakes": ["wrong-weight"],
        "sentence": "w6 = 0.45 was used where w7 = 0.50 belongs",
        "predicts": {"dE_o2/dout_h1": "-0.017144206"},
        "distance": "8.4e-08",
        "confident": True,
    }


def test_the_number_of_the_seed_in_a_terminal() -> None:
    text = told("mazur", SEED)
    assert text.startswith("w6 = 0.45 was used where w7 = 0.50 belongs.\n")
    assert "\n  wrong  dnet_o2/dout_h1 = w6 = 0.45\n  right  dnet_o2/dout_h1 = w7 = 0.50\n" in text
    assert re.search(r"\n  quantity +yours +right +this mistake gives\n", text)
    assert re.search(r"\n  dE_o2/dout_h1 +-0\.017144205 +-0\.019049118 +-0\.017144206\n", text)
    assert '"The backward pass: the hidden layer"' in text
    assert text.endswith("\n  symback solve mazur --only dnet_o2/dout_h1\n")


def test_the_updated_weights_of_the_seed() -> None:
    numbers = ("E_total+ = 0.291027924", "out_o1@10000 = 0.015912196", "out_o2@10000 = 0.984065734")
    found = data("mazur", *numbers)
    explanation = found["explanations"][0]  # type: ignore[index]
    assert explanation["mistakes"] == ["already-updated-weights"]
    assert explanation["sentence"].startswith("w5+ = 0.358916480 was used where w5 = 0.40 belongs")
    assert explanation["sentence"].endswith(": going back, the weights before the update count")
    assert list(explanation["predicts"].values()) == ["0.291027924", "0.015912196", "0.984065734"]
    assert found["right"] == {
        "E_total+": "0.291027774",
        "out_o1@10000": "0.015913620",
        "out_o2@10000": "0.984064274",
    }


def test_one_update_fewer() -> None:
    found = data("mazur", "E_total@10000 = 0.0000351085")
    (explanation,) = found["explanations"]  # type: ignore[misc]
    assert explanation["mistakes"] == ["one-round-fewer"]
    assert explanation["sentence"] == "This is the number after 9,999 updates, one fewer than 10,000"
    assert found["right"] == {"E_total@10000": "0.0000351019"}
    assert explanation["predicts"] == {"E_total@10000": "0.0000351085"}
    assert told("mazur", "E_total@10000 = 0.0000351085").endswith("\n  symback solve mazur --rounds 10000\n")


def test_a_formula_in_a_sentence_comes_with_its_numbers() -> None:
    text = told("mazur", *SLOPE)
    assert text.startswith(
        "In dout_o1/dnet_o1, the net input net_o1 = 1.105905967 was used where the output out_o1 = "
        "0.751365070 belongs: the derivative of the logistic function is out_o1*(1 - out_o1).\n"
    )
    assert (
        "  wrong  dout_o1/dnet_o1 = net_o1*(1 - net_o1) = 1.105905967*(1 - 1.105905967) = -0.117122041"
        in text
    )
    assert (
        "  right  dout_o1/dnet_o1 = out_o1*(1 - out_o1) = 0.751365070*(1 - 0.751365070) = 0.186815602" in text
    )
    assert "The other number is right." in text


# --- what is right ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (["net_h1 = 0.3775"], "The number is right.\n"),
        (["net_h1 = 0.3775", "E_total = 0.298"], "Both numbers are right.\n"),
        (["net_h1 = 151/400", "E_total = 0.2983", "w5+ = 0.3589"], "All 3 numbers are right.\n"),
    ],
)
def test_right_numbers_get_no_explanation(numbers: list[str], said: str) -> None:
    assert told("mazur", *numbers, status=0) == said
    assert data("mazur", *numbers, status=0)["explanations"] == []


def test_numbers_that_are_right_under_another_convention() -> None:
    found = data("mazur", "delta_o1 = -0.138498562", status=0)
    (explanation,) = found["explanations"]  # type: ignore[misc]
    assert found["correct"] is True
    assert explanation["mistakes"] == ["other-sign-of-delta"]
    text = told("mazur", "delta_o1 = -0.138498562", status=0)
    assert text.startswith(
        "The number is right, under another convention: the minus sign is kept out of delta_o1"
    )
    assert "Read again" not in text


def test_a_whole_solution_is_right() -> None:
    solved = symback.solve("mazur").to_json()
    given = len(json.loads(solved)["quantities"])
    assert told("mazur", "--table", "-", status=0, stdin=solved) == f"All {given} numbers are right.\n"


# --- what is not known ------------------------------------------------------------------------------------


def test_what_nothing_explains_is_said_so() -> None:
    text = told("mazur", "net_h2 = 0.777123", "E_total = 0.298371109", "delta_h2 = 17.30457")
    assert text.startswith(
        "2 of the 3 numbers are wrong, and no mistakes that symback knows give them all.\n"
    )
    assert "\n\nThe first wrong one in the order of computation is net_h2: begin there.\n\n" in text
    line = "net_h2 = w3*i1 + w4*i2 + b1 = 0.25*0.05 + 0.30*0.10 + 0.35 = 0.392500000"
    assert f"\n  wrong  net_h2 = 0.777123\n  right  {line}\n" in text
    assert text.endswith(":\n  symback solve mazur\n")
    alone = told("mazur", "net_h2 = 0.777123")
    assert alone.startswith("The number is wrong, and no mistake that symback knows gives it.\n")
    assert "begin there" not in alone
    assert data("mazur", "net_h2 = 0.777123")["explanations"] == []


def test_few_digits_are_not_believed() -> None:
    found = data("mazur", "dE_o2/dout_h1 = -0.017")
    assert found["explanations"]
    assert not any(one["confident"] for one in found["explanations"])  # type: ignore[union-attr]
    assert "may be" in told("mazur", "dE_o2/dout_h1 = -0.017").splitlines()[0]


def test_rivals_are_counted_and_a_question_is_asked() -> None:
    found = data("mazur", "dE_total/dw1 = 0.002268350")
    text = told("mazur", "dE_total/dw1 = 0.002268350")
    rivals = found["rivals"]
    if rivals:
        assert f"{'One' if rivals == 1 else rivals} other explanation" in text
        assert f"\nAsk next: give {found['ask_next']} as well to decide.\n" in text
    else:
        assert "Ask next" not in text


# --- how numbers are given --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("dE_o2/dout_h1 = -0,017144205", "-0.017144205"),
        ("dE_o2/dout_h1 = \u22120.017144205", "-0.017144205"),
        ("dE_o2/dout_h1=-1.7144205e-2", "-0.017144205"),
        ("dE_o2/dout_h1 = -171.44205×10^-4", "-0.017144205"),
    ],
)
def test_numbers_as_people_type_them(typed: str, normal: str) -> None:
    found = data("mazur", typed)
    assert found["given"] == {"dE_o2/dout_h1": normal}
    assert found["explanations"][0]["mistakes"] == ["wrong-weight"]  # type: ignore[index]


def test_as_many_decimals_as_were_given() -> None:
    found = data("mazur", "dE_o2/dout_h1 = -0.0171442064325")
    assert found["right"] == {"dE_o2/dout_h1": "-0.0190491182583"}
    assert data("mazur", "net_h1 = 3/8")["given"] == {"net_h1": "3/8"}


TABLES = {
    "answers.csv": "name,value\ndE_total/dw5,0.082167041\ndE_o2/dout_h1,-0.017144205\n",
    "answers.json": '{"dE_total/dw5": 0.082167041, "dE_o2/dout_h1": "-0,017144205"}',
    "answers.toml": '"dE_total/dw5" = 0.082167041\n"dE_o2/dout_h1" = -0.017144205\n',
    "answers.txt": "dE_total/dw5 = 0.082167041\ndE_o2/dout_h1 = -0.017144205\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(TABLES[name], encoding="utf-8")
    found = data("mazur", "--table", str(path))
    assert found["given"] == {"dE_total/dw5": "0.082167041", "dE_o2/dout_h1": "-0.017144205"}
    assert found["explanations"][0]["mistakes"] == ["wrong-weight"]  # type: ignore[index]
    assert data("mazur", "--table", "-", stdin=TABLES[name]) == found
    assert symback.diagnose("mazur", table=path).to_json() == json.dumps(found, indent=1) + "\n"
    more = data("mazur", "E_total = 0.298371109", "--table", str(path))
    assert list(more["given"]) == ["E_total", "dE_total/dw5", "dE_o2/dout_h1"]  # type: ignore[call-overload]


def test_numbers_before_and_after_options() -> None:
    given = ["net_h1 = 0.3825", "E_total = 0.298371109"]
    found = command("diagnose", "mazur", given[0], "--format", "json", given[1]).text
    assert list(json.loads(found)["given"]) == ["net_h1", "E_total"]
    assert command("diagnose", "mazur", "--format", "json", *given).text == found
    assert command("diagnose", "--format", "json", "mazur", *given).text == found
    assert command("diagnose", "mazur", "--format", "text", "-0,0171442").text.startswith("If ")
    assert command("verify", "1 + 1 = 2", "--format", "json", "2 + 2 = 5").status == 1


def test_names_that_are_asked_for() -> None:
    found = data("mazur", "dE_total/di1 = 0.003804267", "dE_total/dw5+ = 0.083125235", status=0)
    assert found["correct"] is True
    found = data("mazur", "dE_total/dnet_o1 = 0.138498562", "E_total@1 = 0.291", "w5@1 = 0.36", status=0)
    assert list(found["right"]) == ["dE_total/dnet_o1", "E_total+", "w5+"]  # type: ignore[call-overload]


def test_a_network_of_your_own(tmp_path: Path) -> None:
    path = network_at(tmp_path)
    text = told(path, "net_o1 = 0.505905967")
    assert text.startswith("The bias b_o1 = 0.60 was left out of net_o1.\n")
    assert f"symback solve {path}" in text
    assert told("-", "net_h1 = 0.3775", stdin=Path(path).read_text(encoding="utf-8"), status=0)


# --- a number without a name ------------------------------------------------------------------------------


def test_a_number_without_a_name() -> None:
    assert told("mazur", "0.298371109", status=0) == "This is E_total, and it is right.\n"
    text = told("mazur", "-0.017144205")
    assert text.startswith(
        "If dE_o2/dout_h1 is meant:\n\nIt may be that w6 = 0.45 was used where w7 = 0.50 belongs."
    )
    found = data("mazur", "-0.017144205")
    assert found["given"] == {"dE_o2/dout_h1": "-0.017144205"}
    assert "If" in told("mazur", "-0,017144205", "--format", "markdown")


def test_a_number_that_is_nothing() -> None:
    assert told("mazur", "123.456").startswith("No quantity of this network has the number 123.456")
    found = data("mazur", "123.456")
    assert (found["given"], found["right"], found["explanations"]) == ({"?": "123.456"}, {}, [])
    assert "No quantity" in told("mazur", "123.456", "--format", "markdown")


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mazur"], ("Give numbers", "--table FILE")),
        (["mazur", "dE_total/dw55 = 1"], ("'dE_total/dw55'", "Did you mean 'dE_total/dw5'?")),
        (["mazur", "foo bar = 1"], ("Unknown quantity 'foo bar'",)),
        (["mazur", "W^1 = 1"], ("Unknown quantity 'W^1'",)),
        (["mazur", "E_total = many"], ("E_total: 'many' is no number",)),
        (["mazur", "E_total"], ("no name and number",)),
        (["mazur", "E_total = 1", "E_total = 2"], ("E_total has two numbers",)),
        (["mazur", "delta_o1 = 1", "dE_total/dnet_o1 = 2"], ("one quantity", "two numbers")),
        (["mazur", "0.1", "0.2"], ("Only one number without a name",)),
        (["mazur", "0.1", "E_total = 0.2"], ("Only one number without a name",)),
        (["nowhere", "E_total = 1"], ("nowhere",)),
        (["-", "--table", "-"], ("Standard input",)),
        (["mazur", "--table", "nowhere.csv"], ("nowhere.csv",)),
        (["mazur", "E_total = 1", "--formt", "json"], ("--formt", "--format")),
        (["mazur", "E_total = 1", "-o", "/"], ("it is a folder",)),
    ],
)
def test_a_request_that_cannot_be_met(arguments: list[str], words: tuple[str, ...]) -> None:
    message = refused("diagnose", *arguments)
    for word in words:
        assert word in message


def test_a_table_with_an_unknown_name_says_where(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("name,value\nnet_h1,0.3775\nnet_h9,0.1\n", encoding="utf-8")
    message = refused("diagnose", "mazur", "--table", str(path))
    assert "answers.csv, line 3" in message
    assert "net_h9" in message


def test_the_examples_of_the_help_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network_at(tmp_path)
    (tmp_path / "answers.csv").write_text("net_h1,0.777\n", encoding="utf-8")
    examples = re.findall(r"^  (symback .*)$", command("diagnose", "--help").text, re.MULTILINE)
    assert len(examples) >= 5
    for example in examples:
        asked, _, redirected = re.split(r"\s{2,}", example)[0].partition(" < ")
        stdin = "net_h1 = 0.777\n" if redirected else ""
        assert command(*shlex.split(asked)[1:], stdin=stdin).status == 1, example


# --- where it goes ----------------------------------------------------------------------------------------


def test_no_colours_in_a_pipe() -> None:
    done = process("diagnose", "mazur", SEED)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\x1b" not in done.stdout
    assert b"\x01" not in done.stdout


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_colours_on_a_terminal(variables: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    environment = {
        name: text for name, text in surroundings(**variables).items() if name != "NO_COLOR" or variables
    }
    done = subprocess.run(
        arguments_of("diagnose", "mazur", SEED),
        stdout=theirs,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    os.close(theirs)
    text = os.read(ours, 65_536).decode("utf-8")
    os.close(ours)
    assert done.returncode == 1
    red, green = "= \x1b[31mw6\x1b[0m = \x1b[31m0.45\x1b[0m", "= \x1b[32mw7\x1b[0m = \x1b[32m0.50\x1b[0m"
    assert (red in text, green in text) == ((not variables), (not variables))
    assert ("\x1b" in text) == (not variables)


def test_a_file_for_the_report(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    done = command("diagnose", "mazur", SEED, "--format", "markdown", "-o", str(path))
    assert (done.status, done.text, done.messages) == (1, f"{path}\n", "")
    assert path.read_text(encoding="utf-8") == symback.diagnose("mazur", SEED).to_markdown()


def test_markdown() -> None:
    page = told("mazur", *SLOPE, "--format", "markdown")
    assert page.startswith("# What gives these numbers\n\n**In $`\\frac{\\partial \\mathrm{out}_{o1}}")
    assert r"\underline{\mathrm{net}_{o1}}\,(1 - \underline{\mathrm{net}_{o1}})" in page
    assert "| quantity | yours | right | this mistake gives |\n| :-- | --: | --: | --: |\n" in page
    assert "`symback solve mazur --only dout_o1/dnet_o1`" in page
    notebook = symback.diagnose("mazur", list(SLOPE))._repr_markdown_()
    pages = {
        "github": page,
        "dollar": notebook,
        "nothing": told("mazur", "net_h2 = 17.3", "--format", "markdown"),
    }
    assert "$`" not in notebook
    assert refused_by_katex(pages) == []


# --- in Python --------------------------------------------------------------------------------------------


def test_the_python_interface(tmp_path: Path) -> None:
    report = symback.diagnose("mazur", {"dE_o2/dout_h1": "-0.017144205", "E_total": 0.298371109})
    assert report.correct is False
    (explanation,) = report.explanations
    assert explanation.mistakes == ("wrong-weight",)
    assert explanation.confident
    assert explanation.lines == (("dnet_o2/dout_h1 = w6 = 0.45", "dnet_o2/dout_h1 = w7 = 0.50"),)
    assert explanation.predicts["E_total"] == "0.298371109"
    assert explanation.reread[0].command == "symback solve mazur --only dnet_o2/dout_h1"
    assert [(one.name, one.is_right) for one in report.numbers] == [
        ("E_total", True),
        ("dE_o2/dout_h1", False),
    ]
    assert str(report) == report.to_text()
    for suffix, made in (
        (".json", report.to_json()),
        (".md", report.to_markdown()),
        (".txt", report.to_text()),
    ):
        assert report.save(tmp_path / f"report{suffix}").read_text(encoding="utf-8") == made
    with pytest.raises(AttributeError):
        report.source = "other"  # type: ignore[misc]


def test_numbers_of_python() -> None:
    numbers = {"net_h1": Fraction(151, 400), "E_total": 0.2984, "dE_total/dw5": "0,0822"}
    assert symback.diagnose(symback.load("mazur"), numbers).correct
    assert symback.diagnose("mazur", ["net_h1 = 0.3775"]).correct
    with pytest.raises(RequestError, match="no number"):
        symback.diagnose("mazur", {"net_h1": True})
    with pytest.raises(RequestError, match="Give one"):
        symback.diagnose("mazur", {})
    with pytest.raises(RequestError, match="Unknown flavor"):
        symback.diagnose("mazur", SEED).to_markdown("word")
    with pytest.raises(UnknownName):
        symback.diagnose("mazur", {"net_h9": "1"})
    with pytest.raises(SymbackError):
        symback.diagnose("mazur", {"net_h1": float("nan")})

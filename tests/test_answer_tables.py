"""Tables of claimed numbers in every format, with the digits as typed and messages that name the place."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

import symback
from symback.answer_numbers import read_answer
from symback.answer_tables import MOST_BYTES, Entry, distinct, read_claim, read_table, read_table_file
from symback.errors import RequestError

CLAIMS = [
    ("dE_total/dw5 = 0.0821", "dE_total/dw5", "0.0821"),
    ("net_h1[2,t=3]+=1,5", "net_h1[2,t=3]+", "1,5"),
    ("net_h1[t=3] = 1.5·10^-4", "net_h1[t=3]", "1.5·10^-4"),
    ("  w5@100=3/8 ", "w5@100", "3/8"),
    ("w5@1 = 0.5", "w5+", "0.5"),
    ("w5@0 = 0.5", "w5", "0.5"),
    ("dE_total/dw5@1 = -0,5", "dE_total/dw5+", "-0,5"),
    ("no such name = 1", "no such name", "1"),
]


@pytest.mark.parametrize(("text", "name", "number"), CLAIMS)
def test_a_claim(text: str, name: str, number: str) -> None:
    assert read_claim(text) == Entry(name, read_answer(number), "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w5", "'w5' has no name and number. There may stand NAME = NUMBER"),
        ("w5: 0.5", "'w5: 0.5' has no name and number."),
        ("net_h1[t=3]", "'net_h1[t=3]' has no name and number."),
        ("= 0.5", "No name stands before the = of '= 0.5'."),
        ("w5 =", "w5: '' is no number: nothing stands there."),
        ("w5 = 0.5x", "w5: '0.5x' is no number: from column 4 on 'x' stands there."),
    ],
)
def test_what_is_no_claim(text: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_claim(text)
    assert str(caught.value).startswith(message)


W5, NET = "dE_total/dw5", "net_h1[2,t=3]+"
FORMATS = [
    ("JSON", f'{{"{W5}": 0.08210, "{NET}": "1,5e-1"}}', ("key dE_total/dw5", "key net_h1[2,t=3]+")),
    (
        "a list in JSON",
        f' [ {{"name": "{W5}", "value": 0.08210}}, {{"value": "1,5e-1", "name": "{NET}"}}]',
        ("entry 1", "entry 2"),
    ),
    (
        "a solution",
        f'{{"format": "x", "quantities": [{{"name": "w1", "value": null}},'
        f' {{"name": "{W5}", "value": "0.08210"}}, {{"name": "{NET}", "value": "1,5e-1", "names": []}}]}}',
        ("quantities, entry 2", "quantities, entry 3"),
    ),
    (
        "TOML",
        f'# mine\nw1 = ""\n"{W5}" = 0.08210 # rounded\n"{NET}" = "1,5e-1"\n',
        ("key dE_total/dw5", "key net_h1[2,t=3]+"),
    ),
    ("TOML with other quotes", f"'{W5}' = 0.08210\n'{NET}'='1,5e-1'", ("key dE_total/dw5", f"key {NET}")),
    ("lines", f"# mine\n\n{W5} = 0.08210 # rounded\r\n w1 =\n{NET} = 1,5e-1\n", ("line 3", "line 5")),
    ("commas", f'{W5},0.08210\n"{NET}","1,5e-1"', ("line 1", "line 2")),
    ("commas and an index without quotes", f'{W5}, 0.08210\n{NET}, "1,5e-1"', ("line 1", "line 2")),
    ("semicolons", f"{W5};0.08210;\n\n{NET} ; 1,5e-1\n", ("line 1", "line 3")),
    ("tabs", f"{W5}\t0.08210\n{NET}\t1,5e-1\t\n", ("line 1", "line 2")),
    ("a head", f'name,value\n{W5},0.08210\n{NET},"1,5e-1"\nw1,\n,\n', ("line 2", "line 3")),
    ("another head", f"# x,y\nWhat;Mine\n{W5};0.08210\n#w1;5\n{NET};1,5e-1\n", ("line 3", "line 5")),
    (
        "columns by name",
        f'No.;Answer;"Quantity";Note\n1;0.08210;{W5};"a ""b"""\n2;1,5e-1;{NET};\n',
        ("line 2", "line 3"),
    ),
    ("the first column is the number", f"value;what\n0.08210;{W5}\n1,5e-1;{NET}", ("line 2", "line 3")),
    ("the second column is the name", f"mine;name\n0.08210;{W5}\n1,5e-1;{NET}", ("line 2", "line 3")),
    ("old ends of lines", f"{W5};0.08210\r{NET};1,5e-1", ("line 1", "line 2")),
]


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte order mark"])
@pytest.mark.parametrize(("text", "places"), [row[1:] for row in FORMATS], ids=[row[0] for row in FORMATS])
def test_a_table(text: str, places: tuple[str, str], mark: str) -> None:
    assert read_table(mark + text, "mine") == (
        Entry(W5, read_answer("0.08210"), f"mine, {places[0]}"),
        Entry(NET, read_answer("1,5e-1"), f"mine, {places[1]}"),
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "{}", "[]", "name;value\n", "w1;\nw2;", "w1 ="])
def test_a_table_without_numbers(text: str) -> None:
    assert read_table(text, "mine") == ()


WRONG = [
    ("a word", "w5 0.5", "mine, line 1: 'w5 0.5' stands there. There may stand NAME = NUMBER, or a name and"),
    ("a line that is none", "w5 = 0.5\nw6 0.6", "mine, line 2: 'w6 0.6' has no name and number."),
    ("a number of a line", "w5 = 0.5\nw6 = 0.6x", "mine, line 2: '0.6x' is no number: from column 4 on"),
    ("a number of a cell", "w5;0.5\n\nw6;0.6x", "mine, line 3: '0.6x' is no number: from column 4 on"),
    ("a first number with a slip", "w5;0.5x\nw6;0.6", "mine, line 1: '0.5x' is no number"),
    ("a first number that is none", "w5;nan\nw6;0.6", "mine, line 1: 'nan' is no number"),
    ("a first number left open", "w5;?\nw6;0.6", "mine, line 1: '?' is no number"),
    (
        "a cell too few",
        "w5;0.5\nw6",
        "mine, line 2: 'w6' has 1 cell. There may stand 2, with a semicolon between",
    ),
    (
        "a cell too many",
        "w5,0,5",
        "mine, line 1: 'w5,0,5' has 3 cells. There may stand 2, with a comma between",
    ),
    ("a decimal comma", "name,value\nw5,0,5", "A number with a decimal comma stands in quotes."),
    ("another delimiter", "w5;0.5\nw6,0.6", "mine, line 2: 'w6,0.6' has 1 cell."),
    ("an open quote", 'w5,0.5\n"w6,0.6\nw7,0.7', "mine, line 2: '\"w6,0.6' cannot be cut into cells"),
    ("something after a quote", '"w5"x,0.5', "mine, line 1: '\"w5\"x,0.5' cannot be cut into cells"),
    ("no name", "w5;0.5\n;0.6", "mine, line 2: no name stands beside '0.6'. There may stand one."),
    (
        "two columns of numbers",
        "name,value,answer\nw5,1,2",
        "mine, line 1: columns 'value' and 'answer' stand",
    ),
    ("a long line", "w5 = 0.5\nw6 = " + "[" * 100_000, "characters. A line may have up to 4,000."),
    (
        "broken JSON",
        '{"w5": 0.5,\n "w6" 0.6}',
        "mine, line 2, column 7: this is no JSON (expecting ':' delimiter).",
    ),
    ("something after JSON", "{} x", "mine, line 1, column 4: this is no JSON (extra data)."),
    ("deep JSON", "[" + '{"a": ' * 100_000, "mine: lists or objects are nested too deeply."),
    ("a number in JSON", '{"w5": NaN}', "mine, key w5: 'NaN' is no number: from column 1 on"),
    ("a text in JSON", '{"w5": "0.5x"}', "mine, key w5: '0.5x' is no number: from column 4 on"),
    ("true in JSON", '{"w5": true}', "mine, key w5: true stands there. There may stand a number, or null"),
    ("a list in JSON", '{"w5": [1]}', "mine, key w5: a list stands there."),
    ("an object in JSON", '{"w5": {"value": 1}}', "mine, key w5: an object stands there."),
    ("a number without a name", '[{"name": "w5"}]', "mine, entry 1: an object stands there. There may stand"),
    ("no object", '{"quantities": ["w5"]}', "mine, quantities, entry 1: a text stands there."),
    ("broken TOML", '"w5" = 0.5\n"w6" = 3/8', "mine, line 2, column 9: expected newline"),
    (
        "a key twice in TOML",
        '"w5" = 0.5\nw6 = 1\nw5 = 0.5',
        "w5 stands in mine, line 3, and in mine, line 1. One",
    ),
    ("a number in TOML", '"w5" = nan', "mine, key w5: 'nan' is no number"),
    ("true in TOML", '"w5" = true', "mine, key w5: true stands there. There may stand TOML"),
    ("a table in TOML", "# mine\n[answers]\nw5 = 0.5", "mine, key answers: a table stands there."),
    ("a date in TOML", '"w5" = 2020-01-01', "mine, key w5: the date or time 2020-01-01 stands there."),
    ("a long number in TOML", '"w5" = 0x' + "f" * 5_000, "mine, key w5: a number of more than 60 digits"),
    ("a long number", "w5 = " + "1" * 3_000, "is too long: a number may have up to 100 digits"),
    ("an escape sequence", '{"\\u001b[2J": "x"}', r"mine, key '\x1b[2J': 'x' is no number"),
]


@pytest.mark.parametrize(("text", "piece"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_table_gets_one_message(text: str, piece: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_table(text, "mine")
    message = str(caught.value)
    assert piece in message
    assert message.startswith(("mine", "w5 stands in mine"))
    assert "may" in message
    assert len(message) < 400
    assert message.isprintable()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("w5 = 0.5\nw6 = 1\nw5 = 0.6", ("line 3", "line 1")),
        ("w5@1;0.5\nw5+;0,6", ("line 2", "line 1")),
        ('{"w5": 0.5, "w5": 0.6}', ("key w5", "key w5")),
        ('[{"name": "w5", "value": 1}, {"name": "w5", "value": 2}]', ("entry 2", "entry 1")),
    ],
)
def test_two_numbers_for_one_name(text: str, places: tuple[str, str]) -> None:
    with pytest.raises(
        RequestError, match=r"^w5\+? has two numbers: .* One may stand for each name\.$"
    ) as caught:
        read_table(text, "mine")
    first, second = (str(caught.value).find(f"in mine, {place}") for place in places)
    assert 0 < first <= second


def test_the_same_number_twice_is_one() -> None:
    assert read_table("w5 = 0.5\nw5 = 1/2", "mine") == (Entry("w5", read_answer("0.5"), "mine, line 1"),)


def test_arguments_and_tables_together() -> None:
    entries = (read_claim("w5 = 0.5"), *read_table("w5 = 0.6", "mine"))
    with pytest.raises(RequestError, match=r"'0\.6' in mine, line 1 and '0\.5' in an argument"):
        distinct(entries)


def test_a_solution_is_a_table() -> None:
    solution = symback.solve("mazur")
    entries = read_table(solution.to_json(), "mazur.json")
    values = {entry.name: entry.answer.text for entry in entries}
    assert values["dE_total/dw5"] == "0.082167041"
    assert values["w5+"] == "0.358916480"


def test_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\xef\xbb\xbfw5;0,5\r\n"
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    assert read_table_file(str(path)) == (Entry("w5", read_answer("0,5"), f"{path}, line 1"),)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert read_table_file("-") == (Entry("w5", read_answer("0,5"), "standard input, line 1"),)


@pytest.mark.parametrize(
    ("content", "piece"),
    [
        (b"w5 = 0.5\nw6 = \xff", "is no text in UTF-8: see byte 15, line 2."),
        (b"#" * (MOST_BYTES + 1), "has more than 4 MiB; a table of answers may have that much."),
    ],
    ids=["another encoding", "too much"],
)
def test_a_file_that_is_no_text(
    content: bytes, piece: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(RequestError) as caught:
        read_table_file(str(path))
    assert str(caught.value) == f"{path} {piece}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(RequestError) as caught:
        read_table_file("-")
    assert str(caught.value) == f"standard input {piece}"


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, piece in (
        (tmp_path, "is a folder; there may stand a text file, or - for standard input."),
        (tmp_path / "pipe", "is a device or a pipe;"),
        (tmp_path / "nothing.csv", "There is no file"),
        (tmp_path / ("x" * 5_000), "cannot be read"),
    ):
        with pytest.raises(RequestError) as caught:
            read_table_file(str(path))
        assert piece in str(caught.value)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(RequestError, match="Standard input cannot be read"):
        read_table_file("-")

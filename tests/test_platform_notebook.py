"""Notebooks of sheets: run as Jupyter would run them, with what students would write into the cells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from symback.platforms.notebook import notebook
from symback.platforms.paper import Paper
from tests.notebook_runner import Notebook
from tests.platform_packs import NASTY, all_answers, pack


def said(paper: Paper, answers: Mapping[str, object]) -> dict[str, str]:
    """What the last cell shows for each box."""
    return Notebook(notebook(paper)).said(answers)


def test_numbers_may_be_floats_and_boxes_blank() -> None:
    for paper in pack()[1][:3]:
        floats = {field.number: float(field.value) for field in paper.fields}
        assert set(said(paper, floats).values()) == {"Right."}
        assert set(said(paper, {}).values()) == {"There is no answer yet."}


def test_the_cells_do_not_tell_the_keys() -> None:
    for paper in pack()[1][:3]:
        text = notebook(paper).decode()
        own = [field.value for field in paper.fields if field.value not in paper.intro]
        told = "".join(reply.html for field in paper.fields for reply in field.replies)
        assert not [value for value in own if value in text and value not in told]


def test_cells_are_what_the_format_asks_for() -> None:
    content = json.loads(notebook(all_answers()))
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in content["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in names)
    for cell in content["cells"]:
        keys = {"cell_type", "id", "metadata", "source"}
        used = set(re.findall(r"\(attachment:([^)]*)\)", cell["source"]))
        assert used == set(cell.pop("attachments", {}))
        assert set(cell) == (
            keys if cell["cell_type"] == "markdown" else keys | {"outputs", "execution_count"}
        )


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_come_back_unchanged(text: str) -> None:
    paper = replace(all_answers(), id=text, title=text)
    content = json.loads(notebook(paper))
    assert content["metadata"]["symback"]["id"] == text
    code = [cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"]
    assert not [one for one in code if text in one]
    assert said(paper, {"9g": "-0.000035102"})["9g"] == "Right."

"""A file of answers in any of the formats, or a folder of notebooks -> the cells of all students."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from numbers import Number
from pathlib import Path
from typing import Any

from symback.errors import RequestError
from symback.grading.csv_answers import is_own, read_own
from symback.grading.handed_in import HandedIn
from symback.grading.json_answers import load_json, read_json
from symback.grading.notebook_answers import is_notebook, read_notebook
from symback.grading.platform_answers import is_platform, read_platform
from symback.grading.sheet_papers import Papers
from symback.grading.tables import read_csv
from symback.network_source import shown
from symback.text_files import read_text

MOST_BYTES = 64 * 1024 * 1024
_JSON = re.compile(r"\s*[{\[]")


def read_answers(path: str, papers: Papers) -> HandedIn:
    """What was handed in. Raises RequestError with file, line and column for what does not fit the sheet."""
    if path != "-" and Path(path).is_dir():
        return _folder(Path(path), papers)
    text, name = read_text(path, "a file of answers", MOST_BYTES)
    handed = HandedIn(papers, name)
    if _JSON.match(text):
        content = load_json(text, name)
        if is_notebook(content):
            read_notebook(content, handed, name)
        else:
            read_json(content, handed)
        return handed.finish()
    table = read_csv(text, name)
    if is_platform(table):
        read_platform(table, handed)
    elif is_own(table):
        read_own(table, handed)
    else:
        raise RequestError(
            f"{name}, line {table.head_line}: {', '.join(table.head)[:200]} is no head of answers. "
            f"There may stand id,box,answer; id and a column for each box; or an export of Moodle or Canvas."
        )
    return handed.finish()


def answers_of(answers: Mapping[str, Mapping[str, Any]], papers: Papers) -> HandedIn:
    """Answers by id and box; numbers of Python, text, or None for none. Raises RequestError for others."""
    handed = HandedIn(papers, "answers")
    try:
        content = load_json(json.dumps(answers, default=_plain), "answers")
    except (TypeError, ValueError) as error:
        raise RequestError(f"answers: {error}. There may stand texts and numbers by id and box.") from None
    read_json(content, handed)
    return handed.finish()


def _plain(value: object) -> str:
    if isinstance(value, Number | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} stands there")


def _folder(folder: Path, papers: Papers) -> HandedIn:
    """All notebooks of a folder, in the order of their names."""
    handed = HandedIn(papers, shown(folder))
    files = sorted(folder.glob("*.ipynb"))
    if not files:
        raise RequestError(f"{shown(folder)} has no notebooks (*.ipynb). There may stand a file of answers.")
    for file in files:
        text, name = read_text(file, "a notebook", MOST_BYTES)
        content = load_json(text, name)
        if not is_notebook(content):
            raise RequestError(f"{name} is no notebook.")
        read_notebook(content, handed, name)
    return handed.finish()

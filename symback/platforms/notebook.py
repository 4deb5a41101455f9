"""Jupyter notebooks: the exercises, a cell for the answers of each, and checks that name mistakes.

Keys and wrong numbers stand in it as digests alone, so that reading the notebook does not give them away.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from symback.exercises.model import Answer
from symback.formats import escape_markdown
from symback.notebooks.cells import Cell, code_cell, markdown_cell, notebook_file
from symback.platforms.paper import Field, Paper, Question
from symback.platforms.picture import FILE_NAME
from symback.platforms.xml import clean

MOST_REPLIES = 25
"""Of a box only so many mistakes are told, the nearest ones."""
CHECK = '''\
import hashlib
from decimal import Decimal


def digest(box, units):
    """Of a number in units of the last decimal."""
    return hashlib.sha256(f"{SALT}:{box}:{units}".encode()).hexdigest()[:16]


def check(box, answer):
    """What is said to an answer."""
    if answer is None:
        return SAID["blank"]
    decimals, replies = BOXES[box]
    units = round(Decimal(str(answer)).scaleb(decimals))
    for off in range(WIDEST + 1):
        for near in {units - off, units + off}:
            width, said = replies.get(digest(box, near), (-1, ""))
            if off <= width:
                return said
    return SAID["wrong"]


try:
    from IPython.display import Markdown, display
except ImportError:
    Markdown, display = str, print
display(Markdown("\\n\\n".join(f"**{box}** {check(box, answers.get(box))}" for box in BOXES)))
'''
"""The code of the last cell, after its tables."""


def notebook(paper: Paper) -> bytes:
    """The notebook of a paper, in the format 4.5."""
    return notebook_file(
        _cells(paper), {"symback": {"id": clean(paper.id), "checksum": paper.checksum}}
    ).encode()


def _cells(paper: Paper) -> Iterator[Cell]:
    title = f"# {escape_markdown(clean(paper.title))}: {escape_markdown(clean(paper.id))}\n\n"
    first = markdown_cell("paper", title + markdown(paper.intro))
    if paper.picture:
        first["attachments"] = {FILE_NAME: {"image/svg+xml": b64encode(paper.picture.encode()).decode()}}
    yield first
    yield code_cell("answers", "answers = {}")
    for question in paper.questions:
        yield from _question(paper, question)
    yield code_cell("check", _tables(paper) + CHECK)


def _question(paper: Paper, question: Question) -> Iterator[Cell]:
    text = f"## {question.heading}\n\n{markdown(question.html.removeprefix(paper.intro))}"
    lines = []
    for field in question.fields:
        text += f"\n\n**{field.number}** {markdown(field.html)}"
        if field.options:
            text += "".join(f"\n- {one.key}: {markdown(one.html)}" for one in field.options)
        name = f"  # {field.quantity}" if field.quantity else ""
        lines.append(f'answers["{field.number}"] = None{name}')
    yield markdown_cell(f"task-{question.number}", text)
    yield code_cell(f"answer-{question.number}", "\n".join(lines))


@lru_cache(maxsize=4096)
def markdown(markup: str) -> str:
    """HTML of a question as Markdown: formulas between dollars, paragraphs apart."""
    markup = re.sub(r"<img [^>]*>", f"![](attachment:{FILE_NAME})", str(markup))
    text = re.sub(r"</?strong>", "**", markup.replace("</p>", "\n\n").replace("<p>", ""))
    text = text.replace(r"\(", "$").replace(r"\)", "$").replace("$, $", "$,  $")
    return html.unescape(text).strip()


def _tables(paper: Paper) -> str:
    """What the check knows: for each box its decimals, and by digest its window and what is said."""
    boxes = {field.number: _box(paper, field) for field in paper.fields if field.answer is Answer.NUMBER}
    said = {key: markdown(paper.say(key)) for key in ("wrong", "blank")}
    widest = max((width for _, replies in boxes.values() for width, _ in replies.values()), default=0)
    lines = [
        f"SALT = {json.dumps(_salt(paper))}",
        f"WIDEST = {widest}",
        f"SAID = {json.dumps(said, ensure_ascii=False)}",
        f"BOXES = {json.dumps(boxes, ensure_ascii=False, indent=1)}",
    ]
    return "\n".join(lines) + "\n\n"


def _box(paper: Paper, field: Field) -> tuple[int, dict[str, tuple[int, str]]]:
    said = [(field.value, field.tolerance, paper.say("right"))]
    said += [(one.value, one.tolerance, one.html) for one in field.replies[:MOST_REPLIES]]
    found = {}
    for value, tolerance, reply in said:
        units = int(Decimal(value).scaleb(field.decimals))
        width = int(Decimal(tolerance).scaleb(field.decimals))
        source = f"{_salt(paper)}:{field.number}:{units}".encode()
        found[hashlib.sha256(source).hexdigest()[:16]] = (width, markdown(reply))
    return field.decimals, found


def _salt(paper: Paper) -> str:
    source = f"{paper.checksum}:{paper.id}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(source).hexdigest()[:16]

"""What questions of all types share in Moodle XML, and the fractions that Moodle accepts."""

from __future__ import annotations

from base64 import b64encode

from symback.platforms.paper import Paper, Question
from symback.platforms.picture import FILE_NAME, PICTURE
from symback.platforms.xml import cdata, clean, element, leaf

MISTAKE = 50
"""Credit for a number that a known mistake gives, in percent; one of the fractions that Moodle has."""
LONGEST = 200
"""Names are cut there; Moodle's tables have a little more room."""
_SHARES = {3: "33.33333", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111"}


def fraction(count: int) -> str:
    """The share of one of `count` answers in percent, as Moodle's list of fractions has it."""
    if count <= 1:
        return "100"
    count = min(count, 10)
    return _SHARES.get(count) or str(100 // count)


def text(name: str, html: str, picture: str = "") -> str:
    """An element that holds HTML, and the picture to which it refers."""
    content = f"<text>{cdata(html)}</text>" if html else "<text></text>"
    if picture and PICTURE in html:
        attributes = {"name": FILE_NAME, "path": "/", "encoding": "base64"}
        content += element("file", b64encode(picture.encode()).decode(), attributes)
    return f'<{name} format="html">{content}</{name}>'


def category(paper: Paper) -> str:
    """The category of a paper, below that of the sheet; a slash in a name is doubled."""
    path = "/".join(("$course$", "top", *(_step(name) for name in (paper.title, paper.id))))
    inner = element("category", leaf("text", path)) + element("info", "<text></text>", {"format": "html"})
    return element("question", inner, {"type": "category"}) + "\n"


def _step(name: str) -> str:
    return clean(name)[:LONGEST].replace("/", "//").strip() or "-"


def question(
    kind: str,
    paper: Paper,
    exercise: Question,
    number: str,
    html: str,
    points: int,
    name: str,
    parts: str = "",
) -> str:
    """A question with its name, text, feedback and grade; `parts` is what only its type has."""
    label = f"{name} ({paper.id})"
    tags = (exercise.kind, f"box {number}" if not number.isdigit() else f"exercise {number}")
    inner = (
        element("name", leaf("text", clean(label)[:LONGEST])),
        text("questiontext", html, paper.picture),
        text("generalfeedback", exercise.solution),
        leaf("defaultgrade", str(points)),
        leaf("penalty", "0.3333333"),
        leaf("hidden", "0"),
        leaf("idnumber", f"{paper.checksum}-{number}"),
        parts,
        element("tags", "".join(element("tag", leaf("text", tag)) for tag in tags)),
    )
    return element("question", "\n" + "\n".join(filter(None, inner)) + "\n", {"type": kind}) + "\n"


def answer(
    value: str, credit: int | str, reply: str, more: str = "", *, form: str, is_markup: bool = False
) -> str:
    """An answer with its fraction in percent and what is said to it."""
    shown = element("text", cdata(value)) if is_markup else leaf("text", value)
    said = text("feedback", reply)
    return f'<answer fraction="{credit}" format="{form}">{shown}{more}{said}</answer>\n'

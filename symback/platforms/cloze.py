r"""Cloze texts of Moodle: tables with numerical fields in their cells.

A field is `{MARK:NUMERICAL:=KEY:TOLERANCE#feedback~%50%NUMBER:TOLERANCE#feedback~*#feedback}`. In feedback
`}` is written `\}` and `#` as `\#`; a tilde cannot be written at all, as `\~` keeps its backslash.
"""

from __future__ import annotations

from symback.platforms.html import table as html_table
from symback.platforms.moodle_parts import MISTAKE
from symback.platforms.paper import Field, Question, Say

MOST_REPLIES = 20
"""Of a cell only so many mistakes have a window, the nearest ones: Moodle reads fields by one pattern, whose
limits long fields can reach."""


def table(question: Question, say: Say) -> str:
    """The question's text with a table, a field in each cell that asks for a number."""
    fields = iter(question.fields)
    rows = []
    for label, row in zip(question.labels, question.rows, strict=True):
        rows.append((label, *(_field(next(fields), say) if name else "" for name in row)))
    return question.html + html_table(question.head, rows)


def _field(field: Field, say: Say) -> str:
    parts = [f"={field.value}:{field.tolerance}#{escaped(say('right'))}"]
    for reply in field.replies[:MOST_REPLIES]:
        parts.append(f"%{MISTAKE}%{reply.value}:{reply.tolerance}#{escaped(reply.html)}")
    parts.append(f"*#{escaped(say('wrong'))}")
    return f"{{{field.points}:NUMERICAL:{'~'.join(parts)}}}"


def escaped(html: str) -> str:
    r"""Feedback inside of a field; a space that TeX writes `~` becomes `\ `, and no backslash ends it."""
    text = html.replace("~", r"\ ").replace("}", r"\}").replace("#", r"\#")
    return f"{text} " if text.endswith("\\") else text

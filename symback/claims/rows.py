r"""One piece of mathematics taken apart into chains: rows joined by \\, statements side by side.

The parts keep their place: what belongs to the layout (`&`, `\\[4pt]`, `\begin{aligned}`, `\label{..}`,
comments) is overwritten with spaces, never cut out.

* A row break counts outside of braces, matrices and `cases` only.
* A row that begins with an operator other than a relation, or follows one that ends with an operator or
  inside an open bracket, goes on with the row before.
* `\quad`, or a comma and a space, separates two statements if both have a relation. A text alone behind
  `\quad` ("(chain rule)") is a note and no mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symback.claims.layout import VEIL
from symback.claims.spans import ENVIRONMENTS

_TOKEN = re.compile(
    r"\\(?P<way>begin|end)\{(?P<name>[A-Za-z]{1,20})\*?\}"
    r"|(?P<row>\\\\\*?(?:\[[^\]\n\\]{0,12}\])?|\\cr\b|\\(?:short)?intertext\{[^{}]{0,500}\})"
    r"|(?P<layout>\\(?:label|tag)\*?\{[^{}]{0,200}\}|\\(?:nonumber|notag|hline|displaystyle)\b|(?<!\\)%[^\n]*|&)"
    r"|\\.|[{}]",
    re.DOTALL,
)
_LAID_OUT = re.compile(rf"[&%{VEIL}]|\\\\|\\(?:begin|cr|intertext|label|tag|no|hline|displaystyle)")
"""A formula without any of these is one row."""
_APART = re.compile(r"[,;]|quad|implies|arrow|iff|\{\s*(?:and|or|so|und|also|with|where|mit)\s*\}")
_ARGUMENT = re.compile(r"(?:\{[^{}\n]{0,40}\}|\[[^\]\n]{0,8}\])+")
_RELATION = re.compile(r"=|≈|≃|≡|\\(?:approx|simeq|equiv|doteq|triangleq)(?![A-Za-z])")
_LEADING = re.compile(r"(?:\s|\{\}|~|\\(?:[,;:! ]|q?quad(?![A-Za-z])))+")
_OPERATOR = re.compile(r"[+*/×·]|\\(?:cdot|times|odot|pm|div)(?![A-Za-z])")
_ENDS_OPEN = re.compile(r"(?:[-+*/×·(=]|\\(?:cdot|times|odot|pm))\s*$")
_SEPARATOR = re.compile(
    r"[,;](?:\s|\\[,; ]|~|\\q?quad(?![A-Za-z]))+|(?:\\q?quad(?![A-Za-z])\s*)+"
    r"|\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow)(?![A-Za-z])"
    r"|\\(?:text|mbox|mathrm)\s?\{\s*(?:and|or|so|und|also|with|where|mit)\s*\}|(?P<open>[({\[])|(?P<close>[)}\]])|\\."
)
_NOTE = re.compile(
    r"\s*(?:\(\d+\w?\)|\(?\s*\\(?:text|mbox|textrm|textit|intertext)\s?\{[^{}]*\}\s*\)?)?[\s.,;]*"
)


def chains(text: str) -> Iterator[tuple[int, str]]:
    """The chains in a piece of mathematics: where each begins in `text`, and its own text."""
    rows = _joined(_rows(text)) if _LAID_OUT.search(text) else ((0, len(text), text),)
    for start, end, row in rows:
        for first, last in _statements(row[start:end]):
            begin, stop = _trimmed(row, start + first, start + last)
            if begin < stop:
                yield begin, row[begin:stop]


def is_continuation(text: str) -> bool:
    """Whether a chain begins with its relation and so goes on with the one before."""
    return _RELATION.match(text) is not None


def _rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each row, and the whole text with the layout overwritten."""
    clean = list(text.replace(VEIL, " "))
    breaks: list[tuple[int, int]] = []
    braces = matrices = 0
    seen = ""  # what stands before the first environment
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if token["way"] == "begin":
            seen = seen or text[:start].strip() or "-"
            if not matrices and not braces and (token["name"] in ENVIRONMENTS or _frame(token["name"], seen)):
                if token["name"].startswith(("align", "IEEE", "array", "gathered", "split")) and (
                    argument := _ARGUMENT.match(text, end)
                ):
                    end = argument.end()
                _blank(clean, text, start, end)
            else:
                matrices += 1
        elif token["way"] == "end":
            if matrices:
                matrices -= 1
            elif not braces:
                _blank(clean, text, start, end)
        elif token["row"] and not matrices and not braces:
            breaks.append((start, end))
            _blank(clean, text, start, end)
        elif token["layout"] and (not matrices or token["layout"][0] == "%"):
            _blank(clean, text, start, end)
        elif token.group() == "{":
            braces += 1
        elif token.group() == "}":
            braces = max(0, braces - 1)
    whole = "".join(clean)
    begin = 0
    for start, end in (*breaks, (len(text), len(text))):
        yield begin, start, whole
        begin = end


def _frame(name: str, before: str) -> bool:
    """An array with nothing before it sets out a calculation; after a bracket it is a matrix."""
    return name == "array" and before == "-"


def _blank(clean: list[str], text: str, start: int, end: int) -> None:
    clean[start:end] = [character if character == "\n" else " " for character in text[start:end]]


def _joined(rows: Iterator[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Rows put together where a formula runs over several."""
    begin = stop = -1
    open_brackets = 0
    whole = ""
    for start, end, whole in rows:
        row = whole[start:end].strip()
        if not row:
            continue
        head = _LEADING.sub("", row[:60], count=1) if _LEADING.match(row) else row
        more = _OPERATOR.match(head) or (head[0] in "-−" and not _RELATION.search(row)) if head else False
        if begin >= 0 and (
            more or open_brackets > 0 or _ENDS_OPEN.search(whole[max(begin, stop - 40) : stop])
        ):
            open_brackets += row.count("(") - row.count(")")
        else:
            if begin >= 0:
                yield begin, stop, whole
            begin = start
            open_brackets = row.count("(") - row.count(")")
        stop = end
    if begin >= 0:
        yield begin, stop, whole


def _statements(row: str) -> list[tuple[int, int]]:
    """A row cut where one statement ends and the next begins."""
    if not _APART.search(row) or not _RELATION.search(row):
        return [(0, len(row))]
    depth = begin = 0
    cuts: list[tuple[int, int]] = []
    for token in _SEPARATOR.finditer(row):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif depth == 0 and not (token.end() - token.start() == 2 and token.group()[0] == "\\"):
            cuts.append(token.span())
    parts: list[tuple[int, int]] = []
    for start, end in (*cuts, (len(row), len(row))):
        part = row[begin:start]
        if _NOTE.fullmatch(part):
            if end == len(row) and parts:
                break  # a note at the end of the row
            if not parts:
                begin = end
                continue
        if parts and not (_RELATION.search(part) and _RELATION.search(row, *parts[-1])):
            parts[-1] = (parts[-1][0], start)
        elif part.strip():
            parts.append((begin, start))
        begin = end
    return parts


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end without the spaces and the punctuation around a formula."""
    if leading := _LEADING.match(text, start, end):
        start = leading.end()
    while start < end:
        tail = text[max(start, end - 7) : end]
        if tail[-1].isspace() or tail[-1] == "~":
            end -= 1
        elif len(tail) > 1 and tail[-2] == "\\" and tail[-1] in ",;:! ":
            end -= 2
        elif tail[-1] in ".,;:" and not tail.endswith(("..", "\\right.", "\\left.")):
            end -= 1
        elif tail.endswith("\\qquad"):
            end -= 6
        elif tail.endswith("\\quad"):
            end -= 5
        else:
            break
    return start, end

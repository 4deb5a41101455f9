"""Markdown, line by line: quotes, fences, front matter, code; then the mathematics in what is left."""

from __future__ import annotations

import re

from symback.claims.layout import WALL, Cover, Layout, Span
from symback.claims.spans import find_spans

_QUOTE = re.compile(r"[ \t]{0,12}>[> \t]*")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+){0,6}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>.*)")
_LIST = re.compile(r"[ \t]{0,12}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r"[ \t]{0,3}(?:={2,}|-{2,})[ \t]*$")
_FRONT_MATTER = re.compile(r"---[ \t]*\n[A-Za-z_][\w-]{0,40}[ \t]*:")
_CODE_TAG = re.compile(r"<(/?)(pre|script|style|code)\b", re.IGNORECASE)
_OPTION = re.compile(r"[ \t]*:[A-Za-z-]+:")
_SPEAKING = frozenset(
    [
        "{note}",
        "{tip}",
        "{hint}",
        "{warning}",
        "{important}",
        "{admonition}",
        "{caution}",
        "{attention}",
        "{seealso}",
        "{exercise}",
        "{solution}",
        "{example}",
        "{proof}",
        "{theorem}",
        "{dropdown}",
        "{margin}",
    ]
)
"""Fences (directives of MyST) whose inside is Markdown again."""


def markdown_layout(text: str) -> Layout:
    """A normal text (layout.normal) taken apart by the rules of Markdown."""
    blocks = _Blocks(text)
    offset = 0
    for line in text.split("\n"):
        blocks.read(line, offset)
        offset += len(line) + 1
    if blocks.fence:  # the end of the text closes it
        blocks.close(len(text) + 1, len(text))
    found = find_spans(_without_tags(blocks.cover.result()), True, tuple(blocks.fences))
    return Layout(found.text, found.spans, tuple(sorted((*found.breaks, *blocks.headings))))


class _Blocks:
    """The state of a pass over the lines."""

    def __init__(self, text: str) -> None:
        self.cover = Cover(text)
        self.fences: list[Span] = []
        self.headings: list[int] = []
        self.speaking: list[str] = []
        self.fence = ""  # its characters, while one is open
        self.outer = self.inner = 0
        self.mathematics = self.quoted = False
        self.front_matter = bool(_FRONT_MATTER.match(text)) and "\n---" in text[4:]
        self.last_comment = text.rfind("-->")
        self.in_comment = self.in_list = self.in_code = False
        self.after_blank = True

    def read(self, line: str, offset: int) -> None:
        """One line: cover what is not to be read."""
        end = offset + len(line)
        if self.front_matter:
            self.front_matter = offset == 0 or line.rstrip() not in ("---", "...")
            self.cover.hide(offset, end, WALL)
            return
        quote = _QUOTE.match(line)
        start = offset + (quote.end() if quote else 0)
        if self.fence and self.quoted and not quote:
            self.close(offset, offset)  # the quote that held the fence is over
        if self.fence and not self.quoted:
            start = offset  # here a > means greater than
        self.cover.hide(offset, start, " ")
        body = line[start - offset :]
        if self.fence:
            self.inside_fence(body, start, end)
        else:
            self.outside(body, start, end, bool(quote))

    def outside(self, body: str, start: int, end: int, quoted: bool) -> None:
        """A line that is in no fence."""
        opening = None if self.in_comment else _FENCE.match(body)
        if opening and not (opening["fence"][0] == "`" and "`" in opening["info"]):
            self.open(opening, start, end, quoted)
            return
        self.look_for_comment(body, start)
        if body.strip() and not self.in_comment:
            indented = body.startswith(("    ", "\t"))
            if _LIST.match(body):
                self.in_list = self.in_list or not (indented and self.after_blank)
            elif self.after_blank and not body[0].isspace():
                self.in_list = False
            self.in_code = indented and not self.in_list and (self.after_blank or self.in_code)
            if self.in_code:
                self.cover.hide(start, end, WALL)
            elif _HEADING.match(body) or (not self.after_blank and _RULE.match(body)):
                self.headings.append(start)
        self.after_blank = not body.strip()

    def look_for_comment(self, body: str, start: int) -> None:
        """Whether the next line begins inside an HTML comment: a fence there is no fence."""
        opened, closed = body.rfind("<!--"), body.rfind("-->")
        if self.in_comment:
            self.in_comment = closed < 0 or opened > closed
        else:
            written_as_code = opened > 0 and body[opened - 1] == "`"
            self.in_comment = opened > closed and not written_as_code and self.last_comment > start + opened

    def open(self, opening: re.Match[str], start: int, end: int, quoted: bool) -> None:
        """The first line of a fence, or the last one of a directive."""
        fence, info = opening["fence"], opening["info"].strip()
        kind = info.split(maxsplit=1)[0].lower() if info else ""
        self.after_blank = self.in_code = False
        if not info and self.speaking and fence.startswith(self.speaking[-1]):
            self.speaking.pop()
            self.cover.hide(start, end, WALL)
        elif kind in _SPEAKING:
            self.speaking.append(fence)
            self.cover.hide(start, end, WALL)
        else:
            self.fence, self.quoted = fence, quoted
            self.mathematics = kind in ("math", "{math}")
            self.outer, self.inner = start, end + 1
            self.cover.hide(start, end, WALL)

    def inside_fence(self, body: str, start: int, end: int) -> None:
        """A line of a fence: mathematics stays, code goes."""
        marks = body.strip()
        if marks.startswith(self.fence) and not marks.strip(self.fence[0]):
            self.close(start, end)
        elif not self.mathematics:
            self.cover.hide(start, end, WALL)
        elif _OPTION.match(body):
            self.cover.hide(start, end, " ")

    def close(self, start: int, end: int) -> None:
        """The end of a fence, whose last line is text[start:end]."""
        if self.mathematics and start > self.inner:
            self.fences.append(Span(self.inner, start - 1, self.outer, end, display=True))
        self.cover.hide(start, end, WALL)
        self.fence, self.mathematics = "", False
        self.after_blank = False


def _without_tags(text: str) -> str:
    """The text with what stands in <pre>, <code>, <script> and <style> covered."""
    cover = Cover(text)
    opened: dict[str, int] = {}
    for tag in _CODE_TAG.finditer(text):
        name = tag[2].lower()
        if not tag[1]:
            if not text.startswith("`", tag.start() - 1):
                opened.setdefault(name, tag.start())
        elif name in opened:
            cover.hide(opened.pop(name), tag.start(), WALL)
    return cover.result()

"""LaTeX: comments, listings and the preamble are covered; then the mathematics in what is left."""

from __future__ import annotations

import re
from bisect import bisect_right

from symback.claims.layout import VEIL, WALL, Cover, Layout
from symback.claims.spans import find_spans

_LISTINGS = "verbatim|lstlisting|minted|Verbatim|comment|alltt|filecontents|pycode"
_TOKEN = re.compile(
    rf"\\begin\{{(?P<listing>(?:{_LISTINGS})\*?)\}}|\\verb\*?(?P<bar>[^A-Za-z\s*])|(?P<iffalse>\\iffalse\b)"
    r"|(?P<comment>%[^\n]*)|\\.",
    re.DOTALL,
)
_WRONG = re.compile(r"%+\s{0,9}(/?)symback:wrong\s*$")
_HEADING = re.compile(r"\\(?:chapter|(?:sub){0,2}section|paragraph)\*?\s?[\[{]|\\(?:maketitle|appendix)\b")


def tex_layout(text: str) -> Layout:
    """A normal text (layout.normal) taken apart by the rules of LaTeX."""
    masked, wrong = _masked(text)
    body = Cover(masked)
    begin, end = masked.find(r"\begin{document}"), masked.rfind(r"\end{document}")
    if begin >= 0:  # definitions of the preamble are no claims
        body.hide(0, begin, WALL)
    if end >= 0:
        body.hide(end, len(masked), WALL)
    found = find_spans(body.result(), markdown=False)
    headings = (match.start() for match in _HEADING.finditer(found.text))
    return Layout(found.text, found.spans, tuple(sorted((*headings, *wrong))))


def _masked(text: str) -> tuple[str, list[int]]:
    """The text without comments and listings; and where planted mistakes begin."""
    comments: list[tuple[int, int]] = []
    walls: list[tuple[int, int]] = []
    opened: list[int] = []
    closed: list[int] = []
    endless: set[str] = set()
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["comment"]:
            comments.append(token.span())
            if mark := _WRONG.match(token["comment"]):
                (closed if mark[1] else opened).append(token.start())
            continue
        closing = _closing(token)
        if not closing or closing in endless:
            continue
        line_end = text.find("\n", at) if token["bar"] else -1
        end = text.find(closing, at, line_end) if line_end >= 0 else text.find(closing, at)
        if end >= 0:
            at = end + len(closing)
            walls.append((token.start(), at))
        elif not token["bar"]:
            endless.add(closing)
    wrong = _pairs(opened, closed)
    regions = [(*region, WALL) for region in walls + wrong] + [(*region, VEIL) for region in comments]
    cover = Cover(text)
    for start, end, sign in sorted(regions, key=lambda region: (region[0], -region[1])):
        cover.hide(start, end, sign)
    return cover.result(), [start for start, _ in wrong]


def _closing(token: re.Match[str]) -> str:
    """What ends a listing, a \\verb or an \\iffalse."""
    if token["listing"]:
        return rf"\end{{{token['listing']}}}"
    return token["bar"] or (r"\fi" if token["iffalse"] else "")


def _pairs(opened: list[int], closed: list[int]) -> list[tuple[int, int]]:
    """Each opening mark with the next closing one; a mark that is never closed hides nothing."""
    pairs: list[tuple[int, int]] = []
    for start in opened:
        index = bisect_right(closed, start)
        if index < len(closed) and (not pairs or start > pairs[-1][1]):
            pairs.append((start, closed[index]))
    return pairs

"""Where mathematics stands in a text: dollars, brackets with a backslash, environments; and inline code.

One pass over tokens. Partners are looked up in sorted lists, so a million lonely delimiters cost no more than
as many pairs. A formula never holds a blank line or a WALL: what is not closed before is no formula.

Markdown has prose with dollars. There a pair of single dollars holds mathematics only if no digit follows the
closing one ("$5-$6"), the inside does not read as prose ("$5 and $6"), and its two ends both touch the
dollars, or both keep a space (`$ l $`), or it holds `=` or a backslash. In LaTeX every dollar counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from symback.claims.layout import VEIL, WALL, Cover, Layout, Span

ALIGNED = ("aligned", "alignedat", "gathered", "split")
ENVIRONMENTS = frozenset(
    (
        *("equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign", "displaymath"),
        *("math", "dmath", "IEEEeqnarray"),
        *ALIGNED,
    )
)
LONGEST_INLINE = 1_000

_TOKEN = re.compile(
    r"\\begin\{[A-Za-z]{1,20}\*?\}|\\end\{[A-Za-z]{1,20}\*?\}|\\\\[\[\]()]|\\[\[\]()]|\\.|\$+|`+|<!--|-->|\x00+"
    r"|\n[ \t]*(?:\n[ \t]*)+",
    re.DOTALL,
)
_CLOSING = {r"\(": r"\)", r"\[": r"\]", r"\\(": r"\\)", r"\\[": r"\\]"}
_WRONG = re.compile(r"<!--\s{0,9}(/?)symback:wrong\s{0,9}-->")
_SIGNS = re.compile(r"[=\\^_]")
_COMMANDS = re.compile(r"\\(?:text|math|operator)[a-z]{0,5}\s?\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]{2,}")
_TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,;.:]?\s+[A-Za-z]{2,}")
_FOUR_WORDS = re.compile(r"(?:[A-Za-z]{2,}[,;.:]?\s+){3}[A-Za-z]{2,}")
_NEW_BLOCK = re.compile(r"\n[ \t]*(?:[|#]|[-*+][ \t]|\d{1,9}[.)][ \t])")


def find_spans(text: str, markdown: bool, fences: tuple[Span, ...] = ()) -> Layout:
    """The mathematics of a masked text, with that of `fences` (found by lines before), in order."""
    scan = _Scan(text, markdown)
    spans = tuple(scan.run(fences))
    return Layout(scan.cover.result(), spans, tuple(scan.breaks))


class _Scan:
    """One pass; collects what is hidden on its way."""

    def __init__(self, text: str, markdown: bool) -> None:
        self.text = text
        self.markdown = markdown
        self.cover = Cover(text)
        self.breaks: list[int] = []
        self.places: dict[str, list[int]] = {}
        self.tokens: list[tuple[int, str]] = []
        for match in _TOKEN.finditer(text):
            token = match.group()
            kind = "stop" if token[0] in "\n\x00" else token
            self.tokens.append((match.start(), kind))
            self.places.setdefault(kind, []).append(match.start())
            if token[0] == "$":
                self.places.setdefault("any $", []).append(match.start())
                if len(token) > 1:
                    self.places.setdefault("many $", []).append(match.start())
        marks = [(match.start(), match.end(), bool(match[1])) for match in _WRONG.finditer(text)]
        self.wrong_ends = [(start, end) for start, end, closes in marks if closes] if markdown else []

    def run(self, fences: tuple[Span, ...]) -> Iterator[Span]:
        """All spans, from front to back. A fence inside something hidden is as hidden as the rest."""
        done = 0
        waiting = list(reversed(fences))
        for start, token in self.tokens:
            while waiting and waiting[-1].outer_start <= start:
                fence = waiting.pop()
                if fence.outer_start >= done:
                    yield fence
                    done = fence.outer_end
            if start + len(token) <= done and token != "stop":
                continue
            if start < done:  # a run of dollars of which the first ones closed something
                token = token[done - start :] if token[0] == "$" else ""
                start = done
            span = self.open(start, token)
            if isinstance(span, Span):
                yield span
                done = span.outer_end
            elif span:
                done = span

    def open(self, start: int, token: str) -> Span | int | None:
        """What begins with this token: a span, the end of something hidden, or nothing."""
        if token[:1] == "$":
            return self.dollars(start, token)
        if token in _CLOSING:
            return self.bracket(start, token)
        if token.startswith(r"\begin{"):
            return self.environment(start, token)
        if not self.markdown:
            return None
        if token[:1] == "`":
            return self.code(start, token)
        return self.comment(start) if token == "<!--" else None

    def next(self, kind: str, after: int) -> int | None:
        """Where the next token of this kind stands, if no blank line and no WALL comes before it."""
        here = self.following(kind, after)
        stop = self.following("stop", after)
        return None if here is None or (stop is not None and stop < here) else here

    def following(self, kind: str, after: int) -> int | None:
        places = self.places.get(kind, [])
        index = bisect_left(places, after)
        return places[index] if index < len(places) else None

    def span(self, start: int, opening: int, end: int, closing: int, display: bool) -> Span:
        return Span(start + opening, end, start, end + closing, display)

    def dollars(self, start: int, token: str) -> Span | None:
        if len(token) == 2:
            end = self.next("many $", start + 2)
            if end is not None and self.text[start + 2 : end].strip():
                return self.span(start, 2, end, 2, display=True)
        if len(token) != 1:
            return None
        if self.markdown and self.text.startswith("`", start + 1):
            return self.dollar_code(start)
        end = self.next("any $", start + 1)
        if end is None:
            return None
        follows = self.text[end + 1 : end + 2]
        inside = self.text[start + 1 : end]
        fits = is_mathematics(inside, follows) if self.markdown else bool(inside.strip())
        return self.span(start, 1, end, 1, display=False) if fits else None

    def dollar_code(self, start: int) -> Span | None:
        r"""$`..`$, the inline form of GitHub."""
        end = self.next("`", start + 2)
        if end is None or not self.text.startswith("$", end + 1):
            return None
        return self.span(start, 2, end, 2, display=False)

    def bracket(self, start: int, token: str) -> Span | None:
        if len(token) == 3 and not self.markdown:
            return None
        end = self.next(_CLOSING[token], start + len(token))
        if end is None:
            return None
        inside = self.text[start + len(token) : end]
        square = token[-1] == "["
        if self.markdown and square and not _SIGNS.search(inside):
            return None  # an escaped bracket, as in \[sic\]
        return self.span(start, len(token), end, len(token), display=square)

    def environment(self, start: int, token: str) -> Span | None:
        name = token[7:-1]
        closing = rf"\end{{{name}}}"
        end = self.next(closing, start) if name.rstrip("*") in ENVIRONMENTS else None
        if end is None:
            return None
        opening = len(token)
        if name.startswith(("alignat", "alignedat", "IEEE")) and self.text.startswith("{", start + opening):
            argument = self.text.find("}", start + opening, end)
            opening = argument + 1 - start if argument > 0 else opening
        return self.span(start, opening, end, len(closing), display=name != "math")

    def code(self, start: int, token: str) -> Span | None:
        end = self.next(token, start + len(token))
        if end is None:
            return None
        size = len(token)
        return Span(start + size, end, start, end + size, code=True)

    def comment(self, start: int) -> int | None:
        mark = _WRONG.match(self.text, start)
        if mark and not mark[1]:
            index = bisect_left(self.wrong_ends, (start, start))
            if index == len(self.wrong_ends):
                return None  # never closed: then nothing is hidden, rather than all that follows
            end = self.wrong_ends[index][1]
            self.breaks.append(start)
            return self.hide(start, end, WALL)
        closing = self.following("-->", start)
        return self.hide(start, closing + 3, VEIL) if closing is not None else None

    def hide(self, start: int, end: int, cover: str) -> int:
        self.cover.hide(start, end, cover)
        return end


def is_mathematics(inside: str, follows: str) -> bool:
    """Whether what stands between two dollars of a Markdown text is mathematics; `follows` comes behind."""
    body = inside.strip()
    if not body or len(inside) > LONGEST_INLINE or follows.isdigit() or _NEW_BLOCK.search(inside):
        return False
    tight = not inside[0].isspace() and not inside[-1].isspace()
    even = tight or (inside[0].isspace() and inside[-1].isspace())
    if not _SIGNS.search(body):
        prose = _TWO_WORDS.search(body) or (body[0].isdigit() and _WORD.search(body))
        return even and not prose and (tight or body[-1] not in ",;:(")
    if _FOUR_WORDS.search(_COMMANDS.sub(" ", body)):
        return False
    return even or "=" in body or "\\" in body

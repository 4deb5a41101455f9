"""Verdicts as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from types import MappingProxyType

from symback.claims.verdicts import GOOD, Judged, Verdict
from symback.formats import escape_markdown

_COLOURS = {Verdict.WRONG: "31", Verdict.UNDECIDED: "33", Verdict.UNREADABLE: "33", Verdict.UNRESOLVED: "33"}
_GREEN = "32"
_COLUMNS = ("line", "claim", "verdict", "right", "why")
_NOTHING = "There is nothing to mend."


@dataclass(frozen=True)
class Verdicts:
    """What `verify` gives back."""

    claims: tuple[Judged, ...]
    source: str = ""
    """The file, as messages name it; "" for claims from the command line."""
    lines: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """The text of lines, to show where a claim stands."""

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, in the order of the contract."""
        found = Counter(claim.verdict for claim in self.claims)
        return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}

    @property
    def has_wrong(self) -> bool:
        """Whether a claim is wrong."""
        return any(claim.verdict is Verdict.WRONG for claim in self.claims)

    @property
    def all_good(self) -> bool:
        """Whether every claim is proved, exact, rounded or a convention."""
        return all(claim.verdict in GOOD for claim in self.claims)

    def to_json(self) -> str:
        """As in the format symback-verdicts/1."""
        content = {
            "format": "symback-verdicts/1",
            "counts": self.counts,
            "claims": [claim.as_json() for claim in self.claims],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def to_text(self, *, colours: bool = False) -> str:
        """One line a claim, more where something is to be said of it, and a last line with the counts."""
        parts = [self._line(claim, colours) for claim in self.claims]
        return "\n".join([*parts, self.summary()]) + "\n"

    def to_markdown(self) -> str:
        """A table of what is not right, then the counts."""
        title = f"# Verdicts on {escape_markdown(self.source)}" if self.source else "# Verdicts"
        rows = [f"| {' | '.join(_COLUMNS)} |", "| --: | :-- | :-- | :-- | :-- |"]
        rows += [f"| {' | '.join(map(_cell, cells))} |" for cells in self._to_be_mended()]
        table = "\n".join(rows) if len(rows) > 2 else _NOTHING
        return f"{title}\n\n{self.summary()}\n\n{table}\n"

    def save(self, path: str | Path) -> Path:
        """Writes JSON, Markdown or text, as the suffix asks."""
        from symback.files import write

        path = Path(path)
        makers = {".json": self.to_json, ".md": self.to_markdown}
        return write(path, makers.get(path.suffix, self.to_text)())

    def summary(self) -> str:
        """How many claims there are, and of which kind."""
        counted = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return f"{len(self.claims)} claims: {counted}" if self.claims else "no claims"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        """The same as an element of a notebook's page, which brings no styles."""
        head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
        rows = [
            "".join(f"<td>{escape(_one_line(cell))}</td>" for cell in cells) for cells in self._to_be_mended()
        ]
        table = "".join(f"<tr>{row}</tr>" for row in (head, *rows))
        found = f"<table>{table}</table>" if rows else f"<p>{_NOTHING}</p>"
        source = f"<p><strong>{escape(_one_line(self.source))}</strong></p>" if self.source else ""
        return f"<div>{source}<p>{escape(self.summary())}</p>{found}</div>"

    def _to_be_mended(self) -> Iterator[tuple[str, ...]]:
        """Of each claim that is not simply right: line, text, verdict, what is right, and why."""
        for claim in self.claims:
            if claim.verdict not in GOOD or claim.reason or claim.why:
                place = str(claim.place.line)
                yield place, claim.text, _verdict(claim), claim.right or "", claim.why or ""

    def _line(self, claim: Judged, colours: bool) -> str:
        where = f"{claim.place.line}:{claim.place.column}: " if self.source else ""
        label = _verdict(claim)
        if colours:
            label = f"\033[{_COLOURS.get(claim.verdict, _GREEN)}m{label}\033[0m"
        lines = [f"{where}{label}: {_one_line(claim.text)}"]
        if claim.conditions:
            lines.append(f"    {'; '.join(claim.conditions)}")
        if claim.verdict is Verdict.WRONG:
            lines += self._caret(claim)
            found = f"found {claim.found}, " if claim.found else ""
            lines += [f"    {found}right is {claim.right}"] if claim.right else []
            if claim.witness and not claim.right:
                point = ", ".join(f"{name} = {value}" for name, value in claim.witness)
                lines.append(f"    the sides differ at {point}")
        if claim.why:
            lines.append(f"    {claim.why}")
        return "\n".join(lines)

    def _caret(self, claim: Judged) -> list[str]:
        line = self.lines.get(claim.place.line)
        if line is None:
            return []
        start = max(0, claim.place.column - 1 - 60)
        return [
            f"    {line[start : start + 100].rstrip()}",
            "    " + " " * (claim.place.column - 1 - start) + "^",
        ]


def _verdict(claim: Judged) -> str:
    return f"{claim.verdict.value} ({claim.reason.value})" if claim.reason else claim.verdict.value


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return clean if len(clean) <= 160 else clean[:157] + "..."


def _cell(text: str) -> str:
    return escape_markdown(_one_line(text))

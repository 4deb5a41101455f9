"""The program of a live page, run by Node: the same code and data that the page holds."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symback.live.program import Program, as_json
from symback.render import as_it_is
from tests.tools import require

_HARNESS = """
const program = makeProgram(data, shapes);
const show = numbers => numbers.map(x => printed(x, data.digits, data.carry !== null));
const results = wanted.map(({ edits, round }) => {
  const start = data.given.slice();
  for (const [place, value] of edits) start[place] = value;
  const now = round ? program.train(start).at(round) : start;
  const values = program.all(now);
  const followed = program.all(data.given);
  program.follow(followed, now.map((value, place) => [place, value]));
  if (followed.some((value, place) => !Object.is(value, values[place]))) throw new Error("follow is not all");
  const both = [...values, ...program.laterOf(now)];
  return { numbers: both.map(x => Number.isFinite(x) ? x : null), texts: show(both) };
});
console.log(JSON.stringify(results));
"""
_CHECKS = """
const program = makeProgram(data, shapes);
const checker = makeChecker(program, data, data.check, shapes);
const values = program.all(data.given);
const show = (place, value) => printed(value === null ? values[place] : value, data.digits, false);
console.log(JSON.stringify(wanted.map(([name, number]) => {
  const { place } = checker.find(name), answer = answerOf(number);
  const { verdict, found } = checker.judge(place, answer, values, () => false);
  return { verdict, found: found.map(one => [checker.sentence(one, values, show), one.value, one.isSure]) };
})));
"""


@dataclass(frozen=True)
class Run:
    """What the program gave: a number and a text for each place."""

    numbers: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True)
class Script:
    """The code of a program, and its data."""

    code: str
    data: Mapping[str, Any]

    def run(self, *wanted: tuple[Mapping[str, float], int]) -> list[Run]:
        """The numbers after given numbers were edited, and so many updates."""
        places = {name: place for place, name in enumerate(self.data["names"])}
        asked = [
            {"edits": [[places[name], value] for name, value in edits.items()], "round": rounds}
            for edits, rounds in wanted
        ]
        found = self._answer(_HARNESS, asked)
        return [Run(one["numbers"], one["texts"]) for one in found]

    def _answer(self, harness: str, asked: object) -> list[Any]:
        """What the program and a few lines more print, given `wanted`."""
        data = f"const data = {as_json(self.data)}, wanted = {json.dumps(asked)};\n"
        command = [require("node"), "-"]
        text = self.code + data + harness
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        found: list[Any] = json.loads(done.stdout)
        return found

    def check(self, *numbers: tuple[str, str]) -> list[tuple[str, list[tuple[str, float, bool]]]]:
        """For each name and number: right, cut, early or wrong, and the mistakes that give it.

        Of a mistake: its sentence, its number and whether it is sure.
        """
        return [(one["verdict"], list(map(tuple, one["found"]))) for one in self._answer(_CHECKS, numbers)]


def of_page(html: str) -> Script:
    """The program that stands in a page."""
    data = re.search(r'<script type="application/json" id="live-data">(.*?)</script>', html, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert data
    assert script
    return Script(script[1].partition("// The page:")[0], json.loads(data[1]))


def of_program(program: Program) -> Script:
    """The same without a page."""
    data = json.loads(as_json(program.data()))
    return Script(as_it_is("live/numbers.js") + program.code(), data)

"""What is said to wrong numbers: a mistake's sentence for each, in windows that have no number in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from symback.diagnosis.candidate import Part
from symback.exercises.answers import Answers
from symback.exercises.model import Box, WrongAnswer
from symback.feedback.figures import Figures
from symback.feedback.sentences import clause
from symback.platforms.html import HtmlPen
from symback.platforms.paper import Reply, Say
from symback.platforms.windows import windows


@dataclass(frozen=True)
class Replies:
    """The sentences of one paper; each mistake is told once, however many boxes it shows in."""

    answers: Answers
    right: Figures
    pen: HtmlPen
    say: Say
    language: str = "en"
    _told: dict[tuple[int, str], str] = field(default_factory=dict, repr=False)

    def of(self, box: Box) -> tuple[Reply, ...]:
        """What is said in a box that asks for a number."""
        wrong = self.answers.wrongs(box.quantity)
        found = windows(box.value, box.tolerance, [(one.value, one) for one in wrong])
        return tuple(self._reply(window.value, window.tolerance, window.said) for window in found)

    def sentence(self, part: Part) -> str:
        """A mistake as a sentence."""
        key = (id(part.placed), part.facts["quantity"])
        if key not in self._told:
            self._told[key] = self._sentence(part)
        return self._told[key]

    def _sentence(self, part: Part) -> str:
        workings = self.right.workings
        changed = workings.with_formulas(part.placed.formulas) if part.placed is not None else None
        wrong = self.right if changed is None else Figures(changed)
        text = clause(part, self.right, wrong, self.pen, self.language)
        return self.say("mistake", clause=Markup(text[:1].upper() + text[1:]))

    def _reply(self, value: str, tolerance: str, wrong: tuple[WrongAnswer, ...]) -> Reply:
        names = dict.fromkeys(name for one in wrong for name in one.mistakes)
        part = wrong[0].part
        formulas = dict(part.placed.formulas) if part.placed is not None else {}
        return Reply(value, tolerance, tuple(names), self.sentence(part), formulas, part.changed)

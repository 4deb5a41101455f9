"""A sheet before there are students: derived and compiled once, it gives a paper for any id.

Nothing here depends on a list of students, so that a paper is a function of specification, seed and id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from symback.derivation import derive
from symback.errors import RequestError
from symback.evaluation import Rounding
from symback.exercises.answers import Answers
from symback.exercises.demanded import demanded
from symback.exercises.demands import Demands
from symback.exercises.draws import Draws
from symback.exercises.kind import ExerciseKind, Task, filled
from symback.exercises.kinds import KINDS
from symback.exercises.model import Exercise, Variant
from symback.exercises.search import Chosen, Search, texts_of
from symback.exercises.setting import Setting
from symback.graph import Graph, Role
from symback.mistakes.given import MISREAD
from symback.mistakes.workings import Workings, workings_of
from symback.network import Given, Network
from symback.network_checks import Checks

if TYPE_CHECKING:
    from symback.exercises.crowd import Crowd


@dataclass(frozen=True)
class Plan:
    """The exercises of a sheet as far as they are the same for all."""

    network: Network
    seed: int
    kinds: tuple[str, ...]
    rounding: Rounding = field(default_factory=Rounding)
    demands: Demands = field(default_factory=Demands)

    @cached_property
    def setting(self) -> Setting:
        """The network, derived as far as the kinds need it."""
        complete = any(KINDS[name].is_complete for name in self.kinds)
        graph = derive(self.network, complete=complete)
        network = demanded(self.network, graph, self.demands)
        return Setting(network, graph, workings_of(network, graph, is_symbolic=True))

    @cached_property
    def tasks(self) -> tuple[tuple[ExerciseKind, Task], ...]:
        """All exercises in the order of the kinds. Raises RequestError for a kind with nothing to ask."""
        found: list[tuple[ExerciseKind, Task]] = []
        for name in self.kinds:
            kind = KINDS[name]
            tasks = list(kind.pose(self.setting))
            if not tasks:
                raise RequestError(
                    f"There is nothing to ask of kind '{kind.name}' in {self.network.name}: it needs "
                    f"{kind.needs}."
                )
            found += [(kind, task) for task in tasks]
        return tuple(found)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The quantities that the boxes ask for, by canonical names, each once."""
        graph = self.setting.graph
        blanks = [blank.quantity for _, task in self.tasks for blank in task.blanks]
        names = [graph[name].name for name in blanks if name in graph]
        return tuple(dict.fromkeys(name for name in names if name in self.setting.workings.formulas))

    @cached_property
    def search(self) -> Search:
        """Finds numbers."""
        return Search(self.setting, self.asked, self.rounding, self.demands)

    def variant(self, identity: str) -> Variant:
        """The paper of one student: the same for ever, whoever else there is."""
        draws = Draws(self.seed, identity)
        return self._variant(identity, draws, self.search.find(draws))

    def variants(self, identities: Sequence[str]) -> Iterator[Variant]:
        """The papers of several students, each as `variant` makes it; sooner together, if NumPy is there."""
        students = [Draws(self.seed, identity) for identity in identities]
        chosen = self._crowd.find(students) if self._crowd and len(students) > 1 else None
        for place, (identity, draws) in enumerate(zip(identities, students, strict=True)):
            yield self._variant(identity, draws, chosen[place] if chosen else self.search.find(draws))

    @cached_property
    def _crowd(self) -> Crowd | None:
        """Finds the numbers of many students at once."""
        if find_spec("numpy") is None:
            return None
        from symback.exercises.crowd import Crowd  # with NumPy

        return Crowd(self.search)

    def answers(self, variant: Variant, exercise: Exercise | None = None) -> Answers:
        """What is known of the numbers of a paper: values of all quantities, wrong answers, workings.

        `answers.wrongs(box.quantity)` are the numbers that mistakes give in a box, each with its mistake.
        An exercise may have numbers of its own.
        """
        numbers = exercise.numbers if exercise is not None and exercise.numbers else variant.numbers
        latest: Variant | None = self.__dict__.get("_latest")
        if latest is not variant:
            self.__dict__["_latest"], self.__dict__["_known"] = variant, []
        known: list[tuple[Mapping[str, str], Answers]] = self.__dict__["_known"]
        for those, answers in known:  # all printers ask for those of one paper in turn
            if those is numbers:
                return answers
        answers = self._answers(Draws(self.seed, variant.id), self._given(numbers))
        known.append((numbers, answers))
        return answers

    def network_of(self, variant: Variant) -> Network:
        """The network with the numbers of a paper."""
        return self.answers(variant).network

    def _variant(self, identity: str, draws: Draws, chosen: Chosen) -> Variant:
        answers = self._answers(draws, chosen.numbers, chosen.workings)
        if self.demands.is_exact:
            self._check_exact(answers)
        names = self.setting.workings.names
        return Variant(
            identity,
            {name: text for name, text in texts_of(answers.given).items() if name in self._printed},
            self._filled(answers),
            {names[place]: gap for place, gap in chosen.gaps.smallest.items()},
            chosen.gaps.crowded,
            chosen.candidates,
        )

    def _check_exact(self, answers: Answers) -> None:
        """Raises RequestError where an output that is asked for, or needed, is no fraction."""
        for quantity in self._keys.with_role(Role.ACTIVATION):
            if answers.value(quantity.name).exact is None and self.rounding.carry is None:
                raise RequestError(
                    f"No exact numbers can be found for {self.network.name}: {quantity.name} would be no "
                    f"fraction. Logarithms as inputs make the outputs of one layer of logistic units exact; "
                    f"after it linear layers may follow. Ask for other kinds, or leave --demand exact out."
                )

    def stored(self, identity: str, numbers: Mapping[str, str]) -> Variant:
        """The paper of one student whose numbers are known, without a search.

        Raises RequestError for what is no number.
        """
        answers = self._answers(Draws(self.seed, identity), self._given(numbers))
        return Variant(identity, dict(numbers), self._filled(answers))

    def _filled(self, answers: Answers) -> tuple[Exercise, ...]:
        return tuple(filled(kind, answers, task, number) for number, (kind, task) in enumerate(self.tasks, 1))

    def _answers(
        self, draws: Draws, numbers: Mapping[str, Given], workings: Workings | None = None
    ) -> Answers:
        search = self.search
        found = workings if workings is not None else search.workings_with(numbers)
        return Answers(
            self.setting,
            self._keys,
            self._shown,
            search.hypotheses,
            self.rounding,
            draws,
            numbers,
            found,
            self._redrawn,
        )

    def _redrawn(self, answers: Answers, purpose: str) -> Answers:
        return self._answers(answers.draws, self.search.other(answers.draws, purpose))

    @cached_property
    def _keys(self) -> Graph:
        """What the boxes need."""
        return self.setting.graph.ancestors(self._shown)

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        """What boxes and tasks show, by canonical names."""
        graph = self.setting.graph
        shown = [graph[name].name for _, task in self.tasks for name in task.shown]
        return tuple(dict.fromkeys([*self.asked, *shown]))

    @cached_property
    def _printed(self) -> frozenset[str]:
        """The given quantities that a paper prints."""
        return frozenset(quantity.name for quantity in self.setting.graph.with_role(*sorted(MISREAD)))

    def _given(self, numbers: Mapping[str, str]) -> dict[str, Given]:
        checks = Checks("the sheet", None)
        return {name: checks.given(text, name) for name, text in numbers.items()}

"""A graph as a program for a page: every quantity in order, each as a shape and the places of its names."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from symback.diagnosis.rounds import Training
from symback.evaluation import Evaluation
from symback.expression import Expression, Number, Shape, shape_of
from symback.graph import Graph, Role, Rule
from symback.live.javascript import function_of, rewritten_functions
from symback.mistakes.workings import Workings, workings_of
from symback.naming import at_state
from symback.network import Network

Step = list[int]
"""The place of a quantity, the number of its shape, and the places of the names that fill the shape."""


@dataclass
class Shapes:
    """Shapes of formulas, each once, with their numbers."""

    numbers: dict[Shape, int] = field(default_factory=dict)

    def step(self, places: Mapping[str, int], name: str, formula: Expression) -> Step:
        """A quantity with its formula."""
        shape, names = shape_of(formula)
        number = self.numbers.setdefault(shape, len(self.numbers))
        return [places[name], number, *(places[parent] for parent in names)]

    def functions(self) -> list[str]:
        """A function for each shape."""
        return [function_of(shape.expression) for shape in self.numbers]

    def rewritten(self) -> dict[str, str]:
        """The functions that these call and JavaScript lacks."""
        return rewritten_functions(shape.expression for shape in self.numbers)


@dataclass(frozen=True)
class Program:
    """All quantities of a network without mistakes, and its training."""

    network: Network
    graph: Graph
    evaluation: Evaluation
    wrong: Mapping[str, Expression] = field(default_factory=dict)
    """Formulas beside those of the graph, by the names of their numbers."""
    shapes: Shapes = field(default_factory=Shapes)

    @cached_property
    def workings(self) -> Workings:
        """Each step made once and used by all that follow, so that a mistake in it is carried on."""
        kept = Graph(tuple(q for q in self.graph if q.rule is not Rule.TRAINING))
        return workings_of(self.network, kept)

    @cached_property
    def steps(self) -> list[Step]:
        """All that is computed, in order."""
        workings, shapes = self.workings, self.shapes
        steps = [shapes.step(workings.places, name, formula) for name, formula in workings.formulas.items()]
        places = {
            **workings.places,
            **{name: place for place, name in enumerate(self.wrong, len(workings.names))},
        }
        return steps + [shapes.step(places, name, formula) for name, formula in self.wrong.items()]

    @cached_property
    def fed(self) -> list[tuple[int, int]]:
        """What training feeds back: the place of a given quantity, and of what it becomes in an update."""
        places = self.workings.places
        return [
            (places[name], places[at_state(name, "+")])
            for name in self.workings.given
            if at_state(name, "+") in self.workings.formulas
        ]

    @cached_property
    def turns(self) -> list[list[Step]]:
        """The updates of a cycle after the first, where they are not all alike: what each computes.

        Also what else depends on whose turn it is.
        """
        in_turn = [quantity.name for quantity in self.graph if quantity.turns]
        count = max((len(self.graph[name].turns) for name in in_turn), default=0)
        training = Training(self.workings)
        wanted = [*(self.workings.names[after] for _, after in self.fed), *in_turn]
        return [
            [
                self.shapes.step(self.workings.places, name, formula)
                for name, formula in training.formulas_of(turn, wanted)
            ]
            for turn in range(1, count)
        ]

    @cached_property
    def later(self) -> list[tuple[str, int, int, bool]]:
        """What training computes: its name, the place of the same without a state, how many updates.

        Also whether it is read off as the last update made it: `m_hat_w5@3`, of which there is no start.
        """
        found = []
        places = self.workings.places
        for quantity in self.graph:
            if quantity.rule is Rule.TRAINING:
                base, _, count = quantity.name.replace("+", "@1").partition("@")
                made = base not in places
                source = at_state(base, "+") if made else base
                if source in places:
                    found.append((quantity.name, places[source], int(count), made))
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every number of the page that may change, by name or synonym."""
        workings = self.workings
        constant = {q.name for q in self.graph if isinstance(q.formula, Number)}
        found = {
            name: place for name, place in workings.places.items() if workings.names[place] not in constant
        }
        more = [*self.wrong, *(name for name, *_ in self.later)]
        for place, name in enumerate(more, len(workings.names)):
            if not isinstance(self.wrong.get(name), Number):
                found[name] = place
        return found

    @property
    def counts(self) -> list[int]:
        """The places of whole numbers that count."""
        places = self.workings.places
        return [places[q.name] for q in self.graph.with_role(Role.COUNT) if q.name in places]

    def data(self) -> dict[str, object]:
        """All but the code, as JSON has it."""
        workings = self.workings
        rounding = self.evaluation.rounding
        return {
            "network": self.network.name,
            "names": workings.names,
            "given": [workings.given[name] for name in workings.names if name in workings.given],
            "steps": self.steps,
            "fed": self.fed,
            "turns": self.turns,
            "later": [[place, count, int(made)] for _, place, count, made in self.later],
            "wrong": len(self.wrong),
            "counts": self.counts,
            "digits": rounding.decimals,
            "carry": rounding.carry,
        }

    def code(self) -> str:
        """The functions of all shapes and what they call, as two constants of JavaScript."""
        rewritten = ",".join(f"{name}:{code}" for name, code in self.shapes.rewritten().items())
        functions = ",\n".join(self.shapes.functions())
        return f"const F={{{rewritten}}};\nconst shapes=[{functions}];\n"


def is_complete(graph: Graph, evaluation: Evaluation) -> bool:
    """Whether every quantity has a finite number: only then can a page compute them all anew."""
    values = [evaluation.values.get(quantity.name) for quantity in graph]
    return all(value is not None and math.isfinite(value.number) for value in values)


def as_json(data: Mapping[str, object] | Sequence[object] | Iterable[object]) -> str:
    """Data as it may stand in a page: nothing in it ends the element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

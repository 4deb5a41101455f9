"""read-diagram: which weight leads from here to there."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import box_of, lettered
from symback.exercises.setting import Setting, spread

MOST_OFFERED = 4


def _pose(setting: Setting) -> Iterator[Task]:
    layers = setting.network.layers
    sources = list(setting.network.inputs)
    edges: list[tuple[str, str, str]] = []
    for layer in layers:
        if layer.kind != "dense" or setting.network.source.steps:
            return
        for place, weight in enumerate(layer.weights):
            edges.append((weight, sources[place % len(sources)], layer.units[place // len(sources)]))
        sources = list(layer.units)
    chosen = [edges[place] for place in spread_places(len(edges))]
    if len(edges) >= MOST_OFFERED:
        facts = {"edges": {weight: (start, end) for weight, start, end in chosen}}
        yield Task(tuple(Blank(weight) for weight, _, _ in chosen), facts=facts)


def spread_places(count: int) -> list[int]:
    """Two places that are not the first or the last ones."""
    return [int(place) for place in spread([str(n) for n in range(count)], 4)][1:3]


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    edges = task.facts["edges"]
    assert isinstance(edges, dict)
    weights = [name for layer in filling.setting.network.layers for name in layer.weights]
    boxes, ends = [], {}
    for place, blank in enumerate(task.blanks):
        stream = filling.stream(f"diagram {number} {place}")
        others = stream.shuffled(name for name in weights if name != blank.quantity)[: MOST_OFFERED - 1]
        offered = sorted([blank.quantity, *others], key=weights.index)
        choices = lettered(Choice("", name == blank.quantity, quantity=name) for name in offered)
        name = box_number(number, place)
        boxes.append(box_of(name, blank.quantity, Answer.CHOICE, choices))
        ends[name] = edges[blank.quantity]
    return Exercise(number, KIND.name, tuple(boxes), facts={"ends": ends})


KIND = ExerciseKind("read-diagram", _pose, "dense layers alone, and at least 4 weights", _fill)

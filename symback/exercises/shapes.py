"""shapes: rows and columns of the matrices of the derivation."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Choice, Exercise
from symback.exercises.offering import box_of, lettered
from symback.exercises.setting import Setting
from symback.matrix import matrices, without_matrices


def _pose(setting: Setting) -> Iterator[Task]:
    if without_matrices(setting.network) is not None:
        return
    found = {
        one.name: (len(one.entries), len(one.entries[0])) for one in matrices(setting.network, setting.graph)
    }
    wanted = [name for name in found if name.startswith(("W^", "delta^", "Delta^", "dE_total/dW^"))]
    wanted = [name for name in wanted if "+" not in name]
    if wanted:
        facts = {"shapes": {name: found[name] for name in wanted}}
        yield Task(tuple(map(Blank, wanted[:6])), facts=facts)


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    shapes = task.facts["shapes"]
    assert isinstance(shapes, dict)
    boxes = []
    for place, blank in enumerate(task.blanks):
        rows, columns = shapes[blank.quantity]
        others = [(columns, rows), (rows, rows), (columns, columns), (rows + 1, columns), (rows, columns + 1)]
        offered = list(dict.fromkeys([(rows, columns), *others]))[:4]
        texts = (Choice("", shape == (rows, columns), word=f"{shape[0]} x {shape[1]}") for shape in offered)
        choices = lettered(texts, filling.stream(f"shapes {number} {place}"))
        boxes.append(box_of(box_number(number, place), blank.quantity, Answer.CHOICE, choices))
    return Exercise(number, KIND.name, tuple(boxes))


KIND = ExerciseKind("shapes", _pose, "dense layers alone", _fill)

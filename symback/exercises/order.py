"""order: the factors of the chain rule, to be put in order; one does not belong to them."""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.chains import factors_of
from symback.exercises.kind import Blank, ExerciseKind, Filling, Task, box_number
from symback.exercises.model import Answer, Box, Choice, Exercise
from symback.exercises.offering import lettered
from symback.exercises.setting import Setting
from symback.graph import Role


def _pose(setting: Setting) -> Iterator[Task]:
    gradients = [quantity.name for quantity in setting.gradients(Role.WEIGHT)]
    chains = {name: factors_of(setting, name) for name in gradients}
    everything = list(dict.fromkeys(factor for chain in chains.values() for factor in chain))
    for name in reversed(gradients):
        others = [factor for factor in everything if factor not in chains[name]]
        if chains[name] and others:
            facts = {"chain": chains[name], "others": others}
            yield Task((Blank(name, 2),), {"gradient": name}, facts)
            return


def _fill(filling: Filling, task: Task, number: int) -> Exercise:
    chain, others = task.facts["chain"], task.facts["others"]
    assert isinstance(chain, list)
    assert isinstance(others, list)
    stream = filling.stream(f"order {number}")
    offered = [*chain, stream.choice(others)]
    choices = lettered((Choice("", name in chain, quantity=name) for name in offered), stream)
    key = ",".join(next(c.key for c in choices if c.quantity == name) for name in chain)
    (blank,) = task.blanks
    box = Box(box_number(number, 0), blank.quantity, blank.points, Answer.ORDER, key, choices=choices)
    return Exercise(number, KIND.name, (box,), task.symbols)


KIND = ExerciseKind("order", _pose, "gradients that are one product of three factors or more", _fill)

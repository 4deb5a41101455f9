"""The chain rule of a gradient as a list: which factors it has, and through which weights it goes."""

from __future__ import annotations

from itertools import pairwise

from symback.exercises.setting import Setting
from symback.expression import Name, names
from symback.graph import Role
from symback.naming import parts_of


def factors_of(setting: Setting, name: str) -> list[str]:
    """The factors of a gradient that is one product, from the error to the weight; [] for others."""
    formula = setting.graph[name].formula
    found = list(names(formula)) if formula is not None else []
    chain = [factor for factor in found if parts_of(factor).is_derivative]
    is_chain = len(chain) == len(found) > 2 and all(
        parts_of(one).by == parts_of(other).of for one, other in pairwise(chain)
    )
    return chain if is_chain else []


def weights_on_paths(setting: Setting, name: str) -> list[str]:
    """The weights that are factors of a gradient: those that paths from the parameter to the error cross."""
    graph = setting.graph
    found = []
    for quantity in graph.ancestors([name]):
        is_slope = quantity.role in (Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.GRADIENT)
        if is_slope and isinstance(quantity.formula, Name):
            source = graph[quantity.formula.name]
            if source.role is Role.WEIGHT:
                found.append(source.name)
    return list(dict.fromkeys(found))

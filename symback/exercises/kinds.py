"""The table of kinds of exercises, in the order in which a sheet should have them."""

from __future__ import annotations

from symback.exercises import (
    biases,
    delta,
    derive,
    find_the_slip,
    forward,
    gradient,
    gradient_matrix,
    local_derivative,
    loss,
    loss_after_update,
    multiple_choice,
    order,
    paths,
    read_diagram,
    second_round,
    shapes,
    sign_only,
    table,
    true_false,
    update,
    write_code,
)
from symback.exercises.kind import ExerciseKind
from symback.registry import Registry

KINDS: Registry[ExerciseKind] = Registry(
    "kind of exercise",
    [
        module.KIND
        for module in (
            forward,
            loss,
            local_derivative,
            delta,
            gradient,
            gradient_matrix,
            biases,
            update,
            loss_after_update,
            second_round,
            table,
            derive,
            order,
            paths,
            shapes,
            sign_only,
            read_diagram,
            multiple_choice,
            true_false,
            find_the_slip,
            write_code,
        )
    ],
)

"""The values of samples: single numbers, series over time, and images; the names that they get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symback.errors import shorten, suggestion
from symback.layers.signal import Port, Signal
from symback.nested import in_words
from symback.network_checks import SYMBOLIC, Checks, Given
from symback.network_file import clean

MOST_INPUTS = 4_000
"""Numbers that one sample may have."""
MOST_STEPS = 1_000
"""Time steps that a series may have."""


def source_of(checks: Checks, values: Mapping[str, Any], key: str, *, as_image: bool) -> Signal:
    """The signal of the inputs of a sample: `i1 = 0.5`, series `i1 = [..]`, images `x = [[..], [..]]`.

    A plain list is a series over time; with `as_image` it is an image of one dimension. Raises
    NetworkFileError for names, and for shapes that differ.
    """
    if not values:
        checks.fail(key, "no input stands there", "There may stand a number for each, such as i1 = 0.05")
    for name in values:
        place = f"{key}, {clean(name)}"
        checks.check_name(name, place)
        checks.claim(name, "an input", place)
    shapes = {name: _shape(checks, value, f"{key}, {name}") for name, value in values.items()}
    first = next(iter(shapes))
    for name, shape in shapes.items():
        if shape != shapes[first]:
            found = f"{_said(shape)} stands there"
            checks.fail(f"{key}, {name}", found, f"There may stand {_said(shapes[first])}, as for {first}")
    shape = shapes[first]
    if not shape:
        return Signal(tuple(map(Port, values)), (len(values),))
    if len(shape) == 1 and not as_image:
        if shape[0] > MOST_STEPS:
            allowed = f"{MOST_STEPS:,} may stand there, one for each time step"
            checks.fail(f"{key}, {first}", f"{shape[0]:,} numbers stand there", allowed)
        _check_size(checks, key, len(values) * shape[0])
        return Signal(tuple(map(Port, values)), (len(values),), tuple(range(1, shape[0] + 1)))
    names = [f"{name}_{place}" for name in values for place in _places(shape)]
    _check_size(checks, key, len(names))
    for name in names:
        checks.claim(name, "an input", key)
    channels = len(values) if len(shape) < 3 else len(values) * shape[0]
    return Signal(tuple(map(Port, names)), (channels, *shape[-2:]))


def _check_size(checks: Checks, key: str, count: int) -> None:
    if count > MOST_INPUTS:
        checks.fail(key, f"{count:,} numbers stand there", f"{MOST_INPUTS:,} may stand there")


def is_series(value: Any) -> bool:
    """Whether this is a plain list of numbers."""
    return isinstance(value, list) and not any(isinstance(entry, list) for entry in value)


def read_inputs(checks: Checks, source: Signal, values: Mapping[str, Any], key: str) -> tuple[Given, ...]:
    """The numbers of one sample in the order of the signal, step by step; `key` says which sample."""
    place = f"{key}inputs" if key else "[inputs]"
    if source.steps or not any(isinstance(value, list) for value in values.values()):
        return read_values(checks, values, tuple(p.base for p in source.ports), source.steps, "input", place)
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= {f"{name}_{index}": number for index, number in _entries(value)}
    return read_values(checks, flat, tuple(p.base for p in source.ports), (), "input", place)


def read_values(
    checks: Checks,
    values: Any,
    names: tuple[str, ...],
    steps: tuple[int, ...],
    kind: str,
    key: str,
) -> tuple[Given, ...]:
    """A number for each name, or with steps a list for each; the result is ordered step by step."""
    if values == "symbolic":
        return (SYMBOLIC,) * (len(names) * max(1, len(steps)))
    known = set(names)
    for name in values:
        if name not in known:
            found = f"there is no {kind} {shorten(name)}"
            checks.fail(f"{key}, {clean(name)}", found, suggestion(name, names).strip(" ."))
    for name in names:
        if name not in values:
            allowed = f"There may stand a number for each {kind}"
            checks.fail(f"{key}, {name}", "nothing stands there", allowed)
    if not steps:
        for name in names:
            if isinstance(values[name], list):
                checks.fail(f"{key}, {name}", "a list stands there", "There may stand a number")
        return tuple(checks.given(values[name], f"{key}, {name}") for name in names)
    for name in names:
        value = values[name]
        if value != "symbolic" and (not is_series(value) or len(value) != len(steps)):
            found = f"{_said(_shape(checks, value, key))} stands there"
            allowed = f"There may stand a list of {len(steps)}, with a number for each time step"
            checks.fail(f"{key}, {name}", found, allowed)
    return tuple(
        SYMBOLIC
        if values[name] == "symbolic"
        else checks.given(values[name][step - 1], f"{key}, {name}, entry {step}")
        for step in steps
        for name in names
    )


def _shape(checks: Checks, value: Any, key: str) -> tuple[int, ...]:
    """How lists are nested; raises NetworkFileError where rows differ in length or are empty."""
    if not isinstance(value, list):
        return ()
    if not value:
        checks.fail(key, "an empty list stands there", "There may stand numbers in the list")
    shapes = [_shape(checks, entry, f"{key}, entry {place}") for place, entry in enumerate(value, 1)]
    for place, shape in enumerate(shapes, 1):
        if shape != shapes[0]:
            found = f"{_said(shape)} stands there"
            checks.fail(f"{key}, entry {place}", found, f"There may stand {_said(shapes[0])}, as in entry 1")
    if len(shapes[0]) > 2:
        checks.fail(
            key, "lists are nested more than three deep", "There may stand channels of rows of numbers"
        )
    return (len(value), *shapes[0])


def _said(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a number"
    return f"a list of {shape[0]}" if len(shape) == 1 else f"rows of shape {in_words(shape)}"


def _places(shape: tuple[int, ...]) -> list[str]:
    """`1_1`, `1_2`, ... in reading order."""
    if not shape:
        return [""]
    return [
        f"{number}_{rest}" if rest else str(number)
        for number in range(1, shape[0] + 1)
        for rest in _places(shape[1:])
    ]


def _entries(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, list):
        return [("", value)]
    return [
        (f"{place}_{index}" if index else str(place), number)
        for place, entry in enumerate(value, 1)
        for index, number in _entries(entry)
    ]

"""The program of a live page gives what other computations give, also after edits."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings

import symback
from symback.derivation import derive
from symback.errors import EvaluationError
from symback.evaluation import Rounding, evaluate
from symback.expression import (
    PI,
    Call,
    Cases,
    Constant,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Quotient,
    exp,
)
from symback.float_pass import float_pass
from symback.forward import given_numbers
from symback.functions import REWRITES
from symback.live.javascript import function_of, rewritten_functions
from symback.live.page import MOST_QUANTITIES
from symback.live.program import Program, as_json
from symback.network import Network, parse
from symback.network_checks import Given
from symback.network_source import built_in_names
from symback.render import as_it_is
from tests.independent import mpf
from tests.independent import value as exact
from tests.invoke import NETWORK
from tests.live_program import Script, of_page, of_program
from tests.random_networks import random_network
from tests.strategies import Net, nets
from tests.test_random_networks import expected_of, network_of
from tests.tools import require


def program_of(network: Network) -> Program:
    graph = derive(network)
    return Program(network, graph, evaluate(graph, given_numbers(network), Rounding()))


def edited(program: Program, seed: int, *, count: int = 3) -> dict[str, float]:
    """Some weights, each changed a little."""
    drawn = random.Random(seed)
    weights = [name for name, _ in program.network.parameters]
    chosen = drawn.sample(weights, min(count, len(weights)))
    return {name: round(program.workings.given[name] + drawn.uniform(-0.4, 0.4), 4) for name in chosen}


def compare(program: Program, script: Script, edits: dict[str, float]) -> int:
    """All numbers that plain floats give as well; how many there were."""
    expected = float_pass(program.network, {**program.workings.given, **edits})
    (found,) = script.run((edits, 0))
    compared = 0
    for name, value in expected.items():
        place = program.workings.places.get(name)
        if place is not None:
            number = found.numbers[place]
            assert number is not None, name
            # An update may divide by a gradient that is nearly 0.
            near = 1e-6 if name.endswith("+") else 1e-9
            assert math.isclose(number, value, rel_tol=near, abs_tol=near / 100), (name, number, value)
            compared += 1
    return compared


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_networks_after_edits(name: str) -> None:
    program = program_of(symback.load(name))
    script = of_program(program)
    for seed in range(3):
        assert compare(program, script, edited(program, seed)) > 8


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_after_edits(seed: int) -> None:
    try:
        program = program_of(parse(random_network(seed), "random.toml"))
    except EvaluationError:
        pytest.skip("this network has no numbers")
    script = of_program(program)
    assert compare(program, script, {}) > 2
    assert compare(program, script, edited(program, seed)) > 2


@settings(max_examples=15)
@given(net=nets())
def test_dense_networks_against_matrices(net: Net) -> None:
    expected = expected_of(net)
    program = program_of(network_of(net))
    (found,) = of_program(program).run(({}, 0))
    for name, value in expected.items():
        if name in program.workings.places:
            number = found.numbers[program.workings.places[name]]
            assert number is not None
            assert math.isclose(number, float(mpf(value)), rel_tol=1e-10, abs_tol=1e-13), name


@pytest.mark.parametrize("name", built_in_names())
def test_printed_digits_are_the_proven_ones(name: str) -> None:
    """The page of the program, and the same formulas in ball arithmetic, also with other numbers."""
    solution = symback.solve(name)
    program = Program(solution.network, solution.graph, solution.evaluation)
    script = of_page(solution.to_html())
    edits = edited(program, 7)
    numbers = given_numbers(solution.network)
    new = {one: Given(Number(Fraction(str(value))), str(value)) for one, value in edits.items()}
    given_places = range(len(program.workings.given))
    other = evaluate(solution.graph, {**numbers, **new}, Rounding())
    for evaluation, run in zip((solution.evaluation, other), script.run(({}, 0), (edits, 0)), strict=True):
        for quantity, place in program.places.items():
            value = evaluation[quantity]
            assert value is not None
            if place not in given_places:
                assert run.texts[place] == value.shown, quantity


@pytest.mark.parametrize("name", [name for name in built_in_names() if symback.load(name).update])
def test_training_is_that_of_solve(name: str) -> None:
    solution = symback.solve(name, rounds=[7, 100])
    program = program_of(solution.network)
    script = of_program(program)
    for rounds, run in zip((7, 100), script.run(({}, 7), ({}, 100)), strict=True):
        for quantity in ("E_total", *(parameter for parameter, _ in solution.network.parameters)):
            later = f"{quantity}@{rounds}"
            if later in solution.graph:
                number = run.numbers[program.workings.places[quantity]]
                value = solution.evaluation[later]
                assert value is not None
                assert number is not None
                assert math.isclose(number, value.number, rel_tol=1e-9, abs_tol=1e-12), later


def test_numbers_that_carry_are_rounded_on_the_way() -> None:
    solution = symback.solve("mazur", rounding="carry:4")
    program = Program(solution.network, solution.graph, solution.evaluation)
    (run,) = of_page(solution.to_html()).run(({}, 0))
    for quantity, place in program.places.items():
        value = solution.evaluation[quantity]
        if quantity not in program.workings.given:
            assert value is not None
            assert run.texts[place] == value.text


@pytest.mark.parametrize("name", ["mazur", "adam", "convolution"])
def test_boxes_of_mistakes_have_numbers_that_follow(name: str) -> None:
    solution = symback.solve(name, mistakes=True)
    page = solution.to_html()
    (run,) = of_page(page).run(({}, 0))
    count = len(of_page(page).data["names"])
    hooks = re.findall(r'data-[qg]="(\d+)">[^\d]*?([\d.]+)<', page)
    wrong = [(int(place), digits) for place, digits in hooks if int(place) >= count]
    assert len(wrong) > 5
    for place, digits in wrong:
        assert run.texts[place].lstrip("-") == digits


# --- the printer --------------------------------------------------------------------------------------

X = Name("_0")
FUNCTIONS = ("exp", "log", "tanh", "sqrt", "abs", "floor", "erf", *REWRITES)


def in_node(shapes: list[Expression], arguments: list[list[float]]) -> list[list[float]]:
    """What shapes give for each list of arguments."""
    rewritten = ",".join(f"{name}:{code}" for name, code in rewritten_functions(shapes).items())
    functions = ",".join(map(function_of, shapes))
    text = f"""{as_it_is("live/numbers.js")}
const F = {{{rewritten}}}, shapes = [{functions}];
console.log(JSON.stringify(shapes.map(shape => {json.dumps(arguments)}.map(shape))));"""
    done = subprocess.run([require("node"), "-e", text], capture_output=True, text=True, check=True)
    found: list[list[float]] = json.loads(done.stdout)
    return found


def test_every_function() -> None:
    points = [-3.7, -1.0, -1e-3, 0.5, 1.0, 2.4, 2.6, 5.9, 7.5]
    found = in_node([Call(name, X) for name in FUNCTIONS], [[point] for point in points])
    for name, numbers in zip(FUNCTIONS, found, strict=True):
        for point, number in zip(points, numbers, strict=True):
            if name in ("log", "sqrt") and point < 0:
                assert number is None
                continue
            formula = REWRITES[name](X) if name in REWRITES else Call(name, X)
            expected = float(mpf(exact(formula, {"_0": mpmath.mpf(point)})))
            assert math.isclose(number, expected, rel_tol=1e-14, abs_tol=1e-15), (name, point)


def test_operators_keep_their_order() -> None:
    a, b, c = (Name(f"_{place}") for place in range(3))
    formulas = [
        a - (b - c),
        -(a - b) * c * (1 - c),
        a / (b * c),
        a / b / c,
        a * (b / c),
        Negative(-a),
        a - -b,
        Power(-a, Number(Fraction(2))),
        -Power(a, Number(Fraction(3))),
        Power(b, Quotient(Number(Fraction(1)), Number(Fraction(2)))),
        Number(Fraction(-2, 3)) * a,
        exp(-a) * PI,
        Cases(a, b, c, Cases(b, c, a, a - b)),
        Maximum((a, b, c)),
    ]
    assert isinstance(PI, Constant)
    points = [[0.3, 1.7, -0.6], [-1.2, 0.4, 2.2]]
    for formula, numbers in zip(formulas, in_node(formulas, points), strict=True):
        for point, number in zip(points, numbers, strict=True):
            names = {f"_{place}": mpmath.mpf(one) for place, one in enumerate(point)}
            assert math.isclose(number, float(mpf(exact(formula, names))), rel_tol=1e-14), formula


def test_what_cancels_is_zero_and_kinks_are_seen() -> None:
    a, b, c = (Name(f"_{place}") for place in range(3))
    formulas = [a + b - c, Cases(a + b, c, Number(Fraction(1)), Number(Fraction(0)))]
    assert in_node(formulas, [[0.1, 0.2, 0.3]]) == [[0], [0]]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0.5", "0.500000000"),
        ("-2", "-2.000000000"),
        ("0.0000351019", "0.0000351019"),
        ("0.000099999951", "0.000100000"),
        ("1e-12", "0.00000000000100000"),
        ("0.0000999999949", "0.000100000"),
        ("-1e-20", "-0.0000000000000000000100000"),
        ("0", "0.000000000"),
        ("-0", "0.000000000"),
        ("0.0000000005", "0.000000000500000"),
        ("1e22", "10000000000000000000000.000000000"),
        ("0.1234567895", "0.123456790"),
    ],
)
def test_numbers_in_print(number: str, expected: str) -> None:
    text = f"{as_it_is('live/numbers.js')}\nconsole.log(printed({number}, 9, false));"
    done = subprocess.run([require("node"), "-e", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0.5", [0.5, "0.5"]),
        (" -.5 ", [-0.5, "-0.5"]),
        ("−0,25", [-0.25, "-0.25"]),
        ("007.10", [7.1, "7.10"]),
        ("3", [3, "3"]),
        ("1/4", [0.25, ""]),
        ("1e-3", [0.001, ""]),
        *(
            (text, None)
            for text in ("", "abc", "1/0", "--1", "1;alert(1)", "1..2", "Infinity", "0x10", "1 2")
        ),
    ],
)
def test_numbers_that_readers_type(typed: str, expected: object) -> None:
    text = f"{as_it_is('live/numbers.js')}\nconsole.log(JSON.stringify(read({json.dumps(typed)})));"
    done = subprocess.run([require("node"), "-e", text], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == expected


# --- pages that stay as they are ----------------------------------------------------------------------


def test_networks_without_numbers_have_no_program() -> None:
    text = NETWORK.replace("0.35", '"symbolic"')
    page = symback.solve(parse(text, "net.toml")).to_html()
    assert "<script" not in page
    assert "data-q" not in page


def test_large_networks_say_that_they_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symback.live.page.MOST_QUANTITIES", 50)
    page = symback.solve("mazur").to_html()
    assert "<script" not in page
    assert "do not follow changes: the network has 91 quantities" in page
    assert MOST_QUANTITIES > 1000


def test_data_cannot_end_its_element() -> None:
    assert "<" not in as_json({"a": "</script><!--"})


def test_page_of_mazur_is_small() -> None:
    assert len(symback.solve("mazur").to_html().encode()) < 400_000

"""Deriving and printing all gradients of a net: symback's graph against SymPy on the flattened E_total.

Each side runs in a new process per round, so that neither meets a warm cache of SymPy; the import of SymPy
is not counted. SymPy's phases have a time limit: then what was done is counted.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import isclose
from statistics import median
from time import perf_counter
from types import FrameType
from typing import Any

from symback.derivation import derive
from symback.dialects import LATEX
from symback.evaluation import Rounding, evaluate
from symback.expression import Expression, Name
from symback.fillers import Symbols
from symback.forward import given_numbers
from symback.graph import Graph, Quantity, Role
from symback.network import Network, parse
from symback.notation import notation
from symback.typeset import typeset
from tests.benchmarks.floats import ERRORS, MAZUR, SIZES, gradients
from tests.drawn import Drawn, drawn, network_file

BACKWARD = {Role.LOCAL_DERIVATIVE, Role.DERIVATIVE, Role.DELTA, Role.GRADIENT}


def net_of(name: str) -> Drawn:
    """The net of a name such as 4-8-8-3; raises SystemExit if its E_total is not the one it is known by."""
    net = MAZUR if name == "2-2-2" else drawn(SIZES[name])
    if not isclose(gradients(net)[0], ERRORS[name], rel_tol=1e-13):
        raise SystemExit(f"the net drawn for {name} is another one")
    return net


def symback_side(network: Network) -> tuple[Graph, list[str]]:
    """The derivation, and `name = formula` in LaTeX: each gradient as chain and in each form, each factor."""
    graph = derive(network)
    symbols = Symbols(notation("net-out"), LATEX)

    def equation(quantity: Quantity, formula: Expression | None) -> str:
        right = typeset(formula, LATEX, symbols) if formula is not None else ""
        return f"{typeset(Name(quantity.name), LATEX, symbols)} = {right}"

    texts = []
    for quantity in graph:
        if quantity.role in BACKWARD and not quantity.name.endswith("+"):
            formulas = (quantity.formula, *(form for _, form in quantity.forms))
            texts += [equation(quantity, formula) for formula in formulas]
    return graph, texts


def measured_symback(name: str) -> dict[str, float]:
    """One run of our side; raises SystemExit if a gradient is not the float one."""
    net = net_of(name)
    network = parse(network_file(net), "net.toml")
    begin = perf_counter()
    graph, texts = symback_side(network)
    seconds = perf_counter() - begin
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    expected = gradients(net)[1]
    for place, number in enumerate(expected, 1):
        value = evaluation[f"dE_total/dw{place}"]
        agreed(f"dE_total/dw{place}", value.number if value else float("nan"), number, 1e-9)
    size = sum(map(len, texts))
    return {"seconds": seconds, "derived": len(expected), "printed": len(texts), "bytes": size}


def measured_sympy(name: str, limit: float) -> dict[str, float]:
    """One run of SymPy: build E_total, differentiate by each weight, print each result."""
    import sympy

    net = net_of(name)
    begin = perf_counter()
    total, weights, given = flattened(net, sympy)
    results = within(limit, weights, lambda weight: sympy.diff(total, weight))
    texts = within(limit, results, sympy.latex)
    seconds = perf_counter() - begin
    for found, number in list(zip(results, gradients(net)[1], strict=False))[:: max(1, len(results) - 1)]:
        agreed(name, float(sympy.lambdify(list(given), found)(*given.values())), number, 1e-9)
    return {"seconds": seconds, "derived": len(results), "printed": len(texts), "bytes": sum(map(len, texts))}


def flattened(net: Drawn, sympy: Any) -> tuple[Any, list[Any], dict[Any, float]]:
    """E_total over weights, biases, inputs and targets alone; the weights; the number of each symbol."""
    given: dict[Any, float] = {}

    def symbol(name: str, value: str) -> Any:
        made = sympy.Symbol(name)
        given[made] = float(value)
        return made

    outs = [symbol(f"i{place}", value) for place, value in enumerate(net.inputs[0], 1)]
    weights = []
    for layer, (rows, bias) in enumerate(zip(net.weights, net.biases, strict=True), 1):
        shared, units = symbol(f"b{layer}", bias), []
        for row in rows:
            terms = shared
            for out, value in zip(outs, row, strict=True):
                weights.append(symbol(f"w{len(weights) + 1}", value))
                terms += weights[-1] * out
            units.append(1 / (1 + sympy.exp(-terms)))
        outs = units
    targets = [symbol(f"t{place}", value) for place, value in enumerate(net.targets[0], 1)]
    total = sum((target - out) ** 2 / 2 for target, out in zip(targets, outs, strict=True))
    return total, weights, given


def within(limit: float, items: Iterable[Any], work: Callable[[Any], Any]) -> list[Any]:
    """The results of as many items as are done in `limit` seconds."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    done = []
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        for item in items:
            done.append(work(item))
    except TimeoutError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return done


def agreed(name: str, found: float, expected: float, tolerance: float) -> None:
    """Raise SystemExit if two sides do not give the same number."""
    if not isclose(found, expected, rel_tol=1e-9, abs_tol=tolerance):
        raise SystemExit(f"{name}: {found} where floats give {expected}")


def in_a_process(side: str, name: str, limit: float) -> dict[str, float]:
    """One run of a side in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.gradients", side, name, str(limit)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(rounds: int, limit: float) -> None:
    """Print, for each net, what both sides did in which time; once where SymPy needs over 20 s."""
    print(f"All gradients derived and printed, seconds; SymPy stopped after {limit:g} s a phase:")
    for name, sizes in SIZES.items():
        ours, peers = [], []
        for _ in range(rounds):
            ours.append(in_a_process("symback", name, limit))
            peers.append(in_a_process("sympy", name, limit))
            if peers[-1]["seconds"] > 20:
                break
        weights = sum(before * here for before, here in pairwise(sizes))
        peer, our = median(run["seconds"] for run in peers), median(run["seconds"] for run in ours)
        least = "" if peers[-1]["printed"] == weights else "more than "
        print(
            f"  {name}: symback {our:.3f} ({ours[-1]['derived']:.0f} of {weights} weights,"
            f" {ours[-1]['bytes'] / 1000:.0f} kB);"
            f" SymPy {peer:.3f} ({peers[-1]['derived']:.0f} derived, {peers[-1]['printed']:.0f} printed,"
            f" {peers[-1]['bytes'] / 1000:.0f} kB); {least}{peer / our:.1f}x; {len(ours)} rounds"
        )


if __name__ == "__main__":
    side, name, limit = sys.argv[1:]
    print(json.dumps(measured_symback(name) if side == "symback" else measured_sympy(name, float(limit))))

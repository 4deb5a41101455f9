"""The Hessian of the error and the Jacobian of the outputs: the names of all their entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symback.errors import RequestError
from symback.graph import PARAMETER_ROLES, Graph
from symback.naming import TOTAL, at_state, derivative, parts_of, second_derivative, unclear
from symback.network_model import Network

HESSIAN = "hessian"
JACOBIAN = "jacobian"
MATRICES = {HESSIAN: "Hessian of E_total", JACOBIAN: "Jacobian of the outputs"}
"""What may be asked for as a whole."""
MOST_ENTRIES = 820
"""So many different entries a Hessian by 40 parameters has; larger matrices are not written out."""


def hessian(graph: Graph) -> list[list[str]]:
    """The names of the second derivatives of E_total, a row and a column for each parameter.

    The parameters are those that an update changes, or all where nothing is updated. Entries below the
    diagonal are those above it.
    """
    parameters = _parameters(graph)
    places = range(len(parameters))
    return [
        [second_derivative(TOTAL, parameters[min(i, j)], parameters[max(i, j)]) for j in places]
        for i in places
    ]


def jacobian(network: Network, graph: Graph) -> list[list[str]]:
    """The names of the derivatives of the outputs: a row for each output, a column for each parameter."""
    return [[derivative(out, parameter) for parameter in _parameters(graph)] for out in _outputs(network)]


def whole_matrices(network: Network, graph: Graph) -> dict[str, list[list[str]]]:
    """The names of all entries, by rows, of the Hessian and the Jacobian; none of one that is too large."""
    makers = {HESSIAN: lambda: hessian(graph), JACOBIAN: lambda: jacobian(network, graph)}
    sizes = {name: _size(name, network, graph) for name in makers}
    return {name: make() for name, make in makers.items() if 0 < sizes[name] <= MOST_ENTRIES}


def written_out(network: Network, graph: Graph, names: Iterable[str]) -> list[str]:
    """The names with `hessian` and `jacobian` replaced by those of all their entries, each once.

    Raises RequestError beyond MOST_ENTRIES.
    """
    found: list[str] = []
    for name in names:
        if name in graph or name not in MATRICES:
            found.append(name)
            continue
        size, parameters = _size(name, network, graph), _parameters(graph)
        if size > MOST_ENTRIES:
            one = second_derivative(TOTAL, parameters[0], parameters[-1])
            if name == JACOBIAN:
                one = derivative(next(_outputs(network)), parameters[0])
            raise RequestError(
                f"The {MATRICES[name]} by {len(parameters):,} parameters has {size:,} different entries; "
                f"up to {MOST_ENTRIES:,} are written out. Ask for single ones, such as --only {one}."
            )
        entries = [entry for row in whole_matrices(network, graph).get(name, []) for entry in row]
        wrong = [entry for entry in entries if name == HESSIAN and not _reads(entry, parameters)]
        if wrong:
            raise RequestError(unclear(wrong[0]))
        found += entries
    return list(dict.fromkeys(found))


def _parameters(graph: Graph) -> list[str]:
    names = [quantity.name for quantity in graph.with_role(*PARAMETER_ROLES)]
    return [name for name in names if at_state(name, "+") in graph] or names


def _outputs(network: Network) -> Iterator[str]:
    for sample in network.places:
        yield from (output.name for output in network.outputs(sample))


def _size(name: str, network: Network, graph: Graph) -> int:
    """How many different entries a matrix has."""
    count = len(_parameters(graph))
    return count * (count + 1) // 2 if name == HESSIAN else sum(1 for _ in _outputs(network)) * count


def _reads(name: str, parameters: list[str]) -> bool:
    """Whether the name of a second derivative is read as one by two of the parameters."""
    parts = parts_of(name)
    return parts.by in parameters and parts.then in parameters

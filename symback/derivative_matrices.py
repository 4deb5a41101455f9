"""The Hessian of the error and the Jacobian of the outputs: the names of all their entries."""

from __future__ import annotations

from collections.abc import Iterable

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
    return [
        [second_derivative(TOTAL, *sorted((one, two), key=parameters.index)) for two in parameters]
        for one in parameters
    ]


def jacobian(network: Network, graph: Graph) -> list[list[str]]:
    """The names of the derivatives of the outputs: a row for each output, a column for each parameter."""
    outputs = [output.name for sample in network.places for output in network.outputs(sample)]
    return [[derivative(output, parameter) for parameter in _parameters(graph)] for output in outputs]


def whole_matrices(network: Network, graph: Graph) -> dict[str, list[list[str]]]:
    """The names of all entries, by rows, of the Hessian and the Jacobian; none without parameters."""
    if not _parameters(graph):
        return {}
    return {HESSIAN: hessian(graph), JACOBIAN: jacobian(network, graph)}


def _parameters(graph: Graph) -> list[str]:
    names = [quantity.name for quantity in graph.with_role(*PARAMETER_ROLES)]
    return [name for name in names if at_state(name, "+") in graph] or names


def _reads(name: str, parameters: list[str]) -> bool:
    parts = parts_of(name)
    return parts.by in parameters and parts.then in parameters


def written_out(network: Network, graph: Graph, names: Iterable[str]) -> list[str]:
    """The names with `hessian` and `jacobian` replaced by those of all their entries, each once.

    Raises RequestError beyond MOST_ENTRIES.
    """
    found: list[str] = []
    for name in names:
        if name in graph or name not in MATRICES:
            found.append(name)
            continue
        rows = whole_matrices(network, graph).get(name, [])
        known = _parameters(graph)
        if name == HESSIAN and (wrong := [one for row in rows for one in row if not _reads(one, known)]):
            raise RequestError(unclear(wrong[0]))
        entries = list(dict.fromkeys(entry for row in rows for entry in row))
        if len(entries) > MOST_ENTRIES:
            raise RequestError(
                f"The {MATRICES[name]} by {len(rows[0]):,} parameters has {len(entries):,} different "
                f"entries; up to {MOST_ENTRIES:,} are written out. Ask for single ones, such as "
                f"--only {rows[0][-1]}."
            )
        found += entries
    return list(dict.fromkeys(found))

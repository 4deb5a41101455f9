"""Drawings of networks: where their parts are, what they stand for, and which of them carry a factor."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import hypot
from xml.etree import ElementTree

import pytest

import symback
from symback.derivation import derive
from symback.figure.drawing import Drawing, Look, Node, Point, Style
from symback.figure.lighting import factors_of, steps_between
from symback.figure.network_drawing import NetworkDrawing, extent, network_drawing
from symback.forward import given_numbers
from symback.graph import FORWARD_ROLES, PARAMETER_ROLES, Graph, Role
from symback.network import Network, parse
from symback.network_source import built_in_names
from symback.solution import Solution
from tests.random_networks import random_network

SIZES = ((1, 1), (2, 2, 2), (3, 5, 4, 2), (6, 6, 6), (7, 3, 1), (10, 32, 32, 10), (2, *(3,) * 11, 2))
SEEDS = range(24)
SVG = "{http://www.w3.org/2000/svg}"


@cache
def solved(name: str) -> Solution:
    return symback.solve(name)


def of_sizes(sizes: tuple[int, ...]) -> Network:
    first, *others = sizes
    inputs = ", ".join(f"i{place}x = 1" for place in range(first))
    lines = ["seed = 1", 'loss = "output_sum"', f"inputs = {{ {inputs} }}"]
    for layer, size in enumerate(others):
        units = [f"{'hgfdcabklmnpqrs'[layer]}{place}x" for place in range(size)]
        lines += ["[[layers]]", f"units = {units}", 'activation = "tanh"', 'weights = "random"', "bias = 1"]
    return parse("\n".join(lines), "drawn.toml")


def drawing_of(network: Network) -> tuple[NetworkDrawing, Graph]:
    graph = derive(network)
    return network_drawing(network, graph, network.places[0]), graph


def box_of(node: Node) -> tuple[float, float, float, float]:
    (x, y), wide, high = node.at, node.width / 2, node.height / 2
    return x - wide, y - high, x + wide, y + high


def check_layout(drawing: Drawing) -> None:
    """No two nodes overlap, and everything is inside."""
    nodes = [node for node in drawing.nodes if node.look is not Look.FRAME]
    for one, other in combinations(nodes, 2):
        if one.is_round and other.is_round:
            distance = hypot(one.at[0] - other.at[0], one.at[1] - other.at[1])
            assert distance > (one.width + other.width) / 2, (one, other)
        else:
            left, top, right, bottom = box_of(one)
            left2, top2, right2, bottom2 = box_of(other)
            assert right < left2 or right2 < left or bottom < top2 or bottom2 < top, (one, other)
    points: list[Point] = []
    for edge in drawing.edges:
        points += [*edge.points, *edge.head, *(point for line in edge.guides for point in line)]
    for node in drawing.nodes:
        left, top, right, bottom = box_of(node)
        points += [(left, top), (right, bottom)]
    for label in drawing.all_labels:
        points += extent(label)
    for x, y in points:
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height
    numbers = [part.element for part in (*drawing.nodes, *drawing.edges)]
    assert len(set(numbers)) == len(numbers)


def check_labels(drawing: Drawing) -> None:
    """No weight is written over another one, nor over a unit."""
    labels = [label for label in drawing.all_labels if label.style is Style.WEIGHT]
    for one, other in combinations(labels, 2):
        assert abs(one.at[1] - other.at[1]) > 10 or abs(one.at[0] - other.at[0]) > 20, (one, other)
    for label in labels:
        for node in drawing.nodes:
            if node.is_round:
                assert hypot(label.at[0] - node.at[0], label.at[1] - node.at[1]) > node.width / 2


@cache
def built_in(name: str) -> tuple[NetworkDrawing, Graph, Network]:
    network = symback.load(name)
    return (*drawing_of(network), network)


@pytest.mark.parametrize("name", built_in_names())
def test_parts_of_built_in_networks_are_apart(name: str) -> None:
    found, graph, _ = built_in(name)
    check_layout(found.drawing)
    check_labels(found.drawing)
    carried = {name for edge in found.drawing.edges for name in edge.names}
    parameters = {p.name for p in graph.with_role(*PARAMETER_ROLES)}
    if name == "embedding":  # of the table only the rows of words that come are there
        parameters -= {"w1", "w2", "w5", "w6"}
    assert parameters <= carried


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "-".join(map(str, sizes)))
def test_parts_of_dense_networks_are_apart(sizes: tuple[int, ...]) -> None:
    found, graph = drawing_of(of_sizes(sizes))
    check_layout(found.drawing)
    if max(sizes) <= 6 and len(sizes) <= 6:
        check_labels(found.drawing)
        weights = [q.name for q in graph.with_role(Role.WEIGHT)]
        edges = [edge.names for edge in found.drawing.edges if edge.look is Look.WEIGHT]
        assert sorted(edges) == sorted((weight,) for weight in weights)
        units = [node for node in found.drawing.nodes if node.look in (Look.UNIT, Look.INPUT)]
        assert len(units) == sum(sizes)
    else:
        assert len(found.drawing.nodes) < 80
        assert any(node.look is Look.DOTS for node in found.drawing.nodes)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_network_has_a_drawing(seed: int) -> None:
    network = parse(random_network(seed), "random.toml")
    found, graph = drawing_of(network)
    check_layout(found.drawing)
    gradients = [q for q in graph.with_role(Role.GRADIENT) if q.formula is not None and "+" not in q.name]
    for gradient in gradients[:40:7]:
        assert gradient.formula is not None
        for factor in factors_of(found, graph, gradient.formula):
            assert factor.elements


def walked(graph: Graph, of: str, by: str) -> set[tuple[str, str]]:
    """The steps of all paths from `by` to `of`, found by walking each path from its end."""
    forward = {q.name: q for q in graph.with_role(*FORWARD_ROLES)}
    found: set[tuple[str, str]] = set()

    def reaches(name: str) -> bool:
        """Walks back from a quantity; whether it comes to `by`."""
        if name == by:
            return True
        if name not in forward:
            return False
        arrived = [parent for parent in forward[name].parents if reaches(parent)]
        found.update((parent, name) for parent in arrived)
        return bool(arrived)

    reaches(of)
    return found


@pytest.mark.parametrize(
    "name", ["mazur", "softmax", "two-hidden", "residual", "xor", "lstm", "normalisation"]
)
def test_steps_are_those_of_all_paths(name: str) -> None:
    _, graph, _ = built_in(name)
    plain = [q.name for q in graph.with_role(*FORWARD_ROLES) if "+" not in q.name]
    sources = [*plain, *(q.name for q in graph.with_role(*PARAMETER_ROLES) if "+" not in q.name)]
    for by in sources:
        for of in plain[-3:]:
            if by != of:
                assert set(steps_between(graph, of, by)) == walked(graph, of, by)


# What the picture of the classic example has to light, by eye: (from, to) of edges, and units.
LIT = {
    "w5": [({("o1", "E")}, {"E"}), (set(), {"o1"}), ({("h1", "o1")}, set())],
    "w1": [
        ({("h1", "o1"), ("h1", "o2"), ("o1", "E"), ("o2", "E")}, {"o1", "o2", "E"}),
        (set(), {"h1"}),
        ({("i1", "h1")}, set()),
    ],
}


@pytest.mark.parametrize("weight", LIT)
def test_the_classic_example_lights_what_a_teacher_would(weight: str) -> None:
    found, graph, _ = built_in("mazur")
    gradient = graph[f"dE_total/d{weight}"]
    assert gradient.formula is not None
    factors = factors_of(found, graph, gradient.formula)
    assert [factor.names for factor in factors] == [(name,) for name in gradient.parents]
    nodes = {node.element: node.unit or "E" for node in found.drawing.nodes}
    ends = {}
    for (source, target), elements in found.edges.items():
        for element in elements:
            ends[element] = (source.part or "E", target.part or "E")
    for factor, (edges, units) in zip(factors, LIT[weight], strict=True):
        assert {ends[e] for e in factor.elements if e in ends} == edges
        assert {nodes[e] for e in factor.elements if e in nodes} == units


def figures(page: str) -> list[ElementTree.Element]:
    """The drawings of a page."""
    body = page[page.index("<main>") : page.index("</main>") + 7].replace("&nbsp;", " ")
    return ElementTree.fromstring(body).findall(f".//{SVG}svg")


@pytest.mark.parametrize("name", ["mazur", "recurrent", "convolution"])
def test_a_page_has_the_drawings_in_it(name: str) -> None:
    solution = solved(name)
    found = [svg for svg in figures(solution.to_html()) if svg.get("class") != "symback-plot"]
    assert len(found) > 1
    drawing = solution.story.drawing.drawing
    for number, svg in enumerate(found, 1):
        assert svg.attrib["role"] == "img"
        assert svg.attrib["aria-labelledby"] == f"figure-{number}-title figure-{number}-desc"
        assert svg.findtext(f"{SVG}title")
        assert svg.findtext(f"{SVG}desc")
        named = {name for part in svg.iter(f"{SVG}g") for name in part.get("data-name", "").split()}
        assert {name for edge in drawing.edges for name in edge.names} <= named
    if name == "mazur":
        valued = [e for e in found[0].iter() if "data-value" in e.attrib]
        numbers = {e.attrib["data-value"]: "".join(e.itertext()) for e in valued}
        assert numbers == {
            name: given.text
            for name, given in given_numbers(solution.network).items()
            if not name.startswith(("target", "eta"))
        }
        lit_ones = [e for e in found[1].iter() if "lit" in e.get("class", "") and "data-name" in e.attrib]
        lit = {e.attrib["class"]: e.attrib["data-name"] for e in lit_ones}
        assert lit == {
            "edge error lit a": "E_o1",
            "node error lit a": "E_o1 E_o2 E_total",
            "node unit lit b": "net_o1 out_o1",
            "edge weight lit c": "w5",
        }

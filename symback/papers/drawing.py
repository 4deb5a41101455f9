"""The network of a sheet drawn, with names and without numbers: these differ from paper to paper."""

from __future__ import annotations

from markupsafe import Markup

from symback.dialects import Dialect
from symback.document import Figure
from symback.figure.network_drawing import network_drawing
from symback.figure_view import FigureViewer
from symback.fillers import Numbers, Symbols
from symback.graph import Graph
from symback.network import Network
from symback.notation import Notation
from symback.render import fill, say

SCALE = 0.56
"""Points for a pixel: smaller than in a worked solution, as papers have less room."""


def drawn(
    network: Network, graph: Graph, notation: Notation, dialect: Dialect, template: str, language: str
) -> Markup:
    """The drawing as the template `figures/figure_TEMPLATE.j2` prints it, which is the name of its format."""
    drawing = network_drawing(network, graph, network.places[0], values=False).drawing
    viewer = FigureViewer(Symbols(notation, dialect), Numbers(notation, dialect))
    view = viewer.view(Figure("network", drawing), most_scale=SCALE)
    title = say("platforms", "picture", {}, template, language, "sheets")
    return Markup(fill(f"figures/figure_{template}.j2", template, figure=view, title=title, description=""))

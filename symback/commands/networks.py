"""`symback networks`: list the built-in networks, show one, start a new file."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from symback.errors import RequestError
from symback.files import write
from symback.fillers import plain
from symback.network import built_in_names, built_in_text, parse
from symback.network_source import read

START = """\
# A network for symback. Every number is read as an exact decimal and shown as you type it.
# Try it: symback solve THIS_FILE

title = "My network"
loss = "half_squared_error"

[inputs]
i1 = 0.5
i2 = -0.2

[targets]                          # one for each unit of the last layer
o1 = 1

[[layers]]                         # as many as you like; the last one is the output layer
units = ["h1", "h2"]
activation = "logistic"            # or "tanh", "relu", "linear"
weights = [[0.1, 0.4],             # one row for each unit, one column for each input
           [-0.3, 0.2]]            # or "random" with a seed at the top, or "symbolic"
bias = 0.1                         # one for the layer; or biases = [0.1, 0.2]; or leave it out

[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[0.6, -0.5]]
bias = 0.2

[update]                           # leave this table out to see gradients only
rule = "gradient_descent"
learning_rate = 0.5
biases = true                      # false leaves the biases alone
"""


def networks(options: Namespace) -> int:
    """Does what was asked; gives status 0."""
    if options.action == "show":
        _show(options.network)
    elif options.action == "new":
        _new(Path(options.file), options.model)
    else:
        for name in built_in_names():
            print(name, parse(built_in_text(name), name).title)
    return 0


def _show(source: str) -> None:
    """The file as it stands; where numbers were drawn, all parameters follow as comments."""
    found = read(source)
    network = parse(found.text, found.file)
    sys.stdout.write(found.text.rstrip("\n") + "\n")
    if network.seed is not None:
        print(f"\n# The parameters, with the numbers drawn from the seed {network.seed}:")
        for name, given in network.parameters:
            shown = given.text or ("symbolic" if given.expression is None else plain(given.expression))
            print(f"#   {name} = {shown}")


def _new(path: Path, model: str | None) -> None:
    """A small network with comments that say what may be changed, or the layers of a model."""
    if path.exists():
        raise RequestError(f"{path} exists already; nothing was written. Choose another name or remove it.")
    if model is None:
        print(write(path, START))
        return
    from symback.frameworks.onnx_model import from_onnx

    print(write(path, from_onnx(model).text))

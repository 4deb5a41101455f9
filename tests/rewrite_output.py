"""Writes output/, the built-in networks as text, the JSON Schema of network files for editors, and the list
of blocks in docs/templates.md: `python -m tests.rewrite_output`. A test compares them.
"""

from __future__ import annotations

import json
from pathlib import Path

import symback
from symback.layers import LAYERS
from symback.network_file import layer_schema
from symback.network_source import built_in_names
from tests import template_names

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "output"
SCHEMA = ROOT / "symback" / "network.schema.json"


LONG = {"mazur": (10_000,), "xor": (10_000,)}
"""Numbers of rounds that a page goes on to show."""


def rendered() -> dict[str, str]:
    """The text of each file of output/, by its name: every built-in network, one of them also in matrices."""
    files = {}
    for name in built_in_names():
        solution = symback.solve(name, rounds=LONG.get(name, ()))
        files[f"{name}.md"] = solution.to_markdown(stem=name)
        files |= solution.figures(name)
        files[f"{name}.tex"] = solution.to_latex()
        files[f"{name}.json"] = solution.to_json()
        files[f"{name}.ipynb"] = solution.to_notebook()
    matrix = symback.solve("xor", rounds=LONG["xor"], notation="matrix")
    files["xor-matrix.md"] = matrix.to_markdown(stem="xor-matrix")
    files |= matrix.figures("xor-matrix")
    files["xor-matrix.tex"] = matrix.to_latex()
    files["xor-matrix.ipynb"] = matrix.to_notebook()
    return files


def schema() -> str:
    """The JSON Schema of network files for editors: the base, and the table of each type of layer."""
    base = json.loads((SCHEMA.with_name("network_base.schema.json")).read_text(encoding="utf-8"))
    definitions = base["definitions"]
    kinds = {}
    for kind, layer in LAYERS.items():
        kinds[kind] = layer_schema(kind, layer.SCHEMA, definitions)
        del kinds[kind]["definitions"]
    item = base["properties"]["layers"]["items"]
    item["properties"]["type"]["enum"] = list(kinds)
    chosen = [
        {
            "if": {
                "properties": {"type": {"const": kind}},
                **({"required": ["type"]} if kind != "dense" else {}),
            },
            "then": {"$ref": f"#/definitions/layer_{kind}"},
        }
        for kind in kinds
    ]
    item["allOf"] = chosen
    definitions |= {f"layer_{kind}": content for kind, content in kinds.items()}
    return json.dumps(base, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Rewrites all files and removes those that are no longer made."""
    OUTPUT.mkdir(exist_ok=True)
    SCHEMA.write_text(schema(), encoding="utf-8")
    template_names.PAGE.write_text(template_names.page(), encoding="utf-8")
    files = rendered()
    for path in OUTPUT.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (OUTPUT / name).write_text(text, encoding="utf-8")
        print(OUTPUT / name)


if __name__ == "__main__":
    main()

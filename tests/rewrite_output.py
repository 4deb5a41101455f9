"""Writes output/, the built-in networks as text: `python -m tests.rewrite_output`. A test compares them."""

from __future__ import annotations

from pathlib import Path

import symback

OUTPUT = Path(__file__).resolve().parents[1] / "output"


def rendered() -> dict[str, str]:
    """The text of each file of output/, by its name."""
    mazur = symback.solve("mazur", rounds=(10_000,))
    xor = symback.solve("xor", rounds=(10_000,))
    matrix = symback.solve("xor", rounds=(10_000,), notation="matrix")
    files = {}
    for stem, solution in (("mazur", mazur), ("xor", xor), ("xor-matrix", matrix)):
        files[f"{stem}.md"] = solution.to_markdown()
        files[f"{stem}.tex"] = solution.to_latex()
    for stem, solution in (("mazur", mazur), ("xor", xor)):
        files[f"{stem}.json"] = solution.to_json()
    return files


def main() -> None:
    """Rewrites all files and removes those that are no longer made."""
    OUTPUT.mkdir(exist_ok=True)
    files = rendered()
    for path in OUTPUT.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (OUTPUT / name).write_text(text, encoding="utf-8")
        print(OUTPUT / name)


if __name__ == "__main__":
    main()

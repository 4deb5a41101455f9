"""Every LaTeX document compiles with the small TeX set, and its log is clean."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

import symback
from tests.drawn import drawn, network_file
from tests.tools import OUTPUT, require

DOCUMENTS = sorted(OUTPUT.glob("**/*.tex"))
NETS = {
    "2-2-2": network_file(drawn((2, 2, 2), seed=11)),
    "1-1": network_file(drawn((1, 1), seed=12)),
    "3-5-4-2": network_file(drawn((3, 5, 4, 2), seed=13)),
    "4-8-8-3": network_file(drawn((4, 8, 8, 3), seed=14)),
    "2-3-2-3-2": network_file(drawn((2, 3, 2, 3, 2), seed=15)),
    "2-3-2, two samples": network_file(drawn((2, 3, 2), seed=16, samples=2)),
    "2-2-1, mean of four samples": network_file(drawn((2, 2, 1), seed=17, samples=4), reduction="mean"),
    "3-4-2, hyperbolic": network_file(drawn((3, 4, 2), seed=18), ("tanh", "linear")),
    "2-8-3, rectified": network_file(drawn((2, 8, 3), seed=19), ("relu", "logistic")),
}
FAULTS = re.compile(
    r"^(?:.*(?:Overfull|Missing character|undefined|multiply defined|Rerun to get|not available).*|!.*)$",
    re.MULTILINE,
)


def compiled(tex: str, folder: Path, companions: Iterable[Path] = ()) -> Path:
    """Compile a document alone in a folder; the PDF. Fails on an error, and on what a reader would see."""
    latexmk = require("latexmk")
    require("pdflatex")
    for companion in companions:
        shutil.copy(companion, folder)
    (folder / "document.tex").write_text(tex, encoding="utf-8")
    # -norc: nobody's own settings. openin_any=p: the document reads nothing outside its folder.
    # max_print_line: TeX would break the lines of the log, and so the words searched for.
    done = subprocess.run(
        [
            latexmk,
            "-norc",
            "-pdf",
            "-halt-on-error",
            "-interaction=nonstopmode",
            "-no-shell-escape",
            "document.tex",
        ],
        cwd=folder,
        env={
            **os.environ,
            "SOURCE_DATE_EPOCH": "0",
            "FORCE_SOURCE_DATE": "1",
            "openin_any": "p",
            "max_print_line": "10000",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    written = folder / "document.log"
    log = written.read_text(encoding="utf-8", errors="replace") if written.exists() else done.stdout.decode()
    assert FAULTS.findall(log) == []
    assert done.returncode == 0, log[-2000:]
    return folder / "document.pdf"


def page(body: str) -> str:
    """A small document."""
    return f"\\documentclass{{article}}\\usepackage{{amsmath}}\\begin{{document}}{body}\\end{{document}}\n"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("\\hbox to 3cm{\\rule{9cm}{1pt}}", "Overfull"),
        ("\\ref{nowhere}", "undefined"),
        ("\\nosuch", "Undefined control sequence"),
        ("\\font\\x=cmr10 \\x \\char200", "Missing character"),
        ("\\input{/etc/hostname}", "not found"),
    ],
)
def test_faults_are_found(body: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=fault):
        compiled(page(body), tmp_path)


def test_a_good_page_has_none(tmp_path: Path) -> None:
    assert compiled(page("$x = 1$"), tmp_path).exists()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_output_compiles(path: Path, tmp_path: Path) -> None:
    companions = [other for other in path.parent.glob(f"{path.stem}-*") if other.suffix in (".tex", ".pdf")]
    pdf = compiled(path.read_text(encoding="utf-8"), tmp_path, companions)
    # A Type 3 font is a bitmap: the document forgot lmodern.
    fonts = subprocess.run([require("pdffonts"), pdf], capture_output=True, text=True, check=True).stdout
    assert "Type 3" not in fonts


def test_the_page_shows_the_gradient(tmp_path: Path) -> None:
    pdf = compiled((OUTPUT / "mazur.tex").read_text(encoding="utf-8"), tmp_path)
    text = subprocess.run([require("pdftotext"), pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert "0.082167041" in text


@pytest.mark.parametrize("notation", ["net-out", "matrix"])
@pytest.mark.parametrize("name", NETS)
def test_drawn_nets_compile(name: str, notation: str, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(NETS[name], encoding="utf-8")
    assert compiled(symback.solve(path, notation=notation).to_latex(), tmp_path).exists()


def test_plots_in_tikz(tmp_path: Path) -> None:
    """All plots of trainings, in one document; nothing but TikZ is needed for them."""
    pictures = []
    for name, weight in (("mazur", "w5"), ("recurrent", "w1"), ("xor", "b_o1")):
        training = symback.train(name, 40)
        latex = (
            training.plot(weight, "latex"),
            training.plot(format="latex"),
            training.plot_gradients("latex"),
        )
        pictures += latex
    head = (
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{lmodern}"
        "\\usepackage{xcolor}\\usepackage{tikz}\\usepackage[a4paper, margin=20mm]{geometry}\\begin{document}"
        "\\noindent "
    )
    assert "?" not in "".join(pictures)
    pdf = compiled(head + "\n\n\\noindent ".join(pictures) + "\\end{document}\n", tmp_path)
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    for part in ("w5 = 0.40", "tangent, slope 0.082167041", "at the start: 0.298371109", "gradient flow"):
        assert part in text

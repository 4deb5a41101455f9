"""LaTeX -> PDF with the TeX that is installed, in a folder of its own, without shell escape."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from symback.errors import RequestError

SECONDS = 120
"""TeX may take this long for one run."""


def is_installed() -> bool:
    """Whether a TeX is installed."""
    return shutil.which("pdflatex") is not None


def compile_pdf(source: str) -> bytes:
    """The PDF of a LaTeX document; twice, so that references and tables settle.

    Raises RequestError with the first lines of TeX's own complaint.
    """
    program = shutil.which("pdflatex") or "pdflatex"
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    environment = {**os.environ, "openin_any": "p", "openout_any": "p"}
    environment |= {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
    with tempfile.TemporaryDirectory(prefix="symback-") as folder:
        place = Path(folder)
        (place / "document.tex").write_text(source, encoding="utf-8")
        for _ in range(2):
            try:
                done = subprocess.run(
                    command, cwd=place, env=environment, capture_output=True, timeout=SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                raise RequestError(f"TeX did not finish within {SECONDS} seconds.") from None
            if done.returncode:
                raise RequestError(f"TeX could not make the PDF: {_complaint(done.stdout)}")
        return (place / "document.pdf").read_bytes()


def _complaint(log: bytes) -> str:
    lines = log.decode("utf-8", "replace").splitlines()
    start = next((place for place, line in enumerate(lines) if line.startswith("!")), 0)
    return " ".join(lines[start : start + 3])[:300]

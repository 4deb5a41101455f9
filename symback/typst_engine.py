"""Typst -> PDF with the wheel of that name: in a process of its own, which reads nothing and ends in time."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile

from symback.errors import RequestError

SECONDS = 120
"""Typst may take this long."""
BYTES = 8 * 2**30
"""It may use so much memory, where the system can limit that."""
_ELSEWHERE = re.compile("[\u0e00-\u1dff\u2e80-\U0001d3ff\U0001d800-\U0010ffff]")
"""Letters of scripts that Typst's own fonts lack, such as Thai and Chinese, and emoji."""
_NOWHERE = "http://127.0.0.1:9"
"""Where packages are looked for: nobody answers."""
_PROGRAM = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
except (ImportError, OSError, ValueError):
    pass
import typst
source, folder, own_fonts = sys.stdin.buffer.read(), sys.argv[1], sys.argv[2] == "own"
places = dict(root=folder, package_path=folder, package_cache_path=folder)
try:
    made = typst.compile(source, format="pdf", ignore_system_fonts=own_fonts, **places)
except typst.TypstError as error:
    sys.exit(" ".join(error.message.split()))
sys.stdout.buffer.write(made)
"""


def is_installed() -> bool:
    """Whether the wheel is there."""
    return importlib.util.find_spec("typst") is not None


def compile_pdf(source: str) -> bytes:
    """The PDF of a Typst document, which can read nothing: its root is an empty folder.

    The fonts come with the wheel; those of the system are looked at only for letters that these do not have.
    Raises RequestError with Typst's own complaint.
    """
    fonts = "all" if _ELSEWHERE.search(source) else "own"
    proxies = dict.fromkeys(("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"), _NOWHERE)
    with tempfile.TemporaryDirectory(prefix="symback-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM, folder, fonts],
                input=source.encode("utf-8", "replace"),
                cwd=folder,
                env={**os.environ, **proxies, **{name.lower(): where for name, where in proxies.items()}},
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RequestError(f"Typst did not finish within {SECONDS} seconds.") from None
    if done.returncode:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
        # A process that the system ends, for want of memory, has a negative status and tells nothing of use.
        reason = complaint[-1][:300] if complaint and done.returncode > 0 else "it ran out of memory"
        raise RequestError(f"Typst could not make the PDF: {reason}.")
    return done.stdout

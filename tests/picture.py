"""The picture in the README: a page that symback wrote, as a browser shows it.

`python -m tests.picture` makes docs/mazur.png anew, with Chromium and Playwright. No test compares it, as
browsers and fonts differ.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import symback
from tests.browser import chromium, opened
from tests.rewrite_output import LONG, ROOT

PICTURE = ROOT / "docs" / "mazur.png"
WIDTH, HEIGHT = 1360, 900
ABOVE = 24
"""Pixels over the heading at which the page is shown."""
HEADING = "The backward pass: the output layer"


def picture() -> bytes:
    """The page of the 2-2-2 example where the chain rule is applied for the first time, as PNG."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder, "mazur.html")
        file.write_text(symback.solve("mazur", rounds=LONG["mazur"]).to_html(), encoding="utf-8")
        with opened(browser, file, viewport={"width": WIDTH, "height": HEIGHT}) as page:
            top = page.get_by_role("heading", name=HEADING).bounding_box()["y"]
            page.evaluate(f"scrollTo(0, {top - ABOVE})")
            page.wait_for_timeout(500)
            found: bytes = page.screenshot()
            return found


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(picture())
    print(PICTURE)

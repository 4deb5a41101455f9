"""Chromium, driven by Playwright, for pages that run; nothing that they ask of a network gets there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.tools import require, require_module


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser."""
    path = require("chromium")
    playwright = require_module("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, file: Path, **options: Any) -> Iterator[Any]:
    """A page in a window of its own; at the end it has said nothing to the console and asked for nothing."""
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    page.goto(file.as_uri())
    yield page
    assert said == [file.as_uri()]
    context.close()


def faults_of(page: Any) -> list[str]:
    """What axe-core finds that keeps readers out; it does not see what MathML in a heading says."""
    page.evaluate((Path(require("axe-core")) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
        if not (one["id"] == "empty-table-header" and "<math>" in node["html"])
    ]

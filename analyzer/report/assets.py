"""What the page carries with it: style and scripts, so that it opens offline.

Its security policy names the page's own scripts by their hash: any other script, event handler or
request that log text might smuggle in is refused by the browser.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache

from plotly.offline import get_plotlyjs

from analyzer.report.panel import panels
from analyzer.resources import data_files, shared_folder


def static_text(name: str) -> str:
    """Return a file of templates/static."""
    return lean((shared_folder("templates") / "static" / name).read_text(encoding="utf-8"))


@cache
def plotly_script() -> str:
    """Return plotly.js; line ends as the browser's parser makes them, so that its hash holds."""
    return str(get_plotlyjs()).replace("\r\n", "\n").replace("\r", "\n")


def page_script(more: str = "") -> str:
    """Return the page's one script: its engine, then its panels, each with names of its own, then `more`.

    Raises PanelFileError.
    """
    engine = [
        file.read_text(encoding="utf-8").replace("\r\n", "\n")
        for file in data_files(shared_folder("templates") / "static" / "page", ".js")
    ]
    made = [
        f"definePanel({json.dumps(panel.id)}, (panel) => {{\n{panel.script}}});\n"
        for panel in panels().values()
    ]
    return lean("\n".join(["(() => {", '"use strict";', *engine, *made, "start();", more, "})();\n"]))


def lean(text: str) -> str:
    """Return a script or style without its indents, its empty lines and the lines that are comments alone."""
    lines = (line.strip() for line in text.splitlines())
    kept = [line for line in lines if line and not line.startswith("//")]
    return "\n".join(kept) + "\n"


def content_policy(*scripts: str, hands_on: bool = False) -> str:
    """Return the Content-Security-Policy of a page that runs these scripts and asks for nothing.

    With `hands_on` they may load others, as a page does that shares plotly.js: it has no origin when it
    is opened from disk, so that no address can be named. Scripts that the page's text brings stay refused.
    """
    hashes = " ".join(f"'sha256-{digest(script)}'" for script in scripts)
    hashes += " 'strict-dynamic'" if hands_on else ""
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def digest(script: str) -> str:
    """Return a script's SHA-256 as policies and integrity attributes write it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

"""What the page carries with it: style, scripts and figures, so that it opens offline.

Its security policy names the page's own two scripts by their hash: any other script, event handler
or request that log text might smuggle in is refused by the browser.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from plotly.offline import get_plotlyjs

from analyzer.resources import shared_folder


def static_text(name: str) -> str:
    """Return a file of templates/static."""
    return (shared_folder("templates") / "static" / name).read_text(encoding="utf-8")


def plotly_script() -> str:
    """Return plotly.js; line ends as the browser's parser makes them, so that its hash holds."""
    return str(get_plotlyjs()).replace("\r\n", "\n").replace("\r", "\n")


def content_policy(*scripts: str) -> str:
    """Return the Content-Security-Policy of a page that runs these scripts and asks for nothing."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def script_json(value: Mapping[str, Any]) -> str:
    """Return `value` as JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

"""Files that many pages share: plotly.js, once in a folder, under a name that says its content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

from analyzer.report.assets import plotly_script
from analyzer.report.whole import write_bytes

_DIGITS = 16


def share_plotly(assets: Path, page: Path) -> str:
    """Put plotly.js into the folder `assets`, unless it is there, and return its address from `page`.

    The address is relative, so that the folder and the pages can be moved together. Raises DeliveryError.
    """
    content = plotly_script().encode()
    name = f"plotly-{hashlib.sha256(content).hexdigest()[:_DIGITS]}.js"
    file = assets / name
    # The name says the content; a file of another length was not written by us to the end.
    if not file.is_file() or file.stat().st_size != len(content):
        write_bytes(file, content, "--assets")
    try:
        relative = os.path.relpath(file.resolve(), page.parent.resolve())
    except ValueError:  # another drive
        return file.resolve().as_uri()
    return quote(Path(relative).as_posix())

"""Making log text safe to look at: what a log line says is shown, never obeyed.

Three layers keep it so: this file makes invisible and direction-changing characters visible, the
templates escape every value, and `escape_labels` is for plotly, which reads `<b>` and `<a href>` in
labels as mark-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)
TEXT_LENGTH = 2000
"""Longest text on the page, in characters; the store holds the whole."""
CODE_LENGTH = 80
"""Longest error code on the page."""
LABEL_LENGTH = 60
"""Longest label in a chart, in characters; the tables hold the whole text."""


def visible(text: str) -> str:
    """Return `text` with control, zero-width and bidirectional characters shown by their number."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text.replace("\r\n", "\n"))


def shortened(text: str, length: int = TEXT_LENGTH) -> str:
    """Return `text`, its end cut off beyond `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def visible_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with every text in it made visible, lists of texts included."""
    return _each_text(frame, lambda text: visible(shortened(text)))


def escape_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with every text shortened to one line and escaped for plotly's labels."""
    return _each_text(frame, label)


def label(text: str) -> str:
    """Return `text` as a plotly label: one line, at most LABEL_LENGTH characters, mark-up escaped."""
    line = " ".join(text.split())
    if len(line) > LABEL_LENGTH:
        half = LABEL_LENGTH // 2
        line = f"{line[:half]}…{line[-half + 1 :]}"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _each_text(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    def changed(value: object) -> object:
        if isinstance(value, str):
            return change(value)
        if hasattr(value, "__iter__"):
            return [changed(part) for part in value]
        return value

    texts = [name for name in frame.columns if frame[name].dtype == object or frame[name].dtype.name == "str"]
    return frame.assign(
        **{name: frame[name].astype(object).map(changed, na_action="ignore") for name in texts}
    )

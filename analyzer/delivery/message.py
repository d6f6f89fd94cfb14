"""A message in every shape that a channel may want; each channel gets one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("info", "success", "warning", "failure")


@dataclass(frozen=True)
class Message:
    """What is said to people, and to machines. The text of logs in it is masked and escaped already."""

    subject: str
    """One line."""
    text: str
    """For whatever shows plain text only; the part beside the HTML of a mail."""
    markdown: str | None = None
    """For chats; the text where None."""
    html: str | None = None
    """A whole page for mail programs; the text where None."""
    data: Mapping[str, Any] | None = None
    """One object for machines; subject and text where None."""
    kind: str = "info"
    """One of KINDS: some chats show it as a colour."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Content-ID -> PNG, where the HTML says `<img src="cid:...">`."""

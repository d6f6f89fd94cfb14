"""Messages on their way to people: channels, secrets in their addresses, and at most one of each message.

deliver(database, "nightly 2026-11-22", channels, compose)
"""

from __future__ import annotations

from analyzer.delivery.deliver import Pace, deliver
from analyzer.delivery.message import Message

__all__ = ["Message", "Pace", "deliver"]

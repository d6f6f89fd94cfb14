"""What can become of a message that is not simply sent."""

from __future__ import annotations

from analyzer.errors import DeliveryError


class NotSentError(DeliveryError):
    """The message surely did not reach the channel, so it can be sent again."""


class InDoubtError(DeliveryError):
    """The message may have reached the channel, and may not: nobody can tell from here."""

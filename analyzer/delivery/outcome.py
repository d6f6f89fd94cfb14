"""What can become of a message that is not simply sent."""

from __future__ import annotations

from analyzer.errors import DeliveryError

DEADLINE_SECONDS = 60.0
"""For one message to one channel; what is not answered by then is in doubt."""


class NotSentError(DeliveryError):
    """The message surely did not reach the channel, so it can be sent again."""


class InDoubtError(DeliveryError):
    """The message may have reached the channel, and may not: nobody can tell from here."""

"""Checking channels without sending anything: is each address one that can be sent to?"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.config.channels import Channel
from analyzer.delivery.outcome import NotSentError
from analyzer.delivery.send import shape_of
from analyzer.errors import ConfigurationError


def check_channels(channels: Sequence[Channel]) -> None:
    """Raise ConfigurationError for the first channel whose address is none, or lacks its secret."""
    for channel in channels:
        try:
            shape_of(channel)
        except NotSentError as error:
            raise ConfigurationError(f"channel {channel.name}: {error}") from error

"""A sign of life after each good night, for a watchman who calls when it stays away."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from analyzer.delivery.outcome import NotSentError
from analyzer.delivery.secret import filled
from analyzer.errors import DeliveryError

_SECONDS = 10


def beat(written: str, folder: Path) -> None:
    """Ask for the address that `written` stands for. Raises DeliveryError, which does not say the address."""
    try:
        address = filled(written, folder)
    except NotSentError as error:
        raise DeliveryError(str(error).replace("in its address", "in the heartbeat's address")) from error
    if not address.url.startswith(("https://", "http://")):
        raise DeliveryError("the heartbeat's address is none of https:// or http://")
    request = urllib.request.Request(address.url, headers={"User-Agent": "analyzer"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise DeliveryError(f"the heartbeat's address answers {error.code}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise DeliveryError(address.masked(f"the heartbeat's address gives no answer: {said}")) from None

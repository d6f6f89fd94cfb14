"""A sign of life after each good night, for a watchman who calls when it stays away."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from analyzer.delivery.outcome import NotSentError
from analyzer.delivery.secret import Address, filled
from analyzer.errors import DeliveryError

_SECONDS = 10


def check(written: str, folder: Path) -> None:
    """Check the address without asking for it. Raises DeliveryError, which does not say it."""
    _address(written, folder)


def beat(written: str, folder: Path) -> None:
    """Ask for the address that `written` stands for. Raises DeliveryError, which does not say the address."""
    address = _address(written, folder)
    url, headers = _authorised(address.url)
    request = urllib.request.Request(url, headers={"User-Agent": "analyzer", **headers})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise DeliveryError(f"the heartbeat's address answers {error.code}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise DeliveryError(address.masked(f"the heartbeat's address gives no answer: {said}")) from None


def _address(written: str, folder: Path) -> Address:
    try:
        address = filled(written, folder)
    except NotSentError as error:
        raise DeliveryError(str(error).replace("in its address", "in the heartbeat's address")) from error
    if not address.url.startswith(("https://", "http://")):
        raise DeliveryError("the heartbeat's address is none of https:// or http://")
    return address


def _authorised(url: str) -> tuple[str, dict[str, str]]:
    """Return an address without its `user:password@`, and the header that says them."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    said = base64.b64encode(unquote(user).encode()).decode()
    return urlunsplit(parts._replace(netloc=place)), {"Authorization": f"Basic {said}"}

"""One message to one channel, once: sent, surely not sent, or in doubt."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from analyzer.config.channels import Channel
from analyzer.delivery.mail import send_mail
from analyzer.delivery.message import Message
from analyzer.delivery.outcome import DEADLINE_SECONDS, InDoubtError, NotSentError
from analyzer.delivery.secret import Address, address_of
from analyzer.delivery.service import chosen_format, opened, send_by_service
from analyzer.errors import AnalyzerError


def send(
    channel: Channel,
    message: Message,
    identity: str,
    now: datetime,
    deadline: float = DEADLINE_SECONDS,
) -> str | None:
    """Send a message and return what is notable about it; `identity` tells it from every other one.

    Raises NotSentError or InDoubtError; what is said never holds a part of the address. After `deadline`
    seconds nobody waits any longer, whatever the other side does.
    """
    address = address_of(channel)
    service = _service(address)
    found: list[str | None] = []
    failed: list[DeliveryFailure] = []

    def work() -> None:
        try:
            found.append(_sent(channel, address, service, message, identity, now))
        except (NotSentError, InDoubtError) as error:
            failed.append(error)
        except AnalyzerError as error:
            failed.append(NotSentError(str(error)))
        except Exception as error:  # noqa: BLE001 (whatever a service does wrong must not end the night)
            failed.append(InDoubtError(f"the service failed in a way of its own: {type(error).__name__}"))

    thread = threading.Thread(target=work, name=f"send to {channel.name}", daemon=True)
    thread.start()
    thread.join(deadline)
    if failed:
        raise type(failed[0])(address.masked(str(failed[0])))
    if not found:
        raise InDoubtError(f"it did not come to an end within {deadline:g} s")
    return address.masked(found[0]) if found[0] else None


DeliveryFailure = NotSentError | InDoubtError


def shape_of(channel: Channel) -> str:
    """Return how a message would go out: a mail, or one of FORMATS. Raises NotSentError where it cannot."""
    address = address_of(channel)
    service = _service(address)
    if _is_mail(address, service):
        return "mail"
    return chosen_format(service, address.url.partition(":")[0].lower(), channel.format)


def _service(address: Address) -> Any:
    """Open the service of an address; what it needs is imported here, before anybody waits for it."""
    try:
        return opened(address.url)
    except AnalyzerError as error:
        raise NotSentError(address.masked(str(error))) from None


def _sent(
    channel: Channel, address: Address, service: Any, message: Message, identity: str, now: datetime
) -> str | None:
    if _is_mail(address, service):
        return send_mail(service, message, identity, now)
    scheme = address.url.partition(":")[0].lower()
    return send_by_service(service, message, chosen_format(service, scheme, channel.format))


def _is_mail(address: Address, service: object) -> bool:
    return address.url.lower().startswith(("mailto:", "mailtos:")) and hasattr(service, "smtp_host")

"""Sending through Apprise: chats, webhooks and the rest, and what it lets us know of the outcome."""

from __future__ import annotations

import json
import logging
import sys
import threading
from typing import Any

from analyzer.delivery.message import Message
from analyzer.delivery.outcome import InDoubtError, NotSentError
from analyzer.errors import ConfigurationError

_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 20.0
_MACHINES = ("json", "jsons", "xml", "xmls", "form", "forms")
"""Services that are read by machines: unless the channel says otherwise, they get the object."""


def opened(url: str) -> Any:
    """Return Apprise's service for an address. Raises NotSentError where it knows none."""
    try:
        import apprise
    except ImportError as error:
        raise ConfigurationError(
            "channels need Apprise, which is not installed; run pip install 'analyzer[night]'"
        ) from error
    asset = apprise.AppriseAsset(
        app_id="analyzer", app_desc="analyzer", secure_logging=True, async_mode=False, storage_mode="memory"
    )
    with _Heard() as heard:
        service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        raise NotSentError(
            f"its address is none that Apprise can read: {heard.reason() or 'see its list of services'}"
        )
    # Sending again is ours to decide: Apprise does not know what may have been sent.
    service.retry = 0
    service.socket_connect_timeout = max(float(service.socket_connect_timeout), _CONNECT_SECONDS)
    service.socket_read_timeout = max(float(service.socket_read_timeout), _ANSWER_SECONDS)
    return service


def chosen_format(service: Any, scheme: str, wanted: str | None) -> str:
    """Return the shape of the message for a service: what the channel wants, else what it shows best."""
    if wanted is not None:
        return wanted
    if scheme in _MACHINES:
        return "json"
    known = service.notify_format
    names = [str(one.value) for one in (known if isinstance(known, tuple) else (known,))]
    return "markdown" if "markdown" in names else "text"


def send_by_service(service: Any, message: Message, shape: str) -> str | None:
    """Send a message in one of the shapes of FORMATS. Raises NotSentError or InDoubtError."""
    import apprise

    body = {
        "text": message.text,
        "markdown": message.markdown or message.text,
        "html": message.html or message.text,
        "json": json.dumps(
            message.data or {"subject": message.subject, "text": message.text}, ensure_ascii=False
        ),
    }[shape]
    # The service itself, and not an Apprise around it, which would send from a thread of its own.
    with _Heard() as heard:
        sent = service.notify(
            body=body,
            title=" ".join(message.subject.split()),
            notify_type=apprise.NotifyType(message.kind),
            body_format=apprise.NotifyFormat("text" if shape == "json" else shape),
        )
    if not sent:
        raise heard.outcome()
    return None


class _Heard(logging.Handler):
    """Listens to what Apprise logs in this thread, and keeps it from everybody else."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._logger = logging.getLogger("apprise")
        self._warnings: list[str] = []
        self._errors: list[BaseException] = []
        self._sent = False

    def __enter__(self) -> _Heard:
        self._before = self._logger.level, self._logger.propagate
        self._logger.addHandler(self)
        self._logger.setLevel(logging.DEBUG)
        self._logger.propagate = False
        return self

    def __exit__(self, *exception: object) -> None:
        self._logger.removeHandler(self)
        self._logger.level, self._logger.propagate = self._before

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning, the error in whose handling it is logged, and that something was sent."""
        if threading.get_ident() != self._thread:
            return
        error = sys.exc_info()[1]
        if error is not None and error not in self._errors:
            self._errors.append(error)
        if record.levelno >= logging.WARNING:
            self._warnings.append(record.getMessage())
        self._sent = self._sent or (record.levelno == logging.INFO and str(record.msg).startswith("Sent"))

    def reason(self) -> str:
        """Return Apprise's own words for what went wrong."""
        return self._warnings[-1].rstrip(".") if self._warnings else ""

    def outcome(self) -> NotSentError | InDoubtError:
        """Return the error that the failed sending amounts to."""
        reason = self.reason() or "Apprise does not say why"
        if self._sent:
            return InDoubtError(f"some of its targets got the message, others did not: {reason}")
        for error in self._errors:
            if not _never_left(error):
                return InDoubtError(f"the message was handed over, and no answer came ({_kind(error)})")
        if self._errors:
            reason = f"{reason} ({_kind(self._errors[0])})"
        return NotSentError(reason)


def _never_left(error: BaseException) -> bool:
    """Say whether the message surely stayed here: no connection came about."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    if not isinstance(error, requests.exceptions.RequestException):
        # Anything but a transport's error comes from making the message up.
        return not isinstance(error, OSError)
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return isinstance(reason, ConnectTimeoutError | NewConnectionError | ProxyError)


def _kind(error: BaseException) -> str:
    words = {
        "ReadTimeout": f"no answer within {_ANSWER_SECONDS:g} s",
        "ConnectTimeout": f"no connection within {_CONNECT_SECONDS:g} s",
        "ConnectionError": "no connection" if _never_left(error) else "the connection broke",
        "SSLError": "its certificate or encryption is not accepted",
    }
    return words.get(type(error).__name__, type(error).__name__)

"""Real receivers that behave as they are told: an HTTP server and an SMTP server on this machine."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Inbox:
    """What an HTTP receiver got, and how it answers: request by request, at last the same.

    `ok`, a status such as `500`, `hang` (takes the request and never answers), `drip` (answers a byte at
    a time, for ever), `close` (takes it and hangs up), `twice` (answers, and then answers again).
    """

    behaviours: list[str] = field(default_factory=lambda: ["ok"])
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """The receiver as a channel's address."""
        return f"json://127.0.0.1:{self.port}/hook/zqx-secret-token"

    def bodies(self) -> list[dict[str, Any]]:
        """Return the requests that came in, read as JSON."""
        return [json.loads(body) for _, body in self.requests]


@contextmanager
def http_receiver(*behaviours: str) -> Iterator[Inbox]:
    """Run an HTTP server that behaves so."""
    inbox = Inbox(list(behaviours) or ["ok"])

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            number = len(inbox.requests)
            inbox.requests.append((self.path, body))
            behave(self, inbox.behaviours[min(number, len(inbox.behaviours) - 1)])

    def behave(handler: Handler, how: str) -> None:
        if how in ("hang", "drip"):
            while not inbox.over.wait(0.2 if how == "drip" else 30):
                if how == "drip":
                    try:
                        handler.wfile.write(b"H")
                        handler.wfile.flush()
                    except OSError:
                        return
        elif how == "close":
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif how == "twice":
            handler.wfile.write(2 * b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        else:
            handler.send_response(200 if how == "ok" else int(how))
            handler.send_header("Content-Length", "0")
            handler.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    inbox.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        inbox.over.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """What an SMTP receiver got, and how it answers the n-th mail: `ok`, an SMTP answer, or `close`."""

    behaviours: list[str] = field(default_factory=lambda: ["ok"])
    envelopes: list[Envelope] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0

    @property
    def address(self) -> str:
        """The receiver as a channel's address."""
        return f"mailto://127.0.0.1:{self.port}/?from=reports@example.com&to=ops@example.com"

    def mails(self) -> list[EmailMessage]:
        """Return the mails that came in, taken apart."""
        return [
            email.message_from_bytes(envelope.content or b"", policy=email.policy.default)  # type: ignore[misc]
            for envelope in self.envelopes
        ]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or do with it as told."""
        how = self.behaviours[min(len(self.envelopes), len(self.behaviours) - 1)]
        self.envelopes.append(envelope)
        if how == "close":
            assert server.transport is not None
            server.transport.close()
        return "250 taken" if how in ("ok", "close") else how


@contextmanager
def smtp_receiver(*behaviours: str, **options: Any) -> Iterator[Mailbox]:
    """Run an SMTP server that behaves so."""
    mailbox = Mailbox(list(behaviours) or ["ok"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        mailbox.port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Running the server: its socket, its signals, what runs beside it, and its end."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from analyzer.errors import AnalyzerError, UsageError
from analyzer.web.app import build_app
from analyzer.web.limits import CONNECTIONS, HEAD_BYTES, HEAD_SECONDS, STOP_SECONDS, SWITCH_SECONDS
from analyzer.web.page import front_answer

if TYPE_CHECKING:
    from analyzer.web.site import Site

_BACKLOG = 128


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes any free one.

    Raises UsageError for a name that is no address of this machine, AnalyzerError for a port in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{host} is no address; give --host an address of this machine") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise _refused(host, port, error) from error
    bound.setblocking(False)
    return bound


def _refused(host: str, port: int, error: OSError) -> AnalyzerError:
    if error.errno == errno.EADDRINUSE:
        return AnalyzerError(
            f"port {port} of {host} is in use; give another with --port, or --port 0 for any free one"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return AnalyzerError(f"port {port} is not allowed to you; give one above 1023 with --port")
    if error.errno == errno.EADDRNOTAVAIL:
        return UsageError(f"{host} is no address of this machine; give --host one that is")
    return AnalyzerError(f"{host} port {port} cannot be bound: {error.strerror}; see --host and --port")


def address_of(bound: socket.socket) -> str:
    """Return the address that a person opens."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(site: Site, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Answer on `bound` until SIGTERM or SIGINT; `ready` is called when the first request can come."""
    config = uvicorn.Config(
        build_app(site),
        http=_Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=int(HEAD_SECONDS),
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config, site, ready)
    sys.setswitchinterval(SWITCH_SECONDS)
    if site.background is not None:
        site.background.start()
    try:
        server.run(sockets=[bound])
    finally:
        site.answers.close()
        if site.background is not None:
            site.background.stop(STOP_SECONDS * 4)


async def _made_ready(site: Site) -> None:
    with suppress(AnalyzerError):
        await front_answer(site)


class _Server(uvicorn.Server):
    """uvicorn's server, which calls `ready`, and ends on a signal without sending it to itself again."""

    def __init__(self, config: uvicorn.Config, site: Site, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._site = site
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()
        # The first one who opens the page should not wait for it.
        self._first = asyncio.create_task(_made_ready(self._site))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # What is being worked out would hold the answers under way up.
        asyncio.get_running_loop().call_soon(self._site.answers.stop)
        await super().shutdown(sockets)
        self._captured_signals.clear()


class _Protocol(H11Protocol):
    """HTTP/1.1 that lets go of a client which does not finish the head of its request."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._let_go)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._head_timer.cancel()
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._let_go)

    def _let_go(self) -> None:
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if not is_answering and self.transport is not None:
            self.transport.close()

"""Who may ask: the token, how it is presented, and which names a request may call this server by."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.web.limits import MIN_TOKEN

TOKEN_VARIABLE = "ANALYZER_TOKEN"  # noqa: S105
_TOKEN = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.%]+\]|[^:\[\]/@\s]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE)


def read_token(given: str | None, file: Path | None, environment: Mapping[str, str]) -> str | None:
    """Return the token: the option's, else the file's first line, else ANALYZER_TOKEN's; None without.

    Raises UsageError for one that is too short or holds what a header cannot, and for a missing file.
    """
    token = given
    if token is None and file is not None:
        try:
            token = file.read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the token's file {file} cannot be read: {error}; check --token-file"
            ) from error
    if token is None:
        token = environment.get(TOKEN_VARIABLE) or None
    if token is not None and (len(token) < MIN_TOKEN or not _TOKEN.fullmatch(token)):
        raise UsageError(
            f"the token must be {MIN_TOKEN} or more letters, digits and signs without a space; "
            "python -c 'import secrets; print(secrets.token_urlsafe(24))' makes one"
        )
    return token


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Gate:
    """The token (None: none is asked for), and the names under which the server may be called.

    A page elsewhere can point a name of its own at this server's address; the browser then sends that
    name, and it is refused. An address in digits cannot be pointed anywhere, so those are allowed where
    the server is open to other machines.
    """

    token: str | None
    names: frozenset[str]
    any_address: bool
    port: int
    tickets: set[str] = field(default_factory=set)
    """Each opens the page once in place of the token, such as for the browser of `--open`."""

    def ticket(self) -> str:
        """Make a ticket."""
        made = secrets.token_urlsafe(24)
        self.tickets.add(made)
        return made

    def admits(self, shown: str) -> bool:
        """Tell whether what stands in an address is the token, or a ticket, which is then used up."""
        if shown in self.tickets:
            self.tickets.discard(shown)
            return True
        return self.token is not None and same(shown, self.token)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not know ports, so it holds the port."""
        return f"analyzer_{self.port}"

    def cookie_value(self) -> str:
        """Return what the cookie holds: proof of the token, and not the token itself."""
        return hmac.new((self.token or "").encode(), b"analyzer serve: cookie", hashlib.sha256).hexdigest()

    def knows_host(self, header: str) -> bool:
        """Tell whether the Host header names this server."""
        found = _HOST.fullmatch(header)
        if found is None:
            return False
        name = found["name"].strip("[]").lower().rstrip(".")
        if name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback

    def opens(self, authorization: str, cookies: str) -> bool:
        """Tell whether a request shows the token: `Authorization: Bearer TOKEN`, or the cookie."""
        if self.token is None:
            return True
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() == "bearer" and same(shown.strip(), self.token):
            return True
        return same(_cookie(cookies, self.cookie), self.cookie_value())


def gate(host: str, port: int, token: str | None, allowed: Sequence[str]) -> Gate:
    """Return the gate of a server bound to `host`; `allowed` are further names it is reached by.

    Raises UsageError where others could reach it and no token guards it.
    """
    local = is_loopback(host)
    if not local and token is None:
        raise UsageError(
            f"{host} can be reached from other machines, so a token is needed; "
            f"set {TOKEN_VARIABLE} or give --token-file, or leave --host out"
        )
    names = {"localhost", host.strip("[]").lower(), *(name.lower().rstrip(".") for name in allowed)}
    if not local:
        names.add(socket.gethostname().lower())
    return Gate(token, frozenset(names), not local, port)


def same(shown: str, secret: str) -> bool:
    """Compare in a time that tells nothing about where the texts differ."""
    return hmac.compare_digest(
        hashlib.sha256(shown.encode("utf-8", "surrogateescape")).digest(),
        hashlib.sha256(secret.encode()).digest(),
    )


def _cookie(header: str, name: str) -> str:
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""

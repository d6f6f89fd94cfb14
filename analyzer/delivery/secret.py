"""Secrets in addresses: put in when a message is sent, and taken out of everything that is said about it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from analyzer.config.channels import Channel
from analyzer.delivery.outcome import NotSentError

MASKED = "[masked]"

_PLACE = re.compile(r"\$\{([^{}]+)\}")
_ANY_ADDRESS = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*)://\S+")
_SHORTEST = 4
"""Shorter parts of an address are no secrets, and would be found in every sentence."""
_LONGEST_REASON = 300
_PLAIN_PARTS = frozenset(
    {"html", "text", "markdown", "https", "http", "true", "false", "starttls", "insecure"}
)


@dataclass(frozen=True)
class Address:
    """An address with its secrets in it; its text shows neither."""

    url: str
    secrets: tuple[str, ...]
    """Every text that must not be said, the longest first."""

    def __repr__(self) -> str:
        return f"Address({MASKED})"

    def masked(self, text: str) -> str:
        """Return `text` as one line of bounded length, in which nothing of the address stands."""
        for secret in self.secrets:
            text = text.replace(secret, MASKED)
        line = _ANY_ADDRESS.sub(rf"\1://{MASKED}", " ".join(text.split()))
        return line if len(line) <= _LONGEST_REASON else f"{line[: _LONGEST_REASON - 1]}…"


def address_of(channel: Channel) -> Address:
    """Put the secrets into a channel's address. Raises NotSentError, which names what is missing."""
    return filled(channel.address, channel.folder)


def variables_in(written: str) -> list[str]:
    """Return the environment variables that an address as it is written stands for, sorted."""
    return sorted({name for name in _PLACE.findall(written) if not name.startswith("file:")})


def filled(written: str, folder: Path) -> Address:
    """Return the address that `written` stands for; paths in it are relative to `folder`.

    `${NAME}` is a variable, `${file:PATH}` a file's content without its last line end; both are quoted
    as their place in the address demands. `file:PATH` and `${NAME}` alone are whole addresses.
    """
    if written.startswith("file:"):
        url = _content(written.removeprefix("file:"), folder)
        return Address(url, _hidden(url, [url]))
    whole = _PLACE.fullmatch(written)
    if whole:
        url = _value(whole.group(1), folder)
        return Address(url, _hidden(url, [url]))
    values: list[str] = []

    def put(found: re.Match[str]) -> str:
        value = _value(found.group(1), folder)
        values.append(value)
        # In front of the @ a slash would end the password's place; further on it parts a path.
        in_user = "@" in re.split(r"[/?#]", written[found.end() :], maxsplit=1)[0]
        return quote(value, safe="" if in_user else "/")

    url = _PLACE.sub(put, written)
    return Address(url, _hidden(url, values))


def _value(name: str, folder: Path) -> str:
    if name.startswith("file:"):
        return _content(name.removeprefix("file:"), folder)
    value = os.environ.get(name)
    if not value:
        raise NotSentError(f"the variable {name} in its address is not set; set it, or write ${{file:PATH}}")
    return value


def _content(name: str, folder: Path) -> str:
    path = folder / Path(name).expanduser()
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise NotSentError(f"{path}, which its address names, cannot be read: {reason}") from error
    if not content:
        raise NotSentError(f"{path}, which its address names, is empty")
    return content


def _hidden(url: str, values: list[str]) -> tuple[str, ...]:
    """Return what must not be said: the values put in, the address, and each part that may be a secret."""
    parts = [url, url.partition("://")[2], *values]
    try:
        split = urlsplit(url)
    except ValueError:
        split = urlsplit("")
    user, _, host = split.netloc.rpartition("@")
    parts += [split.netloc, user, *user.split(":")]
    # The first part of many chats' addresses is a token; a name with a dot in it is a machine.
    if "." not in host and not host.startswith("localhost"):
        parts.append(host.partition(":")[0])
    parts += split.path.split("/")
    parts += [value for _, value in parse_qsl(split.query) if "@" not in value]
    parts.append(split.query)
    forms = {
        form
        for part in parts
        for form in (part, unquote(part), quote(part, safe=""), quote(part), quote_plus(part))
    }
    return tuple(
        sorted(
            (form for form in forms if len(form) >= _SHORTEST and form.lower() not in _PLAIN_PARTS),
            key=lambda form: (-len(form), form),
        )
    )

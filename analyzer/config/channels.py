"""Where messages go: the `[[channels]]` of analyzer.toml.

    [[channels]]
    name = "ops"
    address = "mailtos://reports:${MAIL_PASSWORD}@mail.example.com?to=ops@example.com"
    gets = ["nightly", "weekly", "alerts"]
    language = "zh"

An address is one of Apprise's. `${NAME}` stands for an environment variable and `${file:PATH}` for a file's
content, an address `file:PATH` for a file that holds the whole of it: what is secret is put in only when
a message is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analyzer.config.values import language, shown, text, texts

SUMMARIES = ("nightly", "weekly", "monthly")
GETS = (*SUMMARIES, "alerts")
FORMATS = ("text", "markdown", "html", "json")

_NAME = re.compile(r"[\w.@-][\w.@ -]{0,59}")
_KEYS = ("name", "address", "language", "gets", "format")


@dataclass(frozen=True)
class Channel:
    """One address that gets messages; its text never shows the address, which may hold secrets."""

    name: str
    address: str = field(repr=False)
    """As it is written: secrets by their name."""
    gets: tuple[str, ...] = ("nightly", "alerts")
    """Any of GETS."""
    language: str | None = None
    """The configuration's where None."""
    format: str | None = None
    """One of FORMATS; None: what the service shows best."""
    folder: Path = Path()
    """What relative paths of secret files are relative to."""

    @property
    def service(self) -> str:
        """The kind of address, such as `slack`; `file` where a file holds it."""
        return self.address.partition(":")[0].lower()

    def __str__(self) -> str:
        return f"{self.name} ({self.service}://…; {', '.join(self.gets)})"


def read_channels(value: Any, folder: Path) -> tuple[Channel, ...]:
    """Return the channels of a list of tables. Raises ValueError, which names the table and its key."""
    if not isinstance(value, list):
        raise ValueError(f"write a list of tables, [[channels]] above each, not {shown(value)}")
    found = tuple(_channel(number, table, folder) for number, table in enumerate(value, start=1))
    names = [channel.name for channel in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two are named {name!r}; give each a name of its own")
    return found


def _channel(number: int, table: Any, folder: Path) -> Channel:
    place = f"number {number}"
    if not isinstance(table, Mapping):
        raise ValueError(f"{place}: write a table with name and address, not {shown(table)}")
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(_KEYS)}"
            raise ValueError(f"{place}: {key}: there is no such key; {hint}")
    for key in ("name", "address"):
        if key not in table:
            raise ValueError(f"{place}: {key} is missing; write it")
    return Channel(
        name=_checked(place, "name", _name, table["name"]),
        address=_checked(place, "address", _address, table["address"]),
        gets=_checked(place, "gets", _gets, table.get("gets", list(Channel.gets))),
        language=_checked(place, "language", language, table["language"]) if "language" in table else None,
        format=_checked(place, "format", _format, table["format"]) if "format" in table else None,
        folder=folder,
    )


def _checked(place: str, key: str, read: Any, value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{place}: {key}: {error}") from error


def _name(value: Any) -> str:
    if not _NAME.fullmatch(text(value)):
        raise ValueError(f"write letters, digits and . _ - @, at most 60 of them, not {value!r}")
    return str(value)


def _address(value: Any) -> str:
    # The value is not repeated: it may be a secret.
    if not isinstance(value, str) or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|\$\{", value.strip()):
        raise ValueError(
            "write an address of Apprise's such as slack://…, mailtos://…, or file:PATH, or ${NAME}"
        )
    return value.strip()


def _gets(value: Any) -> tuple[str, ...]:
    for name in texts(value):
        if name not in GETS:
            raise ValueError(f"write any of {', '.join(GETS)}, not {name!r}")
    return tuple(dict.fromkeys(value))


def _format(value: Any) -> str:
    if value not in FORMATS:
        raise ValueError(f"write one of {', '.join(FORMATS)}, not {shown(value)}")
    return str(value)

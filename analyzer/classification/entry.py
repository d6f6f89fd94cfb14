"""What a catalogue and its entries are: the plain data that the rest of the room works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CATEGORIES = (
    "invalid_request",
    "authentication",
    "permission",
    "not_found",
    "conflict",
    "quota",
    "rate_limit",
    "content_safety",
    "account",
    "server_error",
    "timeout",
)
ACTIONS = (
    "fix_request",
    "check_resource",
    "free_quota",
    "change_permission",
    "fix_credentials",
    "activate_service",
    "settle_account",
    "change_content",
    "open_ticket",
    "slow_down",
    "retry_later",
)
OWNERS = ("caller", "account_admin", "provider")
RETRIES = ("never", "after_wait", "after_reset")
APIS = ("general", "model")
LANGUAGES = ("en", "zh")
MATCHES = ("template", "message", "code", "none")


@dataclass(frozen=True)
class Entry:
    """One row of a published error table. The key is the row and never the code.

    `message` is the wire message to the letter with its placeholders (`%s`); `variants` are further
    wire forms of the same row; `meaning` and `remedy` map a language (`en`, `zh`) to a text.
    """

    entry_id: str
    provider: str
    edition: str
    api: str
    http_status: int | None
    code: str | None
    message: str
    example: str | None
    variants: tuple[str, ...]
    meaning: Mapping[str, str]
    remedy_id: str
    remedy: Mapping[str, str]
    category: str
    action: str
    owner: str
    retry: str


@dataclass(frozen=True)
class Catalog:
    """A published error table: its head, its entries in the table's order, and its content hash.

    `replaced` are rows of it whose place a later catalogue's took.
    """

    provider: str
    title: Mapping[str, str]
    edition: str
    date: str
    source: str
    code_prefix: str
    path: str
    hash: str
    entries: tuple[Entry, ...]
    replaced: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Classification:
    """What the rule says of one error: an answer for every text, `match` telling how sure.

    `params` are the values of the entry's placeholders in their order. With match `code` the code
    is known and its row is not: `entry_id` is None, and category, action and owner are those that
    all rows of the code share, else `several`. With `none` the owner is `unknown`.
    """

    match: str
    entry_id: str | None = None
    params: tuple[str, ...] = ()
    code: str | None = None
    category: str | None = None
    action: str | None = None
    owner: str | None = None
    outer_code: str | None = None
    outer_status: int | None = None

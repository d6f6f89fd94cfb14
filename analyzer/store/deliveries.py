"""Who may send which message to which channel: a claim before sending, a settlement after it.

A claim is committed before the message leaves, so a process that is killed in between leaves a claim
whose process is gone. Nobody knows then whether the message left, and it is not sent again: in doubt.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb

SENDING, SENT, FAILED, IN_DOUBT = "sending", "sent", "failed", "in_doubt"
OPEN = "open"
"""The state of a message that was never claimed."""

_LONGEST_SENDING = timedelta(hours=1)
"""A claim of another machine, of whose processes we know nothing, is in doubt after this."""

_SELECT = (
    "SELECT occasion, channel, state, attempts, epoch(claimed_at), claimed_by, reason FROM stored.delivery "
)


@dataclass(frozen=True)
class Delivery:
    """What is known of a message to a channel; never its text or address."""

    occasion: str
    """What the message is about, such as `nightly 2026-11-22`: once for each and channel it is sent."""
    channel: str
    state: str
    attempts: int = 0
    claimed_at: datetime | None = None
    claimed_by: str | None = None
    reason: str | None = None
    """Why it failed or is in doubt."""
    is_new: bool = False
    """Whether it was sent just now, and not by an earlier call."""


def find_deliveries(connection: duckdb.DuckDBPyConnection, occasion: str) -> dict[str, Delivery]:
    """Return channel -> delivery of an occasion."""
    rows = connection.execute(_SELECT + "WHERE occasion = ?", [occasion]).fetchall()
    return {found.channel: found for found in _deliveries(rows)}


def open_deliveries(connection: duckdb.DuckDBPyConnection) -> list[Delivery]:
    """Return what is neither sent nor settled otherwise, and what is in doubt, the oldest first."""
    rows = connection.execute(
        _SELECT + "WHERE state <> 'sent' ORDER BY claimed_at, occasion, channel"
    ).fetchall()
    return _deliveries(rows)


def claim(connection: duckdb.DuckDBPyConnection, occasion: str, channel: str, now: datetime) -> Delivery:
    """Claim a message for this process, unless it was sent, may have been, or is being sent.

    The message is ours where the returned delivery is `sending` by `this_process()`; in any other state
    it must not be sent. One transaction.
    """
    with transaction(connection):
        return _claimed(connection, occasion, channel, now)


def settle(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    state: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Record what became of a claimed message."""
    connection.execute(
        "UPDATE stored.delivery SET state = ?, settled_at = ?, reason = ? WHERE occasion = ? AND channel = ?",
        [state, now.isoformat(), reason, delivery.occasion, delivery.channel],
    )


def release(connection: duckdb.DuckDBPyConnection, occasion: str, channel: str) -> bool:
    """Forget a message that is in doubt or failed, so that it is sent again; say whether there was one."""
    found = connection.execute(
        "DELETE FROM stored.delivery WHERE occasion = ? AND channel = ? AND state IN ('in_doubt', 'failed') "
        "RETURNING channel",
        [occasion, channel],
    ).fetchall()
    return bool(found)


def this_process() -> str:
    """Return a name for this process that no other one will bear: its number, its start and its machine."""
    return _name_of(os.getpid()) or f"{os.getpid()}:?@{socket.gethostname()}"


def _claimed(connection: duckdb.DuckDBPyConnection, occasion: str, channel: str, now: datetime) -> Delivery:
    found = find_deliveries(connection, occasion).get(channel)
    mine = Delivery(occasion, channel, SENDING, 1 + (found.attempts if found else 0), now, this_process())
    if found is None:
        connection.execute(
            "INSERT INTO stored.delivery VALUES (?, ?, 'sending', 1, ?, ?, NULL, NULL)",
            [occasion, channel, now.isoformat(), mine.claimed_by],
        )
        return mine
    if found.state == FAILED:
        connection.execute(
            "UPDATE stored.delivery SET state = 'sending', attempts = ?, claimed_at = ?, claimed_by = ?, "
            "settled_at = NULL WHERE occasion = ? AND channel = ?",
            [mine.attempts, now.isoformat(), mine.claimed_by, occasion, channel],
        )
        return mine
    if found.state == SENDING and not _is_alive(found, now):
        reason = "the process that sent it ended before it could say whether it was sent"
        settle(connection, found, IN_DOUBT, now, reason)
        return Delivery(
            occasion, channel, IN_DOUBT, found.attempts, found.claimed_at, found.claimed_by, reason
        )
    return found


def _is_alive(found: Delivery, now: datetime) -> bool:
    """Say whether the process that claimed a message may still be at it."""
    claimed_by = found.claimed_by or ""
    number, _, host = claimed_by.partition("@")
    if host != socket.gethostname():
        return found.claimed_at is not None and now - found.claimed_at < _LONGEST_SENDING
    if claimed_by == this_process():
        # We send one message at a time, so a claim of our own that is still open was broken off.
        return False
    pid = number.partition(":")[0]
    return pid.isdigit() and _name_of(int(pid)) == claimed_by


def _name_of(pid: int) -> str | None:
    """Return the name of a running process; None for one that is gone."""
    try:
        # The 22nd field is the start in clock ticks; the second, a name in brackets, may hold blanks.
        started = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = "?"
        try:
            os.kill(pid, 0)
        except PermissionError:
            pass
        except OSError:
            return None
    return f"{pid}:{started}@{socket.gethostname()}"


def _deliveries(rows: Sequence[tuple[Any, ...]]) -> list[Delivery]:
    return [
        Delivery(
            occasion, channel, state, attempts, datetime.fromtimestamp(claimed_at, UTC), claimed_by, reason
        )
        for occasion, channel, state, attempts, claimed_at, claimed_by, reason in rows
    ]

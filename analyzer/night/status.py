"""What the nights came to, what is open, and which channel has what: `analyzer nightly status`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.config import Configuration
from analyzer.night.lock import NIGHTS, holder
from analyzer.night.period import KINDS
from analyzer.store.deliveries import Delivery, open_deliveries
from analyzer.store.nights import MISSED, RUNNING, NightRecord, last_nights, steps_of
from analyzer.store.open import open_reader

_SHOWN = 10


def status(database: Path, wait: float, configuration: Configuration) -> dict[str, Any]:
    """Return the latest nights with the steps that are open, and the messages that are not sent.

    Raises MissingDatabaseError where there is no store.
    """
    zone = ZoneInfo(configuration.time_zone)
    with closing(open_reader(database, wait)) as connection:
        nights = [
            {**_night(night, zone), "open_steps": _open_steps(connection, night)}
            for night in last_nights(connection, _SHOWN)
        ]
        sent = _last_sent(connection, zone)
        unsent = open_deliveries(connection)
    running = holder(database, NIGHTS)
    names = [channel.name for channel in configuration.channels]
    names += sorted({*sent, *(one.channel for one in unsent)} - set(names))
    return {
        "running": running,
        "nights": nights if running else [_ended(night) for night in nights],
        "channels": [_channel(name, sent.get(name), unsent) for name in names],
    }


def _ended(night: dict[str, Any]) -> dict[str, Any]:
    """Return a night as it is where no process is at work: what was running was broken off."""
    steps = [
        {**step, "outcome": "interrupted"} if step["outcome"] == RUNNING else step
        for step in night["open_steps"]
    ]
    outcome = "interrupted" if night["outcome"] == RUNNING else night["outcome"]
    return {**night, "outcome": outcome, "open_steps": steps}


def _last_sent(connection: Any, zone: tzinfo) -> dict[str, tuple[str, str]]:
    """Return channel -> the occasion of the last message that was sent there, and when."""
    rows = connection.execute(
        "SELECT channel, max_by(occasion, claimed_at), epoch(max(claimed_at)) FROM stored.delivery "
        "WHERE state = 'sent' GROUP BY channel"
    ).fetchall()
    return {
        channel: (occasion, datetime.fromtimestamp(at, zone).isoformat(timespec="seconds"))
        for channel, occasion, at in rows
    }


def _channel(name: str, sent: tuple[str, str] | None, unsent: Sequence[Delivery]) -> dict[str, Any]:
    return {
        "channel": name,
        "last_sent": sent[0] if sent else None,
        "last_sent_at": sent[1] if sent else None,
        "open": [
            {"occasion": one.occasion, "state": one.state, "attempts": one.attempts, "reason": one.reason}
            for one in unsent
            if one.channel == name
        ],
    }


def told(found: dict[str, Any]) -> list[str]:
    """Return the same as lines for people."""
    lines = [f"at work: {found['running']}"] if found["running"] else []
    if not found["nights"]:
        lines.append("no night is recorded yet; analyzer nightly")
    for night in found["nights"]:
        name = f"{night['kind']:<8} {night['period']:<10}"
        ended = f", {_minute(night['finished_at'])}" if night["finished_at"] else ""
        verdict = f" ({night['verdict']})" if night["verdict"] else ""
        lines.append(f"{name}  {night['outcome']}{verdict}{ended}")
        lines += [f"{'':<19}  threshold: {crossed}" for crossed in night["crossed"]]
        lines += [
            f"{'':<19}  {one['step']}: {one['outcome']}{': ' + one['reason'] if one['reason'] else ''}"
            for one in night["open_steps"]
        ]
    if found["channels"]:
        lines.append("")
    for channel in found["channels"]:
        last = (
            f"{channel['last_sent']}, {_minute(channel['last_sent_at'])}"
            if channel["last_sent"]
            else "nothing"
        )
        lines.append(f"channel {channel['channel']}: sent last: {last}")
        for one in channel["open"]:
            state = one["state"].replace("_", " ")
            reason = f": {one['reason']}" if one["reason"] else ""
            lines.append(f"  {one['occasion']}: {state}, attempts: {one['attempts']}{reason}")
            if one["state"] == "in_doubt":
                again = resend(one["occasion"], channel["channel"])
                lines.append(f"    look there; if it is not there: {again}")
    return lines


def resend(occasion: str, channel: str) -> str:
    """Return the command that sends a message in doubt again."""
    kind, _, period = occasion.partition(" ")
    if kind not in KINDS:
        return "it cannot be sent again"
    return f"analyzer nightly --period {kind} --date {period} --resend {shlex.quote(channel)}"


def _night(night: NightRecord, zone: tzinfo) -> dict[str, Any]:
    ended = night.finished_at
    return {
        "kind": night.kind,
        "period": night.period,
        "outcome": night.outcome,
        "verdict": night.verdict,
        "crossed": list(night.crossed),
        "finished_at": ended.astimezone(zone).isoformat(timespec="seconds") if ended else None,
    }


def _open_steps(connection: Any, night: NightRecord) -> list[dict[str, Any]]:
    """Return the steps that are not done, or that have something to say."""
    if night.outcome == MISSED:
        return []
    return [
        {"step": one.step, "outcome": one.outcome, "attempts": one.attempts, "reason": one.reason}
        for one in steps_of(connection, night.kind, night.period).values()
        if one.outcome != "done" or one.reason
    ]


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")

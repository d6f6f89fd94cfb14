"""What the store remembers of its nights: each summary, and each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from analyzer import __version__
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb

RUNNING, DONE, PARTIAL, FAILED, MISSED = "running", "done", "partial", "failed", "missed"


@dataclass(frozen=True)
class NightRecord:
    """What became of the summary of a period."""

    kind: str
    period: str
    outcome: str
    """RUNNING, DONE, PARTIAL, FAILED or MISSED; one that was killed goes on being RUNNING."""
    verdict: str | None = None
    crossed: tuple[str, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None
    by_hand: bool = False
    """Whether it was only ever made because somebody asked for it by its name."""


@dataclass(frozen=True)
class StepRecord:
    """What became of a step of a night."""

    step: str
    outcome: str
    """RUNNING, DONE or FAILED."""
    attempts: int
    reason: str | None = None


_NIGHTS = (
    "SELECT kind, period, outcome, verdict, crossed, epoch(started_at), epoch(finished_at), "
    "by_hand FROM stored.night "
)
_STEPS = "SELECT step, outcome, attempts, reason FROM stored.night_step "


def nights_of(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, NightRecord]:
    """Return period -> record of a kind, in the order of the periods."""
    rows = connection.execute(_NIGHTS + "WHERE kind = ? ORDER BY period", [kind]).fetchall()
    return {row[1]: _night(row) for row in rows}


def last_nights(connection: duckdb.DuckDBPyConnection, limit: int) -> list[NightRecord]:
    """Return the latest nights of every kind, the latest first."""
    rows = connection.execute(
        _NIGHTS + "ORDER BY coalesce(until, '-infinity') DESC, period DESC, kind LIMIT ?", [limit]
    ).fetchall()
    return [_night(row) for row in rows]


def steps_of(connection: duckdb.DuckDBPyConnection, kind: str, period: str) -> dict[str, StepRecord]:
    """Return step -> record of a night, in the order of the steps."""
    rows = connection.execute(
        _STEPS + "WHERE kind = ? AND period = ? ORDER BY position", [kind, period]
    ).fetchall()
    return {row[0]: StepRecord(*row) for row in rows}


def begin_night(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    period: str,
    span: tuple[datetime, datetime, str],
    now: datetime,
    *,
    anew: bool,
    by_hand: bool = False,
) -> None:
    """Record that a night has begun, or goes on; `span` is its interval and zone. With `anew` its steps
    are forgotten; `by_hand` says that somebody asked for it by its name.
    """
    _in_one(
        connection,
        [
            *([_forget_steps(kind, period)] if anew else []),
            ("DELETE FROM stored.night WHERE kind = ? AND period = ? AND outcome = 'missed'", [kind, period]),
            (
                "INSERT INTO stored.night SELECT ?, ?, ?, ?, ?, 'running', NULL, NULL, ?, NULL, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM stored.night WHERE kind = ? AND period = ?)",
                [kind, period, span[2], *map(_text, span[:2]), _text(now), by_hand, kind, period],
            ),
            (
                "UPDATE stored.night SET outcome = 'running', time_zone = ?, since = ?, until = ?, "
                "finished_at = NULL, by_hand = by_hand AND ? WHERE kind = ? AND period = ?",
                [span[2], *map(_text, span[:2]), by_hand, kind, period],
            ),
        ],
    )


def finish_night(
    connection: duckdb.DuckDBPyConnection, record: NightRecord, now: datetime, seconds: float
) -> None:
    """Record what became of a night, there and among the runs."""
    _in_one(
        connection,
        [
            (
                "UPDATE stored.night SET outcome = ?, verdict = ?, crossed = ?, finished_at = ? "
                "WHERE kind = ? AND period = ?",
                [
                    record.outcome,
                    record.verdict,
                    list(record.crossed),
                    _text(now),
                    record.kind,
                    record.period,
                ],
            ),
            (
                "INSERT INTO stored.run "
                "(run_id, command, version, started_at, finished_at, subject, outcome, seconds) "
                "SELECT nextval('stored.run_number'), ?, ?, ended - to_microseconds(?::BIGINT), "
                "ended, ?, ?, ? FROM (SELECT ?::TIMESTAMPTZ AS ended)",
                [
                    *(record.kind, __version__, round(seconds * 1_000_000), record.period, record.outcome),
                    *(seconds, _text(now)),
                ],
            ),
        ],
    )


def miss_nights(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    periods: Sequence[tuple[str, tuple[datetime, datetime, str]]],
) -> None:
    """Record periods that will have no summary: name, and interval with zone."""
    _in_one(
        connection,
        [
            (
                "INSERT INTO stored.night SELECT ?, ?, ?, ?, ?, 'missed', NULL, NULL, NULL, NULL, FALSE "
                "WHERE NOT EXISTS (SELECT 1 FROM stored.night WHERE kind = ? AND period = ?)",
                [kind, name, span[2], *map(_text, span[:2]), kind, name],
            )
            for name, span in periods
        ],
    )


def forget_step(connection: duckdb.DuckDBPyConnection, kind: str, period: str, step: str) -> None:
    """Let a step be run again: its night is no longer done."""
    _in_one(
        connection,
        [
            (
                "DELETE FROM stored.night_step WHERE kind = ? AND period = ? AND step = ?",
                [kind, period, step],
            ),
            ("UPDATE stored.night SET outcome = 'running' WHERE kind = ? AND period = ?", [kind, period]),
        ],
    )


def record_step(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    period: str,
    position: int,
    step: StepRecord,
    now: datetime,
) -> None:
    """Record what became of a step, in place of what was recorded of it before."""
    ended = None if step.outcome == RUNNING else _text(now)
    place = [kind, period, step.step]
    _in_one(
        connection,
        [
            (
                "INSERT INTO stored.night_step SELECT ?, ?, ?, ?, 'running', 0, ?, NULL, NULL "
                "WHERE NOT EXISTS "
                "(SELECT 1 FROM stored.night_step WHERE kind = ? AND period = ? AND step = ?)",
                [kind, period, position, step.step, _text(now), *place],
            ),
            (
                "UPDATE stored.night_step SET outcome = ?, attempts = ?, finished_at = ?, reason = ? "
                "WHERE kind = ? AND period = ? AND step = ?",
                [step.outcome, step.attempts, ended, step.reason, *place],
            ),
        ],
    )


def _forget_steps(kind: str, period: str) -> tuple[str, list[Any]]:
    return "DELETE FROM stored.night_step WHERE kind = ? AND period = ?", [kind, period]


def _in_one(connection: duckdb.DuckDBPyConnection, statements: Sequence[tuple[str, list[Any]]]) -> None:
    """Run the statements in one transaction."""
    with transaction(connection):
        for statement, values in statements:
            connection.execute(statement, values)


def _night(row: tuple[Any, ...]) -> NightRecord:
    kind, period, outcome, verdict, crossed, started, finished, by_hand = row
    moments = _moment(started), _moment(finished)
    return NightRecord(kind, period, outcome, verdict, tuple(crossed or ()), *moments, bool(by_hand))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat()

"""What the store knows of a period, asked by named queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analyzer.night.period import NIGHTLY, WEEKLY, Period
from analyzer.night.stored import Answers
from analyzer.night.usual import PERIODS
from analyzer.report.availability import OWN, availability
from analyzer.report.statusless import lacks_status

Row = Mapping[str, Any]

_ASKED = ("totals", "errors_by_owner", "entries_seen", "streams")
"""What is asked of a period and of the one before it."""

_MOST_MISSING = 10
"""A period of which this part is missing, a tenth, counts as whole."""
BUDGET_DAYS = 30
"""An error budget is that of so many days up to the period's end."""


@dataclass(frozen=True)
class Facts:
    """One period's numbers, as the named queries return them."""

    period: Period
    totals: Row
    owners: Sequence[Row] = ()
    errors: Sequence[Row] = ()
    """One row an entry, a code whose row is not sure, or an error outside the catalogue."""
    streams: Sequence[Row] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is stored of the period."""
        return not self.totals["events"]


@dataclass(frozen=True)
class Known:
    """Everything a summary is made of."""

    now: Facts
    before: Facts
    alike: Sequence[Row]
    """Totals of the earlier periods that this one is usually like, as far back as the store reaches."""
    remedies: Mapping[str, Sequence[Row]]
    """Language -> the remedies, the most failures first."""
    slices: Sequence[Row]
    """Requests and failures by five minutes."""
    known: Sequence[Row]
    """The errors seen before the period; they are asked for where one is new beside the period before."""
    last: datetime | None
    """The store's last event, in the period's zone."""
    budget: Row | None = None
    """Availability of the last BUDGET_DAYS days; None without a target or requests."""
    lacks_status: bool = False
    """Whether nothing failed, and most requests tell no status."""
    worst: Mapping[datetime, Row] = field(default_factory=dict)
    """Start of an outage -> the error that most of its failures have."""


def _lacks_status(answers: Answers, now: Facts, interval: Mapping[str, Any]) -> bool:
    # Where something failed it is not asked for: it would read the column of every request.
    return not now.totals["failures"] and lacks_status(answers.rows("without_status", **interval), now.totals)


def known_of(answers: Answers, period: Period, languages: Sequence[str], target: float | None) -> Known:
    """Ask the store everything about a period, with the remedies in each of `languages`.

    `target` is the percentage of requests that shall succeed; None asks for no budget.
    """
    interval = _interval(period)
    remedies: dict[str, dict[str, Any]] = {one: {**interval, "language": one} for one in languages}
    answers.expect("stored_span")
    for one in (period, period.before()):
        _expect(answers, one)
    if target is not None:
        answers.expect("errors_by_owner", **_budget_interval(period))
    for asked in remedies.values():
        answers.expect("errors_by_remedy", **asked)
    answers.expect("traffic", **interval, step="5minutes")
    stored = answers.row("stored_span")
    first, last = stored["first_ts"], stored["last_ts"]
    alike = [_interval(one) for one in period.alike(PERIODS) if first is not None and _is_stored(one, first)]
    for earlier in alike:
        answers.expect("totals", **earlier)
    now, before = _facts(answers, period), _facts(answers, period.before())
    return Known(
        now=now,
        before=before,
        alike=[answers.row("totals", **earlier) for earlier in alike],
        remedies={
            language: answers.rows("errors_by_remedy", **asked) for language, asked in remedies.items()
        },
        slices=answers.rows("traffic", **interval, step="5minutes"),
        known=answers.rows("errors_known", until=period.since.isoformat()) if _has_new(now, before) else (),
        last=None if last is None else last.astimezone(period.zone),
        budget=None if target is None else _budget(answers, period, target),
        lacks_status=_lacks_status(answers, now, interval),
    )


def worst_error(answers: Answers, since: datetime, until: datetime) -> Row | None:
    """Return the error that most failures of an interval have, those of the caller's own fault apart."""
    found = answers.rows("entries_seen", since=since.isoformat(), until=until.isoformat(), limit=50)
    return next((row for row in found if row["owner"] not in OWN), None)


def slot_of(period: Period) -> timedelta:
    """Return how long one bar of the period's picture is."""
    return {NIGHTLY: timedelta(hours=1), WEEKLY: timedelta(hours=6)}.get(period.kind, timedelta(days=1))


def _expect(answers: Answers, period: Period) -> None:
    for name in _ASKED:
        answers.expect(name, **_interval(period))


def _facts(answers: Answers, period: Period) -> Facts:
    interval = _interval(period)
    totals = answers.row("totals", **interval)
    if not totals["events"]:
        return Facts(period, totals)
    return Facts(
        period,
        totals,
        answers.rows("errors_by_owner", **interval),
        answers.rows("entries_seen", **interval),
        answers.rows("streams", **interval),
    )


def _has_new(now: Facts, before: Facts) -> bool:
    """Say whether an error was not seen in the period before: only then the whole history is read for it."""
    return bool({_key(row) for row in now.errors} - {_key(row) for row in before.errors})


def _key(row: Row) -> tuple[str, str | None, str]:
    return row["level"], row["entry_id"], row["code"]


def _budget(answers: Answers, period: Period, target: float) -> Row | None:
    interval = _budget_interval(period)
    owners = answers.rows("errors_by_owner", **interval)
    # Every row says how many requests there were; only where nothing failed there is none to say it.
    requests = owners[0]["requests"] if owners else answers.row("totals", **interval)["requests"]
    return availability(requests, owners, target)


def _budget_interval(period: Period) -> dict[str, str]:
    return {
        "since": (period.until - timedelta(days=BUDGET_DAYS)).isoformat(),
        "until": period.until.isoformat(),
    }


def _is_stored(period: Period, first: datetime) -> bool:
    """Say whether the store, which begins at `first`, holds a period: half of one would be no usual one."""
    return period.since + (period.until - period.since) / _MOST_MISSING >= first


def _interval(period: Period) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}

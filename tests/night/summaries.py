"""Summaries as a night makes them, in which something of every kind happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any


def an_error(code: str, failures: int, before: int, **changes: Any) -> dict[str, Any]:
    """Return an error as the summary lists it."""
    return {
        "level": "entry",
        "entry_id": f"entry-{code}",
        "code": code,
        "message": "Too many requests.",
        "category": "rate_limit",
        "owner": "caller",
        "remedy": "Send fewer requests.",
        "failures": failures,
        "failures_before": before,
        "first_seen": "2026-11-22T08:00:00+08:00",
        "last_seen": "2026-11-22T18:00:00+08:00",
        **changes,
    }


def new_error(code: str, failures: int, **changes: Any) -> dict[str, Any]:
    """Return an error that is new."""
    return an_error(code, failures, 0, **{"never_seen": True, "seen_before": None, **changes})


def a_remedy(en: str, zh: str, failures: int, share: float, after: float, owner: str) -> dict[str, Any]:
    """Return a remedy as the summary lists it."""
    return {
        "remedy_id": en,
        "remedy": en,
        "words": {"en": en, "zh": zh},
        "action": "slow_down",
        "owner": owner,
        "failures": failures,
        "share": share,
        "entry_ids": ["a"],
        "error_rate_after": after,
    }


def bars(since: str, count: int, hours: int) -> list[dict[str, Any]]:
    """Return bars of a period; the third one is the worst."""
    first = datetime.fromisoformat(since)
    return [
        {
            "since": (first + timedelta(hours=hours * number)).isoformat(),
            "requests": 300 + 20 * (number % 12),
            "failures": 300 if number == 2 else 5 + number % 7,
        }
        for number in range(count)
    ]


def a_summary(**changes: Any) -> dict[str, Any]:
    """Return the summary of a day on which something of every kind happened."""
    return {
        "version": "0.1.0",
        "kind": "nightly",
        "period": "2026-11-22",
        "day": "2026-11-22",
        "time_zone": "Asia/Shanghai",
        "since": "2026-11-22T00:00:00+08:00",
        "until": "2026-11-23T00:00:00+08:00",
        "data_until": "2026-11-22T18:03:00+08:00",
        "warnings": ["ends_early"],
        "unread_files": 0,
        "requests": 12345,
        "failures": 987,
        "error_rate": 0.0713,
        "failures_without_rate": 107,
        "uncatalogued": 12,
        "before": {
            "period": "2026-11-21",
            "requests": 11000,
            "failures": 660,
            "error_rate": 0.06,
            "failures_without_rate": 0,
            "uncatalogued": 9,
        },
        "usual": {
            "periods": 8,
            "least": 3,
            "requests": {"low": 9000, "median": 10_500, "high": 12_000},
            "failures": {"low": 400, "median": 500, "high": 640},
            "error_rate": {"low": 0.041, "median": 0.05, "high": 0.0602},
        },
        "owners": [
            owner("caller", 793, 600, 0.0642, 0.0545),
            owner("provider", 87, 60, 0.007, 0.0055),
            owner("account_admin", 0, 0, 0.0, 0.0),
        ],
        "outages": [
            {
                "since": "2026-11-22T02:10:00+08:00",
                "until": "2026-11-22T02:50:00+08:00",
                "requests": 420,
                "failures": 341,
                "error": {"code": "ModelArts.81110", "message": "Inference timeout.", "owner": "provider"},
            }
        ],
        "silent": [],
        "remedies": [
            a_remedy("Send fewer requests, or ask for a higher limit.", "减少请求，或申请更高的限额。",
                     600, 0.6079, 0.0227, "caller"),
            a_remedy("Wait a while, then retry.", "稍后重试。", 87, 0.0881, 0.0643, "provider"),
            a_remedy("Put the correct credentials into the request header, then retry; " + 10 * "read on, ",
                     "把正确的鉴权信息写进请求头，然后再试。", 20, 0.0203, 0.0697, "caller"),
        ],
        "new": [
            new_error("ModelArts.81101", 300),
            new_error("[x](http://evil) <b>|", 9, message=None, owner="unknown"),
            new_error("ModelArts.81003", 7, never_seen=False, seen_before="2026-11-12T08:00:00+08:00"),
            *(new_error(f"E{number}", 1, message=None) for number in range(3)),
        ],
        "gone": [an_error("ModelArts.81003", 0, 12)],
        "grown": [an_error("ModelArts.81102", 80, 20)],
        "fallen": [],
        "budget": {"target": 0.995, "days": 30, "requests": 300_000,
                   "failures": 570, "allowed": 1500, "left": 0.62},
        "bars": bars("2026-11-22T00:00:00+08:00", 24, 1),
        "verdict": "outage",
        "crossed": ["outage"],
        **changes,
    }  # fmt: skip


def owner(name: str, failures: int, before: int, rate: float, rate_before: float) -> dict[str, Any]:
    """Return an owner as the summary lists it."""
    return {
        "owner": name,
        "failures": failures,
        "share": failures / 987,
        "error_rate": rate,
        "failures_before": before,
        "error_rate_before": rate_before,
    }


NOTHING = {"requests": 0, "failures": 0, "error_rate": None, "failures_without_rate": 0, "uncatalogued": 0}
FEW = {"periods": 1, "least": 3, "requests": None, "failures": None, "error_rate": None}
QUIET_LISTS: dict[str, Any] = {"new": [], "gone": [], "grown": [], "fallen": [], "outages": [], "silent": []}

CASES: dict[str, dict[str, Any]] = {
    "outage": {},
    "worse": {
        **QUIET_LISTS,
        "verdict": "worse",
        "warnings": [],
        "grown": [an_error("X", 80, 20)],
        "budget": None,
    },
    "new_error": {
        **QUIET_LISTS,
        "verdict": "new_error",
        "warnings": [],
        "error_rate": 0.05,
        "new": [new_error("ModelArts.81101", 300)],
        "silent": [
            {"stream": "logs/gateway-#.log", "last": "2026-11-22T18:03:00+08:00"},
            {"stream": "logs/<i>.log", "last": None},
        ],
    },
    "quiet": {
        **QUIET_LISTS,
        "verdict": "quiet",
        "crossed": [],
        "warnings": [],
        "usual": {**FEW, "periods": 3, "error_rate": {"low": 0.0, "median": 0.0, "high": 0.002}},
        "failures": 0,
        "error_rate": 0.0,
        "failures_without_rate": 0,
        "uncatalogued": 0,
        "owners": [],
        "remedies": [],
        "budget": {"target": 0.995, "days": 30, "requests": 9, "failures": 3, "allowed": 2, "left": -0.5},
        "bars": [{**bar, "failures": 0} for bar in bars("2026-11-22T00:00:00+08:00", 24, 1)],
        "before": {**NOTHING, "period": "2026-11-21", "requests": 11000, "error_rate": 0.0},
    },
    "first": {
        **QUIET_LISTS,
        "verdict": "quiet",
        "crossed": [],
        "warnings": ["no_data_before", "not_over", "unread"],
        "unread_files": 2,
        "usual": FEW,
        "missed": ["2026-11-18", "2026-11-19"],
        "before": {**NOTHING, "period": "2026-11-21"},
    },
    "failures_only": {
        **QUIET_LISTS,
        "verdict": "worse",
        "warnings": [],
        "requests": 0,
        "error_rate": None,
        "usual": {**FEW, "periods": 3, "failures": {"low": 400, "median": 500, "high": 640}},
        "owners": [{**owner("caller", 793, 600, 0, 0), "error_rate": None, "error_rate_before": None}],
        "remedies": [{**a_remedy("Wait a while, then retry.", "稍后重试。", 87, 0.0881, 0, "provider"),
                      "error_rate_after": None}],
        "before": {**NOTHING, "period": "2026-11-21", "failures": 660},
        "budget": None,
    },
    "empty": {
        **NOTHING,
        **QUIET_LISTS,
        "verdict": "no_data",
        "warnings": ["no_data", "no_data_before"],
        "data_until": None,
        "usual": FEW,
        "remedies": [],
        "owners": [],
        "budget": None,
        "before": {**NOTHING, "period": "2026-11-21"},
        "bars": [{**bar, "failures": 0, "requests": 0} for bar in bars("2026-11-22T00:00:00+08:00", 24, 1)],
    },
    "weekly": {
        **QUIET_LISTS,
        "kind": "weekly",
        "period": "2026-W47",
        "verdict": "better",
        "warnings": [],
        "since": "2026-11-16T00:00:00+08:00",
        "until": "2026-11-23T00:00:00+08:00",
        "error_rate": 0.02,
        "before": {**NOTHING, "period": "2026-W46", "requests": 11000, "failures": 660, "error_rate": 0.06},
        "bars": bars("2026-11-16T00:00:00+08:00", 28, 6),
    },
    "monthly": {
        **QUIET_LISTS,
        "kind": "monthly",
        "period": "2026-10",
        "verdict": "outage",
        "warnings": [],
        "since": "2026-10-01T00:00:00+02:00",
        "until": "2026-11-01T00:00:00+01:00",
        "time_zone": "Europe/Berlin",
        "outages": [
            {
                "since": "2026-10-25T02:10:00+02:00",
                "until": "2026-10-25T02:20:00+01:00",
                "requests": 420,
                "failures": 341,
                "error": None,
            }
        ]
        * 3,
        "usual": FEW,
        "bars": bars("2026-10-01T00:00:00+02:00", 31, 24),
    },
}  # fmt: skip
"""Case -> how its summary differs from `a_summary()`."""

"""What the alert rules found and what is still open, as the page and /metrics show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.alert import record
from analyzer.alert.rule import LEVELS
from analyzer.alert.text import line
from analyzer.text import Texts, languages, texts

if TYPE_CHECKING:
    import duckdb

    from analyzer.alert.state import Incident

_MINUTE = 60_000
_SHOWN = 5


def open_incidents(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the incidents that are open, the worst and oldest first, and when the rules were judged last.

    Moments are milliseconds since 1970. Of many, `shown` has the first; `open` counts them by level.
    """
    state = record.load(connection)
    found = [one for one in state.incidents.values() if one.closed_at is None]
    found.sort(key=lambda one: (-LEVELS.index(one.level), one.started_at, one.incident_id))
    judged = max((minute for _, minute in state.evaluated.values()), default=None)
    return {
        "open": {level: sum(one.level == level for one in found) for level in LEVELS},
        "judged_at": None if judged is None else judged * _MINUTE,
        "shown": [
            {
                "level": one.level,
                "started_at": one.started_at * _MINUTE,
                "head": {language: _head(one, texts(language)) for language in languages()},
            }
            for one in found[:_SHOWN]
        ],
    }


def _head(incident: Incident, words: Texts) -> str:
    what = words[f"alert.cause_{incident.cause}"]
    if incident.model:
        what = words.say("alert.what_model", what=what, model=line(incident.model))
    return words.say("alert.head_opened", level=words[f"alert.level_{incident.level}"], what=what)

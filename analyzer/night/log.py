"""What a night says while it works: lines for people, or one JSON object a line for machines."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from analyzer.errors import UsageError

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)


class Log:
    """Writes notes to standard error, in one of FORMATS."""

    def __init__(self, format: str = TEXT, stream: TextIO | None = None) -> None:
        self._format = format
        self._stream = stream or sys.stderr

    def __call__(self, message: str, *, level: str = "info", event: str = "note", **named: Any) -> None:
        """Say one line; `event` and what is `named` are for machines alone."""
        line = " ".join(message.split())
        if self._format == JSON:
            moment = datetime.now(UTC).isoformat(timespec="milliseconds")
            record = {"ts": moment, "level": level, "event": event, "message": line, **named}
            line = json.dumps(record, ensure_ascii=False, default=str)
        else:
            line = f"analyzer: {line}"
        print(line, file=self._stream, flush=True)


def log_in(format: str) -> Log:
    """Return the log in one of FORMATS. Raises UsageError for another."""
    if format not in FORMATS:
        raise UsageError(f"--log-format is {format!r}; it must be one of {', '.join(FORMATS)}")
    return Log(format)

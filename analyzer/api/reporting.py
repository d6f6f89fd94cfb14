"""Reports of a store: the page, its picture, and its numbers as Markdown, JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer import __version__
from analyzer.api.housekeeping import Housekeeping

if TYPE_CHECKING:
    from analyzer.query.ahead import Ahead
    from analyzer.report.compared import Asking
    from analyzer.report.page import ReportSummary


class Reporting(Housekeeping):
    """The part of a `Store` that tells people what is in it."""

    def report(
        self,
        path: Path | str,
        *,
        format: str | None = None,
        since: str | datetime | None = None,
        until: str | datetime | None = None,
        time_zone: str | None = None,
        language: str | None = None,
        slo: float | None = None,
        compare: str | None = None,
        release: str | None = None,
        assets: Path | str | None = None,
        opened: Ahead | None = None,
    ) -> ReportSummary:
        """Write the report of [since, until) to `path`, whole or not at all.

        `format` is html, md, json, csv, png or pdf (by the ending of `path`, else html); moments are
        written as for `--since`, `compare` and `release` as for these; `slo` is in percent. With `assets`,
        a folder, the page shares one plotly.js. `opened` is the store where it is open already, in the
        report's zone. Raises UsageError, RangeError, QueryError, DeliveryError.
        """
        from analyzer.report.output import format_of, target, write

        file = Path(path)
        wanted = target(file, format or format_of(file) or "html", Path(assets) if assets else None)
        span = {"since": since, "until": until, "compare": compare, "release": release}
        shown = {"time_zone": time_zone, "language": language, "slo": slo}
        summary: ReportSummary = self._answered(
            lambda ahead, asking, now: write(ahead, wanted, asking, __version__, now),
            opened,
            **span,
            **shown,
        )
        return summary

    def report_text(self, format: str = "json", **options: Any) -> str:
        """Return the report as `md`, `json` or `csv`; the options are those of `report`."""
        from analyzer.report.document import document
        from analyzer.report.output import STDOUT, target, text_of

        found = target(Path(STDOUT), format, None).format

        def told(ahead: Ahead, asking: Asking, now: datetime) -> str:
            return text_of(document(ahead.connection, asking, __version__, now), found, asking.language)

        return str(self._answered(told, None, **options))

    def _answered(
        self,
        answer: Callable[[Ahead, Asking, datetime], Any],
        opened: Ahead | None,
        **options: Any,
    ) -> Any:
        """Read the options (texts as on the command line) and ask the store, opened for this if need be."""
        from analyzer.query.ahead import Ahead
        from analyzer.report.request import Request, asking, check
        from analyzer.store.open import open_reader

        defaults = {
            "time_zone": self.configuration.time_zone,
            "language": self.configuration.language,
            "slo": self.configuration.slo,
        }
        given = {name: _text(value) for name, value in options.items() if value is not None}
        request, now = Request(**(defaults | given)), datetime.now(UTC)
        check(request, now)
        if opened is not None:
            return answer(opened, asking(opened, request, now), now)
        with (
            closing(open_reader(self.path, self.wait, request.time_zone)) as connection,
            Ahead(connection) as ahead,
        ):
            return answer(ahead, asking(ahead, request, now), now)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

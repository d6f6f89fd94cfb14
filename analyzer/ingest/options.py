"""What a person says of how logs are to be ingested."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How to ingest.

    `format` overrides detection; `population` overrides the format's; `time_zone` is that of times
    without a zone (`zone_is_given`: a person said so); `untimed` gives lines of a log without any
    time one: `mtime`, `now` or an ISO moment. `dedupe` (`request_id` or `none`) says whether requests
    that several sources logged are set aside; None goes on as the store was told before.
    """

    format: str | None = None
    population: str | None = None
    time_zone: str = "UTC"
    zone_is_given: bool = False
    untimed: str | None = None
    dedupe: str | None = None

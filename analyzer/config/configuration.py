"""The values that hold, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from analyzer.config.channels import Channel
from analyzer.config.thresholds import Thresholds

DEFAULT_DATABASE = Path("analyzer.duckdb")
DEFAULT_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Configuration:
    """What analyzer.toml and the environment say, paths made absolute; the defaults are those of neither."""

    path: Path | None = None
    """The file that was read; None where there is none."""
    ingest: tuple[str, ...] = ()
    """Files, folders, globs and addresses that `analyzer nightly` reads."""
    database: Path | None = None
    time_zone: str = "UTC"
    """IANA name of the zone in which days are cut and times are shown."""
    log_time_zone: str | None = None
    """The zone of times in logs that carry none; `time_zone` unless it says otherwise."""
    language: str = "en"
    reports: Path = Path("reports")
    """Folder of the nightly summaries; `reports` beside the file unless it says otherwise."""
    wait: float = DEFAULT_WAIT_SECONDS
    """Seconds to wait while another process holds the database."""
    slo: float | None = None
    """The target for the share of requests that succeed, in percent; None sets none."""
    catalogs: tuple[Path, ...] = ()
    formats: tuple[Path, ...] = ()
    masks: tuple[Path, ...] = ()
    mask_also: tuple[str, ...] = ()
    """Options of masks that are off unless named here, such as `client_addresses`."""
    queries: tuple[Path, ...] = ()
    alerts: tuple[Path, ...] = ()
    """Files of alert rules, or folders of them."""
    dedupe: str | None = None
    """`request_id`: requests that several logs hold are set aside; `none`: no more; None: as before."""
    retention: str | None = None
    """How long `analyzer nightly` keeps events, such as `90d`; None keeps them all."""
    channels: tuple[Channel, ...] = ()
    """Where summaries and alerts go."""
    summaries: tuple[str, ...] = ("nightly",)
    """Which summaries are made: `nightly`, `weekly`, `monthly`; beside those that a channel gets."""
    nightly_at: str = "00:30"
    """When the night's work begins, in the time zone."""
    catch_up: int = 7
    """How many missed nights are made up for."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    report_address: str | None = None
    """Where the folder of the reports is seen in a browser, for the link in a message."""
    heartbeat: str | None = None
    """An address that is asked for after each good night."""
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Key -> the file or the variable that gave its value; a key that is missing here has its default."""

    def masking(self, options: Sequence[str]) -> Configuration:
        """Return the same with `options` of masks turned on beside those of `mask_also`."""
        return replace(self, mask_also=(*self.mask_also, *options))


def resolve_database(option: Path | None, configuration: Configuration) -> Path:
    """Return the database's path: `--db`, else the configuration's, else ./analyzer.duckdb."""
    return option or configuration.database or DEFAULT_DATABASE

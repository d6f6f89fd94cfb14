"""What every scheduler can do with a job; cron and systemd are the two there are."""

from __future__ import annotations

from typing import Protocol


class Scheduler(Protocol):
    """A job's place in the scheduler of this machine."""

    def text(self) -> str:
        """Return what `install` would write, for a person to read."""

    def installed(self) -> bool:
        """Say whether exactly this job is there already. False where the scheduler is absent."""

    def planned(self) -> str | None:
        """Return when this configuration's job starts, as the scheduler has it: `00:30 Asia/Shanghai`.

        It is empty where that cannot be told; None where no such job is there, or the scheduler is absent.
        """

    def install(self) -> str:
        """Write the job in place of its older self, and return what was done. Raises AnalyzerError."""

    def remove(self) -> str | None:
        """Take the job away and return what was done; None where there was none. Raises AnalyzerError."""

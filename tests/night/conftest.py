"""A job whose paths hold everything that schedulers read as signs of their own."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from analyzer.night.job import Job

ARGUMENTS_KEPT = 'import json, sys; open("arguments.json", "w").write(json.dumps(sys.argv[1:]))'


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return a job that writes the arguments it was started with into its working folder."""
    import sys

    folder = tmp_path / '100% of $HOME\'s "logs"'
    folder.mkdir()
    script = folder / "keep arguments.py"
    script.write_text(ARGUMENTS_KEPT, encoding="utf-8")
    configuration = folder / "analyzer.toml"
    configuration.touch()
    return Job(
        configuration=configuration,
        arguments=(sys.executable, str(script), "--config", str(configuration)),
        at=time(0, 30),
        time_zone="Asia/Shanghai",
        log=folder / "reports" / "nightly.log",
    )

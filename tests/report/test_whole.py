"""Files that are written whole: in the place of a file, through a link, into a device or a pipe."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from analyzer.report.whole import write_bytes


def test_a_link_stays_and_rights_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to("real.md")
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.md", "real.md"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told: list[bytes] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_bytes()))
    reader.start()
    write_bytes(pipe, b"report")
    reader.join(timeout=10)
    assert told == [b"report"]
    assert pipe.is_fifo()


def test_a_device_stays_one(tmp_path: Path) -> None:
    """By way of a link of our own: were it replaced, the machine's would be gone."""
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    if not Path("/dev/null").is_char_device():
        pytest.fail("this machine has no /dev/null")
    write_bytes(link, b"report")
    assert link.is_symlink()
    assert Path("/dev/null").is_char_device()

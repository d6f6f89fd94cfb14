"""A night that is killed at any step: run again, it is done, and each channel got its message once."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.receivers import Inbox, Mailbox, http_receiver, smtp_receiver
from tests.night.house import House, channel, lines

ROOT = Path(__file__).resolve().parents[2]
NIGHT = "2026-10-26T00:30:00+01:00"


class Killer:
    """The process that runs nights in processes of their own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.night.killed"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, house: House, moment: int = 0) -> tuple[int, int]:
        """Run what is due; return the signal that ended it (0: none), and how many moments there were."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{house.folder} {NIGHT} {moment}\n")
        self._process.stdin.flush()
        ended, count = self._process.stdout.readline().rsplit(" ", 1)
        return int(ended), int(count)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    """Return the process that runs nights."""
    killer = Killer()
    yield killer
    killer.close()


@pytest.fixture(scope="module")
def receivers() -> Iterator[tuple[Mailbox, Inbox, Inbox]]:
    """Return a mail server, a web hook, and what hears the heartbeat."""
    with smtp_receiver() as mailbox, http_receiver() as inbox, http_receiver() as heart:
        yield mailbox, inbox, heart


def a_house(folder: Path, receivers: tuple[Mailbox, Inbox, Inbox]) -> House:
    """Return a house whose night reads, writes, sends to two channels, deletes, and beats."""
    mailbox, inbox, heart = receivers
    mailbox.envelopes.clear()
    inbox.requests.clear()
    heart.requests.clear()
    more = f'retention = "9000d"\nheartbeat = "http://127.0.0.1:{heart.port}/beat"\n'
    house = House(folder, more=more + channel("mail", mailbox.address) + channel("hook", inbox.address))
    house.log.write_text(
        lines("2001-01-01T00:00:00+01:00", 50, 5) + lines("2026-10-25T00:00:00+02:00", 300, 9, every=300)
    )
    return house


def check(house: House, receivers: tuple[Mailbox, Inbox, Inbox]) -> list[str]:
    """Check that the night is done and that nobody got anything twice; return who got nothing at all."""
    mailbox, inbox, heart = receivers
    got = {"mail": len(mailbox.envelopes), "hook": len(inbox.requests)}
    states = dict(house.rows("SELECT channel, state FROM deliveries"))
    assert house.nights() == [("2026-10-25", "done")]
    assert house.rows("SELECT count(*), count(*) FILTER (failed) FROM events") == [(300, 9)]
    # A kill in the middle of writing leaves a hidden file behind, which nobody takes for a report.
    names = [path.name for path in house.reports.iterdir() if not path.name.startswith(".")]
    assert sorted(names) == [
        *("2026-10-25.html", "2026-10-25.json", "2026-10-25.md", "index.html"),
    ]
    assert json.loads((house.reports / "2026-10-25.json").read_text())["failures"] == 9
    assert max(got.values()) <= 1
    for name, count in got.items():
        # Nothing is called sent that is not; what arrived may be in doubt.
        assert states[name] in (("sent", "in_doubt") if count else ("in_doubt",))
    assert len(heart.requests) >= 1
    return [name for name, count in got.items() if count == 0]


def moments(killer: Killer, receivers: tuple[Mailbox, Inbox, Inbox], folder: Path) -> int:
    """Return how many moments an undisturbed night has."""
    house = a_house(folder / "whole", receivers)
    ended, count = killer.run(house)
    assert ended == 0
    assert check(house, receivers) == []
    assert dict(house.rows("SELECT channel, state FROM deliveries")) == {"mail": "sent", "hook": "sent"}
    return count


@pytest.mark.parametrize("chosen", [4, pytest.param(None, marks=pytest.mark.proof)])
def test_a_killed_night_is_run_again(
    killer: Killer, receivers: tuple[Mailbox, Inbox, Inbox], tmp_path: Path, chosen: int | None
) -> None:
    """Killed before and after each of its changes: the next run ends it, and nobody gets anything twice.

    Between claim and sending lies the one moment in which a message is lost, and is said to be in doubt.
    """
    count = moments(killer, receivers, tmp_path)
    assert count > 40
    every = list(range(1, count + 1))
    lost = []
    for moment in every if chosen is None else random.Random(20261126).sample(every, chosen):
        house = a_house(tmp_path / str(moment), receivers)
        assert killer.run(house, moment)[0] == 9
        assert killer.run(house)[0] == 0
        lost += [(moment, name) for name in check(house, receivers)]
    # Two moments a channel: after its claim, and before its sending begins.
    assert len(lost) == 4 if chosen is None else len(lost) <= 4, lost

"""The channels and thresholds of analyzer.toml: read whole, or refused with the place and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import load_configuration
from analyzer.config.channels import Channel
from analyzer.config.thresholds import Thresholds
from analyzer.errors import ConfigurationError

WHOLE = """
summaries = ["nightly", "monthly"]
nightly_at = "01:15"
catch_up = 3
heartbeat = "https://example.com/ping/${PING}"
report_address = "https://example.com/reports"

[[channels]]
name = "ops"
address = "mailtos://reports:${MAIL_PASSWORD}@mail.example.com?to=ops@example.com"

[[channels]]
name = "team chat"
address = "file:secrets/feishu"
language = "zh"
gets = ["weekly", "alerts"]
format = "markdown"

[thresholds]
error_rate = 5
failures = 100
outage = true
"""


def write(folder: Path, text: str) -> Path:
    """Write analyzer.toml into the folder."""
    path = folder / "analyzer.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_channels_are_read_with_their_defaults(tmp_path: Path) -> None:
    """A channel needs a name and an address; unless it says otherwise it gets the nights and the alerts."""
    found = load_configuration(write(tmp_path, WHOLE))
    address = "mailtos://reports:${MAIL_PASSWORD}@mail.example.com?to=ops@example.com"
    assert found.channels == (
        Channel("ops", address, ("nightly", "alerts"), folder=tmp_path),
        Channel("team chat", "file:secrets/feishu", ("weekly", "alerts"), "zh", "markdown", tmp_path),
    )
    assert found.thresholds == Thresholds(error_rate=5.0, failures=100, outage=True)
    assert (found.summaries, found.nightly_at, found.catch_up) == (("nightly", "monthly"), "01:15", 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("channels = 3", "channels: write a list of tables, [[channels]] above each, not 3"),
        ("[[channels]]\nname = 'a'", "channels: number 1: address is missing; write it"),
        ("[[channels]]\nadress = 'a:b'", "number 1: adress: there is no such key; did you mean 'address'?"),
        ("[[channels]]\nname = 'a'\naddress = 'secret'", "address: write an address of Apprise's"),
        (
            "[[channels]]\nname = 'a'\naddress = 'json://x'\ngets = ['nights']",
            "gets: write any of nightly, weekly, monthly, alerts, not 'nights'",
        ),
        ("[[channels]]\nname = 'a'\naddress = 'json://x'\nlanguage = 'fr'", "language: write 'en' or 'zh'"),
        ("[[channels]]\nname = 'a'\naddress = 'json://x'\nformat = 'pdf'", "format: write one of text, "),
        ("[[channels]]\nname = 'a\\n'\naddress = 'json://x'", "name: write letters, digits"),
        (2 * "[[channels]]\nname = 'a'\naddress = 'json://x'\n", "channels: two are named 'a'"),
        ("thresholds = 5", "thresholds: write a table, [thresholds], not 5"),
        ("[thresholds]\nerror_rates = 5", "error_rates: there is no such key; did you mean 'error_rate'?"),
        ("[thresholds]\nerror_rate = 500", "error_rate: write a number of per cent, such as 5, not 500"),
        ("[thresholds]\noutage = 1", "outage: write true or false, not 1"),
        ("catch_up = 0", "catch_up: write a whole number of nights from 1 to 366, not 0"),
        ("nightly_at = '24:00'", "nightly_at: write a time of day such as 00:30, not '24:00'"),
        ("summaries = ['daily']", "summaries: write any of nightly, weekly, monthly, not 'daily'"),
        ("heartbeat = 'secret'", "heartbeat: write an address such as https://example.com/…"),
    ],
)
def test_what_cannot_be_is_named(text: str, reason: str, tmp_path: Path) -> None:
    """File, key and reason stand in the one line; what may be a secret does not."""
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(write(tmp_path, text))
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_variable_holds_them_as_the_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ANALYZER_CHANNELS and ANALYZER_THRESHOLDS are written as in the file."""
    monkeypatch.setenv("ANALYZER_CHANNELS", '[{name = "a", address = "json://x"}]')
    monkeypatch.setenv("ANALYZER_THRESHOLDS", "{failures = 7}")
    monkeypatch.setenv("ANALYZER_CATCH_UP", "2")
    found = load_configuration(start=tmp_path)
    assert [channel.name for channel in found.channels] == ["a"]
    assert (found.thresholds.failures, found.catch_up) == (7, 2)

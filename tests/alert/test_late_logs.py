"""Logs that come late or from the future, and rules about what is not there."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.api.beat import Beat
from analyzer.cli import run
from analyzer.config import load_configuration
from analyzer.store.open import open_reader
from analyzer.web.version import version_of

NINE = datetime(2026, 5, 10, 9, tzinfo=UTC)
RATE = '[[rule]]\nname = "one"\nkind = "rate"\nwindow = "10m"\nminimum = 5\nwarning = 0.05\nalert = 0.9\n'


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose store holds an hour without a failure, and one rule."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "analyzer.toml").write_text('alerts = ["rules.toml"]\n')
    (tmp_path / "rules.toml").write_text(RATE)
    write(tmp_path, 0, 60, status=200)
    return tmp_path


def write(folder: Path, start: int, end: int, status: int) -> None:
    """Write ten requests for each of these minutes from nine o'clock on, and read them."""
    lines = [
        {
            "ts": (NINE + timedelta(minutes=minute, seconds=number)).isoformat(),
            "status": status,
            "model": "glm-4",
        }
        for minute in range(start, end)
        for number in range(10)
    ]
    path = folder / f"{start}.log"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(["ingest", str(path)]) == 0


def check(moment: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Judge a moment; return the exit code and the notes."""
    capsys.readouterr()
    code = run(["alerts", "check", "--at", f"2026-05-10T{moment}Z"])
    return code, capsys.readouterr().err


def test_what_came_after_its_moment_was_judged_is_said(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check("10:00", capsys)
    assert "not judged, no events in its window: one" in check("10:25", capsys)[1]
    write(house, 60, 85, status=500)
    said = check("10:40", capsys)[1]
    assert (
        "150 events, some from before 2026-05-10 10:10+00:00, were stored only after 2026-05-10 10:25+00:00 "
        'had been judged; where logs come so late, set delay = "30m" under [policy]'
    ) in said
    # Once it is said, the next moment has nothing to say of it.
    assert "were stored only after" not in check("10:41", capsys)[1]


def test_what_comes_late_is_said_beside_what_comes_in_time(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two logs one is late: the newest event says nothing of it."""
    check("10:00", capsys)
    write(house, 60, 90, status=200)
    check("10:30", capsys)
    (house / "30.log").write_text(
        "".join(
            json.dumps({"ts": (NINE + timedelta(minutes=minute, seconds=30)).isoformat(), "status": 500})
            + "\n"
            for minute in range(60, 70)
        )
    )
    assert run(["ingest", "30.log"]) == 0
    assert "10 events, some from before 2026-05-10 10:15+00:00" in check("10:31", capsys)[1]


def test_what_nobody_can_judge_is_not_quiet(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log that ended long ago leaves nothing to judge: that is said, and is no success."""
    capsys.readouterr()
    assert run(["alerts", "check", "--at", "2026-05-12T10:00Z"]) == 1
    assert capsys.readouterr().out.startswith("not known: 1 rule judged at")
    (house / "rules.toml").write_text(
        RATE + '[[rule]]\nname = "two"\nkind = "count"\nwindow = "2d"\nwarning = 9\n'
    )
    assert run(["alerts", "check", "--at", "2026-05-12T08:00Z", "--no-send"]) == 0


def test_what_comes_as_late_as_it_takes_to_be_read_is_in_time(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check("10:02", capsys)
    write(house, 60, 64, status=500)
    code, said = check("10:04", capsys)
    assert code == 3
    assert "were stored only after" not in said


def test_with_a_delay_late_logs_are_judged_and_the_beat_says_so_without(house: Path) -> None:
    said: list[str] = []
    configuration = load_configuration(None)

    def beat_at(minute: int, beat: Beat) -> None:
        beat.clock = lambda: NINE + timedelta(minutes=minute)
        beat._due = 0.0
        beat()

    from analyzer.alert.load import load_rules

    beat = Beat(house / "analyzer.duckdb", configuration, load_rules(configuration.alerts), said.append)
    beat_at(80, beat)
    write(house, 60, 70, status=500)
    beat_at(81, beat)
    beat_at(82, beat)
    assert len(said) == 1
    assert 'set delay = "30m"' in said[0]

    (house / "rules.toml").write_text(f'[policy]\ndelay = "30m"\n{RATE}')
    delayed = Beat(house / "analyzer.duckdb", configuration, load_rules(configuration.alerts), said.append)
    beat_at(30 + 70, delayed)
    assert said[1:] == []  # an earlier moment than the last one that was judged without the delay
    write(house, 80, 90, status=500)
    beat_at(30 + 90, delayed)
    assert [line for line in said[1:] if line.startswith("Alert")]


def test_an_event_of_the_future_holds_up_no_replay(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {"ts": "2099-01-01T00:00:00Z", "status": 500, "model": "glm-4"}
    (house / "future.log").write_text(json.dumps(line) + "\n")
    assert run(["ingest", "future.log"]) == 0
    capsys.readouterr()
    assert run(["alerts", "test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["until"] == "2026-05-10T10:00:00+00:00"
    run(["alerts", "check", "--at", "data", "--json"])
    assert json.loads(capsys.readouterr().out)["at"] == "2026-05-10T10:00:00+00:00"


def test_a_rule_about_what_is_not_there_is_told(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scopes = {"a": 'model = "glm-5"', "b": 'source = "*.txt"', "c": 'code = "ModelArts.8110"'}
    scopes["d"] = 'source = "00.log"'
    there = {"e": 'model = "glm-4"', "f": 'source = "*.log"', "g": 'code = "ModelArts.81101"'}
    # A log by its name, and by a folder and its name, wherever these lie.
    there |= {"h": 'source = "0.log"', "i": f'source = "{house.name}/?.log"'}
    rules = [RATE.replace('"one"', f'"{name}"') + scope + "\n" for name, scope in {**scopes, **there}.items()]
    (house / "rules.toml").write_text("".join(rules))
    said = [line for line in check("10:00", capsys)[1].splitlines() if "nothing of" in line]
    assert said == [
        "analyzer: rule a: nothing of model 'glm-5' is stored; did you mean 'glm-4'?",
        f"analyzer: rule b: nothing of source '*.txt' is stored; there are '{house}/0.log'",
        "analyzer: rule c: nothing of code 'ModelArts.8110' is stored; did you mean 'ModelArts.81110'?",
        "analyzer: rule d: nothing of source '00.log' is stored; did you mean '0.log'?",
    ]


@pytest.mark.parametrize(
    ("source", "failures"),
    [("60.log", 100), ("*0.log", 100), ("0.log", 0), ("{house}/60.log", 100), ("[6]0.log", 100)],
)
def test_a_rule_looks_at_the_logs_it_names(
    house: Path, capsys: pytest.CaptureFixture[str], source: str, failures: int
) -> None:
    """By a name from any folder on, as a glob or whole: a name alone never means one that only ends so."""
    write(house, 60, 70, status=500)
    named = source.format(house=house)
    (house / "rules.toml").write_text(f'{RATE}source = "{named}"\n')
    capsys.readouterr()
    run(["alerts", "check", "--at", "2026-05-10T10:10Z", "--json"])
    (rule,) = json.loads(capsys.readouterr().out)["rules"]
    assert [one["failures"] for one in rule["findings"]] == ([failures] if failures else [])
    assert rule["unknown"] == (None if failures else "no_requests")


def test_a_beat_writes_little_where_nothing_comes(house: Path) -> None:
    """An open page is worked out anew by each write. What comes, and what opens, is written at once."""
    from analyzer.alert.load import load_rules

    configuration, said = load_configuration(None), list[str]()
    database = house / "analyzer.duckdb"
    beat = Beat(database, configuration, load_rules(configuration.alerts), said.append)

    def is_written(minute: int) -> bool:
        beat.clock = lambda: NINE + timedelta(minutes=minute)
        beat._due = 0.0
        before = version_of(database)
        beat()
        return version_of(database) != before

    assert [is_written(minute) for minute in range(60, 66)] == [True, False, False, False, False, True]
    write(house, 63, 64, status=200)
    assert is_written(66)
    assert not is_written(67)
    write(house, 64, 65, status=500)
    assert is_written(68)
    assert said
    assert is_written(69)


def test_a_beat_judges_by_the_rules_as_they_stand(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Renamed while it runs, a rule is one and the same to the beat and to whoever judges beside it."""
    from analyzer.alert.load import load_rules

    write(house, 60, 70, status=500)
    configuration, said = load_configuration(None), list[str]()
    beat = Beat(house / "analyzer.duckdb", configuration, load_rules(configuration.alerts), said.append)

    def beat_at(minute: int) -> list[str]:
        beat.clock = lambda: NINE + timedelta(minutes=minute)
        beat._due = 0.0
        said.clear()
        beat()
        return list(said)

    assert len(beat_at(70)) == 1
    (house / "rules.toml").write_text(RATE.replace('"one"', '"two"'))
    assert check("10:11", capsys)[0] == 3
    assert beat_at(72) == []
    assert check("10:13", capsys)[0] == 3
    (house / "rules.toml").write_text("[[rule")
    (told,) = beat_at(74)
    assert "is not valid TOML" in told
    assert told.endswith("until then the rules hold as before")
    assert beat_at(75) == []
    (house / "rules.toml").write_text(RATE.replace('"one"', '"two"'))
    assert beat_at(76) == ["the alert rules can be read again"]
    with closing(open_reader(house / "analyzer.duckdb", 1)) as connection:
        asked = "SELECT rules, closed_at IS NULL FROM alert_incidents ORDER BY rules"
        rows = connection.execute(asked).fetchall()
    assert rows == [(["one"], False), (["two"], True)]


def test_a_name_with_brackets_means_itself(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = house / "a[1]"
    folder.mkdir()
    write(folder, 60, 70, status=500)
    (house / "rules.toml").write_text(f'{RATE}source = "a[1]/60.log"\n')
    code, said = check("10:10", capsys)
    assert (code, "nothing of" in said) == (3, False)

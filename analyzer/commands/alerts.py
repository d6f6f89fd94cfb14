"""`analyzer alerts`: judge the alert rules, and look at what they found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    LanguageOption,
    SinceOption,
    TimeZoneOption,
    UntilOption,
    WaitOption,
)

app = typer.Typer(
    help="Judge the alert rules, replay them on the past, and look at incidents.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

RulesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", metavar="FILE", help="A file of rules, or a folder [default: analyzer.toml's alerts]."
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="MOMENT", help="Judge at this moment, or at 'data', the last event's [default: now]."
    ),
]
LevelOption = Annotated[
    str,
    typer.Option("--level", metavar="warning|alert", help="Exit with 3 for what is open at this level on."),
]
LogOption = Annotated[
    str, typer.Option("--log-format", metavar="text|json", help="How notes are written to standard error.")
]
RuleArgument = Annotated[
    str | None, typer.Argument(metavar="RULE", help="A rule's name [default: all rules together].")
]
EveryOption = Annotated[str, typer.Option("--every", metavar="SPAN", help="Judge this often, such as 5m.")]


@app.command("list")
def list_(
    rules: RulesOption = None,
    lang: LanguageOption = None,
    config: ConfigurationOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules in force, and the examples to copy.

    Examples:

        analyzer alerts list
        analyzer alerts list --rules alerts.toml
    """
    from analyzer.alert.listing import listing, listing_as_json
    from analyzer.alert.load import examples
    from analyzer.api.alerting import known_rules
    from analyzer.config import load_configuration

    configuration = load_configuration(config)
    found = known_rules(configuration, rules or ())
    if as_json:
        print(json.dumps(listing_as_json(found, examples()), ensure_ascii=False))
    else:
        print(listing(found, examples(), lang or configuration.language), end="")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of an example: see 'alerts list'.")],
) -> None:
    """Print a file of example rules, to be copied and changed.

    Examples:

        analyzer alerts show starter > alerts.toml
    """
    from analyzer.alert.load import examples
    from analyzer.alert.schema import nearest
    from analyzer.errors import UnknownNameError

    known = examples()
    if name not in known:
        raise UnknownNameError(f"there is no example {name!r}; {nearest(name, tuple(known))}")
    print(known[name].read_text(encoding="utf-8"), end="")


@app.command()
def check(
    at: AtOption = None,
    level: LevelOption = "warning",
    rules: RulesOption = None,
    no_send: Annotated[bool, typer.Option("--no-send", help="Only print: send and record nothing.")] = False,
    log_format: LogOption = "text",
    lang: LanguageOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> int:
    """Judge the rules at a moment, and tell what is new.

    It is sent to the channels of analyzer.toml that get alerts. The exit code is 0 where nothing is
    open, 3 where something is, 1 where it could not be judged. A moment that was judged before changes
    nothing. With --rules, what other rules have opened stays as it is.

    Examples:

        analyzer alerts check
        analyzer alerts check --at data --level alert --json
    """
    from analyzer.alert.check import check as evaluate
    from analyzer.alert.told import notes, report_as_json, told
    from analyzer.api import alerting
    from analyzer.config import load_configuration, resolve_database
    from analyzer.night.log import log_in

    least, log = alerting.level_of(level), log_in(log_format)
    configuration = load_configuration(config)
    known = alerting.rules_in_force(configuration, rules or ())
    database, seconds = resolve_database(db, configuration), configuration.wait if wait is None else wait
    now = alerting.moment_to_judge(at, known, configuration, database, seconds)
    report = evaluate(
        database, configuration, now, rules=known, wait=seconds, is_trial=no_send, are_all=not rules
    )
    unmatched = alerting.unmatched_rules(database, known, configuration, seconds)
    for note in [*notes(report, configuration.time_zone), *unmatched]:
        log(note)
    if not no_send:
        alerting.send_alerts(database, configuration, now, wait=seconds, say=log)
    if as_json:
        print(json.dumps(report_as_json(report, configuration.time_zone), ensure_ascii=False))
    else:
        print(told(report, lang or configuration.language, configuration.time_zone), end="")
    return 3 if report.is_open_at(least) else int(report.is_lost())


@app.command("test")
def prove(
    rule: RuleArgument = None,
    since: SinceOption = "30d",
    until: UntilOption = None,
    every: EveryOption = "5m",
    rules: RulesOption = None,
    tz: TimeZoneOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay the past: how often a rule would have fired, when, and how long.

    Nothing is told and nothing is kept. Spans count back from the last event.

    Examples:

        analyzer alerts test unusual-rate-limits --since 30d
        analyzer alerts test --rules alerts.toml --since 2026-05-01 --until 2026-06-01 --json
    """
    from analyzer.alert.trial import Trial, trial
    from analyzer.alert.trial_text import trial_as_json, trial_text
    from analyzer.api import alerting
    from analyzer.config import load_configuration, resolve_database
    from analyzer.night.log import log_in

    configuration = load_configuration(config)
    known = alerting.rules_in_force(configuration, rules or ())
    wanted = Trial(rule, since, until, every, tz or configuration.time_zone)
    database, seconds = resolve_database(db, configuration), configuration.wait if wait is None else wait
    outcome = trial(database, known, wanted, seconds)
    for note in alerting.unmatched_rules(database, outcome.rules, configuration, seconds):
        log_in("text")(note)
    if as_json:
        print(json.dumps(trial_as_json(outcome), ensure_ascii=False))
    else:
        print(trial_text(outcome), end="")


@app.command()
def status(
    rules: RulesOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is open, and when each rule was last judged.

    Examples:

        analyzer alerts status
    """
    from analyzer.alert.status import status as status_of
    from analyzer.alert.status import status_text
    from analyzer.api.alerting import rules_in_force
    from analyzer.config import load_configuration, resolve_database

    configuration = load_configuration(config)
    known = rules_in_force(configuration, rules or ())
    seconds = configuration.wait if wait is None else wait
    found = status_of(resolve_database(db, configuration), known, configuration.time_zone, seconds)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(status_text(found), end="")


@app.command()
def history(
    since: SinceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest first.")] = 50,
    tz: TimeZoneOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the incidents, open ones and those that are over.

    Examples:

        analyzer alerts history --since 30d
        analyzer query --sql 'FROM alert_messages ORDER BY made_at DESC'
    """
    from analyzer.alert.status import history as history_of
    from analyzer.alert.status import history_text
    from analyzer.config import load_configuration, resolve_database
    from analyzer.query.ranges import parse_range

    configuration = load_configuration(config)
    zone = tz or configuration.time_zone
    start = parse_range(since, None, zone).since
    seconds = configuration.wait if wait is None else wait
    found = history_of(resolve_database(db, configuration), start, limit, zone, seconds)
    if as_json:
        print(json.dumps({"incidents": found}, ensure_ascii=False))
    else:
        print(history_text(found), end="")

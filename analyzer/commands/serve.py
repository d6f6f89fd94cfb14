"""`analyzer serve`: the report as a live page, the queries and metrics by HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    LanguageOption,
    SinceOption,
    TimeZoneOption,
    WaitOption,
)

if TYPE_CHECKING:
    from analyzer.api import Store
    from analyzer.api.following import Following
    from analyzer.config import Configuration
    from analyzer.web.site import Site, Subject

HostOption = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; any but loopback needs a token.")
]
PortOption = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 takes any free one.")
]
TokenOption = Annotated[
    str | None,
    typer.Option("--token", metavar="TOKEN", help="Ask for this token [default: ANALYZER_TOKEN]."),
]
TokenFileOption = Annotated[
    Path | None, typer.Option("--token-file", metavar="FILE", help="Read the token from a file's first line.")
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", metavar="NAME", help="Another name of this server, as a proxy sends it."),
]
FollowOption = Annotated[
    list[str] | None,
    typer.Option("--follow", metavar="PATH", help="Read these logs meanwhile, as they grow; repeatable."),
]
EveryOption = Annotated[
    float,
    typer.Option("--every", metavar="SECONDS", min=0.1, help="With --follow: store what is new this often."),
]
SloOption = Annotated[
    str | None,
    typer.Option(
        "--slo",
        metavar="PERCENT",
        help="How many requests should succeed, such as 99.5 [default: analyzer.toml].",
    ),
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8321,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
    allow_host: AllowHostOption = None,
    follow: FollowOption = None,
    every: EveryOption = 2.0,
    open_page: OpenOption = False,
    since: SinceOption = None,
    tz: TimeZoneOption = None,
    lang: LanguageOption = None,
    slo: SloOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> None:
    """Show the report as a live page, until Ctrl-C.

    /api/queries has the named queries as JSON and CSV, /docs describes them, /metrics is for
    Prometheus, /healthz for supervisors. The server only reads; the database is free between answers.

    Examples:

        analyzer serve --open
        analyzer serve --follow /var/log/gateway/ --since 7d
        ANALYZER_TOKEN=... analyzer serve --host 0.0.0.0
    """
    _refuse_without_the_extra()
    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.web.access import gate, read_token
    from analyzer.web.server import address_of, bind, run
    from analyzer.web.site import Site

    configuration = load_configuration(config)
    store = Store.open(db, wait=wait, configuration=configuration, create=bool(follow))
    secret = read_token(token, token_file, os.environ)
    gate(host, port, secret, allow_host or ())
    subject = _subject(store, tz, lang, since, slo)
    with closing(bind(host, port)) as bound:
        site = Site.about(
            subject,
            gate(host, bound.getsockname()[1], secret, allow_host or ()),
            wait=store.wait,
            queries=configuration.queries,
            background=_following(store, configuration, follow, every),
        )
        _tell_notes(store)
        address = address_of(bound)
        run(site, bound, lambda: _tell(site, address, open_page))
    _say("stopped")


def _refuse_without_the_extra() -> None:
    from analyzer.errors import UsageError

    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise UsageError(f"serve needs {' and '.join(missing)}; run: pip install 'analyzer[serve]'")


def _subject(store: Store, tz: str | None, lang: str | None, since: str | None, slo: str | None) -> Subject:
    from analyzer.report.availability import read_slo
    from analyzer.text import texts
    from analyzer.web.site import Subject

    configuration = store.configuration
    target = configuration.slo if slo is None else read_slo(slo)
    language = texts(lang or configuration.language).language
    subject = Subject(store.path, tz or configuration.time_zone, language, since, target)
    subject.range()
    return subject


def _following(
    store: Store, configuration: Configuration, paths: Sequence[str] | None, every: float
) -> Following | None:
    from analyzer.api.beat import beat_of
    from analyzer.api.following import Followed, Following
    from analyzer.errors import UsageError
    from analyzer.source.follow import Watch
    from analyzer.source.names import STDIN

    # Looked at once here, so that broken rules and a path that is not there are said before anything begins.
    beat_of(store.path, configuration, _say)
    if not paths:
        judged = Followed((), store.path, configuration, store.wait, {})
        return Following(judged) if configuration.alerts else None
    if STDIN in paths:
        raise UsageError("serve follows files; pipe into 'analyzer ingest -' beside it")
    with closing(Watch(paths)):
        pass
    return Following(Followed(tuple(paths), store.path, configuration, store.wait, {"every": every}))


def _tell_notes(store: Store) -> None:
    from analyzer.errors import LockedError

    # Who writes at this moment is no reason not to begin.
    with suppress(LockedError):
        for note in store.notes():
            _say(note)


def _tell(site: Site, address: str, open_page: bool) -> None:
    asks = "it asks for its token, " if site.gate.token else ""
    _say(f"serving {site.subject.database} at {address} ({asks}Ctrl-C ends it)")
    if open_page:
        import webbrowser

        webbrowser.open(f"{address}?token={site.gate.ticket()}" if site.gate.token else address)


def _say(line: str) -> None:
    print(f"analyzer: {line}", file=sys.stderr, flush=True)

"""A store: a DuckDB file of events, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.api.explanation import catalogs_in_use, classify
from analyzer.api.ingestion import checked_options, knowledge
from analyzer.api.reporting import Reporting
from analyzer.config import Configuration, load_configuration, resolve_database

if TYPE_CHECKING:
    from threading import Event

    import pandas
    import pyarrow

    from analyzer.classification.entry import Catalog
    from analyzer.classification.explain import Explanation
    from analyzer.ingest.options import Options
    from analyzer.ingest.totals import Totals
    from analyzer.ingest.visit import Tell
    from analyzer.query.rows import Rows


class Store(Reporting):
    """A DuckDB file of events, and what can be done with it.

    `path` is the database and `wait` the seconds to wait while another process holds it (the
    configuration's where None); `configuration` is what analyzer.toml and the environment say (read where
    None).
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        wait: float | None = None,
        configuration: Configuration | None = None,
        create: bool = False,
        catalogs: Sequence[Path] = (),
    ) -> None:
        self.configuration = configuration or load_configuration()
        self.path = resolve_database(Path(path) if path is not None else None, self.configuration)
        self.wait = self.configuration.wait if wait is None else wait
        self._create = create
        self._catalogs = tuple(catalogs)

    @classmethod
    def open(cls, path: Path | str | None = None, *, create: bool = False, **options: Any) -> Store:
        """Return the store at `path`; with `create` the first ingestion makes a missing one.

        Raises MissingDatabaseError where there is none and `create` is not given.
        """
        from analyzer.store.open import missing

        store = cls(path, create=create, **options)
        if not create and not store.path.exists():
            raise missing(store.path)
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is held between calls, so there is nothing to give back."""

    def catalogs(self) -> tuple[Catalog, ...]:
        """Return the catalogues in use: the package's, the configuration's, and those given."""
        return catalogs_in_use(self.configuration, self._catalogs)

    def classify(self, text: str) -> Explanation:
        """Explain one pasted error by the catalogues in use: its entry, what it means, what to do."""
        return classify(text, self._catalogs, self.configuration)

    def ingest(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        create: bool | None = None,
        format: str | None = None,
        population: str | None = None,
        time_zone: str | None = None,
        untimed: str | None = None,
        dedupe: str | None = None,
        tell: Tell | None = None,
    ) -> Totals:
        """Read logs into the store; what was read before adds nothing.

        `paths` are files, folders, globs or `-`. `format` names a log format (detected where None),
        `population` says whether the log holds all `requests` or only `failures`, `time_zone` is that
        of times without a zone, `untimed` (`mtime`, `now` or an ISO moment) the time of logs without any.
        `dedupe` (`request_id`) sets requests aside that several logs hold, from now on; `none` ends it.
        `tell(name, done, total)` hears of progress in bytes. Raises UsageError, MissingPathError,
        UnknownNameError and StoreError; a source that fails is named in the totals.
        """
        names = [str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
        options = checked_options(self.configuration, format, population, time_zone, untimed, dedupe)
        is_new = not self.path.exists()
        totals = self._run(names, options, self._create if create is None else create, tell)
        self._leave_nothing(is_new, totals)
        return totals

    def _leave_nothing(self, is_new: bool, totals: Totals) -> None:
        """Take a database away that was begun for nothing."""
        if is_new and not totals.count("read"):
            from analyzer.store.open import take_away_unused

            take_away_unused(self.path, self.wait)

    def _run(self, names: Sequence[str], options: Options, create: bool, tell: Tell | None) -> Totals:
        from analyzer.ingest.run import Run
        from analyzer.source.find import find_sources
        from analyzer.store.failure import explained
        from analyzer.store.open import open_writer

        known = knowledge(self.configuration, self.catalogs(), options.format)
        find_sources(names)
        with (
            explained(self.path),
            closing(open_writer(self.path, self.wait, create=create)) as connection,
        ):
            run = Run(connection, known, options)
            if tell is not None:
                run.tell = tell
            return run.ingest(names)

    def follow(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        every: float = 2.0,
        stop: Event | None = None,
        say: Callable[[str], None] = lambda line: None,
        format: str | None = None,
        population: str | None = None,
        time_zone: str | None = None,
        untimed: str | None = None,
        dedupe: str | None = None,
    ) -> Totals:
        """Read logs as they grow, until `stop` is set; the options are those of `ingest`.

        What is new is stored every `every` seconds; in between the database is free. `say` hears a line
        about what is notable: files that come, are renamed or written anew. The configuration's alert
        rules are judged as they say. Raises as `ingest` does, and AlertError.
        """
        from analyzer.api.beat import beat_of
        from analyzer.api.ingestion import follow

        names = [str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
        options = checked_options(self.configuration, format, population, time_zone, untimed, dedupe)
        is_new = not self.path.exists()
        known = knowledge(self.configuration, self.catalogs(), options.format)
        beat = beat_of(self.path, self.configuration, say)
        totals = follow(self.path, names, known, options, every, self.wait, say, stop, beat)
        self._leave_nothing(is_new, totals)
        return totals

    def notes(self, classifies: bool = False) -> list[str]:
        """Return what a person should know of the store before trusting what it answers, a line each.

        With `classifies`, for what stores classifications, also which catalogue is missing this time.
        """
        changed, absent = self._compared_catalogs() if self.path.exists() else ([], [])
        said = []
        if changed:
            said.append(
                f"the catalogue of {', '.join(changed)} has changed since it classified this store; "
                "run 'analyzer reclassify' to bring the history up to date"
            )
        if absent and classifies:
            said.append(
                f"the catalogue of {', '.join(absent)} classified this store and is not in use now; name it "
                "under catalogs in analyzer.toml or with --catalog, then run 'analyzer reclassify'"
            )
        return said

    def query(self, name: str, **parameters: Any) -> pandas.DataFrame:
        """Run a named query and return a DataFrame; see `analyzer query` for names and parameters."""
        return self._ask(name, None, parameters, lambda rows: rows.frame())

    def query_table(self, name: str, **parameters: Any) -> pyarrow.Table:
        """Run a named query and return an Arrow table."""
        return self._ask(name, None, parameters, lambda rows: rows.table())

    def query_sql(self, text: str, **parameters: Any) -> pandas.DataFrame:
        """Run SQL of your own over the documented views, reading only, and return a DataFrame."""
        return self._ask(None, text, parameters, lambda rows: rows.frame())

    def _ask(
        self, name: str | None, sql: str | None, parameters: dict[str, Any], take: Callable[[Rows], Any]
    ) -> Any:
        from analyzer.query.library import load_queries
        from analyzer.query.request import Request, question
        from analyzer.query.run import ask
        from analyzer.store.open import open_reader

        values = dict(parameters)
        since, until = (_moment(values.pop(key, None)) for key in ("since", "until"))
        zone = values.get("time_zone") or self.configuration.time_zone
        request = Request(name, sql, None, values, since, until, zone, self.configuration.language)
        asked = question(request, load_queries(self.configuration.queries))
        with closing(open_reader(self.path, self.wait, asked.time_zone)) as connection:
            return take(ask(connection, asked))


def _moment(value: str | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value

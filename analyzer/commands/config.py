"""`analyzer config`: which values hold, and where each came from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from analyzer.commands._options import ConfigurationOption, JsonOption

if TYPE_CHECKING:
    from analyzer.config import Configuration

app = typer.Typer(
    help="Show the configuration and where it comes from, or check it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def show(config: ConfigurationOption = None, as_json: JsonOption = False) -> None:
    """Show every value that holds, and where it came from.

    An option of a command goes before an environment variable, that before analyzer.toml, that before
    the default. Secrets in addresses are masked.

    Examples:

        analyzer config show
        ANALYZER_TIME_ZONE=Asia/Shanghai analyzer config show --json
    """
    from analyzer.config import load_configuration
    from analyzer.config.keys import KEYS, variable_of

    configuration = load_configuration(config)
    values = _values(configuration)
    if as_json:
        keys = {
            key: {
                "value": values[key],
                "origin": configuration.origins.get(key, "default"),
                "variable": variable_of(key),
            }
            for key in KEYS
        }
        file = str(configuration.path) if configuration.path else None
        print(json.dumps({"file": file, "keys": keys, "hash_key": _hash_key()}, ensure_ascii=False))
    else:
        _print_table([(key, _shown(values[key]), _origin(configuration, key)) for key in KEYS])
    _tell_strange_variables()


@app.command()
def check(config: ConfigurationOption = None) -> None:
    """Check the configuration with all that it names: catalogues, formats, masks, queries, alert rules
    and channels. Nothing is sent.

    Examples:

        analyzer config check --config analyzer.toml
    """
    from analyzer.api.alerting import known_rules
    from analyzer.api.explanation import catalogs_in_use
    from analyzer.api.ingestion import knowledge
    from analyzer.config import load_configuration
    from analyzer.delivery.check import check_channels
    from analyzer.night.heartbeat import check as check_heartbeat
    from analyzer.query.library import load_queries
    from analyzer.source.find import without_sources

    configuration = load_configuration(config)
    known = knowledge(configuration, catalogs_in_use(configuration), None)
    queries = load_queries(configuration.queries)
    rules = known_rules(configuration).rules
    check_channels(configuration.channels)
    if configuration.heartbeat:
        check_heartbeat(configuration.heartbeat, configuration.path.parent if configuration.path else Path())
    print(
        f"{configuration.path or 'no analyzer.toml'}: ok; catalogues: {len(known.catalogs)}, "
        f"formats: {len(known.formats)}, masks: {len(known.masks)}, queries: {len(queries)}, "
        f"alert rules: {len(rules)}, channels: {len(configuration.channels)}"
    )
    # Addresses are not asked for.
    for path in without_sources([path for path in configuration.ingest if "://" not in path]):
        print(f"analyzer: ingest: {path} does not exist, or holds no log", file=sys.stderr)
    _tell_strange_variables()


def _values(configuration: Configuration) -> dict[str, Any]:
    """Return each key's value as it is shown and written as JSON, secrets masked."""
    from analyzer.config import resolve_database
    from analyzer.config.keys import KEYS
    from analyzer.ingest.mask import load_masks, mask_text

    masks = load_masks(configuration.masks)

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return [plain(item) for item in value]
        if value is None or isinstance(value, int | float):
            return value
        # A channel and a table of thresholds are their text, in which no address stands.
        return mask_text(str(value), masks)

    values = {key: plain(getattr(configuration, key)) for key in KEYS}
    if configuration.heartbeat is not None:
        values["heartbeat"] = _without_path(configuration.heartbeat)
    return values | {"database": plain(resolve_database(None, configuration))}


def _without_path(address: str) -> str:
    """Return an address without what may be secret in it: everything behind the machine's name."""
    head, mark, rest = address.partition("://")
    return f"{head}{mark}{rest.rpartition('@')[2].partition('/')[0]}/…" if mark else address


def _origin(configuration: Configuration, key: str) -> str:
    return configuration.origins.get(key, "default")


def _hash_key() -> str:
    from analyzer.ingest.key import VARIABLE, hash_key_file

    return VARIABLE if hash_key_file() is None else str(hash_key_file())


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "(none)"
    if value is None:
        return "(none)"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_table(rows: list[tuple[str, str, str]]) -> None:
    rows = [*rows, ("hash key", "[masked]", _hash_key())]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, origin in rows:
        print(f"{key:<{widths[0]}}  {value:<{min(widths[1], 48)}}  {origin}")


def _tell_strange_variables() -> None:
    from analyzer.config.load import strange_variables

    for note in strange_variables():
        print(f"analyzer: {note}", file=sys.stderr)

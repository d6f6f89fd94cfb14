"""`analyzer catalog`: what the error catalogues say, and whether one of your own is sound."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import CatalogOption, ConfigurationOption, JsonOption, LanguageOption

if TYPE_CHECKING:
    from analyzer.classification.entry import Catalog

app = typer.Typer(
    help="Show the error catalogue, or check one of your own.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(
    catalog: CatalogOption = None, config: ConfigurationOption = None, as_json: JsonOption = False
) -> None:
    """List all entries with their code, category and owner.

    In a pipe each entry is one line that ends in its message.

    Examples:

        analyzer catalog list | grep 429
    """
    from analyzer.classification.describe import entries_as_json, list_entries

    entries = [entry for known in _catalogs(config, catalog) for entry in known.entries]
    width = _width() if sys.stdout.isatty() else None
    print(entries_as_json(entries) if as_json else list_entries(entries, width))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An entry's id, or a code for all its rows.")],
    lang: LanguageOption = None,
    catalog: CatalogOption = None,
    config: ConfigurationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything about an entry, or about all rows of a code.

    Examples:

        analyzer catalog show maas.81101.requests_per_minute
        analyzer catalog show ModelArts.81101 --lang zh
    """
    from analyzer.classification.describe import describe_entry, entries_as_json
    from analyzer.classification.lookup import find_entries
    from analyzer.config import load_configuration
    from analyzer.text import texts

    words = texts(lang or load_configuration(config).language)
    entries = find_entries(_catalogs(config, catalog), name)
    if as_json:
        print(entries_as_json(entries))
    else:
        print("\n\n".join(describe_entry(entry, words, _width()) for entry in entries))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The catalogue file, or a folder of them.")],
    config: ConfigurationOption = None,
) -> None:
    """Check a catalogue of your own.

    Its fields must be right, and beside the catalogues in use no name may be taken twice.

    Examples:

        analyzer catalog check our-gateway.toml
    """
    from analyzer.classification.describe import summarise
    from analyzer.classification.load import files_of

    wanted = {path.resolve() for path in files_of(file)}
    for known in _catalogs(config, [file]):
        if Path(known.path).resolve() in wanted:
            print(f"{known.path}: ok, {summarise(known)}")


def _catalogs(config: Path | None, extra: list[Path] | None) -> tuple[Catalog, ...]:
    from analyzer.api.explanation import catalogs_in_use
    from analyzer.config import load_configuration

    return catalogs_in_use(load_configuration(config), extra or ())


def _width() -> int:
    return max(40, min(96, shutil.get_terminal_size((96, 24)).columns))

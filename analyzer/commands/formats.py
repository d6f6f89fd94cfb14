"""`analyzer formats`: which log formats there are, whether their files are sound, and which one a log has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import ConfigurationOption, JsonOption

if TYPE_CHECKING:
    from analyzer.format.definition import Definition

app = typer.Typer(
    help="List and test log formats, or detect a log's.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(config: ConfigurationOption = None, as_json: JsonOption = False) -> None:
    """List the log formats, your own among them.

    Examples:

        analyzer formats list
    """
    found = _formats(config)
    if as_json:
        rows = [
            {
                "name": one.name,
                "title": one.title,
                "kind": one.kind,
                "population": one.population,
                "samples": len(one.samples),
                "file": str(one.path),
            }
            for one in found.values()
        ]
        print(json.dumps({"formats": rows}, ensure_ascii=False))
        return
    width = max(map(len, found), default=0)
    for one in found.values():
        print(f"{one.name:<{width}}  {one.title} ({one.population}, {_counted(len(one.samples), 'sample')})")


@app.command("test")
def check(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A format file [default: all].")] = None,
    config: ConfigurationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that a format's sample lines become what its file says.

    Each difference is one line that names the file, the sample, the column, what was expected and what
    came out; the exit code is then 1. A file that cannot be read as a format ends with 2.

    Examples:

        analyzer formats test my-gateway.toml
    """
    from analyzer.format.definition import load_format
    from analyzer.format.samples import check_samples

    tested = [load_format(file)] if file else list(_formats(config).values())
    differences = {one.name: check_samples(one) for one in tested}
    found = [difference for several in differences.values() for difference in several]
    if as_json:
        print(json.dumps({"tested": list(differences), "differences": found}, ensure_ascii=False))
    else:
        for one in tested:
            samples, found_here = len(one.samples), len(differences[one.name])
            print(f"{one.name}: {_counted(samples, 'sample')}, {_counted(found_here, 'difference')}")
        for difference in found:
            print(difference)
    raise typer.Exit(1 if found else 0)


@app.command("detect")
def guess(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A log file, compressed or not, or -.")],
    config: ConfigurationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which format a log has, and how well each format does on it.

    Examples:

        analyzer formats detect app.log.gz
    """
    from dataclasses import asdict

    from analyzer.errors import MissingPathError, UndetectedFormatError
    from analyzer.format.detect import detect
    from analyzer.source.archive import sampled
    from analyzer.source.open import open_source

    if str(file) != "-" and not file.is_file():
        raise MissingPathError(f"there is no file at {file}; name a log file, or - for standard input")
    found = detect(sampled(open_source(str(file))), _formats(config).values())
    if as_json:
        chosen = found.chosen.name if found.chosen else None
        scores = [asdict(score) | {"share": round(score.share, 4)} for score in found.ranking]
        print(json.dumps({"format": chosen, "reason": found.reason, "ranking": scores}, ensure_ascii=False))
    elif found.chosen:
        print(found.chosen.name)
        for score in found.ranking:
            print(f"  {score.name}: {score.events} requests in {score.lines} lines, {score.damaged} damaged")
    if found.chosen is None:
        raise UndetectedFormatError(f"{file}: {found.reason}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _formats(config: Path | None) -> dict[str, Definition]:
    from analyzer.config import load_configuration
    from analyzer.format.definition import load_formats
    from analyzer.format.project import check as check_settings

    found = load_formats(load_configuration(explicit=config).formats)
    for definition in found.values():
        check_settings(definition)
    return found

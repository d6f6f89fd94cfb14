"""`analyzer formats`: which log formats there are, whether their files are sound, and which one a log has."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import ConfigurationOption, JsonOption

if TYPE_CHECKING:
    from analyzer.format.definition import Definition

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A log file, compressed or not, or -.")]

app = typer.Typer(
    help="List, test, detect and draft log formats.",
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
    formats = [one for one in found.values() if one.kind != "envelope"]
    envelopes = [one for one in found.values() if one.kind == "envelope"]
    print(f"{_counted(len(formats), 'format')}:")
    for one in formats:
        print(
            f"  {one.name:<{width}}  {one.title} ({one.population}, {_counted(len(one.samples), 'sample')})"
        )
    print(f"{_counted(len(envelopes), 'envelope')} around any of them (docker+combined):")
    for one in envelopes:
        print(f"  {one.name:<{width}}  {one.title} ({_counted(len(one.samples), 'sample')})")


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

    known = None if file else _formats(config)
    tested = list(known.values()) if known else [load_format(file)] if file else []
    differences = {one.name: check_samples(one, known) for one in tested}
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
def guess(file: FileArgument, config: ConfigurationOption = None, as_json: JsonOption = False) -> None:
    """Tell which format a log has, and how well each format does on it.

    Each format that finds a request is a line of the table, the best first: how much of the tried lines
    it explains, how many are requests, how many others it reads, how many it finds damaged, how many
    columns a request fills on average, and the first line that it cannot read as a request.

    Examples:

        analyzer formats detect app.log.gz
    """
    from dataclasses import asdict

    from analyzer.errors import UndetectedFormatError
    from analyzer.format.detect import detect
    from analyzer.format.told import ranking_table

    found = detect(_sampled(file), _formats(config).values(), thorough=True)
    if as_json:
        chosen = found.chosen.name if found.chosen else None
        scores = [
            asdict(score) | {"share": round(score.share, 4), "told": round(score.told, 4)}
            for score in found.ranking
        ]
        told = {"format": chosen, "reason": found.reason, "doubt": found.doubt, "ranking": scores}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(ranking_table(found)))
    if found.doubt:
        print(f"analyzer: {file}: {found.doubt}", file=sys.stderr)
    if found.chosen is None:
        raise UndetectedFormatError(f"{file}: {found.reason}")


@app.command("draft")
def draft_(
    file: FileArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The format file [default: standard output]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a format file that is there.")] = False,
    config: ConfigurationOption = None,
) -> None:
    """Propose a format file for an unknown log, from a sample of it.

    The fields are found by their names and by what their values look like; what is a guess is marked
    as unsure. Lines that the draft does not cover are told. Samples in it have their secrets masked.

    Examples:

        analyzer formats draft gateway.log -o formats/my-gateway.toml
    """
    from functools import partial

    from analyzer.config import load_configuration
    from analyzer.errors import UndetectedFormatError
    from analyzer.format.detect import detect
    from analyzer.format.draft import draft
    from analyzer.format.draft_file import written
    from analyzer.format.told import coverage
    from analyzer.ingest.mask import load_masks, mask_text

    formats, lines = _formats(config), _sampled(file)
    configuration = load_configuration(explicit=config)
    masks = load_masks(configuration.masks, configuration.mask_also)
    name = output.stem if output else "my-format"
    drafted = draft(lines, name, formats, partial(mask_text, masks=masks))
    if drafted is None:
        raise UndetectedFormatError(
            f"{file}: no line looks like a request, so nothing can be drafted; a request has a status, "
            "or a method and a path"
        )
    _write(written(drafted, file.name), output, force)
    present = detect(lines, formats.values()).chosen
    print("\n".join(coverage(drafted, output, present.name if present else None)), file=sys.stderr)


def _write(text: str, output: Path | None, force: bool) -> None:
    from analyzer.errors import DeliveryError, UsageError

    if output is None:
        print(text, end="")
        return
    if output.is_file() and not force:
        raise UsageError(f"{output} exists already; name another file, or add --force to replace it")
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DeliveryError(
            f"{output} cannot be written: {error.strerror}; choose another place with -o"
        ) from error


def _sampled(file: Path) -> list[str]:
    from analyzer.errors import MissingPathError
    from analyzer.source.archive import sampled
    from analyzer.source.open import open_source

    if str(file) != "-" and not file.is_file():
        raise MissingPathError(f"there is no file at {file}; name a log file, or - for standard input")
    return sampled(open_source(str(file)))


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

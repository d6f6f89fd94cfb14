"""`analyzer masks`: what is masked before it is stored, and whether masks of one's own are sound."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import ConfigurationOption, JsonOption, MaskOption

if TYPE_CHECKING:
    from analyzer.ingest.mask import Mask

app = typer.Typer(
    help="List and test masks, or try them on a text.", no_args_is_help=True, rich_markup_mode=None
)

FileArgument = Annotated[Path | None, typer.Argument(metavar="FILE", help="A file of masks [default: all].")]


@app.command("list")
def list_(mask: MaskOption = None, config: ConfigurationOption = None, as_json: JsonOption = False) -> None:
    """List the masks, your own among them, and which are on.

    Examples:

        analyzer masks list
    """
    from analyzer.config import load_configuration
    from analyzer.ingest.mask import all_masks, load_masks

    configuration = load_configuration(config).masking(mask or ())
    found = all_masks(configuration.masks)
    used = load_masks(configuration.masks, configuration.mask_also)
    if as_json:
        rows = [_row(one) | {"on": one in used} for one in found]
        print(json.dumps({"masks": rows}, ensure_ascii=False))
        return
    width = max(map(len, (one.name for one in found)))
    for one in found:
        state = "on" if one in used else "off"
        wanted_by = f"  (option {one.option})" if one.option else ""
        print(f"{one.name:<{width}}  {state:<3}  {one.path.name if one.path else ''}{wanted_by}")


@app.command()
def check(file: FileArgument = None, config: ConfigurationOption = None) -> None:
    """Check that a file of masks can be read: its keys, and its patterns.

    Examples:

        analyzer masks check our-masks.toml
    """
    for path, masks in _by_file(file, config).items():
        print(f"{path}: ok, {_counted(len(masks), 'mask')}")


@app.command("test")
def prove(file: FileArgument = None, config: ConfigurationOption = None, as_json: JsonOption = False) -> None:
    """Check that masks hide their positives and leave their near misses.

    Each difference is one line that names the file, the mask and the text; the exit code is then 1. A
    file that cannot be read as masks ends with 2.

    Examples:

        analyzer masks test our-masks.toml
    """
    from analyzer.ingest.mask import differences

    tested = _by_file(file, config)
    found = {path: differences(masks) for path, masks in tested.items()}
    lines = [line for several in found.values() for line in several]
    if as_json:
        names = [one.name for masks in tested.values() for one in masks]
        print(json.dumps({"tested": names, "differences": lines}, ensure_ascii=False))
    else:
        for path, masks in tested.items():
            texts = sum(len(one.positives) + len(one.near_misses) for one in masks)
            counts = [_counted(len(masks), "mask"), _counted(texts, "text")]
            print(f"{path}: {', '.join(counts)}, {_counted(len(found[path]), 'difference')}")
        for line in lines:
            print(line)
    raise typer.Exit(1 if lines else 0)


@app.command()
def apply(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text; - masks each line of standard input.")],
    mask: MaskOption = None,
    config: ConfigurationOption = None,
) -> None:
    """Show a text as it would be stored.

    Examples:

        analyzer masks apply 'Authorization: Bearer abcdefgh12345678'
        analyzer masks apply --mask client_addresses - < access.log
    """
    from analyzer.config import load_configuration
    from analyzer.ingest.mask import load_masks, mask_text

    configuration = load_configuration(config).masking(mask or ())
    masks = load_masks(configuration.masks, configuration.mask_also)
    if text != "-":
        print(mask_text(text, masks))
        return
    for line in sys.stdin.buffer:
        print(mask_text(line.decode("utf-8", "replace").rstrip("\r\n"), masks))


def _by_file(file: Path | None, config: Path | None) -> dict[Path, tuple[Mask, ...]]:
    from analyzer.config import load_configuration
    from analyzer.errors import MissingPathError
    from analyzer.ingest.mask import read_masks
    from analyzer.resources import data_files, package_folder

    if file is not None and not file.exists():
        raise MissingPathError(f"there is no file at {file}; name a file of masks, or a folder of them")
    places = (file,) if file else (package_folder("masks"), *load_configuration(config).masks)
    files = [
        path for place in places for path in data_files(place, ".toml", () if place.is_dir() else (place,))
    ]
    return {path: read_masks(path) for path in files}


def _row(mask: Mask) -> dict[str, object]:
    return {"name": mask.name, "option": mask.option, "labels": list(mask.labels), "file": str(mask.path)}


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

"""`analyzer doctor`: whether what looks like a secret is stored, and whether the figures of a store agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    MaskOption,
    WaitOption,
)

if TYPE_CHECKING:
    from analyzer.ingest.scan import Finding, Scan
    from analyzer.store.health import Space

_NAMED = 3


def doctor(
    mask: MaskOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for secrets in what is stored.

    The masks in use are tried on every text of every table; what one would change is shown masked, with
    its place, and the exit code is 1. It also tells whether each source's ledger adds up, and how much of
    the file is free. Nothing is changed.

    Examples:

        analyzer doctor
        analyzer doctor --mask client_addresses --json
    """
    from contextlib import closing

    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.ingest.mask import load_masks
    from analyzer.ingest.scan import scan
    from analyzer.store.health import odd_ledgers, space
    from analyzer.store.open import open_reader

    configuration = load_configuration(config).masking(mask or ())
    masks = load_masks(configuration.masks, configuration.mask_also)
    store = Store.open(db, wait=wait, configuration=configuration)
    with closing(open_reader(store.path, store.wait)) as connection:
        found = scan(connection, masks)
        odd, used = odd_ledgers(connection), space(connection)
    notes = store.notes()
    if as_json:
        print(json.dumps(_as_json(found, odd, notes, used), ensure_ascii=False))
    else:
        _print(found, len(masks), odd, notes, used)
    raise typer.Exit(1 if found.findings or odd else 0)


def _as_json(found: Scan, odd: list[str], notes: list[str], used: Space) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "ok": not found.findings and not odd,
        "secrets": [asdict(finding) for finding in found.findings],
        "scanned": {"tables": found.tables, "columns": found.columns, "rows": found.rows},
        "ledgers": odd,
        "notes": notes,
        "space": asdict(used),
    }


def _print(found: Scan, masks: int, odd: list[str], notes: list[str], used: Space) -> None:
    for finding in found.findings:
        print(f"{finding.table}.{finding.column}: {finding.mask} in {_rows(finding.rows)}")
        for example in finding.examples:
            place = example.source or ""
            place += f":{example.line_no}" if example.line_no is not None else ""
            print(f"    {place + '  ' if place else ''}{example.text}")
    looked = f"{masks} masks, {found.columns} columns of {found.tables} tables, {_rows(found.rows)}"
    if found.findings:
        print(f"what looks like a secret is stored ({looked}); {_way_out(found.findings)}")
    else:
        print(f"secrets: none found ({looked})")
    for line in odd:
        print(f"ledger: {line}")
    if odd:
        print("ledger: run 'analyzer forget SOURCE' for these, and ingest them again")
    else:
        print("ledger: adds up for every source")
    for note in notes:
        print(f"catalogue: {note}")
    print(f"space: {used.bytes / 1e6:,.1f} MB, {used.free_bytes / max(used.bytes, 1):.0%} of it free")


def _way_out(findings: tuple[Finding, ...]) -> str:
    places = [example.source for finding in findings for example in finding.examples if example.source]
    sources = list(dict.fromkeys(places))
    named = " ".join(sources[:_NAMED]) + (" ..." if len(sources) > _NAMED else "") if sources else "SOURCE"
    return (
        f"take the sources out and ingest them again with the masks of today: 'analyzer forget {named}', "
        "then 'analyzer ingest'"
    )


def _rows(number: int) -> str:
    return f"{number:,} row" if number == 1 else f"{number:,} rows"

"""`analyzer reclassify`: bring the whole history up to date with the catalogues."""

from __future__ import annotations

import json
import sys

from analyzer.commands._options import (
    CatalogOption,
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    WaitOption,
)


def reclassify(
    catalog: CatalogOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Classify all stored failures again.

    After a catalogue changed; in one transaction, all or nothing.

    Examples:

        analyzer reclassify
        analyzer reclassify --catalog our-gateway.toml
    """
    from dataclasses import asdict

    from analyzer.api import Store
    from analyzer.config import load_configuration

    store = Store(db, wait=wait, configuration=load_configuration(config), catalogs=catalog or ())
    absent = store.absent_catalogs()
    done = store.reclassify()
    if absent:
        print(
            f"analyzer: the catalogue of {', '.join(absent)} was not in use, so failures are classified "
            "without it now; name it with --catalog, or under catalogs in analyzer.toml, and run this again",
            file=sys.stderr,
        )
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(f"classified {done.failures:,} failures again: {done.changed:,} changed ({done.seconds:.1f} s)")

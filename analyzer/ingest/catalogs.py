"""Which catalogues classified a store: kept by content hash, with their entries beside the events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.classification.entry import Catalog, Entry
from analyzer.quote import quote_text

if TYPE_CHECKING:
    import duckdb


def changed_catalogs(connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> list[str]:
    """Return the providers whose catalogue is not the one that classified the store; none for a new store.

    A catalogue that classified the store and is not among `catalogs` has not changed.
    """
    stored = dict(connection.execute("SELECT provider, hash FROM stored.catalog").fetchall())
    if not stored:
        return []
    given = {catalog.provider: catalog.hash for catalog in catalogs}
    return sorted(provider for provider in given if stored.get(provider) != given.get(provider))


def save_catalogs(connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> None:
    """Write catalogues and entries as those that classified the store, within the caller's transaction."""
    connection.execute("DELETE FROM stored.catalog")
    connection.execute("DELETE FROM stored.catalog_entry")
    for catalog in catalogs:
        title = catalog.title
        connection.execute(
            "INSERT INTO stored.catalog VALUES (?, ?, ?, ?, ?, ?, ?, now())",
            [
                catalog.provider,
                title["en"],
                title["zh"],
                catalog.edition,
                catalog.date,
                catalog.source,
                catalog.hash,
            ],
        )
    save_entries(connection, catalogs)


def save_entries(connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> None:
    """Write the catalogues' entries in place of those stored of them, within the caller's transaction."""
    rows = [
        _row(position, entry)
        for catalog in catalogs
        # What was classified before a row was replaced has the row's words until it is classified again.
        for position, entry in enumerate((*catalog.entries, *catalog.replaced), 1)
    ]
    for catalog in catalogs:
        connection.execute("DELETE FROM stored.catalog_entry WHERE provider = ?", [catalog.provider])
    structure = quote_text(json.dumps([_STRUCTURE]))
    connection.execute(
        "INSERT INTO stored.catalog_entry BY NAME "
        f"SELECT unnest(from_json(?::VARCHAR, {structure}), recursive := TRUE)",
        [json.dumps(rows)],
    )


_NAMES = (
    *("entry_id", "provider", "edition", "api", "code", "message", "example", "meaning_en", "meaning_zh"),
    *("remedy_id", "remedy_en", "remedy_zh", "category", "action", "owner", "retry"),
)
_STRUCTURE = {"position": "INTEGER", "http_status": "SMALLINT", **dict.fromkeys(_NAMES, "VARCHAR")}


def _row(position: int, entry: Entry) -> dict[str, object]:
    texts = {
        "meaning_en": entry.meaning["en"],
        "meaning_zh": entry.meaning["zh"],
        "remedy_en": entry.remedy["en"],
        "remedy_zh": entry.remedy["zh"],
    }
    return {
        name: position if name == "position" else texts[name] if name in texts else getattr(entry, name)
        for name in _STRUCTURE
    }

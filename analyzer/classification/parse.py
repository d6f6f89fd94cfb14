"""One catalogue file: TOML in, `Catalog` out, or one line that says what is wrong where."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from analyzer.classification.checks import both_languages, quote, slug
from analyzer.classification.entry import Catalog, Entry
from analyzer.classification.schema import ENTRY_FIELDS, HEAD_FIELDS, TABLES, Field, find_problem
from analyzer.errors import CatalogError, MissingPathError

HEAD = "the head [catalog]"
Texts = Mapping[str, str]


def parse_catalog(path: Path) -> Catalog:
    """Read one catalogue file; `hash` is the SHA-256 of its text with bare newlines.

    Raises CatalogError with one line naming the file, the entry (its id, or its number) and the
    field, and MissingPathError where there is no such file.
    """
    content = _read(path)
    document = _parse(path, content)
    head = document.get("catalog")
    if not isinstance(head, dict):
        refuse(path, HEAD, "catalog", "missing; add [catalog] with provider, title, edition, date, source")
    _check(path, HEAD, head, HEAD_FIELDS)
    remedies = _remedies(path, document.get("remedies", {}))
    rows = document.get("entry")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        refuse(path, "the file", "entry", "holds no rows; write one [[entry]] for each row of the table")
    entries = tuple(_entry(path, number, row, head, remedies) for number, row in enumerate(rows, 1))
    _check_ids(path, entries)
    return Catalog(
        provider=head["provider"],
        title=head["title"],
        edition=head["edition"],
        date=head["date"],
        source=head["source"],
        code_prefix=head.get("code_prefix", ""),
        path=str(path),
        hash=hashlib.sha256(content.encode()).hexdigest(),
        entries=entries,
    )


def refuse(path: Path | str, place: str, field: str, reason: str) -> NoReturn:
    """Raise the one CatalogError line: file, place in it, field, and the reason with the way out."""
    raise CatalogError(f"{path}: {place}, field {field}: {reason}")


def _read(path: Path) -> str:
    """Return a file's text without a byte order mark, each line ending in a bare newline."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise MissingPathError(f"{path}: no such catalogue file; check the path") from None
    except OSError as error:
        raise CatalogError(f"{path}: {error.strerror}; a catalogue is a readable .toml file") from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogError(f"{path}: line {line} is not UTF-8; save the file as UTF-8") from error


def _parse(path: Path, content: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{path}: not valid TOML: {error}; correct that place") from error
    for name in document:
        if name not in TABLES:
            refuse(path, "the file", name, f"unknown table; a catalogue holds {', '.join(TABLES.values())}")
    return document


def _remedies(path: Path, remedies: object) -> Mapping[str, Texts]:
    if not isinstance(remedies, dict):
        refuse(path, "the file", "remedies", "not a table; write [remedies.ID] with en and zh")
    for remedy_id, texts in remedies.items():
        reason = slug(remedy_id) or both_languages(texts)
        if isinstance(texts, dict) and any(isinstance(inner, dict) for inner in texts.values()):
            reason = f'an id with a dot needs quotes; write [remedies."{remedy_id}.{next(iter(texts))}"]'
        if reason is not None:
            refuse(path, f"remedy {remedy_id}", f"remedies.{remedy_id}", reason)
    return remedies


def _entry(
    path: Path, number: int, row: dict[str, Any], head: Mapping[str, Any], remedies: Mapping[str, Texts]
) -> Entry:
    place = _place(number, row)
    _check(path, place, row, ENTRY_FIELDS)
    prefix, code = head.get("code_prefix", ""), row.get("code")
    if code is not None and (not code.startswith(prefix) or code == prefix):
        reason = (
            f"{quote(code)} lacks the head's code_prefix {quote(prefix)} or what follows it; correct either"
        )
        refuse(path, place, "code", reason)
    remedy_id, remedy = _remedy(path, place, row, remedies)
    return Entry(
        entry_id=row["entry_id"],
        provider=head["provider"],
        edition=head["edition"],
        api=row["api"],
        http_status=row.get("http_status"),
        code=code,
        message=row["message"],
        example=row.get("example"),
        variants=tuple(row.get("variants", ())),
        meaning=row["meaning"],
        remedy_id=remedy_id,
        remedy=remedy,
        category=row["category"],
        action=row["action"],
        owner=row["owner"],
        retry=row["retry"],
    )


def _remedy(
    path: Path, place: str, row: Mapping[str, Any], remedies: Mapping[str, Texts]
) -> tuple[str, Texts]:
    """Return an entry's remedy: the shared one that it names, or its own, known by the entry's id."""
    if "remedy" in row:
        if "remedy_id" in row:
            refuse(path, place, "remedy", "given beside remedy_id; keep one of the two")
        if row["entry_id"] in remedies:
            refuse(path, place, "remedy", f"[remedies.{row['entry_id']}] has the entry's name; rename it")
        return row["entry_id"], row["remedy"]
    if "remedy_id" not in row:
        refuse(path, place, "remedy_id", 'missing; add it, or remedy = { en = "...", zh = "..." }')
    remedy_id = row["remedy_id"]
    if remedy_id not in remedies:
        refuse(
            path, place, "remedy_id", f'"{remedy_id}" is unknown; add [remedies."{remedy_id}"] with en and zh'
        )
    return remedy_id, remedies[remedy_id]


def _check(path: Path, place: str, table: Mapping[str, object], fields: Sequence[Field]) -> None:
    problem = find_problem(table, fields)
    if problem is not None:
        refuse(path, place, problem.field, problem.reason)


def _check_ids(path: Path, entries: Sequence[Entry]) -> None:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        earlier = first.setdefault(entry.entry_id, number)
        if earlier != number:
            place = f"entry {entry.entry_id} (number {number})"
            refuse(path, place, "entry_id", f"taken by number {earlier}; choose another")


def _place(number: int, row: Mapping[str, object]) -> str:
    """Say which entry is meant: by its id where it has a good one, and by its number in the file."""
    entry_id = row.get("entry_id")
    return f"entry {entry_id} (number {number})" if slug(entry_id) is None else f"entry number {number}"

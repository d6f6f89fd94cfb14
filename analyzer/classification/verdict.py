"""Rule 5: what is answered, by how sure the evidence is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from analyzer.classification.codes import SeenCode
from analyzer.classification.entry import Classification, Entry
from analyzer.classification.fit import Fit

NONE = Classification("none", owner="unknown")
"""The answer where nothing leads to a catalogue's entry or code."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def by_row(entry: Entry, code: str | None) -> Classification:
    """Answer with an entry: found under `code`, or without one by its message alone."""
    return Classification(
        "message" if code is None else "template",
        entry_id=entry.entry_id,
        code=entry.code if code is None else code,
        category=entry.category,
        action=entry.action,
        owner=entry.owner,
    )


def by_fit(
    code: SeenCode | None, fit: Fit, outer_code: str | None, outer_status: int | None
) -> Classification:
    """Answer with the entry of `fit`, the values of its placeholders, and what stands around the cause."""
    return replace(
        by_row(fit.template.entry, code.text if code is not None else None),
        params=tuple(_SURROGATE.sub("\ufffd", value) for value in fit.params()),
        outer_code=outer_code,
        outer_status=outer_status,
    )


def by_code(
    rows: Sequence[Entry], code: SeenCode, outer_code: str | None, outer_status: int | None
) -> Classification:
    """Answer with a known code whose row is not known: what all its rows share, else `several`."""
    return Classification(
        "code",
        code=code.text,
        category=_shared(entry.category for entry in rows),
        action=_shared(entry.action for entry in rows),
        owner=_shared(entry.owner for entry in rows),
        outer_code=outer_code,
        outer_status=outer_status,
    )


def _shared(values: Iterable[str]) -> str:
    held = set(values)
    return held.pop() if len(held) == 1 else "several"

"""Writing a drafted format as the file that people go on with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.format.definition import Definition
from analyzer.format.draft import Draft


def written(drafted: Draft, source: str) -> str:
    """Return a drafted format as TOML, with a remark at what is doubtful."""
    definition = drafted.definition
    lines = [
        f"# Drafted by 'analyzer formats draft' from {drafted.lines} lines of {_plain(source)}; "
        f"{drafted.events} of them are requests.",
        "# Check the settings, and first of all what is marked as unsure; then run 'analyzer formats test'.",
        f"title = {_text(definition.title)}",
        f"defined_by = {_text(definition.defined_by)}",
        f'kind = "{definition.kind}"',
        f'population = "{definition.population}"',
        "",
        "[settings]",
        *_settings(definition, drafted.doubts),
    ]
    for sample in definition.samples:
        lines += ["", "[[sample]]", f"lines = {_text(sample.lines)}"]
        for event in sample.events:
            lines += ["[[sample.event]]", *(f"{name} = {_value(value)}" for name, value in event.items())]
        if sample.ledger:
            lines += ["[sample.ledger]", *(f"{name} = {count}" for name, count in sample.ledger.items())]
    return "\n".join(lines) + "\n"


def _settings(definition: Definition, doubts: Mapping[str, str]) -> Iterator[str]:
    tables = []
    for name, value in definition.settings.items():
        if isinstance(value, dict):
            tables.append((name, value))
            continue
        remark = f"  # unsure: {doubts[name]}" if name in doubts else ""
        if name == "pattern":
            yield from ("pattern = [", *(f"    {_text(pattern)}," for pattern in value), "]")
            yield from (f"# unsure: {column}: {doubt}" for column, doubt in doubts.items())
        else:
            yield f"{name} = {_value(value)}{remark}"
    for name, table in tables:
        yield from ("", f"[settings.{name}]", *(f"{key} = {_text(value)}" for key, value in table.items()))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """Return a TOML string: as it is between apostrophes where that can be, else with escapes."""
    if text.isprintable() and "'" not in text and ("\\" in text or '"' in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)

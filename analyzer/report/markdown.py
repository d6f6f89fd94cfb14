"""The report as Markdown, for people who read it in a terminal, a chat or a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer.report.said import (
    availability_said,
    beside_said,
    change_cells,
    lead_said,
    slo_said,
    test_said,
    warnings_said,
)
from analyzer.report.visible import shortened, visible
from analyzer.resources import shared_folder
from analyzer.text import Texts

LISTED = 10
"""How many rows of a table the page lists; the JSON has all."""
REMEDIES = 6
_SIGNS = re.compile(r"[\\`*_\[\]<>|~#]")
_CELL = 120
_WORDS = ("owner", "category", "action")
_AFFECTED = 3


class Written(str):
    """Text that is Markdown already, and is not escaped again."""

    __slots__ = ()


def markdown(report: Mapping[str, Any], words: Texts) -> str:
    """Return the report (`document`) as Markdown in the language of `words`; log text is escaped in it."""
    told = _moments(report)
    known = [row for row in told["remedies"] if row["rank"] is not None]
    page = (
        _environment()
        .get_template("report.md")
        .render(
            report=told,
            overview=told["overview"],
            known=known,
            remedies=REMEDIES,
            space=Written("" if words.language == "zh" else " "),
            comma=Written(words["summary.comma"]),
            texts=words,
            lead=lead_said(told, words),
            slo=slo_said(told, words),
            warnings=warnings_said(told, words),
            beside=beside_said(told, words),
            test=test_said(told, words),
            availability=Written(_rows(availability_said(told, words))),
            changed=bool(_changed(told)),
            changes=Written(_changes(told, words)),
            days=Written(_days(told, words)),
            uncatalogued=Written(_uncatalogued(told, words)),
            table=lambda rows, key, title: Written(_table(told, rows, key, title, words)),
            codes_of=lambda remedy: words["ticket.comma"].join(
                sorted({entry["code"] for entry in remedy["entries"]})
            ),
            affected=lambda remedy: _affected(remedy, words),
            fenced=lambda text: Written(_fenced(text)),
        )
    )
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"


def escape(value: object) -> str:
    """Return a value as one line of plain text, in which Markdown and HTML find nothing to act on."""
    if isinstance(value, Written):
        return str(value)
    line = visible(" ".join(str(value).split()))
    return _SIGNS.sub(lambda found: "\\" + found.group(), line.replace("&", "&amp;")).replace("\\<", "&lt;")


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        undefined=StrictUndefined,
        # Markdown has its own escapes, which `finalize` puts into every value there is.
        autoescape=False,  # noqa: S701
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _moments(value: Any) -> Any:
    """Return the document with its moments as datetimes again."""
    names = {
        "since",
        "until",
        "written",
        "first_seen",
        "last_seen",
        "first_ts",
        "last_ts",
        "ts",
        "at",
        "stored_from",
    }
    if isinstance(value, list):
        return [_moments(part) for part in value]
    if isinstance(value, dict):
        return {
            key: datetime.fromisoformat(part) if key in names and isinstance(part, str) else _moments(part)
            for key, part in value.items()
        }
    return value


def _table(
    report: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], key: str, title: str, words: Texts
) -> str:
    compared = report["compared"]["since"] is not None
    heads = [title, words["table.failures"], words["table.share"], words["table.error_rate"]]
    if compared:
        heads += [words["compare.before"], words["table.error_rate"]]
    found = [heads]
    for row in rows[:LISTED]:
        name = words.word(key, row[key]) if key in _WORDS else _name(row[key], words)
        found.append(
            [
                name,
                words.number(row["failures"]),
                words.percent(row["share"] or 0.0),
                words.percent(row["error_rate"]),
            ]
        )
        if compared:
            before = row["before"]
            found[-1] += [words.number(before["failures"]), words.percent(before["error_rate"])]
    return _rows(found, len(rows) - LISTED, words)


def _changed(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in (report["changes"] or {"rows": []})["rows"] if row["verdict"] != "same"]


def _changes(report: Mapping[str, Any], words: Texts) -> str:
    heads = [
        *(words[f"compare.{name}"] for name in ("verdict", "kind")),
        *(words[f"table.{name}"] for name in ("key", "failures", "error_rate")),
    ]
    rows = sorted(
        _changed(report), key=lambda row: _ORDER.index((row["verdict"], row["sure"] in ("yes", "burst")))
    )
    most = 2 * LISTED
    return _rows(
        [heads, *(change_cells(row, words) for row in rows[:most])], len(rows) - most, words, texts=3
    )


_ORDER = [(verdict, sure) for sure in (True, False) for verdict in ("new", "worse", "gone", "better", "same")]


def _days(report: Mapping[str, Any], words: Texts) -> str:
    heads = [
        words["summary.day"],
        *(words[f"table.{name}"] for name in ("requests", "failures", "error_rate")),
    ]
    rows = [
        [
            row["day"],
            # Where only failures were logged nothing says how many requests there were.
            words.number(row["requests"] or (None if row["failures"] else 0)),
            words.number(row["failures"]),
            words.percent(row["error_rate"]),
        ]
        for row in report["days"][-31:]
    ]
    return _rows([heads, *rows], len(report["days"]) - 31, words)


def _uncatalogued(report: Mapping[str, Any], words: Texts) -> str:
    heads = [words[f"table.{name}"] for name in ("code", "status", "message", "failures", "share")]
    rows = [
        [
            _name(row["code"], words),
            words.number(row["status"]),
            row["message"] or words["number.nothing"],
            words.number(row["failures"]),
            words.percent(row["share"]),
        ]
        for row in report["uncatalogued"][:LISTED]
    ]
    return _rows([heads, *rows], len(report["uncatalogued"]) - LISTED, words, texts=3)


def _rows(
    rows: Iterable[Sequence[str]], left_out: int = 0, words: Texts | None = None, texts: int = 1
) -> str:
    """Return a table; its first row is the head, and all columns but the first `texts` are numbers."""
    heads, *found = rows
    lines = [heads, [*["---"] * texts, *["---:"] * (len(heads) - texts)]]
    text = [*lines[:1], *found]
    written = ["| " + " | ".join(shortened(escape(cell), _CELL) for cell in row) + " |" for row in text]
    written.insert(1, "|" + "|".join(lines[1]) + "|")
    if left_out > 0 and words is not None:
        written += ["", escape(words.say("summary.more", n=words.number(left_out)))]
    return "\n".join(written)


def _name(value: object, words: Texts) -> str:
    return words["panel.none"] if value in (None, "(none)") else str(value)


def _affected(remedy: Mapping[str, Any], words: Texts) -> str:
    named = [row["name"] for kind in ("models", "endpoints", "api_keys") for row in remedy[kind][:_AFFECTED]]
    return words["ticket.comma"].join(named)


def _fenced(text: str) -> str:
    """Return text as a block of code, whose fence is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return "\n".join([f"{fence}text", *(visible(line) for line in text.split("\n")), fence])

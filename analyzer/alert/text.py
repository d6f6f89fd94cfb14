"""A message in words: plain text for terminals and mails, Markdown for chats.

What logs say is shown, never obeyed: control characters are written out, Markdown's own signs escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from analyzer.alert.figures import figures, is_gone
from analyzer.text import Texts, visible

_SIGNS = re.compile(r"[\\`*_\[\]<>|~#]")
_LONGEST = 200
_SEVERAL_MODELS = 5

Write = Callable[[object], str]


def plain(body: Mapping[str, Any], texts: Texts) -> str:
    """Return a message as lines of plain text, the first of which says it all; it ends in a line's end."""
    lines = [headline(body, texts), f"  {_when(body, texts)}"]
    for name, values in _parts(body, texts, line):
        values = [texts.say("alert.label", name=texts[f"alert.{name}"], value=values[0]), *values[1:]]
        lines += [f"  {value}" if number == 0 else f"    {value}" for number, value in enumerate(values)]
    return "\n".join(lines) + "\n"


def markdown(body: Mapping[str, Any], texts: Texts) -> str:
    """Return a message as Markdown; it ends in a line's end."""
    lines = [f"**{_escaped(headline(body, texts))}**", "", _escaped(_when(body, texts)), ""]
    for name, values in _parts(body, texts, _escaped):
        label = _escaped(texts[f"alert.{name}"])
        if len(values) == 1:
            lines.append(f"- {texts.say('alert.label', name=f'**{label}**', value=values[0])}")
        else:
            lines += [f"- **{label}**", *(f"  - {value}" for value in values)]
    return "\n".join(lines) + "\n"


def headline(body: Mapping[str, Any], texts: Texts) -> str:
    """Return a message in one line: how bad, and what."""
    what = texts[f"alert.cause_{body['cause']}"]
    if body["model"]:
        what = texts.say("alert.what_model", what=what, model=line(body["model"]))
    level = texts[f"alert.level_{body['level']}"]
    if texts.language == "en" and body["kind"] in ("raised", "reminder"):
        level = level.lower()
    head = texts.say(f"alert.head_{body['kind']}", level=level, what=what)
    if body["kind"] == "closed" or not body["signals"]:
        return head
    return texts.say("alert.head_figures", head=head, figures=_figures(body, body["signals"][0], texts))


def line(value: object) -> str:
    """Return a value as one line of plain text that no terminal obeys, its end cut off where it is long."""
    text = visible(" ".join(str(value).split()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _when(body: Mapping[str, Any], texts: Texts) -> str:
    lasting = texts.ago(timedelta(minutes=body["minutes"]))
    start = _moment(body["started_at"], texts)
    if body["ended_at"] is None:
        return texts.say("alert.since", moment=start, lasting=lasting)
    return texts.say("alert.lasted", start=start, end=_moment(body["ended_at"], texts), lasting=lasting)


def _parts(body: Mapping[str, Any], texts: Texts, write: Write) -> list[tuple[str, list[str]]]:
    """Return the parts of a message that have something to say: their name, and a value a line."""
    parts = [
        ("why", [write(_why(body, signal, texts)) for signal in body["signals"]]),
        ("what", _errors(body, texts, write)),
        ("who", [write(_who(body, texts))]),
    ]
    if body["kind"] != "closed":
        parts += [("do", _remedies(body, texts, write)), ("evidence", _evidence(body, texts, write))]
    return [(name, values) for name, values in parts if values]


def _why(body: Mapping[str, Any], signal: Mapping[str, Any], texts: Texts) -> str:
    title = signal["title"].get(texts.language) or signal["title"]["en"]
    return texts.say("alert.rule_line", title=title, figures=_figures(body, signal, texts))


def _figures(body: Mapping[str, Any], signal: Mapping[str, Any], texts: Texts) -> str:
    """Return a signal's figures, which are the worst so far: long after it opened, that is said."""
    said = figures(signal, texts)
    is_late = (
        body["kind"] in ("reminder", "closed") and signal["measure"] != "silence" and not is_gone(signal)
    )
    return texts.say("alert.at_worst", figures=said) if is_late else said


def _who(body: Mapping[str, Any], texts: Texts) -> str:
    if body["cause"] == "traffic":
        return texts["alert.who_traffic"]
    return texts.say(
        "alert.who_owner",
        owner=texts.word("owner", body["cause"]),
        meaning=texts.word("owner_meaning", body["cause"]),
    )


def _errors(body: Mapping[str, Any], texts: Texts, write: Write) -> list[str]:
    lines = []
    for error in body["errors"]:
        code = texts["alert.no_code"] if error["code"] == "(none)" else error["code"]
        meaning = error["meaning"].get(texts.language) or error["message"]
        values = {"code": write(code), "failures": texts.number(error["failures"])}
        said = (
            texts.say("alert.error", **values, message=write(meaning))
            if meaning
            else texts.say("alert.error_bare", **values)
        )
        models = error["models"][:_SEVERAL_MODELS]
        if models:
            named = ", ".join(map(write, models))
            said = texts.say("alert.error_of_models", error=said, models=named)
        lines.append(said)
    if body["more_errors"]:
        lines.append(texts.count("more_entries", body["more_errors"]))
    return lines


def _remedies(body: Mapping[str, Any], texts: Texts, write: Write) -> list[str]:
    remedies = [_remedy(error, texts) for error in body["errors"] if error["action"]]
    if not remedies and body["errors"]:
        return [texts["alert.no_remedy"]]
    return [write(remedy) for remedy in dict.fromkeys(remedies)]


def _remedy(error: Mapping[str, Any], texts: Texts) -> str:
    """Return what to do: of a code whose row is not sure, the action that its rows share alone."""
    action, remedy = texts.word("action", error["action"]), error["remedy"].get(texts.language)
    return texts.say("alert.remedy", action=action, remedy=remedy) if remedy else action


def _evidence(body: Mapping[str, Any], texts: Texts, write: Write) -> list[str]:
    return [
        texts.say(
            "alert.place",
            id=write(one["request_id"] or texts["alert.no_id"]),
            source=write(one["source"]),
            line_no=one["line_no"],
        )
        for one in body["evidence"]
    ]


def _escaped(value: object) -> str:
    text = _SIGNS.sub(lambda found: "\\" + found.group(), line(value).replace("&", "&amp;"))
    return text.replace("\\<", "&lt;")


def _moment(text: str, texts: Texts) -> str:
    return texts.moment(datetime.fromisoformat(text))

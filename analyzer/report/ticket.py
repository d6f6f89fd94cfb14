"""A ticket for the provider, ready to be sent: what failed, how often, when, and request ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.text import Texts, texts

TICKET_ACTIONS = ("open_ticket",)
"""Actions that a ticket goes with."""
_ERRORS = 6


def ticket(remedy: Mapping[str, Any], time_zone: str, language: str) -> str:
    """Return the ticket of a remedy (a row of `evidence.remedies`) as plain text in `language`."""
    return "\n".join(_lines(remedy, time_zone, texts(language)))


def _lines(remedy: Mapping[str, Any], time_zone: str, words: Texts) -> Iterator[str]:
    failures = words.count("failures", remedy["failures"])
    codes = sorted({_line(entry["code"]) for entry in remedy["entries"]})
    yield words.say("ticket.title", failures=failures, codes=words["ticket.comma"].join(codes[:_ERRORS]))
    yield from ("", words["ticket.greeting"], "")
    first, last = (words.moment(remedy[name]) for name in ("first_seen", "last_seen"))
    yield words.say("ticket.when", since=first, until=last, zone=time_zone)
    yield words.say("ticket.how_many", failures=failures, share=words.percent(remedy["share"]))
    for name in ("models", "endpoints"):
        if remedy[name]:
            yield words.say(f"ticket.{name}", names=_named(remedy[name], words))
    yield from ("", words["ticket.errors"])
    for entry in remedy["entries"][:_ERRORS]:
        count = words.count("failures", entry["failures"])
        message = _line(entry["message"] or "")
        yield words.say("ticket.error", code=_line(entry["code"]), failures=count, message=message).rstrip()
    yield ""
    known = [sample for sample in remedy["samples"] if sample["request_id"]]
    yield words["ticket.request_ids" if known else "ticket.no_request_ids"]
    for sample in known:
        moment = sample["ts"].strftime("%Y-%m-%d %H:%M:%S %z") if sample["ts"] else words["number.nothing"]
        yield words.say("ticket.request_id", id=_line(sample["request_id"]), moment=moment)


def _named(rows: Sequence[Mapping[str, Any]], words: Texts) -> str:
    return words["ticket.comma"].join(
        words.say("ticket.named", name=_line(row["name"]), n=words.number(row["failures"])) for row in rows
    )


def _line(text: str) -> str:
    return " ".join(text.split())

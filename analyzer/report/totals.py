"""The cards at the top of the page."""

from __future__ import annotations

from analyzer.report.collect import Answers, Row
from analyzer.text import Texts


def totals(overview: Row, answers: Answers, texts: Texts) -> list[Row]:
    """Return the cards: error rate, failures, requests, and how much the catalogue explains."""
    cards = [_error_rate(overview, texts), _failures(overview, texts), _requests(overview, answers, texts)]
    return [*cards, _catalogued(overview, texts)] if overview["failures"] else cards


def _error_rate(overview: Row, texts: Texts) -> Row:
    if overview["error_rate"] is None:
        note = texts["totals.rate_not_known_note"] if overview["failures"] else texts["number.nothing"]
        return _card("error_rate", texts["totals.rate_not_known"], note, texts, "main unknown")
    rated = overview["failures"] - overview["failures_without_rate"]
    note = texts.say(
        "totals.error_rate_note",
        failures=texts.count("failures", rated),
        requests=texts.count("requests", overview["requests"]),
    )
    return _card("error_rate", texts.percent(overview["error_rate"]), note, texts, "main")


def _failures(overview: Row, texts: Texts) -> Row:
    note = texts.say(
        "totals.failures_note",
        codes=texts.count("codes", overview["codes"]),
        entries=texts.count("entries", overview["entries"]),
    )
    return _card("failures", texts.compact(overview["failures"]), note, texts)


def _requests(overview: Row, answers: Answers, texts: Texts) -> Row:
    rated = sum(1 for source in answers.health if source["population"] == "requests")
    note = texts.say("totals.requests_note", sources=texts.count("sources", rated))
    value = texts.compact(overview["requests"]) if rated else texts["totals.rate_not_known"]
    return _card("requests", value, note if rated else texts["totals.rate_not_known_note"], texts)


def _catalogued(overview: Row, texts: Texts) -> Row:
    outside = overview["uncatalogued"]
    note = (
        texts.say("totals.catalogued_note", n=texts.number(outside))
        if outside
        else texts["totals.catalogued_all"]
    )
    share = 1 - outside / overview["failures"]
    return _card("catalogued", texts.percent(share), note, texts)


def _card(name: str, value: str, note: str, texts: Texts, kind: str = "") -> Row:
    return {"label": texts[f"totals.{name}"], "value": value, "note": note, "kind": kind}

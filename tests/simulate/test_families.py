"""The verdicts that the truth is made of."""

from __future__ import annotations

from analyzer.classification.load import load_catalogs
from analyzer.classification.rule import Classifier
from analyzer.simulate.timeline import Timeline
from analyzer.simulate.traffic import Traffic


def test_the_verdict_on_every_error_is_what_the_rule_says() -> None:
    catalogs = load_catalogs()
    classifier = Classifier(catalogs)
    traffic = Traffic(catalogs[0].entries, Timeline(1_763_251_200_000, 3), 10_000, 0.08, seed=11)
    errors = [
        exchange.answer for exchange in traffic.exchanges if exchange.answer.code or exchange.answer.message
    ]
    for answer in errors:
        verdict = answer.verdict
        if verdict is None:
            continue
        found = classifier.classify(answer.code, answer.message)
        meant = (verdict.match, verdict.entry and verdict.entry.entry_id, verdict.category, verdict.owner)
        assert (found.match, found.entry_id, found.category, found.owner) == meant, answer
        assert (answer.code if found.match == "none" else found.code) == verdict.code, answer

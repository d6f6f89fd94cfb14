"""What a person or a machine reads about a night that ended."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.night.night import Outcome, Say
from analyzer.night.period import NIGHTLY
from analyzer.store.nights import FAILED


def tell(outcome: Outcome, say: Say) -> None:
    """Say what a night came to: its files, its thresholds, what is missing, and the way out."""
    name, files = outcome.period.name, outcome.files
    named = {"kind": outcome.period.kind, "period": name, "outcome": outcome.outcome}
    if not outcome.is_new:
        say(
            f"{name} was done before; --force reads its logs again and writes {files.markdown} anew",
            event="unchanged",
            **named,
        )
    elif outcome.is_resumed:
        say(f"{name}: its files were written before; went on from there", event="resumed", **named)
    elif outcome.summary is not None:
        say(f"wrote {files.markdown}, {files.json.name} and {files.html.name}", event="written", **named)
    sent = [one.channel for one in outcome.deliveries if one.is_new and one.state == "sent"]
    if sent:
        say(f"{name}: sent to {', '.join(sent)}", event="sent", channels=sent, **named)
    _tell_doubts(outcome, named, say)
    for crossed in outcome.crossed:
        say(f"{name}: threshold crossed: {crossed}", level="warning", event="crossed", **named)
    if outcome.unread:
        say(
            f"{outcome.unread} of the files could not be read, so the summary is without them; "
            "repair them and run 'analyzer nightly' again",
            level="error",
            event="unread",
            **named,
        )
    if outcome.outcome == FAILED:
        say(
            f"{name}: {outcome.reason}; '{_command(outcome)}' goes on from there",
            level="error",
            event="failed",
            **named,
        )


def _tell_doubts(outcome: Outcome, named: Mapping[str, str], say: Say) -> None:
    for one in outcome.deliveries:
        if one.is_new and one.state == "in_doubt":
            place = f"{outcome.period.name}: {one.channel}"
            say(
                f"{place} may or may not have it: {one.reason}; it is not sent again by itself",
                level="warning",
                event="in_doubt",
                channel=one.channel,
                **named,
            )


def _command(outcome: Outcome) -> str:
    kind = "" if outcome.period.kind == NIGHTLY else f" --period {outcome.period.kind}"
    return f"analyzer nightly{kind} --date {outcome.period.name}"

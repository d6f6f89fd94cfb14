"""What a run would do and send, without doing it: `analyzer nightly --dry-run`."""

from __future__ import annotations

from analyzer.config.channels import Channel
from analyzer.delivery import Message
from analyzer.delivery.outcome import NotSentError
from analyzer.delivery.send import shape_of
from analyzer.errors import AnalyzerError
from analyzer.night.night import Setting
from analyzer.night.period import Period
from analyzer.night.steps import composed, occasion, opened, summarised
from analyzer.store.deliveries import Delivery, find_deliveries


def preview(setting: Setting, periods: list[Period]) -> list[str]:
    """Return what would be summarised and sent where, a line each, and the text of each message.

    It is made of what is stored now; nothing is read, written or sent. Raises what the store raises.
    """
    lines: list[str] = []
    for period in periods:
        with opened(setting, period) as stored:
            made = summarised(stored, setting, period, setting.clock.now())
            sent = find_deliveries(stored.ahead.connection, occasion(period))
        lines.append(f"{period.kind} {period.name}: {made['verdict']}, of what is stored now")
        lines += [f"  threshold crossed: {crossed}" for crossed in made["crossed"]]
        channels = setting.channels(period.kind)
        lines += [_line(setting, channel, sent.get(channel.name)) for channel in channels]
        if not channels:
            lines.append("  no channel gets it")
        for language in setting.languages(period.kind):
            message = composed(setting, period, made, language)
            lines += ["", *_indented(message), ""]
    return lines or ["nothing is due"]


def _line(setting: Setting, channel: Channel, found: Delivery | None) -> str:
    language = channel.language or setting.configuration.language
    try:
        shape = shape_of(channel)
    except (NotSentError, AnalyzerError) as error:
        return f"  {channel.name}: cannot be sent: {error}"
    state = "would be sent"
    if found is not None:
        state = {"sent": "was sent", "in_doubt": "is in doubt, stays so"}.get(found.state, state)
    return f"  {channel.name} ({channel.service}): {shape} in {language}: {state}"


def _indented(message: Message) -> list[str]:
    return [
        f"  | {line}".rstrip() for line in [f"Subject: {message.subject}", "", *message.text.splitlines()]
    ]

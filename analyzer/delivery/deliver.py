"""One occasion's message to every channel that gets it: each at most once, whatever ends in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from analyzer.config.channels import Channel
from analyzer.delivery.message import Message
from analyzer.delivery.outcome import DEADLINE_SECONDS, InDoubtError, NotSentError
from analyzer.store.deliveries import (
    FAILED,
    IN_DOUBT,
    SENDING,
    SENT,
    Delivery,
    claim,
    settle,
    this_process,
)
from analyzer.store.open import open_writer

_ONE_AT_A_TIME = threading.Lock()
"""Within a process messages leave one after the other: an open claim of our own is always a broken one."""
_SETTLE_SECONDS = 60.0
"""What has left must be written down: the database is waited for at least so long."""


@dataclass(frozen=True)
class Pace:
    """How long to wait, and for what."""

    pauses: tuple[float, ...] = (3.0, 15.0)
    """Seconds before each further attempt at the channels that failed; none: one attempt."""
    deadline: float = DEADLINE_SECONDS
    """Seconds for one message to one channel."""
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC), repr=False)


def deliver(
    database: Path,
    occasion: str,
    channels: Sequence[Channel],
    compose: Callable[[str | None], Message],
    *,
    wait: float = 10.0,
    pace: Pace = Pace(),
    say: Callable[[str], object] = lambda line: None,
) -> list[Delivery]:
    """Send the message of `occasion` to each of `channels`, at most once whoever calls this how often.

    `compose` makes the message in a channel's language (None: the configuration's). A channel that fails
    does not hold the others back: it is tried again after them, with growing pauses. A message of which
    it is not known whether it left is `in_doubt` and never sent again on its own. `say` hears one line
    about each that is not simply sent. Returns what became of each, in the order of `channels`; those
    that are `failed` may be tried again by another call. Raises what the store raises.
    """
    found = _in_rounds(channels, compose, pace, partial(_attempt, database, occasion, wait, pace))
    for one in found:
        if one.state != SENT:
            say(told(one))
    return found


def _in_rounds(
    channels: Sequence[Channel],
    compose: Callable[[str | None], Message],
    pace: Pace,
    attempt: Callable[[Channel, Message], Delivery],
) -> list[Delivery]:
    """Try each channel, then those that failed again after each pause; make each language's message once."""
    outcomes: dict[str, Delivery] = {}
    composed: dict[str | None, Message] = {}
    remaining = list(channels)
    for pause in (0.0, *pace.pauses):
        if remaining and pause:
            pace.sleep(pause)
        for channel in remaining:
            if channel.language not in composed:
                composed[channel.language] = compose(channel.language)
            with _ONE_AT_A_TIME:
                outcomes[channel.name] = attempt(channel, composed[channel.language])
        remaining = [channel for channel in remaining if outcomes[channel.name].state == FAILED]
    return [outcomes[channel.name] for channel in channels]


def told(delivery: Delivery) -> str:
    """Return one line about a message that is not simply sent."""
    place = f"{delivery.occasion} to {delivery.channel}"
    if delivery.state == FAILED:
        times = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
        return f"{place}: not sent, tried {times}: {delivery.reason}"
    if delivery.state == IN_DOUBT:
        return f"{place}: in doubt: {delivery.reason}; it is not sent again on its own, look there"
    return f"{place}: another process is sending it"


def _attempt(
    database: Path, occasion: str, wait: float, pace: Pace, channel: Channel, message: Message
) -> Delivery:
    # Mail and its kin are imported by who has something to send, and before it is claimed: one that is
    # killed between claim and sending leaves a message that nobody sends.
    from analyzer.delivery.send import send

    with closing(open_writer(database, wait)) as connection:
        claimed = claim(connection, occasion, channel.name, pace.now())
    if claimed.state != SENDING or claimed.claimed_by != this_process():
        return claimed
    settled = _sent(send, claimed, channel, message, pace)
    with closing(open_writer(database, max(wait, _SETTLE_SECONDS))) as connection:
        settle(connection, settled, settled.state, pace.now(), settled.reason)
    return replace(settled, is_new=True)


def _sent(
    send: Callable[..., str | None], claimed: Delivery, channel: Channel, message: Message, pace: Pace
) -> Delivery:
    identity = f"{claimed.occasion}\n{claimed.channel}"
    try:
        note = send(channel, message, identity, pace.now(), pace.deadline)
    except NotSentError as error:
        return replace(claimed, state=FAILED, reason=str(error))
    except InDoubtError as error:
        return replace(claimed, state=IN_DOUBT, reason=str(error))
    return replace(claimed, state=SENT, reason=note)

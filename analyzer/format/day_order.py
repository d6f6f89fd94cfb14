"""Whether dates such as `03/11/2026` in a log have the day or the month first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.format.definition import Definition
from analyzer.format.trial import load_lines, trial_connection, trial_fields

_SLASHED = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}/\d{4}[ ,]")

_MAY_BE_SLASHED = re.compile(r"/\d{1,2}/\d{4}[ ,]")
"""Its end, which begins with a sign of its own: looked for first, at a tenth of the cost."""


@dataclass(frozen=True)
class DayOrder:
    """Which of the two stands first in a log's dates, and whether one of them proves it."""

    day_first: bool
    is_proven: bool


def order_in(definition: Definition, lines: Sequence[str]) -> DayOrder | None:
    """Return the order as `day_order` does, of the first format of a file that depends on it."""
    orders = (day_order(one, lines) for one in definition.parts)
    return next((order for order in orders if order is not None), None)


def day_order(definition: Definition, lines: Sequence[str]) -> DayOrder | None:
    """Return the order that makes most times of `lines` readable, None where their times do not depend on it.

    One number above 12 is a proof; without any, the month is taken to be first.
    """
    if not _MAY_BE_SLASHED.search("\n".join(lines)) or not any(_SLASHED.search(line) for line in lines):
        return None
    connection = trial_connection()
    load_lines(connection, lines)
    times = trial_fields(connection, definition)
    # What cannot be read has no time, or in formats of records that of the line above.
    query = f"SELECT count(DISTINCT ts), sum(epoch_us(ts)) FROM ({times})"  # noqa: S608 - our own statement
    try:
        connection.execute("SET VARIABLE day_first = FALSE")
        month = connection.execute(query).fetchall()[0]
        connection.execute("SET VARIABLE day_first = TRUE")
        day = connection.execute(query).fetchall()[0]
    finally:
        connection.execute("RESET VARIABLE day_first")
    return None if day == month else DayOrder(day[0] > month[0], day[0] != month[0])

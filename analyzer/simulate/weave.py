"""Threads that log at once: the records of neighbouring requests, one of each in turn."""

from __future__ import annotations

from itertools import chain, zip_longest

RECORD_END = "\x1e"
"""Stands between the records of one request while they may still be told apart."""


def weave(texts: list[str], threads: list[str], may_mix: list[bool]) -> None:
    """Let pairs of neighbours in different threads take turns, where both may mix; join all others in place.

    The first text of such a pair gets the records of both but the last, which is left to the second, so
    that every text still stands for one request.
    """
    for index in range(0, len(texts) - 1, 2):
        if may_mix[index] and may_mix[index + 1] and threads[index] != threads[index + 1]:
            first, second = texts[index].split(RECORD_END), texts[index + 1].split(RECORD_END)
            if len(first) > 1 and len(second) > 1:
                turns = chain.from_iterable(zip_longest(first, second))
                records = [record for record in turns if record is not None]
                texts[index], texts[index + 1] = "\n".join(records[:-1]), records[-1]
    for index, text in enumerate(texts):
        if RECORD_END in text:
            texts[index] = text.replace(RECORD_END, "\n")

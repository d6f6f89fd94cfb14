"""Which log format a file has: every format that may fit is tried on lines spread over the file."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.format.definition import Definition
from analyzer.format.doubt import doubt_of
from analyzer.format.memory import Memory
from analyzer.format.mixture import mixture_of, others_in
from analyzer.format.ranking import DECISIVE, ranked
from analyzer.format.score import Attempt, Score
from analyzer.format.speakers import are_named
from analyzer.format.trial import trial_connection

MOST_LINES = 1000
"""So many lines are tried at most, in blocks that lie evenly over those given."""

FIRST_LINES = 100
"""So many are looked at first; where they leave no doubt, they are enough."""

_BLOCKS = 10
_LONGEST = 1 << 20
_WAY_OUT = (
    "name the format with --format (see 'analyzer formats list'), or describe it ('analyzer formats draft')"
)


@dataclass(frozen=True)
class Detection:
    """The formats that were tried, best first, and the one that fits; where none does, `reason` says why.

    `doubt` says what of the file goes unread or unknown with it, or is read in several formats.
    """

    ranking: tuple[Score, ...]
    chosen: Definition | None
    reason: str
    doubt: str | None = None


def detect(lines: Sequence[str], formats: Iterable[Definition], thorough: bool = False) -> Detection:
    """Find the format of `lines`, which are lines of a file, in order, without their newlines.

    The best format is the one that tells most values, but for those that tell them by accident (see
    `_best_first`). It is chosen when it finds at least one event, its damaged lines do not outweigh the
    explained ones, and no other of its kind comes near it and reads other values. Unless `thorough`,
    formats that cannot win any more are not tried, and a file whose lines are all built like those of one
    before has its format, without a ranking. Raises FormatError for a format with invalid settings.
    """
    known = list(formats)
    numbered = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and len(line) <= _LONGEST
    ]
    if not numbered:
        return Detection((), None, f"it has no lines to detect a format from; {_WAY_OUT}")
    able = [one for one in known if not one.only_beside]
    many = spread(numbered, MOST_LINES)
    if thorough:
        return _decided(ranked(trial_connection(), many, able, thorough), many, known, thorough)
    texts, memory = [line for _, line in numbered], _memory(known)
    recalled = memory.recall(texts)
    if recalled:
        return Detection((), recalled, "")
    few = spread(numbered, FIRST_LINES)
    found = ranked(trial_connection(), few, able, thorough)
    if len(few) < len(many) and not _suffice(found, many, known):
        return _decided(ranked(trial_connection(), many, able, thorough), many, known)
    detection = _decided(found, few, known)
    # Of services that are named before their lines every file is asked whether two tell of the same.
    is_plain = not detection.doubt and not are_named(texts[:1], known)
    if detection.chosen and is_plain and _explains_all(found[0].score):
        memory.keep(texts, detection.chosen)
    return detection


def _explains_all(best: Score) -> bool:
    return best.share >= DECISIVE and best.explained == best.lines


def _suffice(found: Sequence[Attempt], many: Sequence[tuple[int, str]], known: Sequence[Definition]) -> bool:
    """Tell whether the first lines leave no doubt, and many more hold no requests in other formats."""
    if _objection(found) or found[0].score.share < DECISIVE:
        return False
    return others_in(many, found[0].definition, known) is None


_held = threading.local()


def _memory(formats: Sequence[Definition]) -> Memory:
    """Return what this thread has decided with these formats."""
    if not hasattr(_held, "memory") or not _held.memory.is_of(formats):
        _held.memory = Memory(list(formats))
    memory: Memory = _held.memory
    return memory


def spread(lines: Sequence[tuple[int, str]], most: int) -> list[tuple[int, str]]:
    """Return up to `most` of numbered lines, in blocks that lie evenly over all of them."""
    if len(lines) <= most:
        return list(lines)
    size = most // _BLOCKS
    starts = [round(block * (len(lines) - size) / (_BLOCKS - 1)) for block in range(_BLOCKS)]
    return [lines[place] for place in sorted({at for start in starts for at in range(start, start + size)})]


def _decided(
    found: Sequence[Attempt],
    tried: Sequence[tuple[int, str]],
    known: Sequence[Definition],
    thorough: bool = False,
) -> Detection:
    """Choose the best format, and those of other services' requests, or say why none can be."""
    ranking = tuple(one.score for one in found)
    reason = _objection(found)
    if not found or reason:
        return Detection(ranking, None, reason)
    mixture = mixture_of(found, tried, known, thorough)
    return Detection(ranking, mixture.definition, "", doubt_of(mixture, [line for _, line in tried]))


def _objection(found: Sequence[Attempt]) -> str:
    """Return why the best is not chosen, for people, or the empty text."""
    if not found:
        return f"there are no log formats; {_WAY_OUT}"
    best, second = found[0].score, found[1].score if len(found) > 1 else None
    if found[0].is_sure:
        return ""
    if not best.events:
        nearest = f"'{best.name}' and '{second.name}' come" if second else f"'{best.name}' comes"
        return (
            f"no log format explains it: none finds a request in the {_counted(best.lines, 'line')} tried; "
            f"{nearest} nearest{_miss(best)}; {_WAY_OUT}"
        )
    if best.share <= 0:
        also = f", '{second.name}' {_counted(second.events, 'request')}" if second else ""
        return (
            f"no log format explains it: of {best.lines} lines tried '{best.name}' finds "
            f"{_counted(best.events, 'request')}{also}{_miss(best)}; {_WAY_OUT}"
        )
    for rival in found[1:]:
        if rival.comes_near(found[0]):
            return (
                f"'{best.name}' and '{rival.score.name}' explain it almost alike and read other values in it"
                f"{_miss(best)}; {_WAY_OUT}"
            )
    return ""


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _miss(score: Score) -> str:
    if score.first_miss is None:
        return ""
    return f"; line {score.first_miss} is the first that '{score.name}' cannot read"

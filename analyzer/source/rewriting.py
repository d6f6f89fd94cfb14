"""What is no log of one record a line, and is rewritten into one: told by its first bytes.

A rewriting is a file of this room with two functions: one tells by the first bytes whether it is wanted,
one gives the text. The same source always gives the same text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analyzer.source import answer, cells, document, frames
from analyzer.source.texts import Readable, TextReader

FIRST_BYTES = 512
"""So many bytes tell whether more are worth a look."""


@dataclass(frozen=True)
class Rewriting:
    """How a source becomes lines. `is_document` says that it is any JSON: a log only where it tells times."""

    text: Callable[[Readable], TextReader]
    is_document: bool = False


_ANSWER = Rewriting(answer.answer_text)
_DOCUMENT = Rewriting(document.document_text, is_document=True)
_FRAMES = Rewriting(frames.frames_text)
_CELLS = Rewriting(cells.cells_text)


def rewriting_of(first: bytes, more: Callable[[int], bytes]) -> Rewriting | None:
    """Return how a source is rewritten that begins with `first` (FIRST_BYTES, or all), None where it is not.

    `more` returns so many bytes from its beginning, or all that there are.
    """
    if answer.may_be_answer(first) and answer.is_answer(more(answer.ENOUGH)):
        return _ANSWER
    if document.may_be_list(first):
        return _DOCUMENT if document.is_one_object(more(document.ENOUGH)) else None
    if document.is_document(first):
        return _DOCUMENT
    if frames.may_be_frames(first) and frames.are_frames(more(frames.ENOUGH)):
        return _FRAMES
    if cells.may_be_cells(first) and cells.are_cells(more(cells.ENOUGH)):
        return _CELLS
    return None

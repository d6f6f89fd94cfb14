"""Lines of a source by which its format is told."""

from __future__ import annotations

from analyzer.source.stream import Source


def sample_lines(source: Source, most: int = 4000) -> list[str]:
    """Return up to `most` whole lines spread over the source, for telling its format.

    All lines of a small source are there, blank ones too, so that their places are the lines' numbers.
    """
    blocks = source.sample()
    lines: list[str] = []
    for number, block in enumerate(blocks):
        pieces = block.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        # A block from the middle begins and ends within a line.
        whole = pieces[1:-1] if number else pieces[:-1] or pieces
        lines += [
            piece.lstrip(b"\0").decode("utf-8", "backslashreplace").rstrip("\r")
            for piece in whole[: most // len(blocks)]
        ]
    return lines

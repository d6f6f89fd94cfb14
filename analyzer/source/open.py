"""Opening a source by its name: a file, a pipe, an address, or a file within an archive."""

from __future__ import annotations

import sys
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.source.names import STDIN, is_address, local_path, shown
from analyzer.source.place import LocalFile
from analyzer.source.stream import FileSource, PipeSource, Source


def open_source(name: str) -> Source:
    """Open the source `name`; `-` is standard input. Raises SourceError where it cannot be read."""
    if name == STDIN:
        return PipeSource(STDIN, sys.stdin.buffer)
    if is_address(name):
        from analyzer.source.remote import RemoteFile

        return FileSource(RemoteFile(name))
    path = Path(local_path(name))
    try:
        if path.is_dir():
            # Found, but not looked through: only then is a folder among the sources.
            next(path.iterdir(), None)
            raise SourceError(f"{shown(name)}: is a folder; name the files in it")
        if path.exists() and not path.is_file():
            # A pipe (a shell's `<(...)` too) can be opened once and read once.
            return PipeSource(shown(name), path.open("rb"))
    except OSError as error:
        raise SourceError(
            f"{shown(name)}: cannot be read ({error.strerror}); check its permissions"
        ) from error
    return FileSource(LocalFile(str(path)))

"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analyzer.errors import DeliveryError
from analyzer.store.failure import is_full


def write_bytes(path: Path, content: bytes, option: str = "-o") -> int:
    """Write `content` to `path` by way of a file beside it, and return its length.

    A link's file is replaced, not the link; a device or a pipe is written to as it is. `option` is what a
    person chose the place with. Raises DeliveryError, which names it.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        way_out = "make room there" if is_full(error) else f"choose another place with {option}"
        raise DeliveryError(f"{path} cannot be written: {error.strerror}; {way_out}") from error
    return len(content)


def _replace(path: Path, content: bytes) -> None:
    """Put a file in another's place, with its rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask

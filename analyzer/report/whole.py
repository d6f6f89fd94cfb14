"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analyzer.errors import DeliveryError
from analyzer.store.failure import is_full


def write_bytes(path: Path, content: bytes, option: str = "-o") -> int:
    """Write `content` to `path` by way of a file beside it, and return its length.

    `option` is what a person chose the place with. Raises DeliveryError, which names it.
    """
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        way_out = "make room there" if is_full(error) else f"choose another place with {option}"
        raise DeliveryError(f"{path} cannot be written: {error.strerror}; {way_out}") from error
    return len(content)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask

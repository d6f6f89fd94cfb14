"""The secret that turns an API key into a stable label; it lies outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from analyzer.errors import StoreError

VARIABLE = "ANALYZER_HASH_KEY"
_BYTES = 32


def hash_key() -> str:
    """Return the secret for hashing API keys: ANALYZER_HASH_KEY, else a file of the user's own.

    The file is `analyzer/hash.key` in XDG_CONFIG_HOME (or ~/.config), made on first use and
    readable by its owner alone. Raises StoreError where it cannot be made.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return given
    path = _path()
    try:
        if not path.exists():
            _create(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StoreError(
            f"{path}: the key that hides API keys cannot be made or read ({error.strerror}); "
            f"set {VARIABLE} instead"
        ) from error


def hash_key_file() -> Path | None:
    """Return the file that the secret is read from, made or not; None where the variable holds it."""
    return None if os.environ.get(VARIABLE) else _path()


def _path() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "analyzer" / "hash.key"


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
    try:
        # A link fails where another process was first; its key then holds.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()

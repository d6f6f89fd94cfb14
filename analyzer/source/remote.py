"""Files behind an address, `s3://`, `obs://`, `https://` and whatever else fsspec opens.

Who may read them is told by fsspec's own configuration and by the environment (`AWS_*`, `OBS_*`); it
never stands in a name, a message or the store.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any

from analyzer.errors import MissingPathError, SourceError, UsageError
from analyzer.source.forward import Stream
from analyzer.source.named import is_hidden, is_log_name
from analyzer.source.names import shown
from analyzer.source.obs import OBS, obs_options
from analyzer.source.place import Stat, copied

_BLOCK_BYTES = 8 * 1024 * 1024
_WAIT_SECONDS = 60
_INSTALL = "needs more packages; install them with: pip install 'analyzer[remote]'"


def find_addresses(address: str) -> tuple[list[str], list[str]]:
    """Return the addresses of the logs that `address` means, and the names of files passed over.

    A glob stands for what it matches, a folder for the logs below it. What cannot be asked for now is
    returned as it is: opening it says why. Raises MissingPathError and UsageError.
    """
    if "::" in address:
        return [address], []
    try:
        system, path = _file_system(address)
        with _one_line(address):
            system.invalidate_cache()
            if _is_glob(address, path):
                return _below(address, path, system.glob(path)), []
            if not (address.endswith("/") or (not _is_http(address) and system.isdir(path))):
                return [address], []
            names = [name for name in system.find(path) if not is_hidden(_inside(path, name))]
    except SourceError:
        return [address], []
    logs = [name for name in names if is_log_name(name.rpartition("/")[2])]
    others = [shown(name) for name in names if name not in set(logs)]
    return _below(address, path, logs), others


def _below(address: str, path: str, names: list[str]) -> list[str]:
    """Return the addresses of paths that were listed below `path`, which `address` stands for."""
    if not names:
        raise MissingPathError(f"{shown(address)} holds no log files, or does not exist; check the address")
    start = address.rstrip("/")
    before = start.removesuffix(path.rstrip("/"))
    return [name if _is_http(address) else before + name for name in sorted(names)]


def _inside(path: str, name: str) -> str:
    return name.removeprefix(path.rstrip("/")).lstrip("/")


def _is_http(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _is_glob(address: str, path: str) -> bool:
    # In a web address a question mark begins the parameters.
    return any(sign in path.partition("?")[0] for sign in "*[") or ("?" in path and not _is_http(address))


class RemoteFile:
    """A file behind an address. Raises SourceError where it cannot be asked for."""

    checked = False

    def __init__(self, address: str) -> None:
        self.name = shown(address)
        self._system, self._path = _file_system(address)
        with _one_line(address):
            info = self._system.info(self._path)
        self._size: int | None = info.get("size")
        self.stat: Stat | None = _stat_of(self.name, info)
        self._may_seek: bool | None = None if self._is_http else True

    @property
    def _is_http(self) -> bool:
        return _is_http(self._path)

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[Any]:
        """Open the bytes from `offset` on: by range, or from the start where the server has no ranges."""
        seeks = self._seeks()
        with _one_line(self.name):
            file = self._system.open(self._path, "rb", **self._how(seeks))
        with file:
            remote = _RemoteBytes(file, self._size if seeks else None)
            if seeks:
                remote.seek(offset)
            else:
                Stream(self.name, remote).skip(offset)
            yield remote

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open a temporary copy. Raises SourceError."""
        with self.opened() as file, copied(Stream(self.name, file)) as copy:
            yield copy

    def _how(self, seeks: bool) -> dict[str, Any]:
        if not seeks:
            return {"block_size": 0}
        return {"block_size": _BLOCK_BYTES, "cache_type": "none"}

    def _seeks(self) -> bool:
        """Tell whether the server gives ranges of bytes, by asking for the last one."""
        if self._may_seek is None:
            self._may_seek = bool(self._size) and self._gives_last_byte(self._size or 0)
        return self._may_seek

    def _gives_last_byte(self, size: int) -> bool:
        if size == 1:
            return False
        with _one_line(self.name), self._system.open(self._path, "rb", **self._how(True)) as file:
            file.seek(size - 1)
            try:
                return len(file.read(1)) == 1
            except ValueError:
                return False


class _RemoteBytes:
    """The bytes of a remote file, read forward; every failure is an OSError without secrets."""

    def __init__(self, file: Any, size: int | None) -> None:
        self._file = file
        self._size = size
        self._place = 0

    def seek(self, place: int) -> None:
        """Go to `place`."""
        self._file.seek(place)
        self._place = place

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 at the end."""
        try:
            data = self._file.read(min(len(buffer), _BLOCK_BYTES))
        except Exception as error:
            raise OSError(_reason(error)) from error
        if not data and self._size is not None and self._place < self._size:
            raise OSError(f"it ended after {self._place:,} of {self._size:,} bytes")
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


def _file_system(address: str) -> tuple[Any, str]:
    """Return fsspec's file system of an address, and the path in it.

    Raises UsageError where it cannot be read at all, SourceError where it cannot be reached.
    """
    scheme = address.partition("://")[0].lower()
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f"{shown(address)}: reading an address {_INSTALL}") from error
    options = _options(scheme, address)
    url = "s3" + address[len(scheme) :] if scheme == OBS else address
    with _one_line(address):
        try:
            system, path = url_to_fs(url, **options)
        except ImportError as error:
            raise UsageError(f"{shown(address)}: reading an address of this kind {_INSTALL}") from error
        except ValueError as error:
            raise UsageError(f"{shown(address)}: {_reason(error)}; this kind cannot be read") from error
    return system, str(path)


def _options(scheme: str, address: str) -> dict[str, Any]:
    if scheme == OBS:
        return obs_options()
    if scheme in ("http", "https"):
        from aiohttp import ClientTimeout

        # A whole download may take long; only silence is waited for no more than this.
        timeout = ClientTimeout(total=None, sock_connect=_WAIT_SECONDS, sock_read=_WAIT_SECONDS)
        return {"client_kwargs": {"timeout": timeout}, "encoded": "%" in address}
    return {}


@contextmanager
def _one_line(address: str) -> Iterator[None]:
    """Turn whatever a file system raises into one SourceError."""
    try:
        yield
    except (SourceError, UsageError):
        raise
    except Exception as error:
        raise SourceError(f"{shown(address)}: cannot be read ({_reason(error)})") from error


def _reason(error: BaseException) -> str:
    """Return in a few words, without secrets, what a file system raised."""
    cause = error.__cause__ if isinstance(error, FileNotFoundError) and error.__cause__ else error
    status = getattr(cause, "status", None)
    if status is not None:
        return f"the server answered {status}"
    if isinstance(cause, FileNotFoundError):
        return "it does not exist"
    text = shown(str(cause).strip().partition("\n")[0])[:200]
    return text or type(cause).__name__


def _stat_of(name: str, info: Mapping[str, Any]) -> Stat | None:
    """Return what tells whether a remote file changed: a hash of its mark, its size, its time of change.

    Without a mark and a time it counts as changed now.
    """
    if info.get("size") is None:
        return None
    mark = next((str(info[key]) for key in ("ETag", "etag", "Content-MD5", "md5Hash") if info.get(key)), "")
    moments = (
        info[key] for key in ("LastModified", "Last-Modified", "mtime", "updated", "created") if key in info
    )
    changed = next((moment for moment in map(_nanoseconds, moments) if moment is not None), None)
    if changed is None:
        changed = 0 if mark else time.time_ns()
    digest = hashlib.blake2b(f"{name}\0{mark}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1, int(info["size"]), changed


def _nanoseconds(moment: object) -> int | None:
    if isinstance(moment, int | float):
        return int(moment * 1_000_000_000)
    if isinstance(moment, str):
        try:
            moment = parsedate_to_datetime(moment)
        except ValueError:
            return None
    if not isinstance(moment, datetime):
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(zoned.timestamp() * 1_000_000) * 1000

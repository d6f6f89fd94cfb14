"""What a source is called: names as they are shown and stored, without secrets and without surprises."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, unquote, urlsplit

STDIN = "-"

MEMBER_MARK = "!"
"""Between an archive's name and that of a file in it: `logs.zip!app/access.log`."""

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+(?:://|::.*://)")
_FILE = "file://"
_ADDRESSES_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://[^\s'\"<>)\]}]+")
_SIGNING = re.compile(
    r"^(?:x-(?:amz|obs|goog|oss|cos|ms)-.*|aws_?access_?key_?id|access_?key_?id|(?:google|oss)access(?:key)?id"
    r"|expires|signature|security-token|policy|key-pair-id"
    r"|s[evprt]|ss|srt|sip|spr|sig|skoid|sktid|sk[tesv])$",
    re.IGNORECASE,
)
"""Parameters by which an address is signed: they change each time, and say nothing of what it names."""


def is_address(name: str) -> bool:
    """Tell an address (`s3://...`, a chain such as `zip::https://...`) from a path, also `file://...`."""
    return bool(_ADDRESS.match(name)) and not name.startswith(_FILE)


def local_path(name: str) -> str:
    """Return the path of a `file://...` address, every other name as it is."""
    return unquote(name.removeprefix(_FILE)) if name.startswith(_FILE) else name


def shown(name: str) -> str:
    """Return a source's name as it is shown and stored.

    Of an address neither user name, password nor parameters are left; parameters that do not sign
    it become a short hash, for they may be what tells two sources apart. Signs that cannot be
    printed, and bytes of a file name that are not UTF-8, are written as `\\xHH`.
    """
    return _printable(_ADDRESSES_IN_TEXT.sub(lambda match: _masked(match[0]), name))


def _masked(address: str) -> str:
    parts = urlsplit(address) if "?" in address or "#" in address or "@" in address else None
    if parts is None:
        return address
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if not _SIGNING.match(key)]
    digest = hashlib.blake2b(repr(kept).encode(), digest_size=4).hexdigest()
    query = f"?{digest}" if kept else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode()

"""Rule 2: what stands in a code's place, and which codes of a catalogue a text names.

A catalogue's code is its `code_prefix` and the whole run of digits behind it, no letter or digit
before, wrappers such as `InferHub.` … `.429` off, in any case. A catalogue whose codes look otherwise
is known by exact equality in a code's place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from analyzer.classification.entry import Catalog

EMPTY_CODES = frozenset({"", "-", "--", "0", "null", "none", "nil", "undefined", "n/a", "ok", "success"})
"""What gateways write where there is no code; a bare three-digit code is none either."""

SUCCESS_CODES = frozenset({"0", "200", "ok", "success"})
"""What stands in a code's place when nothing went wrong."""

LONGEST_CODE = 512
_STATUS = re.compile(r"[1-9][0-9]{2}")
_TRAILING_STATUS = re.compile(r"\.([1-9][0-9]{2})(?![0-9])")
_BARE = re.compile(r"[0-9]{3}")


class Kind(Enum):
    """What a code is: a catalogue's, one that its provider's catalogue lacks, another provider's, none."""

    KNOWN = "known"
    UNLISTED = "unlisted"
    FOREIGN = "foreign"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A code as it stood somewhere: its kind, its `key` among the catalogues' codes, the status with it.

    `text` is the code to show: the catalogue's spelling where it is known, else as seen.
    """

    kind: Kind
    key: str = ""
    text: str | None = None
    status: int | None = None


NO_CODE = SeenCode(Kind.EMPTY)


class CodeReader:
    """Recognises the codes of some catalogues."""

    def __init__(self, catalogs: Iterable[Catalog]) -> None:
        """Learn the prefixes and codes of `catalogs`."""
        held = tuple(catalogs)
        self.spelling: dict[str, str] = {}
        for catalog in held:
            for entry in catalog.entries:
                if entry.code:
                    self.spelling.setdefault(fold_code(entry.code), entry.code)
        prefixes = {fold_code(catalog.code_prefix) for catalog in held if catalog.code_prefix}
        self.prefixes: tuple[str, ...] = tuple(sorted(prefixes, key=lambda prefix: (-len(prefix), prefix)))
        alternatives = "|".join(re.escape(prefix) for prefix in self.prefixes)
        self._pattern = re.compile(rf"(?<![^\W_])(?:{alternatives})\d+") if alternatives else None

    def read(self, code: str | None) -> SeenCode:
        """Say what a code's place holds."""
        if code is None:
            return NO_CODE
        folded = fold_code(code[:LONGEST_CODE])
        if folded in self.spelling:
            return SeenCode(Kind.KNOWN, folded, self.spelling[folded])
        if folded in EMPTY_CODES:
            return NO_CODE
        if _BARE.fullmatch(folded):
            return SeenCode(Kind.EMPTY, status=int(folded) if _STATUS.fullmatch(folded) else None)
        return self._read_wrapped(code, folded)

    def _read_wrapped(self, code: str, folded: str) -> SeenCode:
        unlisted = None
        for found in self._matches(folded):
            key = found.group()
            trailing = _TRAILING_STATUS.match(folded, found.end())
            status = int(trailing.group(1)) if trailing else None
            if key in self.spelling:
                return SeenCode(Kind.KNOWN, key, self.spelling[key], status)
            unlisted = unlisted or SeenCode(Kind.UNLISTED, key, code.strip(), status)
        return unlisted or SeenCode(Kind.FOREIGN, folded, code.strip())

    def named_in(self, text: str) -> list[str]:
        """List the catalogues' codes that `text` (lower case, NFKC) names, each once, in their order."""
        if not any(prefix in text for prefix in self.prefixes):
            return []
        found = (match.group() for match in self._matches(text))
        return list(dict.fromkeys(key for key in found if key in self.spelling))

    def _matches(self, folded: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(folded) if self._pattern else iter(())


def fold_code(code: str) -> str:
    """Return `code` in the form in which codes are compared: NFKC, trimmed, lower case."""
    return (code if code.isascii() else unicodedata.normalize("NFKC", code)).strip().lower()

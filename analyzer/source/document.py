"""A JSON document as a log: a list of objects, or objects over several lines, one object a line.

So do the tools and consoles of clouds write what they export: `[{...}, {...}]`, `{"events": [{...}]}`,
`{"hits": {"hits": [{...}]}}`, the `entries` of an HTTP archive (HAR), objects one behind the other,
indented or not. An object's text stays as it is, but for the ends of its lines. The document is cut at
its braces (RFC 8259), not parsed: an object that
is no JSON is a damaged line like any other, and so is what stands between the objects of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.source.texts import Readable, TextReader

ENOUGH = 1024 * 1024
"""So many bytes tell whether what begins like a list in a line goes on in the next."""

_BLOCK_BYTES = 4 * 1024 * 1024
_BLANKS = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"

_DOCUMENT = re.compile(
    rb"""\s*(?:
        \[\s* (?: \{\s*["}] | \]\s*\Z )   # a list of objects, or an empty one
      | \{\s*\n\s* "                    # an object over several lines, or one that holds nothing but a list
      | \{\s* "(?i:events|records|logs|logevents|entries|value|hits)" \s*:\s* \[\s* (?: \{\s*["}] | \] )
      | \{\s* "took" \s*:\s* \d+ \s*,   # what Elasticsearch answers
      | \{\s* "log" \s*:\s* \{\s* "(?:version|creator|browser|entries)" \s*:   # an HTTP archive
    )""",
    re.VERBOSE,
)
_LIST = re.compile(
    # What may stand before the list of records: a record has other members before a list of its own.
    rb"""\s*\{\s*
    (?: "(?i:count|total\w*|next\w*|has_?more|object|kind|api_?version|success|@odata\.\w+
            |page\w*|size|limit|offset)"
        \s*:\s* [^\[\]{},]* ,\s* )*
    "(?i:events|records|logs|logevents|entries|values?|hits|items|data|results?|rows|requests|traces)"
    \s*:\s* \[\s* (?: \{ | \]\s*(?: \} | ,\s*"searchedLogStreams" ) )""",
    re.VERBOSE,
)
_ONE_A_LINE = re.compile(rb"\}[ \t\r]*\n[ \t]*\{")
_HITS = re.compile(rb'\s*\{.*?"hits"\s*:\s*\{[^\[\]]*"hits"\s*:\s*\[', re.DOTALL)
_ARCHIVE = re.compile(rb'\s*\{\s*"log"\s*:\s*\{\s*"(?:version|creator|browser|entries)"')
_HITS_FIRST = re.compile(rb'\s*\{\s*"hits"\s*:\s*\{')
_TIME = re.compile(rb'"(?:[@\w.-]*time\w*|ts|[\w.-]*date|created\w*)"\s*:', re.IGNORECASE)


def is_document(first: bytes) -> bool:
    """Tell by its first bytes whether a source is a JSON document that does not hold one object a line."""
    return _DOCUMENT.match(first.removeprefix(_MARK)) is not None


def may_be_list(first: bytes) -> bool:
    """Tell by its first bytes whether a source may be one object in a line that holds nothing but a list."""
    first = first.removeprefix(_MARK)
    return _LIST.match(first) is not None or _HITS_FIRST.match(first) is not None


def is_one_object(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that no object stands in each of its lines."""
    return _ONE_A_LINE.search(first) is None


def is_list_of_events(first: bytes) -> bool:
    """Tell by its first bytes, 64 KB or so, whether a document is a list of objects that tell a time."""
    return _depth_of_objects(first.removeprefix(_MARK)) > 0 and _TIME.search(first) is not None


def document_text(file: Readable) -> TextReader:
    """Return the objects of a document as lines, read forward. Raises DamagedError."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    from analyzer.source.objects import ObjectCutter

    block = file.read(_BLOCK_BYTES).removeprefix(_MARK)
    cutter = ObjectCutter(_depth_of_objects(block))
    while block:
        text = cutter.cut(block)
        if text:
            yield memoryview(text)
        block = file.read(_BLOCK_BYTES)
    # An object without an end: more may come, as with a line that lacks its newline.
    rest = cutter.end()
    if rest:
        yield memoryview(rest)


def _depth_of_objects(first: bytes) -> int:
    """Return in how many lists and objects those stand that become lines."""
    if first.lstrip(_BLANKS).startswith(b"["):
        return 1
    if _LIST.match(first):
        return 2
    begins = first[:65536]
    return 3 if _HITS.match(begins) or _ARCHIVE.match(begins) else 0

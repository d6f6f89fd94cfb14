"""A catalogue of one's own is one more data file; a broken one says which file, entry and field, and why."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.entry import Entry
from analyzer.classification.load import load_catalogs, parse_catalog
from analyzer.errors import AnalyzerError, CatalogError, MissingPathError

OWN = """\
[catalog]
provider = "acme-gateway"
title.en = "Acme gateway"
title.zh = "Acme 网关"
edition = "3"
date = "2026-05-01"
source = "our wiki"
code_prefix = "ACME-"

[remedies."acme.wait"]
en = "Wait."
zh = "请等待。"

[[entry]]
entry_id = "acme.busy"
api = "model"
http_status = 503
code = "ACME-17"
message = "Worker %s is busy"
example = "Worker 7 is busy"
variants = ["worker %s busy"]
meaning.en = "A worker is busy."
meaning.zh = "工作节点正忙。"
remedy_id = "acme.wait"
category = "server_error"
action = "retry_later"
owner = "provider"
retry = "after_wait"

[[entry]]
entry_id = "acme.no_route"
api = "general"
message = "No route to %s"
meaning = { en = "No route.", zh = "没有路由。" }
remedy = { en = "Ask the network team.", zh = "联系网络团队。" }
category = "not_found"
action = "check_resource"
owner = "caller"
retry = "never"
"""

BUSY = "entry acme.busy (number 1)"
HEAD = "the head [catalog]"

BROKEN = [
    # what is replaced, by what, place, field, reason
    ('category = "server_error"\n', "", BUSY, "category", "missing; add it"),
    ('message = "Worker %s is busy"\n', "", BUSY, "message", "missing; add it"),
    ('remedy_id = "acme.wait"\n', "", BUSY, "remedy_id", "missing; add it, or remedy ="),
    ('api = "model"\n', "", BUSY, "api", "missing; add it"),
    ('entry_id = "acme.busy"\n', "", "entry number 1", "entry_id", "missing; add it"),
    (
        'entry_id = "acme.busy"',
        'entry_id = "Acme busy"',
        "entry number 1",
        "entry_id",
        "is no identifier; use",
    ),
    ('entry_id = "acme.busy"', "entry_id = 5", "entry number 1", "entry_id", "a number where text is needed"),
    (
        '"server_error"',
        '"server_eror"',
        BUSY,
        "category",
        '"server_eror" is unknown; did you mean server_error?',
    ),
    ('"retry_later"', '"pray"', BUSY, "action", '"pray" is unknown; use one of fix_request, '),
    ('owner = "provider"', 'owner = "nobody"', BUSY, "owner", '"nobody" is unknown; use one of caller, '),
    ('"after_wait"', '"at_once"', BUSY, "retry", '"at_once" is unknown; use one of never, '),
    ('api = "model"', 'api = "video"', BUSY, "api", '"video" is unknown; use one of general, model'),
    (
        'api = "model"',
        'api = "model"\nhttpstatus = 1',
        BUSY,
        "httpstatus",
        "unknown field; did you mean http_status?",
    ),
    ("http_status = 503", "http_status = 600", BUSY, "http_status", "600 is no HTTP status; use 100 to 599"),
    ("http_status = 503", "http_status = 99", BUSY, "http_status", "99 is no HTTP status; use 100 to 599"),
    ("http_status = 503", 'http_status = "503"', BUSY, "http_status", "text where a whole number is needed"),
    ("http_status = 503", "http_status = true", BUSY, "http_status", "true or false where a whole number"),
    ('code = "ACME-17"', "code = 17", BUSY, "code", "a number where text is needed; put it in quotes"),
    ('code = "ACME-17"', 'code = "ACME-1 7"', BUSY, "code", "has white space; write the code alone"),
    ('code = "ACME-17"', 'code = "503"', BUSY, "code", "is a bare status and proves nothing"),
    ('code = "ACME-17"', 'code = "ACME-"', BUSY, "code", 'lacks the head\'s code_prefix "ACME-" or what'),
    ('code = "ACME-17"', 'code = "APIG.17"', BUSY, "code", 'lacks the head\'s code_prefix "ACME-"'),
    ('"Worker %s is busy"', '""', BUSY, "message", "empty; write something"),
    ('"Worker %s is busy"', '"%s"', BUSY, "message", "has no words of its own and would fit every text"),
    ('"Worker %s is busy"', '" %s: (%s) "', BUSY, "message", "has no words of its own"),
    ('["worker %s busy"]', '["busy", "%s"]', BUSY, "variants", "number 2: "),
    ('["worker %s busy"]', '"worker %s busy"', BUSY, "variants", "text where a list of texts is needed"),
    ('meaning.zh = "工作节点正忙。"\n', "", BUSY, "meaning", "language zh: missing; add it"),
    ('meaning.en = "A worker is busy."', 'meaning.en = ""', BUSY, "meaning", "language en: empty"),
    (
        'meaning.en = "A',
        'meaning.fr = "x"\nmeaning.en = "A',
        BUSY,
        "meaning",
        'unknown language "fr"; use one',
    ),
    (
        'remedy_id = "acme.wait"',
        'remedy_id = "acme.weit"',
        BUSY,
        "remedy_id",
        '"acme.weit" is unknown; add [rem',
    ),
    (
        "remedy = {",
        'remedy_id = "acme.wait"\nremedy = {',
        "entry acme.no_route (number 2)",
        "remedy",
        "given besi",
    ),
    ('"acme.no_route"', '"acme.busy"', "entry acme.busy (number 2)", "entry_id", "taken by number 1; choose"),
    ('zh = "请等待。"\n', "", "remedy acme.wait", "remedies.acme.wait", "language zh: missing; add it"),
    (
        '[remedies."acme.wait"]',
        "[remedies.acme.wait]",
        "remedy acme",
        "remedies.acme",
        "needs quotes; write [rem",
    ),
    ('provider = "acme-gateway"\n', "", HEAD, "provider", "missing; add it"),
    ('title.zh = "Acme 网关"\n', "", HEAD, "title", "language zh: missing"),
    ('"2026-05-01"', '"May 2026"', HEAD, "date", '"May 2026" is no date; write it as'),
    ('"2026-05-01"', "2026-05-01", HEAD, "date", "a date where text is needed; put it in quotes"),
    ('edition = "3"', "edition = 3", HEAD, "edition", "a number where text is needed"),
    ('provider = "acme-gateway"', 'provider = "huawei-maas"', HEAD, "provider", '"huawei-maas" is taken by'),
    ('"acme.no_route"', '"maas.2115.json_body"', "entry maas.2115.json_body", "entry_id", "taken by"),
    ('"acme.wait"', '"maas.slow_down"', BUSY.split(" (", maxsplit=1)[0], "remedy_id", "has another text in"),
    ("[[entry]]", "[[entries]]", "the file", "entries", "unknown table; a catalogue holds a [catalog] head"),
]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A sound catalogue of one's own."""
    path = tmp_path / "acme.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def entry_of(path: Path, entry_id: str) -> Entry:
    """Return the entry of a catalogue file."""
    return next(entry for entry in parse_catalog(path).entries if entry.entry_id == entry_id)


def complaint(path: Path) -> str:
    """Return the one line that a broken file gets beside the package's catalogues."""
    with pytest.raises(CatalogError) as caught:
        load_catalogs([path])
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    return line


@pytest.mark.parametrize(("old", "new", "place", "field", "reason"), BROKEN)
def test_a_broken_file_names_file_entry_field_and_reason(
    own: Path, old: str, new: str, place: str, field: str, reason: str
) -> None:
    """Whatever is wrong, one line says where and what would be right."""
    assert old in OWN
    own.write_text(OWN.replace(old, new), encoding="utf-8")
    line = complaint(own)
    assert line.startswith(f"{own}: {place}, field {field}: ")
    assert reason in line


def test_bad_toml_names_the_line(own: Path) -> None:
    """A file that is not TOML says in which line it stops being so."""
    own.write_text(OWN.replace('edition = "3"', "edition = "), encoding="utf-8")
    assert "not valid TOML" in complaint(own)
    assert "line 5" in complaint(own)


def test_a_file_without_rows_or_head_is_refused(own: Path) -> None:
    """A catalogue has a head and at least one row."""
    own.write_text(OWN.split("[[entry]]", maxsplit=1)[0], encoding="utf-8")
    assert "field entry: holds no rows" in complaint(own)
    own.write_text("", encoding="utf-8")
    assert "field catalog: missing; add [catalog]" in complaint(own)
    own.write_text(OWN.split("[remedies", maxsplit=1)[0] + "[entry]\n", encoding="utf-8")
    assert "field entry: holds no rows; write one [[entry]]" in complaint(own)


def test_a_file_that_is_not_text_is_refused(own: Path) -> None:
    """Bytes that are not UTF-8 name their line."""
    own.write_bytes(b'[catalog]\nprovider = "\xff"\n')
    assert "line 2 is not UTF-8" in complaint(own)


def test_a_long_value_is_cut_in_the_line(own: Path) -> None:
    """A faulty value of any length still gives a line that can be read."""
    own.write_text(OWN.replace('"server_error"', f'"{"x" * 5000}"'), encoding="utf-8")
    assert len(complaint(own)) < 500


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    """A file that is not there and a folder without catalogues are named."""
    with pytest.raises(MissingPathError, match="no such catalogue file"):
        load_catalogs([tmp_path / "absent.toml"])
    with pytest.raises(MissingPathError, match=r"holds no \*\.toml file"):
        load_catalogs([tmp_path])


def test_a_catalogue_of_ones_own_stands_beside_the_first(own: Path) -> None:
    """File or folder, its entries follow the package's, with status, code and own remedy as written."""
    package, mine = load_catalogs([own])
    assert (package.provider, len(package.entries)) == ("huawei-maas", 49)
    assert [entry.entry_id for entry in mine.entries] == ["acme.busy", "acme.no_route"]
    assert load_catalogs([own.parent]) == (package, mine)
    busy, no_route = mine.entries
    assert (busy.http_status, busy.code, busy.variants) == (503, "ACME-17", ("worker %s busy",))
    assert (busy.remedy_id, busy.remedy["zh"]) == ("acme.wait", "请等待。")
    assert (no_route.http_status, no_route.code, no_route.example, no_route.variants) == (
        None,
        None,
        None,
        (),
    )
    assert (no_route.remedy_id, no_route.remedy["en"]) == ("acme.no_route", "Ask the network team.")
    assert {entry.provider for entry in mine.entries} == {"acme-gateway"}


def test_a_provider_without_a_prefix_may_have_codes_of_any_shape(own: Path) -> None:
    """A catalogue whose codes are plain words leaves `code_prefix` out."""
    own.write_text(
        OWN.replace('code_prefix = "ACME-"\n', "").replace("ACME-17", "model_not_found"), encoding="utf-8"
    )
    assert parse_catalog(own).code_prefix == ""
    assert entry_of(own, "acme.busy").code == "model_not_found"


def test_a_file_named_twice_is_read_once(own: Path) -> None:
    """A file, its folder and another spelling of its path are one catalogue."""
    (own.parent / "other").mkdir()
    again = own.parent / "other" / ".." / own.name
    assert len(load_catalogs([own, own.parent, again])) == 2


def test_the_hash_is_that_of_the_text(own: Path) -> None:
    """Windows line ends and a byte order mark change nothing; a changed letter changes the hash."""
    plain = parse_catalog(own)
    assert plain.hash == hashlib.sha256(OWN.encode()).hexdigest()
    own.write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert parse_catalog(own) == plain
    own.write_text(OWN.replace("Wait.", "Wait!"), encoding="utf-8")
    assert parse_catalog(own).hash != plain.hash


VALUES = st.sampled_from(
    ["1", "1.5", "true", "[]", "[1]", "{}", '""', '"%s"', '"x"', "{ en = 1, zh = [] }", "1979-05-27"]
)


@given(old=st.sampled_from([line for line in OWN.splitlines() if " = " in line]), value=VALUES)
def test_any_value_in_any_field_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, old: str, value: str
) -> None:
    """No value makes the loader fail in another way than with its one line."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(OWN.replace(old, f"{old.partition(' = ')[0]} = {value}", 1), encoding="utf-8")
    line = f"{path}: "
    try:
        parse_catalog(path)
    except AnalyzerError as error:
        line = str(error)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """No file makes the loader fail in another way than with its one line."""
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(CatalogError):
        parse_catalog(path)


def test_a_known_row_gets_a_remedy_of_ones_own(own: Path) -> None:
    """A row with the status, code and message of a published one takes its place."""
    shipped = next(entry for entry in load_catalogs()[0].entries if entry.code == "ModelArts.81104")
    text = (
        OWN.replace('code_prefix = "ACME-"\n', "")
        .replace("ACME-17", shipped.code or "")
        .replace("Worker %s is busy", shipped.message)
    )
    own.write_text(
        text.replace('variants = ["worker %s busy"]\n', "").replace('example = "Worker 7 is busy"\n', "")
    )
    known = load_catalogs([own])
    assert shipped.entry_id not in {entry.entry_id for catalog in known for entry in catalog.entries}
    assert sum(len(catalog.entries) for catalog in known) == len(load_catalogs()[0].entries) + 1
    assert [entry.entry_id for entry in known[0].replaced] == [shipped.entry_id]


def test_two_rows_that_nothing_tells_apart_are_refused(own: Path) -> None:
    entry = OWN[OWN.index("[[entry]]") : OWN.index("[[entry]]", OWN.index("[[entry]]") + 1)]
    own.write_text(OWN + "\n" + entry.replace("acme.busy", "acme.again"), encoding="utf-8")
    assert "entry acme.busy has the same status and code; take one away" in complaint(own)

"""What a log format is: one TOML file, read and checked.

    title = "JSON lines"
    defined_by = "where the format is described"
    kind = "json"                      # how its lines are taken apart: one of KINDS
    population = "requests"            # requests: successes are logged too; failures; observed
    only_beside = true                 # it is asked only for what another format leaves of a file

    [settings]                         # what the kind needs; each kind checks its own
    ...

    [[sample]]
    lines = '''one line, or the lines of one record'''
    inner = "combined"                 # for an envelope: the format of the lines in it
    [[sample.event]]                   # each event the lines become, whole: columns left out are NULL
    line_no = 1
    status = 429
    [sample.ledger]                    # lines that are no event: reasons, blank, continuation
    not_a_request = 1

`observed` means that the source counts as `requests` once it has shown a success, and as
`failures` until then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.errors import FormatError
from analyzer.event import FORMAT_COLUMNS
from analyzer.resources import data_files, package_folder

KINDS = ("json", "otlp", "access", "pattern", "records", "envelope", "table", "logfmt")
WITHIN = "+"
"""Stands between an envelope's name and that of the format in it: `docker+combined`."""
BESIDE = ","
"""Stands between the formats of a file in which several services write: `compose+combined,compose+gin`."""

MIXABLE = ("json", "access", "pattern", "logfmt")
"""Kinds whose requests stand in one line each, so that other lines between them take nothing away."""

POPULATIONS = ("requests", "failures", "observed")
_SAMPLES = "\n[[sample]]\n"
_KEYS = {"title", "defined_by", "kind", "population", "settings", "sample", "only_beside"}
_SAMPLE_KEYS = {"lines", "inner", "event", "ledger"}
_EVENT_KEYS = {"line_no", *(column.name for column in FORMAT_COLUMNS)}


@dataclass(frozen=True)
class Sample:
    """Lines of a log and what they must become.

    `events` holds each event's columns (those left out are NULL); `ledger` counts the lines that
    are no event by reason of rejection, `blank` or `continuation`. `inner` is the format of the lines
    in an envelope.
    """

    lines: str
    events: tuple[Mapping[str, Any], ...]
    ledger: Mapping[str, int]
    inner: str | None = None


@dataclass(frozen=True)
class Definition:
    """A log format: how its lines are taken apart (`kind`, `settings`), and its proof (`samples`)."""

    name: str
    title: str
    defined_by: str
    kind: str
    population: str
    settings: Mapping[str, Any]
    samples: tuple[Sample, ...]
    path: Path
    envelopes: tuple[Definition, ...] = ()
    """The formats in whose envelopes the lines come, the outer one first."""
    beside: tuple[Definition, ...] = ()
    """The formats of what this one finds no request in, in the order in which they are asked."""

    only_beside: bool = False
    """Whether it tells failures in words, which count where no other format of the file tells them."""

    @property
    def parts(self) -> tuple[Definition, ...]:
        """The formats that a file's lines may have, each by itself: most often this one alone."""
        if not self.beside:
            return (self,)
        return replace(self, name=self.name.split(BESIDE)[0], beside=()), *self.beside

    @property
    def continues(self) -> bool:
        """Whether a record may span lines, so that the last one of a source stays provisional."""
        spans = self.kind == "records" or (self.kind == "table" and self.settings.get("style") == "csv")
        return spans or any("joined" in one.settings for one in self.envelopes)

    def within(self, envelope: Definition) -> Definition:
        """Return this format in an envelope around it; its name says both, the envelope's first."""
        name = f"{envelope.name}{WITHIN}{self.name}"
        return replace(self, name=name, envelopes=(envelope, *self.envelopes))

    def mixed_with(self, others: Sequence[Definition]) -> Definition:
        """Return this format with others beside it; its name says all, in their order. Raises FormatError."""
        for one in others:
            reason = _apart(self, one)
            if reason:
                raise FormatError(f"'{self.name}' and '{one.name}' cannot be read out of one file: {reason}")
        return replace(self, name=BESIDE.join(one.name for one in (self, *others)), beside=tuple(others))

    def goes_with(self, other: Definition) -> bool:
        """Tell whether both can be read out of one file."""
        return not _apart(self, other)


def _apart(one: Definition, other: Definition) -> str:
    """Return why two formats cannot be read out of one file, the empty text where they can."""
    for each in (one, other):
        if each.kind not in MIXABLE:
            return f"what '{each.name}' reads does not stand in one line each"
    if one.population != other.population:
        return "one holds failures only, the other successes too"
    joined, others = ([each for each in both.envelopes if "joined" in each.settings] for both in (one, other))
    return "" if joined == others else "one's lines are split over several, the other's are not"


def load_formats(extra: Sequence[Path] = (), proven: bool = False) -> dict[str, Definition]:
    """Return every format by its name (the file's stem); a user's file may not take the name of another.

    `extra` are files or folders of the user's own. The package's own, when they are `proven`, come without
    their samples, which take most of the time to read. Raises FormatError.
    """
    found: dict[str, Definition] = {}
    own = package_folder("formats")
    for path in data_files(own, ".toml", tuple(extra)):
        definition = load_format(path, proven and path.parent == own)
        if definition.name in found and found[definition.name].path != path:
            raise FormatError(f"{path}: a format named '{definition.name}' exists already; rename the file")
        found[definition.name] = definition
    return found


def load_format(path: Path, proven: bool = False) -> Definition:
    """Read one format file, without its samples when it is `proven`.

    Raises FormatError naming the file, the key and the reason.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text.partition(_SAMPLES)[0] if proven else text)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: is not valid TOML ({error})") from error
    _refuse_unknown(path, "", raw, _KEYS)
    for key in ("title", "defined_by", "kind", "population"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise FormatError(f"{path}: {key} must be a text")
    _one_of(path, "kind", raw["kind"], KINDS)
    _one_of(path, "population", raw["population"], POPULATIONS)
    if not isinstance(raw.get("only_beside", False), bool):
        raise FormatError(f"{path}: only_beside must be true or false")
    settings = raw.get("settings", {})
    if not isinstance(settings, dict):
        raise FormatError(f"{path}: settings must be a table")
    samples = tuple(_sample(path, number, sample) for number, sample in enumerate(raw.get("sample", []), 1))
    if not samples and not proven:
        raise FormatError(
            f"{path}: sample is missing; a format carries at least one line and what it becomes"
        )
    told = {key: raw[key] for key in ("title", "defined_by", "kind", "population")}
    alone = raw.get("only_beside", False)
    return Definition(path.stem, **told, settings=settings, samples=samples, path=path, only_beside=alone)


def _sample(path: Path, number: int, raw: Any) -> Sample:
    where = f"sample {number}"
    if not isinstance(raw, dict) or not isinstance(raw.get("lines"), str):
        raise FormatError(f"{path}: {where}.lines must be a text")
    _refuse_unknown(path, f"{where}.", raw, _SAMPLE_KEYS)
    events = raw.get("event", [])
    if not isinstance(events, list):
        raise FormatError(f"{path}: {where}.event must be written as [[sample.event]]")
    for event in events:
        _refuse_unknown(path, f"{where}.event.", event, _EVENT_KEYS)
    if raw.get("inner") is not None and not isinstance(raw["inner"], str):
        raise FormatError(f"{path}: {where}.inner must be the name of a format")
    return Sample(raw["lines"], tuple(events), raw.get("ledger", {}), raw.get("inner"))


def _refuse_unknown(path: Path, where: str, table: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise FormatError(f"{path}: {where}{unknown[0]} is unknown; there are {', '.join(sorted(known))}")


def _one_of(path: Path, key: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise FormatError(f"{path}: {key} is '{value}'; it must be one of {', '.join(allowed)}")

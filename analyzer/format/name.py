"""From a format's name to the format: within envelopes, beside others, or a server's own directive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import UnknownNameError
from analyzer.format.definition import BESIDE, WITHIN, Definition
from analyzer.format.directive import layout_of
from analyzer.format.families import families, is_directive


def named_format(formats: Mapping[str, Definition], name: str) -> Definition:
    """Return the format called `name`, in its envelopes where it names some (`docker+combined`), and
    with those beside it (`docker+combined,docker+gin`).

    A name may be a server's own directive (`nginx:$remote_addr ...`), in envelopes too, but with none
    beside it: commas are its own. Raises UnknownNameError with the names there are, also for a bare
    envelope, and FormatError for a directive that cannot be read, or formats that do not go together.
    """
    if BESIDE in name and ":" not in name:
        first, *others = (named_format(formats, each.strip()) for each in name.split(BESIDE))
        return first.mixed_with(others)
    found = _named(formats, name)
    if found.kind == "envelope":
        raise UnknownNameError(
            f"'{name}' is an envelope around lines of another format; name both, such as "
            f"'{name}{WITHIN}ndjson', or let the format be detected"
        )
    return found


def _named(formats: Mapping[str, Definition], name: str) -> Definition:
    if name not in formats and is_directive(name):
        return _directed_format(name)
    outer, inside, rest = name.partition(WITHIN)
    if inside and name not in formats:
        envelope = _named(formats, outer)
        if envelope.kind != "envelope":
            raise UnknownNameError(f"'{outer}' is no envelope; '{name}' cannot be read")
        return named_format(formats, rest).within(envelope)
    if name not in formats:
        raise UnknownNameError(
            f"unknown format '{name}'; there are {', '.join(formats)} (see 'analyzer formats list'), and "
            f"directives, which begin with {', '.join(f'{family}:' for family in families())}"
        )
    return formats[name]


def _directed_format(directive: str) -> Definition:
    """Return the format of a server's directive; its name is the directive in one line."""
    name = re.sub(r"\s*\n\s*", " ", directive.strip())
    layout_of(name)
    family = families()[name.partition(":")[0]]
    settings = {"log_format": [name]}
    return Definition(
        name,
        family.title,
        family.defined_by,
        "pattern",
        "requests",
        settings,
        (),
        Path("--format"),
    )

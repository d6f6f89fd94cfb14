"""A whole simulation: traffic once, rendered into a file of each format, and the truth beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from analyzer.classification.load import load_catalogs
from analyzer.errors import RangeError, UnknownNameError, UsageError
from analyzer.simulate import combined, ndjson, python_client, uniform
from analyzer.simulate.output import LogFile, refuse_existing, write_text
from analyzer.simulate.render import LogFormat, Rendering
from analyzer.simulate.timeline import Timeline
from analyzer.simulate.traffic import Traffic
from analyzer.simulate.truth import tell

FORMATS: dict[str, LogFormat] = {
    ndjson.NAME: ndjson,
    combined.NAME: combined,
    python_client.NAME: python_client,
}
PROVIDER = "huawei-maas"
MAX_DAYS = 366
_LAST_YEAR = 2200


@dataclass(frozen=True)
class Plan:
    """What to simulate: `files` maps paths to formats' names; a path that ends in .gz is compressed."""

    files: dict[Path, str]
    truth: Path
    start: date
    requests: int = 10_000
    days: int = 3
    seed: int = 1
    failure_rate: float = 0.08
    uniform: bool = False
    """Whether NDJSON has one spelling, and no log a line that is no event: what a benchmark reads."""
    force: bool = False


def plan_files(
    place: Path, formats: Sequence[str], compress: bool, truth: Path | None
) -> tuple[dict[Path, str], Path]:
    """Return the log files and the truth file: in the folder `place`, or `place` itself where it is a file.

    `NAME.gz` for a format compresses its file alone. A path with a suffix is a file, which takes one
    format. Raises UnknownNameError for an unknown format, UsageError for a file with several.
    """
    for name in formats:
        if name.removesuffix(".gz") not in FORMATS:
            raise UnknownNameError(f"unknown format '{name}'; there are {', '.join(FORMATS)}")
    chosen = tuple(dict.fromkeys(formats)) or tuple(FORMATS)
    if place.suffix and not place.is_dir():
        if len(chosen) > 1:
            raise UsageError(f"{place} names one file; name a folder, or one --format")
        packed = (compress or chosen[0].endswith(".gz")) and place.suffix != ".gz"
        path = place.with_name(f"{place.name}.gz") if packed else place
        return {path: chosen[0].removesuffix(".gz")}, truth or place.with_name(f"{place.name}.truth.json")
    files = {place / _file_name(name, compress): name.removesuffix(".gz") for name in chosen}
    return files, truth or place / "truth.json"


def simulate(plan: Plan, progress: Callable[[int], None] | None = None) -> dict[str, Any]:
    """Write the plan's files and return the truth; `progress` is told how many requests were written.

    Files appear under their names when they are whole. Raises UsageError where one exists already
    (unless `force`) or a figure of the plan makes no sense, DeliveryError where one cannot be written.
    """
    _check(plan)
    if not plan.force:
        refuse_existing([*plan.files, plan.truth])
    midnight = int(datetime.combine(plan.start, time(), UTC).timestamp()) * 1_000
    timeline = Timeline(midnight, plan.days)
    entries = [
        entry for catalog in load_catalogs() if catalog.provider == PROVIDER for entry in catalog.entries
    ]
    traffic = Traffic(entries, timeline, plan.requests, plan.failure_rate, plan.seed)
    renderings = {path: _rendering(name, traffic, plan) for path, name in plan.files.items()}
    with ExitStack() as stack:
        logs = {path: stack.enter_context(LogFile(path)) for path in renderings}
        for block in traffic.blocks():
            for path, rendering in renderings.items():
                logs[path].write(rendering.text(block))
            if progress is not None:
                progress(len(block.moment))
    truth = tell(timeline, {path.name: rendering for path, rendering in renderings.items()}, _call(plan))
    write_text(plan.truth, json.dumps(truth, ensure_ascii=False, indent=1) + "\n")
    return truth


def _rendering(name: str, traffic: Traffic, plan: Plan) -> Rendering:
    log_format: LogFormat = uniform if plan.uniform and name == uniform.NAME else FORMATS[name]
    return Rendering(log_format, traffic, plan.seed, noise=not plan.uniform)


def _file_name(name: str, compress: bool) -> str:
    plain = name.removesuffix(".gz")
    return f"{plain}.log.gz" if compress or name != plain else f"{plain}.log"


def _check(plan: Plan) -> None:
    if not 1970 <= plan.start.year < _LAST_YEAR:
        raise RangeError(f"--start is {plan.start}; write a day from 1970-01-01 on and before {_LAST_YEAR}")
    if plan.requests < 1:
        raise RangeError(f"--requests is {plan.requests}; write 1 or more")
    if not 1 <= plan.days <= MAX_DAYS:
        raise RangeError(f"--days is {plan.days}; write 1 to {MAX_DAYS}")
    if not 0 <= plan.failure_rate <= 1:
        raise RangeError(f"--failure-rate is {plan.failure_rate}; write a share from 0 to 1, such as 0.08")
    if plan.seed < 0:
        raise RangeError(f"--seed is {plan.seed}; write 0 or more")


def _call(plan: Plan) -> dict[str, Any]:
    return {
        "command": "analyzer simulate",
        "start": plan.start.isoformat(),
        "days": plan.days,
        "requests": plan.requests,
        "seed": plan.seed,
        "failure_rate": plan.failure_rate,
        "uniform": plan.uniform,
    }

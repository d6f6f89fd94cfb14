"""Blocks of traffic become the lines of a format, and each line's facts are counted on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analyzer.simulate.draws import Draws
from analyzer.simulate.template import Facts, Template, write_times
from analyzer.simulate.timeline import DAY
from analyzer.simulate.traffic import Block, Exchange, Traffic
from analyzer.simulate.weave import weave

_STREAM_NOISE = 3
LATER_MILLISECONDS = 7
THREADS = 4


class LogFormat(Protocol):
    """What the module of a format offers.

    `LAYERS` is the number of layouts it writes an exchange in (they take turns by the day),
    `THREAD_LAYER` the one whose lines name their thread, so that requests may mix; `NOISE_SHARE` is
    the number of lines that are no event per request, `RESOLUTION` the milliseconds that its times
    tell apart.
    """

    NAME: str
    LAYERS: int
    THREAD_LAYER: int | None
    NOISE_SHARE: float
    RESOLUTION: int

    def template(self, exchange: Exchange, layer: int = 0, /) -> Template:
        """Return the text of an exchange in a layout."""
        ...

    def noise(self, layer: int = 0, /) -> list[Template]:
        """Return the lines that are no event, in a layout."""
        ...


class Rendering:
    """One format's rendering of a run of traffic, and what it has written so far."""

    def __init__(self, log_format: LogFormat, traffic: Traffic, seed: int, noise: bool = True) -> None:
        self.name = log_format.NAME
        self.resolution = log_format.RESOLUTION
        self.first: int | None = None
        self.last: int | None = None
        self._format = log_format
        self._traffic = traffic
        self._templates: list[Template | None] = [None] * (len(traffic.exchanges) * log_format.LAYERS)
        self._uses = np.zeros(len(self._templates), dtype=np.int64)
        self._noise = [log_format.noise(layer) if noise else [] for layer in range(log_format.LAYERS)]
        self._noise_uses = np.zeros(len(self._noise[0]), dtype=np.int64)
        self._noise_due = self._plan_noise(Draws(seed, _STREAM_NOISE), log_format.NOISE_SHARE)

    def text(self, block: Block) -> bytes:
        """Return the block's lines, each with its newline."""
        chosen = self._choose(block)
        texts = self._fill(block, chosen)
        self._uses += np.bincount(chosen, minlength=len(self._uses))
        self.first = (
            int(block.moment.min()) if self.first is None else min(self.first, int(block.moment.min()))
        )
        self.last = max(self.last or 0, int(block.moment.max()))
        self._add_noise(texts, block)
        texts.append("")
        return "\n".join(texts).encode("utf-8", "surrogateescape")

    def counted(self) -> Iterator[tuple[Facts, int]]:
        """Yield the facts of each template that was used, and how often it was."""
        for template, uses in zip(self._templates, self._uses.tolist(), strict=True):
            if template is not None:
                yield template.facts, uses
        for template, uses in zip(self._noise[0], self._noise_uses.tolist(), strict=True):
            yield template.facts, uses

    def _plan_noise(self, draws: Draws, share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return before which requests a line that is no event stands, and its kind; first each in turn."""
        kinds = len(self._noise[0])
        count = min(self._traffic.requests, max(kinds, round(self._traffic.requests * share))) if kinds else 0
        places = (np.arange(count) + draws.uniform(count)) * self._traffic.requests / max(1, count)
        which = (draws.uniform(count) * kinds).astype(np.int64)
        which[: min(kinds, count)] = np.arange(min(kinds, count))
        return places.astype(np.int64), which

    def _choose(self, block: Block) -> NDArray[np.int64]:
        layers = self._format.LAYERS
        chosen = block.exchange * layers + self._layers(block.moment)
        for index in np.unique(chosen).tolist():
            if self._templates[index] is None:
                exchange = self._traffic.exchanges[index // layers]
                self._templates[index] = self._format.template(exchange, index % layers)
        return np.asarray(chosen)

    def _layers(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the layout of each moment; layouts take turns by the day."""
        return (moments - self._traffic.timeline.start) // DAY % self._format.LAYERS

    def _fill(self, block: Block, chosen: NDArray[np.int64]) -> list[str]:
        indices = chosen.tolist()
        used = {index: template for index in set(indices) if (template := self._templates[index]) is not None}
        formats = {index: template.text.format for index, template in used.items()}
        times, durations = self._times(block.moment, chosen, used), self._durations(block, chosen, used)
        labels = [block.labels[place : place + 32] for place in range(0, len(block.labels), 32)]
        operations = [f"op-{labels[index][20:]}" for index in block.operation.tolist()]
        attempts = block.attempt.tolist()
        threads = [f"Thread-{index % THREADS + 1}" for index in block.operation.tolist()]
        threaded = self._format.THREAD_LAYER is not None
        later = self._times(block.moment + LATER_MILLISECONDS, chosen, used) if threaded else times
        columns = (indices, times, labels, durations, operations, attempts, later, threads)
        texts = [
            formats[index](time, label[:20], duration, operation, attempt, after, thread)
            for index, time, label, duration, operation, attempt, after, thread in zip(*columns, strict=True)
        ]
        if threaded:
            weave(texts, threads, (chosen % self._format.LAYERS == self._format.THREAD_LAYER).tolist())
        return texts

    def _times(
        self, moments: NDArray[np.int64], chosen: NDArray[np.int64], used: dict[int, Template]
    ) -> list[str]:
        shapes = np.empty(len(self._templates), dtype=object)
        for index, template in used.items():
            shapes[index] = template.time
        shape_of = shapes[chosen]
        texts = np.empty(len(chosen), dtype=object)
        for shape in sorted({template.time for template in used.values()}):
            rows = np.flatnonzero(shape_of == shape)
            texts[rows] = write_times(shape, moments[rows])
        return list(texts)

    def _durations(self, block: Block, chosen: NDArray[np.int64], used: dict[int, Template]) -> list[str]:
        in_seconds = np.zeros(len(self._templates), dtype=bool)
        in_seconds[[index for index, template in used.items() if template.unit == "s"]] = True
        return [
            f"{value // 1000}.{value % 1000:03d}" if seconds else str(value)
            for value, seconds in zip(block.duration.tolist(), in_seconds[chosen].tolist(), strict=True)
        ]

    def _add_noise(self, texts: list[str], block: Block) -> None:
        places, kinds = self._noise_due
        begin, end = np.searchsorted(places, (block.first, block.first + len(texts)))
        labels, layers = block.labels, self._layers(block.moment).tolist()
        for place, kind in zip(
            (places[begin:end] - block.first).tolist(), kinds[begin:end].tolist(), strict=True
        ):
            template = self._noise[layers[place]][kind]
            time = write_times(template.time, block.moment[place : place + 1])[0]
            line = template.text.format(
                time, labels[32 * place : 32 * place + 20], 0, "", 1, time, "Thread-1"
            )
            texts[place] = f"{line}\n{texts[place]}"
            self._noise_uses[kind] += 1

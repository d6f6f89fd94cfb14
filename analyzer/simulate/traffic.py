"""Seeded traffic: which exchange happens when, block by block, so that any size fits in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyzer.classification.entry import Entry
from analyzer.simulate.answer import Answer
from analyzer.simulate.draws import Draws
from analyzer.simulate.families import Family, burst_failures, daily_failures, outage_failures, successes
from analyzer.simulate.timeline import Timeline
from analyzer.simulate.world import Request, make_request

BLOCK = 50_000
_POOLS = {"success": 4_096, "daily": 2_048, "burst": 192, "outage": 256}
_STREAM_POOL, _STREAM_BLOCKS = 1, 2
_MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; traffic is made of a few thousand of them, each met many times."""

    request: Request
    answer: Answer
    variety: int
    """A number that a format draws its spellings from."""


@dataclass(frozen=True)
class Block:
    """Consecutive requests in order of time, one array element each.

    `moment` is milliseconds since 1970 UTC, `exchange` an index of `Traffic.exchanges`, `duration`
    milliseconds, `attempt` counts from 1, `operation` is the index of the attempt that began the
    call; `labels` holds 32 hexadecimal digits a request.
    """

    first: int
    moment: NDArray[np.int64]
    exchange: NDArray[np.int64]
    duration: NDArray[np.int64]
    attempt: NDArray[np.int64]
    operation: NDArray[np.int64]
    labels: str


class Traffic:
    """All requests of one simulation."""

    def __init__(
        self, entries: Sequence[Entry], timeline: Timeline, requests: int, failure_rate: float, seed: int
    ) -> None:
        self.timeline = timeline
        self.requests = requests
        self._seed = seed
        self.exchanges: list[Exchange] = []
        self._pools: dict[str, tuple[int, int]] = {}
        self._due: dict[int, int] = {}
        self._draws = Draws(seed, _STREAM_POOL)
        firsts = self._fill_pools(entries)
        self._place(firsts["success"][1:], 0.25, requests)
        forced = self._place(firsts["daily"], 0.75, int(requests * failure_rate))
        self._companions = self._make_companions()
        self._set_rates(failure_rate, forced)

    def blocks(self) -> Iterator[Block]:
        """Yield the requests; every call yields the same."""
        draws = Draws(self._seed, _STREAM_BLOCKS)
        for first in range(0, self.requests, BLOCK):
            yield self._block(first, min(BLOCK, self.requests - first), draws)

    def _fill_pools(self, entries: Sequence[Entry]) -> dict[str, list[int]]:
        kinds = {
            "success": successes(entries),
            "daily": daily_failures(entries),
            "burst": burst_failures(entries),
            "outage": outage_failures(entries),
        }
        return {name: self._fill_pool(name, families) for name, families in kinds.items()}

    def _fill_pool(self, name: str, families: Sequence[Family]) -> list[int]:
        """Fill a pool with each family's share, at least one of each; return each family's first exchange."""
        total = sum(family.weight for family in families)
        start, firsts = len(self.exchanges), []
        for family in families:
            firsts.append(len(self.exchanges))
            for number in range(max(1, round(_POOLS[name] * family.weight / total))):
                request = make_request(self._draws, family.kind)
                answer = family.make(request, self._draws)
                # Odd is the variety that every format writes in full.
                variety = self._draws.number(0, 2**40) | (number == 0)
                self.exchanges.append(Exchange(request, answer, variety))
        self._pools[name] = (start, len(self.exchanges) - start)
        return firsts

    def _place(self, exchanges: Sequence[int], offset: float, at_most: int) -> int:
        """Give each exchange its place in the run, evenly spread, so that none is left to chance."""
        chosen = exchanges[:at_most] if at_most < self.requests else exchanges[: self.requests]
        for number, exchange in enumerate(chosen):
            self._due[int((number + offset) * self.requests / len(chosen))] = exchange
        return len(chosen)

    def _make_companions(self) -> NDArray[np.int64]:
        """Return for each exchange that a client tries again the one in which it succeeds, else -1."""
        companions = np.full(len(self.exchanges), -1, dtype=np.int64)
        for index in range(len(companions)):
            exchange = self.exchanges[index]
            if exchange.answer.retryable:
                companions[index] = len(self.exchanges)
                self.exchanges.append(replace(exchange, answer=Answer(200, "answer")))
        return np.concatenate([companions, np.full(len(self.exchanges) - len(companions), -1)])

    def _set_rates(self, failure_rate: float, forced: int) -> None:
        """Split the failure rate between the incidents (at most half of it) and the days."""
        shares = {incident.name: self.timeline.share(incident) for incident in self.timeline.incidents}
        usual = sum(shares[incident.name] * incident.failure_rate for incident in self.timeline.incidents)
        scale = min(1.0, 0.5 * failure_rate / usual)
        left = failure_rate - scale * usual - forced / max(1, self.requests)
        self._base = min(1.0, max(0.0, left / (1 - sum(shares.values()))))
        self._rates = {
            incident.name: max(scale * incident.failure_rate, self._base)
            for incident in self.timeline.incidents
        }

    def _block(self, first: int, count: int, draws: Draws) -> Block:
        moment = self.timeline.moments(first, self.requests, draws.uniform(count))
        exchange = self._exchanges_of(moment, draws.uniform(count), draws.uniform(count))
        due = [index for index in range(first, first + count) if index in self._due] if self._due else []
        for index in due:
            exchange[index - first] = self._due[index]
        kept = {index - first for index in due}
        attempt, operation = self._try_again(exchange, moment, draws.uniform(count), kept)
        duration = self._durations(exchange, draws.uniform(count))
        return Block(first, moment, exchange, duration, attempt, operation, draws.hexadecimal(2 * count))

    def _exchanges_of(
        self, moment: NDArray[np.int64], fate: NDArray[np.float64], choice: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        exchange = self._from_pool("success", choice)
        rate = np.full(len(moment), self._base)
        failure = self._from_pool("daily", choice)
        for incident in self.timeline.incidents:
            during = (moment >= incident.start) & (moment < incident.end)
            rate[during] = self._rates[incident.name]
            failure[during] = self._from_pool(incident.name, choice[during])
        failed = fate < rate
        exchange[failed] = failure[failed]
        return exchange

    def _from_pool(self, name: str, choice: NDArray[np.float64]) -> NDArray[np.int64]:
        start, size = self._pools[name]
        return start + (choice * size).astype(np.int64)

    def _try_again(
        self,
        exchange: NDArray[np.int64],
        moment: NDArray[np.int64],
        chance: NDArray[np.float64],
        kept: set[int],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Turn every other request that follows a retryable failure into its next attempt, soon after it.

        Changes `exchange` and `moment` in place, and returns the attempt (from 1) and the operation of
        each request.
        """
        attempt = np.ones(len(exchange), dtype=np.int64)
        operation = np.arange(len(exchange))
        success_end = sum(self._pools["success"])
        candidates = np.flatnonzero((chance[1:] < 0.5) & (self._companions[exchange[:-1]] >= 0)) + 1
        for index in candidates.tolist():
            earlier = exchange[index - 1]
            if index in kept or self._companions[earlier] < 0 or attempt[index - 1] >= _MAX_ATTEMPTS:
                continue
            succeeded = exchange[index] < success_end
            exchange[index] = self._companions[earlier] if succeeded else earlier
            attempt[index] = attempt[index - 1] + 1
            operation[index] = operation[index - 1]
            soon = moment[index - 1] + 400 + int(3_000 * chance[index])
            moment[index] = min(moment[index], soon)
        return attempt, operation

    def _durations(self, exchange: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        usual = np.array([_usual_duration(each) for each in self.exchanges])
        # The quantile function of a log-logistic distribution: a long tail from one uniform draw.
        spread = (uniform / (1 - uniform) + 1e-4) ** 0.35
        return np.clip(usual[exchange] * spread, 1, 120_000).astype(np.int64)


def _usual_duration(exchange: Exchange) -> float:
    answer = exchange.answer
    if answer.status in (499, 504):
        return 30_000.0
    failed_early = answer.verdict is not None and answer.status < 500
    return 12.0 if failed_early else float(exchange.request.call.duration)

"""The nights on their schedule, in the foreground, until the process is told to end."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from analyzer.config import Configuration
from analyzer.errors import AnalyzerError
from analyzer.night.lock import SCHEDULE, TakenError, held
from analyzer.night.night import Say, Setting
from analyzer.night.plan import Plan, Rereading, plan_of
from analyzer.night.run import run_due
from analyzer.night.told import tell
from analyzer.store.nights import FAILED

_AWAKE_SECONDS = 5.0
"""How often to look at the clock, for a machine that slept has lost count of the waiting, and at the plan."""
_RETRY_MINUTES = (5, 15, 60)
"""How long after a night that failed it is tried again, the last of them over and over."""
_JOB, _RETRY = "nights", "again"


class Forever:
    """Runs `work` as a plan says, and again sooner after it failed.

    `reread` returns a plan that is to be kept from now on, or None where nothing has changed. `note` hears
    the plan, and when what failed is tried again before it, for others who ask.
    """

    def __init__(
        self,
        work: Callable[[], bool],
        plan: Plan,
        say: Say,
        stop: Event,
        reread: Callable[[], Plan | None] = lambda: None,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._work, self._plan, self._say, self._stop, self._reread = work, plan, say, stop, reread
        self._note = note
        self._failures = 0
        self._began_at = datetime.now(plan.zone)
        """When the last run began: what the plan names since then is still to be run."""
        self._retry_at: datetime | None = None
        self._working = Lock()
        """Held while a run is at work, which may ask the scheduler for something until its end."""
        # One thread: a night never runs beside another one of this process.
        self._scheduler = BackgroundScheduler(
            timezone=plan.zone, executors={"default": ThreadPoolExecutor(1)}
        )
        self._keep(plan)

    def run(self) -> None:
        """Work off what is due, then wait for the next time, until `stop` is set; a night at work ends."""
        self._scheduler.add_job(self._run, id="first", misfire_grace_time=None)
        self._scheduler.start()
        try:
            while not self._stop.wait(_AWAKE_SECONDS):
                self._follow(self._reread())
                self._scheduler.wakeup()
        finally:
            # The scheduler keeps its own lock while it waits for its thread, so nothing that is at work
            # may want anything of it then; what begins from here on sees `stop`, and ends.
            self._stop.set()
            with self._working:
                pass
            self._scheduler.shutdown(wait=True)

    def next_run(self) -> datetime:
        """Return when the next run begins, in the zone."""
        now = datetime.now(self._plan.zone)
        nightly = self._plan.after(now)
        retry = self._retry_at if self._retry_at is not None and self._retry_at > now else nightly
        return min(nightly, retry).astimezone(self._plan.zone)

    def _follow(self, plan: Plan | None) -> None:
        """Keep another plan from now on."""
        if plan is None:
            return
        before, self._plan = self._plan, plan
        self._note_next()
        is_now = self._keep(plan) <= datetime.now(plan.zone)
        moment = self.next_run()
        self._say(
            f"the nights run at {plan} from now on, no more at {before}; "
            f"next run: {'now' if is_now else f'{moment:%Y-%m-%d %H:%M}'}",
            event="rescheduled",
            at=moment.isoformat(),
        )

    def _keep(self, plan: Plan) -> datetime:
        """Let the scheduler keep a plan, and return when that begins: what it has named is run at once."""
        moment = plan.after(self._began_at)
        self._scheduler.add_job(
            self._run,
            EachNight(plan),
            id=_JOB,
            replace_existing=True,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=moment,
        )
        return moment

    def _run(self) -> None:
        with self._working:
            if not self._stop.is_set():
                self._run_once()

    def _run_once(self) -> None:
        self._began_at, self._retry_at = datetime.now(self._plan.zone), None
        if self._work():
            self._failures = 0
        elif not self._stop.is_set():
            self._again()
        self._note_next()
        if not self._stop.is_set():
            moment = self.next_run()
            self._say(
                f"next run: {moment:%Y-%m-%d %H:%M} {self._plan.zone.key}",
                event="next_run",
                at=moment.isoformat(),
            )

    def _note_next(self) -> None:
        again = f"\n{self._retry_at.isoformat()}" if self._retry_at is not None else ""
        self._note(f"{self._plan}{again}")

    def _again(self) -> None:
        minutes = _RETRY_MINUTES[min(self._failures, len(_RETRY_MINUTES) - 1)]
        self._failures += 1
        self._retry_at = datetime.now(self._plan.zone) + timedelta(minutes=minutes)
        self._scheduler.add_job(
            self._run,
            "date",
            run_date=self._retry_at,
            id=_RETRY,
            replace_existing=True,
            misfire_grace_time=None,
        )


def keep_running(
    prepare: Callable[[Event], Setting], read: Callable[[], Configuration], at: str | None, say: Say
) -> None:
    """Run the nights until a signal ends it.

    `prepare` reads the configuration anew for each run; `read` reads it between the runs, for the plan.
    `at` is a time of day, the configuration's where None. Raises UsageError for another one, TakenError
    where another process keeps the schedule of this database.
    """
    stop = Event()
    first = prepare(stop)
    plan = plan_of(first.configuration, at)
    reread = Rereading(lambda: plan_of(read(), at), plan, say)
    with _ended_by_signals(stop), _kept_alone(first.database, first.clock.now()) as note:
        say(f"the nights of {first.database} run at {plan}", event="started")
        note(str(plan))
        Forever(lambda: _worked(prepare, stop, say), plan, say, stop, reread, note).run()
    say("stopped", event="stopped")


@contextmanager
def _kept_alone(database: Path, now: datetime) -> Iterator[Callable[[str], None]]:
    """Keep the schedule of a database, and give what notes its plan for others.

    Raises TakenError, with the way out, where another process keeps it.
    """
    with ExitStack() as stack:
        try:
            note = stack.enter_context(held(database, SCHEDULE, now))
        except TakenError as error:
            raise TakenError(f"the schedule of {database} is kept by {error}; end that one first") from error
        yield note


def _worked(prepare: Callable[[Event], Setting], stop: Event, say: Say) -> bool:
    """Run what is due, and say whether nothing is left to be tried again."""
    try:
        outcomes = run_due(prepare(stop))
    except TakenError as error:
        say(f"{error} is at the nights; nothing to do here", event="taken")
        return True
    except AnalyzerError as error:
        say(str(error), level="error", event="failed")
        return False
    except Exception as error:  # noqa: BLE001 (the schedule goes on, whatever one night does)
        say(f"the night ended with {type(error).__name__}: {error}", level="error", event="failed")
        return False
    for outcome in outcomes:
        tell(outcome, say)
    if not outcomes:
        say("nothing is due", event="nothing_due")
    return all(outcome.outcome != FAILED for outcome in outcomes)


@contextmanager
def _ended_by_signals(stop: Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the work in order; a second Ctrl-C breaks it off."""

    def end(number: int, frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class EachNight(BaseTrigger):  # type: ignore[misc]
    """APScheduler's trigger for a plan.

    Its own CronTrigger leaves a night out: of 00:30 in Berlin it says, after that of the 29th of March
    2026, the 31st.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the first of its moments after `now` and after the one before."""
        return self._plan.after(max(now, previous) if previous is not None else now)

"""The steps of a night: read the logs, summarise, deliver, delete what is old, give a sign of life."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from analyzer.config.keep import days_of
from analyzer.delivery import Message, deliver
from analyzer.errors import AnalyzerError, DeliveryError, UsageError
from analyzer.night.facts import known_of, worst_error
from analyzer.night.files import NightFiles, night_files, write_whole
from analyzer.night.grown import grown
from analyzer.night.heartbeat import beat
from analyzer.night.journal import Journal
from analyzer.night.night import Outcome, Setting
from analyzer.night.pages import markdown, message
from analyzer.night.period import Period
from analyzer.night.stored import Answers, answers
from analyzer.night.summary import summary
from analyzer.night.words import page
from analyzer.report.calendar import write_calendar
from analyzer.store.deliveries import FAILED as NOT_SENT
from analyzer.store.deliveries import SENDING, Delivery
from analyzer.store.failure import explained
from analyzer.store.nights import DONE, FAILED, PARTIAL
from analyzer.text import texts


@dataclass(frozen=True)
class Night:
    """One period in the setting of a run."""

    setting: Setting
    period: Period
    is_last: bool = True
    """What is old is deleted with the last night of a run: those caught up with may still need it."""
    by_hand: bool = False
    """Somebody asked for it by its name."""
    missed: tuple[str, ...] = ()
    """Periods of its kind that have no summary, to be said in it."""

    @property
    def files(self) -> NightFiles:
        """Where its files lie."""
        return night_files(self.setting.configuration.reports, self.period.name)

    def run(self, force: bool = False) -> Outcome:
        """Run what is not done yet, or with `force` everything again; a message is never sent twice.

        A night that fails is recorded as failed and returned so; the next call goes on with the step that
        failed. A period that is not over, or of which a file could not be read, is written but not done.
        Raises StoreError where the database has no room for the record of it.
        """
        journal = Journal(self.setting, self.period, self.by_hand)
        with explained(self.setting.database), closing(journal):
            return self._run(journal, force)

    def _run(self, journal: Journal, force: bool) -> Outcome:
        before = journal.found()
        known = self.files.read()
        if not force and before is not None and before.outcome == DONE and known is not None:
            return Outcome(self.period, DONE, self.files, known, False, crossed=before.crossed)
        if force and before is not None and before.outcome == DONE and known is not None:
            journal.close()
            self._refuse_to_forget(known)
        # What is partial has grown since, and what was done may have lost its files.
        anew = force or before is None or before.outcome in (DONE, PARTIAL)
        journal.begin(anew)
        resumed = journal.is_done("summary") and known is not None
        made: Mapping[str, Any] | None = None
        try:
            made = known if resumed and known is not None else self._made(journal, force)
            ended = self._delivered(journal, made)
        except AnalyzerError as error:
            journal.finish(FAILED, made["verdict"] if made else None, ())
            return Outcome(self.period, FAILED, self.files, made, reason=str(error), error=error)
        journal.finish(ended.outcome, made["verdict"], ended.crossed)
        return replace(ended, is_resumed=resumed)

    def _refuse_to_forget(self, known: Mapping[str, Any]) -> None:
        """Keep a summary whose events are no longer stored: it is all that is left of them."""
        retention = self.setting.configuration.retention
        now = self.setting.clock.now()
        is_old = retention is not None and self.period.since < now - timedelta(days=days_of(retention))
        if not is_old or "no_data" in known.get("warnings", ()):
            return
        with opened(self.setting, self.period) as stored:
            first = stored.row("stored_span")["first_ts"]
        if first is not None and first >= self.period.until:
            raise UsageError(
                f"the events of {self.period.name} are no longer stored, and its summary is all that is left "
                f"of them; {self.files.markdown} stays as it is"
            )

    def _made(self, journal: Journal, force: bool) -> Mapping[str, Any]:
        """Read the logs and make the summary."""
        unread = 0
        if self.setting.ingest is not None:
            unread = journal.run("ingest", self.setting.ingest, _unread_words)
        return journal.run("summary", lambda: self._summarised(unread, force))

    def _summarised(self, unread: int, force: bool) -> Mapping[str, Any]:
        with opened(self.setting, self.period) as stored:
            made = summarised(stored, self.setting, self.period, self.setting.clock.now(), unread)
            self._say_grown(made["before"])
            if self.missed:
                made["missed"] = list(self.missed)
            if force or not says_the_same(self.files, made):
                self._write(made, stored)
        # Also beside files that say the same: a run that was killed may have written those alone.
        write_calendar(self.setting.configuration.reports, self.setting.configuration.language)
        return made

    def _say_grown(self, before: Mapping[str, Any]) -> None:
        """Say where the period before is no longer what its own summary says of it."""
        said = grown(self.setting.configuration.reports, before["period"], self.period.kind, before)
        if said is not None:
            self.setting.say(said, event="grown", period=before["period"])

    def _write(self, made: Mapping[str, Any], stored: Answers) -> None:
        language = self.setting.configuration.language
        words = page(made, texts(language))
        link = f"{self.period.name}.html"
        said = markdown(words, texts(language), titled=True, link=link, place=link)
        write_whole(
            {
                self.files.markdown: lambda path: path.write_text(said, encoding="utf-8"),
                self.files.json: lambda path: path.write_text(as_json(made), encoding="utf-8"),
                self.files.html: lambda path: self.setting.report(path, self.period, stored.ahead),
            }
        )

    def _delivered(self, journal: Journal, made: Mapping[str, Any]) -> Outcome:
        """Deliver, delete what is old and give the sign of life; only a whole night is delivered."""
        unread = int(made["unread_files"])
        ended = Outcome(self.period, DONE, self.files, made, crossed=tuple(made["crossed"]), unread=unread)
        is_over = "not_over" not in made["warnings"]
        if is_over:
            ended = self._sent(journal, made, ended)
        if self.setting.expire is not None and self.is_last and not journal.is_done("retention"):
            journal.run("retention", self.setting.expire)
        if not is_over or unread:
            ended = replace(ended, outcome=PARTIAL if ended.outcome == DONE else ended.outcome)
        elif (
            ended.outcome == DONE
            and self.setting.configuration.heartbeat
            and not journal.is_done("heartbeat")
        ):
            self._beat(journal)
        return ended

    def _sent(self, journal: Journal, made: Mapping[str, Any], ended: Outcome) -> Outcome:
        channels = self.setting.channels(self.period.kind)
        if not channels or journal.is_done("delivery"):
            return ended

        def work() -> list[Delivery]:
            return deliver(
                self.setting.database,
                occasion(self.period),
                channels,
                lambda language: composed(self.setting, self.period, made, language),
                wait=self.setting.wait,
                pace=self.setting.pace,
                say=lambda line: self.setting.say(line, event="delivery"),
            )

        found = journal.run("delivery", work, _in_doubt)
        open_ones = [one for one in found if one.state in (NOT_SENT, SENDING)]
        if not open_ones:
            return replace(ended, deliveries=tuple(found))
        reason = "; ".join(f"{one.channel}: {one.reason or 'being sent'}" for one in open_ones)
        journal.leave_open("delivery", reason)
        return replace(ended, deliveries=tuple(found), outcome=FAILED, reason=f"not sent to {reason}")

    def _beat(self, journal: Journal) -> None:
        """Give the sign of life; where it fails it is said, and the night is a good one all the same."""
        configuration = self.setting.configuration
        folder = configuration.path.parent if configuration.path else Path()
        try:
            journal.run("heartbeat", lambda: beat(configuration.heartbeat or "", folder))
        except DeliveryError as error:
            self.setting.say(f"{self.period.name}: no sign of life given: {error}", event="heartbeat")


def opened(setting: Setting, period: Period) -> AbstractContextManager[Answers]:
    """Open the store for the questions about a period, in its zone."""
    return answers(setting.database, setting.wait, period.zone.key, setting.configuration.queries)


def summarised(
    stored: Answers, setting: Setting, period: Period, now: datetime, unread: int = 0
) -> dict[str, Any]:
    """Return the summary of a period of what is stored."""
    configuration = setting.configuration
    known = known_of(stored, period, setting.languages(period.kind), configuration.slo)
    made = summary(known, now, configuration.thresholds, unread)
    for outage in made["outages"][:1]:
        since, until = (datetime.fromisoformat(outage[name]) for name in ("since", "until"))
        worst = worst_error(stored, since, until)
        outage["error"] = {name: worst[name] for name in ("code", "message", "owner")} if worst else None
    return made


def composed(setting: Setting, period: Period, made: Mapping[str, Any], language: str | None) -> Message:
    """Return the message of a summary in a channel's language."""
    configuration = setting.configuration
    name = f"{period.name}.html"
    base = configuration.report_address
    link = f"{base.rstrip('/')}/{name}" if base else None
    return message(made, texts(language or configuration.language), link, str(configuration.reports / name))


def occasion(period: Period) -> str:
    """Return what the message of a period is claimed under: one for each channel, ever."""
    return f"{period.kind} {period.name}"


def says_the_same(files: NightFiles, made: Mapping[str, Any]) -> bool:
    """Say whether the files hold this summary already."""
    return files.all_there() and files.json.read_text(encoding="utf-8") == as_json(made)


def as_json(made: Mapping[str, Any]) -> str:
    """Return a summary as its file holds it."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _unread_words(unread: int) -> str | None:
    return f"{unread} of the files could not be read" if unread else None


def _in_doubt(found: list[Delivery]) -> str | None:
    doubts = [f"{one.channel} is in doubt: {one.reason}" for one in found if one.state == "in_doubt"]
    return "; ".join(doubts) or None

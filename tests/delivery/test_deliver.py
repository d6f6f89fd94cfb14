"""Messages to real receivers that answer, fail, hang and answer twice: each gets one at most."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.config.channels import Channel
from analyzer.delivery import Message, Pace, deliver
from analyzer.delivery.deliver import told
from analyzer.store.deliveries import Delivery, claim, find_deliveries, open_deliveries, release
from analyzer.store.open import open_writer
from tests.delivery.receivers import closed_port, http_receiver, smtp_receiver

OCCASION = "nightly 2026-11-22"
MESSAGE = Message(
    "Errors", "plain", "**bold**", "<p>page <img src='cid:day'></p>", {"a": 1}, pictures={"day": b"PNG"}
)
QUICK = Pace(pauses=(0.0, 0.0), deadline=1.0)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return an empty store."""
    path = tmp_path / "a.duckdb"
    open_writer(path, create=True).close()
    return path


def send_to(
    database: Path, *addresses: str, pace: Pace = QUICK, said: list[str] | None = None
) -> list[Delivery]:
    """Deliver the message to channels a, b, c..., of these addresses."""
    channels = [Channel(chr(97 + number), address) for number, address in enumerate(addresses)]
    say = (said if said is not None else []).append
    return deliver(database, OCCASION, channels, lambda language: MESSAGE, pace=pace, say=say)


def test_a_channel_gets_a_message_once(database: Path) -> None:
    """However often it is called, the message arrives once, as the channel's machines want it."""
    with http_receiver("twice") as inbox:
        first = send_to(database, inbox.address)
        second = send_to(database, inbox.address)
    assert [one.state for one in (*first, *second)] == ["sent", "sent"]
    assert [json.loads(body["message"]) for body in inbox.bodies()] == [{"a": 1}]


def test_a_refused_message_is_tried_again(database: Path) -> None:
    """Answers of 500 are no delivery: the third attempt of the same call succeeds, and is the last."""
    with http_receiver("500", "503", "ok") as inbox:
        assert [(one.state, one.attempts) for one in send_to(database, inbox.address)] == [("sent", 3)]
        send_to(database, inbox.address)
    assert len(inbox.requests) == 3


def test_a_failing_channel_does_not_hold_the_others_back(database: Path) -> None:
    """The first channel fails for good: the second has its message before the first is tried again."""
    said: list[str] = []
    with http_receiver("500") as broken, http_receiver() as sound:
        found = send_to(database, broken.address, sound.address, said=said)
    assert [(one.state, one.attempts) for one in found] == [("failed", 3), ("sent", 1)]
    assert len(said) == 1
    assert said[0].startswith("nightly 2026-11-22 to a: not sent, tried 3 times: ")
    with closing(open_writer(database)) as connection:
        assert [one.channel for one in open_deliveries(connection)] == ["a"]


@pytest.mark.parametrize("how", ["hang", "drip", "close"])
def test_a_lost_answer_is_a_doubt(database: Path, how: str) -> None:
    """Where the request was taken and no answer came, it may have arrived: it is not sent again."""
    with http_receiver(how) as inbox:
        found = send_to(database, inbox.address)
        again = send_to(database, inbox.address)
        assert len(inbox.requests) == 1
    assert [one.state for one in (*found, *again)] == ["in_doubt", "in_doubt"]
    assert "in doubt" in told(found[0])


def test_a_person_can_settle_a_doubt(database: Path) -> None:
    """A message in doubt that is released is sent with the next call; a sent one cannot be released."""
    with http_receiver("close", "ok") as inbox:
        send_to(database, inbox.address)
        with closing(open_writer(database)) as connection:
            assert release(connection, OCCASION, "a")
        assert [one.state for one in send_to(database, inbox.address)] == ["sent"]
        with closing(open_writer(database)) as connection:
            assert not release(connection, OCCASION, "a")
    assert len(inbox.requests) == 2


@pytest.mark.parametrize("scheme", ["json", "mailto"])
def test_where_nobody_listens_nothing_was_sent(database: Path, scheme: str) -> None:
    """A refused connection is no doubt."""
    address = f"{scheme}://127.0.0.1:{closed_port()}/zqx-secret-token?from=a@example.com&to=b@example.com"
    found = send_to(database, address)
    assert [(one.state, one.attempts) for one in found] == [("failed", 3)]
    assert "zqx" not in str(found[0].reason)


def test_a_mail_has_its_picture_inside_and_its_text_beside(database: Path) -> None:
    """The mail is plain text or, for programs that show it, HTML whose picture it carries itself."""
    with smtp_receiver() as mailbox:
        assert [one.state for one in send_to(database, mailbox.address)] == ["sent"]
        send_to(database, mailbox.address)
    (mail,) = mailbox.mails()
    assert mail["Subject"] == "Errors"
    assert mail["To"] == "ops@example.com"
    assert [part.get_content_type() for part in mail.walk()] == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"),
    ]
    text, _, page, picture = [
        part for part in mail.walk() if part.get_content_type() != "multipart/alternative"
    ]
    assert text.get_content().strip() == "plain"
    assert "cid:day" in page.get_content()
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<day>", "inline")
    assert picture.get_content() == b"PNG"


def test_the_same_message_has_the_same_number(tmp_path: Path) -> None:
    """Should a mail ever arrive twice, mail programs can tell: its Message-ID is that of the occasion."""
    numbers = []
    with smtp_receiver() as mailbox:
        for name in ("a", "b"):
            open_writer(tmp_path / name, create=True).close()
            send_to(tmp_path / name, mailbox.address)
        numbers = [mail["Message-ID"] for mail in mailbox.mails()]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    ("behaviour", "state", "mails"),
    [("451 try later", "failed", 3), ("554 spam", "failed", 3), ("close", "in_doubt", 1)],
)
def test_what_the_mail_server_says_counts(database: Path, behaviour: str, state: str, mails: int) -> None:
    """A refusal after the mail is none sent; a connection that ends instead of the answer is a doubt."""
    with smtp_receiver(behaviour) as mailbox:
        assert [one.state for one in send_to(database, mailbox.address)] == [state]
        assert len(mailbox.envelopes) == mails


def test_a_refused_recipient_is_named(database: Path) -> None:
    """One of two recipients is refused: the other has the mail, and it is not sent again."""
    with smtp_receiver() as mailbox:
        mailbox.refused.add("gone@example.com")
        found = send_to(database, mailbox.address + ",gone@example.com")
    assert found[0].state == "sent"
    assert found[0].reason == "refused for gone@example.com (550 no such mailbox)"
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["ops@example.com"]]


def test_each_channel_has_its_language(database: Path) -> None:
    """The message is made once for each language."""
    with http_receiver() as inbox:
        channels = [Channel(name, inbox.address, language=language) for name, language in
                    (("a", "zh"), ("b", None), ("c", "zh"))]  # fmt: skip
        made: list[str | None] = []

        def compose(language: str | None) -> Message:
            made.append(language)
            return Message(str(language), "text")

        deliver(database, OCCASION, channels, compose, pace=QUICK)
    assert made == ["zh", None]
    assert [body["title"] for body in inbox.bodies()] == ["zh", "None", "zh"]


SENDER = """
import sys
from pathlib import Path
from analyzer.config.channels import Channel
from analyzer.delivery import Message, deliver
channels = [Channel("a", sys.argv[2])]
deliver(Path(sys.argv[1]), "nightly 2026-11-22", channels, lambda language: Message("s", "t"))
"""


def test_a_process_killed_while_it_sends_leaves_a_doubt(database: Path) -> None:
    """Killed between sending and recording: the next call does not send again, and says so."""
    with http_receiver("hang") as inbox:
        process = subprocess.Popen([sys.executable, "-c", SENDER, database, inbox.address])
        while not inbox.requests:
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        said: list[str] = []
        assert [one.state for one in send_to(database, inbox.address, said=said)] == ["in_doubt"]
        assert len(inbox.requests) == 1
    assert "the process that sent it ended" in said[0]


def test_another_process_that_sends_is_left_alone(database: Path) -> None:
    """A claim of a process that lives is neither taken over nor put in doubt."""
    now = datetime.now(UTC)
    with closing(open_writer(database)) as connection:
        claim(connection, OCCASION, "a", now)
        connection.execute("UPDATE stored.delivery SET claimed_by = ?", [_name_of_parent()])
    with http_receiver() as inbox:
        found = send_to(database, inbox.address)
        assert inbox.requests == []
    assert [one.state for one in found] == ["sending"]
    with closing(open_writer(database)) as connection:
        assert find_deliveries(connection, OCCASION)["a"].state == "sending"


def _name_of_parent() -> str:
    from analyzer.store import deliveries

    name = deliveries._name_of(os.getppid())
    assert name is not None
    return name

"""Sending a mail: HTML with its picture inside, plain text beside it, and an exact answer to "was it sent?".

Apprise reads the address, and so knows the servers of the great mail providers. It does not send: it
makes the plain part out of the HTML itself, and does not tell a refusal from a lost answer.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from analyzer.delivery.message import Message
from analyzer.delivery.outcome import InDoubtError, NotSentError

_SECONDS = 20
"""How long to wait for each answer of the server."""


def send_mail(service: Any, message: Message, identity: str, now: datetime) -> str | None:
    """Send a message to the recipients of `service` (Apprise's reading of the address), in one mail.

    `identity` makes the Message-ID: the same message to the same channel has the same one. Returns what
    is notable: recipients that were refused. Raises NotSentError or InDoubtError.
    """
    sender = service.from_addr[1]
    recipients = [*(address for _, address in service.targets), *service.cc, *service.bcc]
    content = mail(service, message, identity, now).as_bytes(policy=SMTP)
    try:
        server = _connected(service)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(_words(error)) from error
    try:
        refused = _addressed(server, sender, recipients)
        _handed_over(server, content)
    finally:
        # The answer to the mail has come, or will not: how the parting goes is of no consequence.
        server.close()
    return f"refused for {', '.join(refused)}" if refused else None


def mail(service: Any, message: Message, identity: str, now: datetime) -> EmailMessage:
    """Return the mail: plain text, and beside it the HTML together with its pictures."""
    made = EmailMessage(policy=SMTP)
    name, sender = service.from_addr
    made["Subject"] = " ".join(message.subject.split())
    made["From"] = formataddr((name or "", sender))
    made["To"] = ", ".join(formataddr((name or "", address)) for name, address in service.targets)
    if service.cc:
        made["Cc"] = ", ".join(sorted(service.cc))
    if service.reply_to:
        made["Reply-To"] = ", ".join(sorted(service.reply_to))
    made["Date"] = format_datetime(now)
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    made["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text)
    if message.html is not None:
        made.add_alternative(message.html, subtype="html")
        page = made.get_payload()[1]  # type: ignore[index]
        for name, picture in message.pictures.items():
            page.add_related(  # type: ignore[union-attr]
                picture, "image", "png", cid=f"<{name}>", disposition="inline", filename=f"{name}.png"
            )
    return made


def _connected(service: Any) -> smtplib.SMTP:
    """Return a connection over which a mail can be sent: made, secured, logged in."""
    context = ssl.create_default_context()
    if not service.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    server: smtplib.SMTP
    if service.secure_mode == "ssl":
        server = smtplib.SMTP_SSL(service.smtp_host, service.port, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(service.smtp_host, service.port, timeout=_SECONDS)
    try:
        if service.secure_mode == "starttls":
            server.starttls(context=context)
        if service.user and service.password:
            server.login(service.user, service.password)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _addressed(server: smtplib.SMTP, sender: str, recipients: list[str]) -> list[str]:
    """Name sender and recipients; return those refused, unless that is all of them."""
    try:
        code, answer = server.mail(sender)
        if code != 250:
            raise NotSentError(f"the server refused the sender: {code} {_decoded(answer)}")
        refused = {}
        for recipient in recipients:
            code, answer = server.rcpt(recipient)
            if code not in (250, 251):
                refused[recipient] = f"{code} {_decoded(answer)}"
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(_words(error)) from error
    if len(refused) == len(recipients):
        raise NotSentError(
            f"the server refused every recipient: {next(iter(refused.values()), 'none is named')}"
        )
    return [f"{recipient} ({answer})" for recipient, answer in refused.items()]


def _handed_over(server: smtplib.SMTP, content: bytes) -> None:
    """Hand the mail over. Once its last byte is out and no answer comes, it is in doubt."""
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:
        raise NotSentError(f"the server refused the mail: {_words(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise InDoubtError(f"the mail was handed over, and no answer came: {_words(error)}") from error
    if code != 250:
        raise NotSentError(f"the server refused the mail: {code} {_decoded(answer)}")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return f"no answer within {_SECONDS} s"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer

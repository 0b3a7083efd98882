"""How does the written month become real mail?

``month.yaml`` plus a ``now`` gives the same bytes every time: ids are derived from the content, dates from ``now``. Messages look as
ordinary clients write them: quoted history, References, the writer's own UTC offset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from followupd.yamlfile import read_yaml, validate

MONTH = Path(__file__).parent / "month.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Person(_Entry):
    """Somebody who writes. ``zone`` is IANA."""

    name: str
    email: str
    zone: str = "UTC"


class Offer(_Entry):
    """A quote in the usual form; what is left empty is missing in the mail."""

    dear: str
    no: str
    item: str
    price: str
    term: str
    moq: str = ""
    lead: str = ""
    pay: str = ""
    packing: str = ""
    sample: str = ""
    valid: str = ""
    until: str = ""


class Mail(_Entry):
    """One mail of a thread: ``at`` is ``-5bd 09:40`` or ``-40d 10:00`` on the writer's clock."""

    at: str = Field(pattern=r"^-\d+(?:bd|d) \d\d:\d\d$")
    by: Literal["buyer", "lily", ""] = Field(default="", alias="from")
    text: str = ""
    quote: Offer | None = None
    subject: str = ""
    who: Person | None = None
    auto: bool = False
    bounce: bool = False
    attach: str = ""
    headers: dict[str, str] = {}


class Conversation(_Entry):
    """One thread with one counterpart."""

    buyer: Person
    subject: str
    mails: list[Mail]


class Month(_Entry):
    """All of it."""

    people: dict[str, Person]
    threads: list[Conversation]


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished mail: where it lies, when it came, its bytes."""

    folder: Literal["INBOX", "Sent"]
    when: datetime
    raw: bytes


@dataclass
class _Thread:
    """A conversation while it is being written out."""

    last: EmailMessage | None = None
    last_text: str = ""
    ids: list[str] = field(default_factory=list)


def read_month() -> Month:
    """The month as written. Raises ConfigError."""
    return validate(Month, read_yaml(MONTH, "month.yaml"))


def letters(month: Month, now: datetime) -> list[Letter]:
    """All mails, oldest first. ``now`` is aware; nothing is dated after it."""
    found = []
    for conversation in month.threads:
        thread = _Thread()
        for mail in conversation.mails:
            found.append(_letter(month, conversation, mail, thread, now))
    return sorted(found, key=lambda letter: letter.when)


def _letter(month: Month, conversation: Conversation, mail: Mail, thread: _Thread, now: datetime) -> Letter:
    lily = month.people["lily"]
    ours = mail.quote is not None or mail.by == "lily"
    writer = lily if ours else mail.who or conversation.buyer
    zone = ZoneInfo(conversation.buyer.zone if not ours else lily.zone)
    when = min(_moment(mail.at, now, zone), now.astimezone(zone) - timedelta(minutes=20))
    if mail.bounce:
        return Letter("INBOX", when.astimezone(UTC), _bounce(lily, conversation.buyer, thread, when))
    text = _dated(_offer_text(mail.quote) if mail.quote else mail.text, now)
    message = _headers(conversation, mail, thread, writer, conversation.buyer if ours else lily, when)
    _body(message, text, thread, mail)
    thread.last, thread.last_text = message, text
    thread.ids.append(str(message["Message-ID"]))
    return Letter("Sent" if ours else "INBOX", when.astimezone(UTC), message.as_bytes(policy=SMTP))


def _headers(
    conversation: Conversation, mail: Mail, thread: _Thread, writer: Person, to: Person, when: datetime
) -> EmailMessage:
    message = EmailMessage()
    reply = thread.last is not None
    message["From"] = formataddr((writer.name, writer.email))
    message["To"] = formataddr((to.name, to.email))
    message["Subject"] = mail.subject or ("Re: " if reply else "") + conversation.subject
    message["Date"] = format_datetime(when)
    seed = f"{conversation.buyer.email}|{conversation.subject}|{mail.at}|{writer.email}"
    message["Message-ID"] = f"<{sha256(seed.encode()).hexdigest()[:20]}@{writer.email.rpartition('@')[2]}>"
    if thread.ids:
        message["In-Reply-To"] = thread.ids[-1]
        message["References"] = " ".join(thread.ids)
    if mail.auto:
        message["Auto-Submitted"] = "auto-replied"
    for name, value in mail.headers.items():
        message[name] = value
    return message


def _body(message: EmailMessage, text: str, thread: _Thread, mail: Mail) -> None:
    if thread.last is not None and not mail.auto:
        quoted = "\n".join("> " + line for line in thread.last_text.strip().splitlines())
        text = f"{text.rstrip()}\n\nOn {thread.last['Date']}, {thread.last['From']} wrote:\n{quoted}\n"
    message.set_content(text, cte="quoted-printable")
    if mail.attach:
        message.add_attachment(b"<html>demo</html>", maintype="text", subtype="html", filename=mail.attach)
        message.set_boundary("demo-" + sha256(text.encode()).hexdigest()[:16])


def _offer_text(offer: Offer) -> str:
    """The quote as Lily writes it."""
    validity = f"This offer is valid until {offer.until}." if offer.until else ""
    validity = validity or (f"Validity: {offer.valid} from today." if offer.valid else "")
    lines = [
        f"Quotation No. {offer.no}",
        offer.item[:1].upper() + offer.item[1:],
        f"{offer.price} {offer.term}",
        f"MOQ: {offer.moq}" if offer.moq else "",
        f"Lead time: {offer.lead}" if offer.lead else "",
        f"Payment: {offer.pay}" if offer.pay else "",
        f"Packing: {offer.packing}" if offer.packing else "",
        f"Sample: {offer.sample}" if offer.sample else "",
        validity,
    ]
    body = "\n".join(line for line in lines if line)
    return (
        f"Dear {offer.dear},\n\nthank you for your inquiry. We are pleased to quote as follows:\n\n{body}\n\n"
        "Best regards\nLily Chen\nNingbo Brightway Tools Co., Ltd.\n"
    )


def _bounce(lily: Person, buyer: Person, thread: _Thread, when: datetime) -> bytes:
    original = thread.ids[-1]
    text = (
        f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@brightway-tools.example>\nTo: {lily.email}\n"
        f"Subject: Undelivered Mail Returned to Sender\nDate: {format_datetime(when)}\n"
        f"Message-ID: <bounce.{original.strip('<>')}>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="demo"\n\n'
        f"--demo\nContent-Type: text/plain\n\nThe mail to <{buyer.email}> could not be delivered:\n550 5.1.1 User unknown\n\n"
        f"--demo\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.brightway-tools.example\n\n"
        f"Final-Recipient: rfc822; {buyer.email}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--demo\nContent-Type: text/rfc822-headers\n\nFrom: {lily.email}\nTo: {buyer.email}\nMessage-ID: {original}\n\n--demo--\n"
    )
    return text.replace("\n", "\r\n").encode()


# ---- dates ----------------------------------------------------------------------------------------


def shifted(day: date, amount: int, unit: str) -> date:
    """``day`` moved by working days (Monday to Friday) or calendar days."""
    if unit == "d":
        return day + timedelta(days=amount)
    step = timedelta(days=1 if amount > 0 else -1)
    left = abs(amount)
    while left:
        day += step
        left -= day.weekday() < 5
    return day


def _moment(at: str, now: datetime, zone: ZoneInfo) -> datetime:
    match = re.fullmatch(r"(-\d+)(bd|d) (\d\d):(\d\d)", at)
    assert match
    day = shifted(now.astimezone(zone).date(), int(match[1]), match[2])
    return datetime.combine(day, time(int(match[3]), int(match[4])), zone)


def _dated(text: str, now: datetime) -> str:
    """``{+2bd}`` as a date: 30 Nov 2026, or 30.11.2026 with ``.de``."""

    def said(match: re.Match[str]) -> str:
        day = shifted(now.date(), int(match[1]), match[2])
        return f"{day:%d.%m.%Y}" if match[3] else f"{day.day} {day:%b %Y}"

    return re.sub(r"\{([+-]\d+)(bd|d)(\.de)?\}", said, text)


def settled(now: datetime) -> datetime:
    """``now`` on a working day: at a weekend the Friday before, so that a demo shows a day on which people work."""
    day: Any = now
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return now if day == now else day.replace(hour=9, minute=0, second=0, microsecond=0)

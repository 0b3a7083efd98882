"""Which mailbox do the laws look at? Some buyers with a quote that has gone quiet, all of it with fixed ids and dates.

Nothing here is drawn by lot, so that two runs can be compared byte for byte.
"""

from __future__ import annotations

import email.policy
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.turn import TurnReport
from followupd.work.desk import to_read
from tests.stories.play import TEXTS, US, Stage

ASKED = datetime(2026, 9, 1, 7, 10, tzinfo=UTC)
QUOTED = datetime(2026, 9, 2, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 9, 8, 8, 0, tzinfo=UTC)
"""Tuesday morning in Germany, more than three business days after the quote."""


def buyer(n: int) -> str:
    """The address of the n-th buyer; each has a company of its own."""
    return f"anna@armaturen-{n:03d}.de"


def mail(n: int, sender: str, to: str, at: datetime, text: str, **headers: str) -> EmailMessage:
    """A mail as a client writes it, its Message-ID fixed by who writes when."""
    found = EmailMessage()
    found["From"], found["To"] = sender, to
    found["Date"] = format_datetime(at)
    found["Subject"] = headers.pop("subject", f"Inquiry {n}: ball valves")
    found["Message-ID"] = headers.pop("id", f"<{at:%Y%m%d%H%M}.{n}@{sender.rpartition('@')[2].strip('>')}>")
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(text)
    return found


def inquiry(n: int, at: datetime = ASKED) -> EmailMessage:
    """The n-th buyer asks."""
    return mail(
        n, f"Anna Schmidt <{buyer(n)}>", US.email, at, TEXTS["inquiry_valves"]["text"].format(name="Anna Schmidt")
    )


def reply(n: int, parent: EmailMessage, at: datetime, text: str, *, ours: bool) -> EmailMessage:
    """The n-th buyer or we answer a mail."""
    us, them = f"{US.name} <{US.email}>", f"Anna Schmidt <{buyer(n)}>"
    sender, to = (us, them) if ours else (them, us)
    refs = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
    return mail(
        n,
        sender,
        to,
        at,
        text,
        subject=f"Re: Inquiry {n}: ball valves",
        In_Reply_To=parent["Message-ID"],
        References=refs,
    )


def quote(n: int, parent: EmailMessage, at: datetime = QUOTED) -> EmailMessage:
    """Our offer to the n-th buyer."""
    return reply(n, parent, at, TEXTS["quote_valves_30d"]["text"].format(name="Anna Schmidt", until_date=""), ours=True)


def fill(server: MemoryServer, buyers: int) -> None:
    """Deliver an inquiry and a quote of every buyer.

    The inquiries come last: only the inbox rings, and whoever looks at its ring must find the quotes there.
    """
    asked = [inquiry(n) for n in range(buyers)]
    for n, mail in enumerate(asked):
        server.deliver(Box.SENT, quote(n, mail).as_bytes(), QUOTED)
    for mail in asked:
        server.deliver(Box.INBOX, mail.as_bytes(), ASKED)


class Scene(Stage):
    """A story's stage whose mailbox is full from the beginning."""

    def __init__(self, directory: Path, buyers: int = 3, server: MemoryServer | None = None) -> None:
        directory.mkdir(exist_ok=True, parents=True)
        super().__init__(directory, ASKED - timedelta(days=1), server or MemoryServer())
        self.now = QUOTED + timedelta(hours=1)
        if server is None:
            fill(self.server, buyers)

    def at(self, when: datetime) -> TurnReport:
        """Look at this moment."""
        self.now = when
        return self.turn()

    def reconnect(self) -> None:
        """A new connection after a lost one; the stores stay open."""
        mailbox = MemoryMailbox(self.server)
        mailbox.connect()
        self.desk.mailbox, self.desk.folders = mailbox, to_read(mailbox.folders())

    def bodies(self) -> list[bytes]:
        """Every draft that stands in Drafts, as bytes."""
        return [d.raw for d in self.drafts()]

    def known(self) -> dict[str, Any]:
        """What the index says of every thread: facts, decision and which mails belong together."""
        return {row.id: (row.facts, row.decision, row.acted, self.index.thread(row.id)) for row in self.index.rows()}


def parsed(raw: bytes) -> EmailMessage:
    """A draft as a mail client reads it."""
    found = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def per_buyer(drafts: list[bytes]) -> dict[str, int]:
    """How many drafts each address got."""
    counts: dict[str, int] = {}
    for raw in drafts:
        to = parsed(raw)["To"].addresses[0].addr_spec
        counts[to] = counts.get(to, 0) + 1
    return counts

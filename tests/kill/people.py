"""What do people do with a draft in their mail program?"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from followupd.mailbox.base import Box
from followupd.mailbox.memory import Stored
from tests.kill.world import LILY, World
from tests.laws.scene import parsed


def _saved(raw: bytes, at: datetime, more: str = "") -> EmailMessage:
    """As Thunderbird saves a draft: a new Message-ID, no X- headers, References kept."""
    mail = parsed(raw)
    text = mail.get_content()
    for name in [n for n in mail if n.lower().startswith("x-")]:
        del mail[name]
    del mail["Message-ID"], mail["Date"]
    mail["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.saved@{LILY.partition('@')[2]}>"
    mail["Date"] = format_datetime(at)
    mail.set_content(more + text)
    return mail


def sends(world: World, draft: Stored, at: datetime) -> EmailMessage:
    mail = _saved(draft.raw, at)
    world.house.delete(Box.DRAFTS, draft.uid)
    world.put(Box.SENT, mail, at)
    return mail


def edits(world: World, draft: Stored, at: datetime) -> None:
    world.house.delete(Box.DRAFTS, draft.uid)
    world.put(Box.DRAFTS, _saved(draft.raw, at, "A line of my own.\n\n"), at, (r"\Draft", r"\Seen"))


def deletes(world: World, draft: Stored) -> None:
    world.house.delete(Box.DRAFTS, draft.uid)


def moves(world: World, draft: Stored, to: Box | str) -> None:
    if isinstance(to, str):
        world.house.create(to)
    world.house.move(Box.DRAFTS, draft.uid, to)


def begins(world: World, parent: EmailMessage, at: datetime) -> None:
    """A draft of their own in that thread."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = LILY, parent["From"], f"Re: {parent['Subject']}"
    mail["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.begun@{LILY.partition('@')[2]}>"
    mail["In-Reply-To"] = mail["References"] = parent["Message-ID"]
    mail.set_content("Hello,\n\nI wanted to\n")
    world.put(Box.DRAFTS, mail, at, (r"\Draft",))

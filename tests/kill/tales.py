"""What is a scenario, and how does its mailbox come to be? Small words in which the tales are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from followupd.mailbox.base import Box
from tests.kill.world import World
from tests.laws.scene import ASKED, DUE, QUOTED, inquiry, mail, quote, reply
from tests.stories.play import TEXTS

HOUR = timedelta(hours=1)
NOON = DUE + 4 * HOUR
Build = Callable[[World], datetime]


@dataclass(frozen=True)
class Tale:
    """One scenario: ``build`` makes the world and says when the run is that will be killed."""

    name: str
    build: Build
    smtp: bool = True
    accounts: int = 1


TALES: list[Tale] = []


def tale(name: str, *, smtp: bool = True, accounts: int = 1) -> Callable[[Build], Build]:
    """Add a scenario."""

    def add(build: Build) -> Build:
        TALES.append(Tale(name, build, smtp, accounts))
        return build

    return add


def asked(world: World, n: int = 0, at: datetime = ASKED) -> EmailMessage:
    found = inquiry(n, at)
    world.put(Box.INBOX, found, at)
    return found


def quoted(world: World, n: int = 0, at: datetime = QUOTED) -> EmailMessage:
    """An inquiry and our quote."""
    offer = quote(n, asked(world, n, at - (QUOTED - ASKED)), at)
    world.put(Box.SENT, offer, at)
    return offer


def waiting(world: World, buyers: int = 1) -> list[EmailMessage]:
    """Quotes that were read and come due at DUE."""
    offers = [quoted(world, n) for n in range(buyers)]
    world.once(QUOTED + 6 * HOUR)
    return offers


def standing(world: World, buyers: int = 1) -> list[EmailMessage]:
    """Quotes whose follow-ups stand in Drafts."""
    offers = waiting(world, buyers)
    world.once(DUE)
    assert len(world.drafts()) == buyers
    return offers


def answers(world: World, offer: EmailMessage, text: str, at: datetime = NOON - HOUR, n: int = 0) -> EmailMessage:
    found = reply(n, offer, at, TEXTS[text]["text"] if text in TEXTS else text, ours=False)
    world.put(Box.INBOX, found, at)
    return found


def letter(world: World, n: int, text: str, at: datetime = ASKED) -> EmailMessage:
    """A mail out of the blue."""
    sender = TEXTS[text].get("from", f"Sam Lee <sam@trade-{n:03d}.example>")
    found = mail(n, sender, "lily@brightway.example", at, TEXTS[text]["text"], subject=f"Cooperation {n}")
    world.put(Box.INBOX, found, at)
    return found

"""What does the owner read in the morning?

New inquiries as cards, what we owe and since when, drafts that wait with their reason, offers that run out, samples of which
nobody hears, buyers at risk. A value goes in, a mail comes out; who gathers the value looks into index and ledger, this
module never does. How one item looks is said in items.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import TypeVar
from zoneinfo import ZoneInfo

from followupd.model import Address, Identity, Reach, Reason, Risk, Verdict
from followupd.notify import items
from followupd.notify.entry import Entry, Section, Tone, clean
from followupd.notify.letter import letter
from followupd.notify.words import words

LISTS = ("dangers", "inquiries", "owed", "drafts", "endings", "samples", "at_risk", "calls", "cold", "birthdays")
"""The lists of items in a digest, in the order in which they are told."""
MOST = 40
"""Entries per section; the rest is a line with its number, so that the digest stays readable on a bad day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What every item has. Strings may come straight from a mail: they are cleaned when they are shown."""

    buyer: Address
    name: str = ""
    company: str = ""
    country: str = ""
    """As it is to be read, in the owner's language."""
    timezone: str = ""
    """IANA, of the buyer; empty when unknown."""
    message_id: str = ""
    """The mail of the thread that the link opens."""
    key: str = ""
    """Which item this is, the same every day. ``age``: how far it has come; a further step is news again."""
    age: int = 0
    fresh: bool = False
    """Not told of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryCard(Item):
    """One new inquiry."""

    asked: str = ""
    missing: tuple[str, ...] = ()
    """What the inquiry does not say, in the owner's language."""
    verdict: Verdict | None = None
    risk: Risk = Risk.NONE
    reasons: tuple[str, ...] = ()
    reach: Reach = Reach.DIRECT
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger(Item):
    """A thread with signs of fraud that is no new inquiry."""

    subject: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed(Item):
    """A thread in which the next move is ours. ``answer`` is an id of rules/replies.yaml, ``wrote`` the buyer's own words."""

    subject: str = ""
    since: datetime
    answer: str = ""
    wrote: str = ""
    reach: Reach = Reach.DIRECT
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDraft(Item):
    """A draft of ours that stands in Drafts; ``why`` is the decision's sentence, ``rests_on`` what it takes for granted."""

    topic: str = ""
    subject: str = ""
    why: str = ""
    rests_on: tuple[tuple[str, str], ...] = ()
    """Names as in ``Evidence.what``, and values."""
    calendar: str = ""
    """By what the buyer's country is known: signature, phone, tld, offset, text."""
    quiet_since: datetime | None = None
    draft_id: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Item):
    """An offer whose last day is near, or was lately. ``draft``: one about it waits already."""

    subject: str = ""
    offer: str = ""
    until: date
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOut(Item):
    """A sample that arrived and of which the buyer said nothing yet. ``told``: was the day named, or is it assumed?"""

    subject: str = ""
    arrived: date
    told: bool = True
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk(Item):
    """A buyer whom no draft can win back; ``why`` in the owner's language."""

    subject: str = ""
    offer: str = ""
    reason: Reason
    why: str = ""
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Item):
    """Something for a person to do beside writing: whom it concerns, what helps, and since when nothing came."""

    lines: tuple[str, ...] = ()
    """Ways to the buyer (``Tel +49 ...``)."""
    since: datetime | None = None
    day: date | None = None
    """Of a birthday, its next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All that the morning mail tells of one account. ``now`` is UTC, shown in the owner's zone."""

    account: str
    now: datetime
    dangers: tuple[Danger, ...] = ()
    inquiries: tuple[InquiryCard, ...] = ()
    owed: tuple[Owed, ...] = ()
    drafts: tuple[WaitingDraft, ...] = ()
    endings: tuple[Ending, ...] = ()
    samples: tuple[SampleOut, ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    calls: tuple[Task, ...] = ()
    """Two mails found no answer."""
    cold: tuple[Task, ...] = ()
    """Nobody was in touch for long."""
    birthdays: tuple[Task, ...] = ()
    warnings: tuple[str, ...] = ()
    quarantined: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that has a buyer."""
        return tuple(chain.from_iterable(getattr(self, name) for name in LISTS))

    @property
    def empty(self) -> bool:
        """Is there nothing to tell?"""
        return not (self.items or self.warnings or self.quarantined)

    @property
    def marks(self) -> frozenset[str]:
        """What is told, as short marks: the same ones on another day mean that nothing is new."""
        kept = {f"{mark_of(i.key)}.{i.age}" for i in self.items}
        kept |= {f"{mark_of('warning:' + text)}.0" for text in self.warnings}
        return frozenset(kept | ({f"{mark_of('quarantine')}.{self.quarantined}"} if self.quarantined else set()))


def mark_of(key: str) -> str:
    """The short name of an item in the ledger."""
    return sha256(key.encode()).hexdigest()[:10]


def digest_mail(digest: Digest, owner: str, identity: Identity, language: str = "en") -> EmailMessage:
    """The digest as a mail to the owner. The same account and day give the same Message-ID, so it goes out once."""
    tongue = items.Tongue(words(language), digest.now, ZoneInfo(identity.timezone))
    counts = _counts(digest, tongue)
    day = tongue.today.isoformat()
    return letter(
        tongue.w["digest"].format(date=tongue.day(tongue.today), counts=counts or tongue.w["nothing"]),
        _sections(digest, tongue, counts),
        owner=owner,
        identity=identity,
        now=digest.now,
        occasion=f"digest {digest.account} {day}",
        language=language,
        open_label=tongue.w["open"],
    )


def _counts(digest: Digest, tongue: items.Tongue) -> str:
    """One line of what there is, for the subject and for the preview in a list of mails."""
    w = tongue.w
    found = []
    for name in LISTS:
        if n := len(getattr(digest, name)):
            found.append(w[f"n_{name}_1"] if n == 1 else w[f"n_{name}"].format(n=n))
    return w["between"].join(found)


A = TypeVar("A", bound=Item)


def _sections(digest: Digest, tongue: items.Tongue, counts: str) -> tuple[Section, ...]:
    def section(name: str, found: Iterable[A], show: Callable[[A, items.Tongue], Entry]) -> Section:
        return _section(tongue, name, [show(item, tongue) for item in found])

    told = (
        section("dangers", digest.dangers, items.danger),
        section("inquiries", digest.inquiries, items.inquiry),
        section("owed", digest.owed, items.owed),
        section("drafts", digest.drafts, items.draft),
        section("endings", digest.endings, items.ending),
        section("samples", digest.samples, items.sample),
        section("at_risk", digest.at_risk, items.at_risk),
        section("calls", digest.calls, partial(items.task, step="step_call")),
        section("cold", digest.cold, partial(items.task, step="step_cold")),
        section("birthdays", digest.birthdays, partial(items.task, step="step_birthday")),
        _section(tongue, "warnings", _warnings(digest, tongue)),
    )
    top = Section("", (Entry("", (counts or tongue.w["nothing"],)),))
    return (top, *(s for s in told if s.entries), Section("", (Entry("", (tongue.w["footer"],)),)))


def _warnings(digest: Digest, tongue: items.Tongue) -> list[Entry]:
    found = [Entry(clean(text, 300), tone=Tone.BAD) for text in digest.warnings]
    return found + ([Entry(tongue.w["quarantine"].format(n=digest.quarantined))] if digest.quarantined else [])


def _section(tongue: items.Tongue, name: str, entries: list[Entry]) -> Section:
    shown = entries[:MOST]
    if len(entries) > MOST:
        shown.append(Entry(tongue.w["more"].format(n=len(entries) - MOST)))
    return Section(f"{tongue.w[name]} ({len(entries)})", tuple(shown), tongue.w.get(f"{name}_hint", ""))

"""What does the owner read in the morning?

New inquiries as cards, what we owe and since when, drafts that wait with their reason, warnings. A value goes in, a
mail comes out; who gathers the value looks into index and ledger, this module never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from followupd.model import Address, Identity, Risk, Verdict
from followupd.notify.letter import Entry, Section, clean, letter, who
from followupd.notify.words import words

MOST = 40
"""Entries per section; the rest is a line with its number, so that the digest stays readable on a bad day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryCard:
    """One new inquiry. Strings may come straight from a mail: they are cleaned here."""

    buyer: Address
    name: str = ""
    company: str = ""
    country: str = ""
    timezone: str = ""
    """IANA; empty when unknown."""
    asked: str = ""
    missing: tuple[str, ...] = ()
    """What the inquiry does not say, in the owner's language."""
    verdict: Verdict | None = None
    risk: Risk = Risk.NONE
    reasons: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A thread in which the next move is ours."""

    buyer: Address
    name: str = ""
    subject: str = ""
    since: datetime
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDraft:
    """A draft of ours that stands in Drafts; ``why`` is the decision's sentence."""

    buyer: Address
    name: str = ""
    subject: str = ""
    why: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All that the morning mail tells of one account. ``now`` is UTC, shown in the owner's zone."""

    account: str
    now: datetime
    inquiries: tuple[InquiryCard, ...] = ()
    owed: tuple[Owed, ...] = ()
    drafts: tuple[WaitingDraft, ...] = ()
    warnings: tuple[str, ...] = ()
    quarantined: int = 0

    @property
    def empty(self) -> bool:
        """Is there nothing to tell?"""
        return not (self.inquiries or self.owed or self.drafts or self.warnings or self.quarantined)


Words = Mapping[str, str]


def digest_mail(digest: Digest, owner: str, identity: Identity, language: str = "en") -> EmailMessage:
    """The digest as a mail to the owner. The same account and day give the same Message-ID, so it goes out once."""
    w = words(language)
    here = digest.now.astimezone(ZoneInfo(identity.timezone))
    counts = w["digest_counts"].format(
        inquiries=len(digest.inquiries), owed=len(digest.owed), drafts=len(digest.drafts)
    )
    return letter(
        f"{w['digest'].format(date=here.date().isoformat())}: {counts}",
        _sections(digest, w, here),
        owner=owner,
        identity=identity,
        now=digest.now,
        occasion=f"digest {digest.account} {here.date().isoformat()}",
        language=language,
        open_label=w["open"],
    )


def _sections(digest: Digest, w: Words, here: datetime) -> tuple[Section, ...]:
    warnings = [Entry(clean(text, 300)) for text in digest.warnings]
    if digest.quarantined:
        warnings.append(Entry(w["quarantine"].format(n=digest.quarantined)))
    sections = [
        _section(w["warnings"], warnings),
        _section(w["inquiries"], [_card(c, w, digest.now) for c in digest.inquiries]),
        _section(w["owed"], [_owed(o, w, here) for o in digest.owed]),
        _section(w["drafts"], [_draft(d) for d in digest.drafts]),
    ]
    told = [s for s in sections if s.entries] or [Section("", (Entry(w["nothing"]),))]
    return (*told, Section("", (Entry("", (w["footer"],)),)))


def _section(heading: str, entries: list[Entry]) -> Section:
    shown = entries[:MOST]
    if len(entries) > MOST:
        shown.append(Entry(f"+ {len(entries) - MOST}"))
    return Section(f"{heading} ({len(entries)})", tuple(shown))


def _card(card: InquiryCard, w: Words, now: datetime) -> Entry:
    place = clean(card.country, 40) or w["unknown"]
    if time := _local_time(card.timezone, now):
        place += ", " + w["local_time"].format(time=time)
    verdict = w[card.verdict.value] if card.verdict else w["unsure"]
    lines = [
        ("company", clean(card.company, 80)),
        ("country", place),
        ("asked", clean(card.asked, 300)),
        ("missing", ", ".join(clean(m, 40) for m in card.missing)),
        ("verdict", verdict),
        ("risk", w[card.risk.value] if card.risk is not Risk.NONE else ""),
        ("why", "; ".join(clean(r, 120) for r in card.reasons[:6])),
    ]
    return Entry(who(card.buyer, card.name), tuple(f"{w[k]}: {v}" for k, v in lines if v), card.message_id)


def _local_time(timezone: str, now: datetime) -> str:
    """The hour at the buyer's, empty where the zone is unknown."""
    try:
        return now.astimezone(ZoneInfo(timezone)).strftime("%H:%M") if timezone else ""
    except (KeyError, ValueError, OSError):
        return ""


def _owed(owed: Owed, w: Words, here: datetime) -> Entry:
    since = owed.since.astimezone(here.tzinfo)
    days = (here.date() - since.date()).days
    waited = w["since"].format(date=since.date().isoformat(), days=days) if days > 0 else w["today"]
    return Entry(who(owed.buyer, owed.name), (clean(owed.subject, 120), waited), owed.message_id)


def _draft(draft: WaitingDraft) -> Entry:
    lines = (clean(draft.subject, 120), clean(draft.why, 300))
    return Entry(who(draft.buyer, draft.name), tuple(line for line in lines if line), draft.message_id)

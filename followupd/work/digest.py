"""What does the owner need to know this morning, and is any of it new?

Gathered from index and ledger (work/morning_lists.py); what the last digest told already is no news, and without news there is
no mail. What waits comes up again after 3, 7 and 14 days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from followupd.model import Risk, Verdict
from followupd.notify.digest import LISTS, Digest, InquiryCard, Item, digest_mail, mark_of
from followupd.work import morning_lists
from followupd.work.desk import Desk
from followupd.work.tasks import COLD, birthdays, cold, other_ways

FIRST = timedelta(days=2)
"""How far back the very first digest looks for new inquiries."""
TOLD = "digest_told"
"""In the ledger: the marks of what the last digest told."""


def send_digest(desk: Desk, now: datetime) -> bool:
    """Queue today's digest; False when there is nothing new to tell or nowhere to send it."""
    if desk.outbox is None:
        return False
    digest = gather(desk, now)
    told = frozenset(desk.ledger.get(TOLD).split())
    desk.ledger.note("digest_at", now.isoformat())
    if digest.empty or digest.marks <= told:
        return False
    desk.outbox.put(digest_mail(_marked(digest, told), desk.owner, desk.identity, desk.language))
    desk.ledger.note(TOLD, " ".join(sorted(digest.marks)))
    return True


def gather(desk: Desk, now: datetime) -> Digest:
    """All that the digest tells."""
    last = desk.ledger.get("digest_at")
    since = datetime.fromisoformat(last) if last else now - FIRST
    known = [row for row in desk.index.rows(min(since, now - morning_lists.OWED_AGE) - COLD[-1]) if row.facts is not None]
    problems = desk.outbox.problems() if desk.outbox is not None else ()
    lists = morning_lists.lists(desk, now, since)
    return Digest(
        account=desk.name,
        now=now,
        dangers=tuple(lists.dangers),
        inquiries=tuple(sorted(lists.inquiries, key=_worth)),
        owed=tuple(sorted(lists.owed, key=lambda o: (o.answer != "complaint", o.since))),
        drafts=tuple(lists.drafts),
        endings=tuple(sorted(lists.endings, key=lambda e: (e.until, e.key))),
        samples=tuple(sorted(lists.samples, key=lambda s: (s.arrived, s.key))),
        at_risk=tuple(sorted(lists.at_risk, key=lambda r: (r.quiet_since is None, r.quiet_since or now, r.key))),
        calls=other_ways(desk, known, since, now),
        cold=cold(known, since, now),
        birthdays=birthdays(desk, since, now),
        warnings=tuple(str(p) for p in problems),
        quarantined=len(desk.index.quarantined()),
    )


def _worth(card: InquiryCard) -> tuple[bool, int, str]:
    """The best first, fraud last."""
    order = (Verdict.GENUINE, Verdict.LIKELY, Verdict.UNSURE, Verdict.VAGUE)
    return card.risk is not Risk.NONE, order.index(card.verdict or Verdict.UNSURE), card.key


A = TypeVar("A", bound=Item)


def _marked(digest: Digest, told: frozenset[str]) -> Digest:
    """With a mark on what was not told before; the very first digest needs none, there everything is new."""
    if not told:
        return digest
    known = {mark.partition(".")[0] for mark in told}

    def seen(found: tuple[A, ...]) -> tuple[A, ...]:
        return tuple(replace(i, fresh=mark_of(i.key) not in known) for i in found)

    marked: dict[str, Any] = {name: seen(getattr(digest, name)) for name in LISTS}
    return replace(digest, **marked)

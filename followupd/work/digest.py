"""What does the owner need to know this morning?

Gathered from index and ledger: inquiries new since the last digest, what we owe, drafts that wait, warnings. Nothing new,
no mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from followupd.deciding.reasons import text
from followupd.model import DraftState, Facts, Kind, Reason, Terms
from followupd.notify.digest import Digest, InquiryCard, Owed, WaitingDraft, digest_mail
from followupd.store.index import ThreadRow
from followupd.work.desk import Desk

FIRST = timedelta(days=2)
"""How far back the very first digest looks for new inquiries."""
OWED_AGE = timedelta(days=30)
WANTED = (("quantity", "数量"), ("delivery term", "贸易术语"), ("specification", "规格"))
OWING = frozenset({Reason.REPLY_OWED, Reason.OUR_MOVE, Reason.UNCLEAR_ANSWER})


def send_digest(desk: Desk, now: datetime) -> bool:
    """Queue today's digest; False when there is nothing to tell or nowhere to send it."""
    if desk.outbox is None:
        return False
    digest = gather(desk, now)
    desk.ledger.note("digest_at", now.isoformat())
    if digest.empty:
        return False
    desk.outbox.put(digest_mail(digest, desk.owner, desk.identity, desk.language))
    return True


def gather(desk: Desk, now: datetime) -> Digest:
    """All that the digest tells."""
    last = desk.ledger.get("digest_at")
    since = datetime.fromisoformat(last) if last else now - FIRST
    rows = [row for row in desk.index.rows(min(since, now - OWED_AGE)) if row.facts is not None]
    problems = desk.outbox.problems() if desk.outbox is not None else ()
    return Digest(
        account=desk.name,
        now=now,
        inquiries=tuple(card for row in rows if (card := _card(row, since, desk.language))),
        owed=tuple(sorted((o for row in rows if (o := _owed(desk, row, now))), key=lambda o: o.since)),
        drafts=tuple(_drafts(desk)),
        warnings=tuple(str(p) for p in problems),
        quarantined=len(desk.index.quarantined()),
    )


def _card(row: ThreadRow, since: datetime, language: str) -> InquiryCard | None:
    """A card for an inquiry that came in since, whatever its verdict: nothing is hidden."""
    facts = row.facts
    if facts is None or facts.inquiry is None or facts.inquiry_id is None or facts.last_in is None:
        return None
    if facts.inquiry.kind is not Kind.INQUIRY or facts.last_in < since or facts.turn is not None:
        return None
    hits = [h for h in (*facts.risk_hits, *facts.inquiry.hits) if h.points]
    return InquiryCard(
        buyer=facts.buyer.address,
        name=facts.buyer.name,
        company=facts.buyer.company,
        country=facts.buyer.country,
        timezone=facts.buyer.timezone,
        asked=", ".join(filter(None, (facts.quantity, facts.product))),
        missing=_missing(facts, language),
        verdict=facts.inquiry.verdict,
        risk=facts.risk,
        reasons=tuple((h.zh if language == "zh" else h.en) or h.signal for h in hits),
        message_id=facts.inquiry_id,
    )


def _missing(facts: Facts, language: str) -> tuple[str, ...]:
    terms = facts.inquiry.terms if facts.inquiry else Terms()
    has = (bool(facts.quantity), terms.incoterm is not None, bool(terms.models or facts.product))
    return tuple(words[language == "zh"] for words, present in zip(WANTED, has, strict=True) if not present)


def _owed(desk: Desk, row: ThreadRow, now: datetime) -> Owed | None:
    facts, decision = row.facts, row.decision
    if facts is None or decision is None or decision.reason not in OWING or facts.last_in is None:
        return None
    if now - facts.last_in > OWED_AGE:
        return None
    thread = desk.index.thread(row.id)
    last = facts.answer.message_id if facts.answer else facts.inquiry_id or ""
    return Owed(
        buyer=facts.buyer.address,
        name=facts.buyer.name,
        subject=thread.subject if thread else "",
        since=facts.last_in,
        message_id=last,
    )


def _drafts(desk: Desk) -> list[WaitingDraft]:
    """Drafts of ours that stand in Drafts, with the reason for which they were made."""
    found = []
    for record in desk.ledger.drafts((DraftState.PLACED,)):
        thread_id = desk.index.thread_of(record.turn_id)
        row = desk.index.row(thread_id) if thread_id else None
        why = f"{text(record.reason, desk.language)}: {record.detail}" if record.reason else record.topic
        found.append(
            WaitingDraft(
                buyer=row.facts.buyer.address if row and row.facts else desk.identity.address,
                name=row.facts.buyer.name if row and row.facts else record.buyer,
                subject=record.subject,
                why=why,
                message_id=record.message_id,
            )
        )
    return found

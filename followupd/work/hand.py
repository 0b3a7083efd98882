"""What did people do to our drafts since we last looked?

A draft that a person edited, moved, sent or deleted is theirs (law 4). After a crash the same look tells what became of a
draft whose APPEND nobody saw end: the intent saved Drafts' UIDNEXT, so everything from there on is looked at by UID.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.model import Direction, DraftRecord, DraftState, Message
from followupd.store.index import SeenDraft
from followupd.work.desk import Desk

WATCHED = (
    DraftState.INTENDED, DraftState.PLACED, DraftState.EDITED, DraftState.DELETED, DraftState.WITHDRAWING,
)  # fmt: skip
LATE_COPY = timedelta(days=14)
"""A draft that vanished counts as deleted; its copy in Sent may still come to light this long after."""
CLOCK_SLACK = timedelta(minutes=5)


def reconcile(desk: Desk, now: datetime) -> None:
    """Bring every draft record that can still change up to what the mailbox shows."""
    if desk.dry_run:
        return
    changed: set[str] = set()
    arrived = _may_have_arrived(desk)
    for record in desk.ledger.drafts((*WATCHED, DraftState.FAILED)):
        if record.state is DraftState.FAILED and desk.index.draft(record.message_id) is None:
            continue
        if record.state is DraftState.DELETED and record.closed and now - record.closed > LATE_COPY:
            continue
        seen = _outcome(desk, record, now, arrived)
        if seen != record:
            desk.ledger.put_draft(seen)
            changed.add(_thread_id(desk, record))
    if changed:
        desk.ledger.flush()
        with desk.index.transaction():
            desk.index.mark_dirty(changed - {""})


def _thread_id(desk: Desk, record: DraftRecord) -> str:
    """The thread of our turn today: threads may have merged since the draft was written."""
    return desk.index.thread_of(record.turn_id) or ""


def _outcome(desk: Desk, record: DraftRecord, now: datetime, arrived: Set[str]) -> DraftRecord:
    """The record as the mailbox now tells it; the same record when nothing changed."""
    thread_id = _thread_id(desk, record)
    standing = desk.index.drafts_of(thread_id) if thread_id else ()
    mine = desk.index.draft(record.message_id)
    if mine is not None:
        return _standing(record, mine)
    if record.state is DraftState.WITHDRAWING:
        return _closed(record, DraftState.WITHDRAWN, now)
    return _gone(desk, record, thread_id, now, another_stands=bool(standing), arrived=record.token in arrived)


def _gone(desk: Desk, record: DraftRecord, thread_id: str, now: datetime, *, another_stands: bool, arrived: bool) -> DraftRecord:
    """What became of a draft that no longer stands in Drafts under our Message-ID."""
    if sent := _sent_as(desk, record, thread_id):
        return _closed(record, DraftState.SENT, now, sent)
    if record.state is DraftState.DELETED:
        return record
    if another_stands:
        return _closed(record, DraftState.EDITED, now)
    if record.state is DraftState.INTENDED and not arrived:
        return _closed(record, DraftState.FAILED, now)
    return _closed(record, DraftState.DELETED, now)


def _standing(record: DraftRecord, seen: SeenDraft) -> DraftRecord:
    """Our Message-ID still stands in Drafts: untouched, or saved again by a person."""
    if record.state in {DraftState.EDITED, DraftState.DELETED}:
        return replace(record, state=DraftState.EDITED)
    state = DraftState.PLACED if seen.fingerprint == record.body_sha256 else DraftState.EDITED
    return replace(record, state=state, uid=seen.uid)


def _closed(record: DraftRecord, state: DraftState, now: datetime, sent_as: str = "") -> DraftRecord:
    if record.state is state and record.sent_as == sent_as:
        return record
    return replace(record, state=state, closed=now, sent_as=sent_as)


def _sent_as(desk: Desk, record: DraftRecord, thread_id: str) -> str:
    """Our first mail of the thread after the draft was written that no other draft explains; empty if there is none."""
    thread = desk.index.thread(thread_id) if thread_id else None
    if thread is None:
        return ""
    taken = {d.sent_as for d in desk.ledger.view(thread).drafts if d.token != record.token}
    later = (m for m in thread.messages if _is_later(m, record))
    return next((m.id for m in later if m.id not in taken), "")


def _is_later(message: Message, record: DraftRecord) -> bool:
    return (
        message.direction is Direction.OUT
        and message.id != record.turn_id
        and message.date > record.created - CLOCK_SLACK
    )


def _may_have_arrived(desk: Desk) -> frozenset[str]:
    """Tokens of the intents whose APPEND may have reached the server, though their draft does not stand there.

    Only where UIDs from the saved UIDNEXT on were given out and are gone, more of them than other drafts of ours explain. Then a
    person may have deleted our draft, and writing it once more would be the worse mistake. All are weighed before any of them is
    noted: a draft saved anew stands under another UID from then on, and its first one would be nobody's.
    """
    before = desk.ledger.drafts()
    open_ends = [d for d in before if d.state is DraftState.INTENDED and desk.index.draft(d.message_id) is None]
    gone = _gone_uids(desk, open_ends) - {d.uid for d in before if d.uidvalidity == desk.index.drafts_mark()[0]}
    return frozenset(
        d.token
        for d in open_ends
        if d.uidnext and d.uidvalidity == desk.index.drafts_mark()[0] and len({u for u in gone if u >= d.uidnext}) > _went_before(desk, d, before)
    )


def _gone_uids(desk: Desk, open_ends: Iterable[DraftRecord]) -> set[int]:
    """UIDs of Drafts that were given out since the first of these intents and no longer stand there."""
    uidvalidity, uidnext, _ = desk.index.drafts_mark()
    since = min((d.uidnext for d in open_ends if d.uidnext and d.uidvalidity == uidvalidity), default=uidnext)
    if since >= uidnext or desk.drafts is None:
        return set()
    return {*range(since, uidnext)} - {s.uid for s in desk.mailbox.stubs(desk.drafts, range(since, uidnext))}


def _went_before(desk: Desk, record: DraftRecord, before: Iterable[DraftRecord]) -> int:
    """How many drafts of the same turn had to arrive before this one and have left a UID behind that nobody knows?

    They are appended in the order of their tokens, and a cut ends the turn. Whatever a person did with them since (deleted, sent,
    saved anew), that UID is gone; only one that stands untouched still has it.
    """
    return sum(
        (d.uidnext, d.created) == (record.uidnext, record.created)
        and d.token < record.token
        and not d.uid
        and d.state is not DraftState.FAILED
        and not _untouched(desk, d)
        for d in before
    )


def _untouched(desk: Desk, record: DraftRecord) -> bool:
    seen = desk.index.draft(record.message_id)
    return seen is not None and seen.fingerprint == record.body_sha256

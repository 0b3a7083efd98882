"""What did people do to our drafts since we last looked?

A draft that a person edited, moved, sent or deleted is theirs (law 4). After a crash the same look tells what became of a
draft whose APPEND nobody saw end: the intent saved Drafts' UIDNEXT, so everything from there on is looked at by UID.
"""

from __future__ import annotations

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
    for record in desk.ledger.drafts(WATCHED):
        if record.state is DraftState.DELETED and record.closed and now - record.closed > LATE_COPY:
            continue
        seen = _outcome(desk, record, now)
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


def _outcome(desk: Desk, record: DraftRecord, now: datetime) -> DraftRecord:
    """The record as the mailbox now tells it; the same record when nothing changed."""
    thread_id = _thread_id(desk, record)
    standing = desk.index.drafts_of(thread_id) if thread_id else ()
    mine = desk.index.draft(record.message_id)
    if mine is not None:
        return _standing(record, mine)
    if record.state is DraftState.WITHDRAWING:
        return _closed(record, DraftState.WITHDRAWN, now)
    return _gone(desk, record, thread_id, now, another_stands=bool(standing))


def _gone(desk: Desk, record: DraftRecord, thread_id: str, now: datetime, *, another_stands: bool) -> DraftRecord:
    """What became of a draft that no longer stands in Drafts under our Message-ID."""
    if sent := _sent_as(desk, record, thread_id):
        return _closed(record, DraftState.SENT, now, sent)
    if record.state is DraftState.DELETED:
        return record
    if another_stands:
        return _closed(record, DraftState.EDITED, now)
    if record.state is DraftState.INTENDED and not _may_have_arrived(desk, record):
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


def _may_have_arrived(desk: Desk, record: DraftRecord) -> bool:
    """Could the APPEND of this intent have reached the server, and its draft be gone again since?

    Only when UIDs from the saved UIDNEXT on were given out and are gone. Then a person may have deleted our draft, and
    writing it once more would be the worse mistake.
    """
    uidvalidity, uidnext, _ = desk.index.drafts_mark()
    if uidvalidity != record.uidvalidity or not record.uidnext or uidnext <= record.uidnext or desk.drafts is None:
        return False
    handed_out = range(record.uidnext, uidnext)
    standing = {s.uid for s in desk.mailbox.stubs(desk.drafts, handed_out)}
    near = [d for d in desk.ledger.drafts() if d.uidvalidity == record.uidvalidity]
    gone = set(handed_out) - standing - {d.uid for d in near if d.uid}
    return len(gone) > sum(_waited_before(d, record) for d in near)


def _waited_before(other: DraftRecord, record: DraftRecord) -> bool:
    """Was ``other`` to be appended before ``record`` in the same turn, and may one of the UIDs that are gone be its own?

    Drafts of one turn are appended in the order of their tokens, and a cut ends the turn: at most the first of those whose end nobody saw arrived.
    """
    together = (other.uidnext, other.created) == (record.uidnext, record.created) and other.token < record.token
    return together and not other.uid and other.state in {DraftState.INTENDED, DraftState.DELETED}

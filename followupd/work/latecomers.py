"""Did an APPEND that we took for lost reach Drafts after all?

Some servers take a letter in, lose the line, and carry the APPEND out minutes later. By then we have looked, found nothing and written
the draft once more, under the same Message-ID; it was taken back because the buyer answered, or a person has changed it, sent it or thrown it away. Of
copies that nobody touched the newest stays where one is wanted: a client that saves a draft adds the new one before it removes the old one, and must
never lose both.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from followupd import crash
from followupd.model import DraftRecord, DraftState
from followupd.store.index import SeenDraft
from followupd.work.desk import Desk
from followupd.work.drafts_seen import look_at_drafts

log = logging.getLogger(__name__)

LATE = timedelta(hours=1)
"""So long after a draft was written for the second time its first copy is a latecomer; later a person has fetched it back from the bin."""
BY_HAND = frozenset({DraftState.EDITED, DraftState.SENT, DraftState.DELETED})
STANDS = frozenset({DraftState.INTENDED, DraftState.PLACED, DraftState.FAILED})
"""States in which one copy, untouched, is as it should be."""


def take_back(desk: Desk, now: datetime) -> None:
    """Remove copies of our own drafts, untouched, that came late: all but one, or all where the draft is done with."""
    if desk.dry_run or desk.drafts is None:
        return
    surplus = [copy for id, count in desk.index.draft_counts().items() for copy in _surplus(desk, id, count, now)]
    for copy in surplus:
        crash.step("delete late draft")
        if desk.mailbox.delete(desk.drafts, copy.uid, copy.message.id):
            log.info("%s: a draft arrived twice, its older copy is removed", desk.name)
    if surplus:
        look_at_drafts(desk, desk.drafts)


def _surplus(desk: Desk, message_id: str, count: int, now: datetime) -> tuple[SeenDraft, ...]:
    record = desk.ledger.draft_by_message_id(message_id)
    if record is None:
        return ()
    late = record.retried and now - record.created < LATE
    if record.state is DraftState.WITHDRAWN or (late and record.state in BY_HAND):
        return _untouched(desk, record)
    if count == 1:
        return ()
    untouched = _untouched(desk, record)
    if late and len(untouched) < count:
        return untouched
    return untouched[:-1] if record.state in STANDS else ()


def _untouched(desk: Desk, record: DraftRecord) -> tuple[SeenDraft, ...]:
    return tuple(copy for copy in desk.index.copies(record.message_id) if copy.fingerprint == record.body_sha256)

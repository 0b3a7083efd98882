"""Did an APPEND that we took for lost reach Drafts after all?

Some servers take a letter in, lose the line, and carry the APPEND out minutes later. By then we have looked, found nothing and written
the draft once more, under the same Message-ID; it was taken back because the buyer answered, or a person has sent it or thrown it away. Of
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
"""So long after a person's hand a copy of a draft that was written twice is a latecomer; later it was fetched back from the bin."""
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
    if _done_with(record, now):
        return _untouched(desk, record)
    return _untouched(desk, record)[:-1] if count > 1 and record.state in STANDS else ()


def _done_with(record: DraftRecord, now: datetime) -> bool:
    """Taken back by us; or sent or thrown away a moment ago, after it had been written twice."""
    by_hand = record.state in {DraftState.SENT, DraftState.DELETED} and record.retried
    return record.state is DraftState.WITHDRAWN or (by_hand and record.closed is not None and now - record.closed < LATE)


def _untouched(desk: Desk, record: DraftRecord) -> tuple[SeenDraft, ...]:
    return tuple(copy for copy in desk.index.copies(record.message_id) if copy.fingerprint == record.body_sha256)

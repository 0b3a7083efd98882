"""Did an APPEND that we took for lost reach Drafts after all?

Some servers take a letter in, lose the line, and carry the APPEND out minutes later. By then we have looked, found nothing and written
the draft once more, under the same Message-ID; or the buyer answered and it was taken back. Of copies that nobody touched the newest
stays: a client that saves a draft adds the new one before it removes the old one, and must never lose both.
"""

from __future__ import annotations

import logging

from followupd import crash
from followupd.model import DraftRecord, DraftState
from followupd.store.index import SeenDraft
from followupd.work.desk import Desk
from followupd.work.drafts_seen import look_at_drafts

log = logging.getLogger(__name__)

STANDS = frozenset({DraftState.INTENDED, DraftState.PLACED, DraftState.FAILED})
"""States in which one copy, untouched, is as it should be."""


def take_back(desk: Desk) -> None:
    """Remove copies of our own drafts, untouched, that came late: all but one, or all where the draft had been taken back."""
    if desk.dry_run or desk.drafts is None:
        return
    surplus = [copy for id, count in desk.index.draft_counts().items() for copy in _surplus(desk, id, count)]
    for copy in surplus:
        crash.step("delete late draft")
        if desk.mailbox.delete(desk.drafts, copy.uid, copy.message.id):
            log.info("%s: a draft arrived twice, its older copy is removed", desk.name)
    if surplus:
        look_at_drafts(desk, desk.drafts)


def _surplus(desk: Desk, message_id: str, count: int) -> tuple[SeenDraft, ...]:
    record = desk.ledger.draft_by_message_id(message_id)
    if record is None or not (record.state is DraftState.WITHDRAWN or (count > 1 and record.state in STANDS)):
        return ()
    untouched = _untouched(desk, record)
    return untouched if record.state is DraftState.WITHDRAWN else untouched[:-1]


def _untouched(desk: Desk, record: DraftRecord) -> tuple[SeenDraft, ...]:
    return tuple(copy for copy in desk.index.copies(record.message_id) if copy.fingerprint == record.body_sha256)

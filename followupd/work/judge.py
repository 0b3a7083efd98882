"""What do the threads that changed say now?

Facts are derived and may be thrown away with the index. Only a stop wish is more than derived: it binds for ever and for
all threads of the address (DOMAIN 7), so it goes into the ledger as soon as it is read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from followupd.judging.thread import judge_thread
from followupd.model import Action, Decision, Direction, Facts, Judgement, Reason, Thread, Word, WordKind
from followupd.work.desk import Desk

log = logging.getLogger(__name__)


def judge(desk: Desk, thread_ids: Iterable[str], now: datetime) -> int:
    """Judge these threads anew and store their facts; returns how many."""
    count = 0
    for thread_id in thread_ids:
        thread = desk.index.thread(thread_id)
        if thread is None:
            continue
        try:
            facts, fresh = _facts(desk, thread)
        except Exception as error:
            log.exception("%s: thread %s could not be judged; the others go on", desk.name, thread_id)
            _left_to_a_person(desk, thread_id, type(error).__name__, now)
            continue
        with desk.index.transaction():
            desk.index.put_judgements(thread, fresh)
            desk.index.put_facts(facts)
        _keep_stop_wish(desk, facts, now)
        count += 1
    return count


def _facts(desk: Desk, thread: Thread) -> tuple[Facts, dict[str, Judgement]]:
    """Judge a thread with what the index knows around it, and tell what was judged now.

    Only what was there before its first mail counts (law 8); mails that were judged in the same place before are not judged
    again, so that one more answer costs the same in a long thread as in a short one.
    """
    writers = (m.sender.email for m in thread.messages if m.direction is Direction.IN)
    known = desk.index.contacts(writers, before=thread.messages[0].date)
    first = next((m for m in thread.messages if m.direction is Direction.IN), None)
    at_hand = desk.index.judgements(thread)
    judged = dict(at_hand)
    same = {first.id: desk.index.same_letter(first)} if first and first.id not in judged else {}
    facts = judge_thread(thread, desk.rules.judging, desk.own, known, judged, same)
    return facts, {id: judgement for id, judgement in judged.items() if id not in at_hand}


def _left_to_a_person(desk: Desk, thread_id: str, what: str, now: datetime) -> None:
    """Old facts may hide a new word of the buyer, so they go: without facts nothing is decided and nothing is written."""
    decision = Decision(
        thread_id=thread_id,
        action=Action.NONE,
        reason=Reason.UNCLEAR_ANSWER,
        stage="",
        at=now,
        detail=f"this thread could not be judged ({what}): please read it yourself",
    )
    with desk.index.transaction():
        desk.index.forget_facts(thread_id)
        desk.index.put_decision(decision)


def _keep_stop_wish(desk: Desk, facts: Facts, now: datetime) -> None:
    address = facts.buyer.address.email
    if not facts.stop_wish or desk.dry_run or not address:
        return
    if any(w.kind is WordKind.STOP and w.target == address for w in desk.ledger.words()):
        return
    desk.ledger.add_word(Word(kind=WordKind.STOP, scope="buyer", target=address, value=facts.stop_wish, at=now))
    desk.ledger.flush()
    with desk.index.transaction():
        desk.index.mark_dirty(desk.index.threads_of_buyer(address))

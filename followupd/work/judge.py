"""What do the threads that changed say now?

Facts are derived and may be thrown away with the index. Only a stop wish is more than derived: it binds for ever and for
all threads of the address (DOMAIN 7), so it goes into the ledger as soon as it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from followupd.judging.thread import judge_thread
from followupd.model import Facts, Word, WordKind
from followupd.work.desk import Desk


def judge(desk: Desk, thread_ids: Iterable[str], now: datetime) -> int:
    """Judge these threads anew and store their facts; returns how many."""
    count = 0
    for thread_id in thread_ids:
        thread = desk.index.thread(thread_id)
        if thread is None:
            continue
        facts = judge_thread(thread, desk.rules.judging, desk.own)
        with desk.index.transaction():
            desk.index.put_facts(facts)
        _keep_stop_wish(desk, facts, now)
        count += 1
    return count


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

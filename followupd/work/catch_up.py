"""Which threads wait to be looked at again, and how is new mail not made to wait for them?

New rules, a first look at a large mailbox: then there is work for minutes. It is done in slices between two looks at the
mailbox, the threads that moved last first. A thread with nothing to do is settled at once. One that wants an effect (a draft,
an alarm) waits until the others are known as well, because they share the limits of a day and of a buyer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from followupd.model import Action
from followupd.work import deliver
from followupd.work.decide import decide_one, pressing
from followupd.work.desk import Desk, Progress
from followupd.work.judge import judge

AT_ONCE = 200
"""So many changed, due or ready threads are no work for later."""
JUDGED, DECIDED = 10, 100
"""So many threads are judged, or only decided, between two looks at the clock."""
SHARE = 0.15
"""Seconds that a turn gives to what waits, at least; where a look at the mailbox takes longer, as long as that."""


@dataclass
class Caught:
    """How many threads that waited were judged and decided; ``again``: there is more to do at once."""

    judged: int = 0
    decided: int = 0
    again: bool = False


def at_hand(desk: Desk, now: datetime) -> set[str]:
    """The changed threads of this turn. When very many changed or came due, all of them wait and are taken in slices."""
    changed = desk.index.dirty(judged=False)
    if desk.dry_run:
        return changed
    with desk.index.transaction():
        if len(desk.index.due(now)) > AT_ONCE:
            desk.index.postpone_due(now)
        if len(changed) <= AT_ONCE:
            return changed
        desk.index.postpone()
        return set()


def catch_up(desk: Desk, now: datetime, began: float) -> Caught:
    """Look at threads that wait, as long as this turn has lasted so far."""
    caught, start = Caught(), monotonic()
    end = start + max(SHARE, start - began)
    while not desk.dry_run and not desk.stopping() and monotonic() < end:
        waiting = desk.index.waiting(JUDGED, DECIDED)
        if not waiting:
            with desk.index.transaction():
                caught.again = desk.index.recall(AT_ONCE)
            return caught
        _slice(desk, waiting, now, caught)
        caught.again = True
    if caught.again:
        desk.progress(Progress("threads to look at:", caught.decided, desk.index.waiting_count()))
    return caught


def _slice(desk: Desk, waiting: dict[str, bool], now: datetime, caught: Caught) -> None:
    """Judge those that need it, decide all of them, settle those with nothing to do."""
    with desk.index.transaction():
        caught.judged += judge(desk, (id for id, anew in waiting.items() if anew), now)
        decisions = [d for id in waiting if (d := decide_one(desk, id, now)) is not None]
        caught.decided += len(decisions)
    calm = [d for d in decisions if d.action is Action.NONE]
    deliver.deliver(desk, [d for d in calm if waiting[d.thread_id]], now)
    with desk.index.transaction():
        for decision in calm:
            desk.index.put_decision(decision)
        acting = {d.thread_id: -pressing(desk, d) for d in decisions if d.action is not Action.NONE}
        desk.index.settle(waiting.keys() - acting.keys())
        desk.index.hold(acting)

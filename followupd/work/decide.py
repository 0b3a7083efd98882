"""Which threads need a decision now, and what is it?

Those that changed and those that came due; all others cost nothing. The decision itself is pure and made in deciding/.
A thread is settled only after effects and ledger are done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.deciding.decide import decide as decide_thread
from followupd.deciding.steps import GIVEN_BACK
from followupd.model import Action, Decision, Reason
from followupd.work.desk import Desk
from followupd.work.drafts_seen import open_drafts
from followupd.work.elsewhere import answered_elsewhere, written_beside
from followupd.work.write import Written

log = logging.getLogger(__name__)

AGES = 1e10
"""More seconds than any two mails lie apart."""
LATER = timedelta(days=1)
RETRY_REFUSED = timedelta(hours=6)
"""A draft that could not be placed (lint, quota) is tried again after this, or as soon as the thread changes."""


def decide(desk: Desk, touched: Iterable[str], now: datetime) -> list[Decision]:
    """One decision for every thread that was touched or came due, by thread id."""
    wanted = sorted({*touched, *desk.index.dirty(), *desk.index.due(now)})
    found = [d for thread_id in wanted if (d := decide_one(desk, thread_id, now)) is not None]
    return _as_many_as_a_day_takes(desk, _one_per_buyer(desk, found, now), now)


def _as_many_as_a_day_takes(desk: Desk, decisions: list[Decision], now: datetime) -> list[Decision]:
    """No more drafts in a day than a person can read, the first run included; the most pressing topics go first."""
    wanted = [d for d in decisions if d.action is Action.DRAFT]
    lately = sum(1 for d in desk.ledger.drafts() if d.created > now - LATER and d.state not in GIVEN_BACK)
    room = max(0, desk.rules.book.limits.drafts_per_day - lately)
    if len(wanted) <= room:
        return decisions
    wanted.sort(key=lambda d: (pressing(desk, d), d.thread_id))
    chosen = {d.thread_id for d in wanted[:room]}
    said = f"{desk.rules.book.limits.drafts_per_day} drafts a day are enough to read; this one waits for tomorrow"
    return [
        d
        if d.action is not Action.DRAFT or d.thread_id in chosen
        else replace(d, action=Action.NONE, reason=Reason.LIMIT_DAY, detail=said, next_due=now + LATER)
        for d in decisions
    ]


def pressing(desk: Desk, decision: Decision) -> float:
    """How early a decision comes to its effect, the least first: by the rank of its topic, then the latest silence."""
    if decision.action is not Action.DRAFT:
        return -AGES
    rank = next((t.rule.rank for t in desk.rules.book.topics if t.id == decision.topic), 0)
    return rank * AGES - _silent_since(desk, decision).timestamp()


def _silent_since(desk: Desk, decision: Decision) -> datetime:
    facts = desk.index.facts(decision.thread_id)
    return facts.turn.started if facts and facts.turn else decision.at


def _one_per_buyer(desk: Desk, decisions: list[Decision], now: datetime) -> list[Decision]:
    """Two threads of one buyer that come due in the same turn: one draft now, the other is looked at again tomorrow.

    Each was decided without knowing of the other; the ledger keeps them apart from the next turn on.
    """
    written_to: set[str] = set()
    kept = []
    for decision in decisions:
        facts = desk.index.facts(decision.thread_id) if decision.action is Action.DRAFT else None
        buyer = facts.buyer.address.email if facts else ""
        if buyer and buyer in written_to:
            said = "another thread of this buyer gets its draft now"
            kept.append(replace(decision, action=Action.NONE, reason=Reason.MIN_GAP, detail=said, next_due=now + LATER))
            continue
        written_to.add(buyer)
        kept.append(decision)
    return kept


def decide_one(desk: Desk, thread_id: str, now: datetime) -> Decision | None:
    """The decision for one thread, None when it is gone (merged into another) or could not be judged.

    A thread that nobody thought of must not stop the others (law 9): it is left to a person and looked at again later.
    """
    thread, facts = desk.index.thread(thread_id), desk.index.facts(thread_id)
    if thread is None or facts is None:
        return None
    standing = open_drafts(desk, thread_id)
    try:
        return decide_thread(
            thread, facts, desk.rules.book, desk.ledger.view(thread), standing, desk.settings, now,
            elsewhere=answered_elsewhere(desk, thread, facts), beside=written_beside(desk, thread, facts),
        )  # fmt: skip
    except Exception as error:
        log.exception("%s: no decision for thread %s; the others go on", desk.name, thread_id)
        why = f"no decision was possible ({type(error).__name__}): please read this thread yourself"
        return Decision(
            thread_id=thread_id,
            action=Action.NONE,
            reason=Reason.UNCLEAR_ANSWER,
            stage=facts.stage,
            at=now,
            detail=why,
            next_due=now + RETRY_REFUSED,
        )


def settle(
    desk: Desk, touched: Iterable[str], decisions: list[Decision], written: Written, now: datetime
) -> list[Decision]:
    """Store the decisions and count their threads as done; what a person should see of them is returned."""
    final = [_final(d, written.refused, now) for d in decisions]
    if desk.dry_run:
        return final
    with desk.index.transaction():
        for decision in final:
            desk.index.put_decision(decision)
        desk.index.settle({*touched, *(d.thread_id for d in final)} - written.unsettled)
        held = {d.thread_id for d in final if d.reason is Reason.MIN_GAP} if written.placed else set()
        for thread_id in sorted({*written.placed, *written.withdrawn, *held} - written.unsettled):
            after = decide_one(desk, thread_id, now)
            if after is not None and after.action is not Action.DRAFT:
                desk.index.put_decision(after)
    return final


def _final(decision: Decision, refused: Mapping[str, tuple[Reason, str]], now: datetime) -> Decision:
    """A draft that was refused on its way becomes a decision to do nothing, with its reason."""
    found = refused.get(decision.thread_id)
    if found is None or decision.action is not Action.DRAFT:
        return decision
    return replace(
        decision, action=Action.NONE, reason=found[0], detail=found[1], next_due=now + RETRY_REFUSED
    )

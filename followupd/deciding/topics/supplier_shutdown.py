"""Our own works stand still soon: tell when, and until which day an order is still finished before (DOMAIN 2.3, 13).

Six weeks, three weeks and ten days before, each once; only where an offer is open or an order runs.
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import Shutdown
from followupd.model import Evidence, Reason, Refusal

BEFORE = (timedelta(days=42), timedelta(days=21), timedelta(days=10))


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """On the days of BEFORE; a day that was used for a draft about it counts."""
    today = case.calendar.day(case.now)
    ahead = [(f, f.entry) for f in case.told("shutdown") if isinstance(f.entry, Shutdown) and f.entry.first > today]
    if not case.offered:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    if not ahead:
        return Refusal(topic.id, Reason.NO_FACT, "no closing of ours is known: followupd fact add shutdown --first DAY --last DAY")
    fact, closing = min(ahead, key=lambda found: (found[1].first, found[0].id))
    told = sorted(d.created for d in case.written_to_buyer if d.topic == topic.id)
    marks = [case.calendar.start_of(closing.first - before) for before in BEFORE]
    left = [mark for n, mark in enumerate(marks) if not any(t >= mark for t in told) and (n + 1 == len(marks) or case.now < marks[n + 1])]
    if not left:
        return Refusal(topic.id, Reason.LIMIT_BUYER, f"the closing of {closing.first} was told")
    evidence = [
        Evidence("closed_from", closing.first.isoformat(), fact.origin),
        Evidence("closed_to", closing.last.isoformat(), fact.origin),
    ]
    if closing.order_by is not None and closing.order_by > today:
        evidence.append(Evidence("order_by", closing.order_by.isoformat(), fact.origin))
    expires = case.calendar.start_of(closing.first)
    return Proposal(left[0], Reason.NEWS, f"closed from {closing.first} to {closing.last} ({fact.id})", tuple(evidence), expires)

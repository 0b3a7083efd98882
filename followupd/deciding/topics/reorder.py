"""The goods have been there for a while: is it time for the next order? (DOMAIN 2.2)"""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Evidence, Reason, Refusal

USUAL = Span(60, "d")
EARLIER = Span(14, "d")
"""So long before this buyer's usual time the question helps him."""


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """After the buyer's own interval between orders where two are known, else after the stage's silence."""
    if not case.facts.ordered and case.said is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "nothing was ordered in this thread")
    orders = case.facts.orders
    since = case.calendar.day(case.start)
    source = "the user's word" if case.said is not None else case.turn.id
    evidence = [Evidence("ordered_on", orders[-1].isoformat(), source)] if orders else [Evidence("arrived_on", since.isoformat(), source)]
    gaps = [(b - a).days for a, b in pairwise(orders)]
    if gaps:
        every = Span(max(30, int(median(gaps)) - EARLIER.amount), "d")
        due = max(case.calendar.after(case.calendar.start_of(orders[-1]), every), case.start)
        return Proposal(due, Reason.SILENCE, f"orders come every {int(median(gaps))} days, the last on {orders[-1]}", tuple(evidence))
    wait = case.stage.rule.silence[0] if case.stage.rule.silence else USUAL
    return Proposal(case.calendar.after(case.start, wait), Reason.SILENCE, f"{wait.said} since {since}", tuple(evidence))

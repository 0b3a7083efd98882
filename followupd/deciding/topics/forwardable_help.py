"""The buyer waits for somebody else: help that talk along, never ask for news (DOMAIN 5, waiting_client)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal

WAITS = (Span(10, "bd"), Span(20, "bd"))


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """Ten business days after the answer, and once more twenty after it; a day the buyer named goes before."""
    answer = case.answer
    if not case.offered:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    if answer is None:
        return Refusal(topic.id, Reason.NO_FACT, "the buyer did not answer")
    given = sum(1 for d in case.written if d.topic == topic.id and d.created >= answer.at)
    if given >= len(WAITS):
        return Refusal(topic.id, Reason.LIMIT_THREAD, f"offered {given} times since that answer")
    due = case.calendar.after(answer.at, WAITS[given])
    if answer.until is not None:
        due = max(due, case.calendar.start_of(case.calendar.shift(answer.until, 1)))
    return Proposal(due, Reason.WAITING_CLIENT, f"the buyer waits for somebody; {WAITS[given].said} since that answer")

"""The end of a series: close it without guilt, keep the door open, once per thread (DOMAIN 2.3, 14)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import month_later
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal

ROOM = Span(5, "bd")
"""After our last mail at least this long."""


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """After the stage's ``close_out`` time, when at least one follow-up went unanswered."""
    wait = case.stage.rule.close_out
    if wait is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no close-out")
    if not case.offered:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    if case.step == 0:
        return Refusal(topic.id, Reason.NO_TOPIC, "nothing was followed up yet, so there is nothing to close")
    due = max(case.calendar.after(case.start, wait), case.calendar.after(case.turn.last, ROOM))
    evidence = (month_later(case.calendar.day(case.now)),)
    return Proposal(due, Reason.CLOSE_OUT_DUE, f"{wait.said} of silence after {case.step} follow-up{'' if case.step == 1 else 's'}", evidence)

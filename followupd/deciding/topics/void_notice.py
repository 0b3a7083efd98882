"""A proforma that nobody answered is no longer kept: say so without reproach, and that a new one is quickly made (DOMAIN 2.2)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import month_later
from followupd.deciding.rulebook import VOID_NOTICE, Topic
from followupd.deciding.tables import Span
from followupd.model import Evidence, Reason, Refusal

ROOM = Span(5, "bd")
"""After our last mail at least this long."""


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """Behind the last threshold of a stage that ends so."""
    rule = case.stage.rule
    if rule.then != VOID_NOTICE or not rule.silence:
        return Refusal(topic.id, Reason.NO_TOPIC, f"the stage '{case.stage.rule.en}' does not end with a notice")
    due = max(case.calendar.after(case.start, rule.silence[-1]), case.calendar.after(case.turn.last, ROOM))
    sent = case.calendar.day(case.turn.started)
    source = "the user's word" if case.said is not None else case.turn.id
    evidence = (Evidence("pi_date", sent.isoformat(), source), month_later(case.calendar.day(case.now)))
    return Proposal(due, Reason.CLOSE_OUT_DUE, f"{rule.silence[-1].said} of silence after the proforma of {sent}", evidence)

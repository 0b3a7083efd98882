"""The goods have landed: did all arrive as agreed? A service, no sale (DOMAIN 2.2)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.model import Evidence, Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """Once, so long after the day of arrival as the stage says."""
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    arrived = case.calendar.day(case.start)
    source = "the user's word" if case.said is not None else case.turn.id
    detail = f"{case.stage.rule.silence[case.done].said} since the goods were due on {arrived}"
    return Proposal(due, Reason.SILENCE, detail, (Evidence("arrived_on", arrived.isoformat(), source),))

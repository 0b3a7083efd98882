"""A long silence: ask for the real need, offer to calculate afresh (DOMAIN 2.3, 6)."""

from __future__ import annotations

from datetime import datetime

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """After the silence of ``after``; in nurture, paused and lost after the waits of those stages."""
    if not case.quote and not case.facts.product:
        return Refusal(topic.id, Reason.NO_FACT, "neither an offer nor the goods are known")
    stage, answer = case.stage, case.facts.answer
    limits = case.book.limits
    if stage.id == "paused" and answer is not None:
        return Proposal(_resumed(case), Reason.NURTURE_DUE, "the pause that the buyer asked for is over")
    if stage.id == "lost" and answer is not None:
        if any(d.created >= answer.at for d in case.written):
            return Refusal(topic.id, Reason.LOST, "asked once after the loss; that was enough")
        wait = stage.rule.recheck or Span(90, "d")
        return Proposal(case.calendar.after(answer.at, wait), Reason.NURTURE_DUE, f"{wait} since the loss")
    wait = limits.nurture if stage.id == "nurture" else topic.rule.after or Span(30, "d")
    since = case.turn.last if stage.id == "nurture" else case.start
    if stage.id != "nurture" and case.step > 0:
        return Refusal(topic.id, Reason.NO_TOPIC, "this turn had its follow-ups; what comes next is the close-out")
    reason = Reason.NURTURE_DUE if stage.id == "nurture" else Reason.SILENCE
    return Proposal(case.calendar.after(since, wait), reason, f"{wait} of silence")


def _resumed(case: Case) -> datetime:
    answer = case.facts.answer
    assert answer is not None
    if answer.until is not None:
        return case.calendar.start_of(case.calendar.shift(answer.until, 1))
    return case.calendar.after(answer.at, case.book.limits.pause_default)

"""A long silence: ask for the real need, offer to calculate afresh (DOMAIN 2.3, 6)."""

from __future__ import annotations

from datetime import datetime

from followupd.deciding.case import Case, Proposal
from followupd.deciding.grade import ends_after, grade_of, has_postal_address, market_of
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """After the silence of ``after``; in nurture, paused and lost after the waits of those stages."""
    if not case.offered:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours to speak of")
    of_stage = {"paused": _paused, "lost": _lost, "nurture": _nurture}.get(case.stage.id)
    if of_stage is not None:
        return of_stage(case, topic)
    if case.step == 0:
        wait = topic.rule.after or Span(30, "d")
        return Proposal(case.calendar.after(case.start, wait), Reason.SILENCE, f"{wait.said} of silence")
    if any(d.topic == "close_out" for d in case.written):
        return _nurture(case, topic)
    return Refusal(topic.id, Reason.NO_TOPIC, "this turn had its follow-ups; what comes next is the close-out")


def _paused(case: Case, topic: Topic) -> Proposal | Refusal:
    """The buyer asked for a pause, or the user said so."""
    since, until = _stage_began(case)
    if since is None:
        return Refusal(topic.id, Reason.PAUSED, "paused, nobody knows since when")
    due = until or case.calendar.after(since, case.book.limits.pause_default)
    return Proposal(due, Reason.NURTURE_DUE, f"the pause ends on {case.calendar.day(due)}")


def _lost(case: Case, topic: Topic) -> Proposal | Refusal:
    """Once, a good while after."""
    since, _ = _stage_began(case)
    if since is None or any(d.created >= since for d in case.written):
        return Refusal(topic.id, Reason.LOST, "asked once after the loss; that was enough")
    wait = case.stage.rule.recheck or Span(90, "d")
    return Proposal(case.calendar.after(since, wait), Reason.NURTURE_DUE, f"{wait.said} since the loss")


def _nurture(case: Case, topic: Topic) -> Proposal | Refusal:
    """Seldom, and no more when the buyer's last word is too long ago (DOMAIN 7)."""
    limits, last_in = case.book.limits, case.facts.last_in
    grade, why = grade_of(case.facts, case.ledger)
    wait = limits.nurture_by_grade.get(grade, limits.nurture)
    if case.written and case.written[-1].topic == "close_out" and limits.nurture.calendar > wait.calendar:
        wait = limits.nurture
    market = market_of(case.facts.buyer.country, case.book.markets)
    after = ends_after(market, case.facts.ordered, limits.nurture_ends, limits.nurture_ends_customers)
    ends = last_in + after.calendar if last_in else None
    if ends is not None and last_in is not None and case.now >= ends:
        law = f" ({market.law})" if market and after in {market.asked_until, market.customers_until} else ""
        return Refusal(topic.id, Reason.FINISHED, f"the buyer's last word is of {last_in:%Y-%m-%d}, longer ago than {after.said}{law}")
    if market and market.postal_address and not has_postal_address(case.signature):
        return Refusal(topic.id, Reason.NO_FACT, f"{market.law} asks for your postal address: put it into the signature of the account")
    since = max(case.turn.last, case.said.at) if case.said else case.turn.last
    due = case.calendar.after(since, wait)
    return Proposal(due, Reason.NURTURE_DUE, f"{wait.said} since our last mail, grade {grade} ({why})", expires=ends, late=Reason.FINISHED)


def _stage_began(case: Case) -> tuple[datetime | None, datetime | None]:
    """Since when paused or lost, and until when if a day was named: by the user's word, else by the buyer's answer."""
    if case.said is not None:
        return case.said.at, case.said.until
    answer = case.facts.answer
    if answer is None:
        return None, None
    return answer.at, case.calendar.start_of(case.calendar.shift(answer.until, 1)) if answer.until else None

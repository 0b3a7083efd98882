"""Which of our own untouched drafts do not hold any more?

Events overtake a draft: the buyer wrote, we wrote, a date passed. A draft that a person touched is that person's (law 4).
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.asked import Asked, is_muted, is_risky
from followupd.deciding.first_reply import answers_inquiry, stands_alone
from followupd.deciding.vetoes import veto
from followupd.model import Action, Decision, Direction, DraftRecord, DraftState, Reason

RECENT_HAND = timedelta(minutes=5)


def stale(asked: Asked) -> Decision | None:
    """Our own untouched draft that events have overtaken is to be withdrawn; a touched one is a person's."""
    for standing in asked.open:
        record = next((d for d in asked.ledger.drafts if d.message_id == standing.message_id), None)
        if not standing.untouched or record is None or record.state is not DraftState.PLACED:
            continue
        if found := (_past_the_inquiry if answers_inquiry(asked.thread, record) else _overtaken)(asked, record):
            reason, detail = found
            return asked.say(reason, detail, action=Action.WITHDRAW)
    return None


def _overtaken(asked: Asked, record: DraftRecord) -> tuple[Reason, str] | None:
    facts, since = asked.facts, record.created - RECENT_HAND
    if facts.last_in and facts.last_in > since:
        return Reason.BUYER_WROTE, "the buyer wrote after the draft was prepared"
    if facts.turn and facts.turn.last > since:
        return Reason.OVERTAKEN, "we wrote ourselves after the draft was prepared"
    if asked.stage.id == "suppressed" or facts.bounced or is_risky(asked) or is_muted(asked):
        return Reason.OVERTAKEN, "nothing may be written in this thread any more"
    if asked.said and asked.said.at > record.created and asked.stage.id != record.stage:
        return Reason.OVERTAKEN, f"you said where the thread stands now: {asked.stage.rule.en}"
    until = facts.quotes[-1].valid_until if facts.quotes else None
    named = any(t.id == record.topic and t.rule.quotes_validity for t in asked.book.topics)
    # A day that was over when the draft was written does not stand in it: to take it back would only make the same one again.
    if named and until and asked.calendar.day(record.created) <= until < asked.calendar.day(asked.now):
        return Reason.OVERTAKEN, f"the draft says that the offer is valid until {until}, and that day is over"
    return _out_of_date(asked, record)


def _out_of_date(asked: Asked, record: DraftRecord) -> tuple[Reason, str] | None:
    """A day that the text names has passed, or a fact of the user that it tells is true no longer."""
    if asked.elsewhere is not None and asked.elsewhere.at > record.created - RECENT_HAND:
        return Reason.BUYER_WROTE, f"our last mail was answered from another address, {asked.elsewhere.sender}"
    if record.holds_until is not None and asked.now >= record.holds_until:
        return Reason.OVERTAKEN, f"what the draft says held until {asked.calendar.day(record.holds_until)}"
    day = asked.calendar.day(asked.now)
    gone = set(record.rests_on) - {f.id for f in asked.book.known if f.holds(day)}
    if gone:
        return Reason.OVERTAKEN, f"the draft speaks of {', '.join(sorted(gone))}, which is no longer in facts.yaml or no longer true"
    return None


def _past_the_inquiry(asked: Asked, record: DraftRecord) -> tuple[Reason, str] | None:
    """A first reply holds while the inquiry stands alone and may be answered at all."""
    if not stands_alone(asked.thread, record.turn_id):
        newer = [m for m in asked.thread.messages if m.id != record.turn_id]
        if any(m.direction is Direction.OUT for m in newer):
            return Reason.OVERTAKEN, "we answered the inquiry ourselves"
        return Reason.BUYER_WROTE, "more came from the buyer than the inquiry that the draft answers"
    if asked.beside:
        return Reason.OVERTAKEN, "more was written since the inquiry, in another thread with this buyer"
    if asked.said and asked.said.at > record.created and asked.stage.id != record.stage:
        return Reason.OVERTAKEN, f"you said where the thread stands now: {asked.stage.rule.en}"
    refused = veto(asked)
    if refused is not None and refused.reason is not Reason.SNOOZED:
        return Reason.OVERTAKEN, f"nothing may be written in this thread any more: {refused.detail}"
    return None

"""Is there an inquiry that we may answer with a question, before anything was said by us?

The one kind of draft that answers the buyer's word. It is made for the inquiry as it stands alone in its thread; whatever comes
after it, from either side, ends it: see overtaken.py, and the last look of work/write.py (law 3). Once per inquiry.
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.asked import Asked, alarm_age, changed, verdict_of
from followupd.deciding.our_move import UNREACHED, our_move, unreached
from followupd.deciding.plain import named
from followupd.deciding.rulebook import Topic
from followupd.deciding.steps import GIVEN_BACK
from followupd.deciding.wanted import to_ask
from followupd.model import (
    Action,
    Decision,
    Direction,
    DraftRecord,
    DraftState,
    Evidence,
    Fit,
    Kind,
    Message,
    Reason,
    Refusal,
    Thread,
    Verdict,
)

TRIGGER = "first_reply"
WORTH_IT = frozenset({Verdict.GENUINE, Verdict.LIKELY, Verdict.UNSURE})


def first_reply(asked: Asked) -> Decision | None:
    """The draft that asks for what is missing; else what is decided without it, with the reason why it was not made.

    None where the topic is off or we have written already.
    """
    topic = next((t for t in asked.book.topics if t.rule.trigger == TRIGGER), None)
    if topic is None or asked.facts.turn is not None or asked.facts.last_in is None:
        return None
    refused = _refused(asked, topic)
    if refused is None:
        return _draft(asked, topic)
    owed = our_move(asked)
    return changed(owed, refused=(refused,)) if owed is not None else None


def answers_inquiry(thread: Thread, record: DraftRecord) -> bool:
    """Is this draft a first reply: does it answer a mail of the buyer rather than follow up one of ours?"""
    answered = thread.message(record.turn_id)
    return answered is not None and answered.direction is Direction.IN


def stands_alone(thread: Thread, message_id: str) -> bool:
    """Is the thread still that one mail, whatever dates clocks give to what came in beside it?"""
    return [m.id for m in thread.messages] == [message_id]


def _inquiry(asked: Asked) -> Message | None:
    return asked.thread.message(asked.facts.inquiry_id or "")


def _missing(asked: Asked) -> tuple[str, ...]:
    inquiry = _inquiry(asked)
    return to_ask(asked.facts, drawing=inquiry is not None and bool(inquiry.attachments))


def _draft(asked: Asked, topic: Topic) -> Decision:
    facts, missing = asked.facts, _missing(asked)
    source = facts.inquiry_id or facts.thread_id
    evidence = [Evidence("wanted", ", ".join(missing), source)]
    if facts.product:
        evidence.insert(0, Evidence("product", facts.product, source))
    detail = f"the inquiry does not say {named(missing)}"
    decision = asked.say(Reason.INQUIRY_LACKS, detail, action=Action.DRAFT)
    return changed(decision, topic=topic.id, step=0, turn_id=source, evidence=tuple(evidence), rule=topic.origin)


def _refused(asked: Asked, topic: Topic) -> Refusal | None:
    """Why not; None when it may be written now."""
    reason = _unfit(asked, topic) or _already(asked, topic)
    return Refusal(topic.id, *reason) if reason else None


def _unfit(asked: Asked, topic: Topic) -> tuple[Reason, str] | None:
    """The inquiry itself is none to be asked back."""
    facts, inquiry = asked.facts, _inquiry(asked)
    if asked.stage.id not in topic.rule.stages or asked.said is not None:
        return Reason.NO_TOPIC, f"not in the stage '{asked.stage.rule.en}'"
    if facts.inquiry is None or facts.inquiry.kind is not Kind.INQUIRY or verdict_of(asked) not in WORTH_IT or facts.inquiry.fit is Fit.NOT_OURS:
        return Reason.NO_TOPIC, "only to an inquiry that is genuine, likely or unsure, and for goods of yours"
    if facts.buyer.reach in UNREACHED:
        return unreached(facts.buyer)
    if inquiry is None or asked.beside or not stands_alone(asked.thread, inquiry.id):
        return Reason.OUR_MOVE, f"{'more was written since in another thread' if asked.beside else 'the thread holds more than the inquiry'}: answer it yourself"
    if asked.now > inquiry.date + alarm_age(asked):
        return Reason.NO_TOPIC, f"the inquiry is older than {asked.book.limits.alarm_age.said}"
    return None if _missing(asked) else (Reason.NO_FACT, "nothing is missing: quote it")


def _already(asked: Asked, topic: Topic) -> tuple[Reason, str] | None:
    """It was written before, or something stands in its place."""
    kept = [d for d in asked.ledger.drafts if d.state not in GIVEN_BACK]
    if asked.open:
        return Reason.DRAFT_OPEN, "a draft stands in this thread"
    if any(d.turn_id == asked.facts.inquiry_id for d in kept):
        return Reason.HUMAN_DECIDED, "once per inquiry"
    to_buyer = [d for d in asked.ledger.buyer_drafts if d.state not in GIVEN_BACK]
    if any(d.state in {DraftState.INTENDED, DraftState.PLACED} for d in to_buyer):
        return Reason.LIMIT_BUYER, "a draft to this buyer already stands in another thread"
    rate = topic.rule.at_most
    since = asked.now - timedelta(days=rate.days) if rate else asked.now
    if rate and sum(d.topic == topic.id and d.created > since for d in to_buyer) >= rate.count:
        return Reason.LIMIT_BUYER, f"at most {rate.count} in {rate.days} days to one buyer"
    return None

"""Our own offer lacked something: complete it, first follow-up only (DOMAIN 2.3, 1).

When the end of the validity is near, that is said instead: two mails within days would be pushing.
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.model import Reason, Refusal

ROOM = timedelta(days=4)


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the first threshold of silence on, when fields are missing."""
    quote = case.quote
    if quote is None:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    if not quote.missing:
        return Refusal(topic.id, Reason.NO_FACT, "the offer lacks nothing")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    if quote.valid_until is not None:
        speaks = case.calendar.start_of(quote.valid_until)
        if case.calendar.day(quote.sent) < quote.valid_until and speaks - max(due, case.now) < ROOM:
            return Refusal(
                topic.id, Reason.NO_FACT, f"the offer ends on {quote.valid_until}, which is the better reason"
            )
    detail = f"{case.stage.rule.silence[case.step]} of silence; the offer lacks {', '.join(quote.missing)}"
    return Proposal(due, Reason.SILENCE, detail)

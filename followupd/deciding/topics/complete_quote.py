"""Our own offer lacked something: complete it, first follow-up only (DOMAIN 2.3, 1).

When the end of the validity is near, that is said instead: two mails within days would be pushing.
"""

from __future__ import annotations

from datetime import datetime

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import ambiguous
from followupd.deciding.plain import named
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.deciding.topics.validity_ending import speaks_on
from followupd.model import Quote, Reason, Refusal

ROOM = Span(5, "bd")
"""The mail about the end of the offer follows at least this long after; else it is the first mail itself."""


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
    if _end_is_near(case, quote, due):
        return Refusal(topic.id, Reason.NO_FACT, f"the offer ends on {quote.valid_until}, which is the better reason")
    detail = f"{case.stage.rule.silence[case.done].said} of silence; the offer lacks {named(quote.missing)}"
    return Proposal(due, Reason.SILENCE, detail)


def _end_is_near(case: Case, quote: Quote, due: datetime) -> bool:
    """Would the mail about the end of the offer follow within ``ROOM`` of ``due``, or just now, or is that end past?"""
    if quote.valid_until is None or ambiguous(quote):
        return False
    after = case.calendar.after
    soon = max(after(due, ROOM), after(case.now, case.book.limits.min_gap))
    return speaks_on(case, quote, quote.valid_until) < case.calendar.day(soon)

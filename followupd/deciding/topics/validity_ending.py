"""The price still holds and will end soon: say so before, once per quote (DOMAIN 2.3, 2a).

Three business days before the end; two where the offer was short, so that a seven-day quote gets one mail and not two.
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import ambiguous
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From end-3 business days until the end of the last day, in the buyer's zone."""
    quote = case.quote
    if quote is None or quote.valid_until is None:
        return Refusal(topic.id, Reason.NO_FACT, "the offer names no last day")
    if ambiguous(quote):
        return Refusal(topic.id, Reason.NO_FACT, "the last day of the offer can be read in two ways")
    ahead = topic.rule.ahead or Span(3, "bd")
    sent = case.calendar.day(quote.sent)
    if quote.valid_until - sent <= timedelta(days=case.book.limits.short_validity.amount):
        ahead = Span(min(2, ahead.amount), "bd")
    day = max(case.calendar.shift(quote.valid_until, -ahead.amount), case.calendar.shift(sent, 1))
    end = case.calendar.start_of(quote.valid_until + timedelta(days=1))
    if case.now >= end:
        return Refusal(topic.id, Reason.NO_FACT, f"the offer ended on {quote.valid_until}")
    if day > quote.valid_until:
        return Refusal(topic.id, Reason.NO_FACT, "the offer ends before a business day is left to speak of it")
    detail = f"the offer is valid until {quote.valid_until}; {ahead} before its end is {day}"
    return Proposal(case.calendar.start_of(day), Reason.VALIDITY_ENDING, detail, expires=end)

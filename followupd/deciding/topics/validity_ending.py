"""The price still holds and will end soon: say so before, once per quote (DOMAIN 2.3, 2a).

Three business days before the end; two where the offer was short, so that a seven-day quote gets one mail and not two.
"""

from __future__ import annotations

from datetime import date, timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import ambiguous
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Quote, Reason, Refusal

AHEAD = Span(3, "bd")


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From end-3 business days until the end of the last day, in the buyer's zone."""
    quote = case.quote
    if quote is None or quote.valid_until is None:
        return Refusal(topic.id, Reason.NO_FACT, "the offer names no last day")
    if ambiguous(quote):
        return Refusal(topic.id, Reason.NO_FACT, "the last day of the offer can be read in two ways")
    day = speaks_on(case, quote, quote.valid_until, topic.rule.ahead or AHEAD)
    end = case.calendar.start_of(quote.valid_until + timedelta(days=1))
    if case.now >= end:
        return Refusal(topic.id, Reason.NO_FACT, f"the offer ended on {quote.valid_until}")
    if day > quote.valid_until:
        return Refusal(topic.id, Reason.NO_FACT, "the offer ends before a business day is left to speak of it")
    detail = f"the offer is valid until {quote.valid_until}; the business day to say so is {day}"
    return Proposal(case.calendar.start_of(day), Reason.VALIDITY_ENDING, detail, expires=end)


def speaks_on(case: Case, quote: Quote, until: date, ahead: Span = AHEAD) -> date:
    """The day on which the end of the offer is worth a mail; never the day on which the offer went out."""
    sent = case.calendar.day(quote.sent)
    short = until - sent <= timedelta(days=case.book.limits.short_validity.amount)
    back = min(2, ahead.amount) if short else ahead.amount
    return max(case.calendar.shift(until, -back), case.calendar.shift(sent, 1))

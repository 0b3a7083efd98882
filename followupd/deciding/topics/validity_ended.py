"""The price ended: offer a fresh one the next business day, once per quote, without blame (DOMAIN 2.3, 2b)."""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import ambiguous
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Reason, Refusal

LONGEST = timedelta(days=21)
"""Later than this after the end nobody remembers the offer; ask_demand speaks then."""


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the first business day after the last day of the offer, for three weeks."""
    quote = case.quote
    if quote is None or quote.valid_until is None:
        return Refusal(topic.id, Reason.NO_FACT, "the offer names no last day")
    if ambiguous(quote):
        return Refusal(topic.id, Reason.NO_FACT, "the last day of the offer can be read in two ways")
    after = topic.rule.ahead or Span(1, "bd")
    day = case.calendar.shift(quote.valid_until, after.amount)
    expires = case.calendar.start_of(quote.valid_until) + LONGEST
    if case.now >= expires:
        return Refusal(topic.id, Reason.NO_FACT, f"the offer ended on {quote.valid_until}, too long ago to speak of it")
    if (spoke := case.calendar.day(case.turn.last)) > quote.valid_until:
        return Refusal(topic.id, Reason.NO_FACT, f"we wrote on {spoke}, after the offer had ended: its end is no news")
    was = "was" if case.calendar.day(case.now) > quote.valid_until else "is"
    detail = f"the offer {was} valid until {quote.valid_until}; the next business day is {day}"
    return Proposal(case.calendar.start_of(day), Reason.VALIDITY_ENDED, detail, expires=expires)

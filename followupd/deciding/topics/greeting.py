"""Before the buyer's feast: a wish and nothing else, no selling (DOMAIN 2.3, 8). Off until switched on."""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.festivals import next_festival
from followupd.deciding.rulebook import Topic
from followupd.deciding.tables import Span
from followupd.model import Evidence, Reason, Refusal

AHEAD = Span(3, "bd")
SOON = timedelta(days=60)


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """Three business days before the feast, until the day before it; each feast once."""
    today = case.calendar.day(case.now)
    found = next_festival(case.book.festivals, case.facts.buyer.country, today, SOON)
    if found is None:
        return Refusal(topic.id, Reason.NO_FACT, f"no feast within {SOON.days} days is known for {case.facts.buyer.country or 'an unknown country'}")
    feast, day = found
    ahead = topic.rule.ahead or AHEAD
    due = case.calendar.start_of(case.calendar.shift(day, -ahead.amount))
    if any(d.topic == topic.id and d.created >= due for d in case.written_to_buyer):
        return Refusal(topic.id, Reason.LIMIT_BUYER, f"the wish for {feast.rule.en} was written")
    language = case.facts.spoken or case.facts.buyer.language
    wishes = {tongue: text for tongue, text in feast.rule.wish.items() if tongue in ("en", language)}
    evidence = tuple(Evidence(f"wish_{tongue}", text.strip().rstrip(".。"), "rules/festivals.yaml") for tongue, text in wishes.items())
    return Proposal(due, Reason.NEWS, f"{feast.rule.en} on {day}", evidence, case.calendar.start_of(day))

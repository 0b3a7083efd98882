"""A price, a freight rate or an exchange rate moved since our offer: calculate afresh (DOMAIN 2.3, 5).

Only a move of ``least`` percent or more that began after the offer went out. A fall is told as it is; a rise is told as what it is,
too, and that the offer holds as long as it says.
"""

from __future__ import annotations

from decimal import Decimal

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import PriceChange, UserFact
from followupd.model import Evidence, Reason, Refusal

LEAST = Decimal(2)


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the threshold of silence on."""
    quote = case.quote
    if quote is None:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    sent, least = case.calendar.day(quote.sent), topic.rule.least if topic.rule.least is not None else LEAST
    moved = [
        (f, f.entry)
        for f in case.told("price", "freight", "fx")
        if isinstance(f.entry, PriceChange) and f.entry.since > sent and abs(f.entry.percent) >= least
    ]
    if not moved:
        return Refusal(topic.id, Reason.NO_FACT, f"nothing moved by {least} % since the offer: followupd fact add price --what ... --old ... --new ...")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    fact, change = max(moved, key=lambda found: (abs(found[1].percent), found[0].id))
    return Proposal(due, Reason.NEWS, f"{fact.id}: {change.what} moved by {change.percent:+.1f} % since {change.since}", _evidence(fact, change))


def _evidence(fact: UserFact, change: PriceChange) -> tuple[Evidence, ...]:
    share = f"{abs(change.percent):.1f}".removesuffix(".0")
    direction = "moved_up" if change.percent > 0 else "moved_down"
    return (
        Evidence(direction, change.what, fact.origin),
        Evidence("moved_cost", change.named, fact.origin),
        Evidence("moved_by", f"{share}%", fact.origin),
        Evidence("moved_since", change.since.isoformat(), fact.origin),
    )

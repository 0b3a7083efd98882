"""News of our house, one sentence of the user: a product, a certificate, a fair, a regulation (DOMAIN 2.3, 3).

The same event once per buyer: whoever got a draft about an event since it was entered, knows it.
"""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import Event
from followupd.model import Evidence, Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the threshold of silence on; in nurture from the day it is true."""
    last = max((d.created for d in case.written_to_buyer if d.topic == topic.id), default=None)
    fresh = [
        (f, f.entry)
        for f in case.told("event")
        if isinstance(f.entry, Event) and (last is None or case.calendar.start_of(f.entry.since) > last)
    ]
    if not fresh:
        return Refusal(topic.id, Reason.NO_FACT, "no event is known that this buyer was not told: followupd fact add event --says ...")
    due = case.threshold()
    if due is None and case.stage.id != "nurture":
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    fact, event = max(fresh, key=lambda found: (found[1].since, found[0].id))
    language = case.facts.spoken or case.facts.buyer.language
    evidence = tuple(Evidence(f"event_{tongue}", text.strip().rstrip("."), fact.origin) for tongue, text in event.says.items() if tongue in ("en", language))
    return Proposal(due or case.calendar.start_of(event.since), Reason.NEWS, f"event {fact.id} of {event.since}", evidence)

"""A place in our production, with its day: when are the goods needed? (DOMAIN 2.3, 4)

Only a slot that the user entered; a day that has passed is none.
"""

from __future__ import annotations

from datetime import timedelta

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import Slot
from followupd.model import Evidence, Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the threshold of silence on, until the day by which the slot must be confirmed."""
    slots = [(f, f.entry) for f in case.told("slot") if isinstance(f.entry, Slot) and f.entry.confirm_by > case.calendar.day(case.now)]
    if not slots:
        return Refusal(topic.id, Reason.NO_FACT, "no production slot is known: followupd fact add slot --confirm-by DAY --ready-by DAY")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    fact, slot = min(slots, key=lambda found: (found[1].confirm_by, found[0].id))
    evidence = (Evidence("slot_confirm", slot.confirm_by.isoformat(), fact.origin), Evidence("slot_ready", slot.ready_by.isoformat(), fact.origin))
    expires = case.calendar.start_of(slot.confirm_by - timedelta(days=1))
    return Proposal(due, Reason.NEWS, f"slot {fact.id}: confirmed by {slot.confirm_by}, ready by {slot.ready_by}", evidence, expires)

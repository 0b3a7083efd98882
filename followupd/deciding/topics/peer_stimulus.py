"""Goods went to the buyer's region lately: rare, true, without names (DOMAIN 2.3, 7)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import Shipment
from followupd.model import Evidence, Reason, Refusal

EARLIEST = 2
"""Never the first or second follow-up."""


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the third threshold of silence on."""
    known = [(f, f.entry) for f in case.told("shipment") if isinstance(f.entry, Shipment) and f.entry.countries]
    if case.step < EARLIEST:
        return Refusal(topic.id, Reason.NO_TOPIC, "not before the third follow-up")
    if not known:
        return Refusal(topic.id, Reason.NO_FACT, "no shipment to this region is known: followupd fact add shipment --region ... --countries ...")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    fact, shipment = known[-1]
    return Proposal(due, Reason.NEWS, f"shipments to {shipment.region} ({fact.id})", (Evidence("region", shipment.region, fact.origin),))

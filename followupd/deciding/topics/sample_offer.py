"""A sample says more than a letter: offer one, on the terms that the user set, once (DOMAIN 2.3, 11).

The second follow-up, where no sample was spoken of yet. "Free samples on request" alone is weak: a fee that the order pays back
shows that both mean it.
"""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.deciding.userfacts import Sample
from followupd.model import Evidence, Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the second threshold of silence on."""
    terms = [(f, f.entry) for f in case.told("sample") if isinstance(f.entry, Sample)]
    if case.step == 0:
        return Refusal(topic.id, Reason.NO_TOPIC, "not as the first follow-up")
    if not terms:
        return Refusal(topic.id, Reason.NO_FACT, "the terms of samples are not known: followupd fact add sample --fee 'USD 40' --refundable")
    if case.quote is not None and case.quote.terms.sample:
        return Refusal(topic.id, Reason.NO_FACT, "our offer speaks of samples already")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    fact, sample = terms[-1]
    evidence = [Evidence("sample_terms", "paid back" if sample.refundable else "as agreed", fact.origin)]
    if sample.fee:
        evidence.append(Evidence("sample_fee_refunded" if sample.refundable else "sample_fee", sample.fee, fact.origin))
    else:
        evidence.append(Evidence("sample_free", "free of charge", fact.origin))
    return Proposal(due, Reason.SILENCE, f"no sample was spoken of; terms of {fact.id}", tuple(evidence))

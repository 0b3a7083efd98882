"""The price was too high: one other way to reach it, and one choice (DOMAIN 2.3, 10)."""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.model import Reason, Refusal

HAGGLED = frozenset({"price_high", "target_price"})


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """From the threshold of silence on, after the buyer spoke of the price and we answered."""
    answer = case.facts.answer
    if not case.offered:
        return Refusal(topic.id, Reason.NO_QUOTE, "there is no offer of ours")
    if answer is None or answer.type not in HAGGLED:
        return Refusal(topic.id, Reason.NO_FACT, "the buyer did not speak of the price")
    due = case.threshold()
    if due is None:
        return Refusal(topic.id, Reason.NO_TOPIC, "the stage has no threshold of silence for this step")
    return Proposal(due, Reason.SILENCE, f"{case.stage.rule.silence[case.done].said} of silence after we answered on the price")

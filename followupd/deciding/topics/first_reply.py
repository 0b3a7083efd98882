"""The first answer to an inquiry: ask for what a price needs and the inquiry does not say (DOMAIN 1.1). Off until switched on.

It is no follow-up: it answers the buyer's word and speaks before any silence is counted, so deciding/first_reply.py asks for it.
Where silence is counted we have written, and there is no first reply any more.
"""

from __future__ import annotations

from followupd.deciding.case import Case, Proposal
from followupd.deciding.rulebook import Topic
from followupd.model import Reason, Refusal


def propose(case: Case, topic: Topic) -> Proposal | Refusal:
    """Never as a follow-up."""
    return Refusal(topic.id, Reason.NO_TOPIC, f"only before our first mail, which went out on {case.calendar.day(case.turn.started)}")

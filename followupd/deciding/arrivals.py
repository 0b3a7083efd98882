"""Has what we sent arrived by now, and where does the thread stand then?

Samples on their way and goods on the water are our matter until they arrive; from that day on the buyer's silence counts
(DOMAIN 2.2). The day is the one our mail or the user names, else it is assumed by the stage's ``way``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from followupd.deciding.clock import Calendar
from followupd.deciding.rulebook import Rulebook, Stage
from followupd.model import Facts, Word


@dataclass(frozen=True, slots=True)
class Arrival:
    """When it arrives (midnight of the buyer, as UTC), whether that day was told, and the stage from then on."""

    at: datetime
    told: bool
    stage: Stage


def arrival(stage: Stage, facts: Facts, said: Word | None, book: Rulebook, calendar: Calendar) -> Arrival | None:
    """The arrival that ends a stage; None for a stage that nothing arrives in, or of which nothing was sent."""
    rule = stage.rule
    if not rule.arrives:
        return None
    if said is not None and said.until is not None:
        return Arrival(calendar.start_of(calendar.day(said.until)), True, book.stage(rule.arrives))
    if said is None and facts.arrives is not None:
        return Arrival(calendar.start_of(facts.arrives), True, book.stage(rule.arrives))
    sent = said.at if said is not None else facts.last_out
    if sent is None or rule.way is None:
        return None
    return Arrival(calendar.after(sent, rule.way), False, book.stage(rule.arrives))

"""Everything that a topic may look at when it is asked whether it has something to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from followupd.deciding.clock import Calendar
from followupd.deciding.rulebook import Rulebook, Stage
from followupd.deciding.standing import InForce, ball_answer
from followupd.deciding.steps import GIVEN_BACK
from followupd.model import Answer, DraftRecord, Evidence, Facts, LedgerView, OurTurn, Quote, Reason


@dataclass(frozen=True)
class Case:
    """One thread in which the buyer is silent. ``start`` is when the silence began; ``step`` what would be next."""

    facts: Facts
    stage: Stage
    in_force: InForce
    book: Rulebook
    ledger: LedgerView
    calendar: Calendar
    turn: OurTurn
    start: datetime
    step: int
    now: datetime

    @property
    def quote(self) -> Quote | None:
        """Our offer in force: the latest one."""
        return self.facts.quotes[-1] if self.facts.quotes else None

    @property
    def offered(self) -> bool:
        """Is there an offer of ours? Seen in mail, or the user says so: it went out as a PDF or by phone."""
        word = self.in_force.word
        return bool(self.facts.quotes) or (word is not None and word.value in {"quoted", "negotiating"})

    @cached_property
    def answer(self) -> Answer | None:
        """The buyer's answer that still stands."""
        return ball_answer(self.facts)

    @cached_property
    def written(self) -> tuple[DraftRecord, ...]:
        """The drafts of this thread that count, oldest first."""
        return _counting(self.ledger.drafts)

    @cached_property
    def written_to_buyer(self) -> tuple[DraftRecord, ...]:
        """The drafts to this buyer in any thread that count, oldest first."""
        return _counting(self.ledger.buyer_drafts)

    def threshold(self) -> datetime | None:
        """When the present step comes due by silence alone; None when the stage has no such step."""
        steps = self.stage.rule.silence
        return self.calendar.after(self.start, steps[self.step]) if self.step < len(steps) else None


def _counting(drafts: tuple[DraftRecord, ...]) -> tuple[DraftRecord, ...]:
    counting = (d for d in drafts if d.state not in GIVEN_BACK)
    return tuple(sorted(counting, key=lambda d: (d.created, d.step, d.token)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic has something to say from ``due`` on. ``expires``: not any more from then on, for the reason ``late``."""

    due: datetime
    reason: Reason
    detail: str
    evidence: tuple[Evidence, ...] = ()
    expires: datetime | None = None
    late: Reason = Reason.NO_FACT

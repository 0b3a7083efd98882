"""Everything that a topic may look at when it is asked whether it has something to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from followupd.deciding.clock import Calendar
from followupd.deciding.steps import GIVEN_BACK
from followupd.model import Answer, DraftRecord, Evidence, Facts, LedgerView, OurTurn, Quote, Reason, Word

if TYPE_CHECKING:
    from followupd.deciding.rulebook import Rulebook, Stage
    from followupd.deciding.userfacts import UserFact


@dataclass(frozen=True)
class Case:
    """One thread in which the buyer is silent. ``start`` is when the silence began; ``step`` what would be next."""

    facts: Facts
    stage: Stage
    book: Rulebook
    ledger: LedgerView
    calendar: Calendar
    turn: OurTurn
    start: datetime
    step: int
    now: datetime
    before: int = 0
    """Steps that this turn had used up when what we sent arrived: they belong to another stage."""
    answer: Answer | None = None
    """The buyer's answer that still stands, if the ball stayed with the buyer by it."""
    said: Word | None = None
    """The user's word that put this stage in force."""
    signature: str = ""
    """Ours, below every draft."""

    @property
    def quote(self) -> Quote | None:
        """Our offer in force: the latest one."""
        return self.facts.quotes[-1] if self.facts.quotes else None

    @property
    def offered(self) -> bool:
        """Is there an offer of ours? Seen in mail, or the user says so: it went out as a PDF or by phone."""
        return bool(self.facts.quotes) or (self.said is not None and self.said.value in {"quoted", "negotiating"})

    @cached_property
    def written(self) -> tuple[DraftRecord, ...]:
        """The drafts of this thread that count, oldest first."""
        return tuple(d for d in self.ledger.drafts if d.state not in GIVEN_BACK)

    @cached_property
    def written_to_buyer(self) -> tuple[DraftRecord, ...]:
        """The drafts to this buyer in any thread that count, oldest first."""
        return tuple(d for d in self.ledger.buyer_drafts if d.state not in GIVEN_BACK)

    def told(self, *kinds: str) -> tuple[UserFact, ...]:
        """The user's facts of these kinds that are true today and concern this buyer and these goods."""
        day, buyer = self.calendar.day(self.now), self.facts.buyer
        goods = f"{self.facts.product} {self.facts.quantity}"
        return tuple(f for f in self.book.known if f.entry.kind in kinds and f.holds(day) and f.concerns(buyer.country, goods))

    @property
    def done(self) -> int:
        """How many follow-ups this stage had."""
        return max(0, self.step - self.before)

    def threshold(self) -> datetime | None:
        """When the present step comes due by silence alone; None when the stage has no such step."""
        steps = self.stage.rule.silence
        return self.calendar.after(self.start, steps[self.done]) if self.done < len(steps) else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic has something to say from ``due`` on. ``expires``: not any more from then on, for the reason ``late``."""

    due: datetime
    reason: Reason
    detail: str
    evidence: tuple[Evidence, ...] = ()
    expires: datetime | None = None
    late: Reason = Reason.NO_FACT

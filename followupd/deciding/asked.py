"""What is asked: one thread with everything that bears on it?

The rooms of deciding hand it on; whoever answers, answers with a Decision made here, so that each has its reason (law 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followupd.deciding.arrivals import Arrival
from followupd.deciding.clock import Calendar
from followupd.deciding.rulebook import Rulebook, Stage
from followupd.model import (
    Action,
    Decision,
    Elsewhere,
    Facts,
    Identity,
    LedgerView,
    OpenDraft,
    Reason,
    Risk,
    Thread,
    Verdict,
    Word,
    WordKind,
)

STILL = {"lost": Reason.LOST, "paused": Reason.PAUSED}
"""Stages that are themselves the reason why nothing is written."""


@dataclass(frozen=True)
class Settings:
    """What deciding must know of an account. ``installed_at`` is aware UTC."""

    identity: Identity
    installed_at: datetime
    max_silence_age: timedelta = timedelta(days=45)


@dataclass(frozen=True)
class Asked:
    """One question: a thread with everything that bears on it."""

    thread: Thread
    facts: Facts
    book: Rulebook
    ledger: LedgerView
    open: tuple[OpenDraft, ...]
    settings: Settings
    now: datetime
    stage: Stage
    calendar: Calendar
    said: Word | None
    """The user's word that put the stage in force."""
    coming: Arrival | None = None
    """What we sent: when it arrives, or arrived."""
    elsewhere: Elsewhere | None = None
    """An answer to our last mail that came from an unknown address and so stands in a thread of its own."""
    beside: bool = False
    """Did either side write after a lone inquiry, in another thread?"""

    def say(
        self, reason: Reason, detail: str = "", *, action: Action = Action.NONE, due: datetime | None = None
    ) -> Decision:
        """A decision with this thread's particulars."""
        later = due if due is not None and due > self.now else None
        return Decision(
            thread_id=self.thread.id,
            action=action,
            reason=reason,
            stage=self.stage.id,
            at=self.now,
            detail=detail,
            turn_id=self.facts.turn.id if self.facts.turn else None,
            next_due=later,
            rule=self.stage.origin,
        )


def word_of(ledger: LedgerView, kind: WordKind) -> Word | None:
    """The user's latest word of a kind."""
    return max((w for w in ledger.words if w.kind is kind), key=lambda w: w.at, default=None)


def verdict_of(asked: Asked) -> Verdict | None:
    """The user's verdict, else ours."""
    said = word_of(asked.ledger, WordKind.VERDICT)
    if said and said.value in {v.value for v in Verdict}:
        return Verdict(said.value)
    return asked.facts.inquiry.verdict if asked.facts.inquiry else None


def is_muted(asked: Asked) -> bool:
    """Did the user mute the thread or the buyer?"""
    return word_of(asked.ledger, WordKind.MUTE) is not None


def is_risky(asked: Asked) -> bool:
    """Looks like fraud, and the user did not call this buyer genuine after all."""
    if asked.facts.risk is Risk.NONE:
        return False
    said = word_of(asked.ledger, WordKind.VERDICT)
    return said is None or said.value not in {Verdict.GENUINE, Verdict.LIKELY}


def alarm_age(asked: Asked) -> timedelta:
    """For how long a mail may raise an alarm."""
    return asked.book.limits.alarm_age.calendar


def changed(decision: Decision, **changes: object) -> Decision:
    """The decision with more of its particulars."""
    return replace(decision, **changes)  # type: ignore[arg-type]

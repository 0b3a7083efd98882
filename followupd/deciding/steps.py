"""Which follow-up of our turn would be next, and what is its name for ever?

Law 2 hangs on the token: at most one draft per (our turn, step). A turn is named by the Message-ID of the mail that opened
it, which no rebuilt index and no merged thread can change.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from followupd.model import DraftRecord, DraftState, Facts, LedgerView, OurTurn, Thread

GIVEN_BACK = frozenset({DraftState.FAILED, DraftState.WITHDRAWN})
"""States of a draft that did not use its step up."""


def token(turn_id: str, step: int) -> str:
    """The name of a step, 32 hex digits."""
    return sha256(f"{turn_id}\n{step}".encode()).hexdigest()[:32]


def used(turn: OurTurn, ledger: LedgerView) -> tuple[DraftRecord, ...]:
    """The drafts that used up a step of this turn, oldest first."""
    return tuple(d for d in ledger.drafts if d.turn_id == turn.id and d.state not in GIVEN_BACK)


def unanswered(facts: Facts, turn: OurTurn, ledger: LedgerView) -> int:
    """Follow-ups in a row that the buyer did not answer; a new offer of ours opens a new turn but answers nothing."""
    since = facts.last_in
    drafts = (d for d in ledger.drafts if d.state not in GIVEN_BACK)
    return max(steps_used(turn, ledger), sum(1 for d in drafts if since is None or d.created > since))


def steps_used(turn: OurTurn, ledger: LedgerView) -> int:
    """How many follow-ups of this turn are behind us: drafts whatever became of them, and mails written by hand.

    Never less than the highest step that a draft used, so that no step can come twice when a mail that counted as written
    by hand turns out to be a draft that was sent.
    """
    drafts = used(turn, ledger)
    sent = {d.sent_as for d in drafts}
    by_hand = sum(1 for m in turn.followups if m not in sent)
    return max([len(drafts) + by_hand, *(d.step + 1 for d in drafts)])


def before_arrival(thread: Thread, turn: OurTurn, ledger: LedgerView, arrived: datetime) -> int:
    """How many steps the turn had used when what we sent arrived; what came before is no follow-up on it."""
    drafts = used(turn, ledger)
    sent = {d.sent_as for d in drafts}
    dates = {m.id: m.date for m in thread.messages}
    by_hand = sum(1 for id in turn.followups if id not in sent and id in dates and dates[id] < arrived)
    early = [d for d in drafts if d.created < arrived]
    return max([len(early) + by_hand, *(d.step + 1 for d in early)])

"""What is to be done in this thread now, why, and when must we look again?

Vetoes first, the cheap ones before the dear ones; then whose move it is; then the topics, by rank. Every way out names its
reason (law 7). Nothing is read but the arguments: the same in, the same out (law 8).
"""

from __future__ import annotations

from datetime import datetime

from followupd.deciding.arrivals import Arrival, arrival
from followupd.deciding.asked import Asked, Settings
from followupd.deciding.choose import choose
from followupd.deciding.first_reply import first_reply
from followupd.deciding.in_force import offset_of, said_stage, stage_id
from followupd.deciding.our_move import our_move
from followupd.deciding.overtaken import stale
from followupd.deciding.rulebook import Rulebook, Stage
from followupd.deciding.steps import before_arrival, steps_used
from followupd.deciding.vetoes import veto
from followupd.deciding.waits import nowhere, waits
from followupd.model import Decision, Elsewhere, Facts, LedgerView, OpenDraft, Thread, Word


def decide(
    thread: Thread,
    facts: Facts,
    book: Rulebook,
    ledger: LedgerView,
    open_drafts: tuple[OpenDraft, ...],
    settings: Settings,
    now: datetime,
    elsewhere: Elsewhere | None = None,
    *,
    beside: bool = False,
) -> Decision:
    """The decision for one thread at ``now`` (aware).

    ``elsewhere``: a mail outside of it that answers our last one. ``beside``: after a lone inquiry somebody wrote in another thread.
    """
    said = said_stage(facts, ledger, book)
    stage = book.stage(stage_id(facts, ledger, book, said))
    calendar = book.calendar(facts.buyer, settings.identity, offset_of(thread, facts))
    coming = arrival(stage, facts, said, book, calendar)
    if coming is not None and coming.at <= now:
        stage = _afterwards(coming, thread, facts, book, ledger)
    asked = Asked(thread, facts, book, ledger, open_drafts, settings, now, stage, calendar, said, coming, _unheard(elsewhere, said), beside)
    return stale(asked) or veto(asked) or first_reply(asked) or our_move(asked) or nowhere(asked) or waits(asked) or choose(asked)


def _unheard(elsewhere: Elsewhere | None, said: Word | None) -> Elsewhere | None:
    """Nothing any more once the user has said since where the thread stands."""
    return elsewhere if elsewhere is None or said is None or said.at < elsewhere.at else None


def _afterwards(coming: Arrival, thread: Thread, facts: Facts, book: Rulebook, ledger: LedgerView) -> Stage:
    """The stage that began when what we sent arrived, or what follows it once its follow-ups are used up."""
    rule, turn = coming.stage.rule, facts.turn
    if turn is None or not rule.max or rule.then not in book.stages:
        return coming.stage
    done = steps_used(turn, ledger) - before_arrival(thread, turn, ledger, coming.at)
    return book.stage(rule.then) if done >= rule.max else coming.stage

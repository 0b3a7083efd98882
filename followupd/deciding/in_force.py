"""Which stage is in force: by the user's word, by a stop wish, by what mail says, or by a series that is used up?"""

from __future__ import annotations

from followupd.deciding.asked import word_of
from followupd.deciding.rulebook import VOID_NOTICE, Rulebook
from followupd.deciding.steps import GIVEN_BACK, steps_used, unanswered
from followupd.model import Direction, Facts, LedgerView, Thread, Word, WordKind


def offset_of(thread: Thread, facts: Facts) -> int | None:
    """The offset of the buyer's own Date header, asked only when neither country nor zone is known (DOMAIN 2.6)."""
    if facts.buyer.country or facts.buyer.timezone:
        return None
    theirs = (m.utc_offset for m in reversed(thread.messages) if m.direction is Direction.IN)
    return next((o for o in theirs if o), None)


def said_stage(facts: Facts, ledger: LedgerView, book: Rulebook) -> Word | None:
    """The user's word on the stage while it counts: no stop wish since, and no mail of the buyer since.

    A word said after a stop wish opens the thread again (DOMAIN 7), and mail alone cannot tell another stage then.
    """
    said, stop = word_of(ledger, WordKind.STAGE), word_of(ledger, WordKind.STOP)
    if said is None or said.value not in book.stages or (stop is not None and stop.at >= said.at):
        return None
    if facts.answer is not None and facts.answer.type == "stop" and facts.answer.at > said.at:
        return None
    if facts.stage == "suppressed" or facts.last_in is None or said.at >= facts.last_in:
        return said
    return None


def stage_id(facts: Facts, ledger: LedgerView, book: Rulebook, said: Word | None) -> str:
    """The stage in force: the user's word, then a stop wish, then what mail says, then what follows a used-up series."""
    if said is not None:
        return said.value
    if facts.stop_wish or word_of(ledger, WordKind.STOP):
        return "suppressed"
    rule = book.stages[facts.stage].rule if facts.stage in book.stages else None
    if rule is not None and rule.then == VOID_NOTICE and _said_goodbye(facts, ledger):
        return "nurture"
    if rule is not None and rule.then in book.stages and _is_closed(facts, ledger, book):
        return rule.then
    return facts.stage


def _is_closed(facts: Facts, ledger: LedgerView, book: Rulebook) -> bool:
    """Was this turn closed out, or did it use up everything that one turn may have?"""
    if facts.turn is None or not (ledger.drafts or facts.turn.followups):
        return False
    if _said_goodbye(facts, ledger):
        return True
    rule = book.stages[facts.stage].rule
    if rule.max and rule.close_out is None and steps_used(facts.turn, ledger) >= rule.max:
        return True
    return unanswered(facts, facts.turn, ledger) >= book.limits.max_unanswered_in_a_row


def _said_goodbye(facts: Facts, ledger: LedgerView) -> bool:
    """Was the series of this turn ended by a mail of its own?"""
    own = (d for d in ledger.drafts if facts.turn is not None and d.turn_id == facts.turn.id and d.state not in GIVEN_BACK)
    return any(d.topic in {"close_out", "void_notice"} for d in own)

"""The ball is with the buyer: is there a reason to wait before any topic is asked?"""

from __future__ import annotations

from datetime import datetime, timedelta

from followupd.deciding.asked import Asked
from followupd.deciding.our_move import UNREACHED, unreached
from followupd.model import Answer, Decision, DraftRecord, Facts, Reason

LEAVES_BALL = frozenset({"ack", "holding", "waiting_client", "no_need_now", "lost", "ooo"})
"""Answers after which the buyer keeps the ball and silence counts from the answer (DOMAIN 5)."""
STANDING = frozenset({"holding", "waiting_client", "no_need_now", "lost"})
"""Those that still hold when we wrote a line since; only a new offer or the buyer's next mail ends them."""


def nowhere(asked: Asked) -> Decision | None:
    """Nothing is drafted to whom a mail does not reach; a draft that a person made there is his."""
    return (
        asked.say(*unreached(asked.facts.buyer)) if asked.facts.buyer.reach in UNREACHED and not asked.open else None
    )


def waits(asked: Asked) -> Decision | None:
    """The ball is with the buyer; may anything be written at all, before asking what?"""
    facts = asked.facts
    if asked.open:
        return _open_draft(asked)
    if facts.turn is None:
        return asked.say(Reason.NO_QUOTE, "we have not written in this thread")
    if asked.stage.rule.clock == "us" and asked.stage.id != "inquiry_new":
        return asked.say(Reason.OUR_MOVE, f"{asked.stage.rule.en}: the next step is ours")
    if facts.absence and (until := away_until(asked)) > asked.now:
        return asked.say(
            Reason.BUYER_AWAY, f"the buyer is away; looked at again on {asked.calendar.day(until)}", due=until
        )
    answer = ball_answer(facts)
    if answer and answer.type == "holding" and (until := _held_until(asked, answer)) > asked.now:
        return asked.say(
            Reason.NOT_DUE, f"the buyer will come back; until {asked.calendar.day(until)} nothing", due=until
        )
    return None


def _open_draft(asked: Asked) -> Decision:
    """One open draft per thread. Ours is looked at again when what it says holds no longer."""
    whose = "followupd's" if all(d.untouched for d in asked.open) else "a person's"
    until = asked.facts.quotes[-1].valid_until if asked.facts.quotes else None
    ends = [asked.calendar.start_of(until + timedelta(days=1))] if until else []
    ends += [end for d in asked.ledger.drafts if d.message_id == asked.open[0].message_id for end in _ends(asked, d)]
    due = min((e for e in ends if e > asked.now), default=None) if asked.open[0].untouched else None
    return asked.say(Reason.DRAFT_OPEN, f"{whose} draft stands in Drafts", due=due)


def _ends(asked: Asked, record: DraftRecord) -> list[datetime]:
    """When a draft of ours may be out of date: its own days, and the last days of the facts that it tells."""
    last = [f.entry.until for f in asked.book.known if f.id in record.rests_on and f.entry.until is not None]
    own = [record.holds_until] if record.holds_until is not None else []
    return [*own, *(asked.calendar.start_of(day + timedelta(days=1)) for day in last)]


def away_until(asked: Asked) -> datetime:
    """When a buyer who is away is back at work: the day he named, else a usual time."""
    absence = asked.facts.absence
    assert absence is not None
    if absence.until is not None:
        return asked.calendar.start_of(asked.calendar.shift(absence.until, 1))
    return asked.calendar.after(absence.at, asked.book.limits.absence_default)


def ball_answer(facts: Facts) -> Answer | None:
    """The answer by which the ball stayed with the buyer: later than our mail, or standing though we wrote a line since."""
    answer, turn = facts.answer, facts.turn
    if answer is None or turn is None or answer.type not in LEAVES_BALL:
        return None
    if answer.at > turn.last:
        return answer
    standing = answer.type in STANDING and not any(q.sent > answer.at for q in facts.quotes)
    return answer if standing else None


def _held_until(asked: Asked, answer: Answer) -> datetime:
    if answer.until is not None:
        return asked.calendar.start_of(asked.calendar.shift(answer.until, 1))
    return asked.calendar.after(answer.at, asked.book.limits.holding)

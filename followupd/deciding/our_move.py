"""Is the next step ours, and is it late?

Then there is an alarm and never a draft (law 3).
"""

from __future__ import annotations

from datetime import datetime

from followupd.deciding.asked import STILL, Asked, alarm_age, changed
from followupd.model import Action, Buyer, Decision, Reach, Reason, Side

UNREACHED = frozenset({Reach.SITE, Reach.ASK})
"""Ways by which a mail does not reach the buyer: nothing is drafted."""


def our_move(asked: Asked) -> Decision | None:
    """We owe the next word: an alarm when it is late, never a draft (law 3)."""
    facts = asked.facts
    if facts.move is Side.THEM and asked.stage.rule.clock != "us":
        return None
    if facts.turn is not None and facts.move is Side.THEM:
        return (
            None
            if _may_be_asked(asked)
            else _on_its_way(asked) or asked.say(Reason.OUR_MOVE, f"{asked.stage.rule.en}: the next step is ours")
        )
    if facts.last_in is None:
        return asked.say(Reason.NO_QUOTE, "there is neither a buyer's mail nor an offer of ours")
    if asked.said is None and asked.stage.id == "lost":
        return None
    if asked.said is not None and asked.stage.rule.clock != "us":
        reason = STILL.get(asked.stage.id, Reason.OUR_MOVE)
        return asked.say(reason, f"after the buyer's last mail you said: {asked.stage.rule.en}")
    return _owed(asked, facts.last_in)


def _on_its_way(asked: Asked) -> Decision | None:
    """What we sent has not arrived: nothing to write, and the day to look again is known."""
    coming = asked.coming
    if coming is None or coming.at <= asked.now:
        return None
    day = asked.calendar.day(coming.at)
    return asked.say(Reason.OUR_MOVE, f"{asked.stage.rule.en}: it should arrive on {day}{'' if coming.told else ' (assumed)'}", due=coming.at)


def _may_be_asked(asked: Asked) -> bool:
    """An inquiry that we answered without a price: the ball is with the buyer, though the stage's clock is ours."""
    return asked.stage.id == "inquiry_new"


def _owed(asked: Asked, since: datetime) -> Decision:
    """The alarm thresholds of the stage, in our own working hours; each alarm is given once (the ledger knows)."""
    facts = asked.facts
    answer = facts.answer
    unclear = answer is not None and answer.type == "unclassified"
    reason = Reason.UNCLEAR_ANSWER if unclear else Reason.REPLY_OWED
    spans = asked.stage.rule.alert or asked.book.stage("inquiry_new").rule.alert
    office = asked.book.office(asked.settings.identity)
    dates = sorted(office.at(since, span) for span in spans)
    passed = [d for d in dates if d <= asked.now]
    ahead = dates[len(passed)] if len(passed) < len(dates) else None
    here = office.calendar.local(since)
    said = f"the buyer wrote on {here:%Y-%m-%d %H:%M} and waits for an answer"
    if facts.buyer.reach in UNREACHED:
        said = f"{said}; {unreached(facts.buyer)[1]}"
    if unclear:
        said = f"the buyer answered on {here:%Y-%m-%d} and nobody could say what is meant: please read it"
    if not passed or asked.now >= passed[-1] + alarm_age(asked):
        return asked.say(Reason.OUR_MOVE, said, due=ahead)
    due = min(filter(None, [ahead, passed[-1] + alarm_age(asked)]))
    return changed(asked.say(reason, said, action=Action.ALARM, due=due), step=len(passed) - 1)


def unreached(buyer: Buyer) -> tuple[Reason, str]:
    """Why no mail can be written to whoever did not write himself."""
    if buyer.reach is Reach.ASK:
        return (
            Reason.ADDRESS_UNKNOWN,
            "the mail that a colleague passed on does not tell the buyer's address: ask for it",
        )
    return (
        Reason.ANSWER_ON_SITE,
        f"the buyer came through {buyer.platform}, where a mail reaches nobody: answer on the site",
    )

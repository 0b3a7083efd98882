"""May this topic speak here and now, whatever it has to say?

The rules of a topic, the maximum of the stage, the gap to our last mail, what the buyer got lately, slow seasons.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from followupd.deciding.asked import Asked
from followupd.deciding.case import Case
from followupd.deciding.rulebook import Topic
from followupd.deciding.seasons import limit_of
from followupd.model import Reason, Refusal

CLOSING = frozenset({"close_out", "void_notice"})
"""Triggers that speak when everything else has spoken."""


def limited(asked: Asked, case: Case, topic: Topic) -> Refusal | None:
    """Why a topic may not speak; None when it may."""
    rule, answer = topic.rule, case.answer
    kind = answer.type if answer else ""
    own = {a for t in asked.book.topics for a in t.rule.answers}
    if asked.stage.id not in rule.stages:
        return Refusal(topic.id, Reason.NO_TOPIC, f"not in the stage '{asked.stage.rule.en}'")
    if rule.answers and kind not in rule.answers:
        return Refusal(topic.id, Reason.NO_TOPIC, f"only after an answer like '{', '.join(rule.answers).replace('_', ' ')}'")
    if not rule.answers and kind in own:
        return Refusal(topic.id, Reason.NO_TOPIC, f"after an answer like '{kind.replace('_', ' ')}' another topic speaks")
    if rule.first_only and case.step > 0:
        return Refusal(topic.id, Reason.LIMIT_THREAD, "only as the first follow-up of a turn")
    return _repeated(asked, case, topic) or _series_over(asked, case, topic)


def _repeated(asked: Asked, case: Case, topic: Topic) -> Refusal | None:
    """Never the same topic twice running, nor more often than its rule allows."""
    mine = [d for d in case.written if d.topic == topic.id]
    if case.written and case.written[-1].topic == topic.id and topic.id != "forwardable_help":
        return Refusal(topic.id, Reason.LIMIT_THREAD, "the last draft of this thread had this topic")
    if topic.rule.once_per_thread and mine:
        return Refusal(topic.id, Reason.LIMIT_THREAD, "once per thread")
    if topic.rule.once_per_quote and case.quote and any(d.created >= case.quote.sent for d in mine):
        return Refusal(topic.id, Reason.LIMIT_THREAD, "once per quote")
    rate = topic.rule.at_most
    if rate:
        since = asked.now - timedelta(days=rate.days)
        lately = [d for d in case.written_to_buyer if d.topic == topic.id and d.created > since]
        if len(lately) >= rate.count:
            return Refusal(topic.id, Reason.LIMIT_BUYER, f"at most {rate.count} in {rate.days} days to one buyer")
    return None


def _series_over(asked: Asked, case: Case, topic: Topic) -> Refusal | None:
    """After the stage's maximum only what closes a series is left; nurture ends some time after the buyer's last word."""
    most = asked.stage.rule.max
    if most and case.done >= most and topic.rule.trigger not in CLOSING:
        return Refusal(topic.id, Reason.LIMIT_THREAD, f"{case.done} follow-up{'' if case.done == 1 else 's'} in this turn, the most is {most}")
    return None


def earliest(asked: Asked, case: Case) -> tuple[datetime, Reason | None]:
    """Before this nothing may be written: the gap to our last mail, and what the buyer got lately from anybody of us."""
    limits, now = asked.book.limits, asked.now
    last = max([case.turn.last, *(d.created for d in case.written_to_buyer)])
    floor, why = asked.calendar.after(last, limits.min_gap), Reason.MIN_GAP
    window = timedelta(days=limits.at_most.days)
    lately = [d.created for d in case.written_to_buyer if d.created > now - window]
    if len(lately) >= limits.at_most.count:
        full = sorted(lately)[-limits.at_most.count] + window
        if full > floor:
            floor, why = full, Reason.LIMIT_BUYER
    if (slow := _season_over(asked, case)) is not None and slow > floor:
        floor, why = slow, Reason.LIMIT_BUYER
    return floor, (why if floor > now else None)


def _season_over(asked: Asked, case: Case) -> datetime | None:
    """When the slow season ends in which this buyer had all that may be written in it; None outside of such a time."""
    found = limit_of(asked.calendar.seasons, asked.calendar.day(asked.now)) if asked.calendar.seasons else None
    if found is None:
        return None
    season, first, last = found
    begun = asked.calendar.start_of(first)
    written = sum(d.created >= begun for d in case.written_to_buyer)
    return asked.calendar.start_of(last + timedelta(days=1)) if written >= season.rule.most else None

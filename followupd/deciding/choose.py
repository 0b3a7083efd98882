"""Which topic is written about, or when does the next one come?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from followupd.deciding.asked import STILL, Asked, alarm_age, changed
from followupd.deciding.case import Case, Proposal
from followupd.deciding.evidence import of_thread
from followupd.deciding.limits import earliest, limited
from followupd.deciding.rulebook import ASK_HUMAN, Topic
from followupd.deciding.steps import before_arrival, steps_used
from followupd.deciding.waits import away_until, ball_answer
from followupd.model import Action, Decision, DraftState, Reason, Refusal

DEADLINES = frozenset({"slot_confirm", "order_by"})
"""Evidence that names the last day for something: a text with it is stale on the next."""


def choose(asked: Asked) -> Decision:
    """Ask every topic of the stage; write about the best that is due, or say when the next one will be."""
    case = case_of(asked)
    ready: list[tuple[Topic, Proposal]] = []
    ahead: list[tuple[datetime, Topic, Proposal]] = []
    refused: list[Refusal] = []
    floor, why = earliest(asked, case)
    for topic in asked.book.topics:
        found = _ask(asked, case, topic)
        if isinstance(found, Refusal):
            refused.append(found)
            continue
        due = asked.calendar.not_before(max(found.due, floor))
        late = max(due, asked.now)
        if found.expires is not None and late >= found.expires:
            refused.append(
                Refusal(topic.id, why or found.late, f"{found.detail}; too late by {asked.calendar.day(late)}")
            )
        elif due <= asked.now:
            ready.append((topic, found))
        else:
            ahead.append((due, topic, found))
    if ready and (opens := asked.calendar.not_before(asked.now)) > asked.now:
        said = f"{ready[0][0].id} is due, but today is no business day of the buyer"
        return changed(asked.say(Reason.OUTSIDE_WINDOW, said, due=opens), refused=tuple(refused))
    if ready:
        return _elsewhere(asked) or _draft(asked, case, ready, refused)
    return _later(asked, case, ahead, refused, (floor, why))


def case_of(asked: Asked) -> Case:
    """What the topics see. Time in which the buyer was away does not use up the wait; time served before it counts."""
    facts = asked.facts
    assert facts.turn is not None
    answer = ball_answer(facts)
    start = answer.at if answer and answer.at > facts.turn.last else facts.turn.started
    if asked.said is not None:
        start = max(start, asked.said.at)
    if _arrived(asked) and asked.coming is not None:
        start = max(start, asked.coming.at)
    if facts.absence is not None and (back := away_until(asked)) > start:
        start = back - max(facts.absence.at - start, timedelta())
    return Case(
        facts=facts,
        stage=asked.stage,
        book=asked.book,
        ledger=asked.ledger,
        calendar=asked.calendar,
        turn=facts.turn,
        start=start,
        step=steps_used(facts.turn, asked.ledger),
        now=asked.now,
        before=before_arrival(asked.thread, facts.turn, asked.ledger, asked.coming.at) if _arrived(asked) and asked.coming else 0,
        answer=answer,
        said=asked.said,
        signature=asked.settings.identity.signature,
    )


def _arrived(asked: Asked) -> bool:
    """Did what we sent arrive, so that a stage of its own began?"""
    return asked.coming is not None and asked.coming.at <= asked.now


def _elsewhere(asked: Asked) -> Decision | None:
    """A draft of ours to the same buyer already lies open in another thread: one at a time."""
    own = {d.token for d in asked.ledger.drafts}
    open_states = {DraftState.INTENDED, DraftState.PLACED}
    if all(d.token in own or d.state not in open_states for d in asked.ledger.buyer_drafts):
        return None
    tomorrow = asked.calendar.start_of(asked.calendar.day(asked.now) + timedelta(days=1))
    said = "a draft to this buyer already stands in another thread"
    return asked.say(Reason.LIMIT_BUYER, said, due=asked.calendar.not_before(tomorrow))


def _ask(asked: Asked, case: Case, topic: Topic) -> Proposal | Refusal:
    """The limits of a topic first, then its trigger."""
    return limited(asked, case, topic) or topic.module.propose(case, topic)


def _draft(asked: Asked, case: Case, ready: list[tuple[Topic, Proposal]], refused: Iterable[Refusal]) -> Decision:
    topic, proposal = ready[0]
    others = [Refusal(t.id, Reason.NO_TOPIC, f"{topic.id} goes before") for t, _ in ready[1:]]
    decision = asked.say(proposal.reason, proposal.detail, action=Action.DRAFT)
    return changed(
        decision,
        topic=topic.id,
        step=case.step,
        evidence=(*of_thread(case), *proposal.evidence),
        refused=(*refused, *others),
        rule=topic.origin,
        holds_until=holds_until(asked, proposal),
        rests_on=tuple(f.id for f in asked.book.known if any(e.source == f.origin for e in proposal.evidence)),
    )


def holds_until(asked: Asked, proposal: Proposal) -> datetime | None:
    """From when on the text would be out of date: a day by which something is asked for has passed, or the occasion."""
    days = [date.fromisoformat(e.value) + timedelta(days=1) for e in proposal.evidence if e.what in DEADLINES]
    return min([*map(asked.calendar.start_of, days), *filter(None, [proposal.expires])], default=None)


def _later(
    asked: Asked,
    case: Case,
    ahead: list[tuple[datetime, Topic, Proposal]],
    refused: list[Refusal],
    floor: tuple[datetime, Reason | None],
) -> Decision:
    """Nothing is due: say what comes next and when, or that nothing comes."""
    waiting = [Refusal(t.id, Reason.NOT_DUE, f"{p.detail}; from {asked.calendar.day(d)}") for d, t, p in ahead]
    if ahead:
        due, topic, _ = min(ahead, key=lambda found: (found[0], found[1].rule.rank))
        reason = floor[1] if floor[1] and due <= asked.calendar.not_before(floor[0]) else Reason.NOT_DUE
        reason = STILL.get(asked.stage.id, reason)
        decision = asked.say(reason, f"next: {topic.id} on {asked.calendar.day(due)}", due=due)
        return changed(decision, refused=(*refused, *waiting))
    if (asks := _human(asked, case)) is not None:
        return changed(asks, refused=tuple(refused))
    for reason in (Reason.FINISHED, Reason.LIMIT_BUYER, Reason.NO_QUOTE, Reason.NO_FACT, Reason.LIMIT_THREAD):
        if any(r.reason is reason for r in refused):
            again = asked.now + timedelta(days=7) if reason is Reason.LIMIT_BUYER else None
            return changed(asked.say(reason, _why_nothing(asked, reason), due=again), refused=tuple(refused))
    return changed(asked.say(Reason.NO_TOPIC, f"no topic speaks in the stage '{asked.stage.rule.en}'"), refused=tuple(refused))


def _human(asked: Asked, case: Case) -> Decision | None:
    """Where a stage ends in a person's hands: the alarm behind its last threshold, once."""
    rule = asked.stage.rule
    if rule.then != ASK_HUMAN or not rule.silence:
        return None
    end = asked.calendar.after(case.start, rule.silence[-1])
    if asked.now < end:
        return asked.say(Reason.NOT_DUE, f"you are asked to call on {asked.calendar.day(end)}", due=end)
    if asked.now < end + alarm_age(asked):
        said = f"{asked.stage.rule.en}: {rule.silence[-1].said} of silence"
        return asked.say(Reason.ASK_HUMAN, said, action=Action.ALARM, due=end + alarm_age(asked))
    return asked.say(Reason.FINISHED, f"you were asked to call on {asked.calendar.day(end)}")


def _why_nothing(asked: Asked, reason: Reason) -> str:
    return {
        Reason.FINISHED: "everything that may be written was written",
        Reason.LIMIT_BUYER: "this buyer got enough mail lately",
        Reason.NO_QUOTE: "there is no offer of ours to follow up",
        Reason.NO_FACT: "there is nothing new and true to say",
    }.get(reason, f"the follow-ups of the stage '{asked.stage.rule.en}' are used up")

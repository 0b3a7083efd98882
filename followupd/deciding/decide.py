"""What is to be done in this thread now, why, and when must we look again?

Vetoes first, the cheap ones before the dear ones; then whose move it is; then the topics, by rank. Every way out names its
reason (law 7). Nothing is read but the arguments: the same in, the same out (law 8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followupd.deciding.arrivals import Arrival, arrival
from followupd.deciding.case import Case, Proposal
from followupd.deciding.clock import Calendar
from followupd.deciding.evidence import of_thread
from followupd.deciding.rulebook import Rulebook, Stage, Topic
from followupd.deciding.seasons import limit_of
from followupd.deciding.steps import GIVEN_BACK, steps_used, unanswered
from followupd.model import (
    Action,
    Answer,
    Buyer,
    Decision,
    Direction,
    DraftRecord,
    DraftState,
    Facts,
    Identity,
    Kind,
    LedgerView,
    OpenDraft,
    Reach,
    Reason,
    Refusal,
    Risk,
    Side,
    Thread,
    Verdict,
    Word,
    WordKind,
)

LEAVES_BALL = frozenset({"ack", "holding", "waiting_client", "no_need_now", "lost", "ooo"})
"""Answers after which the buyer keeps the ball and silence counts from the answer (DOMAIN 5)."""
STANDING = frozenset({"holding", "waiting_client", "no_need_now", "lost"})
"""Those that still hold when we wrote a line since; only a new offer or the buyer's next mail ends them."""
STILL = {"lost": Reason.LOST, "paused": Reason.PAUSED}
"""Stages that are themselves the reason why nothing is written."""
UNREACHED = frozenset({Reach.SITE, Reach.ASK})
"""Ways by which a mail does not reach the buyer: nothing is drafted."""
RECENT_HAND = timedelta(minutes=5)
NOT_BUYERS = frozenset(
    {Kind.PITCH, Kind.NEWSLETTER, Kind.CALENDAR, Kind.CHALLENGE, Kind.PERSONAL, Kind.PLATFORM_NOTICE}
)


@dataclass(frozen=True)
class Settings:
    """What deciding must know of an account. ``installed_at`` is aware UTC."""

    identity: Identity
    installed_at: datetime
    max_silence_age: timedelta = timedelta(days=45)


@dataclass(frozen=True)
class _Asked:
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


def decide(
    thread: Thread,
    facts: Facts,
    book: Rulebook,
    ledger: LedgerView,
    open_drafts: tuple[OpenDraft, ...],
    settings: Settings,
    now: datetime,
) -> Decision:
    """The decision for one thread at ``now`` (aware)."""
    said = _said_stage(facts, ledger, book)
    stage = book.stage(_stage_id(facts, ledger, book, said))
    calendar = book.calendar(facts.buyer, settings.identity, _offset(thread, facts))
    coming = arrival(stage, facts, said, book, calendar)
    if coming is not None and coming.at <= now:
        stage = coming.stage
    asked = _Asked(thread, facts, book, ledger, open_drafts, settings, now, stage, calendar, said, coming)
    return _stale(asked) or _veto(asked) or _our_move(asked) or _nowhere(asked) or _waits(asked) or _choose(asked)


# ---- whose word, which stage ----------------------------------------------------------------------


def _word(ledger: LedgerView, kind: WordKind) -> Word | None:
    """The user's latest word of a kind."""
    return max((w for w in ledger.words if w.kind is kind), key=lambda w: w.at, default=None)


def _offset(thread: Thread, facts: Facts) -> int | None:
    """The offset of the buyer's own Date header, asked only when neither country nor zone is known (DOMAIN 2.6)."""
    if facts.buyer.country or facts.buyer.timezone:
        return None
    theirs = (m.utc_offset for m in reversed(thread.messages) if m.direction is Direction.IN)
    return next((o for o in theirs if o), None)


def _said_stage(facts: Facts, ledger: LedgerView, book: Rulebook) -> Word | None:
    """The user's word on the stage while it counts: no stop wish since, and no mail of the buyer since.

    A word said after a stop wish opens the thread again (DOMAIN 7), and mail alone cannot tell another stage then.
    """
    said, stop = _word(ledger, WordKind.STAGE), _word(ledger, WordKind.STOP)
    if said is None or said.value not in book.stages or (stop is not None and stop.at >= said.at):
        return None
    if facts.answer is not None and facts.answer.type == "stop" and facts.answer.at > said.at:
        return None
    if facts.stage == "suppressed" or facts.last_in is None or said.at >= facts.last_in:
        return said
    return None


def _stage_id(facts: Facts, ledger: LedgerView, book: Rulebook, said: Word | None) -> str:
    """The stage in force: the user's word, then a stop wish, then what mail says, then what follows a used-up series."""
    if said is not None:
        return said.value
    if facts.stop_wish or _word(ledger, WordKind.STOP):
        return "suppressed"
    rule = book.stages[facts.stage].rule if facts.stage in book.stages else None
    if rule is not None and rule.then in book.stages and _is_closed(facts, ledger, book):
        return rule.then
    return facts.stage


def _is_closed(facts: Facts, ledger: LedgerView, book: Rulebook) -> bool:
    """Was this turn closed out, or did it use up everything that one turn may have?"""
    if facts.turn is None or not (ledger.drafts or facts.turn.followups):
        return False
    if any(d.topic == "close_out" and d.turn_id == facts.turn.id and d.state not in GIVEN_BACK for d in ledger.drafts):
        return True
    rule = book.stages[facts.stage].rule
    if rule.max and rule.close_out is None and steps_used(facts.turn, ledger) >= rule.max:
        return True
    return unanswered(facts, facts.turn, ledger) >= book.limits.max_unanswered_in_a_row


def _verdict(asked: _Asked) -> Verdict | None:
    """The user's verdict, else ours."""
    said = _word(asked.ledger, WordKind.VERDICT)
    if said and said.value in {v.value for v in Verdict}:
        return Verdict(said.value)
    return asked.facts.inquiry.verdict if asked.facts.inquiry else None


# ---- drafts that no longer hold -------------------------------------------------------------------


def _stale(asked: _Asked) -> Decision | None:
    """Our own untouched draft that events have overtaken is to be withdrawn; a touched one is a person's."""
    for standing in asked.open:
        record = next((d for d in asked.ledger.drafts if d.message_id == standing.message_id), None)
        if not standing.untouched or record is None or record.state is not DraftState.PLACED:
            continue
        if found := _overtaken(asked, record):
            reason, detail = found
            return asked.say(reason, detail, action=Action.WITHDRAW)
    return None


def _overtaken(asked: _Asked, record: DraftRecord) -> tuple[Reason, str] | None:
    facts, since = asked.facts, record.created - RECENT_HAND
    if facts.last_in and facts.last_in > since:
        return Reason.BUYER_WROTE, "the buyer wrote after the draft was prepared"
    if facts.turn and facts.turn.last > since:
        return Reason.OVERTAKEN, "we wrote ourselves after the draft was prepared"
    if asked.stage.id == "suppressed" or facts.bounced or _is_risky(asked) or _is_muted(asked):
        return Reason.OVERTAKEN, "nothing may be written in this thread any more"
    if asked.said and asked.said.at > record.created and asked.stage.id != record.stage:
        return Reason.OVERTAKEN, f"you said that the thread is in stage {asked.stage.id}"
    until = facts.quotes[-1].valid_until if facts.quotes else None
    named = any(t.id == record.topic and t.rule.quotes_validity for t in asked.book.topics)
    if named and until and asked.calendar.day(asked.now) > until:
        return Reason.OVERTAKEN, f"the draft says that the offer is valid until {until}, and that day is over"
    return None


# ---- vetoes ---------------------------------------------------------------------------------------


def _is_muted(asked: _Asked) -> bool:
    return _word(asked.ledger, WordKind.MUTE) is not None


def _veto(asked: _Asked) -> Decision | None:
    """Reasons to do nothing (or to warn), whatever the topics say."""
    facts, now = asked.facts, asked.now
    if asked.stage.id == "suppressed":
        return asked.say(Reason.SUPPRESSED, "the buyer asked not to be written to")
    if facts.bounced:
        return asked.say(Reason.BOUNCED, "our last mail could not be delivered: find another contact")
    if _is_risky(asked):
        return _risky(asked)
    if _is_muted(asked):
        return asked.say(Reason.MUTED, "muted by you")
    snoozed = _word(asked.ledger, WordKind.SNOOZE)
    if snoozed and snoozed.until and snoozed.until > now and (facts.last_in is None or facts.last_in <= snoozed.at):
        return asked.say(Reason.SNOOZED, f"snoozed by you until {asked.calendar.day(snoozed.until)}", due=snoozed.until)
    return _not_a_buyer(asked) or _too_old(asked)


def _is_risky(asked: _Asked) -> bool:
    """Looks like fraud, and the user did not call this buyer genuine after all."""
    if asked.facts.risk is Risk.NONE:
        return False
    said = _word(asked.ledger, WordKind.VERDICT)
    return said is None or said.value not in {Verdict.GENUINE, Verdict.LIKELY}


def _risky(asked: _Asked) -> Decision:
    words = "; ".join(h.en or h.signal for h in asked.facts.risk_hits[:3])
    detail = f"{asked.facts.risk}: {words}" if words else str(asked.facts.risk)
    ends = asked.facts.last_in + _alarm_age(asked) if asked.facts.last_in else None
    if ends is not None and asked.now < ends:
        return asked.say(Reason.RISK_ALARM, detail, action=Action.ALARM, due=ends)
    return asked.say(Reason.RISKY, detail)


def _alarm_age(asked: _Asked) -> timedelta:
    return asked.book.limits.alarm_age.calendar


def _you_said(asked: _Asked, said: Word | None) -> Decision | None:
    """The user's own verdict, where it forbids to write."""
    match said.value if said else "":
        case "not_a_buyer":
            return asked.say(Reason.NOT_A_BUYER, "you said that this is not a buyer")
        case "fraud":
            return asked.say(Reason.RISKY, "you called this a fraud")
        case Verdict.VAGUE if said and not _quoted_since(asked.facts, said):
            return asked.say(Reason.VAGUE, "you called this inquiry vague")
    return None


def _not_a_buyer(asked: _Asked) -> Decision | None:
    """Pitches, newsletters and the like, unless we quoted: whoever we quoted was judged worth it by a person."""
    facts = asked.facts
    said = _word(asked.ledger, WordKind.VERDICT)
    if refused := _you_said(asked, said):
        return refused
    if facts.quotes or facts.inquiry is None:
        return None
    kind = facts.inquiry.kind
    if kind in NOT_BUYERS and not said:
        where = ": answer on the platform's site" if kind is Kind.PLATFORM_NOTICE else ""
        return asked.say(Reason.NOT_A_BUYER, f"the first mail is a {kind.value.replace('_', ' ')}{where}")
    if _verdict(asked) is Verdict.VAGUE:
        return asked.say(Reason.VAGUE, "a vague inquiry that was not quoted")
    return None


def _quoted_since(facts: Facts, said: Word) -> bool:
    """A word on the buyer from another thread does not outweigh the offer that a person sent since."""
    return said.scope == "buyer" and bool(facts.quotes) and facts.quotes[-1].sent > said.at


def _too_old(asked: _Asked) -> Decision | None:
    last = max((d for d in (asked.facts.last_in, asked.facts.last_out) if d), default=None)
    oldest = asked.settings.installed_at - asked.settings.max_silence_age
    if last is not None and last < oldest:
        return asked.say(Reason.TOO_OLD, f"quiet since {last:%Y-%m-%d}, long before followupd was installed")
    return None


# ---- our move -------------------------------------------------------------------------------------


def _our_move(asked: _Asked) -> Decision | None:
    """We owe the next word: an alarm when it is late, never a draft (law 3)."""
    facts = asked.facts
    if facts.move is Side.THEM and asked.stage.rule.clock != "us":
        return None
    if facts.turn is not None and facts.move is Side.THEM:
        return (
            None
            if _may_be_asked(asked)
            else _on_its_way(asked) or asked.say(Reason.OUR_MOVE, f"stage {asked.stage.id}: the next step is ours")
        )
    if facts.last_in is None:
        return asked.say(Reason.NO_QUOTE, "there is neither a buyer's mail nor an offer of ours")
    if asked.said is None and asked.stage.id == "lost":
        return None
    if asked.said is not None and asked.stage.rule.clock != "us":
        reason = STILL.get(asked.stage.id, Reason.OUR_MOVE)
        return asked.say(reason, f"you said stage {asked.stage.id} after the buyer's last mail")
    return _owed(asked, facts.last_in)


def _on_its_way(asked: _Asked) -> Decision | None:
    """What we sent has not arrived: nothing to write, and the day to look again is known."""
    coming = asked.coming
    if coming is None or coming.at <= asked.now:
        return None
    day = asked.calendar.day(coming.at)
    return asked.say(Reason.OUR_MOVE, f"stage {asked.stage.id}: it should arrive on {day}{'' if coming.told else ' (assumed)'}", due=coming.at)


def _may_be_asked(asked: _Asked) -> bool:
    """An inquiry that we answered without a price: the ball is with the buyer, though the stage's clock is ours."""
    return asked.stage.id == "inquiry_new"


def _owed(asked: _Asked, since: datetime) -> Decision:
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
    said = f"the buyer wrote on {since:%Y-%m-%d %H:%M} UTC and waits for an answer"
    if facts.buyer.reach in UNREACHED:
        said = f"{said}; {_unreached(facts.buyer)[1]}"
    if unclear:
        said = f"the buyer answered on {since:%Y-%m-%d} and nobody could say what is meant: please read it"
    if not passed or asked.now >= passed[-1] + _alarm_age(asked):
        return asked.say(Reason.OUR_MOVE, said, due=ahead)
    due = min(filter(None, [ahead, passed[-1] + _alarm_age(asked)]))
    return _with(asked.say(reason, said, action=Action.ALARM, due=due), step=len(passed) - 1)


# ---- the buyer's move: reasons to wait ------------------------------------------------------------


def _unreached(buyer: Buyer) -> tuple[Reason, str]:
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


def _nowhere(asked: _Asked) -> Decision | None:
    """Nothing is drafted to whom a mail does not reach; a draft that a person made there is his."""
    return (
        asked.say(*_unreached(asked.facts.buyer)) if asked.facts.buyer.reach in UNREACHED and not asked.open else None
    )


def _waits(asked: _Asked) -> Decision | None:
    """The ball is with the buyer; may anything be written at all, before asking what?"""
    facts = asked.facts
    if asked.open:
        return _open_draft(asked)
    if facts.turn is None:
        return asked.say(Reason.NO_QUOTE, "we have not written in this thread")
    if asked.stage.rule.clock == "us" and asked.stage.id != "inquiry_new":
        return asked.say(Reason.OUR_MOVE, f"stage {asked.stage.id}: the next step is ours")
    if facts.absence and (until := _away_until(asked)) > asked.now:
        return asked.say(
            Reason.BUYER_AWAY, f"the buyer is away; looked at again on {asked.calendar.day(until)}", due=until
        )
    answer = _ball_answer(facts)
    if answer and answer.type == "holding" and (until := _held_until(asked, answer)) > asked.now:
        return asked.say(
            Reason.NOT_DUE, f"the buyer will come back; until {asked.calendar.day(until)} nothing", due=until
        )
    return None


def _open_draft(asked: _Asked) -> Decision:
    """One open draft per thread. Ours about the end of an offer is looked at again when that day is over."""
    whose = "followupd's" if all(d.untouched for d in asked.open) else "a person's"
    until = asked.facts.quotes[-1].valid_until if asked.facts.quotes else None
    due = asked.calendar.start_of(until + timedelta(days=1)) if until and asked.open[0].untouched else None
    return asked.say(Reason.DRAFT_OPEN, f"{whose} draft stands in Drafts", due=due)


def _away_until(asked: _Asked) -> datetime:
    absence = asked.facts.absence
    assert absence is not None
    if absence.until is not None:
        return asked.calendar.start_of(asked.calendar.shift(absence.until, 1))
    return asked.calendar.after(absence.at, asked.book.limits.absence_default)


def _ball_answer(facts: Facts) -> Answer | None:
    """The answer by which the ball stayed with the buyer: later than our mail, or standing though we wrote a line since."""
    answer, turn = facts.answer, facts.turn
    if answer is None or turn is None or answer.type not in LEAVES_BALL:
        return None
    if answer.at > turn.last:
        return answer
    standing = answer.type in STANDING and not any(q.sent > answer.at for q in facts.quotes)
    return answer if standing else None


def _held_until(asked: _Asked, answer: Answer) -> datetime:
    if answer.until is not None:
        return asked.calendar.start_of(asked.calendar.shift(answer.until, 1))
    return asked.calendar.after(answer.at, asked.book.limits.holding)


# ---- the buyer's move: which topic ----------------------------------------------------------------


def _choose(asked: _Asked) -> Decision:
    """Ask every topic of the stage; write about the best that is due, or say when the next one will be."""
    case = _case(asked)
    ready: list[tuple[Topic, Proposal]] = []
    ahead: list[tuple[datetime, Topic, Proposal]] = []
    refused: list[Refusal] = []
    floor, why = _earliest(asked, case)
    for topic in asked.book.topics:
        found = _ask(asked, case, topic)
        if isinstance(found, Refusal):
            refused.append(found)
            continue
        due = asked.calendar.not_before(max(found.due, floor))
        if found.expires is not None and due >= found.expires:
            refused.append(
                Refusal(topic.id, why or found.late, f"{found.detail}; too late by {asked.calendar.day(due)}")
            )
        elif due <= asked.now:
            ready.append((topic, found))
        else:
            ahead.append((due, topic, found))
    if ready and (opens := asked.calendar.not_before(asked.now)) > asked.now:
        said = f"{ready[0][0].id} is due, but today is no business day of the buyer"
        return _with(asked.say(Reason.OUTSIDE_WINDOW, said, due=opens), refused=tuple(refused))
    if ready:
        return _elsewhere(asked) or _draft(asked, case, ready, refused)
    return _later(asked, ahead, refused, (floor, why))


def _case(asked: _Asked) -> Case:
    """What the topics see. Time in which the buyer was away does not use up the wait; time served before it counts."""
    facts = asked.facts
    assert facts.turn is not None
    answer = _ball_answer(facts)
    start = answer.at if answer and answer.at > facts.turn.last else facts.turn.started
    if asked.said is not None:
        start = max(start, asked.said.at)
    if asked.coming is not None and asked.coming.at <= asked.now:
        start = max(start, asked.coming.at)
    if facts.absence is not None and (back := _away_until(asked)) > start:
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
        answer=answer,
        said=asked.said,
        signature=asked.settings.identity.signature,
    )


def _earliest(asked: _Asked, case: Case) -> tuple[datetime, Reason | None]:
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


def _season_over(asked: _Asked, case: Case) -> datetime | None:
    """When the slow season ends in which this buyer had all that may be written in it; None outside of such a time."""
    found = limit_of(asked.calendar.seasons, asked.calendar.day(asked.now)) if asked.calendar.seasons else None
    if found is None:
        return None
    season, first, last = found
    begun = asked.calendar.start_of(first)
    written = sum(d.created >= begun for d in case.written_to_buyer)
    return asked.calendar.start_of(last + timedelta(days=1)) if written >= season.rule.most else None


def _elsewhere(asked: _Asked) -> Decision | None:
    """A draft of ours to the same buyer already lies open in another thread: one at a time."""
    own = {d.token for d in asked.ledger.drafts}
    open_states = {DraftState.INTENDED, DraftState.PLACED}
    if all(d.token in own or d.state not in open_states for d in asked.ledger.buyer_drafts):
        return None
    tomorrow = asked.calendar.start_of(asked.calendar.day(asked.now) + timedelta(days=1))
    said = "a draft to this buyer already stands in another thread"
    return asked.say(Reason.LIMIT_BUYER, said, due=asked.calendar.not_before(tomorrow))


def _ask(asked: _Asked, case: Case, topic: Topic) -> Proposal | Refusal:
    """The limits of a topic first, then its trigger."""
    return _limited(asked, case, topic) or topic.module.propose(case, topic)


def _limited(asked: _Asked, case: Case, topic: Topic) -> Refusal | None:
    rule, answer = topic.rule, case.answer
    kind = answer.type if answer else ""
    own = {a for t in asked.book.topics for a in t.rule.answers}
    if asked.stage.id not in rule.stages:
        return Refusal(topic.id, Reason.NO_TOPIC, f"not in stage {asked.stage.id}")
    if rule.answers and kind not in rule.answers:
        return Refusal(topic.id, Reason.NO_TOPIC, f"only after an answer like {', '.join(rule.answers)}")
    if not rule.answers and kind in own:
        return Refusal(topic.id, Reason.NO_TOPIC, f"after {kind} another topic speaks")
    if rule.first_only and case.step > 0:
        return Refusal(topic.id, Reason.LIMIT_THREAD, "only as the first follow-up of a turn")
    return _repeated(asked, case, topic) or _series_over(asked, case, topic)


def _repeated(asked: _Asked, case: Case, topic: Topic) -> Refusal | None:
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


def _series_over(asked: _Asked, case: Case, topic: Topic) -> Refusal | None:
    """After the stage's maximum only the close-out is left; nurture ends some time after the buyer's last word."""
    most = asked.stage.rule.max
    if most and case.step >= most and topic.rule.trigger != "close_out":
        return Refusal(topic.id, Reason.LIMIT_THREAD, f"{case.step} follow-ups in this turn, the most is {most}")
    return None


def _draft(asked: _Asked, case: Case, ready: list[tuple[Topic, Proposal]], refused: Iterable[Refusal]) -> Decision:
    topic, proposal = ready[0]
    others = [Refusal(t.id, Reason.NO_TOPIC, f"{topic.id} goes before") for t, _ in ready[1:]]
    decision = asked.say(proposal.reason, proposal.detail, action=Action.DRAFT)
    return _with(
        decision,
        topic=topic.id,
        step=case.step,
        evidence=(*of_thread(case), *proposal.evidence),
        refused=(*refused, *others),
        rule=topic.origin,
    )


def _later(
    asked: _Asked,
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
        return _with(decision, refused=(*refused, *waiting))
    for reason in (Reason.FINISHED, Reason.LIMIT_BUYER, Reason.NO_QUOTE, Reason.NO_FACT, Reason.LIMIT_THREAD):
        if any(r.reason is reason for r in refused):
            again = asked.now + timedelta(days=7) if reason is Reason.LIMIT_BUYER else None
            return _with(asked.say(reason, _why_nothing(asked, reason), due=again), refused=tuple(refused))
    return _with(asked.say(Reason.NO_TOPIC, f"no topic speaks in stage {asked.stage.id}"), refused=tuple(refused))


def _why_nothing(asked: _Asked, reason: Reason) -> str:
    return {
        Reason.FINISHED: "everything that may be written was written",
        Reason.LIMIT_BUYER: "this buyer got enough mail lately",
        Reason.NO_QUOTE: "there is no offer of ours to follow up",
        Reason.NO_FACT: "there is nothing new and true to say",
    }.get(reason, f"the follow-ups of stage {asked.stage.id} are used up")


def _with(decision: Decision, **changes: object) -> Decision:
    return replace(decision, **changes)  # type: ignore[arg-type]

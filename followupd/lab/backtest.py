"""Which drafts would these rules have made in the mailbox as it is indexed, and which of them were needless?

Every thread is played again from event to event: each mail of the past, and each day on which the decision says to look again.
A draft counts as if it had been sent unread at once; the buyer's mails stay what they were. So this tells when silence would
have been met, never what an answer would have been. First replies to inquiries are not counted.
Texts are not composed, and the most drafts of one day (limits.yaml) are not counted here.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import sqrt
from statistics import median

from followupd.deciding.asked import Settings
from followupd.deciding.decide import decide
from followupd.judging.thread import judge_thread
from followupd.model import (
    Action,
    Direction,
    DraftRecord,
    DraftState,
    Facts,
    Judgement,
    LedgerView,
    Own,
    Thread,
    Word,
    WordKind,
)  # fmt: skip
from followupd.work.desk import RulesInForce

MOST_LOOKS = 400
"""More looks at one thread than any year needs: then it is left."""
FEW = 20
"""Below so many drafts a share says next to nothing."""


@dataclass(frozen=True, slots=True)
class Past:
    """One thread as indexed: whole, what was judged of its mails, and what the ledger knows (the user's words)."""

    thread: Thread
    judged: dict[str, Judgement]
    known: LedgerView


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A draft that the rules would have made. ``at`` is aware UTC, ``silent`` the days since our mail.

    ``then``: ``answered`` the buyer wrote within the days asked for, anyway; ``own`` you wrote first; ``silent`` nobody did;
    ``open`` these days are not over yet.
    """

    thread_id: str
    buyer: str
    topic: str
    stage: str
    at: datetime
    silent: int
    then: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one set of rules would have done from ``since`` to ``until``."""

    since: datetime
    until: datetime
    threads: int
    made: tuple[Made, ...]
    silences: int
    """Mails of ours that nobody answered within the days asked for, and after which we did not write either."""
    caught: int
    """How many of them a draft would have met."""
    after: float | None
    """Half of those were met within so many days."""

    def count(self, then: str) -> int:
        """Drafts that went so."""
        return sum(m.then == then for m in self.made)

    @property
    def topics(self) -> dict[str, int]:
        """Drafts by topic, the commonest first."""
        return dict(Counter(m.topic for m in self.made).most_common())


def interval(part: float, whole: float) -> tuple[float, float]:
    """Between which shares the truth lies, 19 times of 20 (Wilson); (0, 1) when nothing was counted."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.96, part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _with_sent(facts: Facts, drafts: list[DraftRecord]) -> Facts:
    """The facts as they would be, had the drafts of this turn been sent: our last mail is the latest of them."""
    turn = facts.turn
    ours = [d for d in drafts if turn is not None and d.turn_id == turn.id]
    if turn is None or not ours:
        return facts
    last = max(turn.last, ours[-1].created)
    sent = replace(turn, followups=(*turn.followups, *(d.sent_as for d in ours)), last=last)
    return replace(facts, turn=sent, last_out=max(facts.last_out or last, last))


@dataclass
class _Played:
    """A thread while it is played."""

    past: Past
    judged: dict[str, Judgement]
    seen: int = 0
    facts: Facts | None = None
    now: Thread | None = None
    drafts: list[DraftRecord] = field(default_factory=list)
    looks: int = 0


class Backtest:
    """Plays the past under one set of rules. ``since`` and ``until`` are aware UTC."""

    def __init__(
        self, rules: RulesInForce, own: Own, settings: Settings, since: datetime, until: datetime, within: timedelta
    ) -> None:
        self.rules, self.own, self.within = rules, own, within
        self.since, self.until = since, until
        self.settings = replace(settings, installed_at=since)
        self._by_buyer: dict[str, list[DraftRecord]] = defaultdict(list)
        self._stops: dict[str, Word] = {}

    def run(self, pasts: Iterable[Past]) -> Result:
        """Play all threads side by side, in the order of time."""
        played = [_Played(p, dict(p.judged)) for p in pasts]
        queue: list[tuple[datetime, int]] = []
        for number, one in enumerate(played):
            for message in one.past.thread.messages:
                queue.append((max(message.date, self.since), number))
        heapq.heapify(queue)
        made: list[Made] = []
        while queue:
            now, number = heapq.heappop(queue)
            while queue and queue[0] == (now, number):
                heapq.heappop(queue)
            if now > self.until:
                break
            again, draft = self._look(played[number], now)
            if draft is not None:
                made.append(draft)
            if again is not None and again <= self.until:
                heapq.heappush(queue, (again, number))
        return self._told(played, made)

    def _look(self, one: _Played, now: datetime) -> tuple[datetime | None, Made | None]:
        """One look at a thread: when to look again, and the draft made."""
        one.looks += 1
        messages = one.past.thread.messages
        seen = sum(1 for m in messages if m.date <= now)
        if seen != one.seen or one.facts is None:
            one.seen = seen
            one.now = replace(one.past.thread, messages=messages[:seen])
            one.facts = judge_thread(one.now, self.rules.judging, self.own, frozenset(), one.judged)
            self._stop(one.facts, now)
        if one.looks > MOST_LOOKS or one.now is None:
            return None, None
        facts = _with_sent(one.facts, one.drafts)
        decision = decide(one.now, facts, self.rules.book, self._view(one, now), (), self.settings, now)
        if decision.action is not Action.DRAFT or not decision.topic or not decision.turn_id:
            return (decision.next_due if decision.next_due and decision.next_due > now else None), None
        buyer = one.facts.buyer.address.email
        record = DraftRecord(
            token=f"{decision.turn_id}/{decision.step}", thread_id=one.now.id, turn_id=decision.turn_id, step=decision.step or 0,
            topic=decision.topic, stage=decision.stage, buyer=buyer, message_id="", subject="", body_sha256="", created=now,
            state=DraftState.SENT, sent_as=f"{decision.turn_id}/{decision.step}",
        )  # fmt: skip
        one.drafts.append(record)
        self._by_buyer[buyer].append(record)
        if facts.turn is None:  # a first reply follows nothing up: no silence, and nothing needless
            return now + timedelta(minutes=1), None
        silent = (now - facts.turn.last).days
        made = Made(
            thread_id=one.now.id, buyer=buyer, topic=decision.topic, stage=decision.stage, at=now, silent=silent,
            then=self._then(one, now),
        )  # fmt: skip
        return now + timedelta(minutes=1), made

    def _view(self, one: _Played, now: datetime) -> LedgerView:
        """What the ledger would have held: our drafts so far, and the user's words so far."""
        buyer = one.facts.buyer.address.email if one.facts else ""
        words = tuple(w for w in one.past.known.words if w.at <= now)
        stop = (self._stops[buyer],) if buyer in self._stops else ()
        drafts = tuple(one.drafts)
        return replace(one.past.known, drafts=drafts, buyer_drafts=tuple(self._by_buyer[buyer]), words=(*words, *stop))

    def _stop(self, facts: Facts, now: datetime) -> None:
        """A stop wish holds for all threads of the address."""
        buyer = facts.buyer.address.email
        if facts.stop_wish and buyer and buyer not in self._stops:
            self._stops[buyer] = Word(kind=WordKind.STOP, scope="buyer", target=buyer, value=facts.stop_wish, at=now)

    def _then(self, one: _Played, now: datetime) -> str:
        """What really came after that moment."""
        after = next((m for m in one.past.thread.messages if m.date > now), None)
        if after is not None and after.date <= now + self.within:
            return "answered" if after.direction is Direction.IN else "own"
        return "silent" if now + self.within <= self.until else "open"

    def _told(self, played: list[_Played], made: list[Made]) -> Result:
        found = [s for one in played for s in self._silences(one)]
        met = sorted(days for days in found if days is not None)
        half = median(met) if met else None
        return Result(self.since, self.until, len(played), tuple(made), len(found), len(met), half)

    def _silences(self, one: _Played) -> Iterator[int | None]:
        """For each mail of ours after which nobody wrote for long: the day on which a draft came, None for never."""
        messages = one.past.thread.messages
        if one.facts is None or not (one.facts.quotes or one.drafts):
            return
        for number, message in enumerate(messages):
            ends = messages[number + 1].date if number + 1 < len(messages) else self.until
            if message.direction is not Direction.OUT or ends - message.date < self.within or ends <= self.since:
                continue
            first = next((d.created for d in one.drafts if message.date < d.created < ends), None)
            yield (first - message.date).days if first else None

"""What does the report know of one conversation?

One value per thread: its mails and facts, where it stood after each mail, the user's words on it, the drafts that came of it, and the
calendars of both sides. Everything that the report counts is counted over these values. Pure: the stores are read elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from followupd.deciding.clock import Office
from followupd.judging.stage import Standing, walk
from followupd.judging.tables import JudgingRules
from followupd.judging.thread import Reading
from followupd.lab.survival import Silence, silences_of
from followupd.model import (
    Direction,
    DraftRecord,
    Facts,
    Judgement,
    Kind,
    Message,
    Risk,
    Side,
    Thread,
    Verdict,
    Word,
    WordKind,
)

NOT_COUNTED = frozenset({"fraud", "not_a_buyer"})
"""The user's words by which a mail is no inquiry at all."""
TWO = 2


@dataclass(frozen=True)
class Case:
    """One conversation. ``until`` is when its mailbox was last looked at (aware UTC); what comes later is not known."""

    thread: Thread
    facts: Facts
    judged: Mapping[str, Judgement]
    standings: tuple[Standing, ...]
    """Where it stood after each mail of the thread."""
    words: tuple[Word, ...]
    drafts: tuple[DraftRecord, ...]
    business: Callable[[date], bool]
    """Is it a working day of the buyer?"""
    office: Office
    until: datetime

    @cached_property
    def said(self) -> str:
        """The user's own verdict, the latest; empty where there is none."""
        spoken = [w for w in self.words if w.kind is WordKind.VERDICT]
        return max(spoken, key=lambda w: w.at).value if spoken else ""

    @cached_property
    def inquiry(self) -> Message | None:
        """The mail with which a buyer's inquiry began; None for frauds, for whoever is no buyer, and where we wrote first."""
        first, judged = self.thread.message(self.facts.inquiry_id or ""), self.facts.inquiry
        if first is None or judged is None or self.said in NOT_COUNTED:
            return None
        asked = judged.kind is Kind.INQUIRY or any(q.sent >= first.date for q in self.facts.quotes)
        risky = Risk.NONE not in (self.facts.risk, judged.risk) and not self.said
        ours_first = self.thread.messages[0].direction is Direction.OUT
        return first if asked and not risky and not ours_first else None

    @cached_property
    def serious(self) -> bool:
        """Does the inquiry deserve an answer, by the user's word or else by ours?"""
        verdict = self.said or (self.facts.inquiry.verdict if self.facts.inquiry else None)
        return self.inquiry is not None and verdict != Verdict.VAGUE

    @cached_property
    def stages(self) -> frozenset[str]:
        """All stages in which it ever stood, by mail or by the user's word."""
        told = {w.value for w in self.words if w.kind is WordKind.STAGE}
        return frozenset({s.stage for s in self.standings} | told)

    def stage_after(self, message_id: str) -> str:
        """Where it stood after that mail."""
        return next((s.stage for m, s in zip(self.thread.messages, self.standings, strict=True) if m.id == message_id), self.facts.stage)


def case_of(
    thread: Thread,
    facts: Facts,
    judged: Mapping[str, Judgement],
    rules: JudgingRules,
    *,
    words: tuple[Word, ...],
    drafts: tuple[DraftRecord, ...],
    business: Callable[[date], bool],
    office: Office,
    until: datetime,
) -> Case:
    """The case of a thread all of whose mails are judged."""
    reading = Reading(thread, rules, judged)
    moves = {m.id: judged[m.id].moves for m in reading.ours}
    standings = tuple(walk(thread.messages, reading.words, reading.quotes, rules.replies, moves, rules.moves))
    return Case(_bare(thread), facts, judged, standings, words, drafts, business, office, until)


def _bare(thread: Thread) -> Thread:
    """Without the texts, which nothing is counted by: a report is made over all threads at once, and a mailbox may be large."""
    bare = {"text": "", "new_text": "", "signature": "", "quoted": "", "headers": (), "attachments": ()}
    return replace(thread, messages=tuple(replace(m, **bare) for m in thread.messages))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which the next word was the buyer's: ``days`` of the buyer's working days, ended by an answer or cut off.

    ``ours``: it began with a mail of ours, else with one of the buyer's that left the next word to the buyer. ``at``: when it began.
    ``before``: the quiet that this mail of ours broke, where it was a follow-up.
    """

    message_id: str
    buyer: str
    stage: str
    ours: bool
    at: datetime
    silence: Silence
    before: Quiet | None = None

    @property
    def days(self) -> int:
        """Working days of the buyer from its beginning to its end."""
        return self.silence.days

    @property
    def row(self) -> int:
        """How many quiets in a row came before it without a word of the buyer; more than TWO count as TWO."""
        return 0 if self.before is None else min(TWO, self.before.row + 1)


def quiets_of(case: Case) -> Iterator[Quiet]:
    """All quiets of a thread, oldest first."""
    at = {m.id: (m, s) for m, s in zip(case.thread.messages, case.standings, strict=True)}
    waits = {id for id, (m, s) in at.items() if m.direction is Direction.IN and s.move is Side.THEM}
    last: Quiet | None = None
    for silence in silences_of(case.thread, case.judged, case.until, case.business, lambda id: id, waits):
        message, standing = at[silence.group]
        ours = message.direction is Direction.OUT
        broke = last if last is not None and ours and not last.silence.answered and last.days > 0 else None
        last = Quiet(message.id, case.thread.buyer.email, standing.stage, ours, message.date, silence, broke)
        yield last

"""What does each command print with ``--json``? One object per line, and its shape here.

The schemas that ``followupd schema`` shows are made from these types; a test holds the real output of every command to them.
Keys are only ever added. A key with a default may be missing. Instants are UTC in RFC 3339, days ISO 8601, amounts text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from followupd.cli.checking import Finding
from followupd.cli.watch_seen import Seen
from followupd.dossier.gather import Conversation, Event, Namesake, Offer
from followupd.dossier.samples import Sample as SampleOf
from followupd.judging.lessons import Correction, Lesson
from followupd.lab.backtest import Made
from followupd.lab.evaluate import Case, Score
from followupd.lab.report import Report
from followupd.model import Buyer, Decision, DraftRecord, Facts, Fit, Hit, Kind, Risk, Thread, Verdict, Word
from followupd.notify.digest import Digest
from followupd.store.index import FolderStatus, Inquiry, Skipped, ThreadRow


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Mail to the owner: how much waits, how much was given up, and why."""

    waiting: int
    failed: int
    error: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """One account, as `status` sees it. ``folders`` and ``drafts_waiting`` are null where the store cannot be read."""

    account: str
    daemon: int | None
    """The process that holds the account."""
    state: str
    detail: str
    at: datetime | None
    """The last sign of life."""
    folders: tuple[FolderStatus, ...] | None
    drafts_waiting: int | None
    skipped: tuple[Skipped, ...]
    words_waiting: int
    outbox: Queue
    messages: int = 0
    threads: int = 0
    next_due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ListedInquiry(Inquiry):
    """One entry of the inquiry register."""

    account: str


@dataclass(frozen=True, kw_only=True)
class ListedThread(ThreadRow):
    """One thread with what was judged and decided."""

    account: str


@dataclass(frozen=True, kw_only=True)
class ListedDraft(DraftRecord):
    """One draft and what became of it."""

    account: str


@dataclass(frozen=True, kw_only=True)
class PerhapsSame:
    """A buyer of another thread who is perhaps this one."""

    thread: str
    buyer: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A thread with all its mails."""

    account: str
    thread: Thread
    facts: Facts | None
    perhaps_same: tuple[PerhapsSame, ...]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A buyer over all his threads, where `show` was given a person. Everything but the texts of his mails."""

    account: str
    buyer: Buyer
    greeting: str
    grade: str
    grade_why: str
    role: str
    local_time: datetime | None
    conversations: tuple[Conversation, ...]
    offers: tuple[Offer, ...]
    samples: tuple[SampleOf, ...]
    words: tuple[Word, ...]
    drafts: tuple[DraftRecord, ...]
    perhaps_same: tuple[Namesake, ...]
    first_at: datetime | None
    last_in: datetime | None
    last_out: datetime | None
    timeline: tuple[Event, ...]
    last_contact: datetime | None
    mails: int


@dataclass(frozen=True, kw_only=True)
class MailsOut:
    """Mails of a buyer as files: fetched now, there already, and the Message-IDs of those that could not be had."""

    fetched: int
    there: int
    gone: tuple[str, ...]
    too_large: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds."""

    made: str
    """When, RFC 3339."""
    version: str
    """The followupd that made it."""
    accounts: tuple[str, ...]
    """Whose ledgers."""
    files: tuple[str, ...]
    """The user's own files, by name."""


@dataclass(frozen=True, kw_only=True)
class ExportedBuyer:
    """A buyer's folder. ``mails`` is null with --no-mail."""

    account: str
    buyer: str
    folder: str
    mails: MailsOut | None


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was kept of a person and is erased, or will be at the daemon's next turn."""

    account: str
    email: str
    mails: int
    threads: int
    named_in: int
    drafts: int
    words: int
    copies: int
    letters: int
    stop: bool
    erased: bool


@dataclass(frozen=True, kw_only=True)
class CorrectionFolder:
    """A folder into which a mail is dragged, and what that says."""

    account: str
    key: str
    folder: str
    state: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Why a thread stands where it stands."""

    account: str
    thread: str
    facts: Facts | None
    decision: Decision | None
    last_action: Decision | None
    next_due: datetime | None
    drafts: tuple[DraftRecord, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One recorded mail as judged; where it could not be, ``error`` says why and only ``id`` and ``where`` are there."""

    id: str
    where: str
    error: str = ""
    kind: Kind = Kind.PERSONAL
    verdict: Verdict | None = None
    score: float = 0
    risk: Risk = Risk.NONE
    fit: Fit = Fit.UNKNOWN
    role: str = ""
    reply_type: str | None = None
    until: date | None = None
    language: str = ""
    terms: dict[str, Any] | None = None
    reasons: tuple[Hit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A decision, and the text of its draft where there is one."""

    decision: Decision
    body: str | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one account's turn did."""

    account: str
    at: datetime
    read: int
    skipped: int
    judged: int
    decided: int
    drafted: int
    withdrawn: int
    refused: int
    alarms: int
    decisions: tuple[Composed, ...]


@dataclass(frozen=True, kw_only=True)
class Left:
    """A word of yours that was left for the next turn; ``forget``: its like is taken back."""

    account: str
    word: Word
    forget: bool
    daemon: int | None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample that is asked for, on its way or delivered."""

    account: str
    thread: str
    buyer: str
    stage: str
    parcel: str
    arrives: str
    told_by: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact of yours; its other keys are those of facts.yaml, by its kind."""

    id: str
    holds: bool
    """Is it true today?"""
    origin: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """Your verdicts beside ours, and what they taught."""

    account: str
    words: tuple[Word, ...]
    corrections: tuple[Correction, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, kw_only=True)
class RuleProblem:
    """Something wrong with a rule file."""

    where: str
    what: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class RuleTable:
    """A table of rules, where none was asked for."""

    table: str
    entries: int
    yours: int


@dataclass(frozen=True, kw_only=True)
class RuleEntry:
    """One rule in force, with ``file:line`` of each key; its other keys are those of its table. Of a template: its text."""

    id: str
    origin: str
    origins: dict[str, str] | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Played:
    """A story, and whether it came out as it says."""

    title: str
    where: str
    passed: bool
    failures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What rules would have done in the mail of the past. Shares are given with the range in which the truth lies."""

    account: str
    rules: str
    since: datetime
    until: datetime
    answered_within_days: int
    threads: int
    drafts: int
    counted: int
    needless: int
    needless_between: tuple[float, float]
    own: int
    silent: int
    open: int
    silences: int
    caught: int
    caught_between: tuple[float, float]
    half_met_within_days: float | None
    topics: dict[str, int]
    made: tuple[Made, ...]


@dataclass(frozen=True, kw_only=True)
class CurveStep:
    """So many are still silent after so many business days."""

    business_days: int
    silent: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What thresholds would have done."""

    drafts: int
    needless: int
    caught: int


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """What the mailbox says about the thresholds of silence."""

    account: str
    offers: int
    answered: int
    enough: bool
    curve: tuple[CurveStep, ...]
    thresholds: tuple[int, ...]
    proposal: tuple[int, ...]
    backtest: tuple[Tried, ...] | None


@dataclass(frozen=True, kw_only=True)
class LanguageScore:
    """How often judging was right in a language."""

    language: str
    mails: int
    right: float
    macro_f1: float


@dataclass(frozen=True, kw_only=True)
class FraudScore:
    """How many frauds were warned of, and how many ordinary mails were taken for one."""

    warned: int
    all: int
    false_alarms: int
    ordinary: int


@dataclass(frozen=True, kw_only=True)
class GenuineScore:
    """How many genuine inquiries were not lost."""

    kept: int
    all: int


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """So many mails of one class were called another."""

    truth: str
    said: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Judgements compared with labels."""

    macro_f1: float
    accuracy: float
    scores: tuple[Score, ...]
    languages: tuple[LanguageScore, ...]
    frauds: FraudScore
    genuine: GenuineScore
    matrix: tuple[Confusion, ...]
    mistakes: tuple[Case, ...]


SHAPES: dict[str, tuple[type, ...]] = {
    "check": (Finding,),
    "doctor": (Finding,),
    "once": (Turn,),
    "status": (Status,),
    "watch": (Seen,),
    "list inquiries": (ListedInquiry,),
    "list threads": (ListedThread,),
    "list drafts": (ListedDraft,),
    "list owed": (ListedThread,),
    "digest": (Digest,),
    "show": (Shown, Card),
    "explain": (Explained,),
    "judge": (Judged,),
    "rules check": (RuleProblem,),
    "rules show": (RuleTable, RuleEntry),
    "rules test": (Played,),
    "backtest": (Replayed,),
    "tune": (Tuned,),
    "mute": (Left,),
    "unmute": (Left,),
    "snooze": (Left,),
    "stage": (Left,),
    "grade": (Left,),
    "birthday": (Left,),
    "verdict": (Left,),
    "sample sent": (Left,),
    "sample delivered": (Left,),
    "sample list": (Sample,),
    "fact list": (Fact,),
    "corrections": (Corrected,),
    "folders": (CorrectionFolder,),
    "restore": (Backup,),
    "export": (ExportedBuyer,),
    "forget": (Forgotten,),
    "report": (Report,),
    "lab evaluate": (Evaluated,),
}
"""Command > what a line of its ``--json`` is; one of several where there are several."""
OPEN = frozenset({"RuleEntry", "Fact"})
"""Shapes that have the keys of the user's own file beside their own."""

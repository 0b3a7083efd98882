"""What became of the inquiries, the offers and the follow-ups of a mailbox? (report)

Cases in, one frozen ``Report`` out, with every figure that a page of it shows: nothing is counted while it is drawn. Shares come with the
range in which the truth lies and with what they were counted on. Pure: ``now`` is given, nothing is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf

from followupd.judging.lessons import Correction
from followupd.judging.stage import ORDERED, SAMPLED
from followupd.lab.anyway import OWN, Effect, FollowUp, effects
from followupd.lab.backtest import FEW, interval
from followupd.lab.case import Case, Quiet, quiets_of
from followupd.lab.survival import Curve, curve
from followupd.model import Direction, Reach, Verdict

STEPS = ("inquiry", "quote", "sample", "pi", "order")
PROFORMA = frozenset({"pi_sent", "deposit_due", "balance_due"}) | ORDERED
YOUNG = timedelta(days=30)
"""An inquiry younger than this may still go further."""
MARKS = (0, 5, 10, 15, 20, 30)
"""Working days at which the silences that lasted so long are counted."""
BINS = (1, 4, 8, 16, 24)
"""Our own working hours up to which first answers are counted together; then whatever took longer."""
PROMPT = (4, 24)
LONGEST_WAITING = 5
VERDICTS = (Verdict.GENUINE, Verdict.LIKELY, Verdict.UNSURE, Verdict.VAGUE)


@dataclass(frozen=True, slots=True)
class Counted:
    """``part`` of ``whole``, and between which shares the truth lies."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The share, 0 where there is nothing to count."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def between(self) -> tuple[float, float]:
        """The range in which the truth lies 19 times of 20."""
        return interval(self.part, self.whole)

    @property
    def enough(self) -> bool:
        """May the share be shown at all?"""
        return self.whole >= FEW


@dataclass(frozen=True, slots=True)
class Step:
    """How many inquiries reached a step at some time; ``of_quoted``: how many of the quoted ones."""

    id: str
    of_all: Counted
    of_quoted: Counted


@dataclass(frozen=True, slots=True)
class Funnel:
    """From inquiry to order. ``young`` inquiries came less than YOUNG ago."""

    steps: tuple[Step, ...]
    young: int

    def step(self, id: str) -> Step:
        """The step of that id."""
        return next(s for s in self.steps if s.id == id)


@dataclass(frozen=True, slots=True)
class StageSilence:
    """Silences in one stage. ``at_risk`` at MARKS; ``thresholds`` of the rules in force, in the buyer's working days."""

    stage: str
    en: str
    zh: str
    thresholds: tuple[int, ...]
    curve: Curve
    at_risk: tuple[int, ...]

    @property
    def enough(self) -> bool:
        """May the curve be drawn?"""
        return self.curve.silences >= FEW


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inquiry without an answer of ours."""

    who: str
    subject: str
    country: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How fast we answer inquiries. ``hours`` are our own working hours, rising; ``within``: (hours, how
    many were answered by then, of the inquiries that are as old as that).
    """

    hours: tuple[float, ...]
    bins: tuple[int, ...]
    """First answers within BINS, and those that took longer."""
    within: tuple[tuple[int, Counted], ...]
    unanswered: int
    elsewhere: int
    """Came by a platform whose own site takes the answers: not seen here."""
    waiting: tuple[Waiting, ...]
    office_hours: tuple[int, int]

    def quantile(self, share: float) -> float | None:
        """Working hours within which that share of the answered ones was answered."""
        return self.hours[min(len(self.hours) - 1, int(share * len(self.hours)))] if self.hours else None


@dataclass(frozen=True, slots=True)
class Country:
    """Inquiries from one country (ISO 3166 alpha-2, empty where it is not known), how many were quoted and ordered."""

    code: str
    inquiries: int
    quoted: int
    ordered: int


@dataclass(frozen=True, slots=True)
class Differing:
    """An inquiry on which the user said otherwise than we did."""

    who: str
    subject: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Our verdicts beside the user's. ``pairs``: (ours, the user's, how often)."""

    judged: int
    """All inquiries that got a verdict."""
    pairs: tuple[tuple[str, str, int], ...]
    differing: tuple[Differing, ...]

    @property
    def agreed(self) -> Counted:
        """The same verdict, of all the user spoke of."""
        return Counted(sum(n for ours, theirs, n in self.pairs if ours == theirs), sum(n for *_, n in self.pairs))

    def count(self, ours: str, theirs: str) -> int:
        """How often we said the one and the user the other."""
        return sum(n for o, t, n in self.pairs if (o, t) == (ours, theirs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What one mailbox holds. Instants in UTC, None where there is no mail."""

    account: str
    first: datetime | None
    last: datetime | None
    mails: int
    threads: int
    looked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the figures come from and when."""

    made: datetime
    timezone: str
    """IANA name: the clock that times are told on."""
    since: datetime | None
    covered: tuple[Covered, ...]
    version: str
    rules: str
    """Digest of the rules in force."""
    own_rules: bool
    """Do rules of the user's own lie over the shipped ones?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the report tells."""

    source: Source
    funnel: Funnel
    silences: tuple[StageSilence, ...]
    followups: tuple[Effect, ...]
    topics: tuple[tuple[str, str, str], ...]
    """(id, English, Chinese) of the topics in force."""
    response: Response
    countries: tuple[Country, ...]
    verdicts: Verdicts

    @property
    def empty(self) -> bool:
        """Is there nothing to tell yet?"""
        return not any(c.mails for c in self.source.covered)


@dataclass(frozen=True, slots=True)
class StageRule:
    """What the report needs to know of a stage: its titles, and after which days of the buyer's silence we write."""

    id: str
    en: str
    zh: str
    thresholds: tuple[int, ...]


def report_of(
    cases: Sequence[Case],
    corrections: Iterable[Correction],
    source: Source,
    stages: Sequence[StageRule],
    topics: tuple[tuple[str, str, str], ...],
    office_hours: tuple[int, int],
) -> Report:
    """Count everything. ``source.since`` leaves out what began before it."""
    since = source.since
    asked = [c for c in cases if c.inquiry is not None and (since is None or c.inquiry.date >= since)]
    found = [(case, list(quiets_of(case))) for case in cases]
    quiets = [q for _, some in found for q in some if since is None or q.at >= since]
    return Report(
        source=source,
        funnel=_funnel(asked),
        silences=_silences(quiets, stages),
        followups=effects([f for case, some in found for f in _followups(case, some) if since is None or f.quiet.at >= since], quiets),
        topics=topics,
        response=_response(asked, office_hours),
        countries=_countries(asked),
        verdicts=_verdicts(cases, asked, corrections, since),
    )


# ---- from inquiry to order ------------------------------------------------------------------------


def reached(case: Case) -> frozenset[str]:
    """The steps that an inquiry reached at some time."""
    facts = case.facts
    steps = {
        "inquiry": True,
        "quote": bool(facts.quotes),
        "sample": facts.sampled or bool(case.stages & SAMPLED),
        "pi": bool(case.stages & PROFORMA) or facts.ordered,
        "order": bool(case.stages & ORDERED) or facts.ordered,
    }
    return frozenset(id for id, there in steps.items() if there)


def _funnel(asked: Sequence[Case]) -> Funnel:
    steps = [reached(c) for c in asked]
    quoted = [s for s in steps if "quote" in s]
    young = sum(1 for c in asked if c.inquiry is not None and c.until - c.inquiry.date < YOUNG)
    found = tuple(
        Step(id, Counted(sum(id in s for s in steps), len(steps)), Counted(sum(id in s for s in quoted), len(quoted))) for id in STEPS
    )
    return Funnel(found, young)


# ---- silence and follow-ups -----------------------------------------------------------------------


def _silences(quiets: Sequence[Quiet], stages: Sequence[StageRule]) -> tuple[StageSilence, ...]:
    by_stage: dict[str, list[Quiet]] = defaultdict(list)
    for quiet in quiets:
        if quiet.ours:
            by_stage[quiet.stage].append(quiet)
    return tuple(
        StageSilence(
            rule.id, rule.en, rule.zh, rule.thresholds, curve(q.silence for q in some),
            tuple(sum(q.days >= mark for q in some) for mark in MARKS),
        )
        for rule in stages
        if rule.thresholds and (some := by_stage[rule.id])
    )  # fmt: skip


def _followups(case: Case, quiets: Sequence[Quiet]) -> list[FollowUp]:
    """Our mails that broke a silence: sent drafts of ours, and whatever the user wrote that is no new offer."""
    topics = {d.sent_as: d.topic for d in case.drafts if d.sent_as}
    offers = {q.message_id for q in case.facts.quotes}
    return [
        FollowUp(topics.get(q.message_id, OWN), q, q.before)
        for q in quiets
        if q.before is not None and (q.message_id in topics or q.message_id not in offers)
    ]


# ---- our own side ---------------------------------------------------------------------------------


def _response(asked: Sequence[Case], office_hours: tuple[int, int]) -> Response:
    serious = [c for c in asked if c.serious]
    elsewhere = [c for c in serious if c.facts.buyer.reach in (Reach.SITE, Reach.ASK) and _answered_at(c) is None]
    seen = [c for c in serious if c not in elsewhere]
    took = {c.thread.id: _hours(c, at) for c in seen if (at := _answered_at(c)) is not None}
    hours = tuple(sorted(took.values()))
    old = {limit: [took.get(c.thread.id, inf) for c in seen if _hours(c, c.until) >= limit] for limit in PROMPT}
    within = tuple((limit, Counted(sum(h <= limit for h in some), len(some))) for limit, some in old.items())
    bins = tuple(sum(low < h <= high for h in hours) for low, high in pairwise((-1.0, *BINS, inf)))
    waiting = sorted((c for c in seen if c.thread.id not in took), key=lambda c: c.inquiry.date if c.inquiry else c.until)
    return Response(
        hours=hours, bins=bins, within=within, unanswered=len(waiting), elsewhere=len(elsewhere),
        waiting=tuple(_waiting(c) for c in waiting[:LONGEST_WAITING]), office_hours=office_hours,
    )  # fmt: skip


def _answered_at(case: Case) -> datetime | None:
    """When our first mail after the inquiry went out."""
    assert case.inquiry is not None
    return next((m.date for m in case.thread.messages if m.direction is Direction.OUT and m.date >= case.inquiry.date), None)


def _hours(case: Case, at: datetime) -> float:
    assert case.inquiry is not None
    return case.office.worked(case.inquiry.date, at).total_seconds() / 3600


def _who(case: Case) -> str:
    buyer = case.facts.buyer
    return buyer.name or buyer.address.name or buyer.address.email


def _waiting(case: Case) -> Waiting:
    assert case.inquiry is not None
    return Waiting(_who(case), case.thread.subject, case.facts.buyer.country, case.inquiry.date)


# ---- countries and verdicts -----------------------------------------------------------------------


def _countries(asked: Sequence[Case]) -> tuple[Country, ...]:
    """The most inquiries first; where it is not known, last."""
    groups: dict[str, list[frozenset[str]]] = defaultdict(list)
    for case in asked:
        groups[case.facts.buyer.country].append(reached(case))
    rows = [Country(code, len(s), sum("quote" in r for r in s), sum("order" in r for r in s)) for code, s in groups.items()]
    return tuple(sorted(rows, key=lambda c: (not c.code, -c.inquiries, -c.quoted, c.code)))


def _verdicts(cases: Sequence[Case], asked: Sequence[Case], corrections: Iterable[Correction], since: datetime | None) -> Verdicts:
    """``corrections`` speak of the first incoming mail of a thread."""
    by_mail = {m.id: (case, m) for case in cases for m in case.thread.messages if m.direction is Direction.IN}
    spoken = [(c, *by_mail[c.message_id]) for c in corrections if c.message_id in by_mail]
    heard = [(c, case) for c, case, mail in spoken if since is None or mail.date >= since]
    pairs = Counter((str(c.ours), str(c.theirs)) for c, _ in heard)
    differing = [Differing(_who(case), case.thread.subject, str(c.ours), str(c.theirs)) for c, case in heard if c.ours != c.theirs]
    spoken_of = {case.thread.id for _, case in heard}
    judged = len({c.thread.id for c in asked if c.facts.inquiry and c.facts.inquiry.verdict} | spoken_of)
    return Verdicts(judged, tuple((o, t, n) for (o, t), n in sorted(pairs.items())), tuple(differing))

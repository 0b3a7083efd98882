"""How long do buyers take to answer, and after which silence has an answer become unlikely?

Survival of silence (Kaplan and Meier 1958): each mail of ours that waits for an answer is one silence; it ends with the buyer's
answer, or is cut off when we write again or when the record ends, and a silence cut off counts for as long as it lasted. Time is in
the buyer's business days, as in the rules. Pure values in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp, log, sqrt

from followupd.judging.thread import MACHINES
from followupd.model import Direction, Judgement, Thread

LONGEST = timedelta(days=180)
"""A silence is watched so long; whatever comes later is a new beginning."""
Z = 1.96
FEW_SILENCES, FEW_ANSWERS = 60, 25
"""Below these nothing is proposed: the next ten mails could say otherwise."""
NEEDLESS = (0.20, 0.12, 0.08)
"""A first, second, third follow-up is proposed once no more than these of the silent would answer soon anyway."""
SOON = 10
"""Business days within which an answer makes a follow-up needless."""
APART = (2, 3, 5)
"""Business days from our mail to the first follow-up, and from one to the next, at the least."""
HORIZON = 45
"""Who has not answered after so many business days is counted among those who never do."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One mail of ours and what followed. ``days`` in business days of the buyer; ``answered`` else cut off."""

    days: int
    answered: bool
    group: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The share still silent after ``days``, between ``low`` and ``high`` 19 times of 20; ``at_risk`` silences were that long."""

    days: int
    silent: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True)
class Curve:
    """The survival of silence over a number of silences."""

    steps: tuple[Step, ...]
    silences: int
    answered: int

    def silent_after(self, days: int) -> float:
        """The share still silent after so many business days, 1 at the beginning."""
        share = 1.0
        for step in self.steps:
            if step.days > days:
                break
            share = step.silent
        return share

    def answers_later(self, days: int, within: int = 10_000) -> float:
        """Of those still silent after ``days``, which share answers within so many further business days anyway."""
        now = self.silent_after(days)
        return 1.0 - self.silent_after(days + within) / now if now else 0.0

    def settled(self, share: float, horizon: int = HORIZON) -> int:
        """The business day on which this share of those who answer within ``horizon`` have answered."""
        all_answers = 1.0 - self.silent_after(horizon)
        return next((s.days for s in self.steps if s.days <= horizon and all_answers and (1.0 - s.silent) / all_answers >= share), horizon)

    @property
    def enough(self) -> bool:
        """Is there enough to propose anything?"""
        return self.silences >= FEW_SILENCES and self.answered >= FEW_ANSWERS

    def proposal(self) -> tuple[int, ...]:
        """Thresholds in business days, rising; empty where there is too little to go by."""
        if not self.enough:
            return ()
        found: list[int] = []
        for share, apart in zip(NEEDLESS, APART, strict=True):
            first = (found[-1] if found else 0) + apart
            found.append(next((day for day in range(first, HORIZON) if self.answers_later(day, SOON) <= share), max(first, HORIZON)))
        return tuple(found)


def curve(silences: Iterable[Silence]) -> Curve:
    """Kaplan and Meier's estimate, with Greenwood's error on the log-log scale."""
    all_of_them = sorted(silences, key=lambda s: s.days)
    at_risk, share, greenwood = len(all_of_them), 1.0, 0.0
    steps: list[Step] = []
    for days, ended in _by_day(all_of_them):
        answers = sum(s.answered for s in ended)
        if answers:
            share *= 1.0 - answers / at_risk
            greenwood += answers / (at_risk * (at_risk - answers)) if at_risk > answers else 0.0
            steps.append(Step(days, share, *_interval(share, greenwood), at_risk))
        at_risk -= len(ended)
    return Curve(tuple(steps), len(all_of_them), sum(s.answered for s in all_of_them))


def _by_day(silences: list[Silence]) -> Iterator[tuple[int, list[Silence]]]:
    start = 0
    for end in range(1, len(silences) + 1):
        if end == len(silences) or silences[end].days != silences[start].days:
            yield silences[start].days, silences[start:end]
            start = end


def _interval(share: float, greenwood: float) -> tuple[float, float]:
    if not 0.0 < share < 1.0:
        return share, share
    reach = Z * sqrt(greenwood) / abs(log(share))
    return share ** exp(reach), share ** exp(-reach)


def silences_of(
    thread: Thread,
    judged: Mapping[str, Judgement],
    until: datetime,
    business: Callable[[date], bool],
    group: Callable[[str], str],
    waits: Container[str] = (),
) -> Iterator[Silence]:
    """The silences of one thread. ``business``: is it a working day of the buyer? ``group`` names the kind of a mail by its id.

    A silence begins with each mail of ours, and with those of the buyer that leave the next word to the buyer (``waits``).
    """
    human = [m for m in thread.messages if m.direction is Direction.OUT or _kind(judged.get(m.id)) not in MACHINES]
    for at, message in enumerate(human):
        if (message.direction is Direction.IN and message.id not in waits) or message.date >= until:
            continue
        after = human[at + 1] if at + 1 < len(human) else None
        end = min(after.date if after is not None else until, until, message.date + LONGEST)
        answered = after is not None and after.direction is Direction.IN and after.date <= end
        yield Silence(business_days(message.date, end, business), answered, group(message.id))


def _kind(judgement: Judgement | None) -> object:
    return judgement.kind if judgement is not None else None


def business_days(start: datetime, end: datetime, business: Callable[[date], bool]) -> int:
    """Working days after the day of ``start`` up to the day of ``end``; the same day is 0."""
    first, last = start.date(), end.date()
    return sum(1 for n in range(1, (last - first).days + 1) if business(first + timedelta(days=n)))

"""How many of the followed-up buyers would have answered anyway?

A follow-up that is answered has not yet done anything: some buyers answer late by themselves. So each is held against silences of the
same mailbox in which nobody followed up: of other buyers, in the same stage, after as many follow-ups before, as long at that moment. What both did within the next
working days is estimated in the same way (Kaplan and Meier; whoever was cut off by our next mail counts for as long as it lasted).
This is no experiment: a person chose whom to write to. Pure values in and out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followupd.lab.backtest import FEW, interval
from followupd.lab.case import Quiet
from followupd.lab.survival import SOON, Silence, curve

ENOUGH_ALIKE = 5
"""Fewer silences than this are nothing to hold a single follow-up against."""
OWN = "own_words"
"""The topic of a follow-up that a person wrote without a draft of ours."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with the range in which the truth lies 19 times of 20 (Wilson). ``counted``: how many were watched to the end, as weighted."""

    share: float
    low: float
    high: float
    counted: float

    @property
    def enough(self) -> bool:
        """May the share be shown at all?"""
        return self.counted >= FEW


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A mail of ours that broke a silence, and what it spoke of."""

    topic: str
    quiet: Quiet
    broke: Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The follow-ups of one topic. ``answered`` within SOON working days of the buyer; ``open``: these days are not over yet."""

    topic: str
    sent: int
    answered: int
    open: int
    after: Share
    anyway: Share
    compared: int
    """Follow-ups for which there were silences to compare with."""
    silences: int
    """Different silences they were compared with."""

    @property
    def enough(self) -> bool:
        """Is there enough on both sides to set two shares against each other?"""
        return self.after.enough and self.anyway.enough and self.compared * 5 >= self.sent * 4

    @property
    def apart(self) -> bool:
        """Do the two ranges leave no room for chance?"""
        return self.enough and (self.after.low > self.anyway.high or self.after.high < self.anyway.low)


Kind = tuple[str, bool, int]
"""Stage, whether it began with a mail of ours, how many follow-ups in a row came before it: what makes two silences alike."""


Group = tuple[Kind, int, str]
"""A kind of silence, the working day on which it was broken, and the buyer to leave out (empty where that changes nothing)."""


class Alike:
    """The silences of a mailbox, to be asked for those like one that was broken on some day."""

    def __init__(self, quiets: Iterable[Quiet]) -> None:
        self._pool: dict[Kind, list[Quiet]] = defaultdict(list)
        for quiet in quiets:
            self._pool[_kind(quiet)].append(quiet)
        self._open: dict[tuple[Kind, int], tuple[tuple[Quiet, ...], frozenset[str]]] = {}
        self._counted: dict[tuple[Kind, int], tuple[Counter[Silence], dict[str, list[Silence]]]] = {}

    def group(self, broke: Quiet) -> Group:
        """With which silences is a follow-up that broke this one to be compared?"""
        kind, days = _kind(broke), broke.days
        return kind, days, broke.buyer if broke.buyer in self._on_day(kind, days)[1] else ""

    def of(self, group: Group) -> tuple[Quiet, ...]:
        """Silences of other buyers in which nobody had answered or followed up by that day.

        Follow-ups go out in the buyer's morning: who answered later on that day counts, who was written to on that day does not.
        """
        kind, days, buyer = group
        return tuple(q for q in self._on_day(kind, days)[0] if not buyer or q.buyer != buyer)

    def counts(self, group: Group) -> Counter[Silence]:
        """How many of them lasted how long from the day of the follow-up on; in time that does not grow with the mailbox."""
        kind, days, buyer = group
        if (kind, days) not in self._counted:
            theirs: dict[str, list[Silence]] = defaultdict(list)
            for quiet in self._on_day(kind, days)[0]:
                theirs[quiet.buyer].append(Silence(quiet.days - days, quiet.silence.answered))
            self._counted[kind, days] = Counter(s for some in theirs.values() for s in some), theirs
        everybody, by_buyer = self._counted[kind, days]
        return everybody - Counter(by_buyer[buyer]) if buyer else everybody

    def _on_day(self, kind: Kind, days: int) -> tuple[tuple[Quiet, ...], frozenset[str]]:
        if (kind, days) not in self._open:
            found = tuple(q for q in self._pool[kind] if q.days > days or (q.days == days and q.silence.answered))
            self._open[kind, days] = found, frozenset(q.buyer for q in found)
        return self._open[kind, days]


def _kind(quiet: Quiet) -> Kind:
    return quiet.stage, quiet.ours, quiet.row


def effects(followups: Sequence[FollowUp], quiets: Iterable[Quiet]) -> tuple[Effect, ...]:
    """One value per topic, the commonest first; before them all topics together, where there is more than one."""
    alike = Alike(quiets)
    topics = [t for t, _ in sorted(Counter(f.topic for f in followups).items(), key=lambda item: (-item[1], item[0]))]
    found = [_effect(t, [f for f in followups if f.topic == t], alike) for t in topics]
    return tuple([_effect("", list(followups), alike), *found] if len(found) > 1 else found)


def _effect(topic: str, followups: Sequence[FollowUp], alike: Alike) -> Effect:
    outcomes = [f.quiet.silence for f in followups]
    groups = Counter(alike.group(f.broke) for f in followups)
    against = [(group, n, counts) for group, n in groups.items() if (counts := alike.counts(group)).total() >= ENOUGH_ALIKE]
    weights = _weights(against, alike)
    return Effect(
        topic=topic, sent=len(followups), answered=sum(s.answered and s.days <= SOON for s in outcomes), open=sum(not _told(s) for s in outcomes),
        after=_after(outcomes), anyway=_anyway(against, weights), compared=sum(n for _, n, _ in against),
        silences=len(weights),
    )  # fmt: skip


def _told(silence: Silence, since: int = 0) -> bool:
    """Was it watched to the end: an answer, or silence until the end of the days we look at?"""
    return silence.answered or silence.days - since >= SOON


def _after(outcomes: Sequence[Silence]) -> Share:
    """Counted as the number of uncut outcomes that would tell as much (Rothman's effective number, by Greenwood's error)."""
    answered, spread, before = 0.0, 0.0, 1.0
    for step in curve(outcomes).steps:
        if step.days > SOON or not step.silent:
            break
        answered, gone = 1.0 - step.silent, 1.0 - step.silent / before
        spread += gone / (step.at_risk * (1.0 - gone))
        before = step.silent
    told = sum(1.0 for s in outcomes if _told(s))
    return _share(_within(outcomes), max(told, answered / (before * spread)) if spread else told)


Against = tuple[Group, int, Counter[Silence]]
"""Silences alike, how many follow-ups had these, and how long they lasted from then on."""


def _anyway(against: Sequence[Against], weights: dict[str, float]) -> Share:
    """The mean over the follow-ups, counted as the silences that told, fewer where some were used more than others (Kish's effective number)."""
    whole = sum(n for _, n, _ in against)
    if not whole:
        return _share(0.0, 0.0)
    mean = sum(_answered_of(counts) * n for _, n, counts in against) / whole
    squares = sum(w * w for w in weights.values())
    return _share(mean, sum(weights.values()) ** 2 / squares if squares else 0.0)


def _weights(against: Sequence[Against], alike: Alike) -> dict[str, float]:
    """By silence, how much it told: 0 where it was cut off. Each day's silences are gone through once, however many follow-ups there were."""
    by_day: dict[tuple[Kind, int], dict[str, float]] = defaultdict(dict)
    for (kind, days, buyer), n, counts in against:
        by_day[kind, days][buyer] = n / counts.total()
    weights: dict[str, float] = defaultdict(float)
    for (kind, days), left_out in by_day.items():
        whole = sum(left_out.values())
        for quiet in alike.of((kind, days, "")):
            if len(left_out) > 1 or quiet.buyer not in left_out:
                weights[quiet.message_id] += whole - left_out.get(quiet.buyer, 0.0) if _told(quiet.silence, days) else 0.0
    return weights


def _answered_of(counts: Counter[Silence]) -> float:
    """As :func:`_within`, of silences that are counted already."""
    at_risk, silent = counts.total(), 1.0
    for days in sorted({s.days for s in counts if s.days <= SOON}):
        answers, cut = counts[Silence(days, answered=True)], counts[Silence(days, answered=False)]
        silent *= 1.0 - answers / at_risk
        at_risk -= answers + cut
    return 1.0 - silent


def _within(silences: Sequence[Silence]) -> float:
    """The share answered within SOON working days."""
    return 1.0 - curve(silences).silent_after(SOON)


def _share(share: float, counted: float) -> Share:
    return Share(share, *interval(share * counted, counted), counted)

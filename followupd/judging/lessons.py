"""What do the user's corrections teach?

Small, explainable and reversible (law 10): a signal that again and again pushed inquiries the wrong way loses half a point,
at most TOP of them, and never turns into its opposite. Only signals with ENOUGH corrections count, and only while most of
these agree. A word taken back takes its lesson back, because everything is computed anew from the words in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from followupd.model import Verdict

ENOUGH = 5
"""Corrections in which a signal counted before it is touched."""
AGREED = 0.6
STEP, TOP = 0.5, 1.5
RANK = {Verdict.VAGUE: 0, Verdict.UNSURE: 1, Verdict.LIKELY: 2, Verdict.GENUINE: 3}


@dataclass(frozen=True)
class Correction:
    """One inquiry the user spoke of: our verdict without lessons, theirs, and the signals that counted."""

    message_id: str
    ours: Verdict
    theirs: Verdict
    signals: tuple[str, ...]

    @property
    def direction(self) -> int:
        """1: more serious than we thought, -1: less, 0: as we said (or nearly: unsure is nobody's opinion)."""
        distance = RANK[self.theirs] - RANK[self.ours]
        return (distance > 0) - (distance < 0)


@dataclass(frozen=True)
class Lesson:
    """A signal's points as they were and as they count now, and from how many corrections."""

    signal: str
    points: float
    now: float
    corrections: int


@dataclass(frozen=True)
class Lessons:
    """All lessons by signal; empty without corrections."""

    by_signal: Mapping[str, Lesson] = field(default_factory=dict)
    heard: tuple[Correction, ...] = ()

    def points(self, signal: str, points: float) -> float:
        """The points of a signal as learnt, else as given."""
        lesson = self.by_signal.get(signal)
        return lesson.now if lesson else points


def learn(corrections: Iterable[Correction], points: Mapping[str, float]) -> Lessons:
    """Lessons from all corrections. ``points``: the signals' points as the rules give them."""
    heard = tuple(sorted(corrections, key=lambda c: c.message_id))
    count: Counter[str] = Counter(s for c in heard for s in c.signals)
    pull: Counter[str] = Counter()
    for correction in heard:
        for signal in correction.signals:
            pull[signal] += correction.direction
    found = {}
    for signal, given in points.items():
        now = _moved(given, pull[signal], count[signal])
        if now != given:
            found[signal] = Lesson(signal, given, now, count[signal])
    return Lessons(found, heard)


def _moved(given: float, pull: int, count: int) -> float:
    """The points after the pull of ``count`` corrections: in steps, bounded, never across zero."""
    if count < ENOUGH or not given or abs(pull) < AGREED * count:
        return given
    change = min(TOP, STEP * (abs(pull) // (ENOUGH - 2)))
    moved = given + (change if pull > 0 else -change)
    return max(0.0, moved) if given > 0 else min(0.0, moved)

"""How often is judging right on mails whose truth is known?

A confusion matrix with recall, precision and F1 per class, and the mistakes, the worst first. Values only; the command
line prints them. A label is compared with the axis it speaks of: risk for a scam, kind for a pitch, verdict for an
inquiry. Unsure is counted as a class of its own: it is a verdict, and no mistake that loses a buyer (law 10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followupd.model import Judgement, Kind, Risk, Verdict

GENUINE, UNSURE, VAGUE, SCAM = "genuine", "unsure", "vague", "scam"
SAME = {"suspicious": SCAM, "fraud": SCAM, "likely": GENUINE, "unclear": UNSURE, "ooo": "auto_reply", "spam": "pitch"}
"""Other names that labels have."""
SAYABLE = frozenset({GENUINE, UNSURE, VAGUE, SCAM, *(kind.value for kind in Kind)})
"""What judging can say; a label outside (``quote``) is counted in the matrix and left out of the scores."""
WORST = {
    (GENUINE, VAGUE): 10, (GENUINE, "pitch"): 10, (GENUINE, "newsletter"): 10, (GENUINE, "personal"): 9,
    (GENUINE, SCAM): 9, (SCAM, GENUINE): 8, (GENUINE, "auto_reply"): 9, (GENUINE, "bounce"): 9,
}  # fmt: skip
"""What a mistake costs, by (truth, said); 1 where nothing is named. A genuine inquiry that is lost is the worst."""


@dataclass(frozen=True, slots=True)
class Case:
    """One judged mail: its id, what is true, what was said, and the evidence."""

    id: str
    truth: str
    said: str
    evidence: str = ""
    language: str = ""
    alarm: bool = False
    """Judging warned of danger."""

    @property
    def cost(self) -> int:
        """0 when right; unsure about an inquiry costs next to nothing."""
        if self.truth == self.said:
            return 0
        return WORST.get((self.truth, self.said), 1)


@dataclass(frozen=True, slots=True)
class Score:
    """Ratios of one class, 0 to 1; ``count`` is how many are truly of it."""

    label: str
    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured. ``matrix`` counts (truth, said) pairs; ``mistakes`` the costliest first."""

    matrix: dict[tuple[str, str], int]
    scores: tuple[Score, ...]
    macro_f1: float
    accuracy: float
    mistakes: tuple[Case, ...]
    languages: tuple[tuple[str, int, float, float], ...] = ()
    """By language: how many that can be said, the part that is right, macro-F1; the commonest first."""
    alarms: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Frauds that were warned of, of how many; ordinary business mail that was warned of, of how many."""
    genuine_kept: tuple[int, int] = (0, 0)
    """Genuine inquiries that were called genuine or unsure, of how many (law 10)."""

    def share(self, truth: str, *said: str) -> float:
        """Which part of the mails that are truly ``truth`` was called one of ``said``; 0 when there are none."""
        total = sum(n for (t, _), n in self.matrix.items() if t == truth)
        return sum(self.matrix.get((truth, s), 0) for s in said) / total if total else 0.0


def said_of(judgement: Judgement) -> str:
    """The one class of a judgement: danger first, then the verdict of an inquiry, else its kind."""
    if judgement.risk is not Risk.NONE:
        return SCAM
    if judgement.kind is not Kind.INQUIRY or judgement.verdict is None:
        return judgement.kind.value
    return GENUINE if judgement.verdict in {Verdict.GENUINE, Verdict.LIKELY} else judgement.verdict.value


def case_of(id: str, label: str, judgement: Judgement, language: str = "") -> Case:
    """Compare a label with a judgement on the axis that the label speaks of.

    A pitch that also raises an alarm is still a pitch, and a vague inquiry still vague; but an alarm over a genuine
    inquiry is a mistake.
    """
    truth = SAME.get(label, label)
    verdict = judgement.verdict.value if judgement.verdict else ""
    said = truth if truth == judgement.kind.value or (truth == VAGUE == verdict) else said_of(judgement)
    evidence = "; ".join(f"{h.signal} {h.points:+g}: {h.evidence[:60]}" for h in judgement.hits[:8])
    return Case(id, truth, said, evidence, language, judgement.risk is not Risk.NONE)


def evaluate(cases: Iterable[Case], classes: Iterable[str] = ()) -> Report:
    """Measure. ``classes`` limits the scores (and macro-F1, their plain mean) to some; otherwise all that can be said."""
    held = tuple(cases)
    matrix = Counter((c.truth, c.said) for c in held)
    wanted = tuple(classes) or tuple(sorted({c.truth for c in held} & SAYABLE))
    scored = [c for c in held if c.truth in SAYABLE] or held
    scores = tuple(_score(label, matrix) for label in wanted)
    mistakes = sorted((c for c in held if c.cost), key=lambda c: (-c.cost, c.truth, c.said, c.id))
    return Report(
        matrix=dict(matrix),
        scores=scores,
        macro_f1=sum(s.f1 for s in scores) / len(scores) if scores else 0.0,
        accuracy=sum(c.truth == c.said for c in scored) / len(scored) if scored else 0.0,
        mistakes=tuple(mistakes),
        languages=_languages(scored),
        alarms=_alarms(held),
        genuine_kept=_kept(held),
    )


ORDINARY = frozenset({GENUINE, UNSURE, "quote", "reply", "personal", "reply_positive", "reply_negative", "ours"})
"""Labels of mail over which an alarm is a false one; a vague inquiry or a pitch may deserve it."""


def _alarms(cases: Iterable[Case]) -> tuple[int, int, int, int]:
    held = tuple(cases)
    frauds, ordinary = [c for c in held if c.truth == SCAM], [c for c in held if c.truth in ORDINARY]
    return sum(c.alarm for c in frauds), len(frauds), sum(c.alarm for c in ordinary), len(ordinary)


def _kept(cases: Iterable[Case]) -> tuple[int, int]:
    genuine = [c for c in cases if c.truth == GENUINE]
    return sum(c.said in {GENUINE, UNSURE} for c in genuine), len(genuine)


def _languages(cases: Sequence[Case]) -> tuple[tuple[str, int, float, float], ...]:
    found = []
    for language, count in Counter(c.language for c in cases).most_common():
        own = [c for c in cases if c.language == language]
        matrix = Counter((c.truth, c.said) for c in own)
        scores = [_score(label, matrix).f1 for label in sorted({c.truth for c in own})]
        found.append((language, count, sum(c.truth == c.said for c in own) / count, sum(scores) / len(scores)))
    return tuple(found)


def _score(label: str, matrix: Counter[tuple[str, str]]) -> Score:
    true = matrix[(label, label)]
    count = sum(n for (truth, _), n in matrix.items() if truth == label)
    called = sum(n for (_, said), n in matrix.items() if said == label)
    precision = true / called if called else 0.0
    recall = true / count if count else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(label, count, precision, recall, f1)

"""How serious is this inquiry: genuine, likely, unsure or vague?

The sum of the signals of rules/signals.yaml (DOMAIN 1.2). Unsure is a verdict of its own and the default for short mails:
calling a genuine inquiry vague is the worst mistake, so vague needs a sign of vagueness and no concrete one (law 10).
"""

from __future__ import annotations

from followupd.judging.detectors import DETECTORS, Seen
from followupd.judging.tables import JudgingRules, Rule, SignalEntry
from followupd.model import Hit, Verdict

GENUINE, LIKELY, UNSURE = 8.0, 4.0, 0.0
CONCRETE = frozenset({"model", "product", "quantity", "specification", "incoterm", "pays_sample", "questions", "target_price"})
"""Signs that name the matter itself; with one of them a mail is never vague."""
EMPTY = frozenset({"all_products", "your_products", "manufacturer_only", "placeholder", "free_sample"})
"""Signs of a mail that means nobody; without one of them a mail is never vague."""


def judge_intent(seen: Seen, rules: JudgingRules) -> tuple[Verdict, float, tuple[Hit, ...]]:
    """Verdict, score and the signals that counted, the strongest first."""
    hits = [hit for rule in rules.signals.values() if (hit := _hit(rule, seen))]
    found = {h.signal for h in hits}
    if "model" in found or "quantity" in found:
        hits = [h for h in hits if h.signal != "no_signature"]
    if "signature" in found and "business_domain" in found:
        hits = [Hit(h.signal, 1.0, h.evidence, h.en, h.zh) if h.signal == "signature" else h for h in hits]
    score = sum(h.points for h in hits)
    ordered = tuple(sorted(hits, key=lambda h: (-abs(h.points), h.signal)))
    return _verdict(score, {h.signal for h in hits}), round(score, 1), ordered


def _hit(rule: Rule, seen: Seen) -> Hit | None:
    entry = rule.entry
    assert isinstance(entry, SignalEntry)
    if entry.detector:
        words = DETECTORS[entry.detector](seen)
    else:
        words = rule.find(_area(entry.where, seen), seen.message.language)
        if not words and rule.id == "subject_bare" and not seen.message.subject.strip() and seen.message.header("return-path"):
            words = "(no subject)"
    return Hit(rule.id, entry.points, words[:200], entry.en, entry.zh) if words else None


def _area(where: str, seen: Seen) -> str:
    message = seen.message
    return {"subject": message.subject, "text": message.new_text}.get(where, f"{message.subject}\n{message.new_text}")


def _verdict(score: float, found: set[str]) -> Verdict:
    concrete, empty = found & CONCRETE, found & EMPTY
    if empty and not concrete - {"product"} and score < LIKELY:
        return Verdict.VAGUE
    if score >= GENUINE and len(concrete) >= 2:
        return Verdict.GENUINE
    if score >= LIKELY and concrete:
        return Verdict.LIKELY
    return Verdict.VAGUE if score < UNSURE and empty and not concrete else Verdict.UNSURE

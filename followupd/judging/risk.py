"""Is this mail dangerous?

An axis of its own (DOMAIN 1.3): a fraud may be perfectly specific. One hard sign is fraud, three soft points are
suspicious. Where the thread is an old one, signs that only a first mail can have are not looked for.
"""

from __future__ import annotations

from followupd.judging.detectors import DETECTORS, Seen
from followupd.judging.tables import JudgingRules, RiskEntry
from followupd.model import Hit, Risk

SUSPICIOUS = 3


def judge_risk(seen: Seen, rules: JudgingRules) -> tuple[Risk, tuple[Hit, ...]]:
    """The risk and the signs that counted."""
    hits: list[Hit] = []
    hard = False
    soft = 0
    message = seen.message
    text = f"{message.subject}\n{message.new_text}\n{message.signature}"
    for rule in rules.risk.values():
        entry = rule.entry
        assert isinstance(entry, RiskEntry)
        if entry.first_mail_only and not seen.first:
            continue
        words = DETECTORS[entry.detector](seen) if entry.detector else rule.find(text, message.language)
        if not words:
            continue
        hard = hard or entry.weight == "hard"
        soft += entry.points if entry.weight == "soft" else 0
        hits.append(Hit(rule.id, -10 if entry.weight == "hard" else -entry.points, words[:200], entry.en, entry.zh))
    if hard:
        return Risk.FRAUD, tuple(hits)
    return (Risk.SUSPICIOUS, tuple(hits)) if soft >= SUSPICIOUS else (Risk.NONE, ())

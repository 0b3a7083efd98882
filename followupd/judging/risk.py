"""Is this mail dangerous?

An axis of its own (DOMAIN 1.3): a fraud may be perfectly specific. One hard sign is fraud, three soft points are
suspicious. Where the writer is known, signs that only a first mail can have are not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from followupd.judging.detectors import DETECTORS
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules, RiskEntry, Rule
from followupd.model import Hit, Risk

SUSPICIOUS = 3
HARD = 10
"""What a hard sign shows as points; it decides alone."""


def judge_risk(
    seen: Seen, rules: JudgingRules, *, relayed: bool = False, pitch: bool = False, machine: bool = False
) -> tuple[Risk, tuple[Hit, ...]]:
    """The risk and the signs that counted, points below zero. ``relayed``: a platform passed the mail on; ``pitch``: it sells to us.

    ``machine``: a machine answers somebody's mail, where soft signs mean nothing.
    """
    text = f"{seen.message.subject}\n{seen.message.new_text}\n{seen.message.signature}"
    hits = []
    hard, soft = False, 0
    for rule, entry in _asked(rules, seen, relayed=relayed, pitch=pitch):
        words = DETECTORS[entry.detector](seen) if entry.detector else _found(rule, entry, text, seen)
        if words:
            points = HARD if entry.weight == "hard" else entry.points
            hard, soft = hard or entry.weight == "hard", soft + points
            hits.append(Hit(rule.id, -points, words[:200], entry.en, entry.zh))
    if hard:
        return Risk.FRAUD, tuple(hits)
    return (Risk.SUSPICIOUS if soft >= SUSPICIOUS and not machine else Risk.NONE), tuple(hits)


def _found(rule: Rule, entry: RiskEntry, text: str, seen: Seen) -> str:
    """The words a pattern finds: in the whole mail, or in its subject where the entry says so."""
    part = seen.message.subject if entry.where == "subject" else text
    return rule.find(part, seen.message.language)


def _asked(rules: JudgingRules, seen: Seen, *, relayed: bool, pitch: bool) -> Iterator[tuple[Rule, RiskEntry]]:
    """The entries that can hold for such a mail."""
    for rule in rules.risk.values():
        entry = rule.entry
        assert isinstance(entry, RiskEntry)
        left_out = (relayed and entry.direct_only) or (pitch and entry.not_in_pitch) or (entry.unless_answers and seen.answers_ours)
        if (seen.first or not entry.first_mail_only) and not left_out:
            yield rule, entry

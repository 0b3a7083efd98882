"""Who is the other side: end user, importer, brand, trader, agent, online seller, competitor, service?

The role with the most points in rules/roles.yaml (DOMAIN 1.4); empty when nothing speaks for one.
"""

from __future__ import annotations

from followupd.judging.detectors import DETECTORS
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules, RoleEntry
from followupd.model import Hit


def judge_role(seen: Seen, rules: JudgingRules) -> tuple[str, tuple[Hit, ...]]:
    """The role's id and the words that told it."""
    message = seen.message
    text = f"{message.new_text}\n{message.signature}"
    hits = []
    for rule in rules.roles.values():
        entry = rule.entry
        assert isinstance(entry, RoleEntry)
        if words := DETECTORS[entry.detector](seen) if entry.detector else rule.find(text, message.language):
            hits.append(Hit(f"role:{entry.role or rule.id}", entry.points, words, entry.en, entry.zh))
    return _surest(hits)


def _surest(hits: list[Hit]) -> tuple[str, tuple[Hit, ...]]:
    """The role of the most points with its words; none where two have the same."""
    ordered = sorted(hits, key=lambda h: -h.points)
    if not ordered or any(h.points == ordered[0].points and h.signal != ordered[0].signal for h in ordered):
        return "", ()
    return ordered[0].signal.removeprefix("role:"), (ordered[0],)

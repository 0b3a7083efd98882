"""Who is the other side: end user, importer, brand, trader, agent, online seller, competitor, service?

The role with the most points in rules/roles.yaml (DOMAIN 1.4); empty when nothing speaks for one.
"""

from __future__ import annotations

from followupd.judging.tables import JudgingRules, RoleEntry
from followupd.model import Hit, Message


def judge_role(message: Message, rules: JudgingRules) -> tuple[str, tuple[Hit, ...]]:
    """The role's id and the words that told it."""
    text = f"{message.new_text}\n{message.signature}"
    hits = []
    for rule in rules.roles.values():
        entry = rule.entry
        assert isinstance(entry, RoleEntry)
        if words := rule.find(text, message.language):
            hits.append(Hit(f"role:{rule.id}", entry.points, words, entry.en, entry.zh))
    return _surest(hits)


def _surest(hits: list[Hit]) -> tuple[str, tuple[Hit, ...]]:
    """The role of the most points with its words; none where two have the same."""
    ordered = sorted(hits, key=lambda h: -h.points)
    if not ordered or (len(ordered) > 1 and ordered[0].points == ordered[1].points):
        return "", ()
    return ordered[0].signal.removeprefix("role:"), (ordered[0],)

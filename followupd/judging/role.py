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
    best = max(hits, key=lambda h: h.points, default=None)
    return (best.signal.removeprefix("role:"), (best,)) if best else ("", ())

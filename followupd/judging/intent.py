"""How serious is this inquiry: genuine, likely, unsure or vague?

The sum of the signals of rules/signals.yaml (DOMAIN 1.2). Unsure is a verdict of its own and the default for short mails:
calling a genuine inquiry vague is the worst mistake, so a mail is vague only when it shows that nobody in particular is
meant and names nothing that could be quoted (law 10).
"""

from __future__ import annotations

from dataclasses import replace

from followupd.judging.detectors import DETECTORS
from followupd.judging.lessons import Lessons
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules, Rule, SignalEntry
from followupd.model import Hit, Verdict

GENUINE, LIKELY, UNSURE = 8.0, 4.0, 0.0
"""Points from which on; DOMAIN 1.2."""
NAME_ALONE = "product"
"""Naming goods is concrete, but the weakest of what is: fakes do it too."""
MADE_GOOD = frozenset({"no_signature", "all_products", "nothing_named"})
"""Signs that say nothing where something concrete is named: "the catalogue of your gloves" is not all products."""
ONE_PROOF = ("signature", "business_domain")
"""Two views of one thing, a company that shows itself: together they count once and a little."""


def judge_intent(seen: Seen, rules: JudgingRules) -> tuple[Verdict, float, tuple[Hit, ...]]:
    """Verdict, score and the signals that counted, the strongest first."""
    hits = [hit for rule in rules.signals.values() if (hit := _hit(rule, seen, rules.lessons))]
    found = {h.signal for h in hits}
    entries = {id: rule.entry for id, rule in rules.signals.items() if isinstance(rule.entry, SignalEntry)}
    hits = [h for h in hits if found.isdisjoint(entries[h.signal].without)]
    concrete = {h.signal for h in hits if entries[h.signal].concrete}
    empty = {h.signal for h in hits if entries[h.signal].empty}
    hits = _once([h for h in hits if not (concrete and h.signal in MADE_GOOD)])
    score = round(sum(h.points for h in hits), 1)
    ordered = tuple(sorted(hits, key=lambda h: (-abs(h.points), h.signal)))
    limits = {str(entries[h.signal].at_most) for h in hits} - {""}
    if not any(entries[h.signal].firm for h in hits):
        limits |= {Verdict.LIKELY.value}
    return _at_most(_verdict(score, concrete, empty), limits), score, ordered


def _at_most(verdict: Verdict, limits: set[str]) -> Verdict:
    """A verdict that is better than a sign allows becomes what it allows; none becomes worse than unsure by that."""
    order = [Verdict.UNSURE, Verdict.LIKELY, Verdict.GENUINE]
    if verdict not in order or not limits:
        return verdict
    return min(verdict, *(Verdict(limit) for limit in limits), key=order.index)


def _hit(rule: Rule, seen: Seen, lessons: Lessons) -> Hit | None:
    entry = rule.entry
    assert isinstance(entry, SignalEntry)
    if entry.of_thread:
        return None
    words = DETECTORS[entry.detector](seen) if entry.detector else rule.look(seen.message)
    return taught(Hit(rule.id, entry.points, words[:200], entry.en, entry.zh), lessons) if words else None


def taught(hit: Hit, lessons: Lessons) -> Hit:
    """A hit with the points that the user's corrections left it, and the reason says so."""
    lesson = lessons.by_signal.get(hit.signal)
    if lesson is None:
        return hit
    en, zh = f"{hit.en} ({hit.points:+g} before your corrections)", f"{hit.zh}（您更正前为 {hit.points:+g}）"
    return replace(hit, points=lesson.now, en=en, zh=zh)


def _once(hits: list[Hit]) -> list[Hit]:
    if {h.signal for h in hits}.issuperset(ONE_PROOF):
        return [replace(h, points=1.0) if h.signal == ONE_PROOF[0] else h for h in hits]
    return hits


def _verdict(score: float, concrete: set[str], empty: set[str]) -> Verdict:
    strong = concrete - {NAME_ALONE}
    if empty and not strong and score < (UNSURE if concrete else LIKELY):
        return Verdict.VAGUE
    if score >= GENUINE and strong and len(concrete) >= 2:
        return Verdict.GENUINE
    return Verdict.LIKELY if score >= LIKELY and concrete else Verdict.UNSURE

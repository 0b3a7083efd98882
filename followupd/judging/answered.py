"""Does the buyer answer our qualifying questions with data, or pass over them? (DOMAIN 1.2 no. 26)

We asked how many, which size, for which port. Whose next mail names it is serious; who passes over it twice is not, or does not
read us. One mail cannot show that, so it is looked for in the thread, and added to the judgement of the inquiry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import regex

from followupd.judging.intent import GENUINE, LIKELY, taught
from followupd.judging.signs_of_intent import SPECIFIC
from followupd.judging.tables import JudgingRules, Rule, SignalEntry
from followupd.model import Direction, Hit, Judgement, Message, Thread, Verdict

ANSWERS, IGNORES = "answers_questions", "ignores_questions"
"""Entries of rules/signals.yaml; the patterns of the first are those of our questions."""
TWICE = 2
_QUESTION = regex.compile(r"[^.。!！?？؟\n]{0,240}[?？؟]")


def with_answers(
    inquiry: Judgement, first: Message, thread: Thread, judged: Mapping[str, Judgement], human: frozenset[str], rules: JudgingRules
) -> Judgement:
    """The judgement of the inquiry ``first`` with what came of our questions after it; the same where nothing was asked.

    ``human``: ids of the buyer's own mails. Data weighs more than silence on earlier questions.
    """
    hit = _sign(first, thread, judged, human, rules)
    if hit is None or inquiry.verdict in {None, Verdict.VAGUE}:
        return inquiry
    score = round(inquiry.score + hit.points, 1)
    return replace(inquiry, verdict=_verdict(inquiry.verdict, score), score=score, hits=(*inquiry.hits, hit))


def _sign(first: Message, thread: Thread, judged: Mapping[str, Judgement], human: frozenset[str], rules: JudgingRules) -> Hit | None:
    """Our last questions before each mail of the buyer, and what he named then."""
    if (questions := rules.signals.get(ANSWERS)) is None:
        return None
    asked, ignored = "", []
    for message in thread.messages:
        if message.direction is Direction.OUT:
            asked = question_in(message, questions) or asked
        elif message.id in human and message is not first and asked:
            if named := data_in(message, judged[message.id]):
                return _hit(ANSWERS, f"{asked} > {named}", rules)
            if judged[message.id].reply_type not in {"ack", "holding", "waiting_client", "ooo"}:
                ignored.append(asked)
                asked = ""
    if len(ignored) < TWICE:
        return None
    return _hit(IGNORES, " / ".join(ignored[-TWICE:]), rules)


def _hit(id: str, evidence: str, rules: JudgingRules) -> Hit | None:
    """With the points and reasons of the table, and what corrections taught; none where the user switched it off."""
    if (rule := rules.signals.get(id)) is None:
        return None
    entry = rule.entry
    assert isinstance(entry, SignalEntry)
    return taught(Hit(id, entry.points, evidence[:200], entry.en, entry.zh), rules.lessons)


def question_in(message: Message, questions: Rule) -> str:
    """The first question of ours that asks for data; ``""`` where there is none."""
    found = (m[0] for m in _QUESTION.finditer(message.new_text[:6_000]) if questions.find(m[0], message.language))
    return " ".join(next(found, "").split())[:90]


def data_in(message: Message, judgement: Judgement) -> str:
    """What could be quoted for: an amount, a model, a port, a specification."""
    terms = judgement.terms
    if terms.quantities:
        return terms.quantities[0].evidence
    if terms.incoterm and terms.incoterm.place:
        return terms.incoterm.place
    if terms.models:
        return terms.models[0]
    match = SPECIFIC.search(message.new_text[:6_000])
    return match[0] if match and any(c.isdecimal() for c in match[0]) else ""


def _verdict(now: Verdict | None, score: float) -> Verdict | None:
    """One step up or down at most; nobody becomes vague by silence (law 10)."""
    if now is Verdict.UNSURE and score >= LIKELY:
        return Verdict.LIKELY
    if now is Verdict.LIKELY:
        return Verdict.GENUINE if score >= GENUINE else Verdict.LIKELY if score >= LIKELY else Verdict.UNSURE
    return Verdict.LIKELY if now is Verdict.GENUINE and score < GENUINE else now

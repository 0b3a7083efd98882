"""Does the buyer answer our qualifying questions with data, or pass over them? (DOMAIN 1.2 no. 26)

We asked how many, which size, for which port. Whose next mail names it is serious; who passes over it twice is not, or does not
read us. One mail cannot show that, so it is looked for in the thread, and added to the judgement of the inquiry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import regex

from followupd.judging.intent import GENUINE, LIKELY
from followupd.judging.signs_of_intent import SPECIFIC
from followupd.model import Direction, Hit, Judgement, Message, Thread, Verdict

POINTS = 3.0
TWICE = 2
_ASKED = regex.compile(
    r"\b(?:how\s+many|quantit\w+|qty|size|dimensions?|material|colou?rs?|thickness|voltage|drawing|port|destination|target\s+price|application|market|"
    r"menge|stückzahl|größe|werkstoff|farbe|zielhafen|quantité|taille|matière|couleur|cantidad|medidas?|puerto|color|quantidade|porto|cor|"
    r"quantità|misur[ae]|colore|количеств\w+|размер\w*|материал\w*|порт\w*|miktar\w*|ölçü\w*|renk|liman\w*|adet)\b|"
    r"الكمية|كمية|المقاس|الميناء|اللون|数量|多少[个只件台套]|尺寸|规格|材质|颜色|目的港|目标价|用途",
    regex.IGNORECASE,
)
_QUESTION = regex.compile(r"[^.。!！?？؟\n]{0,240}[?？؟]")


def with_answers(inquiry: Judgement, first: Message, thread: Thread, judged: Mapping[str, Judgement], human: frozenset[str]) -> Judgement:
    """The judgement of the inquiry ``first`` with what came of our questions after it; the same where nothing was asked.

    ``human``: ids of the buyer's own mails. Data weighs more than silence on earlier questions.
    """
    hit = _sign(first, thread, judged, human)
    if hit is None or inquiry.verdict in {None, Verdict.VAGUE}:
        return inquiry
    score = round(inquiry.score + hit.points, 1)
    return replace(inquiry, verdict=_verdict(inquiry.verdict, score), score=score, hits=(*inquiry.hits, hit))


def _sign(first: Message, thread: Thread, judged: Mapping[str, Judgement], human: frozenset[str]) -> Hit | None:
    """Our last questions before each mail of the buyer, and what he named then."""
    asked, ignored = "", []
    for message in thread.messages:
        if message.direction is Direction.OUT:
            asked = question_in(message) or asked
        elif message.id in human and message is not first and asked:
            if named := data_in(message, judged[message.id]):
                return Hit("answers_questions", POINTS, f"{asked} > {named}"[:200], "answers our questions with data", "用具体数据回答我方提问")
            if judged[message.id].reply_type not in {"ack", "holding", "waiting_client", "ooo"}:
                ignored.append(asked)
                asked = ""
    if len(ignored) < TWICE:
        return None
    return Hit("ignores_questions", -POINTS, " / ".join(ignored[-TWICE:])[:200], "passed over our questions twice", "两次回避我方提问")


def question_in(message: Message) -> str:
    """The first question of ours that asks for data; ``""`` where there is none."""
    found = (m[0] for m in _QUESTION.finditer(message.new_text[:6_000]) if _ASKED.search(m[0]))
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

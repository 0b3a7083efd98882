"""What does one mail say?

Kind first; then risk for everything that people write, intent for inquiries, the reply type for answers, terms for all.
Three axes that are never added up to one figure (DOMAIN 1.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from followupd.judging.fit import judge_fit
from followupd.judging.intent import judge_intent
from followupd.judging.kind import kind_of
from followupd.judging.replies import ReplyReading, judge_reply, told_by_phrase
from followupd.judging.risk import HARD, judge_risk
from followupd.judging.role import judge_role
from followupd.judging.seen import Seen
from followupd.judging.tables import JudgingRules
from followupd.judging.terms import extract_terms
from followupd.model import Direction, Fit, Hit, Judgement, Kind, Message, Own, Risk, Verdict
from followupd.reading.patterns import MAX_TEXT

_OF_GOODS = frozenset({Kind.INQUIRY, Kind.REPLY, Kind.PLATFORM_NOTICE})
_OF_PEOPLE = frozenset({Kind.INQUIRY, Kind.REPLY, Kind.PITCH, Kind.PERSONAL})
_NO_RISK = frozenset({Kind.BOUNCE, Kind.CALENDAR})
_GOOD = frozenset({Verdict.GENUINE, Verdict.LIKELY})
"""Verdicts that nobody would give to what looks like fraud, however well it is written."""


@dataclass(frozen=True)
class JudgeContext:
    """What is known around a mail. ``thread_before``: earlier mails of its thread, oldest first."""

    own: Own
    thread_before: tuple[Message, ...] = ()
    known: frozenset[str] = frozenset()
    """Addresses we wrote to before; by itself no proof of anything (a mail to a vendor proves no buyer)."""
    same_letter: frozenset[str] = frozenset()
    """Other senders of nearly the same text before (DOMAIN 1.2 no. 29)."""


def judge_message(message: Message, rules: JudgingRules, context: JudgeContext) -> Judgement:
    """The judgement of one mail."""
    known = any(m.direction is Direction.OUT for m in context.thread_before)
    seen = seen_as(message, rules, context)
    terms = seen.terms
    kind, told = kind_of(seen, rules, known_thread=known)
    if kind is Kind.OURS:
        return Judgement(kind=kind, terms=terms, moves=rules.moves.in_mail(message, rules.replies.calendar))
    relayed = message.via is not None or (kind is Kind.PLATFORM_NOTICE and rules.platforms.notice(message) is not None)
    around = {"relayed": relayed, "pitch": kind is Kind.PITCH, "machine": kind is Kind.AUTO_REPLY}
    risk, dangers = judge_risk(seen, rules, **around) if not _harmless(kind, told) else (Risk.NONE, ())
    answer = judge_reply(message, rules, kind=kind) if kind in {Kind.REPLY, Kind.AUTO_REPLY, Kind.BOUNCE} else None
    risk, dangers = _with_account(risk, dangers, message, rules, kind, answer)
    role, roles = judge_role(seen, rules) if kind in _OF_PEOPLE else ("", ())
    verdict, score, signs = judge_intent(seen, rules) if kind is Kind.INQUIRY else (None, 0.0, ())
    if risk is Risk.FRAUD and verdict in _GOOD:
        verdict = Verdict.UNSURE
    fit, goods = judge_fit(seen, rules.catalogue) if kind in _OF_GOODS else (Fit.UNKNOWN, ())
    said = (Hit(f"reply:{answer.type}", 0, answer.evidence),) if answer and answer.type else ()
    return Judgement(
        kind=kind,
        verdict=verdict,
        score=score,
        risk=risk,
        fit=fit,
        role=role,
        reply_type=answer.type if answer else None,
        until=answer.until if answer else None,
        asks=bool(answer and answer.asks),
        terms=terms,
        hits=(*told, *signs, *dangers, *goods, *roles, *said),
    )


def _harmless(kind: Kind, told: tuple[Hit, ...]) -> bool:
    """Machines' notes, and lists that say so in their headers; what only reads like a circular may be a lure."""
    return kind in _NO_RISK or (kind is Kind.NEWSLETTER and not any(h.points for h in told))


_ACCOUNT = re.compile(
    r"(?i)\b(?:bank\w*|banc\w*|banqu\w*|iban|swift|rib|konto\w*|сч[её]т\w*|реквизит\w*|hesa[bp]\w*)\b|حساب|بنك|账[户号]|帐[户号]|收款|"
    r"\b(?:nuev[ao]|nuestr[ao]|otr[ao]|est[ao]|número\s+de|nouveau|notre|autre|nov[ao]|noss[ao]|outr[ao]|antig[ao]|nuovo|nostro|altro|vecchio|ancien|viej[ao]|anterior)\s+(?:cuenta|compte|conto|conta)\b|"
    r"\b(?:cuenta|compte|conto|conta)\s+(?:corriente|de\s+(?:la\s+|nuestra\s+)?(?:filial|empresa|matriz)|de\s+(?:la\s+|notre\s+)?(?:filiale|société)|corrente|aziendale|da\s+(?:filial|empresa))"
)
CHANGED = "bank_change"


def _with_account(
    risk: Risk, dangers: tuple[Hit, ...], message: Message, rules: JudgingRules, kind: Kind, answer: ReplyReading | None
) -> tuple[Risk, tuple[Hit, ...]]:
    """Another account to pay to is an alarm whoever writes it, and whatever else the mail says (DOMAIN 5: BEC)."""
    if kind not in _OF_PEOPLE or not _ACCOUNT.search(message.new_text[:MAX_TEXT]):
        return risk, dangers
    reading = answer or judge_reply(message, rules)
    type = rules.replies.get(CHANGED)
    if reading.type != CHANGED or type is None or (kind is Kind.PITCH and not told_by_phrase(type, message)):
        return risk, dangers  # whoever sells accounts to us speaks of accounts
    return Risk.FRAUD, (*dangers, Hit(CHANGED, -HARD, reading.evidence, type.entry.en, type.entry.zh))


def seen_as(message: Message, rules: JudgingRules, context: JudgeContext) -> Seen:
    """A mail with its terms and with what is known around it."""
    wrote = any(m.direction is Direction.OUT for m in context.thread_before)
    return Seen(
        message,
        context.own,
        extract_terms(message, rules),
        rules.phrases,
        first=not wrote and message.sender.email not in context.known,
        known=context.known | wrote_to if (wrote_to := _written_to(context.thread_before)) else context.known,
        same_letter=context.same_letter,
        imitated=rules.platforms.imitated(message) if message.direction is Direction.IN and not message.via else "",
        letters=rules.letters,
        families=rules.families,
    )


def _written_to(messages: tuple[Message, ...]) -> frozenset[str]:
    """Whom our mails of a thread went to."""
    return frozenset(a.email for m in messages if m.direction is Direction.OUT for a in (*m.to, *m.cc))

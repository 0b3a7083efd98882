"""What does followupd say of one recorded mail, as an object that can be printed?

A recorded mail stands alone: no thread is known, so nothing proves that it answers a mail of ours. Its reply type is told
all the same, as what it would mean if it did.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.judging.tables import JudgingRules
from followupd.lab.inputs import UNDATED
from followupd.model import Hit, Judgement, Kind, Message, Own
from followupd.reading.subject import is_reply_subject

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def judge_one(message: Message, rules: JudgingRules, own: Own) -> Judgement:
    """The judgement of a mail that stands alone."""
    return judge_message(message, rules, JudgeContext(own))


def _may_answer(message: Message, kind: Kind) -> bool:
    """Could this be an answer, though no thread is known? A first inquiry with a subject of its own is none, a pitch never."""
    return kind is Kind.PERSONAL or (kind is Kind.INQUIRY and (not message.subject.strip() or is_reply_subject(message.subject)))


def as_object(message: Message, judgement: Judgement, rules: JudgingRules, *, id: str = "") -> dict[str, Plain]:
    """One JSON object: id, kind, verdict, score, risk, fit, reply_type, until, role, language, terms, reasons."""
    reply_type, until, hits = judgement.reply_type, judgement.until, judgement.hits
    if reply_type is None and _may_answer(message, judgement.kind):
        reading = judge_reply(message, rules)
        reply_type, until = reading.type, reading.until
        hits = (*hits, Hit(f"reply:{reading.type}", 0, reading.evidence)) if reading.type else hits
    return {
        "id": id or message.id,
        "kind": judgement.kind.value,
        "verdict": judgement.verdict.value if judgement.verdict else None,
        "score": judgement.score,
        "risk": judgement.risk.value,
        "fit": judgement.fit.value,
        "role": judgement.role,
        "reply_type": reply_type,
        "until": until.isoformat() if until and message.date != UNDATED else None,
        "language": message.language,
        "terms": plain(judgement.terms),
        "reasons": [
            {"signal": h.signal, "points": h.points, "evidence": h.evidence, "en": h.en, "zh": h.zh}
            for h in hits
        ],
    }


def plain(value: object) -> Plain:
    """A value of the model as JSON has it: amounts as text, days as ISO 8601, what is absent left out."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: plain(held) for name, held in pairs if held not in (None, "", ())}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)

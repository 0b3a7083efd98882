"""What is the owner told at once?

A risk in an inquiry, an answer we owe: who, what, why, and the one next step. The same occasion gives the same
Message-ID, so that it comes once even if the ledger's note of it was lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage

from followupd.deciding.chinese import detail_zh
from followupd.deciding.reasons import text
from followupd.model import Decision, Facts, Hit, Identity, Reason, Thread
from followupd.notify.entry import Entry, Section, Tone, clean, who
from followupd.notify.letter import letter
from followupd.notify.words import words
from followupd.phrasebook import Names, nobody

_KIND = {Reason.RISK_ALARM: "risk", Reason.REPLY_OWED: "owed", Reason.ASK_HUMAN: "silent"}


def occasion_of(decision: Decision, facts: Facts) -> str:
    """What an alarm is about: one reason, on one word of the buyer, at one step. Stable when threads merge."""
    word = facts.answer.message_id if facts.answer else facts.inquiry_id or facts.thread_id
    about = (facts.inquiry_id or facts.thread_id) if decision.reason is Reason.RISK_ALARM else word
    if decision.reason is Reason.ASK_HUMAN:
        about = decision.turn_id or about
    return f"alarm:{decision.reason}:{about}:{decision.step}"


def alarm(
    decision: Decision,
    facts: Facts,
    thread: Thread,
    owner: str,
    identity: Identity,
    now: datetime,
    language: str = "en",
    names: Names = nobody,
) -> EmailMessage:
    """The alarm of a decision as a mail to the owner. ``names``: how the rules in force call stages and topics."""
    w, kind = words(language), _KIND.get(decision.reason, "other")
    buyer = who(facts.buyer.address, facts.buyer.name)
    told = Entry(
        w[f"what_{kind}"],
        message_id=_message(facts, thread),
        facts=(
            (w["who"], buyer),
            (w["subject"], clean(thread.subject, 120)),
            *((w["why"], why) for why in _why(decision, facts, language, names)),
        ),
        tone=Tone.BAD if kind in {"risk", "silent"} else Tone.LATE,
        step=_step(decision, facts, w),
    )
    return letter(
        w[f"alarm_{kind}"].format(who=clean(facts.buyer.name or facts.buyer.address.email, 60)),
        (Section("", (told,)), Section("", (Entry("", (w["footer"],)),))),
        owner=owner,
        identity=identity,
        now=now,
        occasion=occasion_of(decision, facts),
        language=language,
        open_label=w["open"],
    )


def _step(decision: Decision, facts: Facts, w: Mapping[str, str]) -> str:
    """The one next step; what the buyer wrote tells it more closely than the reason does."""
    kind = _KIND.get(decision.reason, "other")
    if facts.answer is not None and kind in {"owed", "other"}:
        return w.get(f"step_owed_{facts.answer.type}", w[f"step_{kind}"])
    return w[f"step_{kind}"]


def _why(decision: Decision, facts: Facts, language: str, names: Names) -> list[str]:
    """The signals of risk, each with the words that showed it; otherwise the decision's own sentence."""
    if decision.reason is not Reason.RISK_ALARM or not facts.risk_hits:
        if language == "zh":
            return [clean(detail_zh(decision.detail, names) or text(decision.reason, language), 300)]
        return [clean(decision.detail, 300)] if decision.detail else []
    return [_sign(hit, language) for hit in facts.risk_hits[:6]]


def _sign(hit: Hit, language: str) -> str:
    reason = clean((hit.zh if language == "zh" else hit.en) or hit.signal, 160)
    evidence = clean(hit.evidence, 100)
    return f'{reason} ("{evidence}")' if evidence else reason


def _message(facts: Facts, thread: Thread) -> str:
    """The mail to open: the buyer's last word, else the first mail of the thread."""
    return facts.answer.message_id if facts.answer else facts.inquiry_id or thread.messages[0].id

"""What is the owner told at once?

A risk in an inquiry, an answer we owe: who, what, why, and the one next step. The same occasion gives the same
Message-ID, so that it comes once even if the ledger's note of it was lost.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from followupd.model import Decision, Facts, Hit, Identity, Reason, Thread
from followupd.notify.letter import Entry, Section, clean, letter, who
from followupd.notify.words import words

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
) -> EmailMessage:
    """The alarm of a decision as a mail to the owner."""
    w, kind = words(language), _KIND.get(decision.reason, "other")
    buyer = who(facts.buyer.address, facts.buyer.name)
    lines = [
        f"{w['who']}: {buyer}",
        f"{w['subject']}: {clean(thread.subject, 120)}",
        *(f"{w['why']}: {why}" for why in _why(decision, facts, language)),
    ]
    entries = (Entry(w[f"what_{kind}"], tuple(lines), _message(facts, thread)), Entry(w[f"step_{kind}"]))
    return letter(
        w[f"alarm_{kind}"].format(who=clean(facts.buyer.name or facts.buyer.address.email, 60)),
        (Section("", entries), Section("", (Entry("", (w["footer"],)),))),
        owner=owner,
        identity=identity,
        now=now,
        occasion=occasion_of(decision, facts),
        language=language,
        open_label=w["open"],
    )


def _why(decision: Decision, facts: Facts, language: str) -> list[str]:
    """The signals of risk, each with the words that showed it; otherwise the decision's own sentence."""
    if decision.reason is not Reason.RISK_ALARM or not facts.risk_hits:
        return [clean(decision.detail, 300)] if decision.detail else []
    return [_sign(hit, language) for hit in facts.risk_hits[:6]]


def _sign(hit: Hit, language: str) -> str:
    reason = clean((hit.zh if language == "zh" else hit.en) or hit.signal, 160)
    evidence = clean(hit.evidence, 100)
    return f'{reason} ("{evidence}")' if evidence else reason


def _message(facts: Facts, thread: Thread) -> str:
    """The mail to open: the buyer's last word, else the first mail of the thread."""
    return facts.answer.message_id if facts.answer else facts.inquiry_id or thread.messages[0].id

"""What does the owner hear, and what does the mail client show?

Alarms go into the outbox, once per thread and occasion. Verdicts become keywords where the folder keeps keywords; nothing
ever depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from followupd.deciding.chinese import names_in
from followupd.errors import TryAgain
from followupd.mailbox.base import Box
from followupd.model import Action, Decision, Facts, Reason, Risk
from followupd.notify.alarms import alarm, occasion_of
from followupd.work.desk import Desk

PREFIX = "$Followup"
FIRST_HOUR = timedelta(hours=1)


def deliver(desk: Desk, decisions: list[Decision], now: datetime) -> int:
    """Queue the alarms that were not yet given, show new verdicts; returns the number of alarms."""
    if desk.dry_run:
        return sum(d.action is Action.ALARM for d in decisions)
    count = sum(_alarm(desk, d, now) for d in decisions if d.action is Action.ALARM)
    if desk.write_keywords:
        _show(desk, (d.thread_id for d in decisions))
    return count


def _alarm(desk: Desk, decision: Decision, now: datetime) -> bool:
    """One mail to the owner; the ledger remembers the occasion so that it comes once."""
    facts, thread = desk.index.facts(decision.thread_id), desk.index.thread(decision.thread_id)
    if facts is None or thread is None:
        return False
    occasion = occasion_of(decision, facts)
    if desk.ledger.get(occasion):
        return False
    if desk.outbox is not None and not _from_before(desk, decision, facts, now):
        desk.outbox.put(alarm(decision, facts, thread, desk.owner, desk.identity, now, desk.language, names_in(desk.rules.book)))
    desk.ledger.note(occasion, now.isoformat())
    desk.ledger.flush()
    return True


def _from_before(desk: Desk, decision: Decision, facts: Facts, now: datetime) -> bool:
    """Was this owed before followupd was installed? Then the first digest lists it; the first hour is no flood of alarms."""
    first_hour = now - desk.settings.installed_at < FIRST_HOUR
    old = facts.last_in is not None and facts.last_in < desk.settings.installed_at - FIRST_HOUR
    return first_hour and old and decision.reason is not Reason.RISK_ALARM


def _show(desk: Desk, thread_ids: Iterable[str]) -> None:
    """Set the keyword of each new or changed verdict on the inquiry where it lies in INBOX."""
    inbox = desk.folder(Box.INBOX)
    for thread_id in thread_ids:
        facts = desk.index.facts(thread_id)
        if inbox is None or facts is None or facts.inquiry_id is None or facts.inquiry is None:
            continue
        word = keyword(facts)
        if not word or desk.index.keyword_of(facts.inquiry_id) == word:
            continue
        _set(desk, facts.inquiry_id, word)


def keyword(facts: Facts) -> str:
    """``$FollowupGenuine`` and the like; risk goes before intent; empty when there is nothing to show."""
    if facts.risk is not Risk.NONE:
        return f"{PREFIX}Risk"
    verdict = facts.inquiry.verdict if facts.inquiry else None
    return f"{PREFIX}{verdict.value.title()}" if verdict else ""


def _set(desk: Desk, message_id: str, word: str) -> None:
    inbox = desk.inbox
    old = desk.index.keyword_of(message_id)
    for where in desk.index.locations(message_id):
        if where.folder == inbox.name:
            try:
                desk.mailbox.keyword(inbox, where.uid, (word,), (old,) if old else ())
            except TryAgain:
                return
    with desk.index.transaction():
        desk.index.set_keyword(message_id, word)

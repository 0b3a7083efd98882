"""May this mail go to a buyer at all?

Asked when it is laid into the folder, and again right before it is sent. Any doubt is a no with a reason (law 5): a mail that
was not sent is a nuisance, a mail sent to the wrong one is a disaster.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import getaddresses

from followupd.deciding.clock import Calendar
from followupd.deciding.decide import decide
from followupd.deciding.in_force import offset_of
from followupd.drafting.clean import email
from followupd.drafting.outgoing import outgoing
from followupd.drafting.recipients import recipient_problems
from followupd.errors import FollowupdError
from followupd.mailbox.base import Stub
from followupd.model import Address, Direction, Facts, Message, Reason, Thread
from followupd.reading.parse import read
from followupd.reading.threads import place
from followupd.work.desk import Desk

log = logging.getLogger(__name__)

LARGEST = 15_000_000
NOT_NOW = frozenset(
    {
        Reason.SUPPRESSED, Reason.BOUNCED, Reason.MUTED, Reason.SNOOZED, Reason.RISK_ALARM, Reason.RISKY, Reason.LOST,
        Reason.NOT_A_BUYER, Reason.ANSWER_ON_SITE, Reason.ADDRESS_UNKNOWN,
    }
)  # fmt: skip
_OTHERS = ("bcc", "resent-to", "resent-cc", "resent-bcc", "resent-from", "resent-sender", "sender")


@dataclass(frozen=True, slots=True)
class Fit:
    """A mail that may go: to whom, in which thread, by whose calendar."""

    to: tuple[str, ...]
    thread: Thread
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Unfit:
    """A mail that must not go; ``why`` is a key of notify/returned.py."""

    why: str
    said: str = ""


def fit(desk: Desk, raw: bytes, stub: Stub, now: datetime) -> Fit | Unfit:
    """Look at the mail itself, its thread, its recipients and at what was written since."""
    message = _read(desk, raw, stub, now)
    if isinstance(message, Unfit):
        return message
    thread = _thread(desk, message)
    facts = desk.index.facts(thread.id) if thread else None
    if thread is None or facts is None:
        return Unfit("no_thread")
    to = _recipients(desk, raw, thread, facts)
    if isinstance(to, Unfit):
        return to
    if any(m.date > message.date for m in thread.messages):
        return Unfit("written")
    if said := _forbidden(desk, thread, now):
        return Unfit("stop", said)
    return Fit(to, thread, desk.rules.book.calendar(facts.buyer, desk.identity, offset_of(thread, facts)))


def _read(desk: Desk, raw: bytes, stub: Stub, now: datetime) -> Message | Unfit:
    if stub.size > LARGEST or len(raw) > LARGEST:
        return Unfit("large")
    try:
        outgoing(raw, now)
        message = read(raw, own=desk.own, internaldate=stub.internaldate, ours=True, size=len(raw), marks=desk.rules.marks)
    except FollowupdError as error:
        return Unfit("unreadable", str(error))
    except Exception as error:
        log.exception("%s: a mail in the folder for sending cannot be read", desk.name)
        return Unfit("unreadable", type(error).__name__)
    return message if message.id == stub.message_id else Unfit("unreadable")


def _thread(desk: Desk, message: Message) -> Thread | None:
    """The one thread whose mail it answers; a like subject alone is no answer."""
    ids = place(message, desk.index).thread_ids
    thread = desk.index.thread(ids[0]) if len(ids) == 1 else None
    named = {*message.in_reply_to, *message.references}
    return thread if thread and any(m.id in named for m in thread.messages) else None


def _recipients(desk: Desk, raw: bytes, thread: Thread, facts: Facts) -> tuple[str, ...] | Unfit:
    """Everybody who would get it, if that is the buyer and perhaps who was in copy on the buyer's side."""
    header = message_from_bytes(raw, policy=policy.compat32)
    if any(header.get_all(name) for name in _OTHERS) or any(len(header.get_all(n, [])) > 1 for n in ("from", "to", "cc", "reply-to")):
        return Unfit("recipients")
    sender, to, cc, answers = (_addresses(str(header.get(name, ""))) for name in ("from", "to", "cc", "reply-to"))
    if sender != (desk.identity.address.email,) or not set(answers) <= desk.own.addresses:
        return Unfit("sender")
    if problems := recipient_problems(facts.buyer, thread, desk.identity):
        return Unfit("recipients", str(problems[0]))
    if to != (facts.buyer.address.email,) or not set(cc) <= _colleagues(desk, thread, facts) or any(email(a) != a for a in (*to, *cc)):
        return Unfit("recipients", ", ".join((*to, *cc)))
    return tuple(dict.fromkeys((*to, *cc)))


def _addresses(value: str) -> tuple[str, ...]:
    """As a mail server reads them; encoded words and comments can hide none, since what is left over is no address."""
    return tuple(address.strip().lower() for _, address in getaddresses([value])) if value.strip() else ()


def _colleagues(desk: Desk, thread: Thread, facts: Facts) -> set[str]:
    heard = [m for m in thread.messages if m.direction is Direction.IN]
    met: list[Address] = [*facts.buyer.cc, *(a for m in heard for a in m.cc)]
    return {a.email.lower() for a in met if not desk.own.holds(a.email)}


def _forbidden(desk: Desk, thread: Thread, now: datetime) -> str:
    """Does anything stand against writing to this buyer now, here or, a stop wish, anywhere?"""
    for id in sorted({thread.id, *desk.index.threads_of_buyer(thread.buyer.email)}):
        other, facts = desk.index.thread(id), desk.index.facts(id)
        if other is None or facts is None:
            return "a conversation of this buyer is not judged yet"
        found = decide(other, facts, desk.rules.book, desk.ledger.view(other), (), desk.settings, now)
        if found.reason is Reason.SUPPRESSED or (id == thread.id and found.reason in NOT_NOW):
            return found.detail
    return ""

"""Did somebody answer our mail from an address that nobody knows?

Such a mail stays out of the thread (reading/threads.py: a stranger may have forged what he names). But only who got our mail knows its
Message-ID, so most likely the buyer wrote from another account. No draft is written over his head then (law 3): a person looks.
A fraud that names our mail stops nothing.

And before our first mail: did either side write beside the inquiry, in a mail that names nothing? Then no question is asked any more.
"""

from __future__ import annotations

from followupd.deciding.first_reply import TRIGGER, stands_alone
from followupd.model import Direction, DraftState, Elsewhere, Facts, Message, Risk, Thread
from followupd.work.desk import Desk


def answered_elsewhere(desk: Desk, thread: Thread, facts: Facts) -> Elsewhere | None:
    """The first human mail outside the thread that answers our last turn and came after it; None when there is none."""
    turn = facts.turn
    if turn is None:
        return None
    ours = {turn.id, *turn.followups}
    near = [n for n in desk.index.by_ids(ours) if n.thread_id != thread.id and not ours.isdisjoint(n.names)]
    found = sorted((m for n in near if (m := _human(desk, n.id, n.thread_id)) and m.date > turn.last), key=lambda m: (m.date, m.id))
    return Elsewhere(found[0].id, found[0].date, found[0].sender.email) if found else None


def _human(desk: Desk, message_id: str, thread_id: str) -> Message | None:
    """That incoming mail, where a person wrote it who is no danger."""
    message, facts = desk.index.message(message_id), desk.index.facts(thread_id)
    if message is None or facts is None or message.direction is not Direction.IN:
        return None
    wrote = facts.risk is Risk.NONE and facts.last_in is not None and message.date <= facts.last_in
    return message if wrote else None


def written_beside(desk: Desk, thread: Thread, facts: Facts) -> bool:
    """Did the buyer write again, or we to him, after a lone inquiry and outside of its thread? Asked only where a first reply may be."""
    inquiry, email = thread.message(facts.inquiry_id or ""), facts.buyer.address.email
    if facts.turn is not None or inquiry is None or not email or not stands_alone(thread, inquiry.id):
        return False
    wanted = any(t.rule.trigger == TRIGGER for t in desk.rules.book.topics) or bool(desk.ledger.view(thread).drafts)
    return wanted and desk.index.written_beside(email, inquiry.date, thread.id)


def named_elsewhere(desk: Desk, message: Message, placed_in: str) -> set[str]:
    """The other threads that a new mail concerns, to be looked at again: whose mails of ours it names, or where a draft to its buyer stands."""
    incoming = message.direction is Direction.IN
    named = {*message.in_reply_to, *message.references[-1:]} if incoming else set()
    people = [message.sender] if incoming else [*message.to]
    for email in {a.email for a in people if a.email and not desk.own.holds(a.email)}:
        named |= {d.turn_id for d in desk.ledger.drafts_to(email) if d.state in {DraftState.INTENDED, DraftState.PLACED}}
    return {found for id in sorted(named) if (found := desk.index.thread_of(id))} - {placed_in}

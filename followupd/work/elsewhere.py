"""Did somebody answer our mail from an address that nobody knows?

Such a mail stays out of the thread (reading/threads.py: a stranger may have forged what he names). But only who got our mail knows its
Message-ID, so most likely the buyer wrote from another account. No draft is written over his head then (law 3): a person looks.
A fraud that names our mail stops nothing.
"""

from __future__ import annotations

from followupd.model import Direction, Elsewhere, Facts, Message, Risk, Thread
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


def named_elsewhere(desk: Desk, message: Message, placed_in: str) -> set[str]:
    """The other threads whose mails of ours a new incoming mail names: they are looked at again."""
    if message.direction is not Direction.IN:
        return set()
    named = {*message.in_reply_to, *message.references[-1:]}
    return {found for id in sorted(named) if (found := desk.index.thread_of(id))} - {placed_in}

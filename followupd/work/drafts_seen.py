"""What stands in Drafts now, and to which threads does it belong?

Neither Message-ID nor X- headers survive a mail client (RELIABILITY section 2): the thread identifies a draft. Whether one
of ours is untouched is told by its fingerprint over everything a person can change.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from hashlib import sha256

from followupd.errors import Quarantined
from followupd.mailbox.base import Fetched, Folder
from followupd.model import Address, Message, OpenDraft, SendingState
from followupd.reading.body import html_side
from followupd.reading.parse import read
from followupd.reading.threads import place
from followupd.store.index import SeenDraft
from followupd.work.desk import Desk

log = logging.getLogger(__name__)


def fingerprint(message: Message, raw: bytes) -> str:
    """Hash of what a person can change in a draft: recipients, subject, text, attachments; not of what servers rewrite.

    Of an HTML side the words count, since some tools change that side alone; its tags do not, since servers rewrite them.
    """
    parts = [
        *(_addresses(field) for field in (message.to, message.cc, message.reply_to)),
        message.subject,
        "\n".join(line.rstrip() for line in message.text.strip().splitlines()),
        ";".join(a.filename for a in message.attachments),
        *([html_side(raw)] if message.has_html else []),
    ]
    return sha256("\0".join(parts).encode()).hexdigest()


def _addresses(field: tuple[Address, ...]) -> str:
    return ",".join(sorted(a.email for a in field))


def look_at_drafts(desk: Desk, folder: Folder) -> None:
    """List Drafts whole when its state changed; the threads whose drafts came or went are looked at again.

    Where the server does not tell UIDNEXT, a draft that was saved anew in place of the old one changes no figure: such a
    folder is listed every time.
    """
    state = desk.mailbox.state(folder)
    mark = (state.uidvalidity, state.uidnext, state.exists)
    before = desk.index.drafts()
    if state.uidnext and desk.index.drafts_mark() == mark and not desk.index.dirty():
        return
    known = {d.uid: d for d in before} if desk.index.drafts_mark()[0] == state.uidvalidity else {}
    uids = desk.mailbox.uids(folder)
    fresh = desk.mailbox.stubs(folder, [u for u in uids if u not in known])
    now = [known[u] for u in uids if u in known]
    now += [seen for fetched in desk.mailbox.fetch(folder, fresh) if (seen := _seen(desk, fetched))]
    now = [replace(d, thread_id=_thread(desk, d.message)) for d in now]
    with desk.index.transaction():
        desk.index.set_drafts(mark, now)
        desk.index.mark_dirty({d.thread_id for d in {*before} ^ {*now} if d.thread_id})


def _seen(desk: Desk, fetched: Fetched) -> SeenDraft | None:
    try:
        message = read(
            fetched.raw,
            own=desk.own,
            internaldate=fetched.stub.internaldate,
            ours=True,
            size=fetched.stub.size,
            truncated=fetched.truncated,
            attachments=fetched.attachments,
            marks=desk.rules.marks,
        )
    except Quarantined:
        return None
    except Exception:
        log.exception("%s: a draft that cannot be read is left alone", desk.name)
        return None
    kept = desk.ledger.forgotten.without(message)
    if kept is None:
        return None
    return SeenDraft(uid=fetched.stub.uid, thread_id="", fingerprint=fingerprint(message, fetched.raw), message=kept)


def _thread(desk: Desk, message: Message) -> str:
    """The thread a draft belongs to; empty for a draft that starts something new."""
    ids = place(message, desk.index).thread_ids
    return ids[0] if ids else ""


def open_drafts(desk: Desk, thread_id: str) -> tuple[OpenDraft, ...]:
    """The drafts that stand in this thread, told apart by whose they are."""
    found = []
    for seen in desk.index.drafts_of(thread_id):
        record = desk.ledger.draft_by_message_id(seen.message.id)
        ours = record is not None
        untouched = record is not None and record.body_sha256 == seen.fingerprint
        found.append(
            OpenDraft(thread_id=thread_id, message_id=seen.message.id, uid=seen.uid, ours=ours, untouched=untouched)
        )
    return (*found, *_to_be_sent(desk, thread_id))


def _to_be_sent(desk: Desk, thread_id: str) -> tuple[OpenDraft, ...]:
    """What a person laid into the folder for sending stands as well, until it is sent or taken back."""
    waiting = [r for r in desk.ledger.sendings().values() if r.state in {SendingState.WAITING, SendingState.SENDING}]
    mine = [r for r in waiting if desk.index.thread_of(r.turn_id) == thread_id]
    return tuple(OpenDraft(thread_id=thread_id, message_id=r.message_id, uid=0, ours=False, untouched=False) for r in mine)

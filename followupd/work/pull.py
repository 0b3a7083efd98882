"""What is new on the server since we last looked?

Every watched folder is read by cursor: UIDVALIDITY, then the UIDs above the last one seen. A mail is read, placed into
its thread and stored in one transaction with the cursor, so that an interrupted first look goes on where it was. Drafts
are no messages of a thread; they are listed whole, because people change them under our feet.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from hashlib import sha256

from followupd import __version__
from followupd.errors import Quarantined
from followupd.mailbox.base import Box, Fetched, Folder, FolderState, Stub
from followupd.mailbox.seam import SaidNo
from followupd.model import Direction, Message
from followupd.papers.ask import quotes_in, text_of
from followupd.reading.normal import normalise, one_line
from followupd.reading.parse import read
from followupd.reading.threads import place
from followupd.store.index import Cursor, Location
from followupd.work.desk import Desk, Progress, to_read
from followupd.work.drafts_seen import look_at_drafts
from followupd.work.elsewhere import named_elsewhere

log = logging.getLogger(__name__)

BATCH = 100
SWEEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many mails were read and skipped, and into which threads they went; not ``finished`` when a stop came."""

    read: int = 0
    skipped: int = 0
    finished: bool = True
    threads: frozenset[str] = frozenset()

    def __add__(self, other: Pulled) -> Pulled:
        return Pulled(
            self.read + other.read,
            self.skipped + other.skipped,
            self.finished and other.finished,
            self.threads | other.threads,
        )


def pull(desk: Desk, now: datetime, *, everywhere: bool = False) -> Pulled:
    """Read all that is new, then look at Drafts.

    INBOX and Sent at every turn; the folders into which people file their buyers' mail every few minutes, and
    (``everywhere``) before anything is written.
    """
    total = Pulled()
    sweep = everywhere or desk.swept_at is None or now - desk.swept_at >= SWEEP or now < desk.swept_at
    if sweep and desk.swept_at is not None:
        desk.folders = to_read(desk.mailbox.folders())  # people make folders while we run
    if sweep:
        total += _try_again(desk, now)
    queues = desk.sending_folders()
    for folder in desk.folders:
        if folder.box is Box.DRAFTS or folder in queues or not (sweep or folder.box in {Box.INBOX, Box.SENT}):
            continue
        total += _pull_if_open(desk, folder, now)
        if not total.finished:
            return total
    if sweep:
        desk.swept_at = now
    if desk.drafts:
        look_at_drafts(desk, desk.drafts)
    return total


READ_BY = "read_by"


def _try_again(desk: Desk, now: datetime) -> Pulled:
    """What an older followupd could not read is tried once by this one."""
    if desk.index.meta(READ_BY) == __version__:
        return Pulled()
    total = Pulled()
    for folder in desk.folders:
        if any(skipped.folder == folder.name for skipped in desk.index.quarantined()):
            total += _read_again(desk, folder, now)
    with desk.index.transaction():
        desk.index.set_meta(READ_BY, __version__)
    return total


def _read_again(desk: Desk, folder: Folder, now: datetime) -> Pulled:
    total = Pulled()
    try:
        state = desk.mailbox.state(folder)
        with desk.index.transaction():
            uids = desk.index.out_of_quarantine(folder.name, state.uidvalidity)
        for batch in _batches(uids):
            total += _take_batch(desk, folder, state, batch, now)
    except SaidNo as error:
        log.warning("%s: a folder is not read: %s", desk.name, error)
    return total


def _pull_if_open(desk: Desk, folder: Folder, now: datetime) -> Pulled:
    """Read a folder; one that the server does not open (shared, locked, removed meanwhile) stops nobody but INBOX and Sent."""
    try:
        return pull_folder(desk, folder, now)
    except SaidNo as error:
        if folder.box in {Box.INBOX, Box.SENT}:
            raise
        log.warning("%s: a folder is not read: %s", desk.name, error)
        return Pulled()


def pull_folder(desk: Desk, folder: Folder, now: datetime) -> Pulled:
    """Read what is above the cursor of one folder, in batches, each of them stored with its cursor."""
    state = desk.mailbox.state(folder)
    cursor = _cursor(desk, folder, state)
    if state.uidnext and cursor.last_uid >= state.uidnext - 1:
        _seen(desk, folder, cursor, now)
        return Pulled()
    since = now - desk.lookback if cursor.last_uid == 0 else None
    uids = desk.mailbox.uids(folder, above=cursor.last_uid, since=since)
    total = Pulled()
    for batch in _batches(uids):
        if desk.stopping():
            return replace(total, finished=False)
        total += _take_batch(desk, folder, state, batch, now)
        desk.progress(Progress(folder.name, total.read + total.skipped, len(uids)))
    last = max([state.uidnext - 1, cursor.last_uid, *uids[-1:]])
    _seen(desk, folder, replace(cursor, last_uid=last, modseq=state.highestmodseq or 0), now)
    return total


def _cursor(desk: Desk, folder: Folder, state: FolderState) -> Cursor:
    """Where we stopped; from the start when the folder was made anew (RELIABILITY scenario 12)."""
    cursor = desk.index.cursor(folder.name)
    if cursor and cursor.uidvalidity == state.uidvalidity:
        return cursor
    if cursor:
        log.warning("%s: %s has a new UIDVALIDITY, reading it again", desk.name, folder.name)
        with desk.index.transaction():
            desk.index.reset_folder(folder.name)
    return Cursor(uidvalidity=state.uidvalidity, last_uid=0)


def _seen(desk: Desk, folder: Folder, cursor: Cursor, now: datetime) -> None:
    with desk.index.transaction():
        desk.index.set_cursor(folder.name, replace(cursor, seen_at=now))


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]


def _take_batch(desk: Desk, folder: Folder, state: FolderState, uids: Sequence[int], now: datetime) -> Pulled:
    """Fetch, read, place and store one batch; cursor and mails are committed together."""
    stubs = [s for s in desk.mailbox.stubs(folder, uids) if _counts(folder, s)]
    done = skipped = 0
    threads: set[str] = set()
    with desk.index.transaction():
        for fetched in desk.mailbox.fetch(folder, stubs):
            try:
                message = _read(desk, fetched)
            except Exception as error:  # whatever one mail trips, the others are read (law 9)
                if not isinstance(error, Quarantined):
                    log.exception("%s: a mail in %s could not be read", desk.name, folder.name)
                why = str(error) or type(error).__name__
                desk.index.quarantine(folder.name, state.uidvalidity, fetched.stub.uid, why, now)
                skipped += 1
                continue
            kept = _kept(desk, message)
            if kept is None or _is_discarded(desk, folder, kept):
                continue
            placed = store(desk, fetched, kept)
            others = named_elsewhere(desk, kept, placed) if placed else set()
            desk.index.mark_dirty(others)
            threads |= {placed, *others}
            done += 1
        cursor = desk.index.cursor(folder.name) or Cursor(uidvalidity=state.uidvalidity, last_uid=0)
        cursor = replace(cursor, uidvalidity=state.uidvalidity, last_uid=max(cursor.last_uid, uids[-1]), seen_at=now)
        desk.index.set_cursor(folder.name, cursor)
    return Pulled(done, skipped, threads=frozenset(threads - {""}))


def _kept(desk: Desk, message: Message) -> Message | None:
    """The mail as it may be kept; None where its person asked to be forgotten (store/forgotten.py)."""
    kept = desk.ledger.forgotten.without(message)
    if kept is None:
        desk.ledger.forget_mail(message.id)
    return kept


def _counts(folder: Folder, stub: Stub) -> bool:
    r"""Drafts that lie elsewhere (autosaves, All Mail) are no mail that anybody sent."""
    return folder.box is Box.DRAFTS or "\\draft" not in {flag.lower() for flag in stub.flags}


def _is_discarded(desk: Desk, folder: Folder, message: Message) -> bool:
    """Was this perhaps never sent?

    A mail of ours in Trash is a discarded draft or a deleted copy, nobody can tell which; a draft of ours that was
    moved elsewhere without being sent keeps the Message-ID that only we give; our digests and alarms to the owner are no
    conversation. None of them says anything.
    """
    if message.direction is Direction.IN or folder.box is Box.SENT:
        return False
    if message.header("x-followupd"):
        return True
    return folder.box is Box.TRASH or desk.ledger.draft_by_message_id(message.id) is not None


def _read(desk: Desk, fetched: Fetched) -> Message:
    message = read(
        fetched.raw,
        own=desk.own,
        internaldate=fetched.stub.internaldate,
        ours=fetched.folder.box is Box.SENT,
        size=fetched.stub.size,
        truncated=fetched.truncated,
        attachments=fetched.attachments,
        marks=desk.rules.marks,
        platforms=desk.rules.judging.platforms,
    )
    return _with_papers(message, fetched) if fetched.folder.box is Box.SENT and message.attachments else message


def _with_papers(message: Message, fetched: Fetched) -> Message:
    """The text of our own attached quotes beside their names. What a buyer attached is never opened."""
    papers = fetched.papers or quotes_in(message_from_bytes(fetched.raw))
    texts = {one_line(paper.filename, 200): normalise(text_of(paper)) for paper in papers}
    attached = tuple(replace(a, text=texts.get(a.filename, "")) for a in message.attachments)
    return replace(message, attachments=attached)


def store(desk: Desk, fetched: Fetched, message: Message) -> str:
    """Place a mail into its thread and remember where it lies; a copy of a known mail only adds a place.

    Returns the thread that changed, empty when none did.
    """
    where = Location(fetched.folder.name, fetched.uidvalidity, fetched.stub.uid)
    known = desk.index.message(message.id)
    if known is not None:
        if _same(known, message):
            desk.index.add_location(message.id, where)
            return ""
        message = replace(message, id=f"{sha256(fetched.raw).hexdigest()}@twice.invalid")
        if desk.index.message(message.id) is not None:
            desk.index.add_location(message.id, where)
            return ""
    return desk.index.add_message(message, where, place(message, desk.index).thread_ids)


def _same(known: Message, message: Message) -> bool:
    """A copy in another folder, or a stranger's mail under a stolen Message-ID?"""
    return (known.sender.email, known.base_subject, known.new_text[:200]) == (
        message.sender.email,
        message.base_subject,
        message.new_text[:200],
    )

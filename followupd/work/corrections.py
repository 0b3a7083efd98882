"""Which mails did a person drag into a correction folder, and what did they say by it?

A mail in ``Followup/Genuine`` (or as the config names it) is the user's word on its inquiry and its buyer; it is kept in the
ledger first, then the mail is put back where it lay before. Where the server cannot move in one step, the mail stays and
its word is taken once. The folders are looked at by UID, so nothing is taken twice.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime

from followupd.errors import TryAgain
from followupd.mailbox.base import Folder, Stub
from followupd.model import Thread, Word, WordKind
from followupd.work.desk import Desk, called

log = logging.getLogger(__name__)

_DELIMITERS = re.compile(r"[/.|\\]")
MUTE = "mute"
HEARD = "corrections heard"
"""In the index: since when the folders are listened to; missing in a new index."""


def pattern(name: str) -> str:
    """A watch pattern for a folder of that name, whatever delimiter and prefix the server uses."""
    return "*" + _DELIMITERS.sub("?", name)


def words_of(thread: Thread, said: str, at: datetime) -> tuple[Word, ...]:
    """The user's words for a correction: on this inquiry, and on its buyer (a mute: on this thread only)."""
    first = thread.messages[0].id
    if said == MUTE:
        return (Word(kind=WordKind.MUTE, scope="thread", target=first, at=at),)
    own = Word(kind=WordKind.VERDICT, scope="thread", target=first, value=said, at=at)
    buyer = thread.buyer.email
    return (own, Word(kind=WordKind.VERDICT, scope="buyer", target=buyer, value=said, at=at)) if buyer else (own,)


def correct(desk: Desk, now: datetime) -> int:
    """Take what lies in the correction folders as the user's words; returns how many mails there were."""
    if desk.dry_run:
        return 0
    folders = [(f, said) for said, name in desk.corrections.items() if name for f in called(desk.folders, name)]
    fresh = not desk.index.meta(HEARD)
    heard = sum(_take(desk, folder, said, now, fresh=fresh) for folder, said in folders)
    if fresh:
        with desk.index.transaction():
            desk.index.set_meta(HEARD, now.isoformat())
    return heard


def _take(desk: Desk, folder: Folder, said: str, now: datetime, *, fresh: bool) -> int:
    """The words of one folder; a folder that does not open today says nothing today."""
    try:
        state = desk.mailbox.state(folder)
        if not state.exists:
            return 0
        seen = _seen(desk, folder, state.uidvalidity)
        stubs = [s for s in desk.mailbox.stubs(folder, desk.mailbox.uids(folder, above=seen)) if s.message_id]
    except TryAgain as error:
        log.warning("%s: %s cannot be looked at for corrections: %s", desk.name, folder.name, error)
        return 0
    taken = [s for s in stubs if _hear(desk, s, said, now, fresh=fresh)]
    for stub in taken:
        _put_back(desk, folder, stub)
    if stubs:
        with desk.index.transaction():
            desk.index.set_meta(f"corrected:{folder.name}", f"{state.uidvalidity}:{max(s.uid for s in stubs)}")
    return len(taken)


def _seen(desk: Desk, folder: Folder, uidvalidity: int) -> int:
    """Up to which UID the folder was heard."""
    validity, _, uid = desk.index.meta(f"corrected:{folder.name}").partition(":")
    return int(uid) if uid and int(validity) == uidvalidity else 0


def _hear(desk: Desk, stub: Stub, said: str, now: datetime, *, fresh: bool) -> bool:
    """Keep the user's word on the thread of this mail. With a new index old words win over mails left lying."""
    thread_id = desk.index.thread_of(stub.message_id)
    thread = desk.index.thread(thread_id) if thread_id else None
    if thread is None:
        log.warning("%s: a mail in a correction folder is not known and says nothing", desk.name)
        return False
    words = words_of(thread, said, now)
    known = {(w.kind, w.scope, w.target) for w in desk.ledger.words()}
    if fresh and (words[0].kind, words[0].scope, words[0].target) in known:
        return True
    for word in words:
        desk.ledger.drop_words([w for w in desk.ledger.words() if _same_subject(w, word)])
        desk.ledger.add_word(word)
    desk.ledger.flush()
    with desk.index.transaction():
        desk.index.mark_dirty({thread.id, *desk.index.threads_of_buyer(thread.buyer.email)})
    return True


def _same_subject(old: Word, new: Word) -> bool:
    return (old.kind, old.scope, old.target) == (new.kind, new.scope, new.target)


def _put_back(desk: Desk, folder: Folder, stub: Stub) -> None:
    """Where it lay before, as far as we know; else into the inbox."""
    correcting = {f.name for name in desk.corrections.values() if name for f in called(desk.folders, name)}
    places = [w.folder for w in desk.index.locations(stub.message_id) if w.folder not in correcting]
    folders = {f.name: f for f in desk.folders}
    home = next((folders[name] for name in places if name in folders), desk.inbox)
    try:
        if not desk.mailbox.move(folder, stub.uid, stub.message_id, home):
            log.info("%s: the server cannot move mails: the mail stays in %s", desk.name, folder.name)
    except TryAgain as error:
        log.warning("%s: a corrected mail stays in %s: %s", desk.name, folder.name, error)

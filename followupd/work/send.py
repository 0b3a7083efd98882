"""Which mails did a person lay into the folder for sending, and which of them go out now?

    look > queue (the buyer's next morning) > look at the server again > fit? > "sending" with fsync > say it > copy to Sent > done

Off until configured. Until it goes out a person takes a mail back by moving it away. Never twice is stronger than surely once:
what may have gone out is never sent again, and the owner is told.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from followupd import crash
from followupd.deciding.morning import is_morning, next_morning
from followupd.drafting.outgoing import outgoing
from followupd.errors import FollowupdError, TryAgain
from followupd.mailbox.base import Box, Folder, Stub
from followupd.mailbox.seam import SaidNo
from followupd.model import SendingRecord, SendingState
from followupd.notify.post import Went, post
from followupd.notify.returned import returned
from followupd.work import pull
from followupd.work.desk import Desk, Post
from followupd.work.send_fit import LARGEST, Fit, Unfit, fit

log = logging.getLogger(__name__)

GAP = timedelta(hours=20)
"""At most one mail of a thread goes out within this time."""
MORNINGS = 3
TRY_AGAIN = timedelta(minutes=5)
GONE = frozenset({SendingState.SENDING, SendingState.SENT, SendingState.DONE, SendingState.DOUBT})


@dataclass(frozen=True, slots=True)
class Laid:
    """A mail in the folder for sending."""

    folder: Folder
    uidvalidity: int
    stub: Stub

    @property
    def id(self) -> str:
        return self.stub.message_id


def send(desk: Desk, now: datetime) -> bool:
    """Queue, send, give back; True when there is more to do at once."""
    if desk.post is None or desk.dry_run or desk.stopping():
        return False
    try:
        laid = list(_laid(desk))
    except SaidNo as error:
        log.warning("%s: the folder for sending cannot be looked at: %s", desk.name, error)
        return False
    _take_back(desk, laid, now)
    for mail in laid:
        _finish(desk, mail, now)
    twice = {id for id, count in Counter(m.id for m in laid if m.id).items() if count > 1}
    waiting = [m for m in laid if _is_waiting(desk, m, now, twice=m.id in twice)]
    due = [m for m in waiting if desk.ledger.sendings()[m.id].due <= now]
    if not due:
        return False
    if pull.pull(desk, now, everywhere=True).threads or desk.index.dirty():
        return True  # what came in is judged first
    for mail in due:
        _send(desk, desk.post, mail, [m for m in waiting if m.id != mail.id], now)
    return False


# ---- what lies there ------------------------------------------------------------------------------


def _laid(desk: Desk) -> Iterator[Laid]:
    for folder in desk.sending_folders():
        state = desk.mailbox.state(folder)
        stubs = desk.mailbox.stubs(folder, desk.mailbox.uids(folder)) if state.exists else []
        yield from (Laid(folder, state.uidvalidity, s) for s in stubs if "\\deleted" not in {f.lower() for f in s.flags})


def _take_back(desk: Desk, laid: list[Laid], now: datetime) -> None:
    """What waits no longer where it was laid was taken back; what was being sent when we died is in doubt."""
    there = {m.id for m in laid}
    changed = [
        replace(r, state=SendingState.TAKEN_BACK if r.state is SendingState.WAITING else SendingState.DONE)
        for r in desk.ledger.sendings().values()
        if r.message_id not in there and r.state in {SendingState.WAITING, SendingState.SENT}
    ]
    for record in changed:
        desk.ledger.put_sending(record)
    lost = [r for r in desk.ledger.sendings().values() if r.state is SendingState.SENDING and r.message_id not in there]
    for record in lost:
        if _in_sent(desk, record.message_id):
            desk.ledger.put_sending(replace(record, state=SendingState.DONE))
        else:
            _in_doubt(desk, record, None, "", now)
    if changed or lost:
        desk.ledger.flush()


def _is_waiting(desk: Desk, mail: Laid, now: datetime, *, twice: bool) -> bool:
    """Is it in the queue? What is new or was edited enters it, or goes back to Drafts."""
    record = desk.ledger.sendings().get(mail.id)
    same_place = record is not None and (record.uidvalidity, record.uid) == (mail.uidvalidity, mail.stub.uid)
    if record is not None and record.state in GONE:
        if not same_place:
            _give_back(desk, mail, Unfit("again"), record, now)
        return False
    if twice:
        _give_back(desk, mail, Unfit("two"), record or _record(mail, b"", now), now)
        return False
    if record is not None and same_place and record.state is not SendingState.TAKEN_BACK:
        return record.state is SendingState.WAITING
    return _queue(desk, mail, now)


def _queue(desk: Desk, mail: Laid, now: datetime) -> bool:
    raw = desk.mailbox.whole(mail.folder, mail.stub) if mail.id and mail.stub.size <= LARGEST else b""
    if not raw and mail.id and mail.stub.size <= LARGEST:
        return False
    record = _record(mail, raw, now)
    known = desk.ledger.sendings().get(record.message_id)
    if not mail.id and known is not None:
        return False
    found = fit(desk, raw, mail.stub, now) if mail.id else Unfit("unreadable")
    if isinstance(found, Unfit):
        _give_back(desk, mail, found, record, now)
        return False
    due = next_morning(found.calendar, now)
    desk.ledger.put_sending(replace(record, turn_id=found.thread.messages[-1].id, due=due))
    desk.ledger.flush()
    crash.step("queued sending")
    log.info("%s: a mail waits to be sent at %s", desk.name, due.isoformat())
    return True


def _record(mail: Laid, raw: bytes, now: datetime) -> SendingRecord:
    return SendingRecord(
        message_id=mail.id or f"{mail.folder.name}:{mail.uidvalidity}:{mail.stub.uid}@missing.invalid",
        uidvalidity=mail.uidvalidity,
        uid=mail.stub.uid,
        sha256=sha256(raw).hexdigest(),
        queued=now,
        due=now,
    )


# ---- sending --------------------------------------------------------------------------------------


def _send(desk: Desk, way: Post, mail: Laid, others: list[Laid], now: datetime) -> None:
    """The last look at the mail, then out with it."""
    record = desk.ledger.sendings()[mail.id]
    found = [s for s in desk.mailbox.stubs(mail.folder, [mail.stub.uid]) if s.message_id == mail.id]
    raw = desk.mailbox.whole(mail.folder, found[0]) if found else b""
    if not raw or sha256(raw).hexdigest() != record.sha256:
        return  # gone, or another mail by now: the next turn tells
    fits = fit(desk, raw, mail.stub, now)
    if isinstance(fits, Fit):
        fits = _against(desk, record, fits, others, now) or fits
    if isinstance(fits, Unfit):
        _give_back(desk, mail, fits, record, now)
        return
    if not is_morning(fits.calendar, now):
        _later(desk, record, fits, now, tries=record.tries)
        return
    _hand_over(desk, way, mail, record, fits, raw, now)


def _against(desk: Desk, record: SendingRecord, fits: Fit, others: list[Laid], now: datetime) -> Unfit | None:
    """What this mail's neighbours have against it."""
    if fits.thread.messages[-1].id != record.turn_id:
        return Unfit("written")
    sendings, ids = desk.ledger.sendings(), {m.id for m in fits.thread.messages}
    if any(sendings[o.id].turn_id in ids for o in others if o.id in sendings):
        return Unfit("two")
    lately = [r for r in sendings.values() if r.state in GONE and r.sent and now - r.sent < GAP and r.turn_id in ids]
    return Unfit("lately") if lately else None


def _hand_over(desk: Desk, way: Post, mail: Laid, record: SendingRecord, fits: Fit, raw: bytes, now: datetime) -> None:
    at = now.replace(microsecond=0)
    sending = replace(record, state=SendingState.SENDING, sent=at, tries=record.tries + 1)

    def sure() -> None:
        desk.ledger.put_sending(sending)
        desk.ledger.flush()
        crash.step("say mail")

    try:
        went, said = post(way.settings, way.secret(), outgoing(raw, at), fits.to, sure)
    except FollowupdError as error:
        went, said = Went.LATER, str(error)
    crash.step("said mail")
    match went:
        case Went.SENT:
            desk.ledger.put_sending(replace(sending, state=SendingState.SENT))
            desk.ledger.flush()
            crash.step("noted mail")
            _clean_up(desk, way, mail, raw, sending, now)
        case Went.UNKNOWN:
            _in_doubt(desk, sending, mail, said, now)
        case Went.REFUSED:
            _give_back(desk, mail, Unfit("refused", said), replace(sending, sent=None), now)
        case Went.LATER:
            log.warning("%s: a mail could not be sent yet: %s", desk.name, said)
            _wait(desk, mail, replace(sending, state=SendingState.WAITING, sent=None), fits, said, now)


def _wait(desk: Desk, mail: Laid, record: SendingRecord, fits: Fit, said: str, now: datetime) -> None:
    """Try again in this morning, then in the next; not for ever."""
    if is_morning(fits.calendar, now + TRY_AGAIN):
        desk.ledger.put_sending(replace(record, due=now + TRY_AGAIN))
        desk.ledger.flush()
    elif now - record.queued > timedelta(days=2 * MORNINGS):
        _give_back(desk, mail, Unfit("patience", said), record, now)
    else:
        _later(desk, record, fits, now, tries=record.tries)


def _later(desk: Desk, record: SendingRecord, fits: Fit, now: datetime, *, tries: int) -> None:
    desk.ledger.put_sending(replace(record, due=next_morning(fits.calendar, now), tries=tries))
    desk.ledger.flush()


# ---- afterwards -----------------------------------------------------------------------------------


def _finish(desk: Desk, mail: Laid, now: datetime) -> None:
    """What a crash or a cut line left half done. Sent was read at the beginning of this turn."""
    record = desk.ledger.sendings().get(mail.id)
    if record is None or desk.post is None or record.state not in {SendingState.SENDING, SendingState.SENT}:
        return
    if record.state is SendingState.SENDING and not _in_sent(desk, mail.id):
        _in_doubt(desk, record, mail, "", now)
        return
    raw = desk.mailbox.whole(mail.folder, mail.stub)
    if sha256(raw).hexdigest() == record.sha256:
        _clean_up(desk, desk.post, mail, raw, record, now)


def _clean_up(desk: Desk, way: Post, mail: Laid, raw: bytes, record: SendingRecord, now: datetime) -> None:
    """A copy in Sent, unless one lies there; then it leaves the folder."""
    sent = desk.folder(Box.SENT)
    if sent is not None and not way.keeps_sent and record.sent is not None:
        pull.pull_folder(desk, sent, now)  # a provider that keeps sent mail by itself, and nobody told us
        if not _in_sent(desk, record.message_id):
            crash.step("append sent")
            desk.mailbox.append(sent, outgoing(raw, record.sent), ("\\Seen",), record.sent)
            crash.step("appended sent")
    desk.mailbox.delete(mail.folder, mail.stub.uid, mail.id)
    crash.step("deleted sent draft")
    desk.ledger.put_sending(replace(record, state=SendingState.DONE))
    desk.ledger.flush()


def _in_sent(desk: Desk, id: str) -> bool:
    sent = desk.folder(Box.SENT)
    return sent is not None and any(where.folder == sent.name for where in desk.index.locations(id))


def _in_doubt(desk: Desk, record: SendingRecord, mail: Laid | None, said: str, now: datetime) -> None:
    """Nobody knows: never again by us, and a person looks."""
    desk.ledger.put_sending(replace(record, state=SendingState.DOUBT, detail=said[:300]))
    _tell(desk, Unfit("doubt", said), record, "back", now)
    desk.ledger.flush()
    if mail is not None:
        _to_drafts(desk, mail)


def _give_back(desk: Desk, mail: Laid, unfit: Unfit, record: SendingRecord, now: datetime) -> None:
    """Back to Drafts, with a word to the owner. The alarm is queued first: a mail never goes back unexplained."""
    moved_later = "MOVE" in desk.mailbox.capabilities and desk.drafts is not None and bool(mail.id)
    _tell(desk, unfit, replace(record, uid=mail.stub.uid, uidvalidity=mail.uidvalidity), "back" if moved_later else "stays", now)
    if record.state not in GONE or record.sent is None:
        kept = replace(record, state=SendingState.RETURNED, uid=mail.stub.uid, uidvalidity=mail.uidvalidity)
        desk.ledger.put_sending(replace(kept, detail=f"{unfit.why} {unfit.said}".strip()[:300]))
    desk.ledger.flush()
    crash.step("return mail")
    _to_drafts(desk, mail)


def _to_drafts(desk: Desk, mail: Laid) -> None:
    if desk.drafts is None or not mail.id:
        return
    try:
        desk.mailbox.move(mail.folder, mail.stub.uid, mail.id, desk.drafts)
    except TryAgain as error:
        log.warning("%s: a mail stays in %s: %s", desk.name, mail.folder.name, error)


def _tell(desk: Desk, unfit: Unfit, record: SendingRecord, place: str, now: datetime) -> None:
    """Once for each mail, place and reason."""
    occasion = f"sending:{unfit.why}:{record.message_id}:{record.uidvalidity}:{record.uid}"
    if desk.outbox is None or desk.ledger.get(occasion):
        return
    answered = desk.index.message(record.turn_id) if record.turn_id else None
    subject = answered.subject if answered and answered.subject else record.message_id
    desk.outbox.put(
        returned(
            unfit.why, unfit.said, place, subject=subject, message_id=record.message_id, owner=desk.owner,
            identity=desk.identity, now=now, occasion=occasion, language=desk.language,
        )
    )  # fmt: skip
    desk.ledger.note(occasion, now.isoformat())

"""How does a decision become a draft in the mailbox, once and only once?

    compose > look again (did anything come into the thread?) > intent with fsync > look in Drafts > APPEND > done

Everything that can be refused is refused before the intent. A connection cut during an APPEND leaves a record that
hand.reconcile resolves at the next turn by looking, never by guessing (DESIGN 3); the drafts behind it are given back at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from followupd import crash
from followupd.deciding.steps import token
from followupd.drafting.compose import LintFailed, compose
from followupd.errors import HostileInput, TryAgain, UserError
from followupd.mailbox.base import Folder
from followupd.model import Action, Decision, Direction, Draft, DraftRecord, DraftState, Reason, Thread
from followupd.reading.parse import read
from followupd.work import pull
from followupd.work.desk import Desk
from followupd.work.drafts_seen import fingerprint, look_at_drafts, open_drafts
from followupd.work.elsewhere import written_beside

log = logging.getLogger(__name__)

FLAGS = ("\\Draft", "\\Seen")
"""Both in the APPEND itself: setting a flag later makes some servers store the draft twice."""


@dataclass
class Written:
    """What the writing pass did, by thread id."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    refused: dict[str, tuple[Reason, str]] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    """Threads that changed meanwhile: they stay dirty and are decided anew."""
    again: bool = False


def write(desk: Desk, decisions: list[Decision], now: datetime) -> Written:
    """Carry out all decisions to withdraw and to draft."""
    written = Written()
    for decision in decisions:
        if decision.action is Action.WITHDRAW and not desk.dry_run:
            _withdraw(desk, decision, written, now)
        elif decision.action is Action.DRAFT:
            _compose(desk, decision, written, now)
    if written.drafts and not desk.dry_run:
        _look_again(desk, written, now)
        _place_all(desk, [d for d in decisions if d.thread_id in written.drafts], written, now)
    return written


# ---- withdraw -------------------------------------------------------------------------------------


def _withdraw(desk: Desk, decision: Decision, written: Written, now: datetime) -> None:
    """Take back our own draft if it still stands there untouched; a touched one is a person's."""
    if desk.drafts is None:
        return
    look_at_drafts(desk, desk.drafts)
    for standing in open_drafts(desk, decision.thread_id):
        record = desk.ledger.draft_by_message_id(standing.message_id)
        if not standing.untouched or record is None:
            continue
        _remember_why(desk, [decision])
        desk.ledger.put_draft(replace(record, state=DraftState.WITHDRAWING))
        desk.ledger.flush()
        crash.step("delete draft")
        if desk.mailbox.delete(desk.drafts, standing.uid, standing.message_id):
            crash.step("deleted draft")
            desk.ledger.put_draft(replace(record, state=DraftState.WITHDRAWN, closed=now))
            desk.ledger.flush()
            written.withdrawn.add(decision.thread_id)
    look_at_drafts(desk, desk.drafts)
    written.unsettled.add(decision.thread_id)
    written.again = (
        written.again or decision.thread_id in written.withdrawn
    )  # what cannot be removed is no reason to spin


# ---- draft ----------------------------------------------------------------------------------------


def _compose(desk: Desk, decision: Decision, written: Written, now: datetime) -> None:
    """Compose and lint; whatever is wrong with it is a reason not to write it."""
    thread, facts = desk.index.thread(decision.thread_id), desk.index.facts(decision.thread_id)
    if thread is None or facts is None:
        return
    try:
        draft = compose(decision, thread, facts, desk.identity, desk.rules.templates, now, _said_before(thread))
    except (LintFailed, HostileInput) as error:
        empty = isinstance(error, LintFailed) and error.no_fact
        written.refused[decision.thread_id] = (Reason.NO_FACT if empty else Reason.LINT_FAILED, str(error))
        log.warning("%s: no draft for thread %s: %s", desk.name, decision.thread_id, error)
        return
    except Exception as error:
        log.exception("%s: no draft for thread %s; the others go on", desk.name, decision.thread_id)
        written.refused[decision.thread_id] = (Reason.LINT_FAILED, f"{type(error).__name__}: {error}")
        return
    written.drafts[decision.thread_id] = draft


def _said_before(thread: Thread) -> tuple[str, ...]:
    return tuple(m.new_text for m in thread.messages if m.direction is Direction.OUT)


def _look_again(desk: Desk, written: Written, now: datetime) -> None:
    """Law 3: look once more on the server; a thread in which anything came in meanwhile is decided anew."""
    arrived = pull.pull(desk, now, everywhere=True).threads
    for thread_id in [t for t in written.drafts if t in arrived or _holds_no_longer(desk, t)]:
        del written.drafts[thread_id]
        written.unsettled.add(thread_id)
        written.again = True


def _holds_no_longer(desk: Desk, thread_id: str) -> bool:
    """The thread is gone, or its lone inquiry was followed by a mail beside it."""
    thread, facts = desk.index.thread(thread_id), desk.index.facts(thread_id)
    return thread is None or (facts is not None and written_beside(desk, thread, facts))


def _place_all(desk: Desk, decisions: list[Decision], written: Written, now: datetime) -> None:
    """Intents first, all in one flush; then every APPEND; then one flush that says they are done."""
    folder = desk.drafts
    if folder is None or not desk.write_drafts:
        why = "the account has no Drafts folder" if folder is None else "drafts are switched off in the config"
        written.refused.update(dict.fromkeys(written.drafts, (Reason.NO_TOPIC, why)))
        written.drafts.clear()
        return
    state = desk.mailbox.state(folder)
    records: dict[str, DraftRecord] = {}
    for decision in decisions:
        if decision.thread_id in written.drafts and not open_drafts(desk, decision.thread_id):
            record = _intent(desk, decision, written.drafts[decision.thread_id], folder, now)
            records[decision.thread_id] = replace(record, uidvalidity=state.uidvalidity, uidnext=state.uidnext)
            desk.ledger.put_draft(records[decision.thread_id])
    _remember_why(desk, [d for d in decisions if d.thread_id in records])
    desk.ledger.flush()
    waiting = sorted(records.items(), key=lambda item: item[1].token)  # hand.py counts on this order
    try:
        while waiting:
            _place(desk, folder, *waiting.pop(0), written, now)
    except TryAgain:
        for _, record in waiting:  # nothing of them was sent: whatever comes and goes in Drafts until we look again, it is none of these
            desk.ledger.put_draft(replace(record, state=DraftState.FAILED, closed=now))
        raise
    finally:
        desk.ledger.flush()
        look = bool(written.placed)
    if look:
        look_at_drafts(desk, folder)


def _remember_why(desk: Desk, decisions: list[Decision]) -> None:
    """Before anything is done: killed right after it, the reason would be gone with the turn (law 7)."""
    with desk.index.transaction():
        for decision in decisions:
            desk.index.put_acted(decision.thread_id, decision)


def _intent(desk: Desk, decision: Decision, draft: Draft, folder: Folder, now: datetime) -> DraftRecord:
    """What the ledger must know before anything is sent to the server."""
    as_read = read(draft.raw, own=desk.own, internaldate=now, ours=True, size=len(draft.raw), marks=desk.rules.marks)
    turn_id = decision.turn_id or decision.thread_id
    name = token(turn_id, decision.step)
    before = desk.ledger.draft(name)
    return DraftRecord(
        token=name,
        thread_id=decision.thread_id,
        turn_id=turn_id,
        step=decision.step,
        topic=decision.topic or "",
        stage=decision.stage,
        buyer=draft.to[0].email,
        message_id=draft.message_id,
        subject=draft.subject,
        body_sha256=fingerprint(as_read, draft.raw),
        created=now,
        folder=folder.name,
        reason=decision.reason,
        detail=decision.detail,
        holds_until=decision.holds_until,
        rests_on=decision.rests_on,
        retried=before is not None and (before.retried or before.state is DraftState.FAILED),
    )


def _place(desk: Desk, folder: Folder, thread_id: str, record: DraftRecord, written: Written, now: datetime) -> None:
    """One APPEND. A refusal by the server gives the step back; a cut link leaves the intent to be resolved by looking."""
    draft = written.drafts[thread_id]
    crash.step("append draft")
    try:
        where = desk.mailbox.append(folder, draft.raw, FLAGS, now)
        crash.step("appended draft")
    except UserError as error:
        desk.ledger.put_draft(replace(record, state=DraftState.FAILED, closed=now))
        written.refused[thread_id] = (Reason.LINT_FAILED, str(error))
        return
    except TryAgain:
        written.unsettled.add(thread_id)
        raise
    desk.ledger.put_draft(replace(record, state=DraftState.PLACED, uid=where.uid))
    written.placed.add(thread_id)

"""Several drafts of one turn, a cut in between, and a person who is quicker than our next look: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parseaddr

import pytest

from followupd import crash
from followupd.errors import LinkLost
from followupd.lab.stage import opened
from followupd.mailbox.base import Appended, Box, Folder, Stub
from followupd.mailbox.memory import Stored
from followupd.model import DraftState
from followupd.turn import run_turn
from tests.stories.play import Stage, when

DUE, LATER = when("2026-09-09 16:00"), when("2026-09-09 16:05")
BETWEEN = when("2026-09-09 16:02")


def cut_at(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int, *, arrives: bool) -> None:
    """The line is cut at the APPEND of that number: before the server has it, or behind it."""
    append, count = stage.desk.mailbox.append, iter(range(100))

    def cuts(folder: Folder, raw: bytes, flags: tuple[str, ...], at: datetime) -> Appended:
        mine = next(count) == number
        if mine and not arrives:
            raise LinkLost("cut")
        done = append(folder, raw, flags, at)
        if mine:
            raise LinkLost("cut")
        return done

    monkeypatch.setattr(stage.desk.mailbox, "append", cuts)
    with pytest.raises(LinkLost):
        run_turn(stage.desk, DUE)
    monkeypatch.setattr(stage.desk.mailbox, "append", append)


def standing(stage: Stage) -> list[int]:
    return [s.uid for s in stage.server.messages(Box.DRAFTS)]


@pytest.mark.parametrize("number", [1, 2])
def test_a_draft_that_never_arrived_comes_though_a_person_deleted_another(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    cut_at(stage, monkeypatch, number, arrives=False)
    for uid in standing(stage):
        stage.server.delete(Box.DRAFTS, uid)
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 3 - number


@pytest.mark.parametrize("number", [0, 1])
def test_of_drafts_behind_a_cut_only_the_one_under_way_may_have_been_deleted(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    cut_at(stage, monkeypatch, number, arrives=True)
    stage.server.delete(Box.DRAFTS, standing(stage)[-1])
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 2, "the others stand there, the deleted one does not come back"


def test_whatever_arrived_is_not_made_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_at(stage, monkeypatch, 1, arrives=True)
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 3


# ---- what a person does between the cut and our next look -----------------------------------------


def to(raw: bytes) -> str:
    return parseaddr(str(opened(raw)["To"]))[1]


def saves_anew(stage: Stage, draft: Stored, message_id: str = "") -> None:
    """With words of his own; most programs give a new Message-ID, Roundcube keeps it. The new one comes, then the old one goes."""
    mail = stage._as_client_saves(draft.raw, "A line of my own.\n\n")
    if message_id:
        mail.replace_header("Message-ID", message_id)
    stage.server.deliver(Box.DRAFTS, mail.as_bytes(), BETWEEN, flags=("\\Draft", "\\Seen"))
    stage.server.delete(Box.DRAFTS, draft.uid)


def saves_anew_under_its_id(stage: Stage, draft: Stored) -> None:
    saves_anew(stage, draft, str(opened(draft.raw)["Message-ID"]))


def sends(stage: Stage, draft: Stored) -> None:
    mail = stage._as_client_saves(draft.raw, "")
    mail.replace_header("Date", "Wed, 09 Sep 2026 16:02:00 +0800")
    stage.server.delete(Box.DRAFTS, draft.uid)
    stage.server.deliver(Box.SENT, mail.as_bytes(), BETWEEN)


def deletes(stage: Stage, draft: Stored) -> None:
    stage.server.delete(Box.DRAFTS, draft.uid)


def moves(stage: Stage, draft: Stored) -> None:
    stage.server.move(Box.DRAFTS, draft.uid, Box.TRASH)


HANDS = (saves_anew, saves_anew_under_its_id, sends, deletes, moves)
Hand = Callable[[Stage, Stored], None]


@contextmanager
def killed_behind(number: int) -> Iterator[None]:
    """SIGKILL right behind the APPEND of that number: from then on nothing is written any more, not even on the way out."""
    arrived = 0

    def die(name: str) -> None:
        nonlocal arrived
        arrived += name == "appended draft"
        if arrived > number:
            raise KeyboardInterrupt

    crash.hook = die
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        crash.hook = None


def whole(stage: Stage, hand: Hand, touched: set[str]) -> None:
    """After the next look: each buyer has had one draft, and what a person took away stays away."""
    run_turn(stage.desk, LATER)
    run_turn(stage.desk, when("2026-09-09 16:30"))
    taken = touched if hand in {sends, deletes, moves} else set()
    assert sorted(to(m.raw) for m in stage.server.messages(Box.DRAFTS)) == sorted({f"b{n}@firm{n}.de" for n in range(3)} - taken)


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize(("number", "arrives"), [(0, True), (1, True), (1, False)])
def test_no_draft_is_lost_behind_one_that_a_person_took_in_hand(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, hand: Hand, number: int, arrives: bool
) -> None:
    cut_at(stage, monkeypatch, number, arrives=arrives)
    drafts = stage.server.messages(Box.DRAFTS)
    for draft in drafts:
        hand(stage, draft)
    whole(stage, hand, {to(d.raw) for d in drafts})


@pytest.mark.parametrize("uidplus", [True, False])
@pytest.mark.parametrize("hand", HANDS)
def test_nor_after_a_kill_that_left_the_ledger_knowing_nothing(stage: Stage, hand: Hand, uidplus: bool) -> None:
    stage.server.uidplus = uidplus
    with killed_behind(1):
        run_turn(stage.desk, DUE)
    stage.index.close()
    stage.open()
    drafts = stage.server.messages(Box.DRAFTS)
    assert len(drafts) == 2
    assert {r.state for r in stage.ledger.drafts()} == {DraftState.INTENDED}
    for draft in drafts:
        hand(stage, draft)
    whole(stage, hand, {to(d.raw) for d in drafts})


@pytest.mark.parametrize("hand", HANDS)
def test_nor_where_no_server_tells_the_uids(stage: Stage, monkeypatch: pytest.MonkeyPatch, hand: Hand) -> None:
    stage.server.uidplus = False
    cut_at(stage, monkeypatch, 1, arrives=False)
    (draft,) = stage.server.messages(Box.DRAFTS)
    hand(stage, draft)
    whole(stage, hand, {to(draft.raw)})


def test_what_a_program_saves_by_itself_meanwhile_costs_no_draft_behind_the_cut(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Autosaves come and go by the dozen. Those behind the cut were never sent, so no UID that is gone can have been theirs."""
    cut_at(stage, monkeypatch, 0, arrives=True)
    for _ in range(5):
        other = b"From: lily@brightway.example\r\nTo: x@y.example\r\nSubject: Half a mail\r\n\r\nDear\r\n"
        stage.server.delete(Box.DRAFTS, stage.server.deliver(Box.DRAFTS, other, BETWEEN, flags=("\\Draft",)))
    whole(stage, saves_anew, set())


def test_a_look_that_is_cut_itself_has_noted_nothing_yet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the draft saved anew would be known by its new UID alone at the next look, and its first one be taken for another's."""
    with killed_behind(0):
        run_turn(stage.desk, DUE)
    stage.index.close()
    stage.open()
    (draft,) = stage.server.messages(Box.DRAFTS)
    saves_anew_under_its_id(stage, draft)
    asks = stage.desk.mailbox.stubs
    cuts = iter([False, True])  # the drafts that are new to us are asked after first, then the UIDs that are gone

    def stubs(folder: Folder, uids: Iterable[int]) -> list[Stub]:
        if folder.box is Box.DRAFTS and next(cuts, False):
            raise LinkLost("cut")
        return asks(folder, uids)

    monkeypatch.setattr(stage.desk.mailbox, "stubs", stubs)
    with pytest.raises(LinkLost):
        run_turn(stage.desk, LATER)
    assert next(cuts, None) is None
    whole(stage, saves_anew_under_its_id, set())

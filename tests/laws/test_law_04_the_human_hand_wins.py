"""Law 4: is a draft that a person touched left alone, and never made again?

Mail clients give a saved draft a new Message-ID and drop our X- headers; only its thread tells whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.mailbox.base import Box
from followupd.model import DraftState
from followupd.turn import run_turn
from followupd.work import write
from tests.laws.scene import DUE, QUOTED, Scene, inquiry, parsed, quote, reply

LATER = [1, 5, 24, 48, 24 * 5]


def with_draft(directory: Path) -> Scene:
    """One buyer, whose draft stands."""
    scene = Scene(directory, 1)
    scene.turn()
    scene.at(DUE)
    assert len(scene.drafts()) == 1
    scene.mails.append(quote(0, inquiry(0)))
    return scene


def state(scene: Scene) -> DraftState:
    (record,) = scene.ledger.drafts()
    return record.state


def edit_in_place(scene: Scene) -> None:
    """Some clients keep the Message-ID and everything else, and change only the text."""
    draft = scene.drafts()[0]
    scene.server.delete(Box.DRAFTS, draft.uid)
    raw = draft.raw.replace(b"Best regards", b"Warm regards")
    assert raw != draft.raw
    scene.server.deliver(Box.DRAFTS, raw, scene.now, ("\\Draft",))


def change_recipient(scene: Scene) -> None:
    """Another recipient, every other byte the same."""
    draft = scene.drafts()[0]
    scene.server.delete(Box.DRAFTS, draft.uid)
    raw = draft.raw.replace(b"anna@armaturen-000.de", b"boss@armaturen-000.de")
    assert raw != draft.raw
    scene.server.deliver(Box.DRAFTS, raw, scene.now, ("\\Draft",))


@pytest.mark.parametrize(
    "edit", [Scene.human_edit, edit_in_place, change_recipient], ids=["new id", "same id", "recipient"]
)
@pytest.mark.parametrize("then", ["nothing", "the buyer answers", "the index is lost"])
def test_an_edited_draft_is_never_touched_again(tmp_path: Path, edit: Callable[[Scene], None], then: str) -> None:
    scene = with_draft(tmp_path)
    scene.now += timedelta(hours=1)
    edit(scene)
    mine = scene.bodies()
    scene.turn()
    if then == "the buyer answers":
        words = reply(0, quote(0, inquiry(0)), scene.now, "Thank you, we will check.\n", ours=False)
        scene.server.deliver(Box.INBOX, words.as_bytes(), scene.now)
    if then == "the index is lost":
        scene.lose_index()
    for hours in LATER:
        scene.at(DUE + timedelta(hours=1 + hours))
        assert scene.bodies() == mine
    assert state(scene) is DraftState.EDITED


def test_a_sent_draft_is_not_made_again_though_the_client_changed_everything(tmp_path: Path) -> None:
    scene = with_draft(tmp_path)
    scene.now += timedelta(hours=1)
    scene.human_send()
    sent = parsed(scene.server.messages(Box.SENT)[-1].raw)
    assert not [name for name in sent if name.lower().startswith("x-")]
    scene.at(DUE + timedelta(hours=2))
    assert state(scene) is DraftState.SENT
    for hours in LATER[:4]:
        scene.at(DUE + timedelta(hours=2 + hours))
        assert scene.drafts() == []


@pytest.mark.parametrize("target", [Box.TRASH, Box.ARCHIVE, "Customers"])
def test_a_moved_draft_stays_where_it_was_put(tmp_path: Path, target: Box | str) -> None:
    scene = with_draft(tmp_path)
    scene.server.create("Customers")
    scene.now += timedelta(hours=1)
    scene.server.move(Box.DRAFTS, scene.drafts()[0].uid, target)
    for hours in LATER:
        scene.at(DUE + timedelta(hours=1 + hours))
        assert scene.drafts() == []
        assert len(scene.server.messages(target)) == 1
    (facts, _decision, _acted, _thread) = next(iter(scene.known().values()))
    assert facts.last_out == QUOTED, "a draft that nobody sent is no mail of ours"


def test_a_deleted_draft_does_not_come_back(tmp_path: Path) -> None:
    scene = with_draft(tmp_path)
    scene.human_delete()
    for hours in LATER[:4]:
        scene.at(DUE + timedelta(hours=hours))
        assert scene.drafts() == []
    assert state(scene) is DraftState.DELETED


def test_a_draft_that_comes_back_from_the_trash_is_the_persons(tmp_path: Path) -> None:
    scene = with_draft(tmp_path)
    scene.now += timedelta(hours=1)
    uid = scene.server.move(Box.DRAFTS, scene.drafts()[0].uid, Box.TRASH)
    scene.turn()
    scene.now += timedelta(hours=1)
    scene.server.move(Box.TRASH, uid, Box.DRAFTS)
    words = reply(0, quote(0, inquiry(0)), scene.now, "Thank you, we will check.\n", ours=False)
    scene.server.deliver(Box.INBOX, words.as_bytes(), scene.now)
    scene.turn()
    assert len(scene.drafts()) == 1, "somebody fetched it back: it is not ours to withdraw"


def test_a_draft_edited_between_our_look_and_our_delete_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The withdrawal names UID and Message-ID; a client that saved meanwhile gave it a new UID."""
    scene = with_draft(tmp_path)
    scene.now += timedelta(hours=1)
    words = reply(0, quote(0, inquiry(0)), scene.now, "Thank you, we will check.\n", ours=False)
    scene.server.deliver(Box.INBOX, words.as_bytes(), scene.now)
    real = scene.desk.mailbox.delete

    def late(*args: object) -> bool:
        edit_in_place(scene)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.desk.mailbox, "delete", late)
    run_turn(scene.desk, scene.now)
    monkeypatch.undo()
    scene.turn()
    assert [b"Warm regards" in raw for raw in scene.bodies()] == [True]
    assert state(scene) is DraftState.EDITED


@pytest.mark.parametrize(
    "edit", [Scene.human_edit, edit_in_place, change_recipient], ids=["new id", "same id", "recipient"]
)
def test_a_draft_edited_between_decision_and_withdrawal_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[Scene], None]
) -> None:
    """The decision to withdraw was right when it was made; what stands there now is a person's."""
    scene = with_draft(tmp_path)
    scene.now += timedelta(hours=1)
    words = reply(0, quote(0, inquiry(0)), scene.now, "Thank you, we will check.\n", ours=False)
    scene.server.deliver(Box.INBOX, words.as_bytes(), scene.now)
    real = write.write
    ours = scene.bodies()

    def late(*args: object) -> write.Written:
        if scene.bodies() == ours:
            edit(scene)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(write, "write", late)
    run_turn(scene.desk, scene.now)
    monkeypatch.undo()
    for hours in LATER:
        scene.at(DUE + timedelta(hours=1 + hours))
        assert len(scene.drafts()) == 1
        assert scene.bodies() != ours
    assert state(scene) is DraftState.EDITED

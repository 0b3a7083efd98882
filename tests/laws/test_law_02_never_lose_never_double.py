"""Law 2: does every buyer get one draft, however often an APPEND is cut, and at whichever end?

The request may be lost on its way or the answer on its way back; who writes cannot tell the two apart. Two controls show
that the test would notice: who simply tries again doubles, who never tries again loses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from followupd.errors import LinkLost
from followupd.mailbox.base import Appended, Folder
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.model import DraftState
from followupd.work import hand
from followupd.work.desk import Desk
from tests.laws.scene import DUE, Scene, fill, per_buyer

BUYERS = 5
BATCHES = 51
"""Five buyers in 51 mailboxes: 200 faults and more in each direction."""


def cut(server: MemoryServer, where: str, every: int) -> list[int]:
    """Cut every n-th APPEND before or after the server has it; returns the list that will name them."""
    cuts: list[int] = []

    def now(number: int) -> bool:
        if number % every == 0:
            cuts.append(number)
            return True
        return False

    if where == "before":
        server.fail_append = lambda number: LinkLost("cut") if now(number) else None
    else:
        server.lose_answer = now
    return cuts


def until_quiet(scene: Scene, turns: int = 120) -> None:
    """Reconnect and turn, two minutes later each time, until the link holds."""
    for _ in range(turns):
        scene.now += timedelta(minutes=2)
        try:
            scene.turn()
        except LinkLost:
            scene.reconnect()
            continue
        return
    raise AssertionError("it never comes to rest")


def play_faults(directory: Path, where: str, every: int = 1, buyers: int = BUYERS) -> tuple[Scene, list[int]]:
    """All drafts come due at once while the link is cut; with ``every`` 1 the fault goes away after each buyer once."""
    scene = Scene(directory, buyers)
    scene.turn()
    cuts = cut(scene.server, where, every)
    scene.now = DUE
    until_quiet(scene)
    scene.server.fail_append = scene.server.lose_answer = None
    for hours in (1, 3, 25):
        scene.at(DUE + timedelta(hours=hours))
    return scene, cuts


def test_nothing_is_lost_or_doubled_by_200_requests_that_never_arrived(tmp_path: Path) -> None:
    faults = 0
    for batch in range(BATCHES):
        scene, cuts = play_faults(tmp_path / str(batch), "before", every=2)
        assert sorted(per_buyer(scene.bodies()).values()) == [1] * BUYERS
        faults += len(cuts)
    assert faults >= 200


def test_nothing_is_lost_or_doubled_by_200_answers_that_never_came(tmp_path: Path) -> None:
    faults = 0
    for batch in range(BATCHES):
        scene, cuts = play_faults(tmp_path / str(batch), "after", every=1)
        assert sorted(per_buyer(scene.bodies()).values()) == [1] * BUYERS
        assert {d.state for d in scene.ledger.drafts()} == {DraftState.PLACED}
        faults += len(cuts)
    assert faults >= 200


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_restart_after_every_cut_changes_nothing(tmp_path: Path, where: str) -> None:
    scene = Scene(tmp_path, 6)
    scene.turn()
    cut(scene.server, where, 2)
    scene.now = DUE
    for _ in range(40):
        scene.now += timedelta(minutes=2)
        try:
            scene.turn()
        except LinkLost:
            scene.restart()
    assert sorted(per_buyer(scene.bodies()).values()) == [1] * 6


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_lost_index_after_every_cut_changes_nothing(tmp_path: Path, where: str) -> None:
    scene = Scene(tmp_path, 6)
    scene.turn()
    cut(scene.server, where, 2)
    scene.now = DUE
    for _ in range(20):
        scene.now += timedelta(minutes=2)
        try:
            scene.turn()
        except LinkLost:
            scene.lose_index()
    assert sorted(per_buyer(scene.bodies()).values()) == [1] * 6


def test_without_uidplus_the_look_still_finds_what_arrived(tmp_path: Path) -> None:
    server = MemoryServer(uidplus=False)
    scene = Scene(tmp_path, 5, server)
    fill(server, 5)
    scene.turn()
    cuts = cut(server, "after", 1)
    scene.now = DUE
    until_quiet(scene)
    assert len(cuts) == 5
    assert sorted(per_buyer(scene.bodies()).values()) == [1] * 5


def test_a_draft_whose_answer_was_lost_and_that_a_person_deleted_meanwhile_stays_deleted(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1)
    scene.turn()
    cut(scene.server, "after", 1)
    with pytest.raises(LinkLost):
        scene.at(DUE)
    scene.human_delete()
    scene.reconnect()
    until_quiet(scene)
    assert scene.drafts() == []


# ---- controls: the same faults, another hand --------------------------------------------------------


class _TriesAgain(MemoryMailbox):
    """The naive way: when the link breaks, connect and send once more."""

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        try:
            return super().append(folder, raw, flags, when)
        except LinkLost:
            self.connect()
            return super().append(folder, raw, flags, when)


def test_control_who_just_tries_again_doubles(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 6)
    scene.turn()
    naive = _TriesAgain(scene.server)
    naive.connect()
    scene.desk.mailbox = naive
    cut(scene.server, "after", 2)
    scene.now = DUE
    with pytest.raises(AssertionError):
        until_quiet(scene)
    assert max(per_buyer(scene.bodies()).values()) == 2


def test_control_who_never_tries_again_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand, "reconcile", _believe)
    scene, cuts = play_faults(tmp_path, "before", every=2, buyers=6)
    assert cuts
    assert len(scene.drafts()) < 6


def _believe(desk: Desk, now: datetime) -> None:
    for record in desk.ledger.drafts((DraftState.INTENDED,)):
        desk.ledger.put_draft(replace(record, state=DraftState.PLACED))


def test_control_who_skips_the_look_writes_nothing_or_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[[Desk, datetime], None] = lambda _desk, _now: None  # noqa: E731 - a name for the type checker
    monkeypatch.setattr(hand, "reconcile", nothing)
    scene, cuts = play_faults(tmp_path, "before", every=2, buyers=6)
    assert cuts
    assert sorted(per_buyer(scene.bodies()).values()) != [1] * 6

"""A folder that was made anew (RELIABILITY scenario 12) is read from its start, and what was known of it is forgotten."""

from __future__ import annotations

from pathlib import Path

from followupd.mailbox.base import Box
from followupd.turn import run_turn
from tests.stories.play import Stage, when


def office(directory: Path) -> Stage:
    directory.mkdir()
    stage = Stage(directory, when("2026-09-01 09:00"))
    for n in range(3):
        stage.buyer, stage.mails, stage.now = f"Buyer {n} <b{n}@firm{n}.de>", [], when(f"2026-09-01 1{n}:10")
        stage.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
    run_turn(stage.desk, stage.now)
    return stage


def inbox_of(stage: Stage) -> dict[str, set[tuple[int, int]]]:
    """Where the index says that each mail of INBOX lies: UIDVALIDITY and UID."""
    name = stage.desk.inbox.name
    ids = [m.id for row in stage.desk.index.rows() for m in stage.desk.index.thread(row.id).messages]  # type: ignore[union-attr]
    return {id: {(where.uidvalidity, where.uid) for where in stage.desk.index.locations(id) if where.folder == name} for id in ids}


def test_a_mail_that_came_with_a_low_uid_after_the_change_is_read(tmp_path: Path) -> None:
    stage = office(tmp_path / "one")
    for uid in [s.uid for s in stage.server.messages(Box.INBOX)][1:]:
        stage.server.delete(Box.INBOX, uid)
    stage.server.rotate_uidvalidity(Box.INBOX)
    stage.buyer, stage.mails, stage.now = "Late <late@firm9.de>", [], when("2026-09-02 10:00")
    stage.buyer_writes({"buyer": "inquiry_valves", "subject": "Inquiry 9"})
    run_turn(stage.desk, stage.now)
    assert any(row.facts.buyer.address.email == "late@firm9.de" for row in stage.desk.index.rows() if row.facts)


def test_the_old_places_are_forgotten_and_the_new_ones_known(tmp_path: Path) -> None:
    stage = office(tmp_path / "one")
    before = inbox_of(stage)
    stage.server.rotate_uidvalidity(Box.INBOX)
    run_turn(stage.desk, when("2026-09-02 10:00"))
    after = inbox_of(stage)
    assert before.keys() == after.keys()
    assert all(len(places) == 1 for places in after.values())
    assert not {v for places in before.values() for v, _ in places} & {v for places in after.values() for v, _ in places}

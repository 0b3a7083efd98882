"""What a person does between our decision and our APPEND: whoever began to write in that thread is not doubled (laws 2 and 4)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from followupd.mailbox.base import Box
from followupd.turn import run_turn
from followupd.work import pull, write
from followupd.work.desk import Desk
from tests.stories.play import Stage, when


def test_a_draft_that_a_person_began_meanwhile_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "one"
    directory.mkdir()
    stage = Stage(directory, when("2026-09-01 09:00"))
    stage.buyer, stage.mails, stage.now = "Anna Schmidt <anna@firm.de>", [], when("2026-09-01 15:10")
    stage.buyer_writes({"buyer": "inquiry_valves", "subject": "Inquiry"})
    stage.now = when("2026-09-02 10:00")
    stage.we_write({"we": "quote_valves_30d"})
    run_turn(stage.desk, stage.now)
    look = pull.pull

    def looks(desk: Desk, now: datetime, *, everywhere: bool = False) -> object:
        if everywhere and not stage.server.messages(Box.DRAFTS):
            stage.human_begins()
        return look(desk, now, everywhere=everywhere)

    monkeypatch.setattr(write.pull, "pull", looks)
    stage.now = when("2026-09-08 16:00")
    run_turn(stage.desk, stage.now)
    assert len(stage.server.messages(Box.DRAFTS)) == 1
    run_turn(stage.desk, when("2026-09-08 17:00"))
    assert len(stage.server.messages(Box.DRAFTS)) == 1

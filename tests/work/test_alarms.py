"""An alarm about one occasion goes out once, however often the turn comes by it."""

from __future__ import annotations

from pathlib import Path

from followupd.model import Action
from followupd.turn import run_turn
from followupd.work import deliver
from tests.stories.play import Stage, when


def test_the_second_time_nothing_is_queued(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    stage = Stage(tmp_path / "one", when("2026-09-01 09:00"))
    stage.buyer, stage.mails, stage.now = "Anna Schmidt <anna@firm.de>", [], when("2026-09-01 15:10")
    stage.buyer_writes({"buyer": "inquiry_valves", "subject": "Inquiry"})
    run_turn(stage.desk, stage.now)
    late = when("2026-09-02 16:00")
    with stage.desk.index.transaction():
        stage.desk.index.mark_all_dirty()
    first = run_turn(stage.desk, late)
    (decision,) = [d for _, d, _ in first.decisions if d.action is Action.ALARM]
    assert first.alarms == 1
    assert deliver.deliver(stage.desk, [decision], late) == 0

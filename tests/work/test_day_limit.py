"""The first run on a full mailbox gives a person no more drafts than a day takes, the most pressing first."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from followupd.model import Reason
from tests.stories.play import Stage, when


def test_a_day_has_its_limit_and_the_rest_comes_later(tmp_path: Path) -> None:
    stage = Stage(tmp_path, when("2026-09-09 09:00"))
    limits = stage.desk.rules.book.limits.model_copy(update={"drafts_per_day": 3})
    stage.desk.rules = replace(stage.desk.rules, book=replace(stage.desk.rules.book, limits=limits))
    for n in range(7):
        stage.buyer, stage.now, stage.mails = f"Buyer {n} <b{n}@firm{n}.de>", when(f"2026-09-0{1 + n % 2} 15:10"), []
        stage.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
        stage.now += timedelta(hours=2)
        pressing = n == 4
        stage.we_write({"we": "quote_valves_full_until" if pressing else "quote_valves_30d", "until_date": "10 Sep 2026"})
    stage.now = when("2026-09-09 16:00")
    stage.turn()
    assert len(stage.drafts()) == 3
    assert "validity_ending" in [p.topic for p in stage.placed], "what ends soon goes first"
    waiting = [r for r in stage.index.rows() if r.decision and r.decision.reason is Reason.LIMIT_DAY]
    assert len(waiting) == 4
    assert all(r.next_due and r.next_due > stage.now for r in waiting)
    stage.now = when("2026-09-10 17:00")
    stage.turn()
    assert len(stage.drafts()) == 6
    stage.now = when("2026-09-11 18:00")
    stage.turn()
    assert len({p.decision.thread_id for p in stage.placed}) == 7, "nobody is forgotten"

"""What is judged once need not be judged again, and says the same as if it were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.judging import thread as room
from tests.stories.play import Stage, when

ANNA = "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path, when("2026-09-01 10:00"))
    made.buyer, made.now = ANNA, when("2026-09-01 10:00")
    made.buyer_writes({"buyer": "inquiry_valves", "subject": "Inquiry"})
    made.turn()
    made.we_write({"we": "quote_valves_30d"})
    made.turn()
    return made


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    judge = room.judge_message

    def noting(message, rules, context):  # type: ignore[no-untyped-def]
        seen.append(message.id)
        return judge(message, rules, context)

    monkeypatch.setattr(room, "judge_message", noting)
    return seen


def test_one_more_mail_costs_one_judgement(stage: Stage, judged: list[str]) -> None:
    for _ in range(3):
        stage.now += timedelta(hours=5)
        stage.buyer_writes({"buyer": "reply_question"})
        judged.clear()
        stage.turn()
        assert len(judged) == 1


def test_facts_are_those_of_a_new_index(stage: Stage) -> None:
    stage.now += timedelta(days=1)
    stage.buyer_writes({"buyer": "reply_question"})
    stage.turn()
    row = stage.index.row(stage.thread_id())
    stage.lose_index()
    stage.turn()
    again = stage.index.row(stage.thread_id())
    assert row is not None
    assert again is not None
    assert row.facts == again.facts


def test_what_stands_behind_a_late_mail_is_judged_again(stage: Stage) -> None:
    thread = stage.index.thread(stage.thread_id())
    assert thread is not None
    late = replace(thread.messages[0], id="late@buyer.example")
    first, last = thread.messages
    assert set(stage.index.judgements(thread)) == {first.id, last.id}
    assert set(stage.index.judgements(replace(thread, messages=(first, last, late)))) == {first.id, last.id}
    assert set(stage.index.judgements(replace(thread, messages=(first, late, last)))) == {first.id}
    assert stage.index.judgements(replace(thread, messages=(late, first, last))) == {}


def test_forgotten_judgements_are_made_again(stage: Stage, judged: list[str]) -> None:
    with stage.index.transaction():
        stage.index.forget_judgements()
        stage.index.mark_all_dirty()
    stage.turn()
    assert len(judged) == 2

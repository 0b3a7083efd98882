"""Law 7: does every decision, the one to do nothing too, say why, in both languages, and is it kept?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.deciding.reasons import TEXTS, text
from followupd.lab.story import Story
from followupd.mailbox.base import Box
from followupd.model import Action, Reason
from tests.deciding.test_decide import BOOK, SENT, ask, facts
from tests.laws.scene import DUE, Scene
from tests.stories.play import play, stories

STORIES = stories()


@pytest.mark.parametrize("reason", list(Reason), ids=[r.value for r in Reason])
def test_every_reason_has_a_sentence_in_both_languages(reason: Reason) -> None:
    english, chinese = text(reason), text(reason, "zh")
    assert english.isascii()
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)


def test_no_two_reasons_sound_the_same() -> None:
    assert len({english for english, _ in TEXTS.values()}) == len(Reason)
    assert len({chinese for _, chinese in TEXTS.values()}) == len(Reason)


@pytest.mark.parametrize("story", [s for _, s in STORIES], ids=[name for name, _ in STORIES])
def test_every_thread_of_every_story_has_a_stored_reason(story: Story, tmp_path: Path) -> None:
    stage = play(story, tmp_path)
    for row in stage.index.rows():
        assert row.decision is not None, "a thread without a decision"
        assert row.decision.reason in TEXTS
        assert row.decision.stage
    for placed in stage.placed:
        assert placed.decision.evidence, "a draft without evidence"
        assert placed.decision.turn_id


def test_the_reason_outlives_a_restart(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.at(DUE)
    before = {row.id: (row.decision, row.acted) for row in scene.index.rows()}
    scene.restart()
    assert {row.id: (row.decision, row.acted) for row in scene.index.rows()} == before
    assert all(acted and acted.action is Action.DRAFT for _, acted in before.values())


def test_doing_nothing_for_weeks_still_has_a_reason_of_today(tmp_path: Path) -> None:
    """A thread that comes due is decided anew; one that waits says until when, or that nothing more will come."""
    scene = Scene(tmp_path, 2)
    for day in range(60):
        scene.at(DUE + timedelta(days=day))
        for row in scene.index.rows():
            assert row.decision
            assert row.next_due is None or row.next_due > scene.now, row.decision


def test_mail_of_every_kind_gets_a_decision(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 0)
    odd = [
        b"From: a@b.example\r\nTo: lily@brightway.example\r\n\r\n",
        b"From: =?x?q?=?= <>\r\nSubject: \r\n\r\nhi\r\n",
        b"Subject: only a subject\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n",
        b"From: lily@brightway.example\r\nTo: lily@brightway.example\r\nMessage-ID: <2@x>\r\n\r\nnote to self\r\n",
    ]
    for raw in odd:
        scene.server.deliver(Box.INBOX, raw, scene.now)
    scene.turn()
    rows = list(scene.index.rows())
    assert rows
    assert all(row.decision is not None for row in rows)


@pytest.mark.parametrize("stage", ["qualifying", "sample_pending", "balance_due", "lost", "paused", "nurture", "quoted"])
def test_where_nothing_is_said_every_topic_tells_why_and_so_does_the_whole(stage: str) -> None:
    for days in (1, 9, 40):
        decision = ask(facts(stage=stage, quotes=()), SENT + timedelta(days=days))
        assert decision.detail
        if decision.action is Action.NONE and decision.reason is Reason.NO_TOPIC:
            assert {refusal.topic for refusal in decision.refused} == {topic.id for topic in BOOK.topics}
            assert all(refusal.detail for refusal in decision.refused)

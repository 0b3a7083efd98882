"""Law 1: does everything stand there again after the index was lost?"""

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.lab.story import Story
from followupd.model import Decision, Facts
from tests.laws.scene import DUE, Scene
from tests.stories.play import Stage, play, stories

TOLD = [s for _, s in stories() if not any(step.lose_index or step.rotate_uidvalidity for step in s.entry.steps)]


def test_the_same_threads_facts_and_decisions_stand_there_again(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    assert scene.at(DUE).drafted == 3
    scene.turn()
    before, drafts = scene.known(), scene.bodies()
    scene.lose_index()
    scene.turn()
    after = scene.known()
    assert after.keys() == before.keys()
    for thread_id, (facts, decision, _acted, thread) in before.items():
        assert after[thread_id][0] == facts
        assert after[thread_id][1] == decision
        assert after[thread_id][3] == thread
    assert scene.bodies() == drafts


def _said(stage: Stage) -> dict[str, tuple[Facts | None, Decision | None]]:
    """Facts and decision of every thread, decided now."""
    with stage.index.transaction():
        stage.index.mark_all_dirty()
    stage.turn()
    return {r.id: (r.facts, r.decision) for r in stage.index.rows()}


@pytest.mark.parametrize("story", TOLD, ids=[s.title for s in TOLD])
def test_no_story_changes_when_its_index_is_lost_at_the_end(story: Story, tmp_path: Path) -> None:
    stage = play(story, tmp_path)
    before = _said(stage)
    drafts = [d.raw for d in stage.drafts()]
    threads = {r.id: stage.index.thread(r.id) for r in stage.index.rows()}
    stage.lose_index()
    stage.turn()
    assert {r.id: stage.index.thread(r.id) for r in stage.index.rows()} == threads
    assert _said(stage) == before
    assert [d.raw for d in stage.drafts()] == drafts


def test_a_lost_index_does_not_bring_a_deleted_draft_back(tmp_path: Path) -> None:
    scene = Scene(tmp_path, buyers=1)
    scene.turn()
    scene.at(DUE)
    scene.human_delete()
    scene.at(DUE + timedelta(hours=1))
    scene.lose_index()
    for hours in (2, 3, 26):
        scene.at(DUE + timedelta(hours=hours))
        assert scene.drafts() == []

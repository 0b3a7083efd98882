"""Threads told in days: every story ends as an experienced salesperson would want it."""

from pathlib import Path

import pytest

from followupd.lab.story import Story
from tests.stories.play import play, stories

STORIES = stories()


@pytest.mark.parametrize("story", [s for _, s in STORIES], ids=[name for name, _ in STORIES])
def test_story(story: Story, tmp_path: Path) -> None:
    play(story, tmp_path)


def test_there_are_enough_stories() -> None:
    assert len(STORIES) >= 60
    assert len({s.title for _, s in STORIES}) == len(STORIES)

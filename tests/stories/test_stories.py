"""Threads told in days: every story ends as an experienced salesperson would want it."""

from pathlib import Path

import pytest

from followupd.accounts import rules_in_force
from followupd.lab.play import play_all
from followupd.lab.story import Story, read_stories
from followupd.rulesource import read_rules
from followupd.work.desk import RulesInForce
from tests.stories.play import play, stories

STORIES = stories()
SWITCHED_ON = Path(__file__).parent / "switched_on"
"""Rules of a user who switched on what is off, with stories of his own."""
OWN = read_stories([SWITCHED_ON])


@pytest.mark.parametrize("story", [s for _, s in STORIES], ids=[name for name, _ in STORIES])
def test_story(story: Story, tmp_path: Path) -> None:
    play(story, tmp_path)


@pytest.fixture(scope="module")
def switched_on() -> RulesInForce:
    return rules_in_force(read_rules(SWITCHED_ON))


@pytest.mark.parametrize("story", OWN, ids=[s.title for s in OWN])
def test_story_of_what_is_switched_on(story: Story, switched_on: RulesInForce) -> None:
    (outcome,) = play_all([story], switched_on)
    assert outcome.passed, "\n".join(map(str, outcome.failures))


def test_there_are_enough_stories() -> None:
    assert len(STORIES) >= 60
    assert len({s.title for _, s in STORIES}) == len(STORIES)

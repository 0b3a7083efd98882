"""Who plays a story? One player for the tests of the house and for the user's own: the real turn, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from followupd.lab.expect import Failure, Watch
from followupd.lab.room import StoryBroken
from followupd.lab.stage import Stage
from followupd.lab.story import Step, Story
from followupd.mailbox.base import Box
from followupd.work.desk import RulesInForce


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a story."""

    story: Story
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Did everything come as the story says?"""
        return not self.failures


def play_all(stories: Iterable[Story], rules: RulesInForce) -> Iterator[Outcome]:
    """Play stories one after the other, each in stores of its own that are thrown away."""
    for story in stories:
        with TemporaryDirectory(prefix="followupd-story-") as directory:
            stage = stage_for(story, Path(directory), rules)
            try:
                yield Outcome(story, tuple(play(story, stage)))
            finally:
                stage.close()


def stage_for(story: Story, directory: Path, rules: RulesInForce) -> Stage:
    """The stage on which a story begins."""
    entry = story.entry
    installed = story.moment(entry.installed or entry.steps[0].when or "")
    return Stage(directory, installed, with_facts(rules, story), entry.account)


def with_facts(rules: RulesInForce, story: Story) -> RulesInForce:
    """The rules with what the story's user knows; his own facts of today do not count in it."""
    return replace(rules, book=replace(rules.book, known=story.facts()))


def play(story: Story, stage: Stage) -> list[Failure]:
    """Play a story to its end and tell what came otherwise than it says. A step that cannot be done ends it."""
    entry = story.entry
    stage.buyer, stage.texts = entry.buyer, story.texts
    stage.now = story.moment(entry.steps[0].when or "")
    watch, failures = Watch(stage), []
    for number, step in enumerate(entry.steps):
        try:
            _live_until(story, step, stage)
            failures += _expected(story, number, watch)
        except StoryBroken as broken:
            failures.append(Failure(story.line("steps", number), "this step", str(broken), "none"))
            break
    return failures


def _live_until(story: Story, step: Step, stage: Stage) -> None:
    """Time passes up to a step; then it is done, and somebody looks."""
    end = story.moment(step.when or "")
    if step.sleep_until:
        stage.now = end
        return
    if step.send_all_until:
        stage.pass_until(end, send_all=True)
        return
    asleep = story.entry.installed is not None and end < stage.installed
    if asleep:
        stage.now = end
    else:
        stage.pass_until(end)
    do(story, step, stage)
    if not asleep:
        stage.turn()


def do(story: Story, step: Step, stage: Stage) -> None:
    """What happens at this step. Raises StoryBroken when it cannot."""
    if step.buyer is not None:
        stage.buyer_writes(step)
    if step.we is not None:
        stage.we_write(step)
    if step.human is not None:
        stage.human(step.human)
    if step.word is not None:
        stage.word(step.word, story.moment(step.word.until) if step.word.until else None)
    if step.bounce:
        stage.bounce()
    if step.restart:
        stage.restart()
    if step.lose_index:
        stage.lose_index()
    if step.rotate_uidvalidity:
        stage.server.rotate_uidvalidity(Box.DRAFTS)


def _expected(story: Story, number: int, watch: Watch) -> list[Failure]:
    step = story.entry.steps[number]
    if step.expect is None:
        return []
    return list(watch.check(step, lambda key: story.line("steps", number, "expect", key)))

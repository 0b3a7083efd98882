"""The product's own player, in the hands of the tests: stages that are kept, stories told in plain data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from followupd.lab import play as player
from followupd.lab.room import shipped_in_force
from followupd.lab.stage import Stage as PlayersStage
from followupd.lab.story import Account, Said, Step, Story, parse_story, read_stories, read_texts, shipped_stories
from followupd.mailbox.memory import MemoryServer
from followupd.yamlfile import YamlFile

US = Account().identity().address
TEXTS: dict[str, dict[str, str]] = yaml.safe_load((shipped_stories() / "texts.yaml").read_text(encoding="utf-8"))
NO_FILE = YamlFile("story", None)


def when(value: str) -> datetime:
    """A story's time, in the salesperson's zone, as UTC."""
    return told({"title": "t", "buyer": "a@b.example", "steps": [{"at": "2026-09-01 15:10"}]}).moment(value)


def told(data: dict[str, Any]) -> Story:
    """A story from plain data."""
    return parse_story(data, read_texts(shipped_stories() / "texts.yaml"), NO_FILE)


class Stage(PlayersStage):
    """A stage under the shipped rules; steps may be given as plain data."""

    def __init__(self, directory: Path, installed: datetime, server: MemoryServer | None = None) -> None:
        super().__init__(directory, installed, shipped_in_force(), server=server)

    def buyer_writes(self, step: Step | dict[str, Any]) -> None:
        super().buyer_writes(_step(step))

    def we_write(self, step: Step | dict[str, Any]) -> None:
        super().we_write(_step(step))

    def word(self, said: Said | dict[str, str], until: datetime | None = None) -> None:
        super().word(said if isinstance(said, Said) else Said.model_validate(said), until)


def _step(step: Step | dict[str, Any]) -> Step:
    return step if isinstance(step, Step) else Step.model_validate({"at": "2026-01-01 00:00", **step})


def play(story: Story | dict[str, Any], directory: Path) -> Stage:
    """Play a story to its end and keep its stage; raises AssertionError where followupd does something else."""
    found = told(story) if isinstance(story, dict) else story
    entry = found.entry
    stage = Stage(directory, found.moment(entry.installed or entry.steps[0].when or ""))
    stage.rules = stage.desk.rules = player.with_facts(shipped_in_force(), found)
    failures = player.play(found, stage)
    assert not failures, "\n".join(map(str, failures))
    return stage


def _do(stage: Stage, step: dict[str, Any]) -> None:
    story = told({"title": "t", "buyer": stage.buyer, "steps": [step]})
    player.do(story, story.entry.steps[0], stage)


def stories() -> list[tuple[str, Story]]:
    """All shipped stories, by file and title."""
    return [(f"{Path(s.file.name).stem}: {s.title}", s) for s in read_stories([shipped_stories()])]

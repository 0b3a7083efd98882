"""What does a turn cost, counted and not timed? Calls of Python and steps of SQLite's machine are the same on every machine.

``pytest -s tests/work/test_cost.py`` prints the counts. The limits stand a quarter or so above what was counted; whoever makes a
turn dearer on purpose raises them in the same change and says why.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bench.filled import multiply
from bench.mails import US, Writer
from followupd.lab.room import shipped_in_force
from followupd.lab.stage import Stage
from followupd.lab.story import Account
from followupd.mailbox.base import Box
from followupd.turn import run_turn
from followupd.work.decide import decide_one
from tests.stories.play import when

NOW = when("2026-09-09 16:00")
SMALL, TIMES = 20, 100
STEPS = 10
FLAT = 1.15


@dataclass
class Cost:
    calls: int = 0
    steps: int = 0


def counted(stage: Stage, act: Callable[[], object]) -> Cost:
    """Calls of Python functions, and steps of SQLite in tens."""
    cost = Cost()

    def on_event(frame: object, event: str, arg: object) -> None:
        cost.calls += event == "call"

    def on_steps() -> int:
        cost.steps += STEPS
        return 0

    stage.index._db.set_progress_handler(on_steps, STEPS)
    sys.setprofile(on_event)
    try:
        act()
    finally:
        sys.setprofile(None)
        stage.index._db.set_progress_handler(None, 0)
    return cost


def stage_at(directory: Path) -> Stage:
    address = US.partition("<")[2].rstrip(">")
    stage = Stage(directory, NOW, shipped_in_force(), account=Account(address=address))
    stage.now = NOW
    return stage


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Stage]]:
    """One with a small index and one with a hundred times as much; both judged and decided, both warm."""
    made = stage_at(tmp_path_factory.mktemp("small"))
    for inquiry, quote in Writer(3, end=NOW, size=6.0).threads(SMALL, days=300):
        made.server.deliver(Box.INBOX, inquiry.raw, inquiry.at)
        made.server.deliver(Box.SENT, quote.raw, quote.at)
    made.desk.write_drafts = False
    made.turn()
    made.close()
    pair = []
    for times in (1, TIMES):
        place = tmp_path_factory.mktemp(f"times{times}")
        multiply(made.directory / "index.sqlite", place / "index.sqlite", times)
        stage = stage_at(place)
        assert stage.index.counts()[1] == SMALL * times
        pair.append(stage)
        for seed in (1, 2):
            new_mail(stage, seed)
            stage.turn()
    yield pair[0], pair[1]
    for stage in pair:
        stage.close()


def new_mail(stage: Stage, seed: int) -> None:
    writer = Writer(100 + seed, end=NOW, size=6.0)
    mail, _ = writer.inquiry(NOW - timedelta(minutes=5))
    stage.server.deliver(Box.INBOX, mail.as_bytes(), NOW)


def measured(name: str, stages: tuple[Stage, Stage], act: Callable[[Stage], object], calls: int) -> None:
    small, large = (counted(stage, lambda stage=stage: act(stage)) for stage in stages)
    print(f"\n{name}: {small.calls} calls, {small.steps} steps; at {TIMES} times the size {large.calls} and {large.steps}")
    assert large.calls <= small.calls * FLAT + 20, f"{name} grows with the mailbox"
    assert large.steps <= small.steps * FLAT + 200, f"{name}: SQLite's work grows with the mailbox"
    assert large.calls <= calls, f"{name} has become dearer"


def test_a_look_that_finds_nothing(stages: tuple[Stage, Stage]) -> None:
    measured("nothing new", stages, lambda stage: run_turn(stage.desk, NOW), 300)


def test_a_new_mail(stages: tuple[Stage, Stage]) -> None:
    for stage in stages:
        new_mail(stage, 7)
    measured("a new mail", stages, lambda stage: run_turn(stage.desk, NOW), 15_000)


def test_which_threads_are_due(stages: tuple[Stage, Stage]) -> None:
    early = NOW - timedelta(days=1)
    measured("what is due", stages, lambda stage: (stage.index.due(early), stage.index.dirty(), stage.index.waiting(10, 10)), 25)


def test_a_thread_is_decided_anew(stages: tuple[Stage, Stage]) -> None:
    last = {id(stage): next(iter(stage.index.rows())).id for stage in stages}
    for stage in stages:
        assert decide_one(stage.desk, last[id(stage)], NOW)
    measured("a thread decided anew", stages, lambda stage: decide_one(stage.desk, last[id(stage)], NOW), 400)


def test_a_contact_more_costs_nothing(stages: tuple[Stage, Stage]) -> None:
    measured("who is near", stages, lambda stage: stage.index.contacts(["anna@schmidt-nowhere.example"], NOW), 80)

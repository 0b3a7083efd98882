"""Killed at any step whatsoever: does the next start end where an undisturbed run ends?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.mailbox.base import Box
from followupd.store.ledger import Ledger
from followupd.work import decide, hand, write
from tests.daemon.kill import World, end_state, killed_at, new_world, steps_of
from tests.laws.scene import DUE, per_buyer

LATER = timedelta(minutes=5)


def differing(found: dict[str, Any], wanted: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """What is not as it should be, with both values."""
    return [(key, found[key], wanted[key]) for key in wanted if found[key] != wanted[key]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("start") / "world")


@pytest.fixture(scope="module")
def undisturbed(start: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = start.copy(tmp_path_factory.mktemp("undisturbed") / "world")
    world.steps = steps_of(world, DUE)
    world.once(DUE + LATER)
    return world


def test_the_run_holds_every_kind_of_step(undisturbed: World) -> None:
    assert undisturbed.steps.count("append draft") == undisturbed.steps.count("appended draft") == 3
    assert undisturbed.steps.count("deleted draft") == 1
    for name in ("write ledger.json", "rename ledger.json", "written ledger.json", "commit index", "committed index"):
        assert undisturbed.steps.count(name) >= 3, name


def test_killed_at_every_step_it_ends_as_if_nothing_had_been(start: World, undisturbed: World, tmp_path: Path) -> None:
    wanted = end_state(undisturbed)
    wrong = []
    for number, name in enumerate(undisturbed.steps):
        world = start.copy(tmp_path / str(number))
        assert killed_at(world, number, DUE), f"step {number}, {name}, was not reached"
        world.once(DUE + LATER)
        world.once(DUE + 2 * LATER)
        if differences := differing(end_state(world), wanted):
            wrong.append((number, name, differences))
    for number, name, differences in wrong:
        print(number, name, differences)
    assert [w[:2] for w in wrong] == []


def test_killed_again_and_again_it_still_ends_there(start: World, undisturbed: World, tmp_path: Path) -> None:
    """Every restart is killed a little later than the one before, so that half-done work piles upon half-done work."""
    wanted = end_state(undisturbed)
    for stride in (1, 7, 19):
        world = start.copy(tmp_path / str(stride))
        number = 0
        while killed_at(world, number, DUE):
            number += stride
        world.once(DUE + LATER)
        world.once(DUE + 2 * LATER)
        assert differing(end_state(world), wanted) == [], stride


def test_killed_in_the_first_look_it_reads_everything_once(tmp_path: Path) -> None:
    world = new_world(tmp_path / "world")
    for path in world.state.glob("index.sqlite*"):
        path.unlink()
    whole = world.copy(tmp_path / "whole")
    steps = steps_of(whole, DUE)
    whole.once(DUE + LATER)
    wanted = end_state(whole)
    for number in range(0, len(steps), 3):
        killed = world.copy(tmp_path / str(number))
        assert killed_at(killed, number, DUE)
        killed.once(DUE + LATER)
        killed.once(DUE + 2 * LATER)
        assert differing(end_state(killed), wanted) == [], (number, steps[number])


def test_control_without_the_look_after_a_crash_drafts_are_lost(
    start: World, undisturbed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same kills, but nobody looks what became of the intents: the comparison above must notice."""
    monkeypatch.setattr(hand, "reconcile", lambda _desk, _now: None)
    wanted = end_state(undisturbed)
    wrong = 0
    for number in [n for n, name in enumerate(undisturbed.steps) if name in {"append draft", "appended draft"}]:
        world = start.copy(tmp_path / str(number))
        assert killed_at(world, number, DUE)
        world.once(DUE + LATER)
        world.once(DUE + 2 * LATER)
        wrong += end_state(world) != wanted
    assert wrong == 6


def test_control_without_the_intent_on_disk_drafts_are_doubled(
    start: World, undisturbed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an intent nor the look into Drafts: then a kill right after the APPEND doubles."""
    monkeypatch.setattr(Ledger, "flush", lambda _self: None)
    monkeypatch.setattr(write, "open_drafts", lambda _desk, _thread: ())
    monkeypatch.setattr(decide, "open_drafts", lambda _desk, _thread: ())
    world = start.copy(tmp_path / "world")
    killed_at(world, steps_of(start.copy(tmp_path / "count"), DUE).index("appended draft"), DUE)
    world.once(DUE + LATER)
    drafts = [d.raw for d in world.server().messages(Box.DRAFTS)]
    assert max(per_buyer(drafts).values()) == 2

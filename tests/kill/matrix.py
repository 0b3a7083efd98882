"""Killed at any moment: does the next start end where a run that was never killed ends?

    python -m tests.kill.matrix                 every scenario at every step
    python -m tests.kill.matrix --sample 120    so many pairs, drawn by a fixed seed
    python -m tests.kill.matrix --only quote    scenarios whose name holds this word
    python -m tests.kill.matrix --part 1/2      every second scenario; the others in another process
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.kill import tales_of_mail, tales_of_people, tales_of_servers
from tests.kill.outcome import differing, outcome
from tests.kill.tales import HOUR, TALES, Tale, answers, letter, quoted
from tests.kill.world import LILY, Bench, Step, World, steps_of
from tests.laws.scene import DUE

SEED = 5
LATER = timedelta(minutes=7)
TOLD = (tales_of_mail, tales_of_people, tales_of_servers)


@dataclass
class Stage:
    """A scenario made ready: its world before the run, and what holds after a run that was never killed."""

    tale: Tale
    start: World
    now: datetime
    steps: list[Step]
    wanted: dict[str, Any]
    wanted_later: dict[str, Any]
    mails: int
    looks: int
    """So often the mailbox is looked at until nothing changes any more."""


@dataclass(frozen=True)
class Pair:
    """What came of one kill and one resume."""

    wrong: str = ""
    sent_twice: int = 0
    """Mails to the owner that came once more."""


@dataclass
class Result:
    """What a matrix found."""

    pairs: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    sent_twice: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, step: Step, one: Pair) -> None:
        self.pairs += 1
        self.kinds[kind(step.name)] += 1
        self.sent_twice += max(0, one.sent_twice)
        self.wrong += [one.wrong] if one.wrong else []


def stage(bench: Bench, tale: Tale, place: Path) -> Stage:
    """Build the world and run it undisturbed."""
    names = {LILY: "lily"} if tale.accounts == 1 else {LILY: "lily", "lin@brightway.example": "lin"}
    start = World(bench, place / "start", names, tale.smtp)
    now = tale.build(start)
    whole = start.copy(place / "whole")
    ended = whole.once(now)
    assert not ended.error, (tale.name, ended.error)
    wanted, looks = outcome(whole), 1
    while differing(outcome(_looked(whole, now)), wanted):
        wanted, looks = outcome(whole), looks + 1
        assert looks <= 3, f"{tale.name}: every look changes something"
    mails = len(whole.owner)
    later = outcome(_looked(whole, now + LATER, looks), moments=False)
    return Stage(tale, start, now, steps_of(ended), wanted, later, mails, looks)


def _looked(world: World, now: datetime, looks: int = 1, **more: Any) -> World:
    """After so many looks. Raises AssertionError when one of them failed."""
    for _ in range(looks):
        ended = world.once(now, **more)
        assert not ended.error, ended.error
    return world


def rehearse(bench: Bench, place: Path) -> None:
    """A run in which every part of the product has something to do, in the warm process itself."""
    world = World(bench, place / "rehearsal")
    offer = quoted(world)
    letter(world, 1, "fraud_fee")
    letter(world, 2, "vague")
    bench.rehearse(world, DUE)
    answers(world, offer, "reply_question", DUE + HOUR)
    bench.rehearse(world, DUE + 2 * HOUR)


def pair(bench: Bench, stage: Stage, step: Step, place: Path, *, later: bool = False, control: str = "") -> Pair:
    """Kill at that step, start again, compare. ``later``: the machine was off for some minutes in between."""
    world = stage.start.copy(place)
    try:
        ended = world.killed(stage.now, step, control=control)
        if not ended.killed:
            return Pair(f"{stage.tale.name}, {step}: was not reached {ended.error}")
        try:
            _looked(world, stage.now + LATER if later else stage.now, stage.looks, control=control)
        except AssertionError as error:
            return Pair(f"{stage.tale.name}, {step}: the next start fails: {error}")
        found = outcome(world, moments=not later)
        wrong = differing(found, stage.wanted_later if later else stage.wanted)
        return Pair("\n  ".join([f"{stage.tale.name}, {step}, later={later}:", *wrong]) if wrong else "", len(world.owner) - stage.mails)
    finally:
        shutil.rmtree(place)


def matrix(
    bench: Bench,
    place: Path,
    *,
    tales: Sequence[Tale] = TALES,
    sample: int = 0,
    per_tale: int = 8,
    seed: int = SEED,
    tell: bool = False,
) -> Result:
    """All pairs, or a sample; every step once with the clock standing still, every eighth again some minutes later."""
    result, lot = Result(), random.Random(seed)
    if sample:
        tales = lot.sample(list(tales), min(len(tales), sample // per_tale))
    for number, tale in enumerate(tales):
        began, here, wrong = time.monotonic(), place / str(number), len(result.wrong)
        found = stage(bench, tale, here)
        work = [(step, False) for step in found.steps] + [(step, True) for step in found.steps[number % 8 :: 8]]
        work = lot.sample(work, per_tale) if sample else work
        for count, (step, later) in enumerate(work):
            result.add(step, pair(bench, found, step, here / str(count), later=later))
        shutil.rmtree(here)
        if tell:
            took = f"{time.monotonic() - began:.0f} s"
            print(f"{tale.name}: {len(found.steps)} steps, {len(work)} pairs, {len(result.wrong) - wrong} wrong, {took}")
            print("\n".join(result.wrong[wrong:]), end="", flush=True)
    return result


def kind(name: str) -> str:
    """The sort of step that a name tells of."""
    for sort in ("eml", "json", "index", "APPEND", "STORE", "EXPUNGE", "MOVE", "mail to the owner", "bak", "draft"):
        if sort in name:
            return {"eml": "outbox mail", "json": name.split()[-1], "bak": "backup"}.get(sort, sort)
    return name.split()[0]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--part", default="1/1", metavar="1/2", help="every second scenario, from the first")
    chosen = parser.parse_args()
    first, parts = (int(n) for n in chosen.part.split("/"))
    tales = [t for t in TALES[first - 1 :: parts] if chosen.only in t.name]
    bench, began = Bench(), time.monotonic()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        rehearse(bench, Path(place))
        result = matrix(bench, Path(place), tales=tales, sample=chosen.sample, tell=True)
    bench.close()
    print(f"{len(tales)} scenarios, {result.pairs} pairs, {len(result.wrong)} wrong, {result.sent_twice} notices twice, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    print(", ".join(f"{name} {count}" for name, count in result.kinds.most_common()))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

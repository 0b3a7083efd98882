"""The disk is full, or what was written last is torn: is there a clear error, and is nothing lost or doubled?

A torn file is what a power cut leaves; a full disk is a limit on the size of a file (RLIMIT_FSIZE), and a tmpfs of one
megabyte where this process may mount one.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.kill.matrix import Stage, stage
from tests.kill.outcome import differing, outcome
from tests.kill.tales import TALES
from tests.kill.world import Bench, World

pytestmark = pytest.mark.xdist_group("kill")


@pytest.fixture(scope="module")
def due(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return stage(bench, next(t for t in TALES if t.name == "five follow-ups are due"), tmp_path_factory.mktemp("due"))


@pytest.fixture(scope="module")
def killed(due: Stage, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Killed when everything was done but the last words: the index lies in its write-ahead log."""
    world = due.start.copy(tmp_path_factory.mktemp("killed") / "world")
    last = [s for s in due.steps if s.name == "committed index"][-1]
    assert world.killed(due.now, last).killed
    assert (world.state() / "index.sqlite-wal").stat().st_size > 30_000
    return world


# ---- torn ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.999])
def test_a_torso_beside_the_ledger_is_never_read(due: Stage, part: float, tmp_path: Path) -> None:
    world = due.start.copy(tmp_path / "world")
    whole = (world.state() / "ledger.json").read_bytes()
    (world.state() / ".ledger.json.new").write_bytes(whole[: int(len(whole) * part)])
    world.once(due.now)
    assert differing(outcome(world), due.wanted) == []


def test_wherever_the_log_of_the_index_is_torn_the_same_stands_there_again(due: Stage, killed: World, tmp_path: Path) -> None:
    """The ledger knows of five drafts, and the index has forgotten a little, much or all of them."""
    lot = random.Random(5)
    size = (killed.state() / "index.sqlite-wal").stat().st_size
    for number, cut in enumerate([0, 31, 32, size - 1, *(lot.randrange(size) for _ in range(6))]):
        world = killed.copy(tmp_path / str(number))
        with (world.state() / "index.sqlite-wal").open("r+b") as log:
            log.truncate(cut)
        assert not world.once(due.now).error
        assert _all_but_the_last_deed(world, due) == [], cut


def test_a_log_with_garbage_in_it_is_not_believed(due: Stage, killed: World, tmp_path: Path) -> None:
    lot = random.Random(7)
    size = (killed.state() / "index.sqlite-wal").stat().st_size
    for number in range(4):
        world = killed.copy(tmp_path / str(number))
        with (world.state() / "index.sqlite-wal").open("r+b") as log:
            log.seek(lot.randrange(size - 600))
            log.write(lot.randbytes(500))
        assert not world.once(due.now).error
        assert _all_but_the_last_deed(world, due) == []


def _all_but_the_last_deed(world: World, due: Stage) -> list[str]:
    """The index tells in full what was done last in a thread, and the mail to the owner what a draft takes for granted by it;
    once forgotten, only the ledger's short word of it is left."""
    found, wanted = outcome(world), dict(due.wanted)
    for state in (found, wanted):
        rows = (json.loads(row) for row in state["lily index threads"])
        state["lily index threads"] = sorted(json.dumps({**row, "acted": None}) for row in rows)
        state["mail to the owner"] = sorted(map(_without_what_it_rests_on, state["mail to the owner"]))
    return differing(found, wanted)


def _without_what_it_rests_on(mail: bytes) -> str:
    body = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert body is not None
    lines = [line for line in body.get_content().splitlines() if line.strip() and not line.startswith("  Takes for granted: ")]
    assert any("Q-118" in line or "ball valves" in line for line in lines), lines
    return "\n".join(lines)


def test_a_ledger_that_is_torn_is_refused_with_the_way_back_and_no_draft_is_written(due: Stage, tmp_path: Path) -> None:
    world = due.start.copy(tmp_path / "world")
    ledger = world.state() / "ledger.json"
    whole = ledger.read_bytes()
    for part in (0.0, 0.3, 0.99):
        ledger.write_bytes(whole[: int(len(whole) * part)])
        ended = world.once(due.now)
        assert "ledger.json" in ended.error
        assert "is damaged" in ended.error
        assert "restore the newest backup: cp " in ended.error
        assert ended.outside == ()
    newest = sorted(world.state().glob("ledger.*.bak"))[-1]
    assert str(newest) in ended.error
    shutil.copy(newest, ledger)
    world.once(due.now)
    assert len(world.drafts()) == 5


# ---- full ---------------------------------------------------------------------------------------------


def _settled_as_if_nothing_had_been(world: World, due: Stage) -> None:
    for _ in range(due.looks):
        assert not world.once(due.now).error
    assert differing(outcome(world), due.wanted) == []


def test_however_little_room_there_is_the_error_is_clear_and_nothing_is_lost_or_doubled(due: Stage, tmp_path: Path) -> None:
    """Ledger, outbox, index and its log each reach the limit somewhere between nothing and enough."""
    told = []
    for number, size in enumerate((0, 200, 700, 1500, 2500, 4000, 6000, 9000, 20_000, 33_000, 70_000, 150_000, 300_000)):
        world = due.start.copy(tmp_path / str(number))
        ledger = (world.state() / "ledger.json").read_bytes()
        ended = world.once(due.now, largest_file=size)
        assert len(world.drafts()) <= 5
        if ended.error:
            told.append(size)
            assert ended.error.startswith("StoreFull"), ended.error
            assert "what stood there before still stands" in ended.error
        if size < len(ledger):
            assert (world.state() / "ledger.json").read_bytes() == ledger
        _settled_as_if_nothing_had_been(world, due)
    assert len(told) >= 6


@pytest.mark.parametrize("control", ["", "files written in place"])
def test_a_ledger_that_does_not_fit_any_more_leaves_the_old_one_and_the_naive_way_does_not(
    due: Stage, control: str, tmp_path: Path
) -> None:
    world = due.start.copy(tmp_path / "world")
    ledger = world.state() / "ledger.json"
    tables = json.loads(ledger.read_bytes())
    tables["notes"]["99"] = {"key": "long", "value": "x" * 2_000_000}
    ledger.write_text(json.dumps(tables))
    ended = world.once(due.now, largest_file=1_000_000, control=control)
    assert ended.error.startswith("StoreFull")
    assert world.drafts() == [], "no intent on disk, no draft"
    after = world.once(due.now)
    if control:
        assert "is damaged" in after.error
    else:
        assert not after.error
        assert len(world.drafts()) == 5


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("mount") is None or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place]).returncode:
        pytest.skip("mounting a tmpfs needs the rights of root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_on_a_disk_without_room_it_waits_and_goes_on_when_there_is_room(due: Stage, small_disk: Path) -> None:
    world = due.start.copy(small_disk / "world")
    filler = small_disk / "filler"
    for left in (0, 4096, 16_384, 65_536):
        _fill(filler, small_disk, left)
        ended = world.once(due.now)
        assert not ended.error or ended.error.startswith("StoreFull"), ended.error
        assert len(world.drafts()) <= 5
    assert ended.error
    filler.unlink()
    _settled_as_if_nothing_had_been(world, due)


def _fill(filler: Path, disk: Path, left: int) -> None:
    filler.unlink(missing_ok=True)
    with filler.open("wb") as stream:
        stream.write(bytes(max(0, shutil.disk_usage(disk).free - left)))

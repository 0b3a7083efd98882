"""A state file is old or new at every moment: law 2, RELIABILITY scenarios 4 and 28."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from followupd.errors import StoreFull, UnsafeState
from followupd.files import replace_file

CALLS = ("unlink", "open", "write", "fsync", "close", "replace")
OLD = json.dumps({"old": "x" * 5000}).encode()
NEW = json.dumps({"new": "y" * 20}).encode()


class Killed(BaseException):
    """Like SIGKILL: nothing that runs afterwards may be relied upon."""


class Steps:
    """Counts the system calls of os and stops at one of them, before or after it happened, or halfway."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stop_at: int, how: str) -> None:
        self.count, self.stop_at, self.how, self.names, self.dead = 0, stop_at, how, [], False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name, real):
        def call(*args, **more):
            if self.dead:  # whoever cleans up after a kill does not run in truth
                raise Killed
            self.count += 1
            self.names.append(name)
            if self.count != self.stop_at:
                return real(*args, **more)
            self.dead = True
            if self.how == "torn" and name == "write":
                real(args[0], bytes(args[1])[:7])
            elif self.how == "after":
                real(*args, **more)
            raise Killed

        return call


def steps_of_a_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with monkeypatch.context() as patch:
        seen = Steps(patch, stop_at=-1, how="before")
        replace_file(path, NEW)
    return seen.names


def replace_and_die(path: Path, patch: pytest.MonkeyPatch, step: int, how: str) -> None:
    Steps(patch, stop_at=step, how=how)
    replace_file(path, NEW)


@pytest.mark.parametrize("how", ["before", "after", "torn"])
def test_killed_at_every_step_the_file_is_old_or_new(tmp_path, monkeypatch, how):
    probe = tmp_path / "probe"
    probe.write_bytes(OLD)
    names = steps_of_a_write(probe, monkeypatch)
    assert {"open", "write", "fsync", "replace"} <= set(names), "the steps are seen"
    outcomes = set()
    for step in range(1, len(names) + 1):
        path = tmp_path / f"{how}{step}.json"
        path.write_bytes(OLD)
        with monkeypatch.context() as patch, pytest.raises(Killed):
            replace_and_die(path, patch, step, how)
        assert path.read_bytes() in {OLD, NEW}, f"mixed when killed {how} {names[step - 1]} ({step})"
        outcomes.add(path.read_bytes())
        replace_file(path, NEW)
        assert path.read_bytes() == NEW, "the next write works whatever the crash left behind"
    assert OLD in outcomes
    assert NEW in outcomes


def test_the_order_is_write_fsync_rename_fsync_of_the_directory(tmp_path, monkeypatch):
    names = steps_of_a_write(tmp_path / "a.json", monkeypatch)
    meaningful = [n for n in names if n in {"write", "fsync", "replace"}]
    assert meaningful == ["write", "fsync", "replace", "fsync"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_the_old_state_and_says_so(tmp_path, monkeypatch, code, call):
    path = tmp_path / "ledger.json"
    path.write_bytes(OLD)

    def full(*_):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StoreFull, match=r"ledger\.json"):
            replace_file(path, NEW)
    assert path.read_bytes() == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.json"], "no torso stays behind"


def test_a_write_that_takes_only_part_goes_on(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data)[:3]))
    replace_file(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == NEW


def test_files_are_for_the_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        replace_file(tmp_path / "a", NEW)
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_planted_link_at_the_temporary_name_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".a.new").symlink_to(victim)
    replace_file(tmp_path / "a", NEW)
    assert victim.read_text() == "precious"
    assert not (tmp_path / "a").is_symlink()


def test_a_directory_that_is_missing_is_told(tmp_path):
    with pytest.raises(UnsafeState, match="nowhere"):
        replace_file(tmp_path / "nowhere" / "a", NEW)


LIMITED = """
    import resource, signal, sys
    from pathlib import Path
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    from tinydb import TinyDB
    from tinydb.storages import JSONStorage
    from followupd.store.atomic import AtomicStorage
    from followupd.errors import StoreFull
    db = TinyDB(Path(sys.argv[1]), storage={"atomic": AtomicStorage, "json": JSONStorage}[sys.argv[2]])
    try:
        db.table("t").insert({"big": "x" * 9000})
        db.storage.flush() if sys.argv[2] == "atomic" else None
    except (StoreFull, OSError) as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(("storage", "error", "survives"), [("atomic", "StoreFull", True), ("json", "OSError", False)])
def test_under_a_file_size_limit_ours_keeps_the_old_state_and_tinydbs_own_storage_does_not(
    tmp_path, storage, error, survives
):
    path = tmp_path / "db.json"
    old = json.dumps({"t": {"1": {"precious": "yes"}}})
    path.write_text(old)
    done = subprocess.run(
        [sys.executable, "-c", dedent(LIMITED), str(path), storage], capture_output=True, text=True, check=False
    )
    assert error in done.stdout, done.stderr
    assert (path.read_text() == old) is survives

"""A second followupd is refused, and a dead one never stands in the way (RELIABILITY scenario 46)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from followupd.errors import AlreadyRunning, UnsafeState
from followupd.store.lock import InstanceLock, running

HOLD = """
import sys, time
from pathlib import Path
from followupd.store.lock import InstanceLock
with InstanceLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_instance_is_refused_and_the_first_is_named(tmp_path, other):
    with pytest.raises(AlreadyRunning, match=str(other.pid)):
        InstanceLock(tmp_path / "lock").acquire()
    assert running(tmp_path / "lock") == other.pid


def test_a_killed_holder_leaves_no_lock(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert running(tmp_path / "lock") == 0
    with InstanceLock(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_released_it_can_be_taken_again(tmp_path):
    for _ in range(2):
        with InstanceLock(tmp_path / "lock"), pytest.raises(AlreadyRunning):
            InstanceLock(tmp_path / "lock").acquire()


def test_looking_makes_no_file(tmp_path):
    assert running(tmp_path / "lock") == 0
    assert not (tmp_path / "lock").exists()


def test_a_planted_link_is_refused(tmp_path):
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(UnsafeState, match="symbolic link"):
        InstanceLock(tmp_path / "lock").acquire()
    assert (tmp_path / "victim").read_text() == "precious"

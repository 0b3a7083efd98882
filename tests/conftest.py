"""Which real servers do the tests share? One Dovecot per worker, a user of their own for each test."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from followupd.rulesource import RuleSource, read_rules
from tests.servers.dovecot import Dovecot, binary

_numbers = count(1)
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
"""The tests read English, whatever the developer does; those of Chinese set LANG themselves."""
if "PYTEST_XDIST_WORKER" not in os.environ:
    # One cache for a run and for all its workers and processes: none is the user's, none is left from other code.
    os.environ["FOLLOWUPD_CACHE"] = tempfile.mkdtemp(prefix="followupd-cache-")
    atexit.register(shutil.rmtree, os.environ["FOLLOWUPD_CACHE"], ignore_errors=True)
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    # A shell that starts a run in the background lets it ignore Ctrl-C, and so would every program that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot. Missing is a skip on a laptop and a failure where everything is promised to run."""
    if binary() is None:
        if os.environ.get("CI"):
            pytest.fail("Dovecot is not installed here, and CI promises it (Debian: dovecot-imapd)")
        pytest.skip("needs Dovecot (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture
def key_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The real key ring library with a backend in a file; processes that a test starts use it, too."""
    import keyring

    from tests.servers.keyring_file import FileRing

    file, before = tmp_path / "key-ring.json", keyring.get_keyring()
    monkeypatch.setenv("TEST_KEY_RING", str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.servers.keyring_file.FileRing")
    keyring.set_keyring(FileRing())
    yield file
    keyring.set_keyring(before)


@pytest.fixture
def user() -> str:
    """A mailbox that no other test has touched."""
    return f"lily{next(_numbers)}@brightway.test"


@pytest.fixture(scope="session")
def shipped() -> RuleSource:
    return read_rules()

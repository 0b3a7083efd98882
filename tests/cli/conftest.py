"""A config, a mailbox with one hostile mail in its index, and how a command ends."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.cli.main import main
from followupd.config import load_config
from followupd.model import Address, Direction, Message
from followupd.store.index import Index, Location
from followupd.store.paths import prepare

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CONFIG = """
state_dir: {state}
accounts:
  - name: lily
    address: lily@brightway.example
    display_name: Lily Chen
    imap: {{host: 127.0.0.1, port: 1, security: none, password: {{env: FOLLOWUPD_TEST_SECRET}}}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(state=tmp_path / "state"))
    return path


@pytest.fixture
def seen(config: Path) -> str:
    """A mailbox with one hostile mail in the index; returns its thread's id."""
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    mail = Message(
        id="a@b.example",
        direction=Direction.IN,
        date=NOW,
        sender=Address("bob@buyer.example", "Bob\x1b]0;pwned\x07\u202e"),
        to=(Address("lily@brightway.example"),),
        subject="Valves \x1b[2J",
        base_subject="valves",
        text="Pls quote\x1b[31m 500 pcs",
        new_text="Pls quote\x1b[31m 500 pcs",
    )
    with index.transaction():
        thread = index.add_message(mail, Location("INBOX", 1, 1), ())
    index.close()
    return thread


def outcome(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in args])
    return int(ended.value.code or 0)


def until(look: Callable[[], bool], what: str) -> None:
    for _ in range(200):
        if look():
            return
        time.sleep(0.1)
    raise AssertionError(f"never came: {what}")


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A real terminal: a tmux server of our own."""
    if not shutil.which("tmux"):
        if os.environ.get("CI"):
            pytest.fail("CI promises tmux")
        pytest.skip("needs tmux")
    socket = str(tmp_path / "tmux")

    def tmux(*words: str) -> str:
        env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        return subprocess.run(["tmux", "-S", socket, "-f", "/dev/null", *words], capture_output=True, text=True, check=False, env=env).stdout

    tmux("new-session", "-d", "-x", "80", "-y", "24", "env PS1='$ ' sh")
    yield tmux
    tmux("kill-server")

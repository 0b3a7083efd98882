"""How does a whole daemon run inside a test? Real loops and stores, mailboxes in memory, a clock of our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from followupd import daemon
from followupd.accounts import Account
from followupd.config import load_config
from followupd.daemon import AccountLoop, Daemon
from followupd.mailbox.base import Mailbox
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from tests.daemon.kill import shared_rules
from tests.laws.scene import DUE

ACCOUNT = """
  - address: {name}@brightway.example
    display_name: {name}
    name: {name}
    lookback: 365d
    imap: {{host: localhost, port: 1, security: none, password: {{env: FOLLOWUPD_TEST}}}}"""


def write_config(directory: Path, *names: str) -> Path:
    """A config of these accounts, its state below ``directory``."""
    directory.mkdir(exist_ok=True, parents=True)
    path = directory / "config.yaml"
    accounts = "".join(ACCOUNT.format(name=name) for name in names)
    path.write_text(f"accounts:{accounts}\nstate_dir: {directory / 'state'}\n")
    return path


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime = DUE

    def __call__(self) -> datetime:
        return self.now


Connect = Callable[[Account], Mailbox]


@dataclass
class AtWork:
    """A daemon in a thread."""

    daemon: Daemon
    clock: Clock
    servers: dict[str, MemoryServer]
    connects: dict[str, list[float]] = field(default_factory=dict)

    def loop(self, name: str) -> AccountLoop:
        return next(loop for loop in self.daemon.loops if loop.account.name == name)

    def turns(self, name: str) -> int:
        return self.loop(name).health.turns

    def look(self, name: str) -> None:
        """Make one account look, and wait until it has."""
        before = self.turns(name)
        self.loop(name).wake()
        until(lambda: self.turns(name) > before)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that must come; fails when it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def at_work(
    directory: Path,
    patch: pytest.MonkeyPatch,
    *names: str,
    connect: dict[str, Connect] | None = None,
    own_rules: bool = False,
) -> Iterator[AtWork]:
    """Run a daemon over these accounts; ``connect`` replaces the connection of single accounts."""
    path = write_config(directory, *names)
    servers = {name: MemoryServer() for name in names}
    connects: dict[str, list[float]] = {name: [] for name in names}

    def connected(account: Account) -> Mailbox:
        connects[account.name].append(time.monotonic())
        if connect and account.name in connect:
            return connect[account.name](account)
        mailbox = MemoryMailbox(servers[account.name])
        mailbox.connect()
        return mailbox

    patch.setattr(Account, "connect", connected)
    if not own_rules:
        patch.setattr(daemon, "RulesLoader", shared_rules)
    clock = Clock()
    running = Daemon(load_config(path), path, clock)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    until(lambda: len(running.loops) == len(names))
    try:
        yield AtWork(running, clock, servers, connects)
    finally:
        running.stop()
        thread.join(8)
        assert not thread.is_alive()

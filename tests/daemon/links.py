"""How does a daemon run inside a test over real lines that can be broken? Real loops, real connections, pauses that are only told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from followupd import daemon, service
from followupd.config import load_config
from followupd.daemon import AccountLoop, Daemon
from tests.daemon import at_work
from tests.daemon.at_work import Clock
from tests.daemon.kill import shared_rules
from tests.servers.dovecot import PASSWORD

ACCOUNT = """
  - address: {name}@brightway.example
    display_name: {name}
    name: {name}
    lookback: 365d
    imap: {{host: {host}, port: {port}, security: {security}, username: {user}, timeout: {timeout}, ca_file: {ca_file}, password: {{env: FOLLOWUPD_TEST}}}}"""


def until(holds: Callable[[], object]) -> None:
    """Wait for something that must come, on however busy a machine."""
    at_work.until(lambda: bool(holds()), 150)


@dataclass(frozen=True)
class Reached:
    """By what way an account reaches its server."""

    port: int
    user: str = "lily@brightway.test"
    host: str = "127.0.0.1"
    security: str = "none"
    timeout: str = "30s"
    ca_file: str = "null"


@dataclass
class Links:
    """A daemon in a thread. ``pauses``: what each account would have waited before the next try, in seconds."""

    daemon: Daemon
    clock: Clock
    pauses: dict[str, list[float]]
    notified: list[str] = field(default_factory=list)
    """What systemd was told."""

    def loop(self, name: str) -> AccountLoop:
        return next(loop for loop in self.daemon.loops if loop.account.name == name)

    def state(self, name: str) -> str:
        return self.loop(name).health.state

    def read(self, name: str) -> int:
        """How many mails the account knows."""
        return self.loop(name).account.index.counts()[0]

    def watching(self, *names: str) -> None:
        until(lambda: all(self.state(name) == "watching" for name in names))

    def fed(self) -> int:
        """How often the watchdog was fed."""
        return self.notified.count("WATCHDOG=1")


def write_config(directory: Path, accounts: dict[str, Reached]) -> Path:
    """A config of these accounts, its state below ``directory``."""
    entries = "".join(ACCOUNT.format(name=name, **vars(reached)) for name, reached in accounts.items())
    path = directory / "config.yaml"
    path.write_text(f"accounts:{entries}\ndigest: {{enabled: false}}\nstate_dir: {directory / 'state'}\n")
    return path


@contextmanager
def linked(directory: Path, patch: pytest.MonkeyPatch, password: str = PASSWORD, **accounts: Reached) -> Iterator[Links]:
    """Run a daemon over these accounts, by their real connections. A pause is noted and cut short; everything else is as it is."""
    pauses: dict[str, list[float]] = {name: [] for name in accounts}
    real = AccountLoop._pause

    def paused(loop: AccountLoop, seconds: float) -> None:
        pauses[loop.account.name].append(seconds)
        real(loop, 0.05)

    told: list[str] = []
    patch.setenv("FOLLOWUPD_TEST", password)
    patch.setattr(AccountLoop, "_pause", paused)
    patch.setattr(daemon, "RulesLoader", shared_rules)
    patch.setattr(daemon, "LOOK_UP", 0.3)
    patch.setattr(service, "notify", told.append)
    path, clock = write_config(directory, accounts), Clock()
    running = Daemon(load_config(path), path, clock)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        until(lambda: len(running.loops) == len(accounts))
        yield Links(running, clock, pauses, told)
    finally:
        running.stop()
        thread.join(8)
        assert not thread.is_alive()

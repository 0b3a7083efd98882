"""One mailbox on a real server, one config, one state directory, and the daemon as a process of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bench.mails import Post
from tests.servers.dovecot import PASSWORD, Dovecot

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")

UNIT = {"MALLOC_TRIM_THRESHOLD_": "1000000"}
"""As the units in systemd/ have it."""


def until(look: Callable[[], Any], what: str, seconds: float = 120.0, pause: float = 0.02) -> Any:
    """The first true answer of ``look``."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"never came: {what}")
        time.sleep(pause)
    return found


@dataclass
class Daemon:
    """``followupd run`` as the kernel sees it."""

    process: subprocess.Popen[bytes]
    began: float

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self.process.pid}/{name}").read_text()

    def cpu(self) -> float:
        """Seconds of processor time so far, finer than the clock ticks where the kernel tells."""
        with suppress(OSError, ValueError):
            return sum(int(Path(task, "schedstat").read_text().split()[0]) for task in self._tasks()) / 1e9
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _tasks(self) -> Iterable[Path]:
        return Path(f"/proc/{self.process.pid}/task").iterdir()

    def memory(self) -> float:
        """Resident MB now."""
        return self._field("VmRSS") / 1024

    def peak(self) -> float:
        """The most that was ever resident, MB."""
        return self._field("VmHWM") / 1024

    def _field(self, name: str) -> int:
        return int(next(line for line in self._proc("status").splitlines() if line.startswith(name)).split()[1])

    def wakes(self) -> int:
        """How often any of its threads was waited for and went on."""
        return sum(
            int(line.split()[1])
            for task in self._tasks()
            for line in (task / "status").read_text().splitlines()
            if line.startswith("voluntary_ctxt_switches")
        )

    def written(self) -> int:
        """Octets handed to the disk."""
        return next(int(line.split()[1]) for line in self._proc("io").splitlines() if line.startswith("write_bytes"))


@dataclass
class Office:
    """A place to work: ``names`` are the accounts, each a user of its own on the server."""

    server: Dovecot
    directory: Path
    names: tuple[str, ...] = ("lily",)
    port: int = 0
    """Where to connect; 0: straight to the server."""
    more: dict[str, Any] = field(default_factory=dict)
    """Laid over the whole config."""
    account: dict[str, Any] = field(default_factory=dict)
    """Laid over every account."""

    def __post_init__(self) -> None:
        self.directory.mkdir(exist_ok=True, parents=True)
        self.directory.chmod(0o700)
        self.configure()

    def user(self, name: str = "lily") -> str:
        """Everything of one name and one directory has a mailbox of its own."""
        return f"{name}@{self.directory.name}.example"

    def configure(self) -> None:
        secret = self.directory / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o600)
        port = self.port or self.server.port
        accounts = [
            {
                "address": "lily@brightway.example" if name == "lily" else f"{name}@brightway.example", "name": name,
                "display_name": "Lily Chen", "company": "Ningbo Brightway Tools Co., Ltd.",
                "imap": {
                    "host": "127.0.0.1", "port": port, "security": "none", "username": self.user(name),
                    "password": {"file": str(secret)},
                },
                "lookback": "400d", **self.account,
            }
            for name in self.names
        ]  # fmt: skip
        data = {"accounts": accounts, "digest": {"enabled": False}, "state_dir": str(self.state)} | self.more
        self.config_file.write_text(yaml.safe_dump(data))
        self.config_file.chmod(0o600)

    @property
    def state(self) -> Path:
        return self.directory / "state"

    @property
    def config_file(self) -> Path:
        return self.directory / "config.yaml"

    def index(self, name: str = "lily") -> Path:
        return self.state / name / "index.sqlite"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "followupd.cli.main", "--config", str(self.config_file), *words]

    def call(self, *words: str) -> float:
        """Run a command to its end; the seconds it took."""
        began = time.monotonic()
        done = subprocess.run(self.command(*words), capture_output=True, text=True, cwd=ROOT, check=False)
        if done.returncode:
            raise RuntimeError(f"{words} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return time.monotonic() - began

    def deliver(self, posts: Iterable[Post], name: str = "lily") -> int:
        """Lay mail into the mailbox; how many octets."""
        total = 0
        for post in posts:
            self.server.deliver(self.user(name), post.raw, post.folder, post.at.timestamp())
            total += len(post.raw)
        return total

    def count(self, query: str, name: str = "lily") -> int:
        """A figure out of the index, looked at from outside."""
        with closing(sqlite3.connect(f"file:{self.index(name)}?mode=ro", uri=True)) as db:
            return int(db.execute(query).fetchone()[0])

    def health(self, name: str = "lily") -> str:
        """What the daemon says of itself; empty while it says nothing."""
        with suppress(OSError, ValueError):
            return str(json.loads((self.state / name / "health.json").read_text())["state"])
        return ""

    @contextmanager
    def running(self, seconds: float = 120.0) -> Iterator[Daemon]:
        """The daemon, from its start until its first turn is done, and then as long as you like."""
        for name in self.names:
            (self.state / name / "health.json").unlink(missing_ok=True)
        with (self.directory / "run.log").open("ab") as log:
            began = time.monotonic()
            process = subprocess.Popen(self.command("run"), stdout=log, stderr=log, cwd=ROOT, env=dict(os.environ) | UNIT)
            try:
                until(lambda: self._up(process), f"the first turn, see {log.name}", seconds, 0.005)
                yield Daemon(process, began)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _up(self, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is not None:
            raise RuntimeError((self.directory / "run.log").read_text()[-3000:])
        return all(self.health(name) == "watching" for name in self.names)

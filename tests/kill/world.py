"""What is a world? State directories, mailboxes and an owner's letter box; copied before each experiment, run in a fork."""

from __future__ import annotations

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from followupd.mailbox.base import Box
from followupd.mailbox.memory import Stored
from followupd.model import Word
from followupd.store.commands import Command, leave
from tests.kill.gate import Gate
from tests.kill.imap import HouseServer, ImapServer
from tests.kill.post import PostOffice

ACCOUNT = """
  - address: {user}
    display_name: Lily Chen
    name: {name}
    company: Ningbo Brightway Tools Co., Ltd.
    phone: +86 574 5550 0101
    lookback: 365d
    imap: {{host: localhost, port: {imap}, security: none, password: {{env: FOLLOWUPD_TEST}}}}
"""
SMTP = "    smtp: {{host: localhost, port: {smtp}, security: none, password: {{env: FOLLOWUPD_TEST}}}}\n"
LILY = "lily@brightway.example"


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    signal: int
    code: int
    error: str
    inside: tuple[str, ...]
    """Steps of the process, in order."""
    outside: tuple[str, ...]
    """Effects on the servers, in order."""

    @property
    def killed(self) -> bool:
        return self.signal == signal.SIGKILL


class Bench:
    """The servers and the warm process; one for all worlds of a test run."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.imap, self.post = ImapServer(self.gate), PostOffice(self.gate)
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )

    def close(self) -> None:
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait(10)
        self.imap.close()
        self.post.close()

    def run(self, world: World, now: datetime, *, inside: int | None, outside: int | None, **more: Any) -> Ended:
        """One process, to its end."""
        self.imap.houses, self.post.received, self.post.closed = world.houses, world.owner, world.post_closed
        self.gate.aim(outside)
        self._order(world, now, at=inside, **more)
        self.gate.born(self._told()["pid"])
        told = self._told()
        return Ended(told["signal"], told["code"], told["error"], tuple(told["steps"]), tuple(self.gate.names))

    def rehearse(self, world: World, now: datetime) -> None:
        """One run in the warm process itself: what it loaded and reckoned once, no later run has to."""
        self.imap.houses, self.post.received = world.houses, world.owner
        self.gate.aim(None)
        self._order(world, now, rehearse=True)
        assert self._told()["rehearsed"]

    def _order(self, world: World, now: datetime, **more: Any) -> None:
        assert self._zygote.stdin is not None
        order = {"config": str(world.root / "config.yaml"), "now": now.isoformat(), **more}
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()

    def _told(self) -> dict[str, Any]:
        assert self._zygote.stdout is not None
        found: dict[str, Any] = json.loads(self._zygote.stdout.readline())
        return found


@dataclass
class World:
    """Everything that outlives a process."""

    bench: Bench
    root: Path
    names: dict[str, str] = field(default_factory=lambda: {LILY: "lily"})
    """Accounts: user > name."""
    smtp: bool = True
    houses: dict[str, HouseServer] = field(default_factory=dict)
    owner: list[bytes] = field(default_factory=list)
    post_closed: bool = False

    def __post_init__(self) -> None:
        (self.root / "state").mkdir(parents=True, mode=0o700, exist_ok=True)
        for user in self.names:
            self.houses.setdefault(user, HouseServer())
        smtp = SMTP.format(smtp=self.bench.post.port) if self.smtp else ""
        accounts = (ACCOUNT.format(user=u, name=n, imap=self.bench.imap.port) + smtp for u, n in self.names.items())
        text = "accounts:" + "".join(accounts) + f"state_dir: {self.root / 'state'}\n"
        (self.root / "config.yaml").write_text(text)

    def copy(self, to: Path) -> World:
        """The same world somewhere else; what happens there does not happen here."""
        shutil.copytree(self.root / "state", to / "state")
        houses = {user: _copied(house) for user, house in self.houses.items()}
        return World(self.bench, to, self.names, self.smtp, houses, list(self.owner), self.post_closed)

    def state(self, name: str = "lily") -> Path:
        return self.root / "state" / name

    # ---- runs -------------------------------------------------------------------------------------

    def once(self, now: datetime, **more: Any) -> Ended:
        """``followupd once``, undisturbed."""
        ended = self.bench.run(self, now, inside=None, outside=None, **more)
        assert not ended.signal, ended
        assert not ended.code, (ended, (self.root / "log").read_text()[-2000:])
        return ended

    def killed(self, now: datetime, step: Step, **more: Any) -> Ended:
        """``followupd once``, killed at that step."""
        aim = {"inside": None, "outside": None, step.side: step.number}
        return self.bench.run(self, now, inside=aim["inside"], outside=aim["outside"], **more)

    # ---- mail and people --------------------------------------------------------------------------

    @property
    def house(self) -> HouseServer:
        return self.houses[LILY]

    def put(self, folder: Box | str, mail: EmailMessage, at: datetime, flags: Iterable[str] = ()) -> int:
        """A mail arrives, or a mail program puts it there."""
        return self.house.deliver(folder, mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), at, flags)

    def drafts(self) -> list[Stored]:
        return self.house.messages(Box.DRAFTS)

    def say(self, word: Word, *, forget: bool = False) -> None:
        """Leave a word, as the command line does."""
        leave(self.state() / "commands", Command(word=word, forget=forget))


@dataclass(frozen=True)
class Step:
    """A moment at which a run can be killed."""

    side: str
    """``inside`` the process or ``outside``, on a server."""
    number: int
    name: str


def steps_of(ended: Ended) -> list[Step]:
    """All moments of a run."""
    return [Step("inside", n, name) for n, name in enumerate(ended.inside)] + [
        Step("outside", n, name) for n, name in enumerate(ended.outside)
    ]


def _copied(house: HouseServer) -> HouseServer:
    found = HouseServer(uidplus=house.uidplus, keywords=house.keywords, can_move=house.can_move)
    found.locked = house.locked
    found.folders = copy.deepcopy(house.folders)
    return found

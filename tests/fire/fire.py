"""Who writes drafts while every APPEND is shot at? One mailbox on a real line, a proxy in between, and three hands.

The hand of followupd: intent, look, APPEND. The hand that just sends again, and the hand that never does: the same run, the
same faults, one habit taken away. The clock is ours; a lost link costs two minutes of it and no time at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Protocol
from unittest.mock import patch

import yaml

from followupd import daemon
from followupd.accounts import Account, open_accounts
from followupd.config import load_config
from followupd.errors import LinkLost
from followupd.mailbox.base import Appended, Box, Folder
from followupd.mailbox.imap import ImapMailbox
from followupd.model import DraftState
from tests.laws.scene import ASKED, DUE, QUOTED, buyer, inquiry, per_buyer, quote
from tests.providers.office import loader_of
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.provider import Provider
from tests.servers.proxy import Fault, Proxy

LATER = timedelta(minutes=2)
CHANCE = 0.6
"""How often an APPEND is hit. Not always, or no request would ever arrive."""
FOREVER = 3600.0
"""Seconds; letters that come late come when the fire is over."""
MANY = 200
"""Looks after which a mailbox that never comes to rest counts as a failure."""


class Ground(Protocol):
    """A server to stand on: where it listens, what it is called in the rules, and its user's folders."""

    port: int
    password: str
    provider: str

    def deliver(self, user: str, box: Box, raw: bytes, when: datetime) -> None: ...

    def drafts(self, user: str) -> list[bytes]: ...


class OnDovecot:
    """The real server."""

    password, provider = PASSWORD, ""

    def __init__(self, server: Dovecot) -> None:
        self.server, self.port = server, server.port

    def deliver(self, user: str, box: Box, raw: bytes, when: datetime) -> None:
        self.server.deliver(user, raw, {Box.INBOX: "INBOX", Box.SENT: "Sent"}[box], when.timestamp())

    def drafts(self, user: str) -> list[bytes]:
        """Read from the disk of the server."""
        home = self.server.maildir(user, "Drafts")
        found = [p for part in ("new", "cur") for p in (home / part).glob("*") if "T" not in p.name.partition(":2,")[2]]
        return [p.read_bytes() for p in found]


class OnProvider:
    """A server that behaves as a provider does."""

    def __init__(self, server: Provider) -> None:
        self.server, self.port, self.password = server, server.port, server.password
        self.provider = server.nature.provider

    def deliver(self, user: str, box: Box, raw: bytes, when: datetime) -> None:
        self.server.house(user).deliver(box, raw.replace(b"\n", b"\r\n"), when)

    def drafts(self, user: str) -> list[bytes]:
        return [m.raw for m in self.server.house(user).messages(Box.DRAFTS)]


@dataclass
class Shots:
    """Which APPEND is hit, and by which of ``ways``; drawn by lot."""

    ways: tuple[Fault, ...]
    lot: Random
    told: list[Fault | None] = field(default_factory=list)
    """What became of every APPEND, in order."""

    def __call__(self) -> Fault | None:
        fault = self.lot.choice(self.ways) if self.lot.random() < CHANCE else None
        self.told.append(fault)
        return fault

    def hits(self, way: Fault) -> int:
        return self.told.count(way)


@dataclass(frozen=True)
class Outcome:
    """What stands in Drafts after the fire, and how it came there."""

    lost: int
    doubled: int
    faults: dict[Fault, int]
    appends: int
    """APPENDs that reached the proxy, hit or not."""
    looks: int
    """Connections that were begun, each with a look at what stands there."""
    states: frozenset[DraftState]

    def __add__(self, other: Outcome) -> Outcome:
        faults = {way: self.faults.get(way, 0) + other.faults.get(way, 0) for way in {**self.faults, **other.faults}}
        added = (self.lost + other.lost, self.doubled + other.doubled, faults, self.appends + other.appends, self.looks + other.looks)
        return Outcome(*added, self.states | other.states)


NOTHING = Outcome(0, 0, {}, 0, 0, frozenset())


def under_fire(ground: Ground, user: str, directory: Path, shots: Shots, buyers: int, hand: str = "ours") -> Outcome:
    """All drafts of one mailbox come due at once, and every APPEND is asked of ``shots``. Then the line heals."""
    for n in range(buyers):
        asked = inquiry(n)
        ground.deliver(user, Box.SENT, quote(n, asked).as_bytes(), QUOTED)
        ground.deliver(user, Box.INBOX, asked.as_bytes(), ASKED)
    with (
        Proxy(ground.port) as proxy,
        patch("followupd.accounts.ImapMailbox", HANDS[hand]),
        nullcontext() if hand == "ours" else patch("followupd.turn.latecomers.take_back"),
        _account(ground, proxy.port, user, directory) as account,
    ):
        _turns(account, QUOTED + timedelta(hours=1))
        proxy.shoot(b"APPEND", shots)
        proxy.late = FOREVER
        now, looks = DUE, 0
        while _cut_off(account, now):
            now, looks = now + LATER, looks + 1
            assert looks < MANY, "it never comes to rest"
        proxy.heal()
        proxy.let_go()
        for hours in (1, 3, 25):
            _turns(account, DUE + timedelta(hours=hours))
        states = frozenset(d.state for d in account.ledger.drafts() if d.state is not DraftState.FAILED)
        appends = len(re.findall(rb"(?m)^\S+ APPEND ", proxy.asked))
    found = per_buyer(ground.drafts(user))
    lost = sum(not found.get(buyer(n)) for n in range(buyers))
    doubled = sum(max(0, n - 1) for n in found.values())
    return Outcome(lost, doubled, {way: shots.hits(way) for way in shots.ways}, appends, looks, states)


def _cut_off(account: Account, now: datetime) -> bool:
    """Turn until nothing is left to do; True when the line was cut meanwhile. Any other fault is a fault of the test."""
    try:
        _turns(account, now)
    except LinkLost:
        return True
    return False


def _turns(account: Account, now: datetime) -> None:
    """A connection of its own, and turns until one says that nothing more is to do."""
    with closing(account.connect()) as mailbox:
        daemon._until_quiet(account.desk(mailbox, lambda: False, lambda _: None), now)


@contextmanager
def _account(ground: Ground, port: int, user: str, directory: Path) -> Iterator[Account]:
    """The account of this user as the daemon opens it; its stores stay open over every cut."""
    (directory / "state").mkdir(mode=0o700, parents=True)
    (directory / "rules").mkdir()
    (directory / "password").write_text(ground.password + "\n")
    (directory / "password").chmod(0o600)
    known = {ground.provider: {"hosts": ["127.0.0.1"]}} if ground.provider else {}
    (directory / "rules/providers.yaml").write_text(yaml.safe_dump(known))
    imap = {"host": "127.0.0.1", "port": port, "security": "none", "username": user, "password": {"file": str(directory / "password")}}
    entry = {"address": "lily@brightway.example", "name": "lily", "display_name": "Lily Chen",
             "company": "Ningbo Brightway Tools Co., Ltd.", "lookback": "365d", "imap": imap}  # fmt: skip
    data = {"accounts": [entry], "digest": {"enabled": False}, "state_dir": str(directory / "state")}
    path = directory / "config.yaml"
    path.write_text(yaml.safe_dump(data))
    path.chmod(0o600)
    config = load_config(path)
    with ExitStack() as stack:
        (account,) = open_accounts(config, loader_of(config), stack, ASKED - timedelta(days=1))
        stack.callback(account.close)
        yield account


# ---- the hands --------------------------------------------------------------------------------------


class _SendsAgain(ImapMailbox):
    """The naive way: when the link breaks, connect and send once more, as long as it takes."""

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        for _ in range(MANY):
            try:
                return super().append(folder, raw, flags, when)
            except LinkLost:
                self.close()
                self.connect()
        raise AssertionError("it never comes to rest")


class _NeverAgain(ImapMailbox):
    """Once and never again: whatever was begun counts as done."""

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        try:
            return super().append(folder, raw, flags, when)
        except LinkLost:
            self.close()
            self.connect()
            return Appended()


HANDS: dict[str, type[ImapMailbox]] = {"ours": ImapMailbox, "looks": ImapMailbox, "naive": _SendsAgain, "never": _NeverAgain}

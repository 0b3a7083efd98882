"""How is a run killed at one exact step? A forked child runs, counts the steps it passes, and kills itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from followupd import crash, daemon
from followupd.accounts import Account, RulesLoader
from followupd.config import Config, load_config
from followupd.mailbox.base import Box, Mailbox
from followupd.mailbox.memory import MemoryMailbox
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from tests.daemon.disk_server import DiskServer
from tests.laws.scene import ASKED, DUE, QUOTED, inquiry, parsed, quote, reply

CONFIG = """
accounts:
  - address: lily@brightway.example
    display_name: Lily Chen
    name: lily
    company: Ningbo Brightway Tools Co., Ltd.
    phone: +86 574 5550 0101
    own_domains: [brightway.example]
    lookback: 365d
    imap: {{host: localhost, port: 1, security: none, password: {{env: FOLLOWUPD_TEST}}}}
    smtp: {{host: localhost, port: 1, security: none, password: {{env: FOLLOWUPD_TEST}}}}
state_dir: {state}
"""
EARLY = timedelta(days=6)
"""So much earlier the last buyer got his quote: his draft stands when the others come due."""


@lru_cache(1)
def _rules() -> list[RulesLoader]:
    return []


def shared_rules(config: Config) -> RulesLoader:
    """The shipped rules, read once for all runs: reading them is most of the time of a short run."""
    if not _rules():
        _rules().append(RulesLoader(config))
    return _rules()[0]


@dataclass
class World:
    """A server and a state directory; copied before each experiment."""

    root: Path
    steps: list[str] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return load_config(self.root / "config.yaml")

    @property
    def state(self) -> Path:
        return self.root / "state" / "lily"

    def server(self) -> DiskServer:
        return DiskServer(self.root / "server.pickle")

    def copy(self, to: Path) -> World:
        shutil.copytree(self.root, to)
        (to / "config.yaml").write_text(CONFIG.format(state=to / "state"))
        return World(to)

    def once(self, now: datetime) -> None:
        """``followupd once`` against this server."""

        def connect(_: Account) -> Mailbox:
            mailbox = MemoryMailbox(self.server())
            mailbox.connect()
            return mailbox

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Account, "connect", connect)
            patch.setattr(daemon, "RulesLoader", shared_rules)
            daemon.once(self.config, clock=lambda: now)


def new_world(root: Path, buyers: int = 3) -> World:
    """Some buyers whose drafts come due at DUE, and one more whose draft stands and who has answered since."""
    (root / "state").mkdir(parents=True, mode=0o700)
    (root / "config.yaml").write_text(CONFIG.format(state=root / "state"))
    world = World(root)
    server = world.server()
    last = inquiry(buyers, ASKED - EARLY)
    offered = quote(buyers, last, QUOTED - EARLY)
    server.deliver(Box.INBOX, last.as_bytes(), ASKED - EARLY)
    server.deliver(Box.SENT, offered.as_bytes(), QUOTED - EARLY)
    for n in range(buyers):
        asked = inquiry(n)
        server.deliver(Box.INBOX, asked.as_bytes(), ASKED)
        server.deliver(Box.SENT, quote(n, asked).as_bytes(), QUOTED)
    world.once(QUOTED - EARLY + timedelta(hours=1))
    world.once(QUOTED + timedelta(hours=6))
    assert len(world.server().messages(Box.DRAFTS)) == 1, "the draft to be withdrawn"
    answer = reply(buyers, offered, DUE - timedelta(hours=2), "Thank you, what is the lead time?\n", ours=False)
    world.server().deliver(Box.INBOX, answer.as_bytes(), DUE - timedelta(hours=2))
    return world


def run_child(act: Callable[[], None]) -> int:
    """Run ``act`` in a forked child; returns 0, or the number of the signal that killed it."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
            os._exit(0)
        except BaseException:
            with contextlib.suppress(Exception):
                traceback.print_exc()
            os._exit(70)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    return 0


def killed_at(world: World, number: int, now: datetime) -> bool:
    """Run and die at the n-th step (from 0); False when the run ended before."""

    def act() -> None:
        left = number

        def hook(_: str) -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        crash.hook = hook
        world.once(now)

    return run_child(act) == signal.SIGKILL


def steps_of(world: World, now: datetime) -> list[str]:
    """The names of all steps of an undisturbed run, in order."""
    names: list[str] = []
    crash.hook = names.append
    try:
        world.once(now)
    finally:
        crash.hook = None
    return names


def end_state(world: World) -> dict[str, Any]:
    """What must be the same whatever was killed: drafts, ledger, decisions. Moments and UIDs may differ."""
    drafts = sorted(
        (m["To"], m["Subject"], m["In-Reply-To"], m.get_content())
        for m in (parsed(d.raw) for d in world.server().messages(Box.DRAFTS))
    )
    ledger = Ledger(world.state / "ledger.json", read_only=True)
    index = Index(world.state / "index.sqlite", world.config.accounts[0].own(), read_only=True)
    never = datetime(2000, 1, 1, tzinfo=UTC)
    records = sorted(
        (
            r.token,
            r.thread_id,
            r.turn_id,
            r.step,
            r.topic,
            r.stage,
            r.buyer,
            r.subject,
            r.body_sha256,
            r.state,
            r.sent_as,
        )
        for r in ledger.drafts()
    )
    decisions = {r.id: (r.facts, replace(r.decision, at=never) if r.decision else None) for r in index.rows()}
    mails = {p.name: parsed(p.read_bytes())["Subject"] for p in (world.state / "outbox").glob("*.eml")}
    found = {"drafts": drafts, "records": records, "words": ledger.words(), "decisions": decisions, "outbox": mails}
    index.close()
    return found

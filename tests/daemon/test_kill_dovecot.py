"""Killed around every effect on a real IMAP server: is each draft there once, and is the needless one gone?"""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from followupd import crash, daemon
from followupd.config import load_config
from followupd.model import DraftState
from followupd.store.ledger import Ledger
from tests.daemon.kill import EARLY, run_child, shared_rules
from tests.laws.scene import ASKED, DUE, QUOTED, buyer, inquiry, per_buyer, quote, reply
from tests.servers.dovecot import PASSWORD, Dovecot

CONFIG = """
accounts:
  - address: lily@brightway.example
    display_name: Lily Chen
    name: lily
    company: Ningbo Brightway Tools Co., Ltd.
    lookback: 365d
    imap: {{host: 127.0.0.1, port: {port}, security: none, username: {user}, password: {{env: FOLLOWUPD_TEST}}}}
state_dir: {state}
"""
BUYERS = 3
EFFECTS = (
    "append draft",
    "appended draft",
    "delete draft",
    "deleted draft",
    "written ledger.json",
    "rename ledger.json",
)
_users = count(1)


class Box:
    """A fresh mailbox on Dovecot with a state of its own."""

    def __init__(self, dovecot: Dovecot, directory: Path) -> None:
        self.dovecot, self.user = dovecot, f"killed{next(_users)}@brightway.test"
        directory.mkdir()
        self.state = directory / "state"
        self.config = directory / "config.yaml"
        self.config.write_text(CONFIG.format(port=dovecot.port, user=self.user, state=self.state))
        last = inquiry(BUYERS, ASKED - EARLY)
        offered = quote(BUYERS, last, QUOTED - EARLY)
        self.deliver("INBOX", last.as_bytes(), ASKED - EARLY)
        self.deliver("Sent", offered.as_bytes(), QUOTED - EARLY)
        for n in range(BUYERS):
            asked = inquiry(n)
            self.deliver("INBOX", asked.as_bytes(), ASKED)
            self.deliver("Sent", quote(n, asked).as_bytes(), QUOTED)
        self.once(QUOTED + timedelta(hours=6))
        assert list(per_buyer(self.drafts())) == [buyer(BUYERS)]
        answer = reply(BUYERS, offered, DUE - timedelta(hours=2), "Thank you, what is the lead time?\n", ours=False)
        self.deliver("INBOX", answer.as_bytes(), DUE - timedelta(hours=2))

    def deliver(self, folder: str, raw: bytes, when: datetime) -> None:
        self.dovecot.deliver(self.user, raw, folder, when.timestamp())

    def once(self, now: datetime) -> None:
        """``followupd once`` in a process of its own."""

        def act() -> None:
            os.environ["FOLLOWUPD_TEST"] = PASSWORD
            setattr(daemon, "RulesLoader", shared_rules)  # noqa: B010 - in the child only
            daemon.once(load_config(self.config), clock=lambda: now)

        assert run_child(act) == 0

    def killed(self, number: int, now: datetime) -> str:
        """Run and die at the n-th effect; the name of that step, empty when there were fewer."""
        told, tell = os.pipe()

        def hook(name: str) -> None:
            nonlocal number
            if name in EFFECTS:
                if number == 0:
                    os.write(tell, name.encode())
                    os.kill(os.getpid(), signal.SIGKILL)
                number -= 1

        def act() -> None:
            os.environ["FOLLOWUPD_TEST"] = PASSWORD
            setattr(daemon, "RulesLoader", shared_rules)  # noqa: B010 - in the child only
            crash.hook = hook
            daemon.once(load_config(self.config), clock=lambda: now)

        ended = run_child(act)
        os.close(tell)
        name = os.read(told, 200).decode()
        os.close(told)
        assert (ended == signal.SIGKILL) == bool(name)
        return name

    def drafts(self) -> list[bytes]:
        """What stands in Drafts, read from the disk of the server."""
        home = self.dovecot.maildir(self.user, "Drafts")
        found = [p for part in ("new", "cur") for p in (home / part).glob("*") if "T" not in p.name.partition(":2,")[2]]
        return [p.read_bytes() for p in found]

    def states(self) -> dict[str, DraftState]:
        ledger = Ledger(self.state / "lily" / "ledger.json", read_only=True)
        return {d.buyer: d.state for d in ledger.drafts()}


def test_killed_around_every_effect_each_draft_stands_once(dovecot: Dovecot, tmp_path: Path) -> None:
    shared_rules(load_config(_any_config(tmp_path)))
    wanted = {buyer(n): 1 for n in range(BUYERS)}
    seen: list[str] = []
    for number in range(100):
        box = Box(dovecot, tmp_path / str(number))
        name = box.killed(number, DUE)
        if not name:
            break
        seen.append(name)
        box.once(DUE + timedelta(minutes=5))
        box.once(DUE + timedelta(minutes=10))
        assert per_buyer(box.drafts()) == wanted, (number, name)
        assert box.states() == {
            **dict.fromkeys(wanted, DraftState.PLACED), buyer(BUYERS): DraftState.WITHDRAWN,
        }, (number, name)  # fmt: skip
    assert seen.count("append draft") == seen.count("appended draft") == BUYERS
    assert seen.count("deleted draft") == 1
    assert seen.count("written ledger.json") >= 4


def _any_config(directory: Path) -> Path:
    path = directory / "any.yaml"
    path.write_text(CONFIG.format(port=1, user="x", state=directory / "none"))
    return path


def test_a_file_that_is_cut_off_while_it_is_written_is_never_read(tmp_path: Path) -> None:
    """The torso of a ledger beside the ledger, as a power cut leaves it."""
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.note("kept", "yes")
    ledger.flush()
    (tmp_path / ".ledger.json.new").write_text('{"notes": {"1": {"key": "kept", "val')
    again = Ledger(tmp_path / "ledger.json")
    assert again.get("kept") == "yes"
    again.note("more", "too")
    again.flush()
    assert Ledger(tmp_path / "ledger.json").get("more") == "too"
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.json"]

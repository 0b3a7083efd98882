"""Does SIGTERM end the real process soon, whatever it is doing, with nothing lost and nothing doubled?

A proxy before Dovecot sends the signal at a moment of the conversation: a request on its way, an answer that came, an
answer that never comes. A few moments in an ordinary run; ``FOLLOWUPD_STOPS=full`` takes them all.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.endtoend.office import Office, Running, until
from tests.laws.scene import per_buyer
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy, _Line

pytestmark = [pytest.mark.dovecot, pytest.mark.slow, pytest.mark.timeout(1200)]
FULL = os.environ.get("FOLLOWUPD_STOPS") == "full"
SOON = 20.0
"""The promise is 5 s; what a test may say of a machine that is busy with others is less."""


@dataclass(frozen=True)
class Moment:
    """When the signal comes: ``command`` is on its way, its answer came, or its answer never will."""

    command: str
    when: str

    def __str__(self) -> str:
        return f"{self.command}-{self.when}"


FEW = (Moment("FETCH", "asked"), Moment("APPEND", "never answered"), Moment("APPEND", "answered"), Moment("IDLE", "never answered"))
MORE = (
    *(Moment(c, w) for c in ("LOGIN", "LIST", "FETCH", "STORE", "IDLE") for w in ("asked", "answered") if (c, w) != ("FETCH", "asked")),
    *(Moment(c, "never answered") for c in ("LOGIN", "SELECT|EXAMINE", "FETCH", "STORE")),
    Moment("APPEND", "asked"), Moment("LOGIN", "cut off"),
)  # fmt: skip


class Watched(Proxy):
    """A proxy that asks for the end of a process at a moment."""

    moment: Moment | None = None
    reached = False
    daemon: Running | None = None
    _tag = b""

    def aim(self, moment: Moment, daemon: Running) -> None:
        self.moment, self.reached, self.daemon, self._tag = moment, False, daemon, b""

    def _sign(self) -> None:
        assert self.daemon is not None
        self.reached, self.moment = True, None
        self.daemon.process.terminate()

    def _due(self, command: bytes, data: bytes) -> bool:
        m = self.moment
        if m and command == b"" and re.search(rb"(?im)^\S+ (UID )?(%s)\b" % m.command.encode(), data):
            self._tag = data.split(b" ", 1)[0]
            if m.when != "answered":
                self._sign()
            if m.when == "never answered":
                self.blackhole()
            return m.when == "cut off"
        return False

    def _down(self, line: _Line) -> bool:
        if not (self.moment and self._tag):
            return super()._down(line)
        data = line.server.recv(65536)
        if re.search(rb"(?m)^(\+|" + re.escape(self._tag) + b" )", data):
            self._sign()
        return bool(data) and self._pass(line.client, data)


def stopped_at(moment: Moment, office: Office, proxy: Watched) -> float:
    """Run the daemon until the moment, and on until it has ended; the seconds that took."""
    with office.running() as daemon:
        proxy.heal()
        proxy.aim(moment, daemon)
        until(lambda: proxy.reached, f"{moment}:\n{daemon.log[-2000:]}", 120)
        began = time.monotonic()
        assert daemon.process.wait(60) == 0, daemon.log[-2000:]
        took = time.monotonic() - began
        assert "Traceback" not in daemon.log
    proxy.heal()
    assert took < SOON, f"{moment}: {took:.1f} s"
    return took


def test_ended_at_any_moment_it_ends_soon_and_has_lost_and_doubled_nothing(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    took = {}
    with Watched(dovecot.port) as proxy:
        office = Office(dovecot, user, tmp_path)
        office.configure(imap={"port": proxy.port})
        buyers = []
        for n, moment in enumerate(FEW + MORE if FULL else FEW):
            buyers.append(f"anna@armaturen-{n:03d}.example")
            office.quoted(buyer=f"Anna Schmidt <{buyers[-1]}>", subject=f"Valves {n}")
            took[str(moment)] = stopped_at(moment, office, proxy)
        office.once()
        office.once()
        assert per_buyer(office.mails("Drafts")) == dict.fromkeys(buyers, 1)
        assert Counter(r.buyer for r in office.records()) == Counter(buyers)
        assert office.accounted() == len(office.mails("INBOX")) + len(office.mails("Sent"))
        assert not office.skipped()
    print(f"{len(took)} stops, the longest {max(took.values()):.1f} s: {took}")

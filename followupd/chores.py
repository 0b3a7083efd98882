"""What is done by the clock and not by the mail?

``schedule`` runs the chores of one account on a Scheduler of its own: the digest, the outbox, backup, housekeeping. Each is
wrapped, so that a failing chore neither stops the others nor repeats at once (RELIABILITY scenario 26). Silence is never
judged here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import schedule

from followupd.work.desk import Desk
from followupd.work.digest import send_digest

log = logging.getLogger(__name__)

Chore = Callable[[Desk, datetime], None]


class Chores:
    """The chores of one account. ``run`` is called by the loop after each turn and while it waits."""

    def __init__(self, digest_at: time | None, timezone: str) -> None:
        self._scheduler = schedule.Scheduler()
        self._digest_at = digest_at
        self._zone = ZoneInfo(timezone)
        self._desk: Desk | None = None
        self._now: datetime | None = None
        self._added: list[tuple[Callable[[], None], int]] = []
        self._looked = datetime.min  # noqa: DTZ901 - schedule counts in naive local time
        self.failures: dict[str, int] = {}
        self.add(self._digest, "digest", seconds=60)
        self.add(_outbox, "outbox", seconds=20)
        self.add(_backup, "backup", seconds=3600)

    def add(self, chore: Chore, name: str, *, seconds: int) -> None:
        """Run ``chore`` every so many seconds, whatever becomes of the others."""

        def wrapped() -> None:
            if self._desk is None or self._now is None:
                return
            try:
                chore(self._desk, self._now)
            except Exception:
                self.failures[name] = self.failures.get(name, 0) + 1
                log.exception("chore %s failed; the others go on", name)

        self._added.append((wrapped, seconds))
        self._scheduler.every(seconds).seconds.do(wrapped)

    def run(self, desk: Desk, now: datetime) -> None:
        """Run what is due. Never raises."""
        self._desk, self._now = desk, now
        self._mind_the_clock()
        self._scheduler.run_pending()

    def _mind_the_clock(self) -> None:
        """Begin anew when the local clock went back (summer time, a wrong clock set right).

        ``schedule`` reckons in local time and would let everything rest until the clock stands again where it was.
        """
        here = datetime.now()  # noqa: DTZ005 - the clock that schedule itself reads
        if self._looked and here < self._looked:
            self._scheduler.clear()
            for chore, seconds in self._added:
                self._scheduler.every(seconds).seconds.do(chore)
        self._looked = here

    def run_all(self, desk: Desk, now: datetime) -> None:
        """Run everything once, due or not (``followupd once``)."""
        self._desk, self._now = desk, now
        self._scheduler.run_all()

    def _digest(self, desk: Desk, now: datetime) -> None:
        """One digest a day, the first time we look up after its hour in the owner's zone."""
        here = now.astimezone(self._zone)
        if self._digest_at is None or here.time() < self._digest_at:
            return
        today = here.date().isoformat()
        if desk.ledger.get("digest") == today:
            return
        send_digest(desk, now)
        desk.ledger.note("digest", today)
        desk.ledger.flush()


def _outbox(desk: Desk, now: datetime) -> None:
    """Hand what waits to the SMTP server; what fails waits longer."""
    if desk.outbox is not None:
        desk.outbox.flush(now)


def _backup(desk: Desk, now: datetime) -> None:
    """Keep rolling copies of the ledger."""
    desk.ledger.backup(now)

"""Who keeps every account going, day and night?

One thread per account: connect, turn, wait for the doorbell. Accounts share nothing but the configuration, so that one
account's fault never stops another's. This module knows signals, back-off and the watchdog; turn.py tells what a turn does.
"""

from __future__ import annotations

import logging
import os
import random
import select
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from followupd import service
from followupd.accounts import Account, RulesLoader, open_accounts
from followupd.config import Config, load_config
from followupd.errors import ConfigError, FollowupdError, LoginRefused, TryAgain, UserError
from followupd.secrets import redact
from followupd.turn import TurnReport, run_turn
from followupd.work.desk import Desk, Progress
from followupd.work.digest import send_digest

log = logging.getLogger(__name__)

BACKOFF_FIRST = 2.0
BACKOFF_CAP = 300.0
LOGIN_RETRY = 3600.0
"""A refused login is tried again once an hour at most: more would lock the account (RELIABILITY scenario 22)."""
STOP_WITHIN = 3.0
"""Seconds that all threads together have to end; the promise is 5 for the whole process."""
STEADY = 300.0
"""A line that held so long was a good one, and what failed before it is forgotten.

Not after one good turn: some servers let us in, answer everything and cut IDLE. As long as the longest pause, so that such a
server sees some twenty logins in the first hour and twelve in every other.
"""
STUCK_AFTER = 150.0
"""Seconds without progress after which an account counts as stuck and its line is cut."""
CUT_HELPS_WITHIN = 60.0
"""Seconds after such a cut in which the account must have come to itself; then the watchdog is no longer fed."""
MIND = 15.0
"""Seconds between two looks at the accounts, at the longest."""
LOOK_UP = 20.0
"""Longest wait in one go: chores and due threads are looked after this often, by our own clock."""
MENDED = 3.0
"""Seconds between two looks, while an account waits, whether the user has signed in."""
FILE_STEP = 1000
"""Milliseconds between two looks at changed files; the library's own 50 would wake the machine twenty times a second."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The one clock of the daemon; read once per turn."""
    return datetime.now(UTC)


def backoff(failures: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the n-th failure in a row: doubling, capped, with jitter of +-50 %."""
    pause: float = min(BACKOFF_CAP, BACKOFF_FIRST * 2.0 ** min(max(failures, 1) - 1, 12))
    return pause * (0.5 + chance())


@dataclass
class Health:
    """What the watchdog may know of a loop; written by its own thread only."""

    state: str = "starting"
    detail: str = ""
    progress: float = field(default_factory=time.monotonic)
    failures: int = 0
    turns: int = 0

    def note(self, state: str, detail: str = "") -> None:
        """Something real happened: a round trip, or a failure that was understood."""
        self.state, self.detail, self.progress = state, detail, time.monotonic()

    def beat(self) -> None:
        """The server gave a sign of life: nothing to tell of, and not stuck either."""
        self.progress = time.monotonic()

    @property
    def stuck(self) -> bool:
        """Has nothing real happened for too long?"""
        return time.monotonic() - self.progress > STUCK_AFTER


class AccountLoop:
    """Connect, turn, wait: for one account, in its own thread, until told to stop."""

    def __init__(self, account: Account, clock: Clock, on_turn: Callable[[], None]) -> None:
        self.account = account
        self.clock = clock
        self.on_turn = on_turn
        self.health = Health()
        account.pulse = self.health.beat
        self.cut_at: float | None = None
        """When the line was cut because the account was stuck; None: it is not."""
        self.stopping = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        self.thread = self._thread()

    def _thread(self, pause: float = 0.0) -> threading.Thread:
        return threading.Thread(target=self._main, args=(pause,), name=f"account-{self.account.name}", daemon=True)

    def alive(self) -> bool:
        """Is this loop at work, or is there still hope? Called by the supervisor; begins anew what is stuck or ended.

        A stuck one is blocked on its line nearly always, so the line is cut from outside and the loop goes on with the next
        try. Only when that does not help must the process end: nobody else may touch what the thread has in its hands.
        """
        if not self.thread.is_alive():
            log.error("account %s: its thread has ended and is begun anew", self.account.name)
            self.health.failures += 1
            self.health.note("starting")
            self.thread = self._thread(backoff(self.health.failures))
            self.thread.start()
        if not self.health.stuck:
            self.cut_at = None
            return True
        if self.cut_at is None:
            log.error("account %s: stuck (%s %s), its line is cut", self.account.name, self.health.state, self.health.detail)
            self.cut_at = time.monotonic()
            self.account.cut()
        return time.monotonic() - self.cut_at < CUT_HELPS_WITHIN

    def wake(self) -> None:
        """Make the loop look up, from any thread or signal handler."""
        with suppress(BlockingIOError, OSError):
            os.write(self._wake_write, b"x")

    def stop(self) -> None:
        """Ask the loop to end."""
        self.stopping.set()
        self.wake()

    def _main(self, pause: float) -> None:
        while not self.stopping.is_set():
            if pause:
                self._pause(pause)
            pause = self._life() if not self.stopping.is_set() else 0.0
        self.account.close()

    def _life(self) -> float:
        """One life of a connection; returns the seconds to wait before the next."""
        try:
            self._connected()
        except LoginRefused as error:
            return self._failed("login refused", error, LOGIN_RETRY)
        except UserError as error:
            return self._failed("needs a hand", error, BACKOFF_CAP)
        except TryAgain as error:
            return self._failed("trying again", error)
        except Exception as error:
            log.exception("account %s: unexpected", self.account.name)
            return self._failed("trying again", error)
        return 0.0

    def _failed(self, state: str, error: Exception, pause: float = 0.0) -> float:
        self.health.failures += 1
        told = redact(str(error))  # an unexpected one may carry anything, and status and systemd show it
        self.health.note(state, told)
        with suppress(FollowupdError):  # a full disk must not end the loop that will tell of it
            self.account.note_health(state, told, self.clock())
        pause = pause or backoff(self.health.failures)
        log.warning("account %s: %s, next try in %.0f s: %s", self.account.name, state, pause, told)
        self.on_turn()
        return pause

    def _pause(self, seconds: float) -> None:
        """Wait without a connection, still counting as alive: the failure was understood and the wait has an end.

        A reload or a new sign-in ends it: whoever mends a password need not wait for the hour to pass.
        """
        self._drain()
        end = time.monotonic() + seconds
        while not self.stopping.is_set() and (left := end - time.monotonic()) > 0:
            woken, _, _ = select.select([self._wake_read], [], [], min(left, MENDED))
            self.health.note(self.health.state, self.health.detail)
            if woken or self.account.mended():
                self._drain()
                return

    def _connected(self) -> None:
        self.health.note("connecting")
        with closing(self.account.connect()) as mailbox:
            self.account.mailbox, since = mailbox, time.monotonic()
            self.health.note("connected")
            desk = self.account.desk(mailbox, self.stopping.is_set, self._progress)
            while not self.stopping.is_set():
                if self._turn(desk):
                    continue
                mailbox.wait(desk.inbox, min(LOOK_UP, self.account.poll), self._wake_read)
                self._drain()
                if time.monotonic() - since >= STEADY:
                    self.health.failures = 0

    def _turn(self, desk: Desk) -> bool:
        """One turn and the chores; True when there is more to do at once."""
        now = self.clock()
        self.account.refresh(desk)
        report = run_turn(desk, now)
        self.health.beat()
        self.account.chores.run(desk, now)
        self.health.turns += 1
        self.health.note("reading" if report.again else "watching", report.summary())
        if not report.again:
            self.account.note_health("watching", "", now)
        if report.read or report.drafted or report.withdrawn or report.alarms:
            log.info("account %s: %s", self.account.name, report.summary())
        self.on_turn()
        return report.again

    def _progress(self, progress: Progress) -> None:
        self.health.note("reading", f"{progress.folder} {progress.done}/{progress.total}")
        self.account.note_health("reading", self.health.detail, self.clock())
        self.on_turn()

    def _drain(self) -> None:
        with suppress(BlockingIOError, OSError):
            while os.read(self._wake_read, 512):
                pass


class Daemon:
    """All accounts of one configuration, their signals and their supervisor."""

    def __init__(self, config: Config, config_path: Path | None = None, clock: Clock = utc_now) -> None:
        self.config = config
        self.config_path = config_path
        self.clock = clock
        self.stop_event = threading.Event()
        self.reload_event = threading.Event()
        self.loops: list[AccountLoop] = []
        self._nudge = threading.Event()

    def run(self) -> int:
        """Run until stopped; returns the exit code."""
        rules = RulesLoader(self.config)
        with ExitStack() as stack:
            accounts = open_accounts(self.config, rules, stack, self.clock())
            self.loops = [AccountLoop(account, self.clock, self._nudge.set) for account in accounts]
            watcher = self._watch_files(rules)
            for loop in self.loops:
                loop.thread.start()
            service.notify("READY=1")
            log.info("watching %s", ", ".join(loop.account.name for loop in self.loops))
            self._supervise(rules)
            service.notify("STOPPING=1")
            self._stop_loops(watcher)
        return 0

    def _supervise(self, rules: RulesLoader) -> None:
        """Feed the watchdog, tell systemd how we are, reload when asked; until told to stop."""
        interval = min(service.watchdog_interval() or MIND, MIND)
        while not self.stop_event.is_set():
            self._nudge.wait(interval)
            self._nudge.clear()
            if self.stop_event.is_set():
                return
            service.notify("STATUS=" + self.status())
            alive = [loop.alive() for loop in self.loops]  # every one is looked at
            if all(alive):
                service.notify("WATCHDOG=1")
            if self.reload_event.is_set():
                self.reload_event.clear()
                self.reload(rules)

    def status(self) -> str:
        """One line on every account."""
        return "; ".join(f"{loop.account.name}: {loop.health.state} {loop.health.detail}".strip() for loop in self.loops)

    def reload(self, rules: RulesLoader) -> bool:
        """Take config and rules anew; anything wrong with them leaves the last good ones in force (scenario 42)."""
        service.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            config = load_config(self.config_path) if self.config_path else self.config
            rules.reload(config)
            for loop in self.loops:
                loop.account.reconfigure(config)
            self.config = config
        except ConfigError as error:
            for problem in error.problems:
                log.error("not reloaded, the last good rules stay in force: %s", problem)  # noqa: TRY400 - no traceback
            return False
        else:
            log.info("config and rules reloaded")
            for loop in self.loops:
                loop.wake()
            return True
        finally:
            service.notify("READY=1")

    def _watch_files(self, rules: RulesLoader) -> threading.Thread | None:
        """Reload when a config or rule file changes."""
        paths = [p for p in (self.config_path, *rules.directories) if p is not None and p.parent.exists()]
        if not paths:
            return None
        thread = threading.Thread(target=self._watch, args=(paths,), name="files", daemon=True)
        thread.start()
        return thread

    def _watch(self, paths: Iterable[Path]) -> None:
        from watchfiles import watch

        wanted = {p.resolve() for p in paths}
        roots = {p if p.is_dir() else p.parent for p in wanted}
        for changes in watch(*roots, stop_event=self.stop_event, step=FILE_STEP, raise_interrupt=False):
            changed = {Path(path).resolve() for _, path in changes}
            if any(p in wanted or any(w in p.parents for w in wanted if w.is_dir()) for p in changed):
                self.reload_event.set()
                self._nudge.set()

    def _stop_loops(self, watcher: threading.Thread | None) -> None:
        """Ask all threads to end and wait a little; state is safe at any moment, so nobody waits for a dead server."""
        for loop in self.loops:
            loop.stop()
        end = time.monotonic() + STOP_WITHIN
        for thread in (*(loop.thread for loop in self.loops), *([watcher] if watcher else [])):
            thread.join(max(0.0, end - time.monotonic()))

    def stop(self, *_: object) -> None:
        """Ask the daemon to end; also the handler of SIGTERM and SIGINT."""
        self.stop_event.set()
        self._nudge.set()

    def request_reload(self, *_: object) -> None:
        """Ask for a reload; also the handler of SIGHUP."""
        self.reload_event.set()
        self._nudge.set()


def run(config: Config, config_path: Path | None = None, clock: Clock = utc_now) -> int:
    """Run the daemon in the foreground until SIGTERM or SIGINT; returns the exit code."""
    daemon = Daemon(config, config_path, clock)
    signal.signal(signal.SIGTERM, daemon.stop)
    signal.signal(signal.SIGINT, daemon.stop)
    signal.signal(signal.SIGHUP, daemon.request_reload)
    return daemon.run()


def _quiet(_: Progress) -> None:
    return None


def once(
    config: Config,
    *,
    dry_run: bool = False,
    digest: bool = False,
    clock: Clock = utc_now,
    on_progress: Callable[[str, Progress], None] | None = None,
) -> tuple[TurnReport, ...]:
    """Connect to every account, run turns until nothing is left to do, and stop; with ``digest`` it is sent whatever the hour.

    Raises what goes wrong.
    """
    reports = []
    rules = RulesLoader(config)
    with ExitStack() as stack:
        for account in open_accounts(config, rules, stack, clock()):
            with closing(account.connect()) as mailbox:
                tell = partial(on_progress, account.name) if on_progress else _quiet
                desk = account.desk(mailbox, lambda: False, tell)
                desk.dry_run = dry_run
                reports.append(_until_quiet(desk, clock()))
                if digest and not dry_run:
                    send_digest(desk, clock())
                if not dry_run:
                    account.chores.run_all(desk, clock())
                account.note_health("done once", "", clock())
            account.close()
    return tuple(reports)


def _until_quiet(desk: Desk, now: datetime) -> TurnReport:
    """Turn until a turn says that nothing more is to do; the figures add up."""
    total = run_turn(desk, now)
    left = 20
    while total.again and left and not desk.dry_run:
        report = run_turn(desk, now)
        left -= not report.caught_up
        total = total.plus(report)
    return total

"""What goes wrong in the middle of a turn? Each fault is armed for a while, strikes once at most, and is gone.

Killed means: what was not yet written is forgotten, as by SIGKILL; ``tests/kill/`` does the same to real processes.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from followupd import crash
from followupd.errors import LinkLost, StoreFull
from followupd.lab.stage import Stage
from followupd.mailbox.memory import MemoryMailbox
from followupd.work.desk import to_read


class Killed(BaseException):
    """The process is gone; nothing of ours may catch it."""


INTERRUPTIONS = (LinkLost, StoreFull, Killed)


class Frail(MemoryMailbox):
    """A connection that breaks at the n-th thing asked of it."""

    asked = 0
    breaks_at: int | None = None

    def _check(self) -> None:
        self.asked += 1
        if self.asked == self.breaks_at:
            self._connected = False
        super()._check()


def _once(at: int) -> Callable[[], bool]:
    left = iter(range(1, at + 1))
    return lambda: next(left, 0) == at


@contextmanager
def answer_lost(stage: Stage, at: int) -> Iterator[None]:
    """The n-th APPEND arrives and its answer does not."""
    due = _once(at)
    stage.server.lose_answer = lambda _: due()
    yield
    stage.server.lose_answer = None


@contextmanager
def request_lost(stage: Stage, at: int) -> Iterator[None]:
    """The n-th APPEND never arrives."""
    due = _once(at)
    stage.server.fail_append = lambda _: LinkLost("cut") if due() else None
    yield
    stage.server.fail_append = None


@contextmanager
def line_broken(stage: Stage, at: int) -> Iterator[None]:
    """The line breaks at the n-th thing asked."""
    again(stage)
    assert isinstance(stage.desk.mailbox, Frail)
    stage.desk.mailbox.breaks_at = at
    yield


@contextmanager
def killed(stage: Stage, at: int) -> Iterator[None]:
    """The process dies at the n-th step that a test can name, and does nothing more, not even on the way out."""
    left = at

    def die(name: str) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise Killed(name)

    crash.hook = die
    try:
        yield
    finally:
        crash.hook = None


@contextmanager
def disk_full(stage: Stage, at: int) -> Iterator[None]:
    """The n-th file that is written finds no room."""
    due = _once(at)

    def fill(name: str) -> None:
        if name.startswith("rename ") and due():
            raise OSError(errno.ENOSPC, "No space left on device")

    crash.hook = fill
    try:
        yield
    finally:
        crash.hook = None


FAULTS = {"answer": answer_lost, "request": request_lost, "line": line_broken, "kill": killed, "disk": disk_full}


def again(stage: Stage) -> None:
    """A new connection; the stores stay open."""
    mailbox = Frail(stage.server)
    mailbox.connect()
    stage.desk.mailbox, stage.desk.folders = mailbox, to_read(mailbox.folders())


def recover(stage: Stage, error: BaseException) -> None:
    """As the daemon goes on after it: a new connection, or a new process that knows only what was written."""
    if isinstance(error, Killed):
        stage.index.close()
        stage.open()
    else:
        again(stage)

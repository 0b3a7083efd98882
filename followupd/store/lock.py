"""Does another followupd already work on this account?

An advisory lock (flock) on a file in the state directory. The kernel lets go of it when its holder dies, however it
dies, so that no stale lock ever has to be removed by hand.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from followupd.errors import AlreadyRunning, Problem, UnsafeState


class InstanceLock:
    """Holds the lock from :meth:`acquire` (or ``with``) until :meth:`release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises AlreadyRunning naming the holder's pid, UnsafeState where the file cannot be made."""
        if self._fd is not None:
            return
        fd = self._open()
        try:
            _lock(fd)
        except OSError as error:
            pid = holder(fd)
            os.close(fd)
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise UnsafeState(Problem(str(self.path), f"cannot be locked: {error.strerror}")) from None
            who = f"process {pid}" if pid else "another process"
            raise AlreadyRunning(
                Problem(str(self.path), f"followupd already runs for this account ({who})", "stop it first")
            ) from None
        with suppress(OSError):  # on a full disk nobody reads who holds it; it is held all the same
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            why = "is a symbolic link" if error.errno == errno.ELOOP else f"cannot be made: {error.strerror}"
            raise UnsafeState(Problem(str(self.path), why)) from None

    def release(self) -> None:
        """Let go; the file stays, because removing it would let two holders lock two files of one name."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> InstanceLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _lock(fd: int) -> None:
    """Take the lock; a glance of :func:`running` may hold it for a moment, so a refusal is asked again."""
    for _ in range(4):
        try:
            return fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
    return fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def holder(fd: int) -> int:
    """The pid that the holder wrote into its lock file, 0 when there is none to read."""
    text = os.pread(fd, 20, 0).strip()
    return int(text) if text.isdigit() else 0


def running(path: Path) -> int:
    """The pid of the daemon that holds this lock now, 0 when none does; takes nothing and makes no file."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return holder(fd)
    finally:
        os.close(fd)
    return 0

"""How is a file replaced so that it is old or new at every moment, never mixed?

Temporary file beside it, fsync, rename, fsync of the directory; 0600; symbolic links are not followed. Whatever is cut,
killed or full in between, a reader finds the old content or the new one (RELIABILITY 0.3, scenarios 4 and 28).
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from followupd import crash
from followupd.errors import FollowupdError, Problem, StoreFull, UnsafeState

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def replace_file(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` (0600).

    Raises StoreFull (disk, quota, file size; the old content still stands) or UnsafeState (not writable). When only the
    last fsync of the directory fails the new content may stand already; the error says so by being raised.
    """
    temporary = path.with_name(f".{path.name}.new")
    crash.step(f"write {path.name}")
    try:
        _write_new(temporary, data)
        crash.step(f"rename {path.name}")
        os.replace(temporary, path)  # noqa: PTH105 - the one system call that must be seen here
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _explain(path, error) from error
    crash.step(f"written {path.name}")


def _write_new(temporary: Path, data: bytes) -> None:
    """A fresh file of our own: whatever lies there is a torso of an earlier crash, or planted, and is removed first."""
    with suppress(FileNotFoundError):
        temporary.unlink()
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep(directory: Path) -> None:
    """Remove the torsos that a killed process left in ``directory``. Only for whoever alone writes there."""
    for torso in directory.glob(".*.new"):
        with suppress(OSError):
            torso.unlink()


def sync_directory(directory: Path) -> None:
    """Make what was renamed or removed in ``directory`` last through a power cut."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _explain(path: Path, error: OSError) -> FollowupdError:
    if error.errno in _NO_ROOM:
        return StoreFull(f"{path}: {error.strerror}; what stood there before still stands")
    return UnsafeState(Problem(str(path), f"cannot be written: {error.strerror}", "check owner, mode and disk"))

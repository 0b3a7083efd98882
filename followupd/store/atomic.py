"""How is a file replaced so that it is old or new at every moment, never mixed?

Temporary file beside it, fsync, rename, fsync of the directory. TinyDB's own JSONStorage truncates in place and can tear.
"""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from followupd.errors import Problem, StoreFull, UnsafeState, UserError


def replace_file(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` (0600). Raises StoreFull; then the old content still stands."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            _write_all(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
        temporary.rename(path)
        sync_directory(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _explain(path, error) from error


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync_directory(directory: Path) -> None:
    """Make a rename last through a power cut."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _explain(path: Path, error: OSError) -> Exception:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
        return StoreFull(f"{path}: {error.strerror}; what stood there before still stands")
    return UnsafeState(Problem(str(path), f"cannot be written: {error.strerror}", "check owner, mode and disk"))


class AtomicStorage(Storage):
    """TinyDB storage that keeps everything in memory and replaces the file only on :meth:`flush`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._dirty = False
        self._data: dict[str, dict[str, Any]] | None = self._load()

    def _load(self) -> dict[str, dict[str, Any]] | None:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            data = json.loads(raw)
            if not isinstance(data, dict):
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            backups = sorted(self.path.parent.glob(f"{self.path.stem}.*.bak"))
            hint = f"restore the newest backup: cp {backups[-1]} {self.path}" if backups else "there is no backup"
            raise UserError(Problem(str(self.path), "is damaged and cannot be read", hint)) from None
        return data

    def read(self) -> dict[str, dict[str, Any]] | None:
        return self._data

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        self._data = data
        self._dirty = True

    def flush(self) -> None:
        """Put what was written onto the disk, at once and whole; nothing to do when nothing changed."""
        if self._dirty and self._data is not None:
            replace_file(self.path, json.dumps(self._data, ensure_ascii=False, indent=1, sort_keys=True).encode())
            self._dirty = False

    def close(self) -> None:
        self.flush()

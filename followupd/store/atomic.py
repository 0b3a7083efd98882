"""How does TinyDB keep its file so that it is old or new at every moment, never mixed?

Everything stays in memory until a flush replaces the file whole (files.py). TinyDB's own JSONStorage truncates in place
and can tear (RELIABILITY 0.3).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from followupd.errors import Problem, UnsafeState, UserError
from followupd.files import replace_file

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """TinyDB storage that keeps everything in memory and replaces the file only on :meth:`flush`.

    With ``read_only`` the file is never written: for commands that look while the daemon runs.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._dirty = False
        self._data = self._load()

    def _load(self) -> Tables | None:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnsafeState(Problem(str(self.path), f"cannot be read: {error.strerror}")) from None
        try:
            return _tables(json.loads(raw))
        except (ValueError, TypeError, RecursionError):
            raise damaged(self.path) from None

    def read(self) -> Tables | None:
        return self._data

    def write(self, data: Tables) -> None:
        if self.read_only:
            raise RuntimeError(f"{self.path} was opened for reading only")
        self._data = data
        self._dirty = True

    def flush(self) -> None:
        """Put what was written onto the disk, at once and whole; nothing to do when nothing changed.

        Raises StoreFull or UnsafeState; then the old file still stands and the next flush tries again.
        """
        if self._dirty and self._data is not None:
            replace_file(self.path, _written(self._data))
            self._dirty = False

    def close(self) -> None:
        self.flush()


def _written(data: Tables) -> bytes:
    """The file, with a line for each value. Written by C in two pieces: the standard library makes a string of each token, which
    at every flush took seven times the file's size, in crumbs that memory never quite recovers from.
    """
    return msgspec.json.format(msgspec.json.encode(data, order="sorted"), indent=1) + b"\n"


def _tables(data: object) -> Tables:
    """The shape TinyDB expects: table > document number > document."""
    if not isinstance(data, dict):
        raise TypeError
    for table in data.values():
        if not isinstance(table, dict) or not all(k.isdigit() and isinstance(d, dict) for k, d in table.items()):
            raise TypeError
    return data


def backups(path: Path) -> list[Path]:
    """The rolling copies of a store, oldest first."""
    return sorted(path.parent.glob(f"{path.stem}.*.bak"))


def damaged(path: Path, detail: str = "") -> UserError:
    """The error for a store that cannot be understood; names the newest copy and how to restore it."""
    copies = backups(path)
    hint = f"restore the newest backup: cp {copies[-1]} {path}" if copies else "there is no backup"
    return UserError(Problem(str(path), f"is damaged and cannot be read{': ' if detail else ''}{detail}", hint))

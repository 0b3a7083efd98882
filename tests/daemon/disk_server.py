"""Which server outlives a killed process? One that keeps every change on disk before it answers."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer


class DiskServer(MemoryServer):
    """A MemoryServer whose folders lie in a file; a change is there as soon as the call returns."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        if path.exists():
            self.folders = pickle.loads(path.read_bytes())

    def deliver(self, folder: Box | str, raw: bytes, when: datetime, flags: Iterable[str] = ()) -> int:
        uid = super().deliver(folder, raw, when, flags)
        self._keep()
        return uid

    def delete(self, folder: Box | str, uid: int) -> None:
        super().delete(folder, uid)
        self._keep()

    def _keep(self) -> None:
        temporary = self.path.with_suffix(".new")
        temporary.write_bytes(pickle.dumps(self.folders))
        temporary.replace(self.path)

"""Where does the server kill the client? Before and after every command that changes something, by a real SIGKILL."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field


class Dead(Exception):
    """The client was killed while it waited for this answer."""


@dataclass
class Gate:
    """Counts the effects of one run; aimed at one of them, it kills the process that asked for it."""

    names: list[str] = field(default_factory=list)
    at: int | None = None
    pid: int = 0
    _known: threading.Event = field(default_factory=threading.Event)

    def aim(self, at: int | None) -> None:
        """A new run begins; ``at`` is the number of the effect at which it dies, None for never."""
        self.names, self.at, self.pid = [], at, 0
        self._known.clear()

    def born(self, pid: int) -> None:
        """This process is the client of the run."""
        self.pid = pid
        self._known.set()

    def pass_(self, name: str) -> None:
        """An effect on the server, or the moment before one. Raises Dead when the client dies here."""
        number = len(self.names)
        self.names.append(name)
        if number == self.at:
            assert self._known.wait(10), "nobody told whose run this is"
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            raise Dead(name)

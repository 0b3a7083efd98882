"""Does an answer come at a pace that leads anywhere?

The timeout of a read begins anew with every octet, so that a server which dribbles, by malice or by a dying line, could hold a
turn for ever. A command has an end of its own: twice the timeout, more for as long as octets come at an honest pace, and
never more than twenty times. Nor does it bring more octets than memory is meant for.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE, LONGEST = 2, 20
"""In timeouts: for a command that brings nothing, and for one that brings much."""
HONEST = 1_000
"""Octets per second that a very slow line still brings."""
MOST = 64_000_000
"""Octets of one answer; the UIDs of a million mails are 40 MB, and each mail asked for is cut to far less (limits.py)."""
NEWS = 16_000
"""After so many octets of one answer it counts as a sign of life."""


def nothing() -> None:
    """Nobody wants to know."""


class Pace:
    """The time of one connection. ``timeout`` in seconds; ``pulse`` is called at every sign of life: a command begun, much read."""

    def __init__(self, timeout: float, pulse: Callable[[], None] = nothing, clock: Callable[[], float] = time.monotonic) -> None:
        self.pulse = pulse
        self._clock = clock
        self._usual = timeout * PATIENCE, timeout * LONGEST
        self._patience, self._longest = self._usual
        self._began, self._octets, self._told = clock(), 0, 0

    def begin(self, seconds: float | None = None) -> None:
        """A command begins, or a line of which nobody knows when it comes; in ``seconds``, where given, it must have ended."""
        self._patience, self._longest = (seconds, seconds) if seconds is not None else self._usual
        self._began, self._octets, self._told = self._clock(), 0, 0
        self.pulse()

    def hurry(self, seconds: float) -> None:
        """Whatever comes from now on has no more time than that."""
        self._usual = seconds, seconds
        self.begin()

    def took(self, octets: int) -> None:
        """So much was read."""
        self._octets += octets
        if self._octets - self._told >= NEWS:
            self._told = self._octets
            self.pulse()

    def left(self) -> float:
        """Seconds that the next read may take at most. Raises TimeoutError when its time is over or it brought too much."""
        allowed = min(self._longest, self._patience + self._octets / HONEST)
        left = self._began + allowed - self._clock()
        if left <= 0 or self._octets > MOST:
            raise TimeoutError("the answer never comes to an end")
        return left

"""How does systemd learn that we are ready, alive or stopping?

One datagram to the socket named by ``NOTIFY_SOCKET`` (sd_notify(3)); without systemd nothing happens. The watchdog's
interval is half of what systemd waits (sd_watchdog_enabled(3)).
"""

from __future__ import annotations

import logging
import os
import socket

log = logging.getLogger(__name__)

MICROSECONDS = 1_000_000


def notify(state: str) -> bool:
    """Tell systemd ``state`` (``READY=1``, ``STATUS=...``, several by line feeds). False when nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as datagram:
            datagram.setblocking(False)
            datagram.connect(address)
            datagram.sendall(_clean(state).encode())
    except OSError as error:
        log.debug("systemd was not told: %s", error)
        return False
    return True


def _clean(state: str) -> str:
    """Text after ``STATUS=`` may stem from a mail or a server: no other control characters than our own line feeds."""
    return "".join(c for c in state if c == "\n" or c.isprintable())[:2000]


def watchdog_interval() -> float | None:
    """Seconds between two pings, half of what systemd waits; None when no watchdog is meant for this process."""
    pid, wait = os.environ.get("WATCHDOG_PID", ""), os.environ.get("WATCHDOG_USEC", "")
    if (pid and pid != str(os.getpid())) or not wait.isascii() or not wait.isdigit() or int(wait) == 0:
        return None
    return int(wait) / MICROSECONDS / 2

"""Did the server ring?

IDLE (RFC 2177) is a doorbell only: whatever it says, the truth is read by cursor afterwards. imapclient 4.1's idle_check
loses bytes when a line comes in two TCP pieces and swallows EOF, so whole lines are read here: lines that began must end
in time, and an end of file is a lost link.
"""

from __future__ import annotations

import os
import select
import ssl
import time
from typing import Any

from followupd.errors import LinkLost
from followupd.mailbox.base import Ring
from followupd.mailbox.pace import Pace

LINE_SECONDS = 20.0
MAX_LINES = 200


def listen(client: Any, seconds: float, wake: int | None, pace: Pace) -> Ring:
    """Wait on an IDLE that was begun. Raises LinkLost on BYE, EOF or a line that never ends."""
    end = time.monotonic() + seconds
    sock = client.socket()
    while (left := end - time.monotonic()) > 0:  # before each line, for there are servers that never stop talking
        if _buffered(client, sock):
            if _rings(client, sock, pace):
                return Ring.MAIL
            continue
        ready, _, _ = select.select([sock, *([wake] if wake is not None else [])], [], [], left)
        if wake is not None and wake in ready:
            os.read(wake, 512)
            return Ring.WOKEN
        if ready and _rings(client, sock, pace):
            return Ring.MAIL
    return Ring.TIMEOUT


def _buffered(client: Any, sock: Any) -> bool:
    """Are there bytes that select() cannot see: decrypted by TLS, or already in the reader's buffer?"""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    reader = getattr(client._imap, "file", None) or getattr(client._imap, "_file", None)
    sock.setblocking(False)
    try:
        return bool(reader is not None and reader.peek(1))
    except (OSError, ValueError):
        return False
    finally:
        sock.settimeout(LINE_SECONDS)


def _rings(client: Any, sock: Any, pace: Pace) -> bool:
    """Read whole lines as long as there are any; True when one of them tells of a change."""
    rang = False
    sock.settimeout(LINE_SECONDS)
    pace.begin(LINE_SECONDS)
    for _ in range(MAX_LINES):
        line = client._imap._get_line().upper()
        if line.startswith(b"* BYE"):
            raise LinkLost("the server says goodbye")
        rang = rang or any(word in line for word in (b" EXISTS", b" EXPUNGE", b" FETCH", b" VANISHED"))
        if not _buffered(client, sock):
            break
    return rang

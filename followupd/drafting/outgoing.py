"""Which bytes go out, of a mail that a person laid into the folder for sending?

Its own, but for the Date, which is that of the sending, and those headers that are notes of mail clients to themselves. The
Message-ID stays: by it the mail is known again in Sent.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime

from followupd.errors import HostileInput

_NOTES = re.compile(
    rb"(?i)^(?:date|bcc|status|x-status|x-keywords|x-uid|x-mozilla-.*|x-account-key|x-identity-key|fcc|x-followupd.*"
    rb"|x-draft-info|x-unsent|x-evolution-.*|x-kmail-.*|x-apple-.*|x-uniform-type-identifier|x-universally-unique-identifier"
    rb"|x-sylpheed.*|x-claws-.*|return-path|delivered-to|received)$"
)
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")


def outgoing(raw: bytes, date: datetime) -> bytes:
    """The mail as it goes out at ``date``, CRLF throughout. Raises HostileInput where its header is not one."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    head, gap, body = text.partition(b"\r\n\r\n")
    if not gap or b"\0" in head:
        raise HostileInput("its header cannot be told from its text")
    kept = b"".join(b"%b\r\n" % field for name, field in _fields(head) if not _NOTES.match(name))
    return kept + b"Date: %b\r\n\r\n" % format_datetime(date).encode("ascii") + body


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Name and whole of each header, with the lines that continue it."""
    found: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\r\n"):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1] = (found[-1][0], found[-1][1] + b"\r\n" + line)
            continue
        match = _FIELD.match(line)
        if match is None:
            raise HostileInput("a line of its header is no header")
        found.append((match[1], line))
    return found

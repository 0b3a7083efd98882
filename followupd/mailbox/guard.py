"""May this string go to a mail server?

imapclient sends search criteria, flags and ids as they come; a line break taken from a mail would be a command of its own
(RELIABILITY finding 1). So every string passes here, and nothing else talks to the connection.
"""

from __future__ import annotations

import re

from followupd.errors import HostileInput

MAX_ARGUMENT = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEYWORD = re.compile(r"^[$A-Za-z][A-Za-z0-9_-]{0,62}$")
_FLAG = re.compile(r"^\\[A-Za-z]{2,20}$")


def safe(value: str) -> str:
    """``value`` if it can do no harm in an IMAP or SMTP command. Raises HostileInput without repeating it."""
    if len(value) > MAX_ARGUMENT:
        raise HostileInput(f"an argument of {len(value)} characters was refused")
    if _CONTROL.search(value):
        raise HostileInput("an argument with control characters was refused")
    return value


def safe_flag(value: str) -> str:
    r"""A system flag (``\Seen``) or a keyword made of plain letters."""
    if not _KEYWORD.match(value) and not _FLAG.match(value):
        raise HostileInput("a flag that is no plain word was refused")
    return value


def safe_uid(value: int) -> int:
    """A UID as RFC 3501 has it."""
    if not isinstance(value, int) or not 0 < value < 2**32:
        raise HostileInput("a UID out of range was refused")
    return value

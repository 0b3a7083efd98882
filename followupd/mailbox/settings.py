"""How is a mailbox reached?"""

from __future__ import annotations

from dataclasses import dataclass, field

from followupd.mailbox.base import Box
from followupd.mailbox.limits import Limits


@dataclass(frozen=True, kw_only=True)
class ImapSettings:
    """One account's IMAP server. ``security`` is tls, starttls or none (loopback only). Times in seconds."""

    host: str
    port: int = 993
    security: str = "tls"
    username: str
    ca_file: str | None = None
    timeout: float = 30.0
    folders: dict[Box, str] = field(default_factory=dict)
    """Names that the user gave; they win over what the server says."""
    watch: tuple[str, ...] = ("*",)
    """Patterns (``*`` and ``?``) of further folders that are read."""
    poll: float = 60.0
    renew: float = 240.0
    """An IDLE is renewed after this long; some providers drop it after five minutes, all after 29 (RFC 2177)."""
    limits: Limits = field(default_factory=Limits)

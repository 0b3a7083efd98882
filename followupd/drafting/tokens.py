"""Which draft is this? One token per (our turn, step): the key of law 2."""

from __future__ import annotations

import hashlib


def token_of(turn_id: str, step: int) -> str:
    """32 hex digits, the same for ever for the same turn and step."""
    return hashlib.sha256(f"{turn_id}\n{step}".encode()).hexdigest()[:32]


def message_id_of(token: str, domain: str) -> str:
    """The Message-ID of the draft without brackets: ``fu.<16 hex digits>@<own domain>``."""
    return f"fu.{token[:16]}@{domain}"

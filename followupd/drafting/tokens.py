"""Which draft is this? The token of (our turn, step) is the key of law 2; deciding owns it."""

from __future__ import annotations

from followupd.deciding.steps import token as token_of

__all__ = ["message_id_of", "token_of"]


def message_id_of(token: str, domain: str) -> str:
    """The Message-ID of the draft without brackets: ``fu.<16 hex digits>@<own domain>``."""
    return f"fu.{token[:16]}@{domain}"

"""What does this provider want that others do not?

Knowledge lies in rules/providers.yaml; the code has no provider's name. An entry is chosen by host or by greeting.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict

from followupd.rulesource import RuleSource, check_entries
from followupd.signin.endpoints import Endpoints


class Provider(BaseModel):
    """One provider. ``hosts`` are patterns; ``greeting`` a word of the server's first line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    hosts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    greeting: str = ""
    imap: str = ""
    smtp: str = ""
    id: bool = False
    """Wants ID (RFC 2971) before a folder is opened."""
    idle: bool = True
    """False: IDLE is offered and mute, or breaks."""
    keeps_sent: bool = False
    """Lays a copy of what went out by its SMTP server into Sent by itself."""
    secret: str = ""
    """What kind of password it wants and where to get it, in English."""
    secret_zh: str = ""
    oauth_only: bool = False
    oauth: Endpoints | None = None
    """Where one signs in instead of giving a password."""


def providers(source: RuleSource) -> tuple[Provider, ...]:
    """All providers. Raises ConfigError."""
    return tuple(check_entries(Provider, source, "providers").values())


def provider_of(host: str, greeting: str, known: tuple[Provider, ...]) -> Provider:
    """The provider behind this host or greeting; a plain one when nobody knows it."""
    host, greeting = host.lower(), greeting.lower()
    for provider in known:
        if any(fnmatchcase(host, pattern) for pattern in provider.hosts):
            return provider
    for provider in known:
        if provider.greeting and provider.greeting.lower() in greeting:
            return provider
    return Provider(title="the server")

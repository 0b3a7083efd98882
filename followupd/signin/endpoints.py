"""Where does a provider let people sign in, and what may we ask for there?

Knowledge of providers lies in rules/providers.yaml under ``oauth``; addresses are https, always.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Https = Annotated[str, Field(pattern=r"^https://[^\s/?#@]+[^\s#@]*$")]


class Endpoints(BaseModel):
    """One provider's authorisation server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    authorization: Https
    """Where the browser is sent (RFC 6749, 3.1)."""
    token: Https
    device: Https | None = None
    """For signing in with another machine's browser (RFC 8628); some providers do not allow it for mail."""
    revoke: Https | None = None
    """RFC 7009."""
    scopes: tuple[str, ...]
    extra: dict[str, str] = {}
    """Further parameters of the browser's address."""
    redirect_host: str = "127.0.0.1"
    """How the provider wants this very machine to be called in the address it sends the browser back to."""

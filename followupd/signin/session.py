"""Which access token holds now?

Renewed before it ends, kept at once (providers may change the refresh token each time). A sign-in that was revoked is
told with the command that mends it, and nothing is asked again until the next try of the account.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from followupd.errors import LoginRefused, Problem, StoreFull, TryAgain
from followupd.secrets import Bearer, SecretSpec
from followupd.signin import grant as grants
from followupd.signin.ask import Client, Refused, explain, granted, post
from followupd.signin.endpoints import Endpoints
from followupd.signin.grant import Grant

log = logging.getLogger(__name__)

AGAIN = 60.0
"""Seconds between two tries to renew a token that still holds."""


@dataclass(frozen=True, slots=True)
class Terms:
    """All that a sign-in of one account needs."""

    account: str
    endpoints: Endpoints
    client: Client
    kept: SecretSpec

    @property
    def command(self) -> str:
        """What the user does when he must sign in anew."""
        return f"followupd login {self.account}"

    @property
    def where(self) -> str:
        """How this is named in errors."""
        return f"sign-in of {self.account}"


class Session:
    """The tokens of one account, for all its threads."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._lock = threading.Lock()
        self._due = 0.0
        """When the token known last is to be renewed: a key ring is not asked at every turn."""
        self._not_before = 0.0
        self._held: Grant | None = None
        """Granted and not yet on disk, which was full."""

    def access(self, refused: Bearer | None = None) -> Bearer:
        """A token that holds. ``refused``: one that a server would not take, whatever its date says.

        Raises LoginRefused when the user must sign in, LinkLost, UserError.
        """
        with self._lock:
            grant = self._kept()
            now = time.time()
            self._due = grant.renew_at
            if grant.access != refused and now < grant.renew_at:
                return grant.access
            try:
                grant = self._renewed(grant)
            except TryAgain as error:
                if grant.access == refused or now >= grant.ends_at:
                    raise
                log.info("%s: not renewed yet: %s", self.terms.where, error)
            self._due = grant.renew_at
            return grant.access

    def keep_fresh(self) -> None:
        """Renew what is about to end, in passing. Raises LoginRefused only; a bad line may mend until the token ends."""
        now = time.monotonic()
        if time.time() < self._due or now < self._not_before:
            return
        self._not_before = now + AGAIN
        with suppress(TryAgain):
            self.access()

    def revoke(self) -> bool:
        """Give the grant back and forget it; False where the provider could not be told. Raises UserError."""
        grant = grants.load(self.terms.kept, self.terms.where)
        grants.forget(self.terms.kept)
        if grant is None or self.terms.endpoints.revoke is None:
            return grant is None
        token = grant.refresh or grant.access
        form = {"token": token.reveal(), "client_id": self.terms.client.id}
        try:
            post(self.terms.endpoints.revoke, urlencode(form), self.terms.client)
        except TryAgain as error:
            log.warning("%s: the provider could not be told: %s", self.terms.where, error)
            return False
        return True

    def _kept(self) -> Grant:
        """Read each time: another process may have renewed it, or the user signed in anew."""
        self._keep_held()
        grant = self._held or grants.load(self.terms.kept, self.terms.where)
        if grant is None:
            raise LoginRefused(Problem(self.terms.where, "nobody has signed in yet", self.terms.command))
        return grant

    def _renewed(self, grant: Grant) -> Grant:
        from oauthlib.oauth2 import WebApplicationClient

        terms, client = self.terms, self.terms.client
        if grant.refresh is None:
            raise LoginRefused(Problem(terms.where, "the sign-in has run out", terms.command))
        who = {"client_id": client.id, **({"client_secret": client.secret.reveal()} if client.secret else {})}
        body = WebApplicationClient(client.id).prepare_refresh_body(refresh_token=grant.refresh.reveal(), **who)
        try:
            fresh = Grant.of(granted(post(terms.endpoints.token, body, client)), time.time(), grant)
        except Refused as refused:
            other = grants.load(terms.kept, terms.where)
            if other is not None and other.refresh != grant.refresh and time.time() < other.renew_at:
                return other  # another process was quicker
            raise explain(refused, terms.where, terms.command) from None
        self._held = fresh
        self._keep_held()
        log.debug("%s: renewed", terms.where)
        return fresh

    def _keep_held(self) -> None:
        """Providers that change the refresh token take the old one no more: what is not on disk is not let go."""
        if self._held is not None:
            with suppress(StoreFull):
                grants.keep(self.terms.kept, self._held)
                self._held = None

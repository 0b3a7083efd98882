"""How does an access token log in? OAUTHBEARER (RFC 7628), or XOAUTH2 where the server knows only that."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from followupd.errors import HostileInput, LoginRefused, Problem
from followupd.mailbox.guard import safe
from followupd.mailbox.seam import shown
from followupd.secrets import Bearer, redact

MECHANISMS = ("OAUTHBEARER", "XOAUTH2")
"""In the order in which they are liked: the standard first."""
TOKEN = re.compile(r"[\x21-\x7e]{1,16000}")


def mechanism(capabilities: Set[str], where: str) -> str:
    """The one that the server offers. Raises LoginRefused when it offers none."""
    for name in MECHANISMS:
        if f"AUTH={name}" in capabilities:
            return name
    offers = ", ".join(sorted(c for c in capabilities if c.startswith("AUTH="))) or "nothing"
    raise LoginRefused(
        Problem(where, f"the server takes no OAuth2 sign-in (it offers {shown(offers)})", "set imap.password instead")
    )


@dataclass
class Answers:
    """Our side of the exchange. A server that refuses says why in a challenge, and waits for one more word of ours."""

    name: str
    first: bytes
    reason: str = ""
    _begun: bool = field(default=False, repr=False)

    def __call__(self, challenge: bytes) -> bytes:
        if not self._begun:
            self._begun = True
            return self.first
        self.reason = _told(challenge)
        return b"\x01" if self.name == "OAUTHBEARER" else b""


def answers(name: str, user: str, token: Bearer, host: str, port: int) -> Answers:
    """What is said to the server for this mechanism."""
    if not TOKEN.fullmatch(token.reveal()):
        raise HostileInput("a token that is no plain word was refused")
    bearer = f"auth=Bearer {token.reveal()}"
    if name == "XOAUTH2":
        return Answers(name, f"user={safe(user)}\x01{bearer}\x01\x01".encode())
    who = safe(user).replace("=", "=3D").replace(",", "=2C")
    return Answers(name, f"n,a={who},\x01host={safe(host)}\x01port={port}\x01{bearer}\x01\x01".encode())


def log_in(client: Any, user: str, token: Bearer, capabilities: Set[str], at: tuple[str, int]) -> None:
    """Log in over imapclient. Raises its LoginError with the server's reason, LoginRefused when it offers no way."""
    from imapclient.exceptions import LoginError

    host, port = at
    said = answers(mechanism(capabilities, f"{host}:{port}"), user, token, host, port)
    try:
        client.sasl_login(said.name, said)
    except LoginError as error:
        raise LoginError(f"{redact(shown(error))} {said.reason}".strip()) from None


def _told(challenge: bytes) -> str:
    """The reason in a refusal: a small JSON object with a status."""
    try:
        status = json.loads(challenge)["status"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f"({redact(shown(status))[:60]})"

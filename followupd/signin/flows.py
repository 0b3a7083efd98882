"""How does a person sign in? In the browser of this machine, or with a code in any other.

The browser comes back to a door on 127.0.0.1 that is open for this one answer, with PKCE and a state (RFC 8252, RFC 7636);
where there is no browser at hand, a short code is typed elsewhere and we ask until it was (RFC 8628).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode, urlsplit

from followupd.errors import LinkLost, Problem, UserError
from followupd.secrets import Secret
from followupd.signin.ask import Client, Refused, fields, granted, post
from followupd.signin.endpoints import Endpoints
from followupd.signin.grant import Grant

PATIENCE = 600.0
"""Seconds in which the person must have signed in."""
SLOW_DOWN = 5.0
PAGE = "<!doctype html><meta charset=utf-8><title>followupd</title><p>{}</p>"
Tell = Callable[[str, str], None]
"""Called with the address to open and the code to type there ("" where none is needed)."""


def _client_secret(client: Client) -> dict[str, str]:
    return {"client_secret": client.secret.reveal()} if client.secret else {}


def by_device(ends: Endpoints, client: Client, tell: Tell, patience: float = PATIENCE) -> Grant:
    """Sign in with a code. Raises Refused, LinkLost, UserError."""
    from oauthlib.oauth2 import DeviceClient

    if ends.device is None:
        raise UserError(Problem("--device", "this provider allows no sign-in by code for mail", "sign in with the browser"))
    request = {"client_id": client.id, "scope": " ".join(ends.scopes), **_client_secret(client)}
    answer = fields(post(ends.device, urlencode(request), client))
    try:
        code, user_code = str(answer["device_code"]), str(answer["user_code"])
        address = str(answer.get("verification_uri") or answer["verification_url"])
        interval, lasts = float(str(answer.get("interval", 5))), float(str(answer.get("expires_in", patience)))
    except (KeyError, ValueError):
        raise LinkLost("the authorisation server's answer cannot be read") from None
    Secret(code)
    tell(address, user_code)
    body = DeviceClient(client.id).prepare_request_body(code, include_client_id=True, **_client_secret(client))
    end = time.monotonic() + min(lasts, patience)
    while time.monotonic() + interval < end:
        time.sleep(max(interval, 0.05))
        try:
            return Grant.of(granted(post(ends.token, body, client)), time.time())
        except Refused as refused:
            if refused.code not in {"authorization_pending", "slow_down"}:
                raise
            interval += SLOW_DOWN if refused.code == "slow_down" else 0.0
    raise Refused("expired_token", "nobody signed in within the time")


class _Door(HTTPServer):
    """Open on 127.0.0.1 until the browser came back with our state; whatever else knocks is sent away."""

    timeout = 1.0

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Knock)
        self.state, self.came_back = state, ""

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is no event."""


class _Knock(BaseHTTPRequestHandler):
    server: _Door
    timeout = 5.0

    def do_GET(self) -> None:
        """Take the answer if it carries our state."""
        from urllib.parse import parse_qs

        said = parse_qs(urlsplit(self.path).query)
        ours = secrets.compare_digest(said.get("state", [""])[0].encode(), self.server.state.encode())
        if ours:
            self.server.came_back = self.path
        self._answer(200 if ours else 400, "You can close this window." if ours else "This is not the answer to a sign-in.")

    def _answer(self, status: int, text: str) -> None:
        page = PAGE.format(text).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "text/html"), ("Content-Length", str(len(page))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """The address holds the code: never logged."""


def by_browser(ends: Endpoints, client: Client, tell: Tell, patience: float = PATIENCE) -> Grant:
    """Sign in with the browser of this machine. Raises Refused, LinkLost, UserError."""
    from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

    web = WebApplicationClient(client.id)
    verifier, state = web.create_code_verifier(64), secrets.token_urlsafe(32)
    Secret(verifier)
    with _Door(state) as door:
        back = f"http://{ends.redirect_host}:{door.server_port}/"
        challenge = web.create_code_challenge(verifier, "S256")
        address = web.prepare_request_uri(
            ends.authorization, redirect_uri=back, scope=list(ends.scopes), state=state,
            code_challenge=challenge, code_challenge_method="S256", **ends.extra,
        )  # fmt: skip
        tell(address, "")
        end = time.monotonic() + patience
        while not door.came_back and time.monotonic() < end:
            door.handle_request()
    if not door.came_back:
        raise Refused("expired_token", "nobody signed in within the time")
    try:  # the library wants https; this answer came over loopback (RFC 8252, 8.3)
        code = web.parse_request_uri_response(f"https://localhost{door.came_back}", state=state)["code"]
    except OAuth2Error as error:
        raise Refused(str(error.error)[:80], "") from None
    Secret(code)
    body = web.prepare_request_body(code=code, redirect_uri=back, code_verifier=verifier, **_client_secret(client))
    return Grant.of(granted(post(ends.token, body, client)), time.time())

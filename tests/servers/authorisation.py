"""Who grants tokens in a test? A small OAuth2 server on loopback: code with PKCE, device, refresh, revoke, introspection.

Speaks TLS to clients; on a plain port it answers Dovecot's introspection. Strict where a provider is strict: a code, a
verifier and a rotated refresh token hold once; a redirect leads to this machine or nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.certificates import Certificate

CLIENT = "followupd-test-client"


@dataclass
class Right:
    """What one person granted."""

    user: str
    access: dict[str, float] = field(default_factory=dict)
    refresh: str = ""


@dataclass
class Books:
    """All that the server knows. A test may change any of it while it runs."""

    user: str = "lily@brightway.test"
    """Who sits before the browser."""
    lifetime: float = 3600.0
    client_secret: str = ""
    rotate: bool = True
    deny: bool = False
    broken: int = 0
    """A status that the token endpoint answers instead."""
    slow_down: int = 0
    codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    devices: dict[str, str | None] = field(default_factory=dict)
    user_codes: dict[str, str] = field(default_factory=dict)
    rights: list[Right] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    issued: set[str] = field(default_factory=set)
    """Every token, code and verifier that ever travelled."""

    def grant(self, user: str) -> dict[str, object]:
        right = Right(user)
        self.rights.append(right)
        return self.renew(right)

    def renew(self, right: Right) -> dict[str, object]:
        access = "at-" + secrets.token_urlsafe(24)
        right.access[access] = time.time() + self.lifetime
        if self.rotate or not right.refresh:
            right.refresh = "rt-" + secrets.token_urlsafe(24)
        self.issued |= {access, right.refresh}
        return {
            "access_token": access, "token_type": "Bearer", "expires_in": int(self.lifetime), "scope": "mail",
            "refresh_token": right.refresh,
        }  # fmt: skip

    def holder(self, access: str) -> str:
        return next((r.user for r in self.rights if r.access.get(access, 0) > time.time()), "")

    def revoke(self, token: str = "") -> None:
        """One right by any of its tokens; all of them without one."""
        self.rights = [r for r in self.rights if token and token != r.refresh and token not in r.access]

    def expire(self) -> None:
        """Access tokens end at once, the grants stand."""
        for right in self.rights:
            right.access.clear()


class _Desk(BaseHTTPRequestHandler):
    server: _Listener

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, _form(urlsplit(self.path).query)
        if path == "/authorize":
            return self._authorize(query)
        return self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        form = _form(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        path, books = urlsplit(self.path).path, self.server.books
        books.asked[form.get("grant_type") or path] += 1
        if path == "/moved":
            self.send_response(307)
            self.send_header("Location", "/token")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if path == "/introspect":
            user = books.holder(form.get("token", ""))
            return self._json(200, {"active": bool(user), "username": user})
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != books.client_secret:
            return self._json(401, {"error": "invalid_client", "error_description": "who are you?"})
        if path == "/device":
            return self._device()
        if path == "/revoke":
            books.revoke(form["token"])
            return self._json(200, {})
        return self._token(form) if path == "/token" else self._json(404, {"error": "not_found"})

    def _authorize(self, query: dict[str, str]) -> None:
        books, back = self.server.books, query.get("redirect_uri", "")
        sound = query.get("client_id") == CLIENT and query.get("code_challenge_method") == "S256"
        if not sound or urlsplit(back).hostname not in {"127.0.0.1", "localhost"} or query.get("response_type") != "code":
            return self._json(400, {"error": "invalid_request"})
        answer = {"state": query.get("state", "")}
        if books.deny:
            answer["error"] = "access_denied"
        else:
            answer["code"] = code = "code-" + secrets.token_urlsafe(16)
            books.issued.add(code)
            books.codes[code] = (query["code_challenge"], back, books.user)
        self.send_response(302)
        self.send_header("Location", f"{back}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _device(self) -> None:
        books = self.server.books
        code, user_code = "dc-" + secrets.token_urlsafe(16), secrets.token_hex(3).upper()
        books.issued.add(code)
        books.devices[code], books.user_codes[user_code] = None, code
        answer = {"device_code": code, "user_code": user_code, "verification_uri": "https://login.test/device"}
        self._json(200, {**answer, "expires_in": 60, "interval": 0.05})

    def _token(self, form: dict[str, str]) -> None:
        books, kind = self.server.books, form.get("grant_type", "")
        if books.broken:
            return self._json(books.broken, {"error": "server_error"})
        if kind == "authorization_code":
            challenge, back, user = books.codes.pop(form.get("code", ""), ("", "", ""))
            books.issued.add(form.get("code_verifier", "nothing"))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if user and form.get("redirect_uri") == back and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge:
                return self._json(200, books.grant(user))
        elif kind == "refresh_token":
            for right in books.rights:
                if right.refresh == form.get("refresh_token"):
                    return self._json(200, books.renew(right))
        elif kind.endswith("device_code"):
            return self._device_token(form.get("device_code", ""))
        return self._json(400, {"error": "invalid_grant", "error_description": "no such grant, or it was revoked"})

    def _device_token(self, code: str) -> None:
        books = self.server.books
        if code not in books.devices:
            return self._json(400, {"error": "expired_token"})
        if books.deny:
            return self._json(400, {"error": "access_denied"})
        if books.slow_down:
            books.slow_down -= 1
            return self._json(400, {"error": "slow_down"})
        user = books.devices[code]
        if user is None:
            return self._json(400, {"error": "authorization_pending"})
        del books.devices[code]
        return self._json(200, books.grant(user))

    def _json(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, books: Books, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.books = books
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None: ...


class AuthorisationServer:
    """``with AuthorisationServer(certificate) as server``; what happens there is in ``server.books``."""

    def __init__(self, certificate: Certificate) -> None:
        self.books, self.certificate = Books(), certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        self._secure, self._plain = _Listener(self.books, context), _Listener(self.books)
        self.url = f"https://127.0.0.1:{self._secure.server_port}"
        self.introspection = f"http://127.0.0.1:{self._plain.server_port}/introspect"

    def __enter__(self) -> AuthorisationServer:
        for listener in (self._secure, self._plain):
            threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in (self._secure, self._plain):
            listener.shutdown()
            listener.server_close()

    def browse(self, address: str) -> str:
        """A person says yes in the browser, which goes where it is sent; the last page's text."""
        with urllib.request.urlopen(address, context=ssl.create_default_context(cafile=str(self.certificate.cert)), timeout=10) as page:
            return str(page.read().decode())

    def approve(self, user_code: str) -> None:
        """A person types the code on another machine."""
        self.books.devices[self.books.user_codes[user_code]] = self.books.user

    def provider(self, **more: object) -> dict[str, object]:
        """An entry of providers.yaml."""
        at = {name: f"{self.url}/{path}" for name, path in
              (("authorization", "authorize"), ("token", "token"), ("device", "device"), ("revoke", "revoke"))}  # fmt: skip
        return {"title": "Test Mail", "oauth": {**at, "scopes": ["mail"], **more}}


def _form(text: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(text).items()}

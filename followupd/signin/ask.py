"""What does an authorisation server answer, and what does its no mean?

Requests and answers are read by oauthlib, which knows the standards; here they travel: https only, certificate verified,
no redirects, an answer of bounded size, within a time.
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from followupd.errors import FollowupdError, LinkLost, LoginRefused, Problem, UserError
from followupd.secrets import Secret, redact

SECONDS = 20.0
MAX_BYTES = 256 * 1024
NOT_NOW = frozenset({"temporarily_unavailable", "server_error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who we are to the authorisation server. ``ca_file``: a certificate of one's own server."""

    id: str
    secret: Secret | None = None
    ca_file: Path | None = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token request that is sent elsewhere would carry the refresh token there."""

    def redirect_request(self, *_: object) -> None:
        return None


class Refused(FollowupdError):
    """The server answered with an error of OAuth2; ``code`` is its name."""

    exit_code = 77

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}" if text else code)
        self.code = code


def post(url: str, form: str, client: Client) -> str:
    """The answer's body, be it a grant or an error of OAuth2. Raises LinkLost, UserError."""
    if not url.startswith("https://"):
        raise UserError(Problem(url, "tokens travel over https only"))
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(url, form.encode(), headers)  # noqa: S310 - https was made sure of
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=_trust(client)), _NoRedirect())
    host = urllib.parse.urlsplit(url).netloc
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return _body(answer.read(MAX_BYTES + 1), host)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 429 or error.code // 100 != 4:
                raise LinkLost(f"{host}: answered {error.code}") from None
            return _body(error.read(MAX_BYTES + 1), host)
    except ssl.SSLError as error:
        raise LinkLost(f"{host}: TLS failed: {_clean(error.reason)}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        why = getattr(reason, "verify_message", "")
        trust = f"the certificate is not trusted ({_clean(why)})" if why else _clean(reason)
        raise LinkLost(f"{host}: {trust}") from None


def _body(raw: bytes, host: str) -> str:
    if len(raw) > MAX_BYTES:
        raise LinkLost(f"{host}: the answer is too long")
    return raw.decode("utf-8", "replace")


def _trust(client: Client) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client.ca_file is not None:
        try:
            context.load_verify_locations(client.ca_file.expanduser())
        except OSError:
            raise UserError(Problem(str(client.ca_file), "holds no certificates that can be read")) from None
    return context


def granted(body: str) -> dict[str, object]:
    """The tokens in an answer of the token endpoint. Raises Refused, LinkLost."""
    from oauthlib.oauth2 import OAuth2Error
    from oauthlib.oauth2.rfc6749.parameters import parse_token_response

    try:
        found = dict(parse_token_response(body))
    except OAuth2Error as error:
        if not isinstance(error.error, str) or error.error in {"missing_token", ""}:
            raise LinkLost("the authorisation server's answer holds no token") from None
        raise Refused(_clean(error.error), _clean(error.description or "")) from None
    except (ValueError, TypeError, AttributeError):
        raise LinkLost("the authorisation server's answer cannot be read") from None
    if not isinstance(found["access_token"], str) or not found["access_token"]:
        raise LinkLost("the authorisation server's answer holds no token")
    return found


def fields(body: str) -> Mapping[str, object]:
    """An answer that is a JSON object and no error. Raises Refused, LinkLost."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LinkLost("the authorisation server's answer cannot be read")
    if code := found.get("error"):
        raise Refused(_clean(code), _clean(found.get("error_description") or ""))
    return found


def explain(refused: Refused, where: str, command: str) -> FollowupdError:
    """What a no means to the user, and the command that mends it."""
    if refused.code in NOT_NOW:
        return LinkLost(f"{where}: {refused}")
    if refused.code in {"invalid_client", "unauthorized_client"}:
        return LoginRefused(Problem(where, f"the client is not known there ({refused})", "check oauth.client_id and client_secret"))
    if refused.code == "access_denied":
        return LoginRefused(Problem(where, "access was denied in the browser", command))
    return LoginRefused(Problem(where, f"the sign-in was revoked or has run out ({refused})", command))


def _clean(text: object) -> str:
    """A server's words, fit for a log line."""
    return "".join(c if c.isprintable() else " " for c in redact(str(text)))[:200].strip()

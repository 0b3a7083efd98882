"""Mail to the owner goes out with the account's token where its SMTP server has no password of its own."""

from __future__ import annotations

import base64
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from followupd.accounts import smtp_settings
from followupd.errors import LoginRefused, UserError
from followupd.notify.outbox import LOGIN_WAIT, Outbox
from followupd.notify.smtp import probe, send
from followupd.signin import grant as grants
from followupd.signin.grant import Grant
from tests.notify.test_smtp import Desk, OwnPort, free_port
from tests.servers.authorisation import AuthorisationServer
from tests.signin.conftest import Scene, scene

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class TokenDesk(Desk):
    """Asks the authorisation server's books, as a provider does."""

    def __init__(self, granter: AuthorisationServer) -> None:
        super().__init__()
        self.granter, self.logins = granter, 0

    async def auth_XOAUTH2(self, server, args):
        self.logins += 1
        user, bearer = base64.b64decode(args[1]).decode().split("\x01")[:2]
        token = bearer.removeprefix("auth=Bearer ")
        if self.granter.books.holder(token) == user.removeprefix("user=") != "":
            return AuthResult(success=True, auth_data=user)
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        await server._reader.readline()
        await server.push("535 5.7.8 Username and token not accepted")
        return AuthResult(success=False, handled=True)


@pytest.fixture
def post(tmp_path: Path, granter: AuthorisationServer) -> Iterator[tuple[Scene, TokenDesk]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(granter.certificate.cert, granter.certificate.key)
    desk = TokenDesk(granter)
    exclude = ["LOGIN", "PLAIN"]
    server = OwnPort(
        desk, hostname="127.0.0.1", port=free_port(), ssl_context=context, auth_require_tls=False, auth_required=True, auth_exclude_mechanism=exclude
    )
    server.start()
    ca = str(granter.certificate.cert)
    there = scene(tmp_path, granter, {"host": "127.0.0.1", "port": 1}, smtp={"host": "127.0.0.1", "port": server.port, "ca_file": ca})
    there.kept.parent.mkdir(parents=True, mode=0o700)
    grants.keep(there.keys().session.terms.kept, Grant.of(granter.books.grant(granter.books.user), time.time()))
    yield there, desk
    server.stop()


def mail(there: Scene) -> EmailMessage:
    message = EmailMessage()
    message["From"] = message["To"] = there.account.address
    message["Subject"], message["Message-ID"] = "Digest", "<one@brightway.test>"
    message.set_content("Two drafts wait.\n")
    return message


def test_a_mail_goes_out_with_the_token(post: tuple[Scene, TokenDesk]) -> None:
    there, desk = post
    smtp = there.account.smtp
    assert smtp is not None
    send(smtp_settings(there.account, smtp), there.keys().key(smtp), mail(there), there.account.address)
    ((sender, recipients, _),) = desk.envelopes
    assert (sender, recipients) == (there.account.address, (there.account.address,))


def test_a_token_that_ended_is_renewed_before_the_mail(post: tuple[Scene, TokenDesk]) -> None:
    there, desk = post
    there.granter.books.expire()
    grant = there.keys().session._kept()
    grants.keep(there.keys().session.terms.kept, Grant(grant.access, grant.refresh, 0, 0))
    smtp = there.account.smtp
    assert smtp is not None
    probe(smtp_settings(there.account, smtp), there.keys().key(smtp))
    assert desk.logins == 1
    assert there.granter.books.asked["refresh_token"] == 1


def test_taken_back_the_mail_waits_and_nobody_storms(post: tuple[Scene, TokenDesk], caplog: pytest.LogCaptureFixture) -> None:
    there, desk = post
    smtp = there.account.smtp
    assert smtp is not None
    there.granter.books.revoke()
    settings = smtp_settings(there.account, smtp)
    with pytest.raises(LoginRefused) as caught:
        probe(settings, there.keys().key(smtp))
    assert not any(token in str(caught.value) for token in there.granter.books.issued)
    outbox = Outbox(there.path.parent / "outbox", settings, lambda: there.keys().key(smtp), there.account.address)
    outbox.put(mail(there))
    for _ in range(5):
        assert outbox.flush(NOW) == 0
    assert desk.logins == 2
    grants.keep(there.keys().session.terms.kept, Grant.of(there.granter.books.grant(there.account.address), time.time()))
    assert outbox.flush(NOW + LOGIN_WAIT) == 1
    assert len(desk.envelopes) == 1


def test_while_the_provider_is_away_the_mail_waits_for_the_line(post: tuple[Scene, TokenDesk]) -> None:
    there, desk = post
    smtp = there.account.smtp
    assert smtp is not None
    grant = there.keys().session._kept()
    grants.keep(there.keys().session.terms.kept, Grant(grant.access, grant.refresh, 0, 0))
    there.granter.books.broken = 503
    outbox = Outbox(there.path.parent / "outbox", smtp_settings(there.account, smtp), lambda: there.keys().key(smtp), there.account.address)
    outbox.put(mail(there))
    assert outbox.flush(NOW) == 0
    there.granter.books.broken = 0
    assert outbox.flush(NOW + LOGIN_WAIT) == 1
    assert desk.logins == 1


def test_a_server_that_knows_no_tokens_gets_none(tmp_path: Path, granter: AuthorisationServer) -> None:
    desk = Desk()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(granter.certificate.cert, granter.certificate.key)
    server = OwnPort(desk, hostname="127.0.0.1", port=free_port(), ssl_context=context, auth_require_tls=False)
    server.start()
    try:
        ca = str(granter.certificate.cert)
        there = scene(tmp_path, granter, {"host": "127.0.0.1", "port": 1}, smtp={"host": "127.0.0.1", "port": server.port, "ca_file": ca})
        smtp = there.account.smtp
        assert smtp is not None
        token = Grant.of(granter.books.grant(granter.books.user), time.time()).access
        with pytest.raises(UserError, match="XOAUTH2"):
            probe(smtp_settings(there.account, smtp), token)
    finally:
        server.stop()

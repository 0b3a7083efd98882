"""Does a password or token ever leave without verified TLS? (RELIABILITY scenario 43)

Every server here is one that somebody in between could play; what it was sent is kept to the last octet.
"""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from followupd.errors import FollowupdError, LinkLost, LoginRefused, UserError
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.settings import ImapSettings
from followupd.notify.smtp import SmtpSettings, probe, send
from followupd.rulesource import RuleSource
from followupd.secrets import Bearer, Secret

WORD = "hush-hush-Geheim-0815"
KINDS = pytest.mark.parametrize("secret", [Secret(WORD), Bearer(WORD)], ids=["password", "token"])
IMAP = {
    "stripped": {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n%s OK done\r\n"},
    "refused": {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=XOAUTH2\r\n%s OK done\r\n", b"STARTTLS": b"%s NO not today\r\n"},
    "mute": {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=XOAUTH2\r\n%s OK done\r\n", b"STARTTLS": b"%s OK go on\r\nnot TLS\r\n"},
}
SMTP = {
    "stripped": {b"EHLO": b"250-there\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n"},
    "refused": {b"EHLO": b"250-there\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n", b"STARTTLS": b"454 not today\r\n"},
    "mute": {b"EHLO": b"250-there\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n", b"STARTTLS": b"220 go on\r\n220 not TLS\r\n"},
}


def held(data: bytes) -> bool:
    """Is the secret in what was sent, in clear or in base64 at any offset?"""
    shapes = [WORD.encode()]
    for before in range(3):
        text = base64.b64encode(b"\0" * before + WORD.encode())
        shapes.append(text[(0, 2, 3)[before] : (before + len(WORD)) // 3 * 4])
    return any(shape in data for shape in shapes)


@contextmanager
def server(greeting: bytes, answers: dict[bytes, bytes], otherwise: bytes) -> Iterator[tuple[int, bytearray]]:
    """Speaks lines in the clear, says OK to whatever it has no other answer for, and keeps what it heard."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            try:
                link, _ = door.accept()
            except OSError:
                return
            with link, link.makefile("rb") as lines:
                link.settimeout(5)
                link.sendall(greeting)
                try:
                    for line in lines:
                        heard.extend(line)
                        tag = line.split()[0] if line.split() else b"*"
                        word = next((w for w in answers if w in line.upper()), None)
                        answer = answers[word] if word else otherwise
                        link.sendall(answer.replace(b"%s", tag))
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1], heard
    thread.join(6)


def imap(port: int, secret: Secret, rules: RuleSource, **more: object) -> ImapMailbox:
    given = {"host": "127.0.0.1", "port": port, "security": "starttls", "username": "lily", "timeout": 3.0, **more}
    return ImapMailbox(ImapSettings(**given), secret, rules)  # type: ignore[arg-type]


@KINDS
@pytest.mark.parametrize("case", IMAP)
def test_imap_without_the_upgrade_gets_nothing(case: str, secret: Secret, shipped: RuleSource) -> None:
    with server(b"* OK ready\r\n", IMAP[case], b"%s OK done\r\n") as (port, heard):
        box = imap(port, secret, shipped)
        with pytest.raises(LinkLost):
            box.connect()
        box.close()
    assert b"CAPABILITY" in heard
    assert not held(heard)


@KINDS
@pytest.mark.parametrize("case", SMTP)
def test_smtp_without_the_upgrade_gets_nothing(case: str, secret: Secret) -> None:
    with server(b"220 ready\r\n", SMTP[case], b"250 OK\r\n") as (port, heard), pytest.raises(FollowupdError):
        probe(SmtpSettings(host="127.0.0.1", port=port, security="starttls", username="lily", timeout=3.0), secret)
    assert b"EHLO" in heard.upper()
    assert not held(heard)


@KINDS
def test_control_in_the_clear_on_this_machine_the_same_servers_hear_it(secret: Secret, shipped: RuleSource) -> None:
    """Shows that the search above can find it: with ``security: none``, on loopback only, it is sent."""
    answers = {**IMAP["stripped"], b"AUTHENTICATE": b"+ \r\n"}
    with server(b"* OK ready\r\n", answers, b"%s OK done\r\n") as (port, heard):
        box = imap(port, secret, shipped, security="none")
        with pytest.raises(FollowupdError) if isinstance(secret, Bearer) else _nothing():
            box.connect()
        box.close()
    assert held(heard)
    with server(b"220 ready\r\n", {**SMTP["stripped"], b"AUTH": b"235 welcome\r\n"}, b"250 OK\r\n") as (port, heard):
        probe(SmtpSettings(host="127.0.0.1", port=port, security="none", username="lily", timeout=3.0), secret)
    assert held(heard)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@KINDS
@pytest.mark.parametrize("host", ["imap.example.com", "10.0.0.1", "127.0.0.1.evil.example", "0.0.0.0"])
def test_in_the_clear_nobody_but_this_machine_is_even_called(
    secret: Secret, host: str, shipped: RuleSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []

    def lookup(*where: object, **_: object) -> None:
        called.append(where)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(LoginRefused, match="without encryption"):
        imap(143, secret, shipped, host=host, security="none").connect()
    message = EmailMessage()
    message["From"] = message["To"] = "lily@brightway.test"
    with pytest.raises(UserError, match="without TLS"):
        send(SmtpSettings(host=host, port=25, security="none", username="lily"), secret, message, "lily@brightway.test")
    with pytest.raises(UserError, match="without TLS"):
        probe(SmtpSettings(host=host, port=25, security="none", username="lily"), secret)
    assert not called

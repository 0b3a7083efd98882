"""Mail reaches the owner over a real server with TLS and AUTH, survives every hindrance, and reaches nobody else."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from itertools import pairwise

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from followupd.errors import HostileInput, LinkLost, LoginRefused, StoreFull, TryAgain, UserError
from followupd.loopback import is_loopback
from followupd.notify import outbox as outbox_module
from followupd.notify.outbox import GIVE_UP, LOGIN_WAIT, LONGEST_WAIT, REFUSALS, Outbox
from followupd.notify.smtp import SmtpSettings, only_owner, send
from followupd.secrets import Secret

OWNER = "li.wei@brightlamp.example"
PASSWORD = "right-horse-battery"
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def mail(id="one", to=OWNER, **headers):
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = OWNER, "Morgen 你好", f"<{id}@brightlamp.example>"
    if to:
        message["To"] = to
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"Text of {id}: größer\n.\nafter a dot\n")
    return message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing (Debian: openssl)")
    place = tmp_path_factory.mktemp("tls")
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext {names}"
    subprocess.run(
        [*command.split(), "-keyout", place / "key.pem", "-out", place / "cert.pem"], check=True, capture_output=True
    )
    return place


class Desk:
    """Takes mail and remembers its envelopes; answers what a test wants instead."""

    def __init__(self):
        self.envelopes, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("2"):
            self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return self.answer


class OwnPort(Controller):
    def _trigger_server(self):
        """The controller waits for a first client; its own one cannot speak TLS to a certificate like ours."""
        with socket.create_connection((self.hostname, self.port), 5) as first:
            if self.ssl_context:
                trusting = ssl._create_unverified_context()
                with trusting.wrap_socket(first) as secured:
                    secured.recv(100)
            else:
                first.recv(100)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(certificate, desk, security="tls", port=None):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (OWNER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    more = {"authenticator": check, "auth_required": True}
    if security == "tls":
        more |= {"ssl_context": context, "auth_require_tls": False}
    elif security == "starttls":
        more |= {"tls_context": context, "require_starttls": True}
    else:
        more |= {"auth_require_tls": False}
    running = OwnPort(desk, hostname="127.0.0.1", port=port or free_port(), **more)
    running.start()
    try:
        yield running.port
    finally:
        running.stop()


def settings(port, certificate=None, security="tls", **more):
    ca = str(certificate / "cert.pem") if certificate else None
    base = {"host": "127.0.0.1", "port": port, "security": security, "username": OWNER, "ca_file": ca, "timeout": 5}
    return SmtpSettings(**{**base, **more})


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_mail_arrives_whole_and_its_envelope_holds_the_owner_alone(certificate, security):
    desk = Desk()
    with server(certificate, desk, security) as port:
        send(settings(port, certificate, security), Secret(PASSWORD), mail(), OWNER)
    ((sender, recipients, content),) = desk.envelopes
    assert (sender, recipients) == (OWNER, (OWNER,))
    assert b"Message-ID: <one@brightlamp.example>" in content
    assert b"after a dot" in content


def test_a_wrong_password_is_a_refused_login_that_shows_no_password(certificate):
    with server(certificate, Desk()) as port, pytest.raises(LoginRefused) as caught:
        send(settings(port, certificate), Secret("wrong-horse-battery"), mail(), OWNER)
    assert "wrong-horse" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_certificate_nobody_vouches_for_is_refused_before_the_password(certificate):
    desk = Desk()
    with server(certificate, desk) as port, pytest.raises(LinkLost, match=r"(?i)certificate"):
        send(settings(port), Secret(PASSWORD), mail(), OWNER)
    assert desk.envelopes == []


def test_a_server_without_starttls_is_left_at_once(certificate):
    desk = Desk()
    with server(certificate, desk, "none") as port, pytest.raises((UserError, LinkLost)):
        send(settings(port, certificate, "starttls"), Secret(PASSWORD), mail(), OWNER)
    assert desk.envelopes == []


@pytest.mark.parametrize(
    "host", ["smtp.example.com", "127.0.0.1.evil.example", "127.evil.example", "10.0.0.1", "0.0.0.0", ""]
)
def test_without_tls_only_this_machine_is_spoken_to(host):
    assert not is_loopback(host)
    with pytest.raises(UserError, match="without TLS"):
        send(settings(1, security="none", host=host), None, mail(), OWNER)


@pytest.mark.parametrize(("answer", "error"), [("550 no", UserError), ("451 later", TryAgain), ("552 full", UserError)])
def test_the_servers_answer_decides_whether_it_may_be_tried_again(certificate, answer, error):
    desk = Desk()
    desk.answer = answer
    with server(certificate, desk) as port, pytest.raises(error) as caught:
        send(settings(port, certificate), Secret(PASSWORD), mail(), OWNER)
    assert not isinstance(caught.value, LinkLost | LoginRefused)


def test_nobody_there_and_nobody_answering_are_a_lost_link():
    with pytest.raises(LinkLost):
        send(settings(free_port(), timeout=1), Secret(PASSWORD), mail(), OWNER)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(LinkLost):
            send(settings(mute.getsockname()[1], security="none", timeout=0.3), None, mail(), OWNER)


@pytest.mark.parametrize(
    "message",
    [
        mail(to="buyer@lichthaus.example"),
        mail(to=f"{OWNER}, buyer@lichthaus.example"),
        mail(Cc="buyer@lichthaus.example"),
        mail(Bcc="buyer@lichthaus.example"),
        mail(Resent_To="buyer@lichthaus.example"),
        mail(to=""),
        mail(to=f"{OWNER}.evil.example"),
    ],
    ids=["to", "second to", "cc", "bcc", "resent-to", "nobody", "lookalike"],
)
def test_law_5_nobody_but_the_owner_is_written_to(certificate, message):
    desk = Desk()
    with server(certificate, desk) as port, pytest.raises(HostileInput, match="owner only"):
        send(settings(port, certificate), Secret(PASSWORD), message, OWNER)
    assert desk.envelopes == []


def test_law_5_the_owner_by_any_case_is_the_owner():
    assert only_owner(mail(to="Li Wei <LI.WEI@Brightlamp.Example>"), OWNER) == OWNER


# ---- the outbox -----------------------------------------------------------------------------------


def outbox(tmp_path, port=1, certificate=None, password=PASSWORD, **more):
    given = settings(port, certificate, timeout=2)
    return Outbox(tmp_path / "outbox", given, lambda: Secret(password), OWNER, **more)


def failing(error):
    def refuse(*_):
        raise error

    return refuse


def test_a_mail_put_twice_goes_out_once_even_after_a_restart(tmp_path, certificate):
    desk = Desk()
    with server(certificate, desk) as port:
        box = outbox(tmp_path, port, certificate)
        assert box.put(mail()) is True
        assert box.put(mail()) is False
        assert box.flush(NOW) == 1
        assert box.put(mail()) is False
        assert outbox(tmp_path, port, certificate).put(mail()) is False
        assert outbox(tmp_path, port, certificate).flush(NOW) == 0
    assert len(desk.envelopes) == 1
    assert box.waiting() == 0


def test_server_down_then_up_with_a_restart_between(tmp_path, certificate):
    desk, port = Desk(), free_port()
    box = outbox(tmp_path, port, certificate)
    for id in ("one", "two", "three"):
        box.put(mail(id))
    assert box.flush(NOW) == 0
    assert box.waiting() == 3
    again = outbox(tmp_path, port, certificate)
    with server(certificate, desk, port=port):
        assert again.flush(NOW + timedelta(seconds=5)) == 2, "the one that was tried waits its minute"
        assert again.flush(NOW + timedelta(minutes=2)) == 1
    ids = sorted(content.split(b"Message-ID: <")[1].split(b"@")[0] for _, _, content in desk.envelopes)
    assert ids == [b"one", b"three", b"two"]
    assert again.problems() == ()


def test_a_refused_login_holds_the_whole_queue_for_an_hour(tmp_path, certificate):
    desk = Desk()
    with server(certificate, desk) as port:
        box = outbox(tmp_path, port, certificate, password="wrong-horse-battery")
        box.put(mail("one"))
        box.put(mail("two"))
        assert box.flush(NOW) == 0
        assert "login" in str(box.problems()[0])
        right = outbox(tmp_path, port, certificate)
        assert right.flush(NOW + LOGIN_WAIT - timedelta(seconds=1)) == 0, "the hold survives a restart"
        assert right.flush(NOW + LOGIN_WAIT) == 2
        assert right.problems() == ()
    assert "wrong-horse" not in (tmp_path / "outbox" / "state.json").read_text()


def test_the_waits_double_up_to_a_limit_and_a_week_is_enough(tmp_path):
    tries = []

    def never(*_):
        tries.append(now)
        raise LinkLost("down")

    box = outbox(tmp_path, send=never)
    box.put(mail())
    now = NOW
    while box.waiting() and now < NOW + 2 * GIVE_UP:
        box.flush(now)
        now += timedelta(minutes=1)
    gaps = [b - a for a, b in pairwise(tries)]
    assert gaps[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert max(gaps) == LONGEST_WAIT
    assert GIVE_UP < tries[-1] - NOW < GIVE_UP + 2 * LONGEST_WAIT
    assert "could not be sent" in str(box.problems()[0])


def test_a_mail_the_server_will_not_have_is_set_aside_and_the_others_go_on(tmp_path):
    seen = []

    def picky(given, secret, message, owner):
        seen.append(message["Message-ID"])
        if "bad" in message["Message-ID"]:
            raise UserError("550 no")

    box = outbox(tmp_path, send=picky)
    box.put(mail("bad"))
    box.put(mail("good"))
    for day in range(REFUSALS + 3):
        box.flush(NOW + timedelta(days=day / 4))
    assert seen.count("<bad@brightlamp.example>") == REFUSALS
    assert seen.count("<good@brightlamp.example>") == 1
    assert "550 no" in str(box.problems())
    assert box.put(mail("bad")) is False, "it is not queued again behind its owner's back"


def test_killed_between_the_servers_yes_and_the_removal_nothing_goes_out_twice(tmp_path, monkeypatch):
    sent = []
    box = outbox(tmp_path, send=lambda *a: sent.append(a))
    box.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "_remove", failing(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            box.flush(NOW)
    again = outbox(tmp_path, send=lambda *a: sent.append(a))
    assert again.waiting() == 1
    again.flush(NOW)
    assert again.waiting() == 0
    assert len(sent) == 1


def test_a_full_disk_while_putting_queues_nothing_and_says_so(tmp_path, monkeypatch):
    box = outbox(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", failing(OSError(28, "No space left on device")))
        with pytest.raises(StoreFull):
            box.put(mail())
    assert box.waiting() == 0
    assert box.put(mail()) is True


def test_a_full_disk_after_sending_does_not_send_again(tmp_path, monkeypatch):
    sent = []
    box = outbox(tmp_path, send=lambda *a: sent.append(a))
    box.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(outbox_module, "replace_file", failing(StoreFull("full")))
        with pytest.raises(StoreFull):
            box.flush(NOW)
    box.flush(NOW + timedelta(days=1))
    assert len(sent) == 1


def test_an_unexpected_fault_of_one_mail_stops_nothing(tmp_path):
    box = outbox(tmp_path, send=failing(RuntimeError("?")))
    box.put(mail())
    assert box.flush(NOW) == 0
    assert box.waiting() == 1


def test_a_password_that_cannot_be_fetched_holds_the_queue_and_loses_nothing(tmp_path):
    box = Outbox(tmp_path / "outbox", settings(1), failing(UserError("key ring locked")), OWNER)
    box.put(mail())
    for hour in range(30):
        assert box.flush(NOW + timedelta(hours=hour)) == 0
    assert box.waiting() == 1
    assert "key ring locked" in str(box.problems())


@pytest.mark.parametrize("noise", ["", "{", "[]", '{"waiting": 5}', "\xff"])
def test_a_damaged_state_costs_the_waits_and_no_mail(tmp_path, noise):
    box = outbox(tmp_path, send=failing(LinkLost("down")))
    box.put(mail())
    box.flush(NOW)
    (tmp_path / "outbox" / "state.json").write_text(noise, encoding="latin-1")
    assert outbox(tmp_path, send=partial(lambda *a: None)).flush(NOW) == 1


def test_a_clock_that_jumps_back_does_not_hold_mail_for_ever(tmp_path):
    late = NOW + timedelta(days=400)
    for error in (LinkLost("down"), LoginRefused("no")):
        box = outbox(tmp_path, send=failing(error))
        box.put(mail(type(error).__name__))
        box.flush(late)
        late += timedelta(days=1)
    assert outbox(tmp_path, send=lambda *a: None).flush(NOW) == 2


def test_the_files_are_the_owners_alone_and_hold_no_password(tmp_path):
    box = outbox(tmp_path, send=failing(LinkLost("down")))
    box.put(mail())
    box.flush(NOW)
    for path in (tmp_path / "outbox").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert PASSWORD.encode() not in path.read_bytes()
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700
    assert json.loads((tmp_path / "outbox" / "state.json").read_text())["waiting"]


def test_a_mail_without_message_id_is_refused(tmp_path):
    message = mail()
    del message["Message-ID"]
    with pytest.raises(HostileInput):
        outbox(tmp_path).put(message)

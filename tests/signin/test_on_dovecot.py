"""A real server takes our tokens by the mechanism it offers; the daemon renews them, and waits when they are taken back."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from followupd.accounts import connected
from followupd.errors import LinkLost, LoginRefused
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.settings import ImapSettings
from followupd.rulesource import RuleSource
from followupd.secrets import Bearer
from followupd.signin import grant as grants
from followupd.signin.grant import Grant
from tests.daemon.at_work import until
from tests.servers.fake import Fake, Session
from tests.signin.conftest import Scene

pytestmark = pytest.mark.xdist_group("oauth-dovecot")


def sign_in(office: Scene, renew_at: float | None = None) -> Grant:
    grant = Grant.of(office.granter.books.grant(office.granter.books.user), time.time())
    office.kept.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    grants.keep(office.keys().session.terms.kept, grant)
    if renew_at is not None:
        office.kept.write_text(json.dumps({**json.loads(office.kept.read_text()), "renew_at": renew_at}))
    return grant


def command(office: Scene, *words: str) -> list[str]:
    return [sys.executable, "-m", "followupd.cli.main", "--config", str(office.path), *words]


@contextmanager
def running(office: Scene) -> Iterator[subprocess.Popen[bytes]]:
    """``followupd run`` at the highest level; everything it says goes to the file ``log``."""
    with (office.path.parent / "log").open("ab") as log:
        process = subprocess.Popen(command(office, "-vv", "run"), stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)


def health(office: Scene) -> dict[str, str]:
    path = office.kept.parent / "health.json"
    return json.loads(path.read_text()) if path.exists() else {}


def log_of(office: Scene) -> str:
    return (office.path.parent / "log").read_text(errors="replace")


def no_token_in(office: Scene) -> None:
    """Of all that was written, only the store of tokens knows one."""
    issued = office.granter.books.issued
    assert issued
    for path in office.path.parent.rglob("*"):
        if path.is_file() and path != office.kept:
            found = [token for token in issued if token.encode() in path.read_bytes()]
            assert not found, path


def test_a_token_opens_the_mailbox(office: Scene) -> None:
    sign_in(office)
    with closing(connected(office.keys())) as mailbox:
        assert mailbox.folders()
    assert office.granter.books.asked["/introspect"] >= 1


@pytest.mark.parametrize("name", ["OAUTHBEARER", "XOAUTH2"])
def test_each_mechanism_opens_dovecot_and_a_refusal_tells_its_reason(
    office: Scene, shipped: RuleSource, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("followupd.mailbox.sasl.MECHANISMS", (name,))
    grant = sign_in(office)
    imap = office.account.imap
    settings = ImapSettings(host=imap.host, port=imap.port, username=office.granter.books.user, ca_file=str(imap.ca_file))
    with closing(ImapMailbox(settings, grant.access, shipped)) as mailbox:
        mailbox.connect()
        assert mailbox.folders()
    office.granter.books.revoke()
    with closing(ImapMailbox(settings, Bearer("at-never-granted-" + name), shipped)) as mailbox, pytest.raises(LoginRefused) as caught:
        mailbox.connect()
    assert "invalid_token" in str(caught.value) or "401" in str(caught.value) or "400" in str(caught.value)
    assert "never-granted" not in str(caught.value)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [("AUTH=XOAUTH2 AUTH=OAUTHBEARER", "OAUTHBEARER"), ("AUTH=XOAUTH2 AUTH=PLAIN LOGINDISABLED", "XOAUTH2"), ("AUTH=PLAIN", "")],
)
def test_the_mechanism_is_one_that_the_server_offers(shipped: RuleSource, offered: str, chosen: str) -> None:
    seen: list[str] = []

    def authenticate(session: Session, tag: str, argument: str) -> None:
        seen.append(argument)
        session.say(f"{tag} NO refused")

    fake = Fake(capabilities=f"IMAP4rev1 {offered}", handlers={"AUTHENTICATE": authenticate})
    with fake:
        settings = ImapSettings(host="127.0.0.1", port=fake.port, security="none", username="lily")
        mailbox = ImapMailbox(settings, Bearer("at-hush-hush"), shipped)
        with pytest.raises(LoginRefused) as caught:
            mailbox.connect()
    assert [word.split()[0] for word in seen] == ([chosen] if chosen else [])
    assert chosen or "takes no OAuth2" in str(caught.value)
    assert b"hush" not in fake.bytes_seen


def test_a_token_ended_early_is_renewed_at_once(office: Scene) -> None:
    before = sign_in(office)
    office.granter.books.expire()
    with closing(connected(office.keys())) as mailbox:
        assert mailbox.folders()
    assert office.granter.books.asked["refresh_token"] == 1
    assert json.loads(office.kept.read_text())["access"] != before.access.reveal()


def test_the_wrong_persons_token_is_refused_with_the_command(office: Scene) -> None:
    office.granter.books.user, mine = "somebody-else@brightway.test", office.granter.books.user
    sign_in(office)
    assert office.account.address == mine
    with pytest.raises((LoginRefused, LinkLost), match="followupd login lily"):
        connected(office.keys())
    assert office.granter.books.asked["refresh_token"] == 1


def test_the_daemon_renews_while_it_watches(office: Scene) -> None:
    sign_in(office, renew_at=time.time() + 4)
    office.path.write_text(office.path.read_text().replace("name: lily", "name: lily\n  poll: 1s"))
    with running(office):
        until(lambda: health(office).get("state") == "watching", 60)
        logins = office.granter.books.asked["/introspect"]
        until(lambda: office.granter.books.asked["refresh_token"] >= 1, 20)
        assert health(office)["state"] == "watching"
        assert office.granter.books.asked["/introspect"] == logins
    assert json.loads(office.kept.read_text())["refresh"] == office.granter.books.rights[0].refresh
    assert log_of(office).count("sign-in of lily: renewed") == 1
    no_token_in(office)


def test_taken_back_the_account_waits_without_a_storm_and_goes_on_after_a_new_sign_in(office: Scene) -> None:
    sign_in(office, renew_at=0)
    office.granter.books.revoke()
    with running(office):
        until(lambda: health(office).get("state") == "login refused", 60)
        asked = office.granter.books.asked.copy()
        time.sleep(3)
        assert office.granter.books.asked == asked
        assert asked["refresh_token"] == 1
        assert asked["/introspect"] == 0
        assert "followupd login lily" in health(office)["detail"]
        assert re.search(r"next try in 3600 s", log_of(office))
        told = subprocess.run(command(office, "once"), capture_output=True, text=True, check=False)
        assert told.returncode != 0
    done = subprocess.run(command(office, "once"), capture_output=True, text=True, check=False)
    assert done.returncode == 77, done.stderr
    assert "followupd login lily" in done.stderr
    no_token_in(office)


def logged_in(office: Scene, *words: str, act: bool = True) -> tuple[int, str]:
    """``followupd login``, and a person who does what it says."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command(office, "login", *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if code := re.search(r"enter the code (\w+)", line):
            office.granter.approve(code[1])
        elif line.startswith("https://"):
            office.granter.browse(line.strip())
    return process.wait(30), said


@pytest.mark.parametrize("words", [("lily", "--device"), ("--no-browser",)])
def test_login_from_the_command_line(office: Scene, words: tuple[str, ...]) -> None:
    code, said = logged_in(office, *words)
    assert code == 0, said
    assert "signed in" in said
    assert office.kept.stat().st_mode & 0o777 == 0o600
    assert not any(token in said for token in office.granter.books.issued)
    done = subprocess.run(command(office, "check"), capture_output=True, text=True, check=False)
    assert "an access token is at hand" in done.stdout
    out = subprocess.run(command(office, "logout"), capture_output=True, text=True, check=False)
    assert out.returncode == 0
    assert not office.granter.books.rights
    assert not office.kept.exists()


def test_a_denied_sign_in_leaves_nothing(office: Scene) -> None:
    office.granter.books.deny = True
    code, said = logged_in(office, "--no-browser")
    assert code == 77
    assert "access was denied" in said
    assert not office.kept.exists()


def test_a_daemon_that_waits_for_a_sign_in_goes_on_within_seconds(office: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(office):
        until(lambda: "nobody has signed in yet" in health(office).get("detail", ""), 60)
        code, said = logged_in(office, "--no-browser")
        assert code == 0, said
        until(lambda: health(office).get("state") == "watching", 40)
    no_token_in(office)

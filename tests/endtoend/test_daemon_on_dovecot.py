"""Does ``followupd run`` keep a mailbox on a real server in order, through restarts and bad input?"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from followupd.model import DraftState
from tests.endtoend.office import BUYER, Office, ago, text, until
from tests.servers.dovecot import Dovecot, binary
from tests.servers.proxy import Proxy

pytestmark = [pytest.mark.dovecot, pytest.mark.slow, pytest.mark.timeout(180)]
RINGS_WITHIN = 5.0
"""Seconds from delivery to a verdict on a busy machine; on an idle one it is one."""
GARBAGE = bytes(range(256)) * 400


@pytest.fixture
def office(dovecot: Dovecot, user: str, tmp_path: Path) -> Office:
    return Office(dovecot, user, tmp_path)


def watching(office: Office, log: Any) -> bool:
    health = office.directory / "state/lily/health.json"
    return health.exists() and '"watching"' in health.read_text()


def bodies(office: Office) -> list[bytes]:
    return office.mails("Drafts")


def edit_the_draft(office: Office, buyer: str) -> None:
    """A person opens the draft, adds a line and saves: a new mail in Drafts, the old one gone."""
    address = parseaddr(buyer)[1].encode()
    with office.client("Drafts") as client:
        for uid, found in client.fetch(client.search(), ["BODY.PEEK[]"]).items():
            if address in found[b"BODY[]"].split(b"\r\n\r\n")[0]:
                head, body = found[b"BODY[]"].split(b"\r\n\r\n", 1)
                client.append("Drafts", head + b"\r\n\r\nMy own line first.\r\n" + body, [rb"\Draft"])
                client.delete_messages([uid])
                client.expunge([uid])
                return
    raise AssertionError(f"no draft to {buyer}")


def to(office: Office, buyer: str) -> list[bytes]:
    address = parseaddr(buyer)[1].encode()
    return [raw for raw in bodies(office) if address in raw.split(b"\r\n\r\n")[0]]


def answered(office: Office, quote: EmailMessage, buyer: str) -> EmailMessage:
    return office.mail(text("reply_question"), buyer, office.us, ago(0), quote)


def test_a_day_at_work(office: Office) -> None:
    many = [f"Buyer {chr(65 + n % 26)}{n} <buyer{n}@house{n}.example>" for n in range(40)]
    threads = {b: office.quoted(days=10 + n % 20, buyer=b, subject=f"Valves for house {n}") for n, b in enumerate(many)}
    with office.running() as daemon:
        until(lambda: watching(office, daemon), f"the first turn:\n{daemon.log}", 60)
        until(lambda: len(bodies(office)) >= 30, f"drafts:\n{daemon.log}", 60)
        placed = len(bodies(office))
        assert len({r.thread_id for r in office.records()}) == placed == len(office.records())

        began = time.monotonic()
        fresh = office.mail(text("inquiry_valves"), BUYER, office.us, ago(0), subject="Ball valves, new project")
        until(lambda: (row := office.row(fresh)) and row.facts and row.facts.inquiry, "a verdict", 20)
        rang = time.monotonic() - began
        print(f"threads 40, drafts {placed}, inquiry judged {rang:.2f} s after its delivery")
        assert rang < RINGS_WITHIN

        untouched, edited = [b for b in many if to(office, b)][:2]
        edit_the_draft(office, edited)
        answered(office, threads[untouched][1], untouched)
        answered(office, threads[edited][1], edited)
        until(lambda: not to(office, untouched), f"the withdrawn draft:\n{daemon.log}", 20)
        time.sleep(1)
        assert len(to(office, edited)) == 1
        assert b"My own line first." in to(office, edited)[0]

        code, seconds = daemon.stop()
        assert (code, seconds < 5) == (0, True), daemon.log
        assert "Traceback" not in daemon.log
    states = {r.buyer: r.state for r in office.records()}
    assert states[parseaddr(untouched)[1]] is DraftState.WITHDRAWN
    assert states[parseaddr(edited)[1]] is DraftState.EDITED
    before = sorted(bodies(office))
    office.once()
    assert sorted(bodies(office)) == before


def test_it_comes_back_when_the_server_does(tmp_path: Path, user: str) -> None:
    if binary() is None:
        pytest.skip("needs Dovecot (Debian: dovecot-imapd)")
    with Dovecot() as server:
        office = Office(server, user, tmp_path)
        office.quoted()
        with office.running() as daemon:
            until(lambda: watching(office, daemon) and bodies(office), f"a draft:\n{daemon.log}", 40)
            halt(server)
            until(lambda: "trying again" in daemon.log, f"a noticed loss:\n{daemon.log}", 40)
            resume(server)
            late = office.mail(text("inquiry_valves"), "New Man <new@man.example>", office.us, ago(0), subject="New inquiry")
            until(lambda: office.row(late), f"mail read after the restart:\n{daemon.log}", 60)
            assert len(bodies(office)) == 1
            code, seconds = daemon.stop()
            assert (code, seconds < 5) == (0, True), daemon.log
            assert "Traceback" not in daemon.log


def halt(server: Dovecot) -> None:
    """Stop the server and keep its mail."""
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(15)


def resume(server: Dovecot) -> None:
    """Start it again on the same ports."""
    command = [binary() or "dovecot", "-F", "-c", str(server.place / "dovecot.conf")]
    server.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server._await_greeting()


# ---- bad input ------------------------------------------------------------------------------------


def refused(office: Office, code: int, *words: str) -> None:
    """``once`` fails with this exit code and says these words, without a traceback."""
    done = office.call("once")
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    for word in words:
        assert re.search(word, said, re.IGNORECASE), said


def test_a_wrong_password_is_said_and_not_tried_again(office: Office) -> None:
    with Proxy(office.server.port) as proxy:
        office.configure(password="wrong", imap={"port": proxy.port})
        refused(office, 77, "refused|login")
        with office.running() as daemon:
            until(lambda: "login refused" in daemon.log, f"the refusal:\n{daemon.log}", 30)
            tried = proxy.connections
            time.sleep(6)
            assert proxy.connections == tried
            assert "wrong" not in daemon.log.replace("wrong password", "")
            assert "login refused" in " ".join(office.call("status").stdout.split())
            assert daemon.stop()[0] == 0


def test_a_host_that_is_not_there(office: Office) -> None:
    office.configure(imap={"host": "no-such-host.invalid", "security": "tls"})
    refused(office, 75, "no-such-host.invalid")


def test_a_certificate_that_nobody_vouches_for(office: Office) -> None:
    office.configure(imap={"port": office.server.tls_port, "security": "tls"})
    done = office.call("once")
    assert done.returncode not in (0, 70), done.stderr
    assert re.search("certificate", done.stderr, re.IGNORECASE), done.stderr
    assert "Traceback" not in done.stderr
    office.configure(imap={"port": office.server.tls_port, "security": "tls", "ca_file": office.server.ca_file})
    office.once()


def test_a_drafts_folder_that_is_not_there(office: Office) -> None:
    office.quoted()
    office.configure(folders={"drafts": "Entwuerfe-gone"})
    done = office.call("once")
    said = done.stdout + done.stderr
    assert done.returncode == 0, "reading and judging go on"
    assert "no drafts folder was found" in said
    assert "folders.drafts" in said
    checked = office.call("check")
    assert checked.returncode == 78
    assert "folder drafts" in checked.stdout
    assert "Traceback" not in said
    assert bodies(office) == []


def test_a_huge_mail_and_a_mail_of_garbage(office: Office) -> None:
    inquiry, quote = office.quoted()
    huge = EmailMessage()
    huge["From"], huge["To"], huge["Subject"], huge["Message-ID"] = BUYER, office.us, "Drawings", "<huge@house.example>"
    huge["Date"] = inquiry["Date"]
    huge.set_content("Please see the drawings.\n")
    huge.add_attachment(os.urandom(22_000_000), maintype="application", subtype="octet-stream", filename="drawings.zip")
    office.deliver(huge.as_bytes(), at=ago(5))
    office.deliver(GARBAGE, at=ago(5))
    office.deliver(b"", at=ago(5))
    office.deliver(b"\r\n\r\n", at=ago(5))
    office.once()
    messages, _ = office.counts()
    skipped = office.skipped()
    print(f"read {messages}, skipped {[(s.folder, s.uid, s.reason) for s in skipped]}")
    assert office.accounted() == 6
    assert office.row(quote) is not None
    office.once()
    assert office.accounted() == 6


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_state_directory_that_cannot_be_written(office: Office) -> None:
    (office.directory / "state").mkdir(mode=0o500)
    refused(office, 73, "state")


def test_a_state_directory_that_is_a_file(office: Office) -> None:
    (office.directory / "state").write_text("in the way")
    refused(office, 73, "state")


def test_a_second_instance_is_turned_away(office: Office) -> None:
    office.quoted()
    with office.running() as daemon:
        until(lambda: watching(office, daemon), f"the first turn:\n{daemon.log}", 40)
        refused(office, 75, "already runs")
        assert daemon.process.poll() is None
        assert len(bodies(office)) == 1
        assert daemon.stop()[0] == 0


def test_broken_yaml_is_named_with_its_line(office: Office) -> None:
    office.config_file.write_text("accounts:\n  - address: lily@example.com\n    imap: {host: [\n")
    refused(office, 78, r"config\.yaml:[34]")
    office.configure()
    office.config_file.write_text(office.config_file.read_text().replace("display_name", "displayname"))
    refused(office, 78, r"config\.yaml:\d+", "displayname")


def test_a_mail_dragged_into_a_correction_folder_is_obeyed_and_put_back(office: Office) -> None:
    with office.client("INBOX") as client:
        delimiter = client.list_folders()[0][1].decode()
        folder = f"Followup{delimiter}Not a buyer"
        client.create_folder("Followup")
        client.create_folder(folder)
    mail = office.mail(text("inquiry_valves"), BUYER, office.us, ago(1), subject="Ball valves")
    with office.running() as daemon:
        until(lambda: watching(office, daemon), f"the first turn:\n{daemon.log}", 60)
        until(lambda: (row := office.row(mail)) and row.facts, "a verdict", 20)
        with office.client("INBOX") as client:
            client.move(client.search(), folder)
        until(lambda: office.mails("INBOX"), f"the mail back in INBOX:\n{daemon.log}", 20)
        until(lambda: (row := office.row(mail)) and row.decision and row.decision.reason == "not_a_buyer", "the word", 20)
        assert office.mails(folder) == []
        daemon.stop()
    told = office.call("corrections")
    assert "not_a_buyer" in told.stdout, told.stdout + told.stderr
    assert "anna@schmidt-armaturen.example" in told.stdout

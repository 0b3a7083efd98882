"""A buyer's mails from a real server into a folder: whole, attachments included, once."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.endtoend.office import BUYER, Office, ago, until
from tests.servers.dovecot import Dovecot


@pytest.fixture
def office(dovecot: Dovecot, user: str, tmp_path: Path) -> Office:
    return Office(dovecot, user, tmp_path)


def with_drawing(office: Office, octets: int) -> tuple[EmailMessage, bytes]:
    drawing = os.urandom(octets)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = BUYER, office.us, "../../Drawing: 阀门/DN25"
    mail["Date"], mail["Message-ID"] = format_datetime(ago(3)), "<drawing@schmidt-armaturen.example>"
    mail.set_content("Please quote 500 pcs as per drawing.\n\nAnna Schmidt\n")
    mail.add_attachment(drawing, maintype="application", subtype="pdf", filename="drawing.pdf")
    office.deliver(mail.as_bytes(), at=ago(3))
    return mail, drawing


def test_the_users_own_archive_with_attachments(office: Office) -> None:
    office.quoted()
    _, drawing = with_drawing(office, 3_000_000)
    office.once()
    done = office.call("export", "schmidt", "-o", str(office.directory / "out"), seconds=200)
    assert done.returncode == 0, done.stderr
    assert "3 mails" in done.stdout
    folder = office.directory / "out/anna@schmidt-armaturen.example"
    (sent,) = (folder / "sent").iterdir()
    assert sent.name.endswith("_Re-Ball-valves-DN25.eml")
    assert sent.read_bytes() in office.mails("Sent")
    (found,) = (folder / "received").glob("*Drawing*")
    assert found.name.endswith("_Drawing-阀门-DN25.eml")
    attached = next(p for p in message_from_bytes(found.read_bytes()).walk() if p.get_filename())
    assert hashlib.sha256(attached.get_payload(decode=True)).digest() == hashlib.sha256(drawing).digest()
    again = office.call("export", "--all", "-o", str(office.directory / "out"), seconds=200)
    assert "3 mails (0 fetched now)" in again.stdout, again.stdout + again.stderr


def traces(office: Office, *words: str) -> list[str]:
    """Files of the state that hold one of these words."""
    files = [p for p in (office.directory / "state").rglob("*") if p.is_file()]
    return [f"{p.name}: {w}" for p in files for w in words if w.encode().lower() in p.read_bytes().lower()]


ANNA = ("anna@schmidt", "Anna Schmidt", "schmidt-armaturen")


@pytest.mark.timeout(900)
def test_a_running_daemon_forgets_and_goes_on(office: Office) -> None:
    """By the order of the command line, while it watches; afterwards a new mail of hers is read, and the old ones never again."""
    office.quoted()
    ben = "Ben Other <ben@other.example>"
    asked = office.mail("Please quote 300 pumps CIF Hull.\n\nBen Other\n", ben, office.us, ago(13), subject="Pumps")
    office.mail("Dear Ben,\n\nwhich voltage do you need?\n\nLily\n", office.us, ben, ago(12), asked)
    with office.running() as daemon:
        until(lambda: "watching" in office.call("status", seconds=200).stdout and office.counts()[0] == 4, "the first look", 200)
        assert traces(office, *ANNA)
        done = office.call("forget", "anna@schmidt-armaturen.example", "--yes", seconds=200)
        assert done.returncode == 0, done.stdout + done.stderr + daemon.log
        assert traces(office, *ANNA) == []
        assert office.counts()[0] == 2
        assert "schmidt" not in daemon.log.lower()
        later = office.mail("Hello again, please quote 900 pcs.\n", BUYER, office.us, datetime.now(UTC) + timedelta(seconds=2), subject="Anew")
        until(lambda: office.row(later), "the new mail", 200)
        assert office.counts()[0] == 3
        code, _ = daemon.stop()
        assert code == 0
    for path in (office.directory / "state/lily").glob("index.sqlite*"):
        path.unlink()
    office.once()
    assert office.counts()[0] == 3, "the two of Ben and the new one of Anna"
    assert len(office.mails("INBOX")) == 3
    assert len(office.mails("Sent")) == 2, "the mailbox is not touched"

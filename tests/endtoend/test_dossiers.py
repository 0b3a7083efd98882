"""A buyer's mails from a real server into a folder: whole, attachments included, once."""

from __future__ import annotations

import hashlib
import os
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.endtoend.office import BUYER, Office, ago
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
    done = office.call("export", "schmidt", "-o", str(office.directory / "out"))
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
    again = office.call("export", "--all", "-o", str(office.directory / "out"))
    assert "3 mails (0 fetched now)" in again.stdout, again.stdout + again.stderr

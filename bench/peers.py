"""How fast do others read the same mailbox? A bare imapclient loop, mbsync, offlineimap and notmuch, as far as they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from imapclient import IMAPClient

from bench.office import Office
from tests.servers.dovecot import PASSWORD

CHUNK = 200
FOLDERS = ("Sent", "INBOX")


def bare(office: Office, port: int) -> tuple[float, int]:
    """Seconds and octets of the shortest loop that fetches every mail whole."""
    began, total = time.monotonic(), 0
    with IMAPClient("127.0.0.1", port=port, ssl=False) as client:
        client.login(office.user(), PASSWORD)
        for folder in FOLDERS:
            client.select_folder(folder, readonly=True)
            uids = client.search()
            for start in range(0, len(uids), CHUNK):
                for found in client.fetch(uids[start : start + CHUNK], ["BODY.PEEK[]"]).values():
                    total += len(found[b"BODY[]"])
    return time.monotonic() - began, total


def mbsync(office: Office, directory: Path) -> float | None:
    """isync, into a Maildir. None where it is not installed."""
    fresh(directory)
    config = directory / "mbsyncrc"
    config.write_text(f"""IMAPAccount a
Host 127.0.0.1
Port {office.server.port}
User {office.user()}
Pass {PASSWORD}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path {directory}/mail/
Inbox {directory}/mail/INBOX
Subfolders Verbatim

Channel c
Far :far:
Near :near:
Patterns INBOX Sent
Create Near
SyncState *
""")
    return _timed("mbsync", "-q", "-c", str(config), "c")


def offlineimap(office: Office, directory: Path) -> float | None:
    """OfflineIMAP, into a Maildir."""
    fresh(directory)
    config = directory / "offlineimaprc"
    config.write_text(f"""[general]
accounts = a
metadata = {directory}/meta
ui = quiet
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {directory}/mail
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = {office.server.port}
remoteuser = {office.user()}
remotepass = {PASSWORD}
ssl = no
starttls = no
auth_mechanisms = LOGIN
folderfilter = lambda name: name in ("INBOX", "Sent")
""")
    return _timed("offlineimap", "-o", "-c", str(config))


def notmuch(maildir: Path) -> float | None:
    """Indexing what mbsync brought; no line, only files."""
    config = maildir.parent / "notmuch-config"
    config.write_text(f"[database]\npath={maildir}\n[user]\nname=Lily\nprimary_email=lily@brightway.example\n[new]\ntags=new\n")
    return _timed("notmuch", f"--config={config}", "new", "--quiet")


def fresh(directory: Path) -> None:
    """Nothing of an earlier run."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "mail").mkdir(parents=True)


def _timed(*command: str) -> float | None:
    if shutil.which(command[0]) is None:
        return None
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ) | {"HOME": "/nonexistent"})
    if done.returncode:
        print(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
        return None
    return time.monotonic() - began

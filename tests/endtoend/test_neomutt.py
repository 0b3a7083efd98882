"""Can a person send our draft with a real mail client, and do we notice? NeoMutt in tmux, Dovecot, an SMTP sink."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from followupd.model import DraftState
from tests.clients.outcome import EDIT, Sink, parsed, text_of
from tests.endtoend.office import BUYER, Office, until
from tests.servers.dovecot import PASSWORD, Dovecot, binary, free_port

pytestmark = [pytest.mark.neomutt, pytest.mark.dovecot, pytest.mark.slow]

RC = """\
set from="{us}"
set use_from=yes
set imap_user="{user}"
set imap_pass="{password}"
set folder="imap://127.0.0.1:{imap}/"
set spoolfile="+INBOX"
set postponed="+Drafts"
set record="+Sent"
set trash="+Trash"
set smtp_url="smtp://127.0.0.1:{smtp}/"
set ssl_starttls=no
set ssl_force_tls=no
set editor="{editor}"
set charset="utf-8"
set sleep_time=0
set recall=yes
set header_cache=""
set message_cachedir=""
set edit_headers=no
set crypt_use_gpgme=no
set wait_key=no
set quit=yes
set confirmappend=no
set fcc_before_send=no
set copy=yes
"""


@pytest.fixture(autouse=True)
def needed() -> None:
    missing = [name for name in ("neomutt", "tmux") if not shutil.which(name)] + ([] if binary() else ["dovecot"])
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI promises {', '.join(missing)}")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


class Mutt:
    """NeoMutt on a terminal of its own, typed at by a test."""

    def __init__(self, office: Office, smtp: int, home: Path) -> None:
        home.mkdir()
        self.home, self.seen = home, home / "seen.txt"
        self.tmux = ["tmux", "-S", str(home / "tmux.sock"), "-f", "/dev/null"]
        editor = home / "edit.sh"
        editor.write_text(f'#!/bin/sh\ncp "$1" {self.seen}.part\nsed -i "1a {EDIT}" "$1"\nmv {self.seen}.part {self.seen}\n')
        editor.chmod(0o755)
        rc = RC.format(
            us=office.us.replace('"', ""), user=office.user, password=PASSWORD, imap=office.server.port, smtp=smtp, editor=editor
        )
        (home / "rc").write_text(rc)

    def __enter__(self) -> Mutt:
        env = {**os.environ, "HOME": str(self.home), "TERM": "screen-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        env.pop("TMUX", None)
        start = ["new-session", "-d", "-s", "m", "-x", "120", "-y", "40", f"neomutt -n -F {self.home}/rc"]
        subprocess.run([*self.tmux, *start], check=True, env=env)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*self.tmux, "kill-server"], capture_output=True, check=False)

    def keys(self, *keys: str) -> None:
        subprocess.run([*self.tmux, "send-keys", "-t", "m", *keys], check=True)

    def screen(self) -> str:
        return subprocess.run([*self.tmux, "capture-pane", "-p", "-t", "m"], capture_output=True, text=True, check=False).stdout

    def wait(self, word: str) -> str:
        until(lambda: word in self.screen(), f"{word!r} on the screen:\n{self.screen()}")
        return self.screen()

    def recall_edit_send(self, sink: Sink) -> str:
        """What a person does with a draft; returns the screen on which it is sent."""
        self.wait("NeoMutt")
        self.keys("R")
        until(lambda: "y:Send" in self.screen() or self.seen.exists(), f"the draft:\n{self.screen()}")
        shown = self.wait("y:Send")
        if not self.seen.exists():
            self.keys("e")
        until(self.seen.exists, "the editor")
        self.wait("y:Send")
        time.sleep(0.3)
        self.keys("y")
        until(lambda: sink.got, f"a sent mail:\n{self.screen()}")
        return shown


@pytest.mark.timeout(180)
def test_a_person_edits_and_sends_our_draft(
    dovecot: Dovecot, user: str, tmp_path: Path, sink: tuple[Sink, int]
) -> None:
    office = Office(dovecot, user, tmp_path)
    inquiry, quote = office.quoted()
    office.once()
    (raw,) = office.mails("Drafts")
    draft = parsed(raw)
    (record,) = office.records()
    assert record.state is DraftState.PLACED

    handler, port = sink
    with Mutt(office, port, tmp_path / "mutt") as mutt:
        shown = mutt.recall_edit_send(handler)
        until(lambda: len(office.mails("Sent")) == 2 and not office.mails("Drafts"), f"Sent and Drafts:\n{mutt.screen()}")
    print(shown)

    (envelope,) = handler.got
    sent = parsed(envelope.content)
    print("sent headers:", {name: value for name, value in sent.items() if name.lower().startswith("x-")})
    buyer = parseaddr(BUYER)[1]
    assert envelope.rcpt_tos == [buyer]
    assert [a.addr_spec for a in sent["To"].addresses] == [buyer]
    assert sent["Cc"] is None
    assert sent["Bcc"] is None
    assert sent["Subject"] == draft["Subject"] == quote["Subject"]
    assert sent["In-Reply-To"] == quote["Message-ID"]
    assert sent["References"].split() == [inquiry["Message-ID"], quote["Message-ID"]]
    ours, theirs = text_of(draft).splitlines(), text_of(sent).splitlines()
    assert EDIT in theirs
    theirs.remove(EDIT)
    assert [line.rstrip() for line in theirs if line.strip()] == [line.rstrip() for line in ours if line.strip()]
    assert any(line.startswith(">") and "USD 2.35/pc FOB Ningbo" in line for line in theirs)

    office.once()
    (record,) = office.records()
    assert record.state is DraftState.SENT
    assert f"<{record.sent_as}>" == sent["Message-ID"]
    assert office.mails("Drafts") == []
    after = office.row(quote)
    assert after is not None
    assert after.next_due is not None
    assert after.next_due > record.created + timedelta(days=3), "the next step leaves the buyer time"
    assert (after.facts and after.facts.turn and after.facts.turn.id) == record.turn_id, "still the same silence, one step on"
    office.once()
    assert office.mails("Drafts") == []
    assert len(office.records()) == 1

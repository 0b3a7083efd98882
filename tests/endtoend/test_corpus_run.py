"""What does followupd make of 300 mails from all over the world, on a real server? Evaluation corpus, never copied."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest

from tests.endtoend.office import ROOT, Office, ago, text, until
from tests.servers.dovecot import Dovecot

CORPUS = ROOT.parent / "shared" / "corpus"
SOURCES = ("mime/stalwart", "bounces/sisimai", "threads/notmuch-default", "quoting")
EACH = 85
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.dovecot,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation corpus is not beside this checkout"),
]


def sample(seed: int = 7) -> list[bytes]:
    """The same mails at every run: up to EACH of every source."""
    chosen: list[bytes] = []
    for source in SOURCES:
        found = sorted(p for p in (CORPUS / source).rglob("*") if p.is_file() and p.suffix not in {".json", ".md", ".pl", ".py"})
        chosen += [p.read_bytes() for p in random.Random(seed).sample(found, min(EACH, len(found)))]
    return chosen


def high_water(pid: int) -> int:
    """Most memory the process ever held, MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


def test_mail_from_all_over_the_world(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    office = Office(dovecot, user, tmp_path)
    mails = sample()
    for n, raw in enumerate(mails):
        office.deliver(raw, "Sent" if n % 7 == 0 else "INBOX", ago(1 + n % 60))
    inquiry, quote = office.quoted()
    began = time.monotonic()
    office.once()
    took = time.monotonic() - began
    with office.client() as client:
        inbox = len(client.search())
        client.select_folder("Sent")
        total = inbox + len(client.search())
    read, threads = office.counts()
    skipped, accounted = office.skipped(), office.accounted()
    kinds = Counter(str(r.facts.inquiry.kind) for r in office.rows() if r.facts and r.facts.inquiry)
    print(f"\nmails {total}, read {read}, skipped {len(skipped)} {Counter(s.reason for s in skipped)}, threads {threads}")
    print(f"kinds {dict(kinds)}, {took:.1f} s")

    with office.running() as daemon:
        until(lambda: "watching" in daemon.log, "the daemon", 30)
        for raw in sample(seed=8)[::20]:
            office.deliver(raw)
            time.sleep(0.7)
        late: EmailMessage = office.mail(text("inquiry_valves"), "New Man <new@man.example>", office.us, ago(0))
        until(lambda: office.row(late), f"the late inquiry:\n{daemon.log}", 30)
        print(f"run: most memory {high_water(daemon.process.pid)} MB")
        code, seconds = daemon.stop()
        assert (code, seconds < 5) == (0, True), daemon.log
        assert "Traceback" not in daemon.log

    drafts = office.mails("Drafts")
    told = {parseaddr(m[1].decode())[1] for raw in drafts if (m := re.search(rb"(?im)^To: (.*)$", raw))}
    print(f"drafts {len(drafts)}, to {told}")
    assert told == {parseaddr(quote["To"])[1]}, "no draft to anyone whom we never quoted"
    assert office.row(inquiry) is not None
    assert accounted == total, "every mail was read or counted as skipped"

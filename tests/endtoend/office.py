"""What does a salesperson's office look like from outside? A mailbox on a real server, a config file, the command.

Nothing of followupd is patched: it runs as a process of its own, by the real clock, and is judged by what it leaves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Any, TypeVar

import yaml
from imapclient import IMAPClient

from followupd.config import load_config
from followupd.model import DraftRecord, Word
from followupd.store.index import Index, Skipped, ThreadRow
from followupd.store.ledger import Ledger
from tests.servers.dovecot import PASSWORD, Dovecot

ROOT = Path(__file__).parents[2]
TEXTS = yaml.safe_load((ROOT / "rules/tests/texts.yaml").read_text(encoding="utf-8"))
BUYER = "Anna Schmidt <anna@schmidt-armaturen.example>"
T = TypeVar("T")


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def until(look: Callable[[], T], what: str, seconds: float = 15.0) -> T:
    """The first true answer of ``look``, or a failure that says what never came."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what} (last answer: {found!r})")
        time.sleep(0.05)
    return found


def text(key: str, name: str = "Anna Schmidt") -> str:
    return str(TEXTS[key]["text"].format(name=name, until_date=""))


@dataclass
class Office:
    """One mailbox, one config file, one state directory."""

    server: Dovecot
    user: str
    directory: Path

    def __post_init__(self) -> None:
        self.directory.chmod(0o700)
        # The clock is the real one: without this, what these tests expect would come on working days only.
        (self.directory / "rules").mkdir(exist_ok=True)
        (self.directory / "rules/countries.yaml").write_text("ZZ: {weekend: []}\n")
        self.us = f"Lily Chen <{self.user}>"
        self.configure()

    # ---- config and command -----------------------------------------------------------------------

    def configure(self, password: str = PASSWORD, imap: dict[str, Any] | None = None, **account: Any) -> None:
        """Write the config and the password file; ``imap`` and ``account`` are laid over what works."""
        secret = self.directory / "password"
        secret.write_text(password + "\n")
        secret.chmod(0o600)
        server = {"host": "127.0.0.1", "port": self.server.port, "security": "none", "password": {"file": str(secret)}}
        entry = {
            "address": self.user, "name": "lily", "display_name": "Lily Chen", "company": "Ningbo Brightway Tools Co., Ltd.",
            "imap": server | (imap or {}), **account,
        }  # fmt: skip
        data = {"accounts": [entry], "digest": {"enabled": False}, "state_dir": str(self.directory / "state")}
        self.config_file.write_text(yaml.safe_dump(data))
        self.config_file.chmod(0o600)

    @property
    def config_file(self) -> Path:
        return self.directory / "config.yaml"

    def command(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("followupd")), "--config", str(self.config_file), *words]

    def call(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=seconds, cwd=ROOT, check=False)

    def once(self) -> str:
        done = self.call("once", seconds=100)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[Running]:
        """``followupd run`` in the background; killed at the end if it did not stop by itself."""
        log = self.directory / "run.log"
        with log.open("ab") as out:
            process = subprocess.Popen(self.command("run"), stdout=out, stderr=out, cwd=ROOT, env={**os.environ})
            try:
                yield Running(process, log)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    # ---- the stores, looked at from outside -------------------------------------------------------

    def _look(self, look: Callable[[Index, Ledger], T]) -> T:
        config = load_config(self.config_file)
        root = self.directory / "state" / "lily"
        with (
            closing(Index(root / "index.sqlite", config.accounts[0].own(), read_only=True)) as index,
            closing(Ledger(root / "ledger.json", read_only=True)) as ledger,
        ):
            return look(index, ledger)

    def row(self, mail: EmailMessage) -> ThreadRow | None:
        """What followupd thinks of the thread of a mail; None while it has not read it."""
        if not (self.directory / "state/lily/index.sqlite").exists():
            return None
        return self._look(lambda index, _: index.row(index.thread_of(mail["Message-ID"].strip("<>")) or ""))

    def records(self) -> tuple[DraftRecord, ...]:
        return self._look(lambda _, ledger: ledger.drafts())

    def words(self) -> tuple[Word, ...]:
        """What the user said, by command or by dragging a mail."""
        return self._look(lambda _, ledger: ledger.words())

    def skipped(self) -> tuple[Skipped, ...]:
        return self._look(lambda index, _: tuple(index.quarantined()))

    def counts(self) -> tuple[int, int]:
        """Messages and threads that the index knows."""
        return self._look(lambda index, _: index.counts())

    def accounted(self) -> int:
        """Mails that lie in a folder and are known, copies of the same mail each for itself, and those skipped."""
        folders = self._look(lambda index, _: tuple(index.folders()))
        return sum(f.mails for f in folders) + len(self.skipped())

    def rows(self) -> list[ThreadRow]:
        return self._look(lambda index, _: list(index.rows()))

    # ---- the mailbox ------------------------------------------------------------------------------

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", port=self.server.port, ssl=False, timeout=10)
        client.login(self.user, PASSWORD)
        client.select_folder(folder)
        yield client
        client.logout()

    def mails(self, folder: str) -> list[bytes]:
        with self.client(folder) as client:
            return [found[b"BODY[]"] for _, found in sorted(client.fetch(client.search(), ["BODY.PEEK[]"]).items())]

    def deliver(self, raw: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        self.server.deliver(self.user, raw, folder, at.timestamp() if at else None)

    def mail(self, body: str, sender: str, to: str, at: datetime, parent: EmailMessage | None = None, subject: str = "") -> EmailMessage:
        """Write a mail as an ordinary client does, quoting its parent, and lay it into INBOX or Sent."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Date"] = sender, to, format_datetime(at)
        mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
        mail["Subject"] = subject or (f"Re: {str(parent['Subject']).removeprefix('Re: ')}" if parent else "Inquiry")
        if parent:
            mail["In-Reply-To"] = parent["Message-ID"]
            mail["References"] = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
            quoted = "\n".join("> " + line for line in parent.get_content().splitlines())
            body += f"\n\nOn {at:%d %b %Y at %H:%M}, {parent['From']} wrote:\n{quoted}\n"
        mail.set_content(body)
        self.deliver(mail.as_bytes(), "Sent" if self.user in sender else "INBOX", at)
        return mail

    def quoted(self, days: float = 12, buyer: str = BUYER, subject: str = "Ball valves DN25") -> tuple[EmailMessage, EmailMessage]:
        """An inquiry in INBOX and our quote in Sent, so old that a follow-up is due now."""
        name = parseaddr(buyer)[0]
        inquiry = self.mail(text("inquiry_valves", name), buyer, self.us, ago(days + 1), subject=subject)
        return inquiry, self.mail(text("quote_valves_30d", name), self.us, buyer, ago(days), inquiry)


@dataclass
class Running:
    """A daemon that was started."""

    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15), time.monotonic() - began

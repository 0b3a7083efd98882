"""What does followupd make of such a month?

Fills the embedded server and runs the real daemon on it, by the same code path as for a real account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

from followupd import daemon
from followupd.config import AccountConfig, Config, Digest, ImapServer
from followupd.demo.server import EmbeddedServer
from followupd.demo.stage import letters, read_month
from followupd.secrets import SecretSpec
from followupd.turn import TurnReport
from followupd.work.desk import Progress

IMAP_FILE = "imap"


@dataclass(frozen=True)
class DemoResult:
    """What the run found and where its state lies."""

    config: Config
    reports: tuple[TurnReport, ...]
    now: datetime


def fill(server: EmbeddedServer, now: datetime) -> int:
    """Put the month into INBOX and Sent; returns the number of mails."""
    month = letters(read_month(), now)
    client = IMAPClient(server.host, port=server.port, ssl=False, timeout=20)
    try:
        client.login(server.user, server.password)
        for letter in month:
            flags = [b"\\Seen"] if letter.folder == "Sent" or letter.when < now - timedelta(days=3) else []
            client.append(letter.folder, letter.raw, flags, letter.when)
    finally:
        client.logout()
    return len(month)


def demo_config(server: EmbeddedServer, directory: Path) -> Config:
    """The configuration of the demo's account; everything in ``directory``."""
    secret = directory / IMAP_FILE
    secret.touch(mode=0o600)
    secret.write_text(server.password + "\n", encoding="utf-8")
    account = AccountConfig(
        name="demo",
        address=server.user,
        display_name="Lily Chen",
        company="Ningbo Brightway Tools Co., Ltd.",
        phone="+86 574 5550 0101",
        own_domains=(server.user.rpartition("@")[2],),
        imap=ImapServer(host=server.host, port=server.port, security="none", password=SecretSpec(file=secret)),
    )
    return Config(accounts=(account,), digest=Digest(enabled=False), state_dir=directory / "state")


def run_demo(
    server: EmbeddedServer, directory: Path, now: datetime, on_progress: Callable[[str, Progress], None] | None = None
) -> DemoResult:
    """Fill the server and let the daemon look at it until there is nothing left to do."""
    fill(server, now)
    config = demo_config(server, directory)
    reports = daemon.once(config, clock=lambda: now, on_progress=on_progress)
    return DemoResult(config, reports, now)

"""Where can the same test run? Three houses with one door: memory, the embedded server, Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from followupd.mailbox.base import Box, Folder, Mailbox
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.mailbox.settings import ImapSettings
from followupd.rulesource import RuleSource
from followupd.secrets import Secret

WHEN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def folder_of(mailbox: Mailbox, box: Box) -> Folder:
    return next(f for f in mailbox.folders() if f.box is box)


class MemoryHouse:
    """Another client's hands, on the memory server."""

    keywords, parts = True, False

    def __init__(self) -> None:
        self.server = MemoryServer()

    def mailbox(self) -> Mailbox:
        return MemoryMailbox(self.server)

    def deliver(self, raw: bytes, folder: str = "INBOX", when: datetime = WHEN) -> int:
        return self.server.deliver(folder, raw, when)

    def remove(self, folder: str, uid: int) -> None:
        self.server.delete(folder, uid)

    def close(self) -> None:
        pass


class ImapHouse:
    """Another client's hands, over a connection of its own."""

    parts = True

    def __init__(self, settings: ImapSettings, password: str, rules: RuleSource, keywords: bool) -> None:
        self.settings, self.password, self.rules, self.keywords = settings, password, rules, keywords
        self._hand: Any = None

    def mailbox(self) -> ImapMailbox:
        return ImapMailbox(self.settings, Secret(self.password), self.rules)

    @property
    def hand(self) -> Any:
        if self._hand is None:
            self._hand = IMAPClient(self.settings.host, port=self.settings.port, ssl=False, timeout=10)
            self._hand.login(self.settings.username, self.password)
        return self._hand

    def deliver(self, raw: bytes, folder: str = "INBOX", when: datetime = WHEN) -> int:
        self.hand.append(folder, raw, (), when)
        self.hand.select_folder(folder)
        return int(max(self.hand.search("ALL")))

    def remove(self, folder: str, uid: int) -> None:
        self.hand.select_folder(folder)
        self.hand.add_flags([uid], [b"\\Deleted"])
        self.hand.expunge()

    def close(self) -> None:
        if self._hand is not None:
            self._hand.logout()


@contextmanager
def opened(mailbox: Any) -> Iterator[Any]:
    """Connected, and closed whatever happens."""
    try:
        mailbox.connect()
        yield mailbox
    finally:
        mailbox.close()

"""What can a mailbox do for us?

One protocol behind one contract suite: memory (tests, lab), and imapclient before Dovecot and the embedded demo server.
Nothing here knows about quotes or drafts; every string that goes to a server passes the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from followupd.model import Attachment
from followupd.papers.names import Paper


class Box(StrEnum):
    """The part a folder plays."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    ARCHIVE = "archive"
    JUNK = "junk"
    ALL = "all"
    """A view of what lies in other folders, drafts included; never read."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder by its name on the server (decoded) and its part."""

    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class FolderState:
    """What SELECT or STATUS says. ``highestmodseq`` is None where CONDSTORE is missing."""

    uidvalidity: int
    uidnext: int
    exists: int
    highestmodseq: int | None = None


@dataclass(frozen=True, slots=True)
class Stub:
    """What is known of a message without its text."""

    uid: int
    size: int
    """RFC822.SIZE in octets."""
    internaldate: datetime
    flags: tuple[str, ...]
    message_id: str = ""
    """Cleaned, without brackets; empty when missing or hostile."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as fetched: whole when small, otherwise headers plus capped text parts, rebuilt as one RFC 5322 mail.

    ``attachments`` come from BODYSTRUCTURE when the message was not fetched whole, else empty (the reader finds them).
    """

    folder: Folder
    uidvalidity: int
    stub: Stub
    raw: bytes
    truncated: bool = False
    attachments: tuple[Attachment, ...] = ()
    papers: tuple[Paper, ...] = ()
    """Our own attached quotes, of a large mail in Sent; in a mail fetched whole they are found by the reader."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an APPEND put the message; ``uid`` 0 where the server has no UIDPLUS."""

    uidvalidity: int = 0
    uid: int = 0


class Ring(StrEnum):
    """Why :meth:`Mailbox.wait` came back."""

    MAIL = "mail"
    """The server told of a change."""
    TIMEOUT = "timeout"
    WOKEN = "woken"
    """Somebody wrote to the wake pipe (signal, reload, chore)."""


class Mailbox(Protocol):
    """One connection to one account. Every method may raise LinkLost; none retries by itself."""

    capabilities: frozenset[str]
    pulse: Callable[[], None]
    """Called at every sign of life of the server; whoever wants to know sets it before connecting."""

    def connect(self) -> None:
        """Connect, secure, log in, learn the capabilities. Raises LoginRefused, LinkLost, FolderMissing never."""
        ...

    def close(self) -> None:
        """Log out if possible; never raises."""
        ...

    def cut(self) -> None:
        """End the connection from another thread: whatever waits on it raises LinkLost. Never raises."""
        ...

    def folders(self) -> tuple[Folder, ...]:
        """All selectable folders with the part each plays (config > SPECIAL-USE/XLIST > known names)."""
        ...

    def make_folder(self, name: str) -> str:
        """Make a folder that other mail programs show (subscribed), with those above it; the name as the server has it.

        ``name`` is a path with ``/``; delimiter and prefix become the server's. One that is there already stays as it is.
        """
        ...

    def state(self, folder: Folder) -> FolderState:
        """Open the folder read-only if needed and tell its state."""
        ...

    def uids(self, folder: Folder, above: int = 0, since: datetime | None = None) -> list[int]:
        """UIDs greater than ``above``, ascending. ``since`` is a hint on INTERNALDATE (whole days), never a promise."""
        ...

    def stubs(self, folder: Folder, uids: Iterable[int]) -> list[Stub]:
        """Size, date, flags and Message-ID of those of ``uids`` that still exist."""
        ...

    def fetch(self, folder: Folder, stubs: Iterable[Stub]) -> Iterator[Fetched]:
        """The messages, capped (see Limits). Vanished ones are skipped silently."""
        ...

    def whole(self, folder: Folder, stub: Stub) -> bytes:
        """Every octet of one message, whatever its size; empty when it is gone."""
        ...

    def pieces(self, folder: Folder, stub: Stub) -> Iterator[bytes]:
        """Every octet of one message, a piece at a time, so that a large one never lies in memory; none when it is gone."""
        ...

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        """Put a message into a folder. Never retried here: the caller scans first (DESIGN 3)."""
        ...

    def delete(self, folder: Folder, uid: int, message_id: str) -> bool:
        """Remove exactly that message, if it still carries that Message-ID. False when it is gone or another one."""
        ...

    def move(self, folder: Folder, uid: int, message_id: str, to: Folder) -> bool:
        """Move exactly that message (RFC 6851). False when it is gone, is another one, or the server cannot move in one step."""
        ...

    def keyword(self, folder: Folder, uid: int, add: tuple[str, ...], remove: tuple[str, ...] = ()) -> bool:
        """Set and clear keywords where the folder keeps them; False where it does not."""
        ...

    def wait(self, folder: Folder, seconds: float, wake: int | None = None) -> Ring:
        """Listen for news (IDLE, else NOOP at the poll interval) up to ``seconds``; ``wake`` is a file descriptor."""
        ...

    def noop(self) -> None:
        """One round trip that proves the link."""
        ...

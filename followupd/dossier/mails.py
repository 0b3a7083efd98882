"""How do a buyer's mails get from the server into a folder, whole and once?

The index keeps texts only, so the mails are fetched where they lie, attachments included: the user asks for his own archive. Each is
written piece by piece beside its name and renamed when it is complete; what lies there already is not fetched again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from followupd.dossier.names import mail_name, twin_name
from followupd.errors import StoreFull
from followupd.mailbox.base import Folder, FolderState, Mailbox, Stub
from followupd.mailbox.folders import message_id_of
from followupd.mailbox.seam import SaidNo
from followupd.model import Direction, Message
from followupd.store.index import Index, Location

LARGEST = 100_000_000
"""Octets of one mail; no provider takes more."""
HEAD = 200_000
SIDES = {Direction.IN: "received", Direction.OUT: "sent"}


@dataclass
class Fetching:
    """What became of the mails of one buyer."""

    fetched: int = 0
    there: int = 0
    """Lay in the folder already."""
    gone: list[Message] = field(default_factory=list)
    """No longer where they lay in the mailbox."""
    large: list[Message] = field(default_factory=list)


class Collector:
    """Writes mails of one account; knows its folders after the first look."""

    def __init__(self, mailbox: Mailbox, index: Index, zone: str) -> None:
        self.mailbox, self.index, self.zone = mailbox, index, zone
        self._folders = {f.name: f for f in mailbox.folders()}
        self._states: dict[str, FolderState | None] = {}

    def collect(self, messages: Iterable[Message], directory: Path, told: Callable[[], None]) -> Fetching:
        """Put each mail into ``received`` or ``sent`` below ``directory``. Raises LinkLost, StoreFull; what was complete stays."""
        found = Fetching()
        taken: dict[Path, str] = {}
        for message in messages:
            path = place_of(message, directory / SIDES[message.direction], self.zone, taken)
            if path.exists():
                found.there += 1
            else:
                self._fetch(message, path, found)
            told()
        return found

    def _fetch(self, message: Message, path: Path, found: Fetching) -> None:
        place = self._place(message)
        if place is None:
            found.gone.append(_bare(message))
            return
        folder, stub = place
        if stub.size > LARGEST:
            found.large.append(_bare(message))
        elif _written(self.mailbox.pieces(folder, stub), path):
            found.fetched += 1
        else:
            found.gone.append(_bare(message))

    def _place(self, message: Message) -> tuple[Folder, Stub] | None:
        """Where a copy lies today: the same UID of the same folder, and still the same mail."""
        for where in self.index.locations(message.id):
            folder = self._folders.get(where.folder)
            if folder is None or not self._stands(folder, where):
                continue
            with suppress(SaidNo):
                stubs = self.mailbox.stubs(folder, [where.uid])
                if stubs and (stubs[0].message_id == message.id or message.id.endswith(".invalid")):
                    return folder, stubs[0]
        return None

    def _stands(self, folder: Folder, where: Location) -> bool:
        if folder.name not in self._states:
            try:
                self._states[folder.name] = self.mailbox.state(folder)
            except SaidNo:
                self._states[folder.name] = None
        state = self._states[folder.name]
        return state is not None and state.uidvalidity == where.uidvalidity


def _bare(message: Message) -> Message:
    """The mail without its texts: enough to name it, however many there are."""
    return replace(message, text="", new_text="", quoted="", signature="", attachments=(), headers=())


def place_of(message: Message, directory: Path, zone: str, taken: dict[Path, str]) -> Path:
    """Its file: by minute and subject, and a mark of its own where another mail has that name. ``taken`` grows.

    A mail without a Message-ID of its own cannot be told from its octets, so it always bears the mark.
    """
    name = mail_name(message, zone)
    path = directory / f"{name}.eml"
    holder = taken.get(path) or (_whose(path) if path.exists() else message.id)
    if holder != message.id or message.id.endswith(".invalid"):
        path = directory / f"{twin_name(name, message)}.eml"
    taken.setdefault(path, message.id)
    return path


def _whose(path: Path) -> str:
    with path.open("rb") as file:
        return message_id_of(file.read(HEAD)) or "nobody's"


def _written(pieces: Iterable[bytes], path: Path) -> bool:
    """Stream into a file of 0600; False when nothing came. Whatever happens, no half mail stands under the name."""
    torso = path.with_name(f".{path.stem[:40]}-{os.getpid()}.new")
    size = 0
    with suppress(FileNotFoundError):
        torso.unlink()
    try:
        fd = os.open(torso, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > LARGEST:
                    return False
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if size:
            torso.replace(path)
    except OSError as error:
        raise StoreFull(f"{path}: {error.strerror}; the mails written so far are complete") from error
    finally:
        with suppress(FileNotFoundError):
            torso.unlink()
    return bool(size)

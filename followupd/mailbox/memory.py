"""A mailbox in memory: what does the protocol mean, without any server?

Ships with the package: tests play people on its server side, the lab replays recorded mail over it. It keeps the same
contract as the real ones (tests/mailbox/test_contract.py), quirks of providers included as switches.
"""

from __future__ import annotations

import itertools
import os
import select
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from followupd.errors import LinkLost, UserError
from followupd.mailbox.base import Appended, Box, Fetched, Folder, FolderState, Ring, Stub
from followupd.mailbox.folders import message_id_of
from followupd.mailbox.guard import safe_flag, safe_uid
from followupd.mailbox.pace import nothing

NAMES = {
    Box.INBOX: "INBOX",
    Box.SENT: "Sent",
    Box.DRAFTS: "Drafts",
    Box.TRASH: "Trash",
    Box.ARCHIVE: "Archive",
    Box.JUNK: "Junk",
}


@dataclass
class Stored:
    """A message on the server."""

    uid: int
    raw: bytes
    when: datetime
    flags: set[str]


@dataclass
class _FolderData:
    uidvalidity: int
    uidnext: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)


def _mark(data: _FolderData) -> tuple[object, ...]:
    """What tells one state of a folder from another."""
    return data.uidvalidity, data.uidnext, len(data.messages)


@dataclass
class MemoryServer:
    """The server side; several :class:`MemoryMailbox` may connect to it, and people act on it directly."""

    uidplus: bool = True
    keywords: bool = True
    idle: bool = True
    can_move: bool = True
    fail_append: Callable[[int], Exception | None] | None = None
    """Called with the number of the APPEND (from 1) before it is stored; an exception means: the request was lost."""
    lose_answer: Callable[[int], bool] | None = None
    """Called after an APPEND was stored; True means: the answer was lost."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.appends = 0
        self.version = 0
        self._validity = itertools.count(1000)
        self.folders = {name: _FolderData(next(self._validity)) for name in NAMES.values()}

    def data(self, folder: Box | str) -> _FolderData:
        """The contents of a folder, by part or name."""
        return self.folders[NAMES[folder] if isinstance(folder, Box) else folder]

    def deliver(self, folder: Box | str, raw: bytes, when: datetime, flags: Iterable[str] = ()) -> int:
        """Put a message there, as a mail server or another client would; returns its UID."""
        with self.changed:
            data = self.data(folder)
            uid = data.uidnext
            data.uidnext += 1
            data.messages[uid] = Stored(uid, raw, when, set(flags))
            self._touch()
            return uid

    def messages(self, folder: Box | str) -> list[Stored]:
        """What lies there now, by UID."""
        return [m for _, m in sorted(self.data(folder).messages.items())]

    def delete(self, folder: Box | str, uid: int) -> None:
        """Expunge a message."""
        with self.changed:
            del self.data(folder).messages[uid]
            self._touch()

    def move(self, folder: Box | str, uid: int, target: Box | str) -> int:
        """Move a message, as a person would."""
        stored = self.data(folder).messages[uid]
        self.delete(folder, uid)
        return self.deliver(target, stored.raw, stored.when, stored.flags)

    def rotate_uidvalidity(self, folder: Box | str) -> None:
        """Give the folder a new UIDVALIDITY and its messages new UIDs from 1."""
        with self.changed:
            name = NAMES[folder] if isinstance(folder, Box) else folder
            fresh = _FolderData(next(self._validity))
            for old in self.messages(folder):
                fresh.messages[fresh.uidnext] = Stored(fresh.uidnext, old.raw, old.when, old.flags)
                fresh.uidnext += 1
            self.folders[name] = fresh
            self._touch()

    def create(self, name: str) -> None:
        """Make a folder."""
        self.folders.setdefault(name, _FolderData(next(self._validity)))

    def remove(self, folder: Box | str) -> None:
        """Remove a folder with all it holds."""
        del self.folders[NAMES[folder] if isinstance(folder, Box) else folder]

    def _touch(self) -> None:
        self.version += 1
        self.changed.notify_all()


class MemoryMailbox:
    """One connection to a :class:`MemoryServer`."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.capabilities: frozenset[str] = frozenset()
        self.pulse: Callable[[], None] = nothing
        self._known: dict[str, tuple[object, ...]] = {}
        self._connected = False

    def connect(self) -> None:
        self._connected = True
        self._known = {name: _mark(data) for name, data in self.server.folders.items()}
        names = {"IMAP4REV1", "SPECIAL-USE", *(["UIDPLUS"] if self.server.uidplus else [])}
        names |= {"MOVE"} if self.server.can_move else set()
        self.capabilities = frozenset(names | ({"IDLE"} if self.server.idle else set()))

    def close(self) -> None:
        self._connected = False

    def cut(self) -> None:
        with self.server.changed:
            self._connected = False
            self.server.changed.notify_all()

    def folders(self) -> tuple[Folder, ...]:
        self._check()
        boxes = {name: box for box, name in NAMES.items()}
        return tuple(Folder(name, boxes.get(name, Box.OTHER)) for name in self.server.folders)

    def make_folder(self, name: str) -> str:
        self._check()
        self.server.create(name)
        return name

    def state(self, folder: Folder) -> FolderState:
        data = self._data(folder)
        self._known[folder.name] = _mark(data)
        return FolderState(data.uidvalidity, data.uidnext, len(data.messages))

    def uids(self, folder: Folder, above: int = 0, since: datetime | None = None) -> list[int]:
        day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) if since else None
        messages = self._data(folder).messages.values()
        return sorted(m.uid for m in messages if m.uid > above and (day is None or m.when >= day - timedelta(days=1)))

    def stubs(self, folder: Folder, uids: Iterable[int]) -> list[Stub]:
        data = self._data(folder)
        found = [data.messages[safe_uid(u)] for u in sorted(set(uids)) if u in data.messages]
        return [Stub(m.uid, len(m.raw), m.when, tuple(sorted(m.flags)), message_id_of(m.raw)) for m in found]

    def fetch(self, folder: Folder, stubs: Iterable[Stub]) -> Iterator[Fetched]:
        for stub in stubs:
            data = self._data(folder)
            stored = data.messages.get(stub.uid)
            if stored is not None:
                yield Fetched(folder, data.uidvalidity, stub, stored.raw)

    def whole(self, folder: Folder, stub: Stub) -> bytes:
        stored = self._data(folder).messages.get(stub.uid)
        return stored.raw if stored else b""

    def pieces(self, folder: Folder, stub: Stub) -> Iterator[bytes]:
        raw = self.whole(folder, stub)
        yield from (raw[at : at + 65_536] for at in range(0, len(raw), 65_536))

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        self._data(folder)
        kept = [safe_flag(f) for f in flags]
        self.server.appends += 1
        number = self.server.appends
        if self.server.fail_append and (error := self.server.fail_append(number)):
            self._connected = not isinstance(error, LinkLost)
            raise error
        uid = self.server.deliver(folder.name, raw, when, kept)
        if self.server.lose_answer and self.server.lose_answer(number):
            self._connected = False
            raise LinkLost("the answer to APPEND was lost")
        return Appended(self._data(folder).uidvalidity, uid) if self.server.uidplus else Appended()

    def delete(self, folder: Folder, uid: int, message_id: str) -> bool:
        stored = self._data(folder).messages.get(uid)
        if stored is None or message_id_of(stored.raw) != message_id:
            return False
        self.server.delete(folder.name, uid)
        return True

    def move(self, folder: Folder, uid: int, message_id: str, to: Folder) -> bool:
        stored = self._data(folder).messages.get(uid)
        if not self.server.can_move or stored is None or message_id_of(stored.raw) != message_id:
            return False
        self.server.move(folder.name, uid, to.name)
        return True

    def keyword(self, folder: Folder, uid: int, add: tuple[str, ...], remove: tuple[str, ...] = ()) -> bool:
        stored = self._data(folder).messages.get(uid)
        if not self.server.keywords or stored is None:
            return False
        stored.flags = (stored.flags - set(remove)) | {safe_flag(k) for k in add}
        return True

    def wait(self, folder: Folder, seconds: float, wake: int | None = None) -> Ring:
        self._check()
        end = datetime.now(UTC) + timedelta(seconds=seconds)
        while True:
            if wake is not None and select.select([wake], [], [], 0)[0]:
                os.read(wake, 512)
                return Ring.WOKEN
            with self.server.changed:
                now = _mark(self._data(folder))
                if self._known.setdefault(folder.name, now) != now:
                    self._known[folder.name] = now
                    return Ring.MAIL
                left = (end - datetime.now(UTC)).total_seconds()
                if left <= 0:
                    return Ring.TIMEOUT
                self.server.changed.wait(min(left, 0.02 if wake is not None else left))

    def noop(self) -> None:
        self._check()

    def _data(self, folder: Folder) -> _FolderData:
        self._check()
        if folder.name not in self.server.folders:
            raise UserError(f"there is no folder {folder.name}")
        return self.server.folders[folder.name]

    def _check(self) -> None:
        if not self._connected:
            raise LinkLost("not connected")

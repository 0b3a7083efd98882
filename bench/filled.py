"""How do we get an index of a hundred thousand messages in seconds?

A small mailbox is read, judged and decided by followupd itself; then its rows are copied under other names until there are enough.
Every address, Message-ID and mark is changed in each copy, so that the copies are strangers to each other.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.mails import MARK, Writer
from bench.office import Office
from tests.servers.dovecot import Dovecot

BASE = 500
"""Threads, each of two mails, that are really read."""
Rename = Callable[[Any], Any]


class Filler:
    """Reads the small mailbox once; ``fill`` makes an index of any size of it."""

    def __init__(self, server: Dovecot, directory: Path) -> None:
        self.office = Office(server, directory, account={"drafts": False, "keywords": False})
        self.office.deliver(post for thread in Writer(3, size=7.0).threads(BASE, days=300) for post in thread)
        self.seconds = self.office.call("once")

    def fill(self, office: Office, threads: int, name: str = "lily") -> None:
        """Lay an index of so many threads, two messages each, into the state directory of an account."""
        target = office.index(name)
        shutil.rmtree(target.parent, ignore_errors=True)
        target.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(mode=0o700)
        multiply(self.office.index(), target, -(-threads // BASE))


def multiply(small: Path, large: Path, times: int) -> None:
    """Write an index with everything of another, so many times under other names."""
    source, db = sqlite3.connect(small), sqlite3.connect(large)
    large.chmod(0o600)
    source.backup(db)
    # What lay in the folders of the small mailbox does not lie in those of this one.
    db.executescript("DELETE FROM cursors; DELETE FROM drafts; UPDATE locations SET folder = 'Before';")
    db.execute("PRAGMA synchronous=OFF")
    tables = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in ROWS}
    for copy in range(1, times):
        rename = _rename(copy)
        for table, rows in tables.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", ROWS[table](rows, rename, copy))
    _settle_places(db)
    db.commit()
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    source.close()


def _rename(copy: int) -> Rename:
    fresh = f"x{copy:05d}x"

    def rename(value: Any) -> Any:
        if isinstance(value, bytes):
            return value.replace(MARK.encode(), fresh.encode())
        return value.replace(MARK, fresh) if isinstance(value, str) else value

    return rename


def _thread(id: str, copy: int) -> str:
    return sha256(f"{id} {copy}".encode()).hexdigest()[:10]


def _plain(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001
    return (tuple(map(rename, row)) for row in rows)


def _messages(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:
    return ((rename(id), _thread(thread, copy), *map(rename, rest)) for id, thread, *rest in rows)


def _threads(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:
    for id, *rest in rows:
        fresh = _thread(id, copy)
        yield (fresh, *(v.replace(id.encode(), fresh.encode()) if isinstance(v, bytes) else v for v in map(rename, rest)))


def _letters(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:
    return ((sha256(f"{mark} {copy}".encode()).hexdigest()[:16], rename(sender), date) for mark, sender, date in rows)


def _locations(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:
    return (("Before", validity, copy * 100_000 + uid, rename(id)) for _, validity, uid, id in rows)


def _inquiries(rows: list[Any], rename: Rename, copy: int) -> Iterator[tuple[Any, ...]]:
    return ((_thread(thread, copy), *map(rename, rest)) for thread, *rest in rows)


ROWS: dict[str, Callable[[list[Any], Rename, int], Iterator[tuple[Any, ...]]]] = {
    "messages": _messages, "refs": _plain, "peers": _plain, "locations": _locations, "judgements": _plain,
    "contacts": _plain, "letters": _letters, "threads": _threads, "facts": _threads, "looks": _plain, "inquiries": _inquiries,
}  # fmt: skip


def _settle_places(db: sqlite3.Connection) -> None:
    """The place of a mail is a name for it and the mails before it, by their ids."""
    places, before, last = [], sha256(), ""
    for id, thread in db.execute("SELECT id, thread_id FROM messages ORDER BY thread_id, date, id"):
        if thread != last:
            before, last = sha256(), thread
        before.update(f"{id}\n".encode())
        places.append((before.hexdigest()[:16], id))
    db.executemany("UPDATE judgements SET place = ? WHERE message_id = ?", places)

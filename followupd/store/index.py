"""What have we seen, and which threads must be looked at?

SQLite in WAL mode, disposable: it may be deleted at any hour and is built again from the mailbox (law 1). Every lookup
of a turn goes over an index, so that a new mail costs the same in a mailbox of a thousand and of a hundred thousand.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from followupd import crash
from followupd.errors import FollowupdError, Problem, StoreFull, TryAgain, UnsafeState, UserError
from followupd.freemail import FREE_MAIL
from followupd.judging.alike import ENOUGH, marks
from followupd.judging.lookalike import traces
from followupd.model import Decision, Direction, Facts, Judgement, Message, Own, Risk, Thread
from followupd.reading.threads import Node, assemble, node_of

log = logging.getLogger(__name__)

SCHEMA = 8
PEERS = 200
WRITERS = 100
"""Of so many at once it is asked whom we know; each is some twenty values, and SQLite takes no more than 32,766."""
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (folder TEXT PRIMARY KEY, uidvalidity INTEGER NOT NULL, last_uid INTEGER NOT NULL,
    modseq INTEGER NOT NULL, seen_at REAL, mail_at REAL) WITHOUT ROWID;
CREATE TABLE messages (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, date REAL NOT NULL, direction TEXT NOT NULL,
    keyword TEXT NOT NULL DEFAULT '', node BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX messages_thread ON messages (thread_id, date);
CREATE TABLE refs (ref TEXT NOT NULL, message_id TEXT NOT NULL, PRIMARY KEY (ref, message_id)) WITHOUT ROWID;
CREATE TABLE peers (email TEXT NOT NULL, base_subject TEXT NOT NULL, refers INTEGER NOT NULL, date REAL NOT NULL,
    message_id TEXT NOT NULL, PRIMARY KEY (email, base_subject, refers, date, message_id)) WITHOUT ROWID;
CREATE TABLE locations (folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    message_id TEXT NOT NULL, PRIMARY KEY (folder, uidvalidity, uid));
CREATE TABLE judgements (message_id TEXT PRIMARY KEY, place TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE contacts (email TEXT PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE looks (trace TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (trace, email)) WITHOUT ROWID;
CREATE TABLE letters (mark TEXT NOT NULL, sender TEXT NOT NULL, date REAL NOT NULL, PRIMARY KEY (mark, sender)) WITHOUT ROWID;
CREATE INDEX locations_message ON locations (message_id);
CREATE TABLE threads (id TEXT PRIMARY KEY, buyer TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '',
    last_at REAL, next_due REAL, decision BLOB, acted BLOB);
CREATE INDEX threads_due ON threads (next_due) WHERE next_due IS NOT NULL;
CREATE TABLE facts (thread_id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE todo (thread_id TEXT PRIMARY KEY, what INTEGER NOT NULL, rank REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX todo_what ON todo (what, rank);
CREATE INDEX threads_buyer ON threads (buyer);
CREATE INDEX threads_last ON threads (last_at, id);
CREATE TABLE inquiries (thread_id TEXT PRIMARY KEY, message_id TEXT NOT NULL, date REAL NOT NULL, who TEXT NOT NULL,
    company TEXT NOT NULL, country TEXT NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL, risk TEXT NOT NULL,
    score REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX inquiries_date ON inquiries (date);
CREATE TABLE drafts (uid INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, message_id TEXT NOT NULL, seen BLOB NOT NULL);
CREATE INDEX drafts_thread ON drafts (thread_id);
CREATE INDEX drafts_message ON drafts (message_id);
CREATE TABLE quarantine (folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
    reason TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (folder, uidvalidity, uid)) WITHOUT ROWID;
"""

CHANGED, READY, HELD, DECIDE_AGAIN, JUDGE_AGAIN = 1, 2, 3, 4, 5
"""What is to be done with a thread: it changed; nothing but its effect is left; its effect waits for others; see ``waiting``."""

_NEAREST = """SELECT m.id, m.thread_id, m.node FROM (SELECT message_id FROM peers
    WHERE email = ? AND base_subject = ? AND refers = ? AND date BETWEEN ? AND ? ORDER BY date %s LIMIT ?) AS p
    JOIN messages m ON m.id = p.message_id"""
_TODO = "INSERT INTO todo SELECT id, ?, coalesce(last_at, 0) FROM threads"
_EARLIER = "ON CONFLICT (thread_id) DO UPDATE SET what = excluded.what, rank = excluded.rank"
_LATER = "ON CONFLICT (thread_id) DO UPDATE SET what = max(what, excluded.what) WHERE what >= 4"
NEAREST_LATER = _NEAREST % "ASC"
NEAREST_EARLIER = _NEAREST % "DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a folder was read. ``seen_at`` is when we last looked, ``mail_at`` the newest mail seen there. UTC."""

    uidvalidity: int
    last_uid: int = 0
    modseq: int = 0
    seen_at: datetime | None = None
    mail_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a copy of a message lies."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDraft:
    """A message that stands in Drafts; ``fingerprint`` over everything a person can change."""

    uid: int
    thread_id: str
    fingerprint: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """One thread as lists show it."""

    id: str
    facts: Facts | None
    decision: Decision | None
    acted: Decision | None
    """The last decision that did something."""
    last_at: datetime | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One entry of the inquiry register: a buyer's first mail and what was thought of it."""

    thread_id: str
    message_id: str
    date: datetime
    who: str
    """Address of the buyer."""
    company: str
    country: str
    kind: str
    verdict: str
    risk: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """What ``status`` tells of a folder: never "synced", but what was seen there and when (UTC)."""

    folder: str
    looked_at: datetime | None
    """When we last looked."""
    mails: int
    newest: datetime | None
    """Date of the newest mail read there."""
    skipped: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A mail that could not be read within the limits."""

    folder: str
    uid: int
    reason: str
    at: datetime


def _stamp(when: datetime | None) -> float | None:
    return when.timestamp() if when else None


def _instant(stamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp is not None else None


_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_BLOCKED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_FORMAT})


def _code(error: sqlite3.DatabaseError) -> int:
    """The primary result code; the extended ones carry detail in the upper bytes."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    """Is the file itself unfit, so that only building it again helps?"""
    return isinstance(error, _OtherSchema) or _code(error) in _BROKEN


def _explain(path: Path, error: sqlite3.DatabaseError) -> FollowupdError | sqlite3.DatabaseError:
    if _code(error) in _FULL:
        return StoreFull(f"{path}: {error}; what stood there before still stands")
    if _code(error) in _BLOCKED:
        return UnsafeState(Problem(str(path), f"cannot be written: {error}", "check owner, mode and disk"))
    if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return TryAgain(f"{path}: {error}")
    return error


class _OtherSchema(sqlite3.DatabaseError):
    """Written by another version, or half made."""


def _check_schema(db: sqlite3.Connection) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    made = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if version == 0 and not made:
        db.executescript(f"BEGIN; {TABLES} PRAGMA user_version={SCHEMA}; COMMIT;")
    elif version != SCHEMA or not made >= set(re.findall(r"CREATE TABLE (\w+)", TABLES)):
        raise _OtherSchema(f"schema {version} instead of {SCHEMA}")


@dataclass
class _Codec:
    message: msgspec.json.Decoder[Message] = field(default_factory=lambda: msgspec.json.Decoder(Message))
    node: msgspec.json.Decoder[Node] = field(default_factory=lambda: msgspec.json.Decoder(Node))
    facts: msgspec.json.Decoder[Facts] = field(default_factory=lambda: msgspec.json.Decoder(Facts))
    judgement: msgspec.json.Decoder[Judgement] = field(default_factory=lambda: msgspec.json.Decoder(Judgement))
    decision: msgspec.json.Decoder[Decision] = field(default_factory=lambda: msgspec.json.Decoder(Decision))
    draft: msgspec.json.Decoder[SeenDraft] = field(default_factory=lambda: msgspec.json.Decoder(SeenDraft))


class _Rows(list[Any]):
    """All rows of an answer, read at once, so that damage shows here and nowhere else."""

    def fetchone(self) -> Any:
        """The first row, None when there is none."""
        return self[0] if self else None


def places_of(thread: Thread) -> dict[str, str]:
    """Where each mail stands in its thread: a name for it and the mails before it."""
    found, before = {}, sha256()
    for message in thread.messages:
        before.update(f"{message.id}\n".encode())
        found[message.id] = before.hexdigest()[:16]
    return found


class Index:
    """The disposable store of one account. One writer thread; readers open it with ``read_only``."""

    def __init__(self, path: Path, own: Own, *, read_only: bool = False) -> None:
        self.path = path
        self.own = own
        self.read_only = read_only
        self._codec = _Codec()
        self._depth = 0
        self._db = self._open(read_only)

    # ---- opening ----------------------------------------------------------------------------------

    def _open(self, read_only: bool) -> sqlite3.Connection:
        if read_only:
            return self._reader()
        try:
            return self._writer()
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise _explain(self.path, error) from error
            log.warning("%s cannot be used (%s): it is built again from the mailbox", self.path, error)
            self._discard()
        try:
            return self._writer()
        except sqlite3.DatabaseError as error:
            raise _explain(self.path, error) from error

    def _reader(self) -> sqlite3.Connection:
        """For commands that look while the daemon writes: WAL lets both go on, neither waits."""
        hint = "run followupd once, or followupd run"
        nothing = UserError(Problem(str(self.path), "nothing was read from the mailbox yet", hint))
        if not self.path.exists():
            raise nothing
        try:
            uri = f"file:{quote(str(self.path))}?mode=ro"
            db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)
            version = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise UserError(Problem(str(self.path), f"cannot be read: {error}", hint)) from None
        if version != SCHEMA:
            db.close()
            if version == 0:  # the writer has just made the file; tables and version come together, in one transaction
                raise nothing
            raise UserError(Problem(str(self.path), "was written by another version of followupd", hint))
        return db

    def _writer(self) -> sqlite3.Connection:
        self.path.touch(mode=0o600)
        db = sqlite3.connect(self.path, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA cache_size=-4000")
            db.execute("PRAGMA journal_size_limit=16000000")
            _check_schema(db)
        except BaseException:
            db.close()
            raise
        return db

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file (``PRAGMA quick_check``); reads all of it."""
        try:
            found = [str(row[0]) for row in self._db.execute("PRAGMA quick_check(5)")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside becomes visible at once, or not at all. Nested ones join the outer.

        Raises StoreFull when the disk is full; a file found damaged is discarded and TryAgain raised: the next turn
        builds it again from the mailbox.
        """
        if self._depth:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
                crash.step("commit index")
                self._db.execute("COMMIT")
                crash.step("committed index")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _run(self, sql: str, values: Sequence[object] = ()) -> _Rows:
        try:
            return _Rows(self._db.execute(sql, values))
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._db.executemany(sql, rows)
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.DatabaseError) -> Exception:
        """What a fault of the file means; a damaged one is thrown away at once."""
        if self.read_only or not _is_broken(error):
            return _explain(self.path, error)
        log.error("%s is damaged: it is built again from the mailbox", self.path, exc_info=error)
        self._db.close()
        self._discard()
        self._db = self._writer()
        return TryAgain(f"{self.path} was damaged and is built again from the mailbox")

    # ---- meta and cursors -------------------------------------------------------------------------

    def meta(self, key: str) -> str:
        """A small value, empty when there is none."""
        row = self._run("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small value."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def cursor(self, folder: str) -> Cursor | None:
        """How far this folder was read; None when never."""
        row = self._run(
            "SELECT uidvalidity, last_uid, modseq, seen_at, mail_at FROM cursors WHERE folder = ?", (folder,)
        ).fetchone()
        if row is None:
            return None
        return Cursor(
            uidvalidity=row[0], last_uid=row[1], modseq=row[2], seen_at=_instant(row[3]), mail_at=_instant(row[4])
        )

    def cursors(self) -> dict[str, Cursor]:
        """All cursors by folder, for ``status``."""
        names = [row[0] for row in self._run("SELECT folder FROM cursors ORDER BY folder")]
        return {name: cursor for name in names if (cursor := self.cursor(name)) is not None}

    def set_cursor(self, folder: str, cursor: Cursor) -> None:
        """Remember how far this folder was read."""
        self._run(
            "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?, ?)",
            (
                folder,
                cursor.uidvalidity,
                cursor.last_uid,
                cursor.modseq,
                _stamp(cursor.seen_at),
                _stamp(cursor.mail_at),
            ),
        )

    def reset_folder(self, folder: str) -> None:
        """Forget where the messages of a folder lay; the messages themselves stay known by their ids."""
        self._run("DELETE FROM cursors WHERE folder = ?", (folder,))
        self._run("DELETE FROM locations WHERE folder = ?", (folder,))
        self._run("DELETE FROM quarantine WHERE folder = ?", (folder,))

    # ---- messages ---------------------------------------------------------------------------------

    def message(self, message_id: str) -> Message | None:
        """A message by its id."""
        row = self._run("SELECT body FROM messages WHERE id = ?", (message_id,)).fetchone()
        return self._codec.message.decode(row[0]) if row else None

    def add_message(self, message: Message, where: Location | None, joins: Sequence[str]) -> str:
        """Store a new message in the thread it belongs to, merging those that it joins; returns the thread's id."""
        node = node_of(message, self.own)
        body = msgspec.json.encode(message)
        stamp = message.date.timestamp()
        self._run(
            "INSERT INTO messages (id, thread_id, date, direction, node, body) VALUES (?, ?, ?, ?, ?, ?)",
            (message.id, "", stamp, message.direction, msgspec.json.encode(node), body),
        )
        self._many("INSERT OR IGNORE INTO refs VALUES (?, ?)", [(name, message.id) for name in node.names])
        self._many(
            "INSERT OR IGNORE INTO peers VALUES (?, ?, ?, ?, ?)",
            [(email, message.base_subject, node.refers, stamp, message.id) for email in node.counterparts],
        )
        self._note_contacts(message, stamp)
        if where is not None:
            self.add_location(message.id, where)
        return self._join(message, joins)

    def _note_contacts(self, message: Message, stamp: float) -> None:
        """Remember whom we wrote to, and what strangers' letters read like; each with its earliest day."""
        if message.direction is Direction.OUT:
            people = {a.email: a.domain for a in (*message.to, *message.cc) if not self.own.holds(a.email)}
            self._many(
                "INSERT INTO contacts VALUES (?, ?) ON CONFLICT (email) DO UPDATE SET since = min(since, excluded.since)",
                [(email, stamp) for email in people],
            )
            self._many(
                "INSERT OR IGNORE INTO looks VALUES (?, ?)",
                [(t, email) for email, domain in people.items() if domain not in FREE_MAIL for t in sorted(traces(domain))],
            )
        else:
            self._many(
                "INSERT INTO letters VALUES (?, ?, ?) ON CONFLICT (mark, sender) DO UPDATE SET date = min(date, excluded.date)",
                [(mark, message.sender.email, stamp) for mark in marks(message.new_text)],
            )

    def contacts(self, near: Iterable[str], before: datetime) -> frozenset[str]:
        """Of the addresses that we had written to before that instant, those near: the same, or of a domain that looks alike.

        No others matter to whoever writes from these addresses, and a buyer more or less costs nothing.
        """
        emails = sorted({e for e in near if e})
        found: set[str] = set()
        for start in range(0, len(emails), WRITERS):
            found |= self._contacts_near(emails[start : start + WRITERS], before.timestamp())
        return frozenset(found)

    def _contacts_near(self, emails: Sequence[str], before: float) -> set[str]:
        looks = sorted({trace for email in emails for trace in traces(email.rpartition("@")[2])})
        same, alike = (",".join("?" * len(values)) for values in (emails, looks))
        rows = self._run(
            f"SELECT email FROM contacts WHERE email IN ({same}) AND since < ? UNION "  # noqa: S608 - only marks
            f"SELECT c.email FROM looks l JOIN contacts c ON c.email = l.email WHERE l.trace IN ({alike}) AND c.since < ?",
            (*emails, before, *looks, before),
        )
        return {row[0] for row in rows}

    def same_letter(self, message: Message) -> frozenset[str]:
        """Senders of other domains who sent nearly the same text before this mail."""
        wanted = marks(message.new_text)
        if not wanted:
            return frozenset()
        rows = self._run(
            f"SELECT sender FROM letters WHERE mark IN ({','.join('?' * len(wanted))}) AND date < ? "  # noqa: S608 - only marks
            "GROUP BY sender HAVING count(*) >= ?",
            (*wanted, message.date.timestamp(), ENOUGH),
        )
        return frozenset(row[0] for row in rows if row[0].rpartition("@")[2] != message.sender.domain)

    def _join(self, message: Message, joins: Sequence[str]) -> str:
        """Give all messages of the joined threads one id: that of the whole, whatever the order of arrival was."""
        messages = [message]
        for thread_id in joins:
            messages += self._messages(thread_id)
        thread = assemble(messages, self.own)
        id = self._free_id(thread.id, joins)
        for old in joins:
            if old != id:
                self._run("UPDATE messages SET thread_id = ? WHERE thread_id = ?", (id, old))
                self._run("UPDATE drafts SET thread_id = ? WHERE thread_id = ?", (id, old))
                self._forget_thread(old)
        self._run("UPDATE messages SET thread_id = ? WHERE id = ?", (id, message.id))
        last = max(m.date for m in messages).timestamp()
        self._run(
            "INSERT INTO threads (id, buyer, last_at) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET buyer = excluded.buyer, last_at = excluded.last_at",
            (id, thread.buyer.email, last),
        )
        self.mark_dirty([id])
        return id

    def _forget_thread(self, id: str) -> None:
        """It has become part of another."""
        for table, column in (("threads", "id"), ("facts", "thread_id"), ("todo", "thread_id"), ("inquiries", "thread_id")):
            self._run(f"DELETE FROM {table} WHERE {column} = ?", (id,))  # noqa: S608 - our own names

    def _free_id(self, id: str, joins: Sequence[str]) -> str:
        """Ten hex digits can meet by chance once in a very large mailbox: then strangers must not become one thread."""
        while id not in joins and self._run("SELECT 1 FROM threads WHERE id = ?", (id,)).fetchone():
            id += "0"
        return id

    def add_location(self, message_id: str, where: Location) -> None:
        """Remember where a copy lies."""
        self._run(
            "INSERT OR REPLACE INTO locations VALUES (?, ?, ?, ?)",
            (where.folder, where.uidvalidity, where.uid, message_id),
        )

    def locations(self, message_id: str) -> tuple[Location, ...]:
        """Where the copies of a message lie or lay, the place learnt last first."""
        rows = self._run(
            "SELECT folder, uidvalidity, uid FROM locations WHERE message_id = ? ORDER BY rowid DESC", (message_id,)
        )
        return tuple(Location(*row) for row in rows)

    def message_at(self, where: Location) -> str | None:
        """The id of the message that lies there."""
        row = self._run(
            "SELECT message_id FROM locations WHERE folder = ? AND uidvalidity = ? AND uid = ?",
            (where.folder, where.uidvalidity, where.uid),
        ).fetchone()
        return str(row[0]) if row else None

    def forget_location(self, where: Location) -> None:
        """That copy is gone; the message stays known."""
        self._run(
            "DELETE FROM locations WHERE folder = ? AND uidvalidity = ? AND uid = ?",
            (where.folder, where.uidvalidity, where.uid),
        )

    def keyword_of(self, message_id: str) -> str:
        """The keyword we set on a message, empty when none."""
        row = self._run("SELECT keyword FROM messages WHERE id = ?", (message_id,)).fetchone()
        return str(row[0]) if row else ""

    def set_keyword(self, message_id: str, word: str) -> None:
        """Remember the keyword we set."""
        self._run("UPDATE messages SET keyword = ? WHERE id = ?", (word, message_id))

    # ---- forgetting -------------------------------------------------------------------------------

    def naming(self, email: str) -> tuple[Message, ...]:
        """All messages in which this address stands anywhere; reads the whole store."""
        rows = self._run("SELECT body FROM messages WHERE instr(lower(CAST(body AS TEXT)), ?) ORDER BY date, id", (email.lower(),))
        return tuple(self._codec.message.decode(row[0]) for row in rows)

    def remove_threads(self, thread_ids: Iterable[str]) -> None:
        """Remove these threads with their messages and everything that was derived from them."""
        for thread_id in sorted(thread_ids):
            ids = [row[0] for row in self._run("SELECT id FROM messages WHERE thread_id = ?", (thread_id,))]
            for table, column in (("refs", "message_id"), ("locations", "message_id"), ("judgements", "message_id"), ("peers", "message_id")):
                self._many(f"DELETE FROM {table} WHERE {column} = ?", [(id,) for id in ids])  # noqa: S608 - our own names
            self._run("DELETE FROM messages WHERE thread_id = ?", (thread_id,))
            self._forget_thread(thread_id)

    def forget_people(self, emails: Iterable[str]) -> None:
        """We know these people no longer: whom we wrote to, whose domains look alike, what their letters read like."""
        for email in sorted(emails):
            for table, column in (("contacts", "email"), ("looks", "email"), ("letters", "sender")):
                self._run(f"DELETE FROM {table} WHERE {column} = ?", (email,))  # noqa: S608 - our own names

    def note_people(self, message: Message) -> None:
        """Know again whom this message makes known."""
        self._note_contacts(message, message.date.timestamp())

    def forget_draft(self, uid: int) -> None:
        """What stands in Drafts under that UID is nobody's business."""
        self._run("DELETE FROM drafts WHERE uid = ?", (uid,))

    def scrub(self) -> bool:
        """Write the file anew, so that nothing of what was deleted is left in it or in its log; False while somebody reads."""
        try:
            self._db.execute("VACUUM")
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                return False
            raise self._explained(error) from error
        return not busy

    # ---- ThreadLookup -----------------------------------------------------------------------------

    def by_ids(self, ids: Iterable[str]) -> tuple[Node, ...]:
        """Nodes of the messages that carry or name one of these ids."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Node] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._run(
                f"SELECT m.id, m.thread_id, m.node FROM refs r JOIN messages m ON m.id = r.message_id "  # noqa: S608 - only marks
                f"WHERE r.ref IN ({marks})",
                part,
            )
            found |= {row[0]: self._node(row[1], row[2]) for row in rows}
        return tuple(found[id] for id in sorted(found))

    def by_counterpart(self, email: str, base_subject: str, around: datetime, window: timedelta) -> tuple[Node, ...]:
        """Nodes of the messages with this counterpart and base subject within ``window`` of ``around``.

        At most the nearest PEERS of each sort (speaking of an earlier mail, or not): somebody who sends a hundred
        thousand notices of one subject must not make each further one cost a hundred thousand lookups.
        """
        middle, early, late = (when.timestamp() for when in (around, around - window, around + window))
        rows: list[Any] = []
        for refers in (0, 1):
            rows += self._run(NEAREST_LATER, (email, base_subject, refers, middle, late, PEERS))
            rows += self._run(NEAREST_EARLIER, (email, base_subject, refers, early, middle, PEERS))
        found = {id: self._node(thread_id, blob) for id, thread_id, blob in rows}
        return tuple(found[id] for id in sorted(found))

    def written_beside(self, email: str, after: datetime, thread_id: str) -> bool:
        """Was anything written from or to this address after that moment, in another thread than this?"""
        query = """SELECT 1 FROM peers p JOIN messages m ON m.id = p.message_id
            WHERE p.email = ? AND p.date > ? AND m.thread_id <> ? LIMIT 1"""
        return self._run(query, (email, after.timestamp(), thread_id)).fetchone() is not None

    def _node(self, thread_id: str, blob: bytes) -> Node:
        return replace(self._codec.node.decode(blob), thread_id=thread_id)

    # ---- threads ----------------------------------------------------------------------------------

    def _messages(self, thread_id: str) -> list[Message]:
        rows = self._run("SELECT body FROM messages WHERE thread_id = ? ORDER BY date, id", (thread_id,))
        return [self._codec.message.decode(row[0]) for row in rows]

    def thread(self, thread_id: str) -> Thread | None:
        """A thread with all its messages; None when there is none of that id."""
        messages = self._messages(thread_id)
        return replace(assemble(messages, self.own), id=thread_id) if messages else None

    def thread_of(self, message_id: str) -> str | None:
        """The id of the thread that a message stands in."""
        row = self._run("SELECT thread_id FROM messages WHERE id = ?", (message_id,)).fetchone()
        return str(row[0]) if row else None

    def threads_of_buyer(self, email: str) -> set[str]:
        """Ids of all threads with this counterpart."""
        return {row[0] for row in self._run("SELECT id FROM threads WHERE buyer = ?", (email,))}

    def resolve(self, prefix: str) -> list[str]:
        """Thread ids that begin with ``prefix`` (at most 20); none for an empty one."""
        if not prefix:
            return []
        rows = self._run(
            "SELECT id FROM threads WHERE id >= ? AND id < ? ORDER BY id LIMIT 20", (prefix, prefix + "\x7f")
        )
        return [row[0] for row in rows]

    def rows(self, since: datetime | None = None) -> Iterator[ThreadRow]:
        """All threads, or those in which something moved at ``since`` or later; the last moved first."""
        query = (
            "SELECT t.id, f.body, t.decision, t.acted, t.last_at, t.next_due FROM threads t "
            "LEFT JOIN facts f ON f.thread_id = t.id WHERE t.last_at >= ? ORDER BY t.last_at DESC, t.id"
        )
        earliest = since.timestamp() if since else -1e12
        for id, facts, decision, acted, last_at, next_due in self._db.execute(query, (earliest,)):
            yield ThreadRow(
                id=id,
                facts=self._codec.facts.decode(facts) if facts else None,
                decision=self._codec.decision.decode(decision) if decision else None,
                acted=self._codec.decision.decode(acted) if acted else None,
                last_at=_instant(last_at),
                next_due=_instant(next_due),
            )

    def row(self, thread_id: str) -> ThreadRow | None:
        """One thread as lists show it."""
        row = self._run(
            "SELECT f.body, t.decision, t.acted, t.last_at, t.next_due FROM threads t "
            "LEFT JOIN facts f ON f.thread_id = t.id WHERE t.id = ?",
            (thread_id,),
        ).fetchone()
        if row is None:
            return None
        return ThreadRow(
            id=thread_id,
            facts=self._codec.facts.decode(row[0]) if row[0] else None,
            decision=self._codec.decision.decode(row[1]) if row[1] else None,
            acted=self._codec.decision.decode(row[2]) if row[2] else None,
            last_at=_instant(row[3]),
            next_due=_instant(row[4]),
        )

    def facts(self, thread_id: str) -> Facts | None:
        """What judging said of a thread."""
        row = self._run("SELECT body FROM facts WHERE thread_id = ?", (thread_id,)).fetchone()
        return self._codec.facts.decode(row[0]) if row else None

    def put_facts(self, facts: Facts) -> None:
        """Keep what judging says of a thread, and its inquiry in the register."""
        self._run("UPDATE threads SET stage = ? WHERE id = ?", (facts.stage, facts.thread_id))
        self._run("INSERT OR REPLACE INTO facts VALUES (?, ?)", (facts.thread_id, msgspec.json.encode(facts)))
        self._register(facts)

    def judgements(self, thread: Thread) -> dict[str, Judgement]:
        """What was judged of the mails of a thread, as far as the mails before each are the same as then."""
        places = places_of(thread)
        rows = self._run(
            "SELECT j.message_id, j.place, j.body FROM judgements j JOIN messages m ON m.id = j.message_id WHERE m.thread_id = ?",
            (thread.id,),
        )
        return {id: self._codec.judgement.decode(body) for id, place, body in rows if places.get(id) == place}

    def put_judgements(self, thread: Thread, judged: Mapping[str, Judgement]) -> None:
        """Keep what was judged of mails of a thread."""
        places = places_of(thread)
        self._many(
            "INSERT OR REPLACE INTO judgements VALUES (?, ?, ?)",
            [(id, places[id], msgspec.json.encode(judgement)) for id, judgement in judged.items()],
        )

    def forget_judgements(self) -> None:
        """The rules are others now: every mail is to be judged anew."""
        self._run("DELETE FROM judgements")

    def forget_facts(self, thread_id: str) -> None:
        """Nothing may be decided on what was once judged of this thread."""
        self._run("DELETE FROM facts WHERE thread_id = ?", (thread_id,))
        self._run("DELETE FROM inquiries WHERE thread_id = ?", (thread_id,))

    def _register(self, facts: Facts) -> None:
        self._run("DELETE FROM inquiries WHERE thread_id = ?", (facts.thread_id,))
        judged, buyer = facts.inquiry, facts.buyer
        if judged is None or facts.inquiry_id is None:
            return
        self._run(
            "INSERT INTO inquiries SELECT ?, id, date, ?, ?, ?, ?, ?, ?, ? FROM messages WHERE id = ?",
            (
                facts.thread_id,
                buyer.address.email,
                buyer.company,
                buyer.country,
                judged.kind,
                judged.verdict or "",
                max(facts.risk, judged.risk, key=list(Risk).index),
                judged.score,
                facts.inquiry_id,
            ),
        )

    def register(self, since: datetime | None = None) -> tuple[Inquiry, ...]:
        """The inquiry register, newest first; only those that came at ``since`` or later if given."""
        rows = self._run(
            "SELECT thread_id, message_id, date, who, company, country, kind, verdict, risk, score FROM inquiries "
            "WHERE date >= ? ORDER BY date DESC, message_id",
            (since.timestamp() if since else -1e12,),
        )
        names = [f.name for f in fields(Inquiry)]
        return tuple(Inquiry(**{**dict(zip(names, r, strict=True)), "date": _instant(r[2])}) for r in rows)

    def put_decision(self, decision: Decision) -> None:
        """Keep the decision and when the thread must be looked at again."""
        blob = msgspec.json.encode(decision)
        acted = blob if decision.action != "none" else None
        self._run(
            "UPDATE threads SET decision = ?, acted = coalesce(?, acted), next_due = ? WHERE id = ?",
            (blob, acted, _stamp(decision.next_due), decision.thread_id),
        )

    def put_acted(self, thread_id: str, decision: Decision | None) -> None:
        """What is about to be done in a thread, and why: known before it is done, so that no crash can lose the reason."""
        blob = msgspec.json.encode(decision) if decision else None
        self._run("UPDATE threads SET acted = ? WHERE id = ?", (blob, thread_id))

    # ---- what is to be done ------------------------------------------------------------------------

    def dirty(self, *, judged: bool = True) -> set[str]:
        """Threads that changed since they were last settled; ``judged``: those too of which only the effect is left."""
        rows = self._run("SELECT thread_id FROM todo WHERE what IN (?, ?)", (CHANGED, READY if judged else CHANGED))
        return {row[0] for row in rows}

    def mark_dirty(self, thread_ids: Iterable[str]) -> None:
        """These threads must be looked at now."""
        self._many(f"{_TODO} WHERE id = ? {_EARLIER}", [(CHANGED, id) for id in sorted(thread_ids)])

    def mark_all_dirty(self) -> None:
        """Every thread must be looked at now."""
        self._run(f"{_TODO} WHERE true {_EARLIER}", (CHANGED,))

    def look_again(self, *, judge: bool) -> None:
        """Every thread must be decided anew when there is time for it (new rules), or judged anew as well."""
        self._run("DELETE FROM todo WHERE what IN (?, ?)", (READY, HELD))
        self._run(f"{_TODO} WHERE true {_LATER}", (JUDGE_AGAIN if judge else DECIDE_AGAIN,))

    def postpone(self) -> None:
        """Too many threads changed at once: all of them are looked at when there is time for it."""
        self._run("UPDATE todo SET what = ? WHERE what = ?", (JUDGE_AGAIN, CHANGED))

    def postpone_due(self, now: datetime) -> None:
        """Too many threads came due at once: all of them are decided when there is time for it."""
        self._run(
            "INSERT INTO todo SELECT id, ?, coalesce(last_at, 0) FROM threads WHERE next_due <= ? ON CONFLICT DO NOTHING",
            (DECIDE_AGAIN, now.timestamp()),
        )

    def waiting(self, judge: int, decide: int) -> dict[str, bool]:
        """The threads to look at next when there is time, those that moved last first; and whether to judge them anew.

        At most ``judge`` of those to judge; where there are none, ``decide`` of those that need only be decided.
        """
        query = "SELECT thread_id FROM todo WHERE what = ? ORDER BY rank DESC LIMIT ?"
        for what, limit in ((JUDGE_AGAIN, judge), (DECIDE_AGAIN, decide)):
            if rows := self._run(query, (what, limit)):
                return {row[0]: what == JUDGE_AGAIN for row in rows}
        return {}

    def waiting_count(self) -> int:
        """How many threads wait for their turn."""
        return int(self._run("SELECT count(*) FROM todo WHERE what >= ?", (DECIDE_AGAIN,)).fetchone()[0])

    def hold(self, ranks: Mapping[str, float]) -> None:
        """Of these only the effect is left; it waits until no other thread waits to be looked at. The highest rank comes first."""
        self._many("UPDATE todo SET what = ?, rank = ? WHERE thread_id = ?", [(HELD, ranks[id], id) for id in sorted(ranks)])

    def recall(self, limit: int) -> bool:
        """Nothing else waits: the effects of so many may come. True when there are any."""
        query = "SELECT thread_id FROM todo WHERE what = ? ORDER BY rank DESC, thread_id LIMIT ?"
        held = self._run(query, (HELD, limit))
        self._many("UPDATE todo SET what = ? WHERE thread_id = ?", [(READY, id) for (id,) in held])
        return bool(held)

    def settle(self, thread_ids: Iterable[str]) -> None:
        """These threads are done: judged, decided, effects and ledger included."""
        self._many("DELETE FROM todo WHERE thread_id = ?", [(id,) for id in sorted(thread_ids)])

    def due(self, now: datetime) -> list[str]:
        """Threads whose next date has come, without those that wait to be looked at anyhow."""
        rows = self._run(
            "SELECT id FROM threads WHERE next_due <= ? "
            "AND NOT EXISTS (SELECT 1 FROM todo WHERE thread_id = id AND what >= ?) ORDER BY next_due",
            (now.timestamp(), HELD),
        )
        return [row[0] for row in rows]

    def next_due(self) -> datetime | None:
        """The earliest date at which any thread must be looked at."""
        row = self._run("SELECT min(next_due) FROM threads WHERE next_due IS NOT NULL").fetchone()
        return _instant(row[0])

    def coming(self, most: int) -> list[tuple[str, datetime]]:
        """The threads that must be looked at next and when, the earliest first; at most so many."""
        rows = self._run("SELECT id, next_due FROM threads WHERE next_due IS NOT NULL ORDER BY next_due LIMIT ?", (most,))
        return [(id, datetime.fromtimestamp(due, UTC)) for id, due in rows]

    def decisions(self, most: int) -> list[Decision]:
        """What stands decided in the threads that moved last, at most so many; without reading what was judged of them."""
        query = "SELECT decision FROM threads WHERE decision IS NOT NULL ORDER BY last_at DESC LIMIT ?"
        return [self._codec.decision.decode(blob) for (blob,) in self._run(query, (most,))]

    # ---- drafts -----------------------------------------------------------------------------------

    def drafts_mark(self) -> tuple[int, int, int]:
        """UIDVALIDITY, UIDNEXT and EXISTS of Drafts when we last listed it; zeros when never."""
        parts = self.meta("drafts").split()
        return (int(parts[0]), int(parts[1]), int(parts[2])) if len(parts) == 3 else (0, 0, 0)

    def set_drafts(self, mark: tuple[int, int, int], drafts: Iterable[SeenDraft]) -> None:
        """Replace the listing of Drafts."""
        self._run("DELETE FROM drafts")
        self._many(
            "INSERT INTO drafts VALUES (?, ?, ?, ?)",
            [(d.uid, d.thread_id, d.message.id, msgspec.json.encode(d)) for d in drafts],
        )
        self.set_meta("drafts", " ".join(map(str, mark)))

    def drafts(self) -> tuple[SeenDraft, ...]:
        """Everything that stood in Drafts when we last looked."""
        return self._drafts("SELECT thread_id, seen FROM drafts ORDER BY uid", ())

    def draft(self, message_id: str) -> SeenDraft | None:
        """What stands in Drafts under that Message-ID, the oldest if several do."""
        return next(iter(self.copies(message_id)), None)

    def copies(self, message_id: str) -> tuple[SeenDraft, ...]:
        """All that stand in Drafts under that Message-ID, by UID."""
        return self._drafts("SELECT thread_id, seen FROM drafts WHERE message_id = ? ORDER BY uid", (message_id,))

    def draft_counts(self) -> dict[str, int]:
        """How many messages stand in Drafts under each Message-ID."""
        return dict(self._run("SELECT message_id, COUNT(*) FROM drafts GROUP BY message_id"))

    def drafts_of(self, thread_id: str) -> tuple[SeenDraft, ...]:
        """What stands in Drafts for one thread."""
        return self._drafts("SELECT thread_id, seen FROM drafts WHERE thread_id = ? ORDER BY uid", (thread_id,))

    def _drafts(self, query: str, values: tuple[str, ...]) -> tuple[SeenDraft, ...]:
        return tuple(
            replace(self._codec.draft.decode(blob), thread_id=thread_id) for thread_id, blob in self._run(query, values)
        )

    # ---- quarantine and status --------------------------------------------------------------------

    def quarantine(self, folder: str, uidvalidity: int, uid: int, reason: str, at: datetime) -> None:
        """Remember a mail that was skipped, and why."""
        self._run(
            "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?)",
            (folder, uidvalidity, uid, reason, at.timestamp()),
        )

    def out_of_quarantine(self, folder: str, uidvalidity: int) -> list[int]:
        """The UIDs of a folder that were skipped, which are forgotten by this: they are to be read again."""
        uids = [int(uid) for (uid,) in self._run("SELECT uid FROM quarantine WHERE folder = ? AND uidvalidity = ? ORDER BY uid", (folder, uidvalidity))]
        self._run("DELETE FROM quarantine WHERE folder = ?", (folder,))
        return uids

    def quarantined(self) -> tuple[Skipped, ...]:
        """All mails that were skipped."""
        rows = self._run("SELECT folder, uid, reason, at FROM quarantine ORDER BY at, folder, uid")
        return tuple(Skipped(f, u, r, datetime.fromtimestamp(a, UTC)) for f, u, r, a in rows)

    def folders(self) -> tuple[FolderStatus, ...]:
        """What was seen in each folder and when; reads all locations, for ``status`` only."""
        rows = self._run(
            "SELECT c.folder, c.seen_at, count(m.id), max(m.date), "
            "(SELECT count(*) FROM quarantine q WHERE q.folder = c.folder) FROM cursors c "
            "LEFT JOIN locations l ON l.folder = c.folder LEFT JOIN messages m ON m.id = l.message_id "
            "GROUP BY c.folder ORDER BY c.folder"
        )
        return tuple(
            FolderStatus(folder=f, looked_at=_instant(at), mails=n, newest=_instant(newest), skipped=skipped)
            for f, at, n, newest, skipped in rows
        )

    def counts(self) -> tuple[int, int]:
        """Messages and threads in the index."""
        messages = self._run("SELECT count(*) FROM messages").fetchone()[0]
        return int(messages), int(self._run("SELECT count(*) FROM threads").fetchone()[0])

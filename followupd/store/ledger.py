"""What must never be forgotten?

Draft intents and outcomes, the user's own words, stop wishes, alarms given. Everything else can be derived from mail again
(law 1). A TinyDB file, small and readable, replaced atomically; one flush per turn, plus one before every APPEND.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from tinydb import TinyDB
from tinydb.table import Document, Table

from followupd.errors import Problem, UserError
from followupd.model import DraftRecord, DraftState, LedgerView, Thread, Word
from followupd.store.atomic import AtomicStorage, replace_file

SCHEMA = 1
KEEP_BACKUPS = 7
BACKUP_EVERY = timedelta(days=1)

T = TypeVar("T")


class Ledger:
    """The precious store of one account. Not thread-safe: one loop owns it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._storage: AtomicStorage
        self._db = TinyDB(path, storage=AtomicStorage)
        self._storage = self._db.storage
        self._notes = {str(d["key"]): str(d["value"]) for d in self._table("notes")}
        self._check_schema()
        self._drafts = {r.token: r for r in self._all("drafts", DraftRecord)}
        self._by_message = {r.message_id: r.token for r in self._drafts.values()}
        self._words = self._all("words", Word)

    def _check_schema(self) -> None:
        found = self.get("schema")
        if not found:
            self.note("schema", str(SCHEMA))
        elif int(found) > SCHEMA:
            raise UserError(
                Problem(str(self.path), f"was written by a newer followupd (schema {found})", "upgrade followupd")
            )

    def _table(self, name: str) -> Table:
        return self._db.table(name, cache_size=0)

    def _all(self, table: str, kind: type[T]) -> list[T]:
        return [msgspec.convert(dict(d), kind) for d in self._table(table)]

    # ---- drafts -----------------------------------------------------------------------------------

    def put_draft(self, record: DraftRecord) -> None:
        """Store a draft record; the one of the same token is replaced, unless that one was withdrawn or failed.

        A step that was given back (WITHDRAWN, FAILED) may be used again; its old record gives way.
        """
        table = self._table("drafts")
        old = self._drafts.get(record.token)
        document = msgspec.to_builtins(record)
        if old is None:
            table.insert(document)
        else:
            table.upsert(Document(document, doc_id=self._doc_id("drafts", "token", record.token)))
            self._by_message.pop(old.message_id, None)
        self._drafts[record.token] = record
        self._by_message[record.message_id] = record.token

    def _doc_id(self, table: str, key: str, value: str) -> int:
        return next(d.doc_id for d in self._table(table) if d[key] == value)

    def drafts(self, states: Iterable[DraftState] = tuple(DraftState)) -> tuple[DraftRecord, ...]:
        """All records in these states, oldest first."""
        wanted = set(states)
        return tuple(sorted((r for r in self._drafts.values() if r.state in wanted), key=lambda r: (r.created, r.token)))

    def draft_by_message_id(self, message_id: str) -> DraftRecord | None:
        """The record of the draft that we gave this Message-ID."""
        token = self._by_message.get(message_id)
        return self._drafts.get(token) if token else None

    # ---- words ------------------------------------------------------------------------------------

    def add_word(self, word: Word) -> None:
        """Remember the user's word."""
        self._table("words").insert(msgspec.to_builtins(word))
        self._words.append(word)

    def drop_words(self, words: Iterable[Word]) -> None:
        """Forget these words (unmute and the like)."""
        gone = set(words)
        self._words = [w for w in self._words if w not in gone]
        table = self._table("words")
        table.truncate()
        table.insert_multiple(msgspec.to_builtins(w) for w in self._words)

    def words(self) -> tuple[Word, ...]:
        """All words, oldest first."""
        return tuple(self._words)

    def view(self, thread: Thread) -> LedgerView:
        """What is known of one thread: its drafts by our turns, its buyer's drafts, the words on either."""
        ids = {m.id for m in thread.messages}
        buyer = thread.buyer.email
        drafts = self.drafts()
        return LedgerView(
            drafts=tuple(r for r in drafts if r.turn_id in ids),
            buyer_drafts=tuple(r for r in drafts if r.buyer == buyer),
            words=tuple(
                w for w in self._words if (w.target == buyer if w.scope == "buyer" else w.target in ids)
            ),
        )

    # ---- notes ------------------------------------------------------------------------------------

    def get(self, key: str) -> str:
        """A small note (alarm given, day of the last digest), empty when there is none."""
        return self._notes.get(key, "")

    def note(self, key: str, value: str) -> None:
        """Keep a small note."""
        table = self._table("notes")
        document = {"key": key, "value": value}
        if key in self._notes:
            table.upsert(Document(document, doc_id=self._doc_id("notes", "key", key)))
        else:
            table.insert(document)
        self._notes[key] = value

    # ---- disk -------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Make everything so far last, with fsync. Raises StoreFull; then the old file still stands."""
        self._storage.flush()

    def backup(self, now: datetime) -> None:
        """Keep a dated copy once a day, the newest seven."""
        copies = sorted(self.path.parent.glob(f"{self.path.stem}.*.bak"))
        name = self.path.with_name(f"{self.path.stem}.{now:%Y-%m-%d}.bak")
        if name in copies or not self.path.exists():
            return
        replace_file(name, self.path.read_bytes())
        for old in [*copies, name][:-KEEP_BACKUPS]:
            old.unlink(missing_ok=True)

    def close(self) -> None:
        """Flush and let go."""
        self._db.close()

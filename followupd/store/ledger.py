"""What must never be forgotten?

Draft intents and outcomes, the user's own words, stop wishes, alarms given. Everything else can be derived from mail
again (law 1). A TinyDB file, small and readable, replaced atomically; one flush per turn, plus one before every APPEND.
Nothing expires by age, and no secret is ever written here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from tinydb import TinyDB
from tinydb.table import Document, Table

from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.model import DraftRecord, DraftState, LedgerView, SendingRecord, Thread, Word, WordKind
from followupd.store.atomic import AtomicStorage, backups, damaged
from followupd.store.forgotten import Forgotten, Tombstone, mark_of, new_salt, speaks_of

SCHEMA = 1
KEEP_BACKUPS = 7

T = TypeVar("T")


class _Shelf:
    """One TinyDB table whose documents have a key of their own; finding one costs nothing."""

    def __init__(self, table: Table, key: str) -> None:
        self._table = table
        self._key = key
        self._ids: dict[str, int] = {str(d[key]): d.doc_id for d in table}

    def put(self, document: dict[str, Any]) -> None:
        """Store the document, in place of the one of the same key."""
        doc_id = self._ids.get(document[self._key])
        if doc_id is None:
            self._ids[document[self._key]] = self._table.insert(document)
        else:
            self._table.upsert(Document(document, doc_id=doc_id))

    def get(self, key: str) -> dict[str, Any] | None:
        """The document of that key."""
        doc_id = self._ids.get(key)
        found = self._table.get(doc_id=doc_id) if doc_id is not None else None
        return dict(found) if isinstance(found, Document) else None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(d) for d in self._table)


class Ledger:
    """The precious store of one account. Not thread-safe: one loop owns it.

    Raises UserError when the file is damaged (naming the newest backup) or from a newer followupd. With ``read_only``
    nothing is ever written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._db = TinyDB(path, storage=AtomicStorage, read_only=read_only)
        storage = self._db.storage
        assert isinstance(storage, AtomicStorage)
        self._storage = storage
        try:
            self._load()
        except (msgspec.ValidationError, KeyError) as error:
            raise damaged(path, str(error)) from None

    def _load(self) -> None:
        self._notes = _Shelf(self._table("notes"), "key")
        self._stones = _Shelf(self._table("forgotten"), "mark")
        self.forgotten = Forgotten(_read(d, Tombstone) for d in self._stones)
        """Who asked to be forgotten."""
        self._check_schema()
        self._shelf = _Shelf(self._table("drafts"), "token")
        self._drafts: dict[str, DraftRecord] = {}
        self._by_message: dict[str, str] = {}
        self._by: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for record in [_read(d, DraftRecord) for d in self._shelf]:
            self._remember(record)
        self._words = [_read(dict(d), Word) for d in self._table("words")]
        self._out = _Shelf(self._table("sendings"), "message_id")
        self._sendings = {r.message_id: r for r in (_read(d, SendingRecord) for d in self._out)}

    def _check_schema(self) -> None:
        found = self.get("schema")
        if found.isdigit() and int(found) > SCHEMA:
            problem = Problem(str(self.path), f"was written by a newer followupd (schema {found})", "upgrade followupd")
            raise UserError(problem)
        if found != str(SCHEMA) and not self._storage.read_only:
            self.note("schema", str(SCHEMA))

    def _table(self, name: str) -> Table:
        return self._db.table(name, cache_size=0)

    # ---- drafts -----------------------------------------------------------------------------------

    def put_draft(self, record: DraftRecord) -> None:
        """Store a draft record in place of the one of the same token.

        A step that was given back (WITHDRAWN, FAILED) may be used again under the same token; its old record gives way.
        """
        self._shelf.put(msgspec.to_builtins(record))
        self._remember(record)

    def update_draft(self, token: str, **changes: Any) -> DraftRecord:
        """Change fields of a record. Raises KeyError when there is none."""
        record = replace(self._drafts[token], **changes)
        self.put_draft(record)
        return record

    def _remember(self, record: DraftRecord) -> None:
        old = self._drafts.get(record.token)
        if old is not None:
            self._by_message.pop(old.message_id, None)
            for key in _keys(old):
                self._by[key].pop(old.token, None)
        self._drafts[record.token] = record
        self._by_message[record.message_id] = record.token
        for key in _keys(record):
            self._by[key][record.token] = None

    def draft(self, token: str) -> DraftRecord | None:
        """The record of that token."""
        return self._drafts.get(token)

    def drafts(self, states: Iterable[DraftState] = tuple(DraftState)) -> tuple[DraftRecord, ...]:
        """All records in these states, oldest first."""
        wanted = set(states)
        return _sorted(r for r in self._drafts.values() if r.state in wanted)

    def draft_by_message_id(self, message_id: str) -> DraftRecord | None:
        """The record of the draft that we gave this Message-ID."""
        token = self._by_message.get(message_id)
        return self._drafts.get(token) if token else None

    def drafts_to(self, email: str) -> tuple[DraftRecord, ...]:
        """All drafts to this buyer, whatever became of them."""
        return self._of([("buyer", email)])

    def _of(self, keys: Iterable[tuple[str, str]]) -> tuple[DraftRecord, ...]:
        tokens = {token for key in keys for token in self._by.get(key, ())}
        return _sorted(self._drafts[token] for token in tokens)

    # ---- sending ----------------------------------------------------------------------------------

    def put_sending(self, record: SendingRecord) -> None:
        """Store the record in place of the one of the same Message-ID."""
        self._out.put(msgspec.to_builtins(record))
        self._sendings[record.message_id] = record

    def sendings(self) -> dict[str, SendingRecord]:
        """All mails that ever lay in the folder for sending, by Message-ID."""
        return dict(self._sendings)

    # ---- words ------------------------------------------------------------------------------------

    def add_word(self, word: Word) -> None:
        """Remember the user's word; saying the very same thing again changes nothing."""
        if word not in self._words:
            self._table("words").insert(msgspec.to_builtins(word))
            self._words.append(word)

    def drop_words(self, words: Iterable[Word]) -> None:
        """Forget these words (unmute and the like)."""
        gone = set(words)
        if not gone.intersection(self._words):
            return
        self._words = [w for w in self._words if w not in gone]
        table = self._table("words")
        table.truncate()
        table.insert_multiple([msgspec.to_builtins(w) for w in self._words])

    def words(self) -> tuple[Word, ...]:
        """All words, oldest first."""
        return tuple(self._words)

    def view(self, thread: Thread) -> LedgerView:
        """What is known of one thread: the drafts of its turns, its buyer's drafts, the words on either.

        A draft belongs to the thread in which its turn stands today: threads merge, and an index built anew may learn
        of them in another order.
        """
        ids = {m.id for m in thread.messages}
        buyer = thread.buyer.email
        stop = self._outlived(buyer)
        return LedgerView(
            drafts=self._of([("thread", thread.id), *(("turn", id) for id in ids)]),
            buyer_drafts=self._of([("buyer", buyer)]),
            words=(*stop, *(w for w in self._words if (w.target == buyer if w.scope == "buyer" else w.target in ids))),
        )

    # ---- forgetting -------------------------------------------------------------------------------

    def _outlived(self, buyer: str) -> tuple[Word, ...]:
        """A stop wish of somebody forgotten is a word like any other; it is known by the hash of the address alone."""
        stone = self.forgotten.of(buyer)
        return (Word(kind=WordKind.STOP, scope="buyer", target=buyer, at=stone.at),) if stone and stone.stop else ()

    def tombstone(self, email: str, at: datetime, *, stop: bool) -> Tombstone:
        """A tombstone for this address, not yet set; a stop wish of an older one holds on."""
        known = self.forgotten.of(email)
        if known is not None:
            return replace(known, at=max(at, known.at), stop=stop or known.stop)
        salt = next((s.salt for s in self.forgotten.stones), "") or new_salt()
        return Tombstone(mark=mark_of(email, salt), salt=salt, at=at, stop=stop)

    def bury(self, stones: Iterable[Tombstone]) -> None:
        """Set these tombstones; of the same address the later moment counts, and a stop wish stays."""
        for stone in stones:
            known = next((s for s in self.forgotten.stones if (s.salt, s.mark) == (stone.salt, stone.mark)), stone)
            merged = replace(stone, at=max(stone.at, known.at), stop=stone.stop or known.stop)
            self._stones.put(msgspec.to_builtins(merged))
            self.forgotten = Forgotten(_read(d, Tombstone) for d in self._stones)

    def erase(self, email: str, ids: Collection[str], threads: Collection[str]) -> int:
        """Erase what speaks of a person: of the address, of mails by ``ids``, of ``threads``. Returns how many records went."""
        mails, gone = {email, *ids}, 0
        fits: dict[str, Callable[[dict[str, Any]], bool]] = {
            "words": lambda d: d["target"] in mails,
            "drafts": lambda d: d["buyer"] == email or d["thread_id"] in threads or not mails.isdisjoint((d["turn_id"], d.get("sent_as"))),
            "sendings": lambda d: not mails.isdisjoint((d.get("turn_id"), d["message_id"])),
            "notes": lambda d: any(f":{mark}:" in f":{d['key']}:" for mark in (*mails, *threads)),
        }
        for name, fit in fits.items():
            table = self._table(name)
            old = [d.doc_id for d in table if fit(dict(d)) or speaks_of(str(d), email)]
            table.remove(doc_ids=old)
            gone += len(old)
        self._load()
        return gone

    def forget_mail(self, message_id: str) -> None:
        """A mail of a forgotten person came by, as when the index is built anew: words on it that a backup brought back go."""
        self.drop_words([w for w in self._words if w.target == message_id])

    def keep_out(self) -> None:
        """Erase again whoever is forgotten, after an older ledger was put back. Words on single mails go as these come by."""
        people = {d.buyer: d.created for d in self._drafts.values()} | {w.target: w.at for w in self._words if w.scope == "buyer"}
        for email, at in people.items():
            stone = self.forgotten.of(email)
            if stone is not None and at <= stone.at:
                turns = {d.turn_id for d in self._drafts.values() if d.buyer == email}
                self.erase(email, turns, ())

    # ---- notes ------------------------------------------------------------------------------------

    def get(self, key: str) -> str:
        """A small note (alarm given, day of the last digest), empty when there is none."""
        found = self._notes.get(key)
        return str(found["value"]) if found else ""

    def note(self, key: str, value: str) -> None:
        """Keep a small note; never a secret."""
        self._notes.put({"key": key, "value": value})

    def notes(self, prefix: str) -> dict[str, str]:
        """All small notes whose key begins so (``alarm:``)."""
        return {str(d["key"]): str(d["value"]) for d in self._notes if str(d["key"]).startswith(prefix)}

    # ---- disk -------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Make everything so far last, with fsync. Raises StoreFull; then the old file still stands."""
        self._storage.flush()

    def backup(self, now: datetime) -> Path | None:
        """Keep a dated copy once a day, the newest seven. Returns the new copy; raises StoreFull."""
        name = self.path.with_name(f"{self.path.stem}.{now:%Y-%m-%d}.bak")
        if name.exists() or not self.path.exists():
            return None
        replace_file(name, self.path.read_bytes())
        for old in backups(self.path)[:-KEEP_BACKUPS]:
            old.unlink(missing_ok=True)
        return name

    def close(self) -> None:
        """Flush and let go."""
        self._db.close()


def _read(document: dict[str, Any], kind: type[T]) -> T:
    return msgspec.convert(document, kind)


def _keys(record: DraftRecord) -> tuple[tuple[str, str], ...]:
    return ("thread", record.thread_id), ("turn", record.turn_id), ("buyer", record.buyer)


def _sorted(records: Iterable[DraftRecord]) -> tuple[DraftRecord, ...]:
    return tuple(sorted(records, key=lambda r: (r.created, r.token)))

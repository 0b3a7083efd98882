"""How does everything that the index keeps of a person go, and nothing else?

The index afterwards is the one that a new look at the mailbox would build: threads that lose mails are put together anew from what is
left, and whom we knew by the lost mails alone is known no longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from followupd.model import Message
from followupd.reading.threads import place
from followupd.store.forgotten import Forgotten
from followupd.store.index import Index, Location


@dataclass(frozen=True, slots=True)
class Traces:
    """What of the index is a person's: his mails, those of others in which he is named, the threads of both."""

    own: tuple[Message, ...]
    naming: tuple[Message, ...]
    threads: frozenset[str]
    counterpart: frozenset[str]
    """The threads in which he is the buyer."""

    @property
    def ids(self) -> set[str]:
        """Message-IDs of his own mails."""
        return {m.id for m in self.own}


@dataclass(frozen=True, slots=True)
class _Kept:
    message: Message
    places: tuple[Location, ...]
    keyword: str


def traces(index: Index, email: str, forgotten: Forgotten) -> Traces:
    """What there is of him. ``forgotten`` holds his tombstone."""
    named = index.naming(email)
    own = tuple(m for m in named if forgotten.about(m))
    others = tuple(m for m in named if not forgotten.about(m) and forgotten.without(m) != m)
    threads = {index.thread_of(m.id) for m in (*own, *others)}
    return Traces(own, others, frozenset(t for t in threads if t), frozenset(index.threads_of_buyer(email)))


def erase(index: Index, email: str, forgotten: Forgotten) -> Traces:
    """Erase him in one transaction. Doing it again does no harm. What lay on disk is gone only after :meth:`Index.scrub`."""
    with index.transaction():
        found = traces(index, email, forgotten)
        kept = list(_left(index, found, forgotten))
        others = {a.email for m in found.own for a in (m.sender, *m.to, *m.cc)}
        others = {e for e in others if e and e != email and not index.own.holds(e)}
        index.remove_threads(found.threads)
        index.forget_people({email, *others})
        for one in sorted(kept, key=lambda k: (k.message.date, k.message.id)):
            _put_back(index, one)
        for other in sorted(others):
            for message in index.naming(other):
                index.note_people(message)
        for draft in index.drafts():
            if forgotten.about(draft.message) or forgotten.without(draft.message) != draft.message:
                index.forget_draft(draft.uid)
    return found


def _left(index: Index, found: Traces, forgotten: Forgotten) -> Iterable[_Kept]:
    """The other mails of his threads, as they may be kept."""
    for thread_id in sorted(found.threads):
        thread = index.thread(thread_id)
        for message in thread.messages if thread else ():
            stored = index.message(message.id)  # its date as it came, not as the thread corrected it
            if stored is not None and (kept := forgotten.without(stored)) is not None:
                yield _Kept(kept, index.locations(message.id), index.keyword_of(message.id))


def _put_back(index: Index, one: _Kept) -> None:
    index.add_message(one.message, None, place(one.message, index).thread_ids)
    for where in reversed(one.places):
        index.add_location(one.message.id, where)
    if one.keyword:
        index.set_keyword(one.message.id, one.keyword)

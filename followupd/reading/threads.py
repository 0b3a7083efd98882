"""Which mails belong to one conversation?

Two mails are joined when one of these holds:

  reference   one names the other, or both name the same third mail (RFC 5256), **and** they share a party: the same
              company, or the same address where the domain is a free-mail provider's. A stranger who forges References
              does not get in; a colleague in Cc does.
  subject     they have the same counterpart and the same base subject, lie within 60 days, and at least one of them
              speaks of an earlier mail (a reply mark or References). Never by subject alone.

  platform    both came from the same buyer of the same platform (reading/platforms.py); two buyers behind the one address of
              a platform are two parties.

A thread is whatever these pairs connect. Pairs do not depend on the order of arrival, so neither do threads (law 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from followupd.freemail import FREE_MAIL
from followupd.model import Address, Direction, Message, Own, Thread
from followupd.reading.subject import is_reply_subject

WINDOW = timedelta(days=60)
MAX_PARTIES = 60
MAX_REFERENCES = 100
NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What threading needs to know of a message. ``thread_id`` is filled in by whoever looks it up."""

    id: str
    thread_id: str = ""
    names: tuple[str, ...]
    """Its own id and every id it refers to."""
    parties: tuple[str, ...]
    """Everybody who is not us, each as company domain or free-mail address; sorted."""
    counterparts: tuple[str, ...]
    """Addresses it is from (incoming) or to (outgoing), without ours; sorted."""
    base_subject: str
    refers: bool
    """Speaks of an earlier mail, by reply mark or References."""
    date: datetime


@dataclass(frozen=True, slots=True)
class Placement:
    """The threads that a message joins: none (new), one, or several that become one."""

    thread_ids: tuple[str, ...]


class ThreadLookup(Protocol):
    """What a store must answer so that placing a mail costs lookups, not the mailbox."""

    def by_ids(self, ids: Iterable[str]) -> Iterable[Node]:
        """Nodes of the messages that carry or name one of these ids."""
        ...

    def by_counterpart(self, email: str, base_subject: str, around: datetime, window: timedelta) -> Iterable[Node]:
        """Nodes of the messages with this counterpart and base subject within ``window`` of ``around``."""
        ...


def party(email: str) -> str:
    """Who stands behind an address: the company's domain, or the address itself at a free-mail provider."""
    domain = email.rpartition("@")[2]
    return email if not domain or domain in FREE_MAIL else domain


def node_of(message: Message, own: Own) -> Node:
    """The threading side of a message."""
    people = [message.sender, *message.reply_to, *message.to, *message.cc]
    outside = [a.email for a in people if a.email and not own.holds(a.email)]
    outside = (_failed(message) or outside)[:MAX_PARTIES]
    whose = _passed_on(message)
    incoming = message.direction is Direction.IN
    peers = [message.sender.email] if incoming else [a.email for a in message.to if not own.holds(a.email)]
    names = dict.fromkeys([message.id, *message.in_reply_to, *message.references[-MAX_REFERENCES:], *whose])
    return Node(
        id=message.id,
        names=tuple(names),
        parties=tuple(sorted({*(party(e) for e in outside), *whose})),
        counterparts=tuple(sorted({e for e in peers[:MAX_PARTIES] if e})),
        base_subject=message.base_subject,
        refers=len(names) > 1 or message.via is not None or is_reply_subject(message.subject),
        date=message.date,
    )


def _passed_on(message: Message) -> list[str]:
    """Who the buyer is on the platform that passed his mail on: a name by which all his mails are joined."""
    return [f"{message.via.key}@platform.invalid"] if message.via and message.via.key else []


def _failed(message: Message) -> list[str]:
    """Whom a bounce speaks of: they are its party, the server that wrote it is nobody's."""
    if not _delivery_agent(message):
        return []
    return [e.strip().lower() for e in message.header("x-failed-recipients").split(",") if "@" in e]


def joined(a: Node, b: Node) -> bool:
    """Do these two belong together directly? Symmetric."""
    if not set(a.names).isdisjoint(b.names) and not set(a.parties).isdisjoint(b.parties):
        return True
    return (
        a.base_subject != ""
        and a.base_subject == b.base_subject
        and (a.refers or b.refers)
        and abs(a.date - b.date) <= WINDOW
        and not set(a.counterparts).isdisjoint(b.counterparts)
    )


def place(message: Message, lookup: ThreadLookup, own: Own | None = None) -> Placement:
    """The threads that a new message joins, by what the store finds for its ids and its counterpart."""
    whose: Own = own or getattr(lookup, "own", None) or Own(frozenset())
    node = node_of(message, whose)
    near = list(lookup.by_ids(node.names))
    if node.base_subject:
        for email in node.counterparts:
            near += lookup.by_counterpart(email, node.base_subject, node.date, WINDOW)
    return Placement(tuple(sorted({n.thread_id for n in near if n.id != node.id and n.thread_id and joined(node, n)})))


def assemble(messages: Sequence[Message], own: Own) -> Thread:
    """The thread of these messages: ordered, with its counterpart, subject and id."""
    ordered = tuple(sorted(_after_what_they_name(messages), key=lambda m: (m.date, m.id)))
    first = ordered[0]
    root = first.references[0] if first.references else (first.in_reply_to[0] if first.in_reply_to else first.id)
    buyer = _buyer(ordered, own)
    return Thread(
        id=sha256(f"{root}\0{party(buyer.email)}".encode()).hexdigest()[:10],
        messages=ordered,
        buyer=buyer,
        subject=first.subject,
    )


def _after_what_they_name(messages: Sequence[Message]) -> list[Message]:
    """Nobody answers what was not yet written: a mail of a slow clock counts as a second later than what it names."""
    dates = {m.id: m.date for m in messages}
    for m in sorted(messages, key=lambda m: (m.date, m.id)):
        latest = max((dates[n] for n in (*m.in_reply_to, *m.references) if n in dates and n != m.id), default=m.date)
        if latest > m.date:
            dates[m.id] = latest + timedelta(seconds=1)
    return [m if dates[m.id] == m.date else replace(m, date=dates[m.id]) for m in messages]


def _buyer(messages: Sequence[Message], own: Own) -> Address:
    """The first who wrote to us and is no machine; else the first to whom we wrote; else whoever wrote."""
    incoming = [m.sender for m in messages if m.direction is Direction.IN and m.sender.email]
    human = [a for a, m in ((m.sender, m) for m in messages if m.direction is Direction.IN) if not _machine(m)]
    outgoing = [a for m in messages if m.direction is Direction.OUT for a in m.to if not own.holds(a.email)]
    for people in (human, outgoing, incoming):
        if people:
            return people[0]
    return Address("")


def _machine(message: Message) -> bool:
    """An empty envelope sender, a delivery agent or an automatic answer is nobody's counterpart."""
    return _delivery_agent(message) or message.header("auto-submitted").lower().startswith("auto-replied")


def _delivery_agent(message: Message) -> bool:
    local = message.sender.email.partition("@")[0]
    return local in {"mailer-daemon", "postmaster", ""} or message.header("return-path").strip() == "<>"


class MemoryLookup:
    """A lookup over messages in memory; same answers as the index."""

    def __init__(self, own: Own) -> None:
        self.own = own
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, set[str]] = {}
        self._peers: dict[tuple[str, str], set[str]] = {}

    def add(self, message: Message, thread_id: str) -> None:
        """Remember a message as part of a thread."""
        node = replace(node_of(message, self.own), thread_id=thread_id)
        self._nodes[node.id] = node
        for name in node.names:
            self._names.setdefault(name, set()).add(node.id)
        for email in node.counterparts:
            self._peers.setdefault((email, node.base_subject), set()).add(node.id)

    def merge(self, old: Iterable[str], new: str) -> None:
        """Threads became one."""
        gone = set(old)
        for id, node in self._nodes.items():
            if node.thread_id in gone:
                self._nodes[id] = replace(node, thread_id=new)

    def by_ids(self, ids: Iterable[str]) -> list[Node]:
        found = {m for i in ids for m in self._names.get(i, ())}
        return [self._nodes[i] for i in sorted(found)]

    def by_counterpart(self, email: str, base_subject: str, around: datetime, window: timedelta) -> list[Node]:
        found = (self._nodes[i] for i in sorted(self._peers.get((email, base_subject), ())))
        return [n for n in found if abs(n.date - around) <= window]


def thread_all(messages: Iterable[Message], own: Own) -> tuple[Thread, ...]:
    """All threads of these messages, oldest first; the same whatever their order."""
    lookup = MemoryLookup(own)
    groups: dict[str, list[Message]] = {}
    for message in messages:
        joins = place(message, lookup).thread_ids
        together = [message, *(m for j in joins for m in groups.pop(j))]
        lookup.add(message, message.id)
        lookup.merge(joins, message.id)
        groups[message.id] = together
    threads = (assemble(group, own) for group in groups.values())
    return tuple(sorted(threads, key=lambda t: (t.messages[0].date, t.id)))

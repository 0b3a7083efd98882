"""What does the daemon see, draft and decide right now? Read from what it leaves behind, never from itself.

Health file, index and ledger, opened read-only and let go of at once, so that nothing here keeps a daemon from writing, and a
daemon that starts anew or an index that is built again is simply what is seen next. What is read is bounded: a mailbox of a
hundred thousand mails costs a look no more than one of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from followupd.cli.at_hand import paths_of
from followupd.cli.looking import OWED, STANDING, read_health, read_outbox
from followupd.cli.terms import (
    detail_text,
    done,
    hit_name,
    kind_name,
    reason_name,
    reason_text,
    reply_name,
    stage_name,
    term,
    topic_name,
)
from followupd.cli.tongue import both, later, shown
from followupd.config import AccountConfig, Config
from followupd.errors import FollowupdError
from followupd.model import Action, Buyer, Decision, DraftRecord, Facts, Hit, Reason, Risk
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import running
from followupd.store.paths import AccountPaths

MOVED = 60
"""Of so many threads that moved last the newest mails are told."""
DECIDED = 2000
"""Among so many threads that moved last the latest decisions and what we owe are looked for."""
SHOWN = 40
"""No list holds more: nobody's terminal has more lines for it."""
REASONS = 2
"""So many signs of a verdict are told."""
NEWER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing seen: when (UTC), in which thread, with whom, what it is in a word, and why."""

    at: datetime
    thread: str
    who: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One account as it stands. All instants UTC; ``trouble`` says what could not be read."""

    account: str
    timezone: str
    daemon: int | None = None
    """The process that holds the account, None when none does."""
    state: str = ""
    detail: str = ""
    at: datetime | None = None
    """The last sign of life."""
    newest: datetime | None = None
    """When the newest mail came or went that was seen."""
    messages: int = 0
    threads: int = 0
    waiting: int = 0
    """Threads that must be looked at again when there is time."""
    mails: tuple[Line, ...] = ()
    drafts: tuple[Line, ...] = ()
    due: tuple[Line, ...] = ()
    owed: tuple[Line, ...] = ()
    alarms: tuple[Line, ...] = ()
    decided: tuple[Line, ...] = ()
    outbox: int = 0
    words: int = 0
    trouble: tuple[str, ...] = ()


Mark = tuple[object, ...]
"""Changes when, and only when, something may have to be read anew."""


@dataclass
class Watched:
    """One account that is looked at again and again; what did not change is not read twice."""

    config: Config
    account: AccountConfig
    _ledger: tuple[Mark, tuple[DraftRecord, ...], dict[str, str]] = field(default=((), (), {}), repr=False)

    @property
    def paths(self) -> AccountPaths:
        """Where its state lies."""
        return paths_of(self.config, self.account)

    def mark(self) -> Mark:
        """A few stats and a glance at the lock: cheap enough for every second."""
        paths = self.paths
        wal = paths.index.with_name(paths.index.name + "-wal")
        files = (paths.root / "health.json", paths.index, paths.ledger, paths.outbox, paths.commands)
        return (running(paths.lock), *map(_stamp, files), _content(wal))

    def look(self) -> Seen:
        """What is there now; whatever cannot be read is told in ``trouble`` and hides nothing else."""
        paths, trouble = self.paths, []
        told: dict[str, Any] = {
            "account": self.account.title,
            "timezone": self.account.timezone,
            "daemon": running(paths.lock) or None,
            "outbox": read_outbox(paths)["waiting"],
            "words": len(list(paths.commands.glob("*.json"))),
        }
        health = read_health(paths)
        told |= {"state": health["state"], "detail": health["detail"], "at": _instant(health["at"])}
        try:
            drafts, alarms = self._of_ledger()
        except FollowupdError as error:
            drafts, alarms = (), {}
            trouble.append(str(error))
        try:
            told |= _of_index(paths, self.account, drafts, alarms)
        except FollowupdError as error:
            trouble.append(str(error))
        return Seen(**told, trouble=tuple(trouble))

    def _of_ledger(self) -> tuple[tuple[DraftRecord, ...], dict[str, str]]:
        path = self.paths.ledger
        mark = (_stamp(path),)
        if mark != self._ledger[0] and path.exists():
            with closing(Ledger(path, read_only=True)) as ledger:
                self._ledger = (mark, ledger.drafts(), ledger.notes("alarm:"))
        elif not path.exists():
            self._ledger = (mark, (), {})
        return self._ledger[1:]


def _stamp(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _content(path: Path) -> Mark:
    """Of a log of SQLite; an empty one is as good as none, since looking itself makes one."""
    stamp = _stamp(path)
    return stamp if stamp and stamp[-1] else ()


def _instant(said: str | None) -> datetime | None:
    found = datetime.fromisoformat(said) if said else None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


# ---- what the index knows -------------------------------------------------------------------------


def _of_index(paths: AccountPaths, account: AccountConfig, drafts: tuple[DraftRecord, ...], alarms: dict[str, str]) -> dict[str, Any]:
    standing = [d for d in drafts if d.state in STANDING]
    if not paths.index.exists():
        return {"drafts": tuple(_draft(d, None) for d in _newest(standing))}
    with closing(Index(paths.index, account.own(), read_only=True)) as index:
        people = _People(index)
        decisions = index.decisions(DECIDED)
        messages, threads = index.counts()
        return {
            "messages": messages,
            "threads": threads,
            "waiting": index.waiting_count(),
            "newest": next((row.last_at for row in index.rows()), None),
            "mails": tuple(_mails(index)),
            "drafts": tuple(_draft(d, people.of(d.thread_id)) for d in _newest(standing)),
            "due": tuple(_due(index, people)),
            "owed": tuple(_owed(decisions, people)),
            "alarms": tuple(_alarms(alarms, index, people)),
            "decided": tuple(_decided(decisions, people)),
        }


class _People:
    """Buyers by thread, each read once a look."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Facts | None] = {}

    def of(self, thread_id: str) -> Facts | None:
        if thread_id not in self._known:
            self._known[thread_id] = self._index.facts(thread_id)
        return self._known[thread_id]

    def name(self, thread_id: str) -> str:
        facts = self.of(thread_id)
        return _name(facts.buyer) if facts else thread_id


def _name(buyer: Buyer) -> str:
    """As signed, else as beside the address, else the address; with the country."""
    name = buyer.name or buyer.address.name or buyer.address.email
    return f"{name}, {buyer.country}" if buyer.country else name


def _newest(drafts: list[DraftRecord]) -> list[DraftRecord]:
    return sorted(drafts, key=lambda d: d.created, reverse=True)[:SHOWN]


def _mails(index: Index) -> list[Line]:
    """The newest mails of buyers and of whoever else wrote, one a thread."""
    found = [(row.id, row.facts) for row in islice(index.rows(), MOVED) if row.facts and row.facts.last_in]
    found.sort(key=lambda pair: pair[1].last_in or NEWER, reverse=True)
    return [_mail(id, facts) for id, facts in found[:SHOWN]]


def _mail(thread_id: str, facts: Facts) -> Line:
    """What the mail was taken for: the danger, else the answer that it is, else the verdict on an inquiry."""
    assert facts.last_in is not None
    what, why = later("mail"), ""
    if facts.risk is not Risk.NONE:
        what, why = term(facts.risk), _signs(facts.risk_hits[:REASONS])
    elif facts.answer and facts.answer.at == facts.last_in:
        what, why = reply_name(facts.answer.type, _words(facts.answer.type)), facts.answer.evidence
    elif facts.inquiry:
        what = term(facts.inquiry.verdict) if facts.inquiry.verdict else kind_name(facts.inquiry.kind)
        signs = [h for h in facts.inquiry.hits if h.en and not h.signal.startswith("inquiry_")]
        why = _signs(sorted(signs, key=lambda h: -abs(h.points))[:REASONS])
    return Line(at=facts.last_in, thread=thread_id, who=_name(facts.buyer), what=what, why=why)


def _signs(hits: Sequence[Hit]) -> str:
    """What the signs say, one behind the other."""
    return both("; ".join(h.en or h.signal for h in hits), "；".join(shown(hit_name(h)) for h in hits))


def _draft(record: DraftRecord, facts: Facts | None) -> Line:
    who = _name(facts.buyer) if facts else record.buyer
    what = topic_name(record.topic, _words(record.topic))
    if record.state != "placed":
        what = later("{topic} ({state})", topic=what, state=term(record.state))
    return Line(at=record.created, thread=record.thread_id, who=who, what=what, why=record.subject)


def _due(index: Index, people: _People) -> Iterator[Line]:
    for id, at in index.coming(SHOWN):
        facts, row = people.of(id), index.row(id)
        reason = reason_text(row.decision.reason) if row and row.decision else ""
        yield Line(at=at, thread=id, who=people.name(id), what=stage_name(facts.stage, _words(facts.stage)) if facts else "", why=reason)


def _owed(decisions: list[Decision], people: _People) -> Iterator[Line]:
    """What we owe, the oldest debt last: the newest can still be saved."""
    found = [d for d in decisions if d.reason in OWED]
    for decision in found[:SHOWN]:
        facts = people.of(decision.thread_id)
        since = facts.last_in if facts and facts.last_in else decision.at
        yield Line(at=since, thread=decision.thread_id, who=people.name(decision.thread_id), what=reason_name(decision.reason), why=detail_text(decision.detail))


def _alarms(notes: dict[str, str], index: Index, people: _People) -> Iterator[Line]:
    """``alarm:REASON:MESSAGE-ID:STEP`` and when it was given."""
    given = sorted(((at, key) for key, at in notes.items()), reverse=True)[:SHOWN]
    for said, key in given:
        reason, _, rest = key.removeprefix("alarm:").partition(":")
        about, at = rest.rpartition(":")[0], _instant(said)
        thread = index.thread_of(about) or about
        if at is not None:
            yield Line(at=at, thread=thread, who=people.name(thread), what=reason_name(reason) if reason in set(Reason) else _words(reason))


def _decided(decisions: list[Decision], people: _People) -> Iterator[Line]:
    latest = sorted(decisions, key=lambda d: (d.at, d.action is not Action.NONE, d.thread_id), reverse=True)[:SHOWN]
    for d in latest:
        yield Line(at=d.at, thread=d.thread_id, who=people.name(d.thread_id), what=_done(d), why=_because(d))


def _done(decision: Decision) -> str:
    """``draft: validity ending``, ``alarm: reply owed``, ``nothing``."""
    if decision.action is Action.NONE:
        return later("nothing")
    return done(decision)


def _because(decision: Decision) -> str:
    """What was done says its reason itself; of what was not, reason and detail."""
    if decision.action is not Action.NONE and decision.detail:
        return detail_text(decision.detail)
    if not decision.detail:
        return reason_text(decision.reason)
    return later("{reason}: {detail}", reason=reason_text(decision.reason), detail=detail_text(decision.detail))


def _words(said: str | None) -> str:
    return str(said or "").replace("_", " ")

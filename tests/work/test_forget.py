"""Forgotten is forgotten: in every file, after every sync, killed at whatever step; and nobody else loses anything."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from followupd import crash
from followupd.mailbox.base import Box
from followupd.model import Reason, SendingRecord, Word, WordKind
from followupd.store.commands import Command, Erasure, leave, leave_erasure
from followupd.store.forgotten import ERASED
from followupd.store.ledger import Ledger
from tests.laws.scene import DUE, QUOTED, Scene, mail, quote, reply

WHO = "z.quint@quint-pumpen.de"
QUINT = f"Zacharias Quint <{WHO}>"
KLEE = "Berta Klee <b.klee@quint-pumpen.de>"
TRACES = ("quint@", "Zacharias", "ZQ-4711", "Kreiselpumpe")
"""What must be nowhere: the address, the name, the words of his mails. (His colleague's domain is hers as well.)"""
ASKED = QUOTED - timedelta(hours=3)
TEXT = (
    "Dear Lily,\n\nwe need 500 pcs of the Kreiselpumpe ZQ-4711, FOB Ningbo. Please quote your best price with lead time.\n\n"
    "Best regards\nZacharias Quint\nQuint Pumpen GmbH\nPhone +49 30 1234567\n"
)


class Case(Scene):
    """Three ordinary buyers, and one who will ask to be forgotten, with a colleague of his."""

    def __init__(self, directory: Path, *, stop: bool = False) -> None:
        super().__init__(directory)
        self.inquiry = mail(7, QUINT, self.identity.address.email, ASKED, TEXT, subject="ZQ-4711 Kreiselpumpe")
        self.offer = self._answer(self.inquiry, QUOTED, quote(0, self.inquiry).get_content().replace("Anna Schmidt", "Zacharias Quint"), ours=True)
        self.server.deliver(Box.INBOX, self.inquiry.as_bytes(), ASKED)
        self.server.deliver(Box.SENT, self.offer.as_bytes(), QUOTED)
        colleague = mail(
            8, KLEE, self.identity.address.email, QUOTED + timedelta(hours=1),
            f"Dear Lily,\n\nI have a question on flanges of my own.\n\nBerta Klee\n\nOn 1 Sep 2026, {QUINT} wrote:\n> we need the Kreiselpumpe ZQ-4711\n",
            subject="Flanges DN50", Cc=QUINT,
        )  # fmt: skip
        self.server.deliver(Box.INBOX, colleague.as_bytes(), QUOTED + timedelta(hours=1))
        if stop:
            gone = self._answer(self.offer, QUOTED + timedelta(hours=5), "Please do not contact me again. Remove me from your list.\n", ours=False)
            self.server.deliver(Box.INBOX, gone.as_bytes(), QUOTED + timedelta(hours=5))
        self.now = QUOTED + timedelta(days=1)

    def _answer(self, parent: EmailMessage, at: Any, text: str, *, ours: bool) -> EmailMessage:
        us = f"{self.identity.address.name} <{self.identity.address.email}>"
        made = reply(7, parent, at, text, ours=ours)
        for name, value in (("From", us if ours else QUINT), ("To", QUINT if ours else us), ("Subject", f"Re: {self.inquiry['Subject']}")):
            del made[name]
            made[name] = value
        return made

    def full(self) -> Case:
        """Everything is kept that can be: a placed draft, words, backups, letters, waiting and unreadable words."""
        self.turn()
        self.at(DUE)
        self.ledger.backup(DUE)
        first = str(self.inquiry["Message-ID"]).strip("<>")
        for word in (
            Word(kind=WordKind.GRADE, scope="buyer", target=WHO, value="A", at=DUE),
            Word(kind=WordKind.STAGE, scope="thread", target=first, value="quoted", note="Zacharias called", at=DUE),
        ):
            self.ledger.add_word(word)
        self.ledger.note(f"alarm:reply_owed:{first}:0", "x")
        self.ledger.put_sending(SendingRecord(message_id="s@x", uidvalidity=1, uid=1, sha256="0", turn_id=first, queued=DUE, due=DUE, detail="Zacharias"))
        self.ledger.flush()
        self.ledger.backup(DUE + timedelta(days=1))
        outbox = self.directory / "outbox"
        outbox.mkdir(exist_ok=True)
        (outbox / "a.eml").write_bytes(f"Subject: alarm\nMessage-ID: <l@x>\n\nZacharias Quint {WHO} waits\n".encode())
        (outbox / "b.eml").write_bytes(b"Subject: alarm\nMessage-ID: <m@x>\n\nsomebody else waits\n")
        leave(self.directory / "commands", Command(word=Word(kind=WordKind.MUTE, scope="buyer", target=WHO, at=DUE)))
        (self.directory / "commands/x.bad").write_bytes(f'{{"target": "{WHO.upper()}"}}'.encode())
        return self

    def forget(self, email: str = WHO) -> None:
        leave_erasure(self.directory / "commands", Erasure(email=email, at=self.now))
        self.turn()

    def lines(self) -> dict[str, Any]:
        """What is known of everybody: messages, facts and decisions by thread."""
        return {row.id: (self.index.thread(row.id), row.facts) for row in self.index.rows()}


def found(directory: Path, traces: tuple[str, ...] = TRACES) -> list[str]:
    """Every file of the state in which a trace stands, in whatever writing."""
    hits = []
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        raw = path.read_bytes().lower()
        hits += [f"{path.name}: {t}" for t in traces for code in ("utf-8", "utf-16-le") if t.lower().encode(code) in raw]
    return hits


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case(tmp_path / "state").full()
    yield made
    made.close()


def test_control_before_it_he_stands_everywhere(case: Case) -> None:
    files = {hit.partition(":")[0].removesuffix("-wal") for hit in found(case.directory)}
    assert {"index.sqlite", "ledger.json", "a.eml", "x.bad"} <= files
    assert sum(name.endswith(".bak") for name in files) == 2


def test_no_file_of_the_state_holds_a_trace_and_the_next_syncs_bring_none(case: Case) -> None:
    drafts = case.bodies()
    case.forget()
    assert found(case.directory) == []
    assert case.bodies() == drafts, "the mailbox is not touched, drafts included"
    for hours in (1, 30, 200):
        case.at(DUE + timedelta(hours=hours))
        assert found(case.directory) == []
    case.restart()
    case.turn()
    case.lose_index()
    case.turn()
    assert found(case.directory) == [], "nor does a new look at the whole mailbox"
    assert [p.name for p in (case.directory / "outbox").iterdir()] == ["b.eml"]
    assert list((case.directory / "commands").iterdir()) == []


def test_the_log_of_the_store_is_empty_and_its_file_sound(case: Case) -> None:
    case.forget()
    case.close()
    db = sqlite3.connect(case.directory / "index.sqlite")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    db.close()
    case.open()


def test_everybody_else_stays_as_he_was_and_the_index_is_the_one_a_new_look_builds(case: Case) -> None:
    before = {id: known for id, known in case.lines().items() if known[0].buyer.email not in {WHO, "b.klee@quint-pumpen.de"}}
    records = [d for d in case.ledger.drafts() if d.buyer != WHO]
    case.forget()
    after = case.lines()
    assert {id: after[id] for id in before} == before
    assert list(case.ledger.drafts()) == records
    contacts = sorted(case.index._run("SELECT * FROM contacts"))
    letters = sorted(case.index._run("SELECT * FROM letters"))
    case.lose_index()
    case.turn()
    assert case.lines() == after
    assert sorted(case.index._run("SELECT * FROM contacts")) == contacts
    assert sorted(case.index._run("SELECT * FROM letters")) == letters


def test_a_colleagues_mail_stays_without_his_address_and_words(case: Case) -> None:
    case.forget()
    (thread,) = (t for t, _ in case.lines().values() if t.buyer.email == "b.klee@quint-pumpen.de")
    (kept,) = thread.messages
    assert "question on flanges of my own" in kept.new_text
    assert kept.cc == ()
    assert "we need the" not in kept.text
    assert ERASED not in kept.new_text


def test_what_he_writes_afterwards_is_a_new_buyers_mail(case: Case) -> None:
    case.forget()
    later = case.now + timedelta(days=3)
    again = mail(7, QUINT, case.identity.address.email, later, TEXT, subject="Re: ZQ-4711 Kreiselpumpe", id="<new@quint-pumpen.de>",
                 References=str(case.offer["Message-ID"]))  # fmt: skip
    case.server.deliver(Box.INBOX, again.as_bytes(), later)
    case.at(later + timedelta(hours=1))
    (id,) = case.index.threads_of_buyer(WHO)
    thread, row = case.index.thread(id), case.index.row(id)
    assert [m.id for m in thread.messages] == ["new@quint-pumpen.de"], "what was before stays forgotten"
    assert row.facts.quotes == ()
    assert row.decision.reason not in {Reason.SUPPRESSED, Reason.MUTED}
    case.lose_index()
    case.turn()
    assert [m.id for m in case.index.thread(id).messages] == ["new@quint-pumpen.de"]
    case.forget()
    assert found(case.directory) == [], "and can be forgotten again"


def test_a_stop_wish_outlives_what_is_known_of_him_until_the_user_says_otherwise(tmp_path: Path) -> None:
    case = Case(tmp_path / "state", stop=True).full()
    assert any(w.kind is WordKind.STOP for w in case.ledger.words())
    case.forget()
    assert found(case.directory) == []
    later = case.now + timedelta(days=3)
    again = mail(7, QUINT, case.identity.address.email, later, TEXT, subject="New inquiry", id="<new@quint-pumpen.de>")
    case.server.deliver(Box.INBOX, again.as_bytes(), later)
    offer = case._answer(again, later + timedelta(hours=2), quote(0, again).get_content(), ours=True)
    case.server.deliver(Box.SENT, offer.as_bytes(), later + timedelta(hours=2))
    for days in (1, 8, 15, 40):
        case.at(later + timedelta(days=days))
        (id,) = case.index.threads_of_buyer(WHO)
        assert case.index.row(id).decision.reason is Reason.SUPPRESSED
    case.lose_index()
    case.turn()
    assert case.index.row(id).decision.reason is Reason.SUPPRESSED
    word = Word(kind=WordKind.STAGE, scope="thread", target="new@quint-pumpen.de", value="quoted", at=case.now)
    leave(case.directory / "commands", Command(word=word))
    case.turn()
    assert case.index.row(id).decision.reason is not Reason.SUPPRESSED
    case.close()


def test_killed_at_any_step_the_next_turn_finishes(tmp_path: Path) -> None:
    case = Case(tmp_path / "state").full()
    leave_erasure(case.directory / "commands", Erasure(email=WHO, at=case.now))
    case.close()
    shutil.copytree(case.directory, tmp_path / "full")
    number, finished = 0, False
    while not finished:
        shutil.rmtree(case.directory)
        shutil.copytree(tmp_path / "full", case.directory)
        finished = _dies_at(case, number)
        case.open()
        case.turn()
        assert found(case.directory) == [], f"killed at step {number}"
        assert len(case.index.threads_of_buyer("anna@armaturen-001.de")) == 1
        case.close()
        number += 1
    assert number > 12


def _dies_at(case: Case, number: int) -> bool:
    """A turn in a process of its own that ends at that step; True when it came through."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    seen: list[str] = []

    def hook(step: str) -> None:
        seen.append(step)
        if len(seen) > number:
            os._exit(9)

    try:
        case.open()
        crash.hook = hook
        case.turn()
        os._exit(0)
    finally:
        os._exit(1)


def test_a_reader_keeps_the_order_waiting_and_nothing_is_claimed_too_early(case: Case) -> None:
    reader = sqlite3.connect(case.directory / "index.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()
    case.index._db.execute("PRAGMA busy_timeout=50")
    case.forget()
    assert list((case.directory / "commands").glob("*.erase"))
    assert case.index.threads_of_buyer(WHO) == set()
    reader.close()
    case.turn()
    assert found(case.directory) == []
    assert list((case.directory / "commands").iterdir()) == []


def test_a_dry_run_forgets_nobody(case: Case) -> None:
    case.desk.dry_run = True
    leave_erasure(case.directory / "commands", Erasure(email=WHO, at=case.now))
    case.turn()
    assert case.index.threads_of_buyer(WHO)


def test_a_copy_of_the_ledger_that_cannot_be_read_goes(case: Case) -> None:
    (case.directory / "ledger.2026-01-01.bak").write_text(f'{{"words": {WHO}')
    case.forget()
    assert not (case.directory / "ledger.2026-01-01.bak").exists()
    copies = list(case.directory.glob("ledger.*.bak"))
    assert len(copies) == 2
    for path in copies:
        assert Ledger(path, read_only=True).forgotten.of(WHO), "a copy put back by hand keeps him out as well"


def test_words_of_a_ledger_put_back_go_when_his_mails_come_by(case: Case) -> None:
    case.forget()
    first = str(case.inquiry["Message-ID"]).strip("<>")
    case.ledger.add_word(Word(kind=WordKind.STAGE, scope="thread", target=first, value="lost", note="Zacharias", at=DUE))
    case.ledger.add_word(Word(kind=WordKind.GRADE, scope="buyer", target=WHO, value="A", at=DUE))
    case.ledger.keep_out()
    case.lose_index()
    case.turn()
    case.ledger.flush()
    assert found(case.directory) == []

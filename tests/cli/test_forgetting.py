"""`forget`: shows first, asks, obeys or leaves the order, and a restored backup brings nobody back."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd.cli import forgetting
from followupd.config import load_config
from followupd.model import Address, Buyer, Direction, Facts, Message, Word, WordKind
from followupd.store.commands import erasures
from followupd.store.index import Index, Location
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import prepare
from tests.cli.conftest import outcome

BOB = "bob@buyer.example"
LONG_AGO = datetime(2024, 3, 4, 9, tzinfo=UTC)
"""Before any day on which this runs: what is forgotten is what came until now."""


@pytest.fixture
def office(config: Path) -> Path:
    """Bob with two threads and two words on him, and his colleague."""
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    with index.transaction():
        for n, (email, name) in enumerate([(BOB, "Bob"), (BOB, "Bob"), ("eve@buyer.example", "Eve")]):
            mail = Message(
                id=f"m{n}@x.example", direction=Direction.IN, date=LONG_AGO + timedelta(days=n), sender=Address(email, f"{name}\x1b[2J"),
                to=(Address("lily@brightway.example"),), subject=f"Pumps {n}", base_subject=f"pumps {n}", new_text="Hello",
            )  # fmt: skip
            thread = index.add_message(mail, Location("INBOX", 1, n + 1), ())
            index.put_facts(Facts(thread_id=thread, buyer=Buyer(address=Address(email), name=name, company="Buyer Ltd"), stage="quoted"))
    index.close()
    ledger = Ledger(paths.ledger)
    ledger.add_word(Word(kind=WordKind.STAGE, scope="thread", target="m0@x.example", value="sample_sent", note="DHL 77", at=LONG_AGO))
    ledger.add_word(Word(kind=WordKind.GRADE, scope="buyer", target=BOB, value="B", at=LONG_AGO))
    ledger.close()
    return config


def known(config: Path, email: str = BOB) -> int:
    loaded = load_config(config)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own(), read_only=True)
    try:
        return len(index.threads_of_buyer(email))
    finally:
        index.close()


def test_it_shows_what_is_kept_and_does_nothing_unasked(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", office, "forget", BOB) == 64
    out = capsys.readouterr()
    told = " ".join(out.out.split())
    for words in ("2 mails in 2 threads", "2 words of yours", "mailbox is not touched", f'"{BOB}"', "for good"):
        assert words in told, words
    assert "--yes" in out.err
    assert "\x1b" not in out.out
    assert known(office) == 2


def test_it_erases_him_and_nobody_else(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", office, "forget", "bob buyer", "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["email"], told["mails"], told["words"], told["erased"], told["stop"]) == (BOB, 2, 2, True, False)
    assert known(office) == 0
    assert known(office, "eve@buyer.example") == 1
    for path in (p for p in (tmp_path / "state").rglob("*") if p.is_file()):
        assert BOB.encode() not in path.read_bytes(), path
    assert outcome("-c", office, "forget", BOB, "--yes") == 64
    assert "nothing is kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("buyer.example", "2 buyers fit"),
        ("lily@brightway.example", "your own addresses"),
        ("never@seen.example", "nothing is kept"),
        ("nobody", "no buyer fits"),
    ],
)
def test_whom_it_does_not_forget(office: Path, said: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", office, "forget", said, "--yes") == 64
    assert why in capsys.readouterr().err
    assert known(office) == 2


def test_a_running_daemon_gets_the_order_and_is_waited_for(office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    paths = prepare("lily", load_config(office).state_dir)
    lock = InstanceLock(paths.lock)
    lock.acquire()
    monkeypatch.setattr(forgetting, "PATIENCE", 0.3)
    assert outcome("-c", office, "forget", BOB, "--yes") == 75
    assert "at its next turn" in capsys.readouterr().err
    assert [e.email for _, e in erasures(paths.commands)] == [BOB]
    assert known(office) == 2
    monkeypatch.setattr(forgetting, "PATIENCE", 30)

    def daemon_ends() -> None:
        time.sleep(0.5)
        lock.release()

    thread = threading.Thread(target=daemon_ends)
    thread.start()
    assert outcome("-c", office, "forget", BOB, "--yes") == 0, "whoever has the lock does it"
    thread.join()
    assert known(office) == 0


def test_files_of_the_users_own_that_name_him_are_told(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office.write_text(office.read_text() + f"# ask {BOB} for his birthday\n")
    assert outcome("-c", office, "forget", BOB, "--yes") == 0
    assert f"{office} names him" in " ".join(capsys.readouterr().out.split())


def test_a_backup_made_before_brings_nobody_back(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    assert outcome("-c", office, "backup", file) == 0
    assert outcome("-c", office, "forget", BOB, "--yes") == 0
    assert outcome("-c", office, "restore", file) == 0
    path = prepare("lily", load_config(office).state_dir).ledger
    ledger = Ledger(path, read_only=True)
    assert ledger.forgotten.of(BOB)
    assert BOB.encode() not in path.read_bytes()
    assert not any(w.kind is WordKind.GRADE for w in ledger.words())
    for copy in path.parent.glob("*.bak"):
        assert BOB.encode() not in copy.read_bytes()


def test_what_is_said_of_him_later_survives_a_restore(office: Path, tmp_path: Path) -> None:
    assert outcome("-c", office, "forget", BOB, "--yes") == 0
    path = prepare("lily", load_config(office).state_dir).ledger
    ledger = Ledger(path)
    at = ledger.forgotten.stones[0].at
    ledger.add_word(Word(kind=WordKind.GRADE, scope="buyer", target=BOB, value="A", at=at + timedelta(days=1)))
    ledger.close()
    file = tmp_path / "kept.tar.gz"
    assert outcome("-c", office, "backup", file) == 0
    assert outcome("-c", office, "restore", file) == 0
    assert [w.value for w in Ledger(path, read_only=True).words() if w.scope == "buyer"] == ["A"]

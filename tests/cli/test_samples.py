"""The sample log: what was sent, by whom, and when it should arrive."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from followupd.config import load_config
from followupd.dossier.samples import sample_of
from followupd.model import Address, Buyer, Direction, Facts, Message, Thread, Word, WordKind
from followupd.store.commands import waiting
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome


def test_a_parcel_is_noted_with_its_day(config: Path, seen: str) -> None:
    assert outcome("-c", config, "sample", "sent", seen, "--courier", "DHL", "--tracking", "4412345678", "--eta", "6d") == 0
    word = waiting(prepare("lily", load_config(config).state_dir).commands)[0][1].word
    assert (word.kind, word.value, word.note) == (WordKind.STAGE, "sample_sent", "DHL 4412345678")
    assert word.until is not None


def test_what_is_sent_is_listed_until_it_is_delivered(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    with index.transaction():
        index.put_facts(Facts(thread_id=seen, buyer=Buyer(address=Address("bob@buyer.example")), stage="quoted"))
    index.close()

    def told() -> list[tuple[str, str, str]]:
        capsys.readouterr()
        assert outcome("-c", config, "sample", "list", "--json") == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [(t["stage"], t["parcel"], t["told_by"]) for t in found]

    assert told() == []
    for words, listed in (
        (("sent", seen, "--courier", "SF", "--tracking", "123"), ("sample_sent", "SF 123", "you")),
        (("delivered", seen), ("sample_delivered", "", "you")),
    ):
        assert outcome("-c", config, "sample", *words) == 0
        for path, command in waiting(paths.commands):
            ledger = Ledger(paths.ledger)
            ledger.add_word(command.word)
            ledger.flush()
            ledger.close()
            path.unlink()
        assert told() == [listed]


@pytest.mark.parametrize("words", [("sent", "zzzz"), ("sent", "{seen}", "--eta", "someday"), ("sent", "{seen}", "--tracking", "1\x1b[2J")])
def test_what_cannot_be_is_refused(config: Path, seen: str, words: tuple[str, ...]) -> None:
    assert outcome("-c", config, "sample", *(w.format(seen=seen) for w in words)) == 64


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", date(2026, 12, 4)), ("America/New_York", date(2026, 12, 3))])
def test_the_day_of_arrival_is_one_of_the_users_calendar(zone: str, day: date) -> None:
    """Not of the machine's: a rented server keeps another one."""
    mail = Message(id="a@b", direction=Direction.IN, date=NOW, sender=Address("bob@buyer.example"), subject="x")
    thread = Thread(id="t", messages=(mail,), buyer=mail.sender, subject="x")
    word = Word(kind=WordKind.STAGE, scope="thread", target="a@b", value="sample_sent", at=NOW, until=datetime(2026, 12, 3, 16, tzinfo=UTC))
    found = sample_of(thread, Facts(thread_id="t", buyer=Buyer(address=mail.sender), stage="quoted"), [word], zone)
    assert found is not None
    assert found.arrives == day

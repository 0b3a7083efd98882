"""One buyer over all threads: found by address, domain or name, told whole, written to a folder."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.cli import exporting
from followupd.config import load_config
from followupd.dossier.people import Person
from followupd.model import Address, Buyer, Direction, Message, Word, WordKind
from followupd.store.index import Index, Location
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome
from tests.cli.test_showing import FACTS, HOSTILE, shown


@pytest.fixture
def office(config: Path, seen: str) -> Path:
    """Bob with two threads, his colleague, and a stranger of a like name."""
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    with index.transaction():
        index.put_facts(replace(FACTS, thread_id=seen, last_in=NOW))
        for n, (email, name, company) in enumerate(
            [("bob@buyer.example", "Bob", "Buyer Ltd"), ("eve@buyer.example", "Eve Adams", "Buyer Ltd"), ("bobby@gmail.com", "Bobby Tables", "陈氏贸易")], 1
        ):
            mail = Message(
                id=f"m{n}@x.example", direction=Direction.IN, date=NOW + timedelta(days=n), sender=Address(email, name),
                to=(Address("lily@brightway.example"),), subject=f"Pumps {n}{HOSTILE}", base_subject=f"pumps {n}", new_text="Hello",
            )  # fmt: skip
            thread = index.add_message(mail, Location("INBOX", 1, n + 1), ())
            index.put_facts(replace(FACTS, thread_id=thread, buyer=Buyer(address=mail.sender, name=name, company=company), quotes=(), inquiry=None))
    index.close()
    ledger = Ledger(paths.ledger)
    ledger.add_word(Word(kind=WordKind.STAGE, scope="thread", target="a@b.example", value="sample_sent", note="DHL 77", at=NOW + timedelta(hours=1)))
    ledger.add_word(Word(kind=WordKind.GRADE, scope="buyer", target="bob@buyer.example", value="B", at=NOW))
    ledger.close()
    return config


@pytest.mark.parametrize("said", ["bob@buyer.example", "BOB@buyer.example", "buyer bob", "bob buyer"])
def test_the_card_tells_all_threads_quotes_samples_and_words(office: Path, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, office, "show", said)
    for words in ("Mr. Bob, Buyer Ltd <bob@buyer.example>", "Valves", "Pumps 1", "Q-7", "2.30", "FOB Ningbo", "2026-12-01", "DHL 77", "grade: B: you said so",
                  "address him as: Dear Mr. Bob", "Europe/Berlin", "Perhaps the same buyer: eve@buyer.example"):  # fmt: skip
        assert words in out, words


def test_json_tells_the_same_without_the_mails(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(capsys, office, "show", "bob@buyer.example", "--json"))
    assert (told["buyer"]["address"]["email"], told["grade"], told["mails"], len(told["conversations"])) == ("bob@buyer.example", "B", 2, 2)
    assert told["offers"][0]["number"] == "Q-7"
    assert told["perhaps_same"][0]["email"] == "eve@buyer.example"
    assert "messages" not in told


@pytest.mark.parametrize(
    ("said", "code", "named"),
    [
        ("bob", 0, ["bob@buyer.example"]),  # a whole name goes before beginnings
        ("bobb", 0, ["bobby@gmail.com"]),
        ("贸易", 0, ["bobby@gmail.com"]),
        ("buyer.example", 64, ["bob@buyer.example", "eve@buyer.example", "2 buyers fit"]),
        ("@buyer.example", 64, ["2 buyers fit"]),
        ("Buyer Ltd", 64, ["2 buyers fit", "Eve Adams"]),
        ("nobody", 64, ["no buyer fits"]),
        ("x@buyer.example", 64, ["no buyer fits"]),
        ("  ", 64, ["no buyer fits"]),
    ],
)
def test_who_is_meant(office: Path, said: str, code: int, named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", office, "show", said) == code
    out = "".join(capsys.readouterr())
    assert all(name in out for name in named), out
    assert "\x1b" not in out


def test_a_word_that_is_a_threads_beginning_and_a_name_is_asked_back(office: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load_config(office)
    index = Index(prepare("lily", loaded.state_dir).index, loaded.accounts[0].own())
    with index.transaction():
        mail = Message(id="n@x.example", direction=Direction.IN, date=NOW, sender=Address(f"{seen[:4]}@y.example"), subject="x", base_subject="x")
        index.add_message(mail, Location("INBOX", 1, 99), ())
    index.close()
    assert outcome("-c", office, "show", seen[:4]) == 64
    assert f"fits thread {seen}" in capsys.readouterr().err
    assert outcome("-c", office, "show", seen) == 0


def test_export_without_mail_needs_no_server(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert outcome("-c", office, "export", "bob@buyer.example", "--no-mail", "-o", out) == 0
    folder = out / "bob@buyer.example"
    assert sorted(p.name for p in folder.iterdir()) == ["card.md", "card.vcf", "quotes.xlsx", "timeline.csv"]
    assert "sample sent" in (folder / "timeline.csv").read_text("utf-8-sig").replace("_", " ")
    assert outcome("-c", office, "export", "--all", "--no-mail", "-o", out) == 0
    assert len((out / "index.csv").read_text("utf-8-sig").splitlines()) == 4
    assert {p.name for p in out.iterdir() if p.is_dir()} == {"bob@buyer.example", "eve@buyer.example", "bobby@gmail.com"}
    assert all(stat.S_IMODE(p.stat().st_mode) == (0o700 if p.is_dir() else 0o600) for p in out.rglob("*"))
    capsys.readouterr()
    assert outcome("-c", office, "export", "bob@buyer.example", "--no-mail", "-o", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(folder)


def test_export_refuses_what_it_cannot_do(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert outcome("-c", office, "export", "bob@buyer.example", "--no-mail", "-o", shared) == 73
    assert "can be written by others" in capsys.readouterr().err
    assert list(shared.iterdir()) == []
    assert outcome("-c", office, "export") == 64
    assert outcome("-c", office, "export", "bob", "--all") == 64
    assert outcome("-c", office, "export", "nobody", "-o", tmp_path / "never") == 64
    assert not (tmp_path / "never").exists()


def test_a_buyer_who_goes_while_everybody_is_exported_stops_nothing(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon at work joins threads and forgets people meanwhile."""
    real = exporting.people_of
    monkeypatch.setattr(exporting, "people_of", lambda index: (*real(index), Person(email="gone@nowhere.example")))
    assert outcome("-c", office, "export", "--all", "--no-mail", "-o", tmp_path / "out") == 0
    assert "gone@nowhere.example" not in (tmp_path / "out" / "index.csv").read_text("utf-8-sig")

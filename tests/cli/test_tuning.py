"""`tune`: from an index of offers and answers, without a mailbox; honest where there is little."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd.config import load_config
from followupd.model import Address, Buyer, Direction, Facts, Judgement, Kind, Message, Quote, Side, Terms, Verdict
from followupd.store.index import Cursor, Index, Location
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import outcome

BEGIN = datetime(2026, 2, 2, 8, tzinfo=UTC)
US = Address("lily@brightway.example", "Lily Chen")


def office(config: Path, offers: int, answer_after: int = 2) -> None:
    """Offers to buyers of Germany, two days apart; two of three are answered after ``answer_after`` days, some a week later."""
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    Ledger(paths.ledger).close()
    index = Index(paths.index, loaded.accounts[0].own())
    with index.transaction():
        for n in range(offers):
            one_offer(index, n, BEGIN + timedelta(days=2 * n), answer_after + (n % 7 == 0) * 7)
        last = BEGIN + timedelta(days=2 * offers + 60)
        index.set_cursor("INBOX", Cursor(uidvalidity=1, last_uid=4 * offers, seen_at=last))
    index.close()


def one_offer(index: Index, n: int, at: datetime, after: int) -> None:
    buyer = Address(f"b{n}@firm{n}.de", f"Buyer {n}")
    mails = [("i", Direction.IN, at - timedelta(hours=5), "Please quote 500 pcs."), ("q", Direction.OUT, at, "USD 2.35/pc FOB Ningbo, valid 30 days.")]
    mails += [("a", Direction.IN, at + timedelta(days=after), "Please send the PI.")] if n % 3 else []
    thread = ""
    for place, (id, direction, when, text) in enumerate(mails):
        sender, to = (US, buyer) if direction is Direction.OUT else (buyer, US)
        mail = Message(
            id=f"{id}{n}@x.example", direction=direction, date=when, sender=sender, to=(to,), subject=f"Inquiry {n}", base_subject=f"inquiry {n}",
            text=text, new_text=text, references=(f"i{n}@x.example",) if place else (),
        )  # fmt: skip
        thread = index.add_message(mail, Location("INBOX", 1, 4 * n + place + 1), (thread,) if place else ())
    quote = Quote(message_id=f"q{n}@x.example", sent=at, terms=Terms())
    facts = Facts(
        thread_id=thread, buyer=Buyer(address=buyer, country="DE", timezone="Europe/Berlin", language="de"), stage="quoted", move=Side.THEM,
        inquiry_id=f"i{n}@x.example", inquiry=Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE), quotes=(quote,), last_in=at, last_out=at,
    )  # fmt: skip
    index.put_facts(facts)


def test_enough_offers_make_a_proposal_with_its_replay(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config, 120)
    assert outcome("-c", config, "tune") == 0
    told = capsys.readouterr().out
    assert "120 of them offers; 80 offers were answered" in " ".join(told.split())
    assert "+    silence: [" in told
    assert "Replayed over 365 days" in told
    assert "DE" in told


def test_json_says_the_same(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config, 120)
    assert outcome("-c", config, "tune", "--json", "--no-backtest") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["offers"], told["answered"], told["enough"]) == (120, 80, True)
    assert told["thresholds"] == [3, 7, 14]
    assert told["proposal"] == sorted(told["proposal"])
    shares = [step["silent"] for step in told["curve"]]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(1 / 3, abs=0.02)


def test_few_offers_propose_nothing_and_say_why(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config, 12)
    assert outcome("-c", config, "tune") == 0
    told = capsys.readouterr().out
    assert "Too little to propose anything" in " ".join(told.split())
    assert "silence: [" not in told


def test_none_at_all_is_said(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert seen
    Ledger(prepare("lily", load_config(config).state_dir).ledger).close()
    assert outcome("-c", config, "tune") == 0
    assert "nothing to tell yet" in capsys.readouterr().out


def test_lines_fit_a_terminal_of_80_columns(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office(config, 120)
    assert outcome("-c", config, "tune", "--no-backtest") == 0
    tables = [line for line in capsys.readouterr().out.splitlines() if "─" in line or "bd " in line]
    assert all(len(line) <= 80 for line in tables)

"""What stands where, told whole: the buyer's card, quotes, drafts and what became of them, times of both sides."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from followupd.config import load_config
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    DraftRecord,
    DraftState,
    Evidence,
    Facts,
    Hit,
    Incoterm,
    Judgement,
    Kind,
    Price,
    Quote,
    Reason,
    Risk,
    Terms,
    Verdict,
)
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare
from tests.cli.conftest import NOW, outcome

HOSTILE = "\x1b]0;x\x07\u202e"
TERMS = Terms(prices=(Price(Decimal("2.30"), "USD", "pc"),), incoterm=Incoterm("FOB", "Ningbo" + HOSTILE))
SIGN = Hit("quantity", 3.0, "500 pcs" + HOSTILE, "names an amount")
DANGER = Hit("haste", -1.0, "urgent", "presses for haste")
QUOTE = Quote(
    message_id="q@b.example", sent=NOW, terms=TERMS, number="Q-7", valid_until=date(2026, 12, 1), missing=("moq",)
)
FACTS = Facts(
    thread_id="",
    buyer=Buyer(
        address=Address("bob@buyer.example"),
        name="Bob" + HOSTILE,
        title="Mr.",
        company="Buyer Ltd",
        country="DE",
        country_source="phone",
        timezone="Europe/Berlin",
        cc=(Address("eve@buyer.example"),),
    ),
    stage="quoted",
    inquiry=Judgement(kind=Kind.INQUIRY, verdict=Verdict.GENUINE, score=3, terms=TERMS, hits=(SIGN, DANGER)),
    risk=Risk.SUSPICIOUS,
    risk_hits=(DANGER, Hit("bank", -3.0, "new bank account", "asks for money elsewhere")),
    quotes=(QUOTE,),
)
RECORD = DraftRecord(
    token="t",
    thread_id="",
    turn_id="a@b.example",
    step=0,
    topic="validity",
    stage="quoted",
    buyer="bob@buyer.example",
    message_id="d@b.example",
    subject="Re: Valves" + HOSTILE,
    body_sha256="0",
    created=NOW,
    state=DraftState.DELETED,
    closed=NOW + timedelta(days=1),
)


@pytest.fixture
def judged(config: Path, seen: str) -> str:
    loaded = load_config(config)
    paths = prepare("lily", loaded.state_dir)
    index = Index(paths.index, loaded.accounts[0].own())
    decision = Decision(
        thread_id=seen,
        action=Action.NONE,
        reason=Reason.UNCLEAR_ANSWER,
        stage="quoted",
        at=NOW,
        next_due=datetime(2026, 12, 1, 8, tzinfo=UTC),
        evidence=(Evidence("validity", "1 December", "q@b.example"),),
    )
    with index.transaction():
        index.put_facts(replace(FACTS, thread_id=seen))
        index.put_decision(replace(decision, action=Action.DRAFT, reason=Reason.SILENCE))
        index.put_decision(decision)
    index.close()
    ledger = Ledger(paths.ledger)
    ledger.put_draft(replace(RECORD, thread_id=seen))
    ledger.close()
    return seen


def shown(capsys, config: Path, *args: str) -> str:
    assert outcome("-c", config, *args) == 0
    out = capsys.readouterr().out
    assert not set(out) & set("\x1b\x07\u202e"), args
    return out


def test_show_begins_with_the_card_and_the_terms(config: Path, judged: str, capsys) -> None:
    out = shown(capsys, config, "show", judged)
    for words in (
        "Mr. Bob",
        "Buyer Ltd <bob@buyer.example>",
        "DE (from its phone), Europe/Berlin",
        "with eve@buyer.example in Cc",
        "Quote Q-7",
        "2.30 USD pc",
        "FOB Ningbo",
        "valid until 2026-12-01; lacks the minimum quantity",
        "500 pcs",
    ):
        assert words in out, words
    told = json.loads(shown(capsys, config, "show", judged, "--json"))
    assert told["thread"]["id"] == judged
    assert told["facts"]["quotes"][0]["number"] == "Q-7"


def test_explain_gives_each_sign_once_and_both_clocks(config: Path, judged: str, capsys) -> None:
    out = shown(capsys, config, "explain", judged)
    assert out.count("presses for haste") == 1
    assert out.count("asks for money elsewhere") == 1
    assert "validity: 1 December (from q@b.example)" in out
    assert "Tue 01 Dec 16:00 (Tue 01 Dec 09:00 at the buyer's)" in out
    assert "now deleted since" in out
    assert "Last done, on " in out
    assert "the buyer has been silent" in out


def test_lists_tell_what_became_of_drafts_and_what_is_owed(config: Path, judged: str, capsys) -> None:
    assert "deleted" in shown(capsys, config, "list", "drafts")
    assert json.loads(shown(capsys, config, "list", "drafts", "--json"))["state"] == "deleted"
    assert judged in shown(capsys, config, "list", "owed")
    assert json.loads(shown(capsys, config, "list", "owed", "--json"))["id"] == judged
    assert judged in shown(capsys, config, "list", "threads")
    assert "Drafts waiting: 0" in shown(capsys, config, "status")

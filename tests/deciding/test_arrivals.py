"""Samples and goods on their way: ours until they arrive, then the buyer's silence counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from followupd.deciding.decide import decide
from followupd.model import (
    Action,
    Decision,
    Direction,
    LedgerView,
    Message,
    OurTurn,
    Reason,
    Side,
    Thread,
    Word,
    WordKind,
)
from tests.deciding.test_decide import ANNA, ASKED, BOOK, NOW, SENT, SET, facts


def at(now: datetime, words: tuple[Word, ...] = (), **changes: Any) -> Decision:
    messages = (
        Message(id="a@b", direction=Direction.IN, date=ASKED, sender=ANNA, text="?", new_text="?"),
        Message(id="q1@us", direction=Direction.OUT, date=SENT, sender=SET.identity.address, text="!", new_text="!"),
    )
    plain = {"stage": "sample_sent", "turn": OurTurn(id="q1@us", started=SENT, last=SENT), "move": Side.THEM, "last_out": SENT, "last_in": ASKED}
    thread = Thread(id="t1", messages=messages, buyer=ANNA)
    return decide(thread, facts(**{**plain, **changes}), BOOK, LedgerView(words=words), (), SET, now)


def test_nothing_is_written_before_the_day_that_our_mail_named() -> None:
    found = at(NOW, arrives=date(2026, 9, 15))
    assert (found.action, found.reason, found.stage) == (Action.NONE, Reason.OUR_MOVE, "sample_sent")
    assert found.next_due == datetime(2026, 9, 14, 22, 0, tzinfo=UTC), "midnight in Berlin"
    assert "arrive on 2026-09-15" in found.detail


def test_from_that_day_on_it_counts_as_delivered() -> None:
    assert at(datetime(2026, 9, 14, 22, 0, tzinfo=UTC), arrives=date(2026, 9, 15)).stage == "sample_delivered"
    assert at(datetime(2026, 9, 14, 21, 0, tzinfo=UTC), arrives=date(2026, 9, 15)).stage == "sample_sent"


def test_a_day_that_nobody_named_is_assumed_and_said_so() -> None:
    found = at(NOW)
    assert "(assumed)" in found.detail
    assert found.next_due is not None
    assert found.next_due > SENT + timedelta(days=8), "seven business days"
    assert at(SENT + timedelta(days=20)).stage == "sample_delivered"


def test_the_users_word_on_the_parcel_goes_before_the_mail() -> None:
    until, said = datetime(2026, 9, 20, tzinfo=UTC), NOW - timedelta(hours=1)
    word = Word(kind=WordKind.STAGE, scope="thread", target="a@b", value="sample_sent", until=until, note="DHL 44", at=said)
    assert at(datetime(2026, 9, 16, tzinfo=UTC), (word,), arrives=date(2026, 9, 15)).stage == "sample_sent"
    assert at(datetime(2026, 9, 21, tzinfo=UTC), (word,), arrives=date(2026, 9, 15)).stage == "sample_delivered"


def test_goods_at_sea_are_after_sales_when_they_land() -> None:
    assert at(NOW, stage="shipped", arrives=date(2026, 10, 20)).stage == "shipped"
    assert at(datetime(2026, 10, 21, tzinfo=UTC), stage="shipped", arrives=date(2026, 10, 20)).stage == "after_sales"

"""Wishes before a feast, the next order by a buyer's own habit, and how a proforma ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.deciding.decide import decide
from followupd.deciding.festivals import Festival, FestivalEntry, next_festival
from followupd.deciding.rulebook import Rulebook
from followupd.errors import ConfigError
from followupd.model import Action, Buyer, Decision, DraftState, LedgerView, OurTurn, Reason
from followupd.rulesource import read_rules
from tests.deciding.test_decide import ANNA, BOOK, SENT, SET, _with_rule, ask, facts, record, thread

WISHING = Rulebook.build(_with_rule("topics", "greeting", "{enabled: true}"))


def wish(now: datetime, stage: str = "nurture", country: str = "DE", **ledger: Any) -> Decision:
    buyer = Buyer(address=ANNA, name="Anna Schmidt", country=country, timezone="Europe/Berlin")
    lately = datetime(2026, 12, 1, 9, tzinfo=UTC)
    turn = OurTurn(id="q1@us", started=lately, last=lately)
    return decide(thread(), facts(stage=stage, buyer=buyer, turn=turn, last_out=lately), WISHING, LedgerView(**ledger), (), SET, now)


def test_no_wish_goes_out_until_it_is_switched_on() -> None:
    december = datetime(2026, 12, 22, 9, tzinfo=UTC)
    assert ask(facts(stage="nurture"), december).topic != "greeting"
    assert wish(december).topic == "greeting"


def test_the_wish_comes_three_business_days_before_and_not_after() -> None:
    assert wish(datetime(2026, 12, 18, 9, tzinfo=UTC)).action is Action.NONE
    assert wish(datetime(2026, 12, 22, 9, tzinfo=UTC)).topic == "greeting"
    late = wish(datetime(2026, 12, 28, 9, tzinfo=UTC))
    assert late.topic != "greeting"


def test_a_feast_is_wished_for_once() -> None:
    told = record(topic="greeting", created=datetime(2026, 12, 22, 8, tzinfo=UTC), state=DraftState.SENT)
    again = wish(datetime(2026, 12, 23, 9, tzinfo=UTC), drafts=(told,), buyer_drafts=(told,))
    assert again.action is not Action.DRAFT


@pytest.mark.parametrize("country", ["SA", "IL", "", "KP"])
def test_nobody_is_wished_a_feast_that_is_not_his(country: str) -> None:
    assert wish(datetime(2026, 12, 22, 9, tzinfo=UTC), country=country).topic != "greeting"


def test_whatever_else_is_new_goes_before_a_wish() -> None:
    assert wish(datetime(2026, 12, 22, 9, tzinfo=UTC), stage="quoted").topic == "complete_quote"


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)), st.sampled_from(["DE", "AE", "CN", "IN", "US", "RU", "TR"]))
def test_the_next_feast_lies_ahead_and_within(day: date, country: str) -> None:
    found = next_festival(WISHING.festivals, country, day, timedelta(days=60))
    if found is not None:
        assert day <= found[1] <= day + timedelta(days=60)
        assert country in found[0].rule.countries


def test_a_wrong_day_is_named_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"mine/festivals.yaml:1.*like 2027-02-06"):
        Rulebook.build(_with_rule("festivals", "christmas", "{days: ['31-31']}"))


def test_every_wish_can_be_said_in_english_and_no_country_keeps_two_feasts_at_once() -> None:
    entries = {f.id: f for f in WISHING.festivals}
    assert all("en" in f.rule.wish for f in entries.values())
    for country in {c for f in entries.values() for c in f.rule.countries}:
        days = [d for f in entries.values() if country in f.rule.countries for d in f.rule.days]
        assert len(days) == len(set(days)), country


def test_a_yearly_day_is_found_across_the_turn_of_the_year() -> None:
    feast = Festival("x", FestivalEntry(zh="x", en="x", countries=("DE",), days=("01-06",), wish={"en": "x"}))
    assert feast.after(date(2026, 12, 30)) == date(2027, 1, 6)
    assert feast.after(date(2027, 1, 6)) == date(2027, 1, 6)


# ---- the next order ----


def reorder(orders: tuple[date, ...], now: datetime) -> Decision:
    return ask(facts(stage="reorder", ordered=True, orders=orders), now)


def test_the_next_order_is_asked_for_after_the_usual_silence() -> None:
    assert reorder((date(2026, 8, 1),), SENT + timedelta(days=50)).reason is Reason.NOT_DUE
    found = reorder((date(2026, 8, 1),), SENT + timedelta(days=63))
    assert (found.action, found.topic) == (Action.DRAFT, "reorder")
    assert {e.what: e.value for e in found.evidence}["ordered_on"] == "2026-08-01"


def test_a_buyer_with_a_habit_is_asked_a_fortnight_before_his_next_order() -> None:
    every_120 = (date(2026, 1, 5), date(2026, 5, 5), date(2026, 9, 2))
    assert reorder(every_120, datetime(2026, 12, 10, 9, tzinfo=UTC)).reason is Reason.NOT_DUE
    found = reorder(every_120, datetime(2026, 12, 17, 9, tzinfo=UTC))
    assert found.topic == "reorder"
    assert "every 120 days" in found.detail


def test_nothing_is_asked_again_where_nothing_was_ordered() -> None:
    assert ask(facts(stage="reorder"), SENT + timedelta(days=90)).action is Action.NONE


# ---- how a stage ends ----


def test_a_proforma_without_an_answer_is_released_behind_the_last_threshold() -> None:
    early, late = SENT + timedelta(days=14), SENT + timedelta(days=19)
    assert ask(facts(stage="pi_sent"), early).action is Action.NONE
    found = ask(facts(stage="pi_sent"), late)
    assert (found.topic, found.reason) == ("void_notice", Reason.CLOSE_OUT_DUE)
    assert {e.what: e.value for e in found.evidence}["pi_date"] == "2026-09-02"


def test_after_the_notice_only_the_long_calm_is_left() -> None:
    told = record(topic="void_notice", created=SENT + timedelta(days=19), state=DraftState.SENT)
    after = ask(facts(stage="pi_sent"), SENT + timedelta(days=30), drafts=(told,), buyer_drafts=(told,))
    assert after.stage == "nurture"


def test_where_money_is_due_a_person_is_asked_once() -> None:
    before = ask(facts(stage="deposit_due"), SENT + timedelta(days=10))
    assert (before.action, before.reason) == (Action.NONE, Reason.NOT_DUE)
    assert before.next_due is not None
    due = ask(facts(stage="deposit_due"), before.next_due)
    assert (due.action, due.reason) == (Action.ALARM, Reason.ASK_HUMAN)
    over = ask(facts(stage="deposit_due"), SENT + timedelta(days=60))
    assert (over.action, over.reason) == (Action.NONE, Reason.FINISHED)


def test_a_turn_without_an_opening_stays_silent() -> None:
    turn = OurTurn(id="q1@us", started=SENT, last=SENT)
    assert ask(facts(stage="deposit_due", turn=turn, bounced=True), SENT + timedelta(days=30)).reason is Reason.BOUNCED


def test_the_shipped_book_knows_the_ways_a_stage_may_end() -> None:
    assert BOOK.stage("pi_sent").rule.then == "void_notice"
    assert read_rules().tables["topics"]["greeting"].data["enabled"] is False

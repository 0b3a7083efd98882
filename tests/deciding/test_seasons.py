"""Slow times of the year: silence counts for less, closed days for nothing, and one follow-up is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.deciding.clock import calendar_of
from followupd.deciding.decide import decide
from followupd.deciding.rulebook import Rulebook
from followupd.deciding.seasons import SeasonEntry, Span, stretched
from followupd.deciding.tables import Span as Wait
from followupd.errors import ConfigError
from followupd.model import (
    Buyer,
    Direction,
    DraftRecord,
    DraftState,
    LedgerView,
    Message,
    OurTurn,
    Reason,
    Side,
    Thread,
)
from followupd.rulesource import RuleSource, read_rules
from tests.deciding.test_decide import ANNA, BOOK, SET, facts, quote

SEASONS = {s.id: s for s in BOOK.seasons}


def calendar(country: str):  # type: ignore[no-untyped-def]
    return calendar_of(country, "", BOOK.countries, "Asia/Shanghai", BOOK.seasons)


@pytest.mark.parametrize(
    ("country", "sent", "days", "due"),
    [
        ("SA", "2026-02-23", 3, "2026-03-02"),  # Ramadan: three days are worth four and a half, Friday and Saturday are none
        ("SA", "2026-05-04", 3, "2026-05-07"),
        ("CN", "2026-02-12", 3, "2026-03-04"),  # nobody works over Chinese New Year
        ("DE", "2026-12-18", 3, "2026-12-29"),  # two for one around Christmas, whose holidays are none at all
        ("IT", "2026-08-03", 3, "2026-08-10"),
        ("US", "2026-08-03", 3, "2026-08-06"),
    ],
)
def test_silence_in_a_slow_time(country: str, sent: str, days: int, due: str) -> None:
    here = calendar(country)
    noon = here.start_of(date.fromisoformat(sent)) + timedelta(hours=12)
    assert here.day(here.after(noon, Wait(days, "bd"))).isoformat() == due


def test_validity_dates_are_counted_in_plain_business_days() -> None:
    assert calendar("SA").shift(date(2026, 3, 5), -3) == date(2026, 3, 2)


def test_every_ramadan_ends_where_the_feast_begins() -> None:
    holidays = pytest.importorskip("holidays")
    lasts = {span.last for span in SEASONS["ramadan"].rule.days}
    for last in sorted(lasts)[:6]:
        named = [n for d in (last, last + timedelta(days=1)) for n in [holidays.country_holidays("AE", years=d.year, language="en_US").get(d, "")]]
        assert any("Fitr" in name for name in named), last


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(sorted(BOOK.countries)))
def test_no_day_counts_for_more_than_a_day_and_none_stops_the_clock(day: date, country: str) -> None:
    here = calendar(country)
    assert 0 < stretched(here.seasons, day) <= 12
    moment = here.start_of(day)
    due = here.after(moment, Wait(3, "bd"))
    assert here.start_of(here.shift(day, 3)) <= due <= moment + timedelta(days=60)


def test_the_year_turns_within_a_season() -> None:
    christmas = Span(date(2000, 12, 20), date(2000, 1, 6), yearly=True)
    assert christmas.around(date(2026, 12, 31)) == (date(2026, 12, 20), date(2027, 1, 6))
    assert christmas.around(date(2027, 1, 6)) == (date(2026, 12, 20), date(2027, 1, 6))
    assert christmas.around(date(2027, 1, 7)) is None


@pytest.mark.parametrize("days", ["2026-03-19/2026-02-18", "12-40/01-02", "soon", "2026-02-18/03-19"])
def test_a_slip_in_the_days_is_told(days: str) -> None:
    with pytest.raises(ValueError, match="must be like"):
        SeasonEntry(zh="x", en="x", countries=("DE",), days=(days,))  # type: ignore[arg-type]


def test_one_follow_up_in_ramadan_is_enough() -> None:
    sent = datetime(2026, 2, 19, 9, tzinfo=UTC)
    buyer = Buyer(address=ANNA, name="Ahmed Ali", country="SA", timezone="Asia/Riyadh")
    offer = quote(sent=sent, missing=("lead_time",))
    known = facts(
        buyer=buyer, quotes=(offer,), turn=OurTurn(id="q1@us", started=sent, last=sent), last_in=sent - timedelta(days=1), last_out=sent, move=Side.THEM
    )
    mails = (
        Message(id="a@b", direction=Direction.IN, date=sent - timedelta(days=1), sender=ANNA, text="?", new_text="?"),
        Message(id="q1@us", direction=Direction.OUT, date=sent, sender=SET.identity.address, text="!", new_text="!"),
    )
    thread = Thread(id="t1", messages=mails, buyer=ANNA)
    settings = replace(SET, installed_at=sent - timedelta(days=5))
    done = DraftRecord(
        token="x", thread_id="t0", buyer=ANNA.email, topic="ask_demand", stage="quoted", step=0, turn_id="q0@us", state=DraftState.SENT,
        created=datetime(2026, 2, 24, 9, tzinfo=UTC), message_id="d@us", subject="s", body_sha256="",
    )  # fmt: skip
    ledger = LedgerView(buyer_drafts=(done,))
    found = decide(thread, known, BOOK, ledger, (), settings, datetime(2026, 3, 3, 9, tzinfo=UTC))
    assert found.reason is Reason.LIMIT_BUYER
    assert found.next_due is not None
    assert found.next_due >= datetime(2026, 3, 19, 21, tzinfo=UTC), "after Ramadan"


def test_a_season_without_days_is_refused_with_its_line() -> None:
    shipped = read_rules()
    broken = {**shipped.tables, "seasons": {**shipped.tables["seasons"]}}
    entry = broken["seasons"]["ramadan"]
    broken["seasons"]["ramadan"] = replace(entry, data={**entry.data, "days": []})
    with pytest.raises(ConfigError, match=r"rules/seasons.yaml:\d+"):
        Rulebook.build(RuleSource(broken))

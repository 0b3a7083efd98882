"""Business days of the buyer: a sentence per case."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from followupd.deciding.clock import Calendar, Office, calendar_of, public_holidays
from followupd.deciding.rulebook import Rulebook
from followupd.deciding.tables import CountryEntry, Span
from followupd.rulesource import read_rules

BOOK = Rulebook.build(read_rules())


def calendar(country: str) -> Calendar:
    return calendar_of(country, "", BOOK.countries, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("country", "start", "days", "end", "why"),
    [
        ("DE", "2026-09-02", 3, "2026-09-07", "Thursday, Friday, Monday"),
        ("DE", "2026-10-02", 1, "2026-10-05", "the third of October is a holiday on a Saturday anyway"),
        ("DE", "2026-12-23", 2, "2026-12-28", "Christmas Day and the second holiday do not count"),
        ("SA", "2026-10-14", 3, "2026-10-19", "Thursday, then Sunday and Monday: the weekend is Friday and Saturday"),
        ("AE", "2026-10-15", 1, "2026-10-16", "since 2022 Friday is a working day in the Emirates"),
        ("IL", "2026-10-15", 1, "2026-10-18", "Friday and Saturday are free, Sunday is not"),
        ("IR", "2026-10-15", 1, "2026-10-17", "only Friday is free in Iran"),
        ("BN", "2026-10-15", 1, "2026-10-17", "Friday and Sunday are free in Brunei, Saturday is not"),
        ("US", "2026-11-25", 1, "2026-11-27", "Thanksgiving"),
        ("US", "2026-12-31", 1, "2027-01-04", "over the turn of the year"),
        ("CN", "2027-02-04", 1, "2027-02-12", "Chinese New Year 2027 begins on 6 February"),
        ("", "2026-10-15", 1, "2026-10-16", "an unknown country has Saturday and Sunday off"),
        ("DE", "2026-09-07", -3, "2026-09-02", "backwards as well"),
        ("DE", "2026-09-05", 0, "2026-09-05", "nothing to shift"),
    ],
)
def test_shift(country: str, start: str, days: int, end: str, why: str) -> None:
    found = calendar(country).shift(date.fromisoformat(start), days)
    if country == "CN":
        assert found >= date(2027, 2, 11), why
    else:
        assert found == date.fromisoformat(end), why


def test_days_are_counted_in_the_buyers_zone() -> None:
    sent = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)  # 10:00 in Ningbo, still Monday the 7th in New York
    assert calendar("US").day(sent) == date(2026, 9, 7)
    assert calendar("US").after(sent, Span(1, "bd")) == datetime(2026, 9, 8, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "why"),
    [
        ("Europe/Berlin", date(2026, 3, 30), 22, "the day after summer time began, midnight is 22:00 UTC"),
        ("Europe/Berlin", date(2026, 10, 26), 23, "the day after it ended, midnight is 23:00 UTC"),
        ("America/Santiago", date(2026, 9, 6), 4, "a zone whose clocks jump at midnight itself"),
    ],
)
def test_midnight_survives_the_change_of_clocks(zone: str, day: date, hour: int, why: str) -> None:
    assert Calendar(ZoneInfo(zone)).start_of(day).hour == hour, why


def test_calendar_days_end_on_a_business_day() -> None:
    friday = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
    assert calendar("DE").day(calendar("DE").after(friday, Span(1, "d"))) == date(2026, 9, 7)


def test_a_country_the_library_does_not_know_has_no_holidays() -> None:
    assert public_holidays("XX", 2026) == frozenset()
    assert public_holidays("none", 2026) == frozenset()


@pytest.mark.parametrize(
    ("moment", "hours", "due", "why"),
    [
        ("2026-09-07T09:30", 4, "2026-09-07T13:30", "within one day"),
        ("2026-09-07T16:00", 4, "2026-09-08T11:00", "over night"),
        ("2026-09-04T17:00", 4, "2026-09-07T12:00", "over the weekend"),
        ("2026-09-05T12:00", 1, "2026-09-07T10:00", "from Saturday on"),
        ("2026-09-07T03:00", 1, "2026-09-07T10:00", "before the office opens"),
    ],
)
def test_our_own_working_hours(moment: str, hours: int, due: str, why: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    office = Office(Calendar(zone, frozenset({5, 6}), ""), 9, 18)
    at = datetime.fromisoformat(moment).replace(tzinfo=zone)
    assert office.after(at, hours).astimezone(zone) == datetime.fromisoformat(due).replace(tzinfo=zone), why


def test_every_country_has_a_zone_that_exists() -> None:
    assert len(BOOK.countries) > 140
    for id, entry in BOOK.countries.items():
        assert calendar_of(id, "", BOOK.countries, "UTC").zone.key == (entry.timezone or "UTC")
        assert entry.timezone or id == "ZZ"


@pytest.mark.parametrize("country", ["", "XK"], ids=["nobody knows", "not listed"])
def test_the_weekend_of_an_unknown_country_is_a_rule(country: str) -> None:
    countries = {"ZZ": CountryEntry(weekend=("fri", "sat"))}
    there = calendar_of(country, "", countries, "Asia/Dubai")
    assert (there.zone.key, there.weekend) == ("Asia/Dubai", frozenset({4, 5}))
    assert calendar_of(country, "", BOOK.countries, "Asia/Dubai").weekend == frozenset({5, 6})

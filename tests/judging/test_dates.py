"""Days named in a text, relative to the day it was written (DOMAIN 3.4)."""

from __future__ import annotations

from datetime import date

import pytest
from judging_at_hand import tables

from followupd.judging.dates import FoundDate, add_working_days, find_dates

MONDAY = date(2026, 11, 23)


def find(text: str, base: date = MONDAY) -> tuple[FoundDate, ...]:
    return find_dates(text, base, tables().replies.calendar)


ONE_DAY = [
    ("back on 30 Nov 2026", date(2026, 11, 30)),
    ("until the 5th of January", date(2027, 1, 5)),
    ("Nov 30th", date(2026, 11, 30)),
    ("December 7, 2026", date(2026, 12, 7)),
    ("2026-11-30", date(2026, 11, 30)),
    ("30.11.", date(2026, 11, 30)),
    ("30.11.26", date(2026, 11, 30)),
    ("11/30/2026", date(2026, 11, 30)),
    ("bis zum 3. Dezember", date(2026, 12, 3)),
    ("le 5 janvier", date(2027, 1, 5)),
    ("hasta el 2 de enero", date(2027, 1, 2)),
    ("2 de enero de 2027", date(2027, 1, 2)),
    ("до 10 января", date(2027, 1, 10)),
    ("12月1日回来", date(2026, 12, 1)),
    ("2027年1月5日", date(2027, 1, 5)),
    ("end of November", date(2026, 11, 30)),
    ("mid January", date(2027, 1, 15)),
    ("at the beginning of March", date(2027, 3, 1)),
    ("end of the month", date(2026, 11, 30)),
    ("by the end of next month", date(2026, 12, 31)),
    ("by the end of the week", date(2026, 11, 27)),
    ("end of this year", date(2026, 12, 31)),
    ("next week", date(2026, 11, 30)),
    ("next month", date(2026, 12, 1)),
    ("next year", date(2027, 1, 1)),
    ("next quarter", date(2027, 1, 1)),
    ("in Q1", date(2027, 1, 1)),
    ("in the second quarter of 2027", date(2027, 4, 1)),
    ("in March", date(2027, 3, 1)),
    ("in two weeks", date(2026, 12, 7)),
    ("within 10 working days", date(2026, 12, 7)),
    ("in a couple of months", date(2027, 1, 23)),
    ("on Thursday", date(2026, 11, 26)),
    ("returning Monday", date(2026, 11, 30)),
    ("next Friday", date(2026, 12, 4)),
    ("tomorrow", date(2026, 11, 24)),
    ("after Chinese New Year", date(2027, 2, 20)),
    ("after the CNY", date(2027, 2, 20)),
    ("after Ramadan", date(2027, 3, 15)),
    ("after Christmas", date(2026, 12, 27)),
    ("in 2027", date(2027, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), ONE_DAY, ids=[t for t, _ in ONE_DAY])
def test_a_day_is_found(text: str, wanted: date) -> None:
    assert [f.day for f in find(text)] == [wanted]


NO_DAY = ["30/70", "T/T 30% deposit", "5000 pcs", "version 2.35", "32 Nov 2026", "31.13.2026", "0.5 mm"]


@pytest.mark.parametrize("text", NO_DAY)
def test_what_is_no_day_is_left_alone(text: str) -> None:
    assert find(text) == ()


def test_december_reads_january_as_next_year() -> None:
    assert find("until 5 January", date(2026, 12, 20))[0].day == date(2027, 1, 5)


def test_a_day_of_some_weeks_ago_is_not_read_as_next_year() -> None:
    assert find("I was away until 20 December", date(2027, 1, 3))[0].day == date(2026, 12, 20)


def test_day_and_month_in_figures_are_two_readings_and_the_later_is_taken() -> None:
    (found,) = find("until 03/04/2027")
    assert (found.day, found.other, found.ambiguous) == (date(2027, 4, 3), date(2027, 3, 4), True)


def test_a_figure_above_twelve_settles_the_order() -> None:
    (found,) = find("until 25/12/2026")
    assert (found.day, found.ambiguous) == (date(2026, 12, 25), False)


def test_february_has_its_own_end() -> None:
    assert find("end of February", date(2028, 1, 10))[0].day == date(2028, 2, 29)


def test_working_days_skip_the_weekend() -> None:
    assert add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["30.11. " * 5000, "end of " * 9000, "Nov " * 9000, "1/1/" * 9000])
def test_hostile_repetition_costs_little(text: str) -> None:
    find(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10 KASIM 2026'ya kadar", date(2026, 11, 10)),
        ("3 Kasım 2026", date(2026, 11, 3)),
        ("15 ARALIK 2026", date(2026, 12, 15)),
        ("SALI günü döneriz", date(2026, 11, 24)),
    ],
)
def test_capital_letters_of_turkish_name_the_same_day(text: str, day: date) -> None:
    """A search without regard to case takes I, İ and ı for one another; so must the look-up of what it found."""
    assert [d.day for d in find(text, date(2026, 11, 1) if "SALI" not in text else MONDAY)] == [day]


def test_no_word_of_the_calendar_fails_in_capitals() -> None:
    calendar = tables().replies.calendar
    words = [w for kind in ("months", "weekdays", "feasts", "spans", "parts") for w in getattr(calendar, kind)]
    assert len(words) > 300
    for word in words:
        for text in (word.upper(), word.title(), word.replace("i", "İ"), word.replace("i", "ı")):
            find_dates(f"2 {text} 2027, {text} {text}", MONDAY, calendar)


def test_no_town_or_country_fails_in_capitals() -> None:
    places = tables().phrases.places
    for name, country in (places.names | places.towns).items():
        for text in (name.upper(), name.replace("i", "İ")):
            assert places.country_in(text) in {country, ""}, text
    assert places.country_in("34000 İstanbul") == places.country_in("İZMİR") == "TR"

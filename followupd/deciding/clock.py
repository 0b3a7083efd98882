"""What day is it for the buyer, and how many business days have passed there?

Aware UTC in, aware UTC out; days are counted in the buyer's zone, with the country's weekend and public holidays. Pure:
``now`` is always given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from followupd.deciding.seasons import UNIT, Season, is_closed, stretched
from followupd.deciding.tables import DAYS, UNKNOWN, CountryEntry, Span

MAX_DAYS = 800


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a country in a year; none where the library does not know the country."""
    if not country or country == "none":
        return frozenset()
    try:
        import holidays

        return frozenset(holidays.country_holidays(country, years=year))
    except Exception:  # noqa: BLE001 - whatever the library trips over in one calendar, the mailbox goes on
        return frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business days of one place."""

    zone: tzinfo
    weekend: frozenset[int] = frozenset({5, 6})
    country: str = ""
    seasons: tuple[Season, ...] = ()
    """Times of the year in which this place answers slowly or not at all."""

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the clock of that place."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The calendar day there."""
        return self.local(moment).date()

    def is_business(self, day: date) -> bool:
        """Is this a working day there?"""
        if day.weekday() in self.weekend or day in public_holidays(self.country, day.year):
            return False
        return not (self.seasons and is_closed(self.seasons, day))

    def start_of(self, day: date) -> datetime:
        """Midnight there, as UTC."""
        return datetime.combine(day, time(0), self.zone).astimezone(UTC)

    def shift(self, day: date, amount: int) -> date:
        """The business day ``amount`` business days after (or before) ``day``; ``day`` itself is not counted."""
        step = timedelta(days=1 if amount >= 0 else -1)
        left = abs(amount)
        for _ in range(MAX_DAYS):
            if left == 0:
                break
            day += step
            left -= self.is_business(day)
        return day

    def _silent(self, day: date, amount: int) -> date:
        """The business day by which a silence of ``amount`` business days has lasted: slow days count for less."""
        if not self.seasons:
            return self.shift(day, amount)
        left = amount * UNIT
        for _ in range(MAX_DAYS):
            if left <= 0:
                break
            day += timedelta(days=1)
            left -= stretched(self.seasons, day) if self.is_business(day) else 0
        return day

    def next_business(self, day: date) -> date:
        """``day`` if it is a working day there, else the next one."""
        for _ in range(MAX_DAYS):
            if self.is_business(day):
                return day
            day += timedelta(days=1)
        return day

    def after(self, moment: datetime, span: Span) -> datetime:
        """The beginning of the business day that lies ``span`` after ``moment``; the day of ``moment`` is not counted."""
        if span.unit == "bd":
            return self.start_of(self._silent(self.day(moment), span.amount))
        if span.unit == "d":
            return self.start_of(self.next_business(self.day(moment) + timedelta(days=span.amount)))
        return moment + timedelta(hours=span.amount)

    def not_before(self, moment: datetime) -> datetime:
        """``moment`` if it lies on a business day there, else the beginning of the next one."""
        day = self.day(moment)
        business = self.next_business(day)
        return moment if business == day else self.start_of(business)

    def between(self, first: datetime, last: datetime) -> int:
        """Business days from the day after ``first`` to the day of ``last``; never negative."""
        day, end, count = self.day(first), self.day(last), 0
        while day < end and count < MAX_DAYS:
            day += timedelta(days=1)
            count += self.is_business(day)
        return count


@dataclass(frozen=True, slots=True)
class Office:
    """Our own working hours."""

    calendar: Calendar
    opens: int
    closes: int

    def at(self, moment: datetime, span: Span) -> datetime:
        """When ``span`` has passed: ``h`` our working hours, ``bd`` our business days, ``d`` days on the clock."""
        if span.unit == "d":
            return moment + timedelta(days=span.amount)
        if span.unit == "bd":
            day = self.calendar.shift(self.calendar.day(moment), span.amount)
            return datetime.combine(day, time(self.opens), self.calendar.zone).astimezone(UTC)
        return self.after(moment, span.amount)

    def after(self, moment: datetime, hours: int) -> datetime:
        """The moment at which ``hours`` working hours have passed since ``moment``."""
        left = timedelta(hours=hours)
        here = self.calendar.local(moment)
        for _ in range(MAX_DAYS):
            opening = datetime.combine(here.date(), time(self.opens), self.calendar.zone)
            closing = datetime.combine(here.date(), time(0), self.calendar.zone) + timedelta(hours=self.closes)
            begin = max(here, opening)
            if self.calendar.is_business(here.date()) and begin < closing:
                if begin + left <= closing:
                    return (begin + left).astimezone(UTC)
                left -= closing - begin
            here = datetime.combine(here.date() + timedelta(days=1), time(0), self.calendar.zone)
        return here.astimezone(UTC)

    def worked(self, first: datetime, last: datetime) -> timedelta:
        """How much of our working time lies between two moments; nothing where ``last`` is not later."""
        here, total = self.calendar.local(first), timedelta()
        for _ in range(MAX_DAYS):
            midnight = datetime.combine(here.date(), time(0), self.calendar.zone)
            opening, closing = midnight + timedelta(hours=self.opens), midnight + timedelta(hours=self.closes)
            begin, end = max(here, opening), min(self.calendar.local(last), closing)
            if begin < end and self.calendar.is_business(here.date()):
                total += end - begin
            here = datetime.combine(here.date() + timedelta(days=1), time(0), self.calendar.zone)
            if here >= last:
                break
        return total


def calendar_of(
    country: str, zone: str | tzinfo, countries: dict[str, CountryEntry], fallback_zone: str, seasons: Iterable[Season] = ()
) -> Calendar:
    """The calendar of a buyer: own zone, else the country's main zone, else ours; a country that is not listed is ``ZZ``."""
    entry = countries.get(country) or countries.get(UNKNOWN)
    weekend = frozenset(DAYS.index(d) for d in entry.weekend) if entry else frozenset({5, 6})
    name = zone or (entry.timezone if entry else "") or fallback_zone
    where = name if isinstance(name, tzinfo) else _zone(name, fallback_zone)
    here = tuple(s for s in seasons if country in s.rule.countries)
    return Calendar(where, weekend, (entry.holidays if entry else "") or country, here)


@lru_cache(maxsize=256)
def _zone(name: str, fallback: str) -> ZoneInfo:
    for candidate in (name, fallback):
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")

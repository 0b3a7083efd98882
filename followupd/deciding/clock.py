"""What day is it for the buyer, and how many business days have passed there?

Aware UTC in, aware UTC out; days are counted in the buyer's zone, with the country's weekend and public holidays. A day of
the calendar is never 24 hours of arithmetic: daylight saving makes days of 23 and 25 hours. Pure: ``now`` is always given.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from followupd.deciding.tables import DAYS, CountryEntry, Span

MAX_DAYS = 800
"""Nothing looks further ahead than this; it ends every loop over days."""
WEEKEND = frozenset({5, 6})
READY = time(8, 30)
"""Start of the buyer's morning window (DOMAIN 2.5)."""
_LAST_YEAR = 9990


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a country in a year; none where the library does not know the country, or fails over it."""
    if not country or country == "none":
        return frozenset()
    try:
        import holidays

        return frozenset(holidays.country_holidays(country, years=year))
    except Exception:  # noqa: BLE001 - whatever the library trips over in one calendar, the mailbox goes on without it
        return frozenset()


@lru_cache(maxsize=512)
def _workdays(country: str, weekend: frozenset[int], year: int) -> tuple[date, ...]:
    """The business days of a year and of the months beside it, in order: counting is looking up."""
    free = public_holidays(country, year) | public_holidays(country, year + 1)
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(731))
    return tuple(d for d in days if d.weekday() not in weekend and d not in free)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Business days of one place. ``ready`` is when its morning begins for a mail that waits there."""

    zone: tzinfo
    weekend: frozenset[int] = WEEKEND
    country: str = ""
    ready: time = READY

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the clock of that place."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The calendar day there."""
        return moment.astimezone(self.zone).date()

    def is_business(self, day: date) -> bool:
        """Is this a working day there?"""
        return day.weekday() not in self.weekend and day not in public_holidays(self.country, day.year)

    def start_of(self, day: date) -> datetime:
        """Midnight there, as UTC."""
        return datetime.combine(day, time(0), self.zone).astimezone(UTC)

    def shift(self, day: date, amount: int) -> date:
        """The business day ``amount`` business days after (or before) ``day``; ``day`` itself is not counted."""
        if amount == 0 or not 1 < day.year < _LAST_YEAR:
            return day
        forward = amount > 0
        days = _workdays(self.country, self.weekend, day.year if forward else day.year - 1)
        at = bisect_right(days, day) + amount - 1 if forward else bisect_left(days, day) + amount
        return days[at] if 0 <= at < len(days) else self._walk(day, amount)

    def _walk(self, day: date, amount: int) -> date:
        """As ``shift``, day by day, for distances of a year and more."""
        step = timedelta(days=1 if amount > 0 else -1)
        left = abs(amount)
        for _ in range(MAX_DAYS):
            if left == 0:
                break
            day += step
            left -= self.is_business(day)
        return day

    def next_business(self, day: date) -> date:
        """``day`` if it is a working day there, else the next one."""
        return day if self.is_business(day) else self.shift(day, 1)

    def after(self, moment: datetime, span: Span) -> datetime:
        """Midnight of the day that lies ``span`` after ``moment``, whose own day is not counted. A business day always."""
        day = self.day(moment)
        if span.unit == "bd":
            return self.start_of(self.next_business(self.shift(day, span.amount)))
        return self.start_of(self.next_business(_later(day, span.amount)))

    def morning(self, moment: datetime) -> datetime:
        """The first moment not before ``moment`` at which a mail may wait there: a business day, its morning begun."""
        here = moment.astimezone(self.zone)
        day = here.date()
        if here.time() >= self.ready and self.is_business(day):
            return moment
        return datetime.combine(self.next_business(day), self.ready, self.zone).astimezone(UTC)

    def between(self, first: datetime, last: datetime) -> int:
        """Business days from the day after ``first`` to the day of ``last``; never negative, at most ``MAX_DAYS``."""
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

    def after(self, moment: datetime, span: Span) -> datetime:
        """When ``span`` has passed since ``moment``: ``h`` working hours, ``bd`` our business days, ``d`` on the clock."""
        if span.unit == "d":
            return moment + timedelta(days=span.amount)
        if span.unit == "bd":
            day = self.calendar.shift(self.calendar.day(moment), span.amount)
            return datetime.combine(day, time(self.opens), self.calendar.zone).astimezone(UTC)
        return self._hours(moment, timedelta(hours=span.amount))

    def _hours(self, moment: datetime, left: timedelta) -> datetime:
        day = self.calendar.day(moment)
        for _ in range(MAX_DAYS):
            if self.calendar.is_business(day):
                begin, end = max(moment, self._at(day, self.opens)), self._at(day, self.closes)
                if begin < end and begin + left <= end:
                    return begin + left
                left -= max(end - begin, timedelta())
            day += timedelta(days=1)
        return self._at(day, self.opens)

    def _at(self, day: date, hour: int) -> datetime:
        """That hour of our day as UTC; hour 24 is the next midnight."""
        if hour == 24:
            return self.calendar.start_of(day + timedelta(days=1))
        return datetime.combine(day, time(hour), self.calendar.zone).astimezone(UTC)


def calendar_of(
    country: str,
    zone: str | tzinfo,
    countries: dict[str, CountryEntry],
    fallback_zone: str,
    ready: time = READY,
) -> Calendar:
    """The calendar of a buyer: own zone, else the country's main zone, else ours; Saturday and Sunday unless known."""
    entry = countries.get(country)
    weekend = frozenset(DAYS.index(d) for d in entry.weekend) if entry else WEEKEND
    holidays = (entry.holidays if entry else "") or country
    if isinstance(zone, tzinfo):
        return Calendar(zone, weekend, holidays, ready)
    return Calendar(_zone(zone, entry.timezone if entry else "", fallback_zone), weekend, holidays, ready)


def _zone(*candidates: str) -> tzinfo:
    """The first that is a zone; UTC when none is."""
    for name in candidates:
        try:
            if name:
                return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            continue
    return UTC


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days) if day.year < _LAST_YEAR else day

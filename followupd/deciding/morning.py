"""When is the buyer's next business morning?

Aware UTC in, aware UTC out; the hours are those on the buyer's own clock, whatever the season does to it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from followupd.deciding.clock import Calendar

OPENS = time(9)
CLOSES = time(11)


def next_morning(calendar: Calendar, moment: datetime) -> datetime:
    """The next opening of a business morning there that lies after ``moment``."""
    day = calendar.next_business(calendar.day(moment))
    while (opening := _at(calendar, day, OPENS)) <= moment:
        day = calendar.next_business(day + timedelta(days=1))
    return opening


def is_morning(calendar: Calendar, moment: datetime) -> bool:
    """Is it a business morning there now?"""
    day = calendar.day(moment)
    return calendar.is_business(day) and _at(calendar, day, OPENS) <= moment < _at(calendar, day, CLOSES)


def _at(calendar: Calendar, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, calendar.zone).astimezone(UTC)

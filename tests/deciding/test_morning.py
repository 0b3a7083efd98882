"""The buyer's next morning, over a change of the clocks, a weekend, a holiday."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from followupd.deciding.clock import Calendar
from followupd.deciding.morning import is_morning, next_morning

BERLIN = Calendar(ZoneInfo("Europe/Berlin"), country="DE")
RIYADH = Calendar(ZoneInfo("Asia/Riyadh"), frozenset({4, 5}))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "moment", "morning"),
    [
        (BERLIN, "2026-11-24 03:00", "2026-11-24 08:00"),
        (BERLIN, "2026-11-24 08:00", "2026-11-25 08:00"),
        (BERLIN, "2026-03-27 12:00", "2026-03-30 07:00"),  # Friday, winter time, to Monday, summer time
        (BERLIN, "2026-10-23 12:00", "2026-10-26 08:00"),
        (BERLIN, "2026-12-24 12:00", "2026-12-28 08:00"),  # Christmas, then a weekend
        (RIYADH, "2026-11-26 12:00", "2026-11-29 06:00"),  # Thursday noon to Sunday
    ],
)
def test_the_next_morning(calendar: Calendar, moment: str, morning: str) -> None:
    assert next_morning(calendar, utc(moment)) == utc(morning)
    assert is_morning(calendar, utc(morning))


@pytest.mark.parametrize("moment", ["2026-11-24 07:59", "2026-11-24 10:00", "2026-11-28 08:30"])
def test_no_morning(moment: str) -> None:
    assert not is_morning(BERLIN, utc(moment))

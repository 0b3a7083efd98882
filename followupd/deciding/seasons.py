"""Is this a time of the year in which a country answers slowly, or not at all?

Ramadan, Chinese New Year, the weeks around Christmas, August (DOMAIN 2.6): days on which silence means less, or days that are
none. Read from ``rules/seasons.yaml``; pure arithmetic of calendar days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

UNIT = 12
"""A business day in parts, so that slower ones count in whole numbers."""
_LEAP = 2000
"""A year in which every day of every year exists."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last; of every year where ``yearly`` (then only month and day count)."""

    first: date
    last: date
    yearly: bool = False

    def around(self, day: date) -> tuple[date, date] | None:
        """The first and last day of the occurrence that holds ``day``; None when it holds it not."""
        if not self.yearly:
            return (self.first, self.last) if self.first <= day <= self.last else None
        for year in (day.year, day.year - 1):
            first = _in_year(self.first, year)
            last = _in_year(self.last, year + (self.last < self.first))
            if first <= day <= last:
                return first, last
        return None


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the last of February where there is no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _days(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    found = re.fullmatch(r"(\d{4}-)?(\d\d-\d\d)/(\d{4}-)?(\d\d-\d\d)", value) if isinstance(value, str) else None
    try:
        if found and bool(found[1]) == bool(found[3]):
            first, last = (date.fromisoformat(f"{year or f'{_LEAP}-'}{day}") for year, day in ((found[1], found[2]), (found[3], found[4])))
            if not found[1] or first <= last:
                return Span(first, last, not found[1])
    except ValueError:
        pass
    raise ValueError("must be like 2026-02-18/2026-03-19, or 12-20/01-06 for every year")


class SeasonEntry(BaseModel):
    """A season as YAML gives it. ``most``: follow-ups to one buyer while it lasts, 0 for no limit of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    zh: str
    en: str
    countries: tuple[str, ...] = Field(min_length=1)
    slower: float = Field(default=1.0, ge=1, le=10)
    closed: bool = False
    most: int = Field(default=0, ge=0, le=10, strict=True)
    days: tuple[Annotated[Span, BeforeValidator(_days), WithJsonSchema({"type": "string"})], ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Season:
    """A season by its id."""

    id: str
    rule: SeasonEntry

    def around(self, day: date) -> tuple[date, date] | None:
        """The first and last day of the occurrence that holds ``day``."""
        return next((found for span in self.rule.days if (found := span.around(day))), None)

    @property
    def worth(self) -> int:
        """How many parts of a business day a day in it counts."""
        return max(1, round(UNIT / self.rule.slower))


def limit_of(seasons: tuple[Season, ...], day: date) -> tuple[Season, date, date] | None:
    """The season with a limit of its own in which ``day`` lies, with its first and last day."""
    for season in seasons:
        if season.rule.most and (found := season.around(day)):
            return season, *found
    return None


def stretched(seasons: tuple[Season, ...], day: date) -> int:
    """How many parts of a business day ``day`` counts, seasons considered."""
    return min((s.worth for s in seasons if s.around(day)), default=UNIT)


def is_closed(seasons: tuple[Season, ...], day: date) -> bool:
    """Is everything closed on that day?"""
    return any(s.rule.closed and s.around(day) for s in seasons)

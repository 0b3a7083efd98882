"""Which words of a mail mean a month, a weekday or a moving feast?

Read from ``rules/calendar.yaml``. The longest word wins, so that "chinese new year" is not read as "new year".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import regex
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from followupd.rulesource import RuleSource, check_entries


class CalendarEntry(BaseModel):
    """One entry: ``months`` (12 groups), ``weekdays`` (7 groups), or a feast (``words`` with ``dates`` or ``day``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: list[list[str]] | None = Field(default=None, min_length=12, max_length=12)
    weekdays: list[list[str]] | None = Field(default=None, min_length=7, max_length=7)
    words: list[str] = []
    dates: list[date] = []
    day: str = Field(default="", pattern=r"^(\d\d-\d\d)?$")

    @field_validator("dates", mode="after")
    @classmethod
    def _in_order(cls, value: list[date]) -> list[date]:
        if value != sorted(value):
            raise ValueError("must be in order, oldest first")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> CalendarEntry:
        feast = bool(self.words) and bool(self.dates or self.day)
        if (self.months is not None) + (self.weekdays is not None) + feast != 1:
            raise ValueError("must be exactly one of months, weekdays, or words with dates or day")
        return self


@dataclass(frozen=True)
class CalendarWords:
    """Month names > 1..12, weekday names > 0..6 (Monday first), feast words > when business is usual again."""

    months: dict[str, int] = field(default_factory=dict)
    weekdays: dict[str, int] = field(default_factory=dict)
    feasts: dict[str, tuple[date | tuple[int, int], ...]] = field(default_factory=dict)

    @staticmethod
    def build(source: RuleSource) -> CalendarWords:
        """Read the table. Raises ConfigError with ``file:line`` for all problems at once."""
        words = CalendarWords()
        for entry in check_entries(CalendarEntry, source, "calendar").values():
            for number, names in enumerate(entry.months or [], start=1):
                words.months.update({name.casefold(): number for name in names})
            for number, names in enumerate(entry.weekdays or []):
                words.weekdays.update({name.casefold(): number for name in names})
            words.feasts.update(dict.fromkeys((w.casefold() for w in entry.words), _days(entry)))
        return words

    def pattern(self, kind: str) -> str:
        """An alternation of the names of ``months``, ``weekdays`` or ``feasts``, longest first; never empty."""
        names: list[str] = sorted(getattr(self, kind), key=lambda name: (-len(name), name))
        return "|".join(regex.escape(name) for name in names) or r"(?!)"


def _days(entry: CalendarEntry) -> tuple[date | tuple[int, int], ...]:
    if entry.day:
        return ((int(entry.day[:2]), int(entry.day[3:])),)
    return tuple(entry.dates)

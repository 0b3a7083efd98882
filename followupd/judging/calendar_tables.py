"""Which words of a mail mean a month, a weekday or a moving feast?

Read from ``rules/calendar.yaml``. The longest word wins, so that "chinese new year" is not read as "new year".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import regex
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from followupd.reading.normal import fold
from followupd.rulesource import RuleSource, check_entries

Span = Literal[
    "tomorrow", "next_week", "next_month", "next_quarter", "next_year", "end_of_next_week", "end_of_week", "end_of_month", "end_of_year",
    "second_half",
]
Unit = Literal["day", "week", "month"]


class CalendarEntry(BaseModel):
    """One entry: ``months`` (12 groups), ``weekdays`` (7 groups), a feast (``words`` with ``dates`` or ``day``), or a language's ``spans``.

    ``in`` stands before "two weeks", ``later`` behind it; ``month_in`` before a month, ``month_suffix`` behind it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: list[list[str]] | None = Field(default=None, min_length=12, max_length=12)
    weekdays: list[list[str]] | None = Field(default=None, min_length=7, max_length=7)
    words: list[str] = []
    dates: list[date] = []
    day: str = Field(default="", pattern=r"^(\d\d-\d\d)?$")
    spans: dict[Span, list[str]] | None = None
    units: dict[Unit, list[str]] = {}
    numbers: dict[str, int] = {}
    before: list[str] = Field(default=[], alias="in")
    later: list[str] = []
    month_in: list[str] = []
    month_suffix: list[str] = []
    early: list[str] = []
    mid: list[str] = []
    late: list[str] = []

    @field_validator("dates", mode="after")
    @classmethod
    def _in_order(cls, value: list[date]) -> list[date]:
        if value != sorted(value):
            raise ValueError("must be in order, oldest first")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> CalendarEntry:
        feast = bool(self.words) and bool(self.dates or self.day)
        if (self.months is not None) + (self.weekdays is not None) + feast + (self.spans is not None) != 1:
            raise ValueError("must be exactly one of months, weekdays, spans, or words with dates or day")
        return self


@dataclass(frozen=True)
class CalendarWords:
    """Month names > 1..12, weekday names > 0..6 (Monday first), feast words > when business is usual again."""

    months: dict[str, int] = field(default_factory=dict)
    weekdays: dict[str, int] = field(default_factory=dict)
    feasts: dict[str, tuple[date | tuple[int, int], ...]] = field(default_factory=dict)
    spans: dict[str, str] = field(default_factory=dict)
    """Words > the stretch of time they name."""
    units: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    month_in: dict[str, str] = field(default_factory=dict)
    month_suffix: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    """Words > ``early``, ``mid`` or ``late`` of a month."""
    _keys: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def build(source: RuleSource) -> CalendarWords:
        """Read the table. Raises ConfigError with ``file:line`` for all problems at once."""
        words = CalendarWords()
        for entry in check_entries(CalendarEntry, source, "calendar").values():
            for number, names in enumerate(entry.months or [], start=1):
                words.months.update({fold(name): number for name in names})
            for number, names in enumerate(entry.weekdays or []):
                words.weekdays.update({fold(name): number for name in names})
            words._take_spans(entry)
            words.feasts.update(dict.fromkeys((fold(w) for w in entry.words), _days(entry)))
        return words

    def _take_spans(self, entry: CalendarEntry) -> None:
        """The words of one language for stretches of time."""
        for held, given in ((self.spans, entry.spans or {}), (self.units, entry.units)):
            held.update({fold(word): name for name, words in given.items() for word in words})
        self.numbers.update({fold(word): number for word, number in entry.numbers.items()})
        for name in ("before", "later", "month_in", "month_suffix"):
            getattr(self, name).update({fold(word): name for word in getattr(entry, name)})
        for name in ("early", "mid", "late"):
            self.parts.update({fold(word): name for word in getattr(entry, name)})

    def key(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The patterns of all these kinds, made once."""
        if kinds not in self._keys:
            self._keys[kinds] = tuple(self.pattern(kind) for kind in kinds)
        return self._keys[kinds]

    def pattern(self, kind: str) -> str:
        """An alternation of the words of one kind (``months``, ``units``, ...), longest first; never empty."""
        names: list[str] = sorted(getattr(self, kind), key=lambda name: (-len(name), name))
        return "|".join(regex.escape(name) for name in names) or r"(?!)"


def _days(entry: CalendarEntry) -> tuple[date | tuple[int, int], ...]:
    if entry.day:
        return ((int(entry.day[:2]), int(entry.day[3:])),)
    return tuple(entry.dates)

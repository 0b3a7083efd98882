"""How are the rules of deciding written in YAML?

``stages.yaml``, ``topics.yaml``, ``limits.yaml``, ``countries.yaml``; the comments at the head of each say it to users.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: ``bd`` business days, ``d`` calendar days, ``h`` working hours of our own office."""

    amount: int
    unit: Literal["bd", "d", "h"]

    def __str__(self) -> str:
        """As written in YAML."""
        return f"{self.amount}{self.unit}"

    @property
    def calendar(self) -> timedelta:
        """As calendar time, for comparisons that need no calendar (a business day is one day)."""
        return timedelta(hours=self.amount) if self.unit == "h" else timedelta(days=self.amount)


def _span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    found = re.fullmatch(r"([0-9]{1,4})\s*(bd|d|h)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be like 3bd (business days), 30d (calendar days) or 4h (our working hours)")
    return Span(int(found[1]), found[2])  # type: ignore[arg-type]


def _days_only(value: Span) -> Span:
    if value.unit == "h":
        raise ValueError("must be in business days (3bd) or calendar days (30d); hours are for alerts only")
    return value


SpanText = Annotated[Span, BeforeValidator(_span)]
DaySpan = Annotated[Span, BeforeValidator(lambda value: _days_only(_span(value)))]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class StageEntry(_Entry):
    """A stage (DOMAIN 2.2): whose clock runs, after which silence we may write, and what comes then."""

    zh: str
    en: str
    clock: Literal["us", "them", "none"]
    silence: tuple[DaySpan, ...] = ()
    alert: tuple[SpanText, ...] = ()
    """``h`` working hours of our office, ``bd`` its business days, ``d`` so many days on the clock, weekends or not."""
    anchor: Literal["turn", "validity"] = "turn"
    """``validity``: near the end of an offer the thresholds give way to that end."""
    max: int = Field(default=0, ge=0, le=10, strict=True)
    """Follow-ups in one turn; 0 = only the limits count."""
    close_out: DaySpan | None = None
    then: str = ""
    recheck: DaySpan | None = None
    by_grade: dict[str, DaySpan] = Field(default_factory=dict)
    """Wait between two questions by the buyer's grade (A to E)."""
    blocks_sales: bool = False

    @field_validator("silence")
    @classmethod
    def _rising(cls, value: tuple[Span, ...]) -> tuple[Span, ...]:
        if any(a.calendar >= b.calendar for a, b in pairwise(value)):
            raise ValueError("the thresholds must rise, like [3bd, 7bd, 14bd]")
        return value


class Rate(_Entry):
    """At most ``count`` per buyer within ``days``."""

    count: int = Field(ge=1, strict=True)
    days: int = Field(ge=1, strict=True)


class TopicEntry(_Entry):
    """A topic (DOMAIN 2.3). ``when`` names a file of deciding/topics; ``rank`` decides among several, low first."""

    zh: str
    en: str
    when: str
    rank: int = Field(strict=True)
    stages: tuple[str, ...] = Field(min_length=1)
    needs: tuple[str, ...] = ()
    """Facts without which there is nothing true to say (deciding/needs.py)."""
    answers: tuple[str, ...] = ()
    """Only where the buyer's last answer was of one of these types; empty: of none that has a topic of its own."""
    first_only: bool = False
    once_per_quote: bool = False
    once_per_thread: bool = False
    may_repeat: bool = False
    """May follow itself; else no topic comes twice in a row."""
    quotes_validity: bool = False
    """Its texts name the last day of the offer: an untouched draft is withdrawn when that day is over."""
    at_most: Rate | None = None
    ahead: DaySpan | None = None
    """validity topics: how long before or after the end."""
    after: DaySpan | None = None
    """ask_demand: how long a silence must last."""
    waits: tuple[DaySpan, ...] = ()
    """forwardable_help: after the answer, one follow-up per wait."""
    within: DaySpan | None = None
    """validity_ended: not later than this after the end."""
    room: DaySpan | None = None
    """How far from its neighbours (close_out: our last mail; complete_quote: the end of the offer)."""


class LimitsEntry(_Entry):
    """Limits over all topics (domain defaults: global_limits)."""

    max_unanswered_in_a_row: int = Field(ge=1, strict=True)
    min_gap: DaySpan
    at_most: Rate
    grade: str
    nurture_ends: DaySpan
    absence_default: DaySpan
    pause_default: DaySpan
    holding: DaySpan
    short_validity: DaySpan
    alarm_age: DaySpan
    ready_at: time
    """Clock time in the buyer's zone at which a draft is ready on its day."""
    office_hours: tuple[int, int]

    @field_validator("ready_at", mode="before")
    @classmethod
    def _clock_time(cls, value: Any) -> Any:
        if isinstance(value, time):
            return value
        found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value) if isinstance(value, str) else None
        if found is None:
            raise ValueError('must be a time of day in quotes, like "08:30"')
        return time(int(found[1]), int(found[2]))

    @field_validator("office_hours")
    @classmethod
    def _opens_before_it_closes(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 0 <= value[0] < value[1] <= 24:
            raise ValueError("must be two hours of a day in order, like [9, 18]")
        return value


class CountryEntry(_Entry):
    """Calendar of a country: IANA main zone, weekend, how it writes dates. ``holidays`` names another code, or ``none``."""

    timezone: str
    weekend: tuple[str, ...] = ("sat", "sun")
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    holidays: str = ""

    @field_validator("weekend")
    @classmethod
    def _days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if bad := [d for d in value if d not in DAYS]:
            raise ValueError(f"{', '.join(bad)}: days are {', '.join(DAYS)}")
        if len(set(value)) > 4:
            raise ValueError("a week needs some working days")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("must be an IANA time zone like Europe/Berlin") from None
        return value

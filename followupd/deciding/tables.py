"""How are the rules of deciding written in YAML?

``stages.yaml``, ``topics.yaml``, ``limits.yaml``, ``countries.yaml``; docs/tuning.md explains them to users.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNKNOWN = "ZZ"
"""A country that nobody knows, and any that is not listed (CLDR)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: ``bd`` business days of the buyer, ``d`` calendar days, ``h`` working hours of our own office."""

    amount: int
    unit: Literal["bd", "d", "h"]

    def __str__(self) -> str:
        """As written in YAML."""
        return f"{self.amount}{self.unit}"

    @property
    def said(self) -> str:
        """As a person says it: 3 business days."""
        words = {"bd": "business day", "d": "day", "h": "working hour"}[self.unit]
        return f"{self.amount} {words}{'' if self.amount == 1 else 's'}"

    @property
    def calendar(self) -> timedelta:
        """As calendar time, for comparisons that need no calendar (a business day is one day)."""
        return timedelta(hours=self.amount) if self.unit == "h" else timedelta(days=self.amount)


def _span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    found = re.fullmatch(r"(\d{1,4})\s*(bd|d|h)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be like 3bd (buyer's business days), 30d (days) or 4h (our working hours)")
    return Span(int(found[1]), found[2])  # type: ignore[arg-type]


SPAN = r"^\d{1,4}\s*(bd|d|h)$"
SpanText = Annotated[Span, BeforeValidator(_span), WithJsonSchema({"type": "string", "pattern": SPAN})]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class StageEntry(_Entry):
    """A stage (DOMAIN 2.2): whose clock runs, after which silence we may write, and what comes then."""

    zh: str
    en: str
    clock: Literal["us", "them", "none"]
    """Who owes the next step: ``us`` an alarm, never a draft; ``them`` silence is counted; ``none`` nothing happens."""
    silence: tuple[SpanText, ...] = ()
    """After which silence the first, second, ... follow-up comes, counted from the mail that opened our turn."""
    alert: tuple[SpanText, ...] = ()
    """``h`` working hours of our office, ``bd`` its business days, ``d`` so many days on the clock, weekends or not."""
    max: int = Field(default=0, ge=0, le=10, strict=True)
    """Follow-ups in one turn; 0: no limit but the thresholds."""
    close_out: SpanText | None = None
    """After which silence the series is closed, once."""
    then: str = ""
    """The stage that follows when the series is used up."""
    recheck: SpanText | None = None
    blocks_sales: bool = False
    arrives: str = ""
    """The stage that begins when what we sent arrives."""
    way: SpanText | None = None
    """How long it is on its way where no day is named."""

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
    """A topic (DOMAIN 2.3). ``trigger`` names a module of deciding/topics; ``rank`` decides among several, low first."""

    zh: str
    en: str
    trigger: str
    rank: int = Field(strict=True)
    stages: tuple[str, ...] = Field(min_length=1)
    answers: tuple[str, ...] = ()
    """Only where the buyer's last answer was of one of these types; empty: of none that has a topic of its own."""
    first_only: bool = False
    quotes_validity: bool = False
    """Its texts name the last day of the offer: an untouched draft is withdrawn when that day is over."""
    once_per_quote: bool = False
    once_per_thread: bool = False
    at_most: Rate | None = None
    ahead: SpanText | None = None
    """validity topics: how long before or after the end."""
    least: Decimal | None = Field(default=None, gt=0)
    """requote: from which move on, in percent."""
    after: SpanText | None = None
    """ask_demand and the like: how long a silence must last."""


class LimitsEntry(_Entry):
    """Limits over all topics (domain defaults: global_limits)."""

    max_unanswered_in_a_row: int = Field(ge=1, strict=True)
    min_gap: SpanText
    at_most: Rate
    drafts_per_day: int = Field(ge=1, strict=True)
    nurture: SpanText
    nurture_by_grade: dict[str, SpanText] = {}
    """A to E (DOMAIN 6); a grade that is missing waits as ``nurture`` says."""
    nurture_ends: SpanText
    nurture_ends_customers: SpanText = Span(730, "d")
    """The same for who has ordered."""
    absence_default: SpanText
    pause_default: SpanText
    holding: SpanText
    short_validity: SpanText
    alarm_age: SpanText
    office_hours: tuple[int, int]


class CountryEntry(_Entry):
    """Calendar of a country: its name, IANA main zone (else ours), weekend, order of dates. ``holidays``: another code, or ``none``."""

    en: str = ""
    zh: str = ""
    timezone: str = ""
    weekend: tuple[str, ...] = ("sat", "sun")
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    holidays: str = ""

    @field_validator("weekend")
    @classmethod
    def _days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if bad := [d for d in value if d not in DAYS]:
            raise ValueError(f"{', '.join(bad)}: days are {', '.join(DAYS)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("must be an IANA time zone like Europe/Berlin") from None
        return value

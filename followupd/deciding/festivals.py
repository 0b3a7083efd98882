"""Which feast does a buyer keep soon, and what does one wish him for it?

Christmas, the Orthodox and the Armenian one, the New Year, Eid, the Lunar New Year and others, by country (DOMAIN 2.3, 8). Read
from ``rules/festivals.yaml``; pure arithmetic of calendar days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_YEARLY = re.compile(r"\d\d-\d\d")


class FestivalEntry(BaseModel):
    """A feast as YAML gives it. ``days``: ``12-25`` of every year, or single days; ``wish`` by language, ISO 639-1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    countries: tuple[str, ...] = Field(min_length=1)
    days: tuple[str, ...] = Field(min_length=1)
    wish: dict[str, str] = Field(min_length=1)

    @field_validator("days")
    @classmethod
    def _are_days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            try:
                date.fromisoformat(f"2000-{day}" if _YEARLY.fullmatch(day) else day)
            except ValueError:
                raise ValueError(f"'{day}' must be a day like 2027-02-06, or 12-25 for every year, in quotes") from None
        return value

    @field_validator("wish")
    @classmethod
    def _languages(cls, value: dict[str, str]) -> dict[str, str]:
        if bad := [name for name in value if not _LANGUAGE.fullmatch(name)]:
            raise ValueError(f"{', '.join(bad)}: languages are en, de, pt and the like")
        return value


@dataclass(frozen=True, slots=True)
class Festival:
    """A feast by its id."""

    id: str
    rule: FestivalEntry

    def after(self, day: date) -> date | None:
        """Its next day, ``day`` itself included; None when none is known."""
        ahead = [date.fromisoformat(said) for said in self.rule.days if not _YEARLY.fullmatch(said)]
        ahead += [date.fromisoformat(f"{year}-{said}") for said in self.rule.days if _YEARLY.fullmatch(said) for year in (day.year, day.year + 1)]
        return min((found for found in ahead if found >= day), default=None)


def next_festival(festivals: tuple[Festival, ...], country: str, day: date, within: timedelta) -> tuple[Festival, date] | None:
    """The next feast of a country within a time, with its day; an unknown country keeps none."""
    near = [(when, f) for f in festivals if country and country in f.rule.countries and (when := f.after(day)) and when - day <= within]
    if not near:
        return None
    when, found = min(near, key=lambda pair: (pair[0], pair[1].id))
    return found, when

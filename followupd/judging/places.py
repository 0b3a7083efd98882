"""Which country does a line of an address, or a domain, name?

Names and towns come from ``rules/country_names.yaml``, the main time zone of a country from ``rules/countries.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import regex
from pydantic import BaseModel, ConfigDict

from followupd.reading.normal import fold
from followupd.rulesource import RuleSource, check_entries

_NOT_COUNTRIES = frozenset(
    {"co", "io", "me", "tv", "ai", "cc", "ws", "to", "fm", "la", "eu", "su", "gg", "ly", "sh", "vc", "ag"}
)
"""Two-letter domains that are sold to everybody, or belong to no single country."""


class PlaceEntry(BaseModel):
    """The names of a country and its best known towns, in any language; the id is ISO 3166 alpha-2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: list[str]
    towns: list[str] = []


@dataclass(frozen=True)
class Places:
    """Countries by name and town, and their main time zones."""

    names: dict[str, str] = field(default_factory=dict)
    towns: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    _name_pattern: Any = None
    _town_pattern: Any = None

    @staticmethod
    def build(source: RuleSource) -> Places:
        """Read both tables. Raises ConfigError with ``file:line`` for all problems at once."""
        entries = check_entries(PlaceEntry, source, "country_names")
        names = {fold(name): id for id, entry in entries.items() for name in entry.names}
        towns = {fold(town): id for id, entry in entries.items() for town in entry.towns}
        zones = {
            id: zone
            for id, entry in source.entries("countries").items()
            if isinstance(zone := entry.data.get("timezone"), str)
        }
        return Places(names, towns, zones, _compiled(names), _compiled(towns))

    def country_in(self, line: str) -> str:
        """ISO code of the country that a line names, else of the town it names; empty if none."""
        for pattern, table in ((self._name_pattern, self.names), (self._town_pattern, self.towns)):
            found = pattern.findall(line[:200]) if pattern is not None else []
            if found:
                return table[fold(found[-1])]
        return ""

    def country_of_domain(self, domain: str) -> str:
        """ISO code of a country-code domain; empty for ``.com`` and for the two-letter domains sold to everybody."""
        last = domain.rpartition(".")[2].casefold()
        if len(last) != 2 or not last.isalpha() or last in _NOT_COUNTRIES:
            return ""
        return "GB" if last == "uk" else last.upper()

    def timezone(self, country: str) -> str:
        """Main IANA zone of a country; empty when unknown."""
        return self.zones.get(country, "")


def _compiled(names: dict[str, str]) -> Any:
    words = "|".join(regex.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)))
    return regex.compile(rf"(?<![\w@.-])(?:{words})(?![\w@-])", regex.IGNORECASE) if words else None

"""How do ten languages say the ways to pay, the moments of payment and the events that a lead time counts from?

Read from ``rules/trade_words.yaml``: each entry gives one short English form to whatever its patterns match, so that a
draft in any language can say it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from followupd.errors import ConfigError, Problem
from followupd.reading.patterns import Match, Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries


class TradeWordEntry(BaseModel):
    """One entry; ``say`` is empty for a ``note``, which is asked for by its id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["way", "moment", "event", "note"]
    say: str = ""
    patterns: list[str] = Field(min_length=1)
    match: list[str] = []
    no_match: list[str] = []


@dataclass(frozen=True)
class TradeWord:
    """A compiled entry."""

    id: str
    say: str
    patterns: tuple[Pattern, ...]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it is named."""
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                yield match.start(), match.end()

    def first(self, text: str) -> Match | None:
        """The first match of any of its patterns."""
        found = [m for p in self.patterns if (m := p.search(text))]
        return min(found, key=lambda m: m.start(), default=None)


@dataclass(frozen=True)
class TradeWords:
    """All entries by kind, in the order of the file."""

    by_kind: dict[str, tuple[TradeWord, ...]] = field(default_factory=dict)
    _notes: dict[str, TradeWord] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def build(source: RuleSource) -> TradeWords:
        """Read the table. Raises ConfigError with ``file:line`` for all problems at once."""
        problems: list[Problem] = []
        found: dict[str, list[TradeWord]] = {}
        for id, entry in check_entries(TradeWordEntry, source, "trade_words").items():
            origin = source.entries("trade_words")[id].stands
            try:
                patterns = tuple(compile_pattern(text, origin) for text in entry.patterns)
            except ConfigError as error:
                problems.extend(error.problems)
                continue
            found.setdefault(entry.kind, []).append(TradeWord(id, entry.say, patterns))
        if problems:
            raise ConfigError(*problems)
        return TradeWords({kind: tuple(words) for kind, words in found.items()})

    def of(self, kind: str) -> tuple[TradeWord, ...]:
        """All entries of a kind."""
        return self.by_kind.get(kind, ())

    def note(self, id: str) -> TradeWord:
        """One note; an entry that a user took out matches nothing."""
        if id not in self._notes:
            self._notes[id] = next((word for word in self.of("note") if word.id == id), TradeWord(id, "", ()))
        return self._notes[id]

    def spoken(self, kind: str, text: str) -> list[tuple[int, int, str]]:
        """Everything of a kind that a text names: start, end, the short form; by place, then in the order of the file."""
        found = [(a, b, word.say) for word in self.of(kind) for a, b in word.spans(text)]
        return sorted(found, key=lambda hit: hit[0])

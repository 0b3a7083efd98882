"""Which phrases name a trade term, and in which language?

``rules/phrases/<lang>.yaml`` maps ids to entries: a ``fact`` (validity_days, moq, ...), ``patterns`` with the
named groups that the fact asks for, and examples that a contract test runs: ``match`` and ``no_match``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from followupd.errors import ConfigError, Problem
from followupd.judging.calendar_tables import CalendarWords
from followupd.judging.places import Places
from followupd.judging.trade_words import TradeWords
from followupd.reading.needles import WORTH, grams, of_any
from followupd.reading.patterns import Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries

Fact = Literal[
    "validity_days", "validity_date", "validity_none", "lead_time", "moq", "payment", "packing", "doc_number", "sample",
    "need_by", "product",
]  # fmt: skip
FACTS: tuple[str, ...] = get_args(Fact)
NEEDED: dict[str, tuple[str, ...]] = {
    "validity_days": ("n",), "validity_date": ("date",), "lead_time": ("n", "unit"), "moq": ("n",),
    "doc_number": ("id",), "product": ("product",), "packing": ("packing",),
}  # fmt: skip
"""Named groups that a pattern of the fact must have."""


class PhraseEntry(BaseModel):
    """One way to name a fact. ``kind`` tells document numbers apart; ``match``/``no_match`` are examples."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: Fact
    patterns: list[str] = Field(min_length=1)
    kind: str = ""
    match: list[str] = []
    no_match: list[str] = []


@dataclass(frozen=True)
class Phrase:
    """A compiled entry."""

    id: str
    language: str
    fact: str
    kind: str
    patterns: tuple[Pattern, ...]
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class TermRules:
    """All phrases by fact, over all languages, English first; the words for days and months; the names of countries."""

    phrases: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    calendar: CalendarWords = field(default_factory=CalendarWords)
    places: Places = field(default_factory=Places)
    words: TradeWords = field(default_factory=TradeWords)
    _runs: dict[str, tuple[tuple[tuple[Phrase, Pattern], ...], dict[str, list[int]]]] = field(default_factory=dict, compare=False, repr=False)
    _by_language: dict[str, TermRules] = field(default_factory=dict, compare=False, repr=False)

    def spoken_in(self, language: str) -> TermRules:
        """These rules with the phrases of one language and of English only; all of them for a language without phrases."""
        if language not in self._by_language:
            own = {language, "en"}
            known = any(p.language == language for phrases in self.phrases.values() for p in phrases)
            kept = {fact: tuple(p for p in phrases if p.language in own) for fact, phrases in self.phrases.items()}
            self._by_language[language] = replace(self, phrases=kept, _by_language={}, _runs={}) if known else self
        return self._by_language[language]

    @staticmethod
    def build(source: RuleSource) -> TermRules:
        """Read ``phrases/*``, ``calendar``, ``country_names`` and ``trade_words``. Raises ConfigError with all problems."""
        problems: list[Problem] = []
        found: list[Phrase] = []
        for table in sorted(source.names("phrases/"), key=lambda name: (name != "phrases/en", name)):
            try:
                found.extend(_phrases(source, table))
            except ConfigError as error:
                problems.extend(error.problems)
        words, places, trade = CalendarWords(), Places(), TradeWords()
        try:
            words = CalendarWords.build(source)
            places = Places.build(source)
            trade = TradeWords.build(source)
        except ConfigError as error:
            problems.extend(error.problems)
        if problems:
            raise ConfigError(*problems)
        return TermRules({fact: tuple(p for p in found if p.fact == fact) for fact in FACTS}, words, places, trade)

    def likely(self, fact: str, text: str) -> tuple[tuple[Phrase, Pattern], ...]:
        """The patterns of a fact that may match a text, in their order: those of whose runs of letters the text holds one."""
        if fact not in self._runs:
            pairs = tuple((phrase, pattern) for phrase in self.of(fact) for pattern in phrase.patterns)
            held: dict[str, list[int]] = {}
            for at, (_, pattern) in enumerate(pairs):
                for run in of_any(pattern.needles):
                    held.setdefault(run, []).append(at)
            self._runs[fact] = (pairs, held)
        pairs, held = self._runs[fact]
        if len(text) < WORTH:
            return pairs
        met = held.keys() & grams(text)
        return tuple(pairs[at] for at in sorted({at for run in (*met, "") for at in held.get(run, ())}))

    def of(self, fact: str) -> tuple[Phrase, ...]:
        """The phrases of one fact, English first."""
        return self.phrases.get(fact, ())


def _phrases(source: RuleSource, table: str) -> list[Phrase]:
    entries = check_entries(PhraseEntry, source, table)
    language = table.partition("/")[2]
    problems: list[Problem] = []
    out: list[Phrase] = []
    for id, entry in entries.items():
        origin = source.entries(table)[id].stands
        try:
            patterns = tuple(compile_pattern(text, origin) for text in entry.patterns)
        except ConfigError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_lacking(entry, origin))
        out.append(
            Phrase(id, language, entry.fact, entry.kind, patterns, tuple(entry.match), tuple(entry.no_match), origin)
        )
    if problems:
        raise ConfigError(*problems)
    return out


def _lacking(entry: PhraseEntry, origin: str) -> list[Problem]:
    """Patterns without the named group that their fact needs."""
    return [
        Problem(origin, f"a pattern of {entry.fact} needs the group (?P<{group}>...)")
        for text in entry.patterns
        for group in NEEDED.get(entry.fact, ())
        if f"(?P<{group}>" not in text
    ]

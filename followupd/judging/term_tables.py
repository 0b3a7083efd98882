"""Which phrases name a trade term, and in which language?

``rules/phrases/<lang>.yaml`` maps ids to entries: a ``fact`` (validity_days, moq, ...), ``patterns`` with the
named groups that the fact asks for, and examples that a contract test runs: ``match`` and ``no_match``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, get_args

import regex
from pydantic import BaseModel, ConfigDict, Field

from followupd.errors import ConfigError, Problem
from followupd.judging.calendar_tables import CalendarWords
from followupd.judging.places import Places
from followupd.judging.trade_words import TradeWords
from followupd.reading.patterns import MAX_TEXT, Owner, Pattern, Sieve, compile_pattern
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

    @property
    def owner(self) -> Owner:
        """Under which its patterns lie in a sieve; of which languages they are is told by who asks (:meth:`TermRules.spoken_in`)."""
        return f"{self.language}/{self.id}", "any"


FEW = 3
"""Fewer parts are searched one by one."""
_BETWEEN = "\n\x00\n"
"""Joins parts so that nothing matches across: normalised text holds no NUL."""
_ANCHOR = regex.compile(r"(?<![\[\\])\^|(?<!\\)\$")
"""A pattern that asks for the beginning or end of a sentence has to be tried on every sentence."""


@lru_cache(maxsize=2048)
def _anchored(pattern: Pattern) -> bool:
    """Does it ask for the beginning or end of a sentence?"""
    return _ANCHOR.search(pattern.text) is not None


@dataclass(frozen=True)
class TermRules:
    """All phrases by fact, over all languages, English first; the words for days and months; the names of countries."""

    phrases: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    calendar: CalendarWords = field(default_factory=CalendarWords)
    places: Places = field(default_factory=Places)
    words: TradeWords = field(default_factory=TradeWords)
    _by_language: dict[str, TermRules] = field(default_factory=dict, compare=False, repr=False)

    def spoken_in(self, language: str) -> TermRules:
        """These rules with the phrases of one language and of English only; all of them for a language without phrases."""
        if language not in self._by_language:
            own = {language, "en"}
            known = any(p.language == language for phrases in self.phrases.values() for p in phrases)
            kept = {fact: tuple(p for p in phrases if p.language in own) for fact, phrases in self.phrases.items()}
            self._by_language[language] = replace(self, phrases=kept, _by_language={}) if known else self
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

    @cached_property
    def _sieve(self) -> Sieve:
        """The patterns of all facts, by phrase."""
        sieve = Sieve()
        for phrases in self.phrases.values():
            for phrase in phrases:
                sieve.add(phrase.owner, phrase.patterns)
        return sieve

    def alive(self, fact: str, parts: Sequence[str]) -> tuple[tuple[Phrase, Pattern], ...]:
        """The patterns of a fact that occur anywhere in these parts of a mail, in their order: one search each, instead of one for every part.

        Those that ask for the beginning or end of a part are always tried; in a few parts, or very long ones, all that may match.
        """
        whole = _BETWEEN.join(parts)
        if len(whole) > MAX_TEXT:
            return tuple((phrase, pattern) for phrase in self.of(fact) for pattern in phrase.patterns)
        worth = self._sieve.worth(whole)
        likely = ((phrase, pattern) for phrase in self.of(fact) for pattern in worth.get(phrase.owner, ()))
        return tuple(likely) if len(parts) < FEW else tuple((f, p) for f, p in likely if _anchored(p) or p.search(whole))

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

"""Which rule tables does drafting read, and which values may a template use?

``EVIDENCE_NAMES`` is the seam to deciding: every ``Evidence.what`` that a template can print. A template names values;
a variant whose value is missing is skipped, so nobody needs to provide all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from followupd.drafting.languages import HAN, Language, build_languages
from followupd.errors import ConfigError, Problem
from followupd.reading.patterns import Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries

EVIDENCE_NAMES: dict[str, str] = {
    "product": "the goods, as short as the thread has them: LED work lamps",
    "quantity": "what the buyer asked for: 5,000 pcs",
    "price": "unit price with currency: USD 2.35 per pc (or a bare figure, with `currency` beside it)",
    "currency": "ISO 4217, only where `price` is a bare figure",
    "incoterm": "term, with its place if known: FOB Ningbo",
    "place": "named place, only where `incoterm` is a bare term",
    "quote_number": "number of the offer: Q-118",
    "quote_date": "day the offer went out, 2026-11-12 or 12 Nov 2026",
    "valid_until": "last day on which the price holds, 2026-11-30 or 30 Nov 2026",
    "missing": "fields the offer lacks, comma-separated ids of wording.yaml: moq, validity",
    "wanted": "what an inquiry does not say, comma-separated ids of `asks` in the language files: quantity, destination",
    "month_later": "month for looking again, from the clock: March 2027",
    "lead_time": "25-30 days after deposit",
    "moq": "minimum quantity of the offer: 1,000 pcs",
    "payment": "payment terms of the offer: 30% deposit, 70% before shipment",
    "waiting_for": "the buyer's words about who decides: I am waiting for my client (else Facts.answer.evidence)",
    "slot_confirm": "day by which an order takes a place in production; slot_ready: the day it is ready then",
    "slot_ready": "see slot_confirm",
    "moved_up": "what has become dearer, as the user calls it: the price of copper (moved_down: cheaper)",
    "moved_down": "see moved_up",
    "moved_cost": "the same as an id of `costs` in the language files: copper; printed in the buyer's language",
    "moved_by": "by how much: 4%",
    "moved_since": "day from which on",
    "event_en": "news of ours in one sentence of the user; event_de and so on in other languages",
    "wish_en": "a wish for the buyer's feast; wish_de and so on in other languages",
    "pi_date": "day our proforma went out",
    "ordered_on": "day the last order began",
    "closed_from": "first day of our own closing",
    "closed_to": "its last day",
    "order_by": "day by which an order is finished before the closing",
    "sample_fee": "what a sample costs: USD 40 (sample_fee_refunded: paid back with the order)",
    "sample_fee_refunded": "see sample_fee",
    "sample_free": "free of charge",
    "arrived_on": "day on which a sample or a shipment arrived or should have",
    "region": "where goods of ours went, as the user says it",
    "buyer_name": "name as the buyer signs, where it differs from Facts.buyer.name",
}
"""What deciding puts into ``Decision.evidence`` for the shipped topics. Other names (letters and ``_``) reach templates
too, so that a new topic can bring a fact of its own; a value that is an ISO date is written as ``30 Nov 2026``."""

DERIVED_NAMES = frozenset({"offer", "offer_for", "price_terms", "valid_ahead", "valid_past", "client", "inside", "wanted_text"})
"""Made here from evidence, never taken from it; so is every name that begins with ``missing_``."""

ALIASES: dict[str, str] = {
    "quote": "quote_number",
    "offer_number": "quote_number",
    "number": "quote_number",
    "date": "quote_date",
    "quoted_on": "quote_date",
    "validity": "valid_until",
    "missing_fields": "missing",
    "month": "month_later",
    "unit_price": "price",
}
"""Other spellings of evidence names that are understood."""

Form = Literal["title_surname", "title_first", "first", "san", "bey", "full"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConventionEntry(_Entry):
    """How a buyer of some countries is addressed (DOMAIN 2.7)."""

    countries: list[str] = []
    form: Form
    order: Literal["given_first", "surname_first", "unsure"] = "given_first"
    two_surnames: bool = False
    """Two surnames at the end of a name; the first of them is used."""
    surnames: list[str] = []
    """Common surnames, casefolded or not, that settle the order of a name."""


class TitleEntry(_Entry):
    """A title as people sign it (``words``) and as we print it."""

    words: list[str] = Field(min_length=1)
    shown: str
    gender: Literal["m", "f", ""] = ""
    academic: bool = False
    """Kept even where first names are used."""


class WordListEntry(_Entry):
    """A plain list of words, compared casefolded."""

    words: list[str] = Field(min_length=1)


class PushEntry(_Entry):
    """A phrase that pushes (DOMAIN 2.4), with texts that must and must not match."""

    pattern: str
    match: list[str] = Field(min_length=1)
    no_match: list[str] = Field(min_length=1)
    en: str = ""
    """What is wrong with it, for the user; empty as in the entry of that name in push.yaml."""


class ThemeEntry(_Entry):
    """Words that speak of a theme, and the topics that may; two themes in one mail are two topics (DOMAIN 2.5).

    Another language's entry of the same name has the same topics when it names none.
    """

    pattern: str
    topics: list[str] = []
    match: list[str] = Field(min_length=1)
    no_match: list[str] = Field(min_length=1)


class TopicLimits(_Entry):
    """What a topic of its own kind may have instead: a wish is short and asks nothing."""

    min_words: int = Field(ge=1)
    max_words: int = Field(ge=1)
    questions: int = Field(ge=0)


class LimitsEntry(_Entry):
    """The figures of DOMAIN 2.5; words are counted without salutation and signature."""

    min_words: int = Field(ge=1)
    max_words: int = Field(ge=1)
    max_sentences: int = Field(ge=1)
    average_words: float = Field(gt=0)
    questions: int = Field(ge=0)
    quote_lines: int = Field(ge=0)
    """Lines of the quoted last mail."""
    references: int = Field(ge=2)
    """Message-IDs kept in References."""
    cc: int = Field(ge=0)
    value_chars: int = Field(ge=10)
    """A longer value counts as missing."""
    similar: float = Field(gt=0, le=1)
    """Share of common word triples from which on an earlier mail counts as the same text."""
    of_topic: dict[str, TopicLimits] = {}
    """By topic, where its limits differ."""


class FieldEntry(_Entry):
    """A field of a quote; its words are in the languages' ``fields``."""

    rank: int = 0
    """Which fields are named first when many are missing; lower is earlier."""


class DeciderEntry(_Entry):
    """Who decides on the buyer's side, by the words in which the buyer speaks of him."""

    kind: Literal["client", "inside"]
    words: dict[str, list[str]] = Field(min_length=1)
    """By language; a word that ends in ``*`` stands for all that begin so."""

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Find a word of any language; where words are not parted by spaces, anywhere."""
        return tuple(_word_pattern(word.casefold()) for words in self.words.values() for word in words)


@dataclass(frozen=True)
class Phrase:
    """A compiled pattern with what is wrong when it matches."""

    id: str
    pattern: Pattern
    what: str = ""
    topics: frozenset[str] = frozenset()
    language: str = "en"


@dataclass(frozen=True)
class DraftingRules:
    """All tables of this room."""

    limits: LimitsEntry
    conventions: dict[str, ConventionEntry]
    titles: dict[str, TitleEntry]
    words: dict[str, frozenset[str]]
    """Word lists by id: see rules/draft_words.yaml."""
    push: tuple[Phrase, ...]
    themes: tuple[Phrase, ...]
    fields: dict[str, FieldEntry]
    deciders: dict[str, DeciderEntry]
    languages: dict[str, Language]
    by_country: dict[str, ConventionEntry] = field(default_factory=dict)

    @staticmethod
    def build(source: RuleSource) -> DraftingRules:
        """Read and check every table. Raises ConfigError with ``file:line`` for all problems of a table at once."""
        conventions = check_entries(ConventionEntry, source, "conventions")
        lists = check_entries(WordListEntry, source, "draft_words")
        return DraftingRules(
            limits=_one(check_entries(LimitsEntry, source, "draft_limits"), "body", "rules/draft_limits.yaml"),
            conventions=conventions,
            titles=check_entries(TitleEntry, source, "titles"),
            words={id: frozenset(w.casefold() for w in e.words) for id, e in lists.items()},
            push=_phrases(PushEntry, source, "push"),
            themes=_phrases(ThemeEntry, source, "themes"),
            fields=check_entries(FieldEntry, source, "wording"),
            deciders=check_entries(DeciderEntry, source, "deciders"),
            languages=build_languages(source),
            by_country={c.upper(): entry for entry in conventions.values() for c in entry.countries},
        )

    def convention(self, country: str) -> ConventionEntry:
        """The convention of a country (ISO 3166 alpha-2); the entry ``other`` where none is known."""
        return self.by_country.get(country.upper()) or self.conventions["other"]

    def phrases(self, table: tuple[Phrase, ...], language: str) -> tuple[Phrase, ...]:
        """Those of English, which slips into every mail, and those of ``language``."""
        return tuple(p for p in table if p.language in {"en", language})

    def holds(self, words: str, word: str) -> bool:
        """Is ``word`` in the list ``words``?"""
        return word.casefold() in self.words.get(words, frozenset())


def _phrases(model: type[PushEntry] | type[ThemeEntry], source: RuleSource, base: str) -> tuple[Phrase, ...]:
    """The phrases of ``base.yaml`` (English) and of ``base/<language>.yaml``."""
    english, found = check_entries(model, source, base), []
    for table in (base, *source.names(f"{base}/")):
        for id, entry in (check_entries(model, source, table) if table != base else english).items():
            pattern, same = compile_pattern(entry.pattern, _at(source, table, id)), english.get(id)
            what = getattr(entry, "en", "") or getattr(same, "en", "") or "pushes"
            topics = getattr(entry, "topics", []) or getattr(same, "topics", [])
            found.append(Phrase(id, pattern, what, frozenset(topics), table.partition("/")[2] or "en"))
    return tuple(found)


def _word_pattern(word: str) -> re.Pattern[str]:
    if re.search(f"[{HAN}]", word):
        return re.compile(re.escape(word))
    tail = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}{tail}(?!\w)")


def _at(source: RuleSource, table: str, id: str) -> str:
    return source.tables[table][id].stands


def _one(entries: dict[str, LimitsEntry], id: str, where: str) -> LimitsEntry:
    if id not in entries:
        raise ConfigError(Problem(where, f"the entry '{id}' is missing or switched off", "put it back"))
    return entries[id]

"""What does a draft sound like in one language: dates, figures, set phrases, the frame around the text?

One file ``rules/languages/<language>.yaml`` holds all of it, so that a language is data. A language has a file or drafts in
it do not exist; a topic without a template in a language is written in English wholly, never in a mixture.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from followupd.errors import ConfigError, Problem
from followupd.reading.patterns import TIMEOUT, Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries

T = TypeVar("T", bound=BaseModel)
HAN = "\u3400-\u9fff\uf900-\ufaff"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GreetingEntry(_Entry):
    """The first line, by what is known of a person. ``{name}`` and ``{title}`` are filled in; a gender is never guessed."""

    by: Literal["country", "language"] = "language"
    """Whose custom shapes the name: that of the buyer's country (conventions.yaml) or that of the language."""
    name: Literal["surname", "given", "patronymic", "family"] = "surname"
    m: str = ""
    f: str = ""
    other: str
    """No gender known."""
    team: str
    """No name known."""
    titles_m: dict[str, str] = {}
    titles_f: dict[str, str] = {}
    titles: dict[str, str] = {}
    """Titles as printed, by the title as titles.yaml shows it; ``""`` stands for none."""
    convention: str = "other"
    """The entry of conventions.yaml that takes names apart where the country is unknown."""
    openings: list[str] = []
    """First lines that a person of ours may have chosen before, with ``{name}``; such a line is kept as it was."""
    mark: str = ","


class DatesEntry(_Entry):
    """Absolute dates: ``{d}``, ``{m}``, ``{y}`` are figures, ``{month}`` is a word of ``months``."""

    months: list[str] = Field(min_length=12, max_length=12)
    day: str
    first: str = ""
    """The first of a month where it is written otherwise than with its figure."""
    months_later: list[str] = Field(min_length=12, max_length=12)
    """Months as they stand in ``month_later``."""
    later: str = "{month} {y}"
    finds: str
    """Pattern of a date in a text; ``{month}`` stands for any of the months."""


class NumbersEntry(_Entry):
    """Figures, prices and amounts; ``as_written`` leaves them as evidence has them."""

    as_written: bool = False
    decimal: str = "."
    group: str = ","
    swapped: list[str] = []
    """Countries of this language that write the point and the comma the other way round."""
    percent: str = "{amount}%"
    price: str = "{currency} {amount}"
    per: str = "{price} / {unit}"
    amount: str = "{number} {unit}"
    units: dict[str, str] = {}
    """Units by their English names."""
    span: str = "{low}-{high}"
    days: str = "{days}"
    after: str = "{days} {event}"
    events: dict[str, str] = {}


class OfferEntry(_Entry):
    """What our offer is called: by its number, by its date, or just so; ``goods`` adds what it is for."""

    number: str
    date: str
    bare: str
    goods: str


class ListEntry(_Entry):
    """How words are strung together: ``A, B and C``."""

    join: str
    last: str


class CloseEntry(_Entry):
    """The end of the mail and the line above the quoted one."""

    sign_off: str
    wrote: str
    someone: str


class TextEntry(_Entry):
    """What the lint needs to know of the script and the words."""

    number_words: list[str] = []
    relative_days: list[str] = []
    real_words: list[str] = []
    """Words that elsewhere would be a leftover of a template: Spanish "todo"."""
    plain_capitals: list[str] = []
    """Capital letters within a sentence that need no source."""
    capitals: bool = True
    """Do capitals mark names? Not where every noun has one."""
    latin: bool = True
    """Are its own words in Latin letters? Where not, every Latin word needs a source."""
    abbreviations: list[str] = []
    """Patterns of what stands before a full stop that ends no sentence."""
    splits_at: str = ""
    """Signs between a small word and a name or figure: l'offre, 2026'da."""
    spaces: bool = True
    """Do spaces part the words?"""
    characters_per_word: float = Field(default=1.6, gt=0)
    """How many characters without spaces count as one word."""
    right_to_left: bool = False


class Mend(_Entry):
    """What must be joined once the values are in: ``al 8`` becomes ``all'8``."""

    pattern: str
    to: str


class Words(RootModel[dict[str, str]]):
    """Words by id."""


@dataclass(frozen=True)
class Language:
    """One language. ``offers`` and ``said`` are by grammatical case, ``""`` being the plain one."""

    id: str
    greeting: GreetingEntry
    dates: DatesEntry
    numbers: NumbersEntry
    listing: ListEntry
    close: CloseEntry
    text: TextEntry
    offers: dict[str, OfferEntry]
    fields: dict[str, dict[str, str]]
    said: dict[str, dict[str, str]]
    costs: dict[str, str]
    """What can become cheaper or dearer, by the ids of a fact; ``other`` is "one of our costs"."""
    asks: dict[str, str] = field(default_factory=dict)
    """What the first reply asks for, by the ids of deciding/wanted.py; without it there is no first reply in the language."""
    mends: tuple[tuple[Pattern, str], ...] = ()

    def day(self, day: date) -> str:
        """A day in full: ``30. November 2026``."""
        figure = self.dates.first if day.day == 1 and self.dates.first else str(day.day)
        return filled(
            self.dates.day, d=figure, m=str(day.month), y=str(day.year), month=self.dates.months[day.month - 1]
        )

    def month(self, month: int, year: int) -> str:
        """A month for looking again, in the form in which ``month_later`` stands."""
        return filled(self.dates.later, m=str(month), y=str(year), month=self.dates.months_later[month - 1])

    def listed(self, words: list[str]) -> str:
        """``A``, ``A and B``, ``A, B and C``."""
        head = self.listing.join.join(words[:-1])
        return f"{head}{self.listing.last}{words[-1]}" if head else "".join(words)

    def mended(self, text: str) -> str:
        """The text with contractions made; a value may have changed what its neighbour looks like."""
        for pattern, to in self.mends:
            with suppress(TimeoutError):
                text = str(pattern.compiled.sub(to, text, timeout=TIMEOUT))
        return text

    @cached_property
    def claimed_months(self) -> frozenset[str]:
        """Words for months, casefolded, where a small letter hides that they name something; none in English."""
        words = (*self.dates.months, *self.dates.months_later) if not self.numbers.as_written else ()
        return frozenset(m.casefold() for m in words if len(m) > 2)

    @cached_property
    def found_dates(self) -> re.Pattern[str]:
        """Finds the dates in a text."""
        words = sorted({*self.dates.months, *self.dates.months_later}, key=len, reverse=True)
        return re.compile(self.dates.finds.replace("{month}", f"(?:{'|'.join(map(re.escape, words))})"))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the values that are made here and never taken from evidence."""
        offers = {cased(base, case) for case in self.offers for base in ("offer", "offer_for")}
        return frozenset(offers | {cased(base, case) for case in self.said for base in ("client", "inside")})

    def holds(self, words: Literal["number_words", "relative_days", "plain_capitals", "real_words"], word: str) -> bool:
        """Is ``word`` in that list of ``text``?"""
        return word.casefold() in self._lists[words]

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        lists = {n: getattr(self.text, n) for n in ("number_words", "relative_days", "plain_capitals", "real_words")}
        return {name: frozenset(w.casefold() for w in words) for name, words in lists.items()}


def build_languages(source: RuleSource) -> dict[str, Language]:
    """All languages by their two letters. Raises ConfigError with ``file:line``."""
    found: dict[str, Language] = {}
    problems: list[Problem] = []
    for table in source.names("languages/"):
        try:
            found[table.partition("/")[2]] = _language(source, table)
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)
    if "en" not in found:
        raise ConfigError(Problem("rules/languages/en.yaml", "English is missing", "it is what drafts fall back to"))
    return found


KINDS: dict[str, type[BaseModel]] = {
    "greeting": GreetingEntry,
    "dates": DatesEntry,
    "numbers": NumbersEntry,
    "listing": ListEntry,
    "close": CloseEntry,
    "text": TextEntry,
    "offer": OfferEntry,
    "fields": Words,
    "said": Words,
    "costs": Words,
    "asks": Words,
    "mend": Mend,
}
OPTIONAL = frozenset({"asks", "mend"})
"""What an id of a language file holds; ``offer_dat`` and ``said_dat`` are the same in another case."""


def _language(source: RuleSource, table: str) -> Language:
    entries = source.entries(table)
    odd = [id for id in entries if id.partition("_")[0] not in KINDS]
    lacks = [id for id in KINDS if id not in entries and id not in OPTIONAL]
    if odd or lacks:
        first = next(iter(entries.values())).origin if entries else table
        problems = [
            Problem(entries[id].origin, f"'{id}' is no part of a language", f"one of {', '.join(KINDS)}") for id in odd
        ]
        raise ConfigError(*problems, *(Problem(first, f"the part '{id}' is missing") for id in lacks))

    def parts(kind: str, model: type[T]) -> dict[str, T]:
        """The parts of a kind by case."""
        own = {id: e for id, e in entries.items() if id.partition("_")[0] == kind}
        checked = check_entries(model, replace(source, tables={table: own}), table)
        return {id.partition("_")[2]: entry for id, entry in checked.items()}

    return Language(
        id=table.partition("/")[2],
        greeting=parts("greeting", GreetingEntry)[""],
        dates=parts("dates", DatesEntry)[""],
        numbers=parts("numbers", NumbersEntry)[""],
        listing=parts("listing", ListEntry)[""],
        close=parts("close", CloseEntry)[""],
        text=parts("text", TextEntry)[""],
        offers=parts("offer", OfferEntry),
        fields={case: words.root for case, words in parts("fields", Words).items()},
        said={case: words.root for case, words in parts("said", Words).items()},
        costs=parts("costs", Words)[""].root,
        asks=parts("asks", Words).get("", Words({})).root,
        mends=tuple((compile_pattern(m.pattern, table), m.to) for m in parts("mend", Mend).values()),
    )


def cased(base: str, case: str) -> str:
    """The name of a value in a grammatical case: ``offer_for`` and ``dat`` make ``offer_for_dat``."""
    return f"{base}_{case}" if case else base


def filled(pattern: str, **values: str) -> str:
    """A pattern with its ``{names}`` replaced once; braces within a value stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], ""), pattern)

"""Which goods belong to one trade, and does one inquiry ask for goods that have nothing to do with each other? (DOMAIN 1.3, 1.4)

``rules/families.yaml`` names trades by a few plain goods in each language. Middlemen ask for many of them at once, and so do people
who want anything that resells. Cautious: goods of four different trades, each by its plain name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

import regex
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from followupd.errors import ConfigError, Problem
from followupd.reading.patterns import Group, Sieve, compile_pattern, first_match
from followupd.rulesource import RuleSource, check_entries

ENOUGH = 4
"""Trades."""
CAP = 4_000
"""Characters of a mail that are searched."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Goods = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
"""A plain name of goods; ``*`` at the end of a word stands for any ending (``шин*``)."""


class FamilyEntry(BaseModel):
    """A trade: its name, and by language the goods by which it is known. ``more`` are the user's own, beside the shipped ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str
    words: dict[Language, list[Goods]] = Field(min_length=1)
    more: dict[Language, list[Goods]] = {}

    def goods(self) -> Iterator[tuple[str, list[str]]]:
        """All goods by language."""
        for language in sorted({*self.words, *self.more}):
            yield language, [*self.words.get(language, ()), *self.more.get(language, ())]


@dataclass(frozen=True)
class Families:
    """The trades by id, each with the languages that name its goods."""

    by_id: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sieve: Sieve = field(default_factory=Sieve, compare=False, repr=False)
    """The patterns of all goods by trade and language."""

    @staticmethod
    def build(source: RuleSource) -> Families:
        """Read the table. Raises ConfigError with ``file:line`` for all problems at once."""
        problems: list[Problem] = []
        found, sieve = [], Sieve()
        for id, entry in check_entries(FamilyEntry, source, "families").items():
            origin = source.entries("families")[id].stands
            if wrong := [word for _, words in entry.goods() for word in words if not all(_NAME.fullmatch(part) for part in word.split())]:
                problems.append(Problem(origin, f"{id}: '{wrong[0]}' names no goods", "letters, and * at the end of a word for any ending"))
                continue
            goods = {lang: Group.of((compile_pattern(_pattern(words), origin),)) for lang, words in entry.goods() if words}
            for lang, group in goods.items():
                sieve.add((id, lang), group.patterns)
            found.append((id, tuple(goods)))
        if problems:
            raise ConfigError(*problems)
        return Families(tuple(found), sieve)

    def named(self, text: str, language: str) -> tuple[str, ...]:
        """The goods by which trades are known in a text, one of each trade: by English names and those of the text's own language."""
        text = text[:CAP]
        worth = self.sieve.look(text, language)
        matches = (next(filter(None, (first_match(worth.get((id, tongue), ()), text) for tongue in tongues)), None) for id, tongues in self.by_id)
        return tuple(" ".join(m[0].split()) for m in matches if m)


_NAME = regex.compile(r"[\p{L}\p{M}\d'’-]*\p{L}[\p{L}\p{M}\d'’-]*\*?")
_HAN = regex.compile(r"\p{Han}")
_ARABIC = regex.compile(r"\p{Arabic}")
_PREFIXES = "(?:و|ب|ل|ال|وال|بال|لل)?"
"""What Arabic writes at the head of a word: and, with, for, the."""


def _pattern(words: list[str]) -> str:
    """One pattern for some goods; ideographs stand where they stand, other words stand alone."""
    return "|".join(_of_word(word) for word in words)


def _of_word(word: str) -> str:
    bare = r"\s+".join(_of_part(part) for part in word.split())
    if _HAN.search(word):
        return bare
    head = r"(?<!\p{L})" + (_PREFIXES if _ARABIC.search(word) else "")
    return head + bare + r"(?!\p{L})"


def _of_part(part: str) -> str:
    return str(regex.escape(part.removesuffix("*"))) + (r"\p{L}*" if part.endswith("*") else "")

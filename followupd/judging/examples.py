"""Which examples teach what a text reads like, in which language?

``rules/said/<language>.yaml`` teaches what a buyer's answer means, ``rules/letters/<language>.yaml`` what kind of first mail
it is. Each label holds lines of text: ``examples`` are the house's, ``more`` the user's own. A language is learnt when it is
first asked for, and kept in the cache for the next process with the same examples.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from followupd import cache
from followupd.judging.likeness import Learnt, Likeness, learn
from followupd.rulesource import RuleSource, check_entries

WAY = 1
"""Raised whenever the same lines would be learnt otherwise: what older ways learnt is not taken from the cache then."""


class Examples(BaseModel):
    """One label of one language: an example per line; empty lines say nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: str = ""
    more: str = ""

    def lines(self) -> Lines:
        """All examples, without marks of the table itself."""
        return Lines(self.examples, self.more)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of texts, parted when they are asked for: all of all languages at once would be megabytes that nobody reads."""

    examples: str
    more: str = ""

    def __iter__(self) -> Iterator[str]:
        for text in (self.examples, self.more):
            yield from (line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True)
class Taught:
    """The examples of one table (``said``, ``letters``) by language and label, and what was learnt of them so far."""

    examples: Mapping[str, Mapping[str, Iterable[str]]] = field(default_factory=dict)
    table: str = ""
    _learnt: dict[str, Learnt] = field(default_factory=dict, compare=False, repr=False)
    _counts: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def build(source: RuleSource, table: str) -> Taught:
        """Read ``table/<language>`` (``said``, ``letters``). Raises ConfigError with file:line."""
        found = {}
        for name in source.names(f"{table}/"):
            entries = check_entries(Examples, source, name)
            found[name.rpartition("/")[2]] = {label: entry.lines() for label, entry in entries.items()}
        return Taught(found, table)

    def read(self, text: str, language: str) -> Likeness:
        """What a text reads like; where its language is not known (``und``), in the language that knows most of its words."""
        if language in self.examples or not self.examples:
            return self.of(language).read(text)
        found = (self.of(tongue).read(text) for tongue in sorted(self.examples))
        return max(found, key=lambda one: (one.known, one.share))

    def count(self, language: str) -> int:
        """How many examples a language has."""
        if language not in self._counts:
            self._counts[language] = sum(1 for lines in self.examples.get(language, {}).values() for _ in lines)
        return self._counts[language]

    def of(self, language: str) -> Learnt:
        """What was learnt of a language; of English where a language has no examples. Empty when there are none."""
        key = language if language in self.examples else "en"
        if key not in self._learnt:
            self._learnt[key] = _learnt(f"{self.table}-{key}", self.examples.get(key, {}))
        return self._learnt[key]


def _learnt(name: str, examples: Mapping[str, Iterable[str]]) -> Learnt:
    """Learnt, or taken from the cache where the same lines were learnt before."""
    if not examples:
        return Learnt()
    key = sha256(json.dumps([WAY, sorted((label, sorted(lines)) for label, lines in examples.items())]).encode()).hexdigest()[:32]
    if held := cache.load(name, key):
        with suppress(KeyError, ValueError):
            return Learnt.of_kept(held)
    found = learn(examples)
    cache.save(name, key, found.kept())
    return found

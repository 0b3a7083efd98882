"""How is a pattern from a rule file matched so that no mail and no rule can hang us?

The ``regex`` package, case-insensitive and Unicode, on capped text and with a timeout per search: a pattern that takes
longer finds nothing, and is counted. What does not compile is refused with file:line when the rules are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import regex

from followupd.errors import ConfigError, Problem
from followupd.reading.needles import WORTH, Needles, grams, hopeless, needles, of_all

MAX_TEXT = 20_000
TIMEOUT = 0.05
MAX_PATTERN = 4_000

Match = Any
"""A match of the ``regex`` package: ``group``, ``groupdict``, ``start``, ``end``, ``span`` as in ``re``."""


class Timeouts:
    """How often patterns ran out of time in this process, by origin."""

    counts: dict[str, int] = {}  # noqa: RUF012 - one counter per process is meant

    @classmethod
    def note(cls, origin: str) -> None:
        cls.counts[origin] = cls.counts.get(origin, 0) + 1


_KEPT = regex.compile(r"(\\[pP]\{[^}]*\}|\\.|\(\?P<\w+>|\(\?P=\w+\))|(\p{Lu})")
_CASED = regex.compile(r"\\[pP]\{|\(\?[a-zA-Z]*-?i")
"""What makes a pattern mean something else in lower case: properties of letters, and switches of case inside."""


@dataclass(frozen=True)
class Pattern:
    """A pattern with where it came from. ``gate`` is the same in lower case, which is searched in half the time."""

    text: str
    origin: str
    flags: int
    gate: Any = None
    needles: Needles = ()

    @cached_property
    def compiled(self) -> Any:
        """The pattern itself; most are never asked for, because their gate finds nothing."""
        return regex.compile(self.text, self.flags)

    def _matchless(self, text: str) -> bool:
        """Is it sure, at little cost, that nothing matches?"""
        if hopeless(self.needles, text):
            return True
        return self.gate is not None and self.gate.search(lower(text), timeout=TIMEOUT) is None

    def search(self, text: str) -> Match | None:
        """The first match in ``text`` (capped), None when there is none or the time is over."""
        text = text[:MAX_TEXT]
        try:
            return None if self._matchless(text) else self.compiled.search(text, timeout=TIMEOUT)
        except TimeoutError:
            Timeouts.note(self.origin)
            return None

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches in ``text`` (capped), as far as the time goes."""
        text = text[:MAX_TEXT]
        try:
            if not self._matchless(text):
                yield from self.compiled.finditer(text, timeout=TIMEOUT)
        except TimeoutError:
            Timeouts.note(self.origin)


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns of which the first that matches counts; asked as one whether it is worth searching at all."""

    patterns: tuple[Pattern, ...]
    runs: frozenset[str] = frozenset()

    @staticmethod
    def of(patterns: Iterable[Pattern]) -> Group:
        """A group in the order given."""
        members = tuple(patterns)
        return Group(members, of_all(p.needles for p in members))

    def search(self, text: str) -> Match | None:
        """The match of the first pattern that matches, None when none does."""
        text = text[:MAX_TEXT]
        if self.runs and len(text) >= WORTH and self.runs.isdisjoint(grams(text)):
            return None
        return next((m for p in self.patterns if (m := p.search(text)) is not None), None)


def compile_pattern(text: str, origin: str, *, ignore_case: bool = True) -> Pattern:
    """Compile a pattern of a rule file. Raises ConfigError naming ``origin`` (file:line)."""
    if len(text) > MAX_PATTERN:
        raise ConfigError(Problem(origin, f"the pattern has {len(text)} characters, more than {MAX_PATTERN}"))
    flags = regex.UNICODE | regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0)
    gated = ignore_case and not _CASED.search(text)
    try:
        gate = regex.compile(_KEPT.sub(_lowered, text), regex.UNICODE | regex.VERSION0) if gated else None
        pattern = Pattern(text, origin, flags, gate, needles(text) if ignore_case else ())
        first = gate or pattern.compiled
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise ConfigError(Problem(origin, f"the pattern does not compile: {error}", f"pattern: {text[:60]}")) from None
    if first.search("") is not None:
        raise ConfigError(Problem(origin, "the pattern matches the empty text, so it would always match", text[:60]))
    return pattern


def _lowered(match: Any) -> str:
    return str(match[1] or match[2].lower())


@lru_cache(maxsize=64)
def lower(text: str) -> str:
    """A text in lower case, made once for all patterns."""
    return text.lower()

"""How is a pattern from a rule file matched so that no mail and no rule can hang us?

The ``regex`` package, case-insensitive and Unicode, on capped text and with a timeout per search: a pattern that takes
longer finds nothing, and is counted. What does not compile is refused with file:line when the rules are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import regex

from followupd.errors import ConfigError, Problem
from followupd.reading.needles import ONE_LETTER, WORTH, Needles, folded, grams, hopeless, needles, of_any

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
    """A pattern with where it came from; compiled when it is first asked, since most never are."""

    text: str
    origin: str
    flags: int
    ignore_case: bool = False
    """Is it told to match without regard to case, and may so be searched in lower case first?"""

    @cached_property
    def compiled(self) -> Any:
        """The pattern itself; most are never asked for, because their gate finds nothing."""
        return regex.compile(self.text, self.flags)

    @cached_property
    def gate(self) -> Any:
        """The same in lower case, which is searched in half the time; None where that would mean something else."""
        if not self.ignore_case or _CASED.search(self.text):
            return None
        return regex.compile(_KEPT.sub(_lowered, self.text.translate(ONE_LETTER)), regex.UNICODE | regex.VERSION0)

    @cached_property
    def needles(self) -> Needles:
        """What every match must hold."""
        return needles(self.text) if self.ignore_case else ()

    def _matchless(self, text: str) -> bool:
        """Is it sure, at little cost, that nothing matches?"""
        if hopeless(self.needles, text):
            return True
        return self.gate is not None and self.gate.search(folded(text), timeout=TIMEOUT) is None

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


@dataclass(frozen=True)
class Group:
    """Patterns of which the first that matches counts; asked as one whether it is worth searching at all."""

    patterns: tuple[Pattern, ...]

    @staticmethod
    def of(patterns: Iterable[Pattern]) -> Group:
        """A group in the order given; the alternatives of a pattern are searched one by one, so that few are."""
        return Group(tuple(replace(p, text=way) for p in patterns for way in alternatives(p.text)))

    @cached_property
    def _by_run(self) -> dict[str, list[int]]:
        """Which patterns need a run; under the empty run those of which nothing certain is known."""
        found: dict[str, list[int]] = {}
        for at, pattern in enumerate(self.patterns):
            for run in of_any(pattern.needles):
                found.setdefault(run, []).append(at)
        return found

    @cached_property
    def runs(self) -> frozenset[str]:
        """Runs of which every text that matches holds one; the empty run where nothing certain is known."""
        return frozenset(self._by_run)

    def _worth_asking(self, text: str) -> Iterable[Pattern]:
        """The patterns that may match a text, in their order."""
        if len(text) < WORTH:
            return self.patterns
        met = self.runs & grams(text)
        if not met and "" not in self.runs:
            return ()
        return (self.patterns[at] for at in sorted({at for run in (*met, "") for at in self._by_run.get(run, ())}))

    def search(self, text: str) -> Match | None:
        """The match of the first pattern that matches, None when none does."""
        text = text[:MAX_TEXT]
        for pattern in self._worth_asking(text):
            match = pattern.search(text)
            if match is not None:
                return match
        return None


def compile_pattern(text: str, origin: str, *, ignore_case: bool = True) -> Pattern:
    """A pattern of a rule file. Raises ConfigError naming ``origin`` (file:line) for one that is not sound.

    A shipped one is compiled when it is first searched for: there are two thousand, and a mailbox asks for a few hundred.
    """
    if len(text) > MAX_PATTERN:
        raise ConfigError(Problem(origin, f"the pattern has {len(text)} characters, more than {MAX_PATTERN}"))
    flags = regex.UNICODE | regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0)
    pattern = Pattern(text, origin, flags, ignore_case)
    if not getattr(origin, "shipped", False):
        check(pattern)
    return pattern


def check(pattern: Pattern) -> None:
    """Raises ConfigError where a pattern does not compile or matches the empty text."""
    try:
        first = pattern.gate or pattern.compiled
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        hint = f"pattern: {pattern.text[:60]}"
        raise ConfigError(Problem(pattern.origin, f"the pattern does not compile: {error}", hint)) from None
    if first.search("") is not None:
        raise ConfigError(Problem(pattern.origin, "the pattern matches the empty text, so it would always match", pattern.text[:60]))


_WHOLE = regex.compile(r"\(\?P|\\[1-9]|^\(\?[a-zA-Z-]+\)|\(\?\(")
"""What ties the alternatives of a pattern together: names, references, switches at its head, conditions."""


def alternatives(text: str) -> tuple[str, ...]:
    """The alternatives at the top of a pattern; the pattern itself where they cannot be parted."""
    if "|" not in text or _WHOLE.search(text):
        return (text,)
    ways, depth, inside, start, at = [], 0, False, 0, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 1
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
            at += text[at + 1 : at + 2] == "^"
            at += text[at + 1 : at + 2] == "]"
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            ways.append(text[start:at])
            start = at + 1
        at += 1
    ways.append(text[start:])
    return tuple(ways) if all(ways) else (text,)


def _lowered(match: Any) -> str:
    return str(match[1] or match[2].lower())

"""How is a pattern from a rule file matched so that no mail and no rule can hang us?

The ``regex`` package, case-insensitive and Unicode, on capped text and with a timeout per search: a pattern that takes
longer finds nothing, and is counted. What does not compile is refused with file:line when the rules are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import regex

from followupd.errors import ConfigError, Problem
from followupd.reading.han import in_both_scripts
from followupd.reading.needles import ONE_LETTER, WORTH, Needles, folded, grams, hopeless, may_match, needles, of_any

MAX_TEXT = 20_000
TIMEOUT = 0.05
MAX_PATTERN = 4_000
KEPT_ANSWERS = 64
"""So many answers of a sieve are kept: a mail is asked in some ways by each of its tables."""

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
        return regex.compile(in_both_scripts(self.text), self.flags)

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

    def _shut(self, text: str) -> bool:
        """Does the gate say that nothing matches? Raises TimeoutError."""
        return self.gate is not None and self.gate.search(folded(text), timeout=TIMEOUT) is None

    def search(self, text: str) -> Match | None:
        """The first match in ``text`` (capped), None when there is none or the time is over."""
        return None if hopeless(self.needles, text[:MAX_TEXT]) else self.sifted(text)

    def sifted(self, text: str) -> Match | None:
        """As :meth:`search`, for a text of which it is known that what a match needs is there."""
        text = text[:MAX_TEXT]
        try:
            return None if self._shut(text) else self.compiled.search(text, timeout=TIMEOUT)
        except TimeoutError:
            Timeouts.note(self.origin)
            return None

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches in ``text`` (capped), as far as the time goes."""
        text = text[:MAX_TEXT]
        try:
            if not (hopeless(self.needles, text) or self._shut(text)):
                yield from self.compiled.finditer(text, timeout=TIMEOUT)
        except TimeoutError:
            Timeouts.note(self.origin)


Owner = tuple[str, str]
"""Whose patterns they are, and for which language; ``any`` for all."""


def is_tried(tongue: str, language: str) -> bool:
    """Are patterns of a tongue tried on a text of a language? Those of ``any`` and English always, all where it is not known."""
    return tongue in ("any", "en", language) or language == "und"


class Sieve:
    """The patterns of many owners: which of them are worth searching in a text? Looked through once for all of them."""

    def __init__(self) -> None:
        self._patterns: list[tuple[Owner, Pattern]] = []
        self._by_run: dict[str, dict[str, list[int]]] = {}
        self._kept: dict[tuple[str, str], Worth] = {}

    def add(self, owner: Owner, patterns: Iterable[Pattern]) -> None:
        """More patterns of an owner; before the first question."""
        self._patterns += [(owner, pattern) for pattern in patterns]

    def worth(self, text: str, language: str = "und") -> Worth:
        """By owner, in the order they were added, the patterns of ``any``, of English and of a language whose rarest runs are there.

        All languages where it is not known. The last few answers are kept.
        """
        found = self._kept.get((text, language))
        if found is None:
            if len(self._kept) >= KEPT_ANSWERS:
                self._kept.clear()
            found = self._kept[text, language] = self.look(text, language)
        return found

    def look(self, text: str, language: str = "und") -> Worth:
        """As :meth:`worth`, for a text that is asked about once: nothing is kept."""
        text = text[:MAX_TEXT]
        by_run = self._by_run.get(language)
        if by_run is None:
            by_run = self._by_run[language] = self._read(language)
        met = by_run.keys() if len(text) < WORTH else (by_run.keys() & grams(text)) | {""}
        found: dict[Owner, list[Pattern]] = {}
        for at in sorted({at for run in met for at in by_run.get(run, ())}):
            owner, pattern = self._patterns[at]
            found.setdefault(owner, []).append(pattern)
        return found

    def _read(self, language: str) -> dict[str, list[int]]:
        """Which patterns need a run; under the empty run those of which nothing certain is known."""
        found: dict[str, list[int]] = {}
        for at, (owner, pattern) in enumerate(self._patterns):
            if is_tried(owner[1], language):
                for run in of_any(pattern.needles):
                    found.setdefault(run, []).append(at)
        return found


Worth = Mapping[Owner, Sequence[Pattern]]


@dataclass(frozen=True)
class Group:
    """Patterns of which the first that matches counts; asked as one whether it is worth searching at all."""

    patterns: tuple[Pattern, ...]

    @staticmethod
    def of(patterns: Iterable[Pattern]) -> Group:
        """A group in the order given; the alternatives of a pattern are searched one by one, so that few are."""
        return Group(tuple(replace(p, text=way) for p in patterns for way in alternatives(p.text)))

    @cached_property
    def _sieve(self) -> Sieve:
        sieve = Sieve()
        sieve.add(ALONE, self.patterns)
        return sieve

    def search(self, text: str) -> Match | None:
        """The match of the first pattern that matches, None when none does."""
        return first_match(self._sieve.look(text).get(ALONE, ()), text)


ALONE: Owner = ("", "any")


def first_match(worth: Sequence[Pattern], text: str) -> Match | None:
    """The match of the first pattern that matches, of those that a :class:`Sieve` let through for the text."""
    if not worth:
        return None
    part = text[:MAX_TEXT]
    runs, low, short = grams(part), folded(part), len(part) < WORTH
    for pattern in worth:
        if short or not pattern.needles or may_match(pattern.needles, runs, low):
            match = pattern.sifted(text)
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

"""Which words of mail programs tell history, forwarded mail and closings from what is new?

The entries of rules/quoting.yaml, one per language; all languages are looked for at once, because the program that
quotes and the person who writes need not speak the same one. What does not compile is refused with file:line; every
search has a time limit (reading/patterns.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import regex
from pydantic import BaseModel, ConfigDict

from followupd.errors import ConfigError, Problem
from followupd.reading.patterns import Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries, read_shipped

TABLE = "quoting"
SHIPPED = f"rules/{TABLE}.yaml"
FIELDS = ("from", "sent", "to", "cc", "subject")
_DASH = r"[-_=*—–─]"
_FLAGS = regex.IGNORECASE | regex.UNICODE


class QuotingEntry(BaseModel):
    """The words of one language; rules/quoting.yaml says what each list is for."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.rstrip("_"))

    opens: list[str] = []
    wrote: list[str] = []
    from_: list[str] = []
    sent: list[str] = []
    to: list[str] = []
    cc: list[str] = []
    subject: list[str] = []
    original: list[str] = []
    forwarded: list[str] = []
    sign_off: list[str] = []
    weak: list[str] = []
    device: list[str] = []
    small_print: list[str] = []
    banner: list[str] = []
    sentence: list[str] = []
    quotes: list[str] = []
    cuts: list[str] = []
    signs: list[str] = []


@dataclass(frozen=True, slots=True)
class Marks:
    """All words, compiled; every pattern is searched from the beginning of a line."""

    opens: Pattern
    wrote_last: Pattern
    """A line that ends with the verb, and perhaps with a colon and dashes."""
    wrote: Pattern
    """The verb anywhere behind other words."""
    label: Pattern
    """A line of a header block; the named group that matched is the field."""
    original: Pattern
    forwarded: Pattern
    sign_off: Pattern
    weak: Pattern
    device: Pattern
    small_print: Pattern
    banner: Pattern
    sentence: Pattern
    quotes: Pattern
    """Tag, id or class of an HTML element that holds history; ``cuts``: below which it stands; ``signs``: a signature."""
    cuts: Pattern
    signs: Pattern

    @staticmethod
    def build(source: RuleSource) -> Marks:
        """Compile the table. Raises ConfigError with every problem at once, each with file:line."""
        words = _words(source)
        labels = "|".join(f"(?P<{name}>{_any(words[name if name != 'from' else 'from_'])})" for name in FIELDS)
        before = r"\S\s*(?:\b|(?<=[^\w])|(?=[\u3000-\u9fff\uac00-\ud7af]))"
        end = r"\s*[,.!，。、~…🎉☺]*\s*$"
        formula = rf"^[\s*_>]*(?:{_any(words['sign_off'])}){end}"
        return Marks(
            opens=_made(rf"^[\s\-_*>]*(?:{_any(words['opens'])})(?:\b|(?<=[一-鿿]))"),
            wrote_last=_made(rf"{before}(?:{_any(words['wrote'])})\s*[:：]?[\s\-_*]*$"),
            wrote=_made(rf"{before}(?:{_any(words['wrote'])})(?:\b|$|(?=[\s:：]))"),
            label=_made(rf"^[\s>*|]*(?:{labels})\s*\*?\s*[:：|]"),
            original=_made(rf"^[\s>]*{_DASH}{{2,}}\s*(?:{_any(words['original'])})\s*[:：]?\s*{_DASH}{{2,}}"),
            forwarded=_made(
                rf"^[\s>]*(?:{_DASH}{{2,}}\s*(?:{_any(words['forwarded'])}).{{0,60}}?{_DASH}{{2,}}"
                rf"|(?:{_any(words['forwarded'])})\s*[:：])\s*$"
            ),
            sign_off=_made(f"{formula}|^[\\s*_>]*(?:{_any(words['weak'])}){end}"),
            weak=_made(rf"^[\s*_>]*(?:{_any(words['weak'])}){end}"),
            device=_made(rf"^[\s*_>\[]*(?:{_any(words['device'])})\s*(?:[<(\[].{{0,300}})?\s*$"),
            small_print=_made(rf"^[\s*_>\"']*(?:{_any(words['small_print'])})"),
            banner=_made(rf"^[\s*_>]*(?:{_any(words['banner'])})\s*$"),
            sentence=_made(rf"^[\s*_>]*(?:{_any(words['sentence'])})"),
            **{name: _made(rf"(?:^|\s)(?:{_any(words[name])})(?=\s|$)") for name in ("quotes", "cuts", "signs")},
        )


@cache
def shipped_marks() -> Marks:
    """The words that come with followupd. Whoever holds the user's rules passes ``Marks.build`` of them instead."""
    return Marks.build(read_shipped(TABLE))


def _words(source: RuleSource) -> dict[str, list[str]]:
    """All words of all languages by list. Those of the user are compiled one by one; a test does it with ours."""
    problems: list[Problem] = []
    found: dict[str, list[str]] = {name: [] for name in QuotingEntry.model_fields}
    for id, entry in check_entries(QuotingEntry, source, TABLE).items():
        for name in found:
            words = getattr(entry, name)
            file, path = source.entries(TABLE)[id].files[-1]
            if words and file.name != SHIPPED:
                _check(words, file.where((*path, name.rstrip("_"))), id, problems)
            found[name] += words
    if problems:
        raise ConfigError(*problems)
    return found


def _check(words: Iterable[str], origin: str, id: str, problems: list[Problem]) -> None:
    """What does not compile, and what has a named group, is a problem."""
    for word in words:
        try:
            if compile_pattern(word, f"{origin} ({id})").compiled.groupindex:
                problems.append(Problem(origin, f"{id}: no named groups here", f"pattern: {word[:60]}"))
        except ConfigError as error:
            problems.extend(error.problems)


def _any(words: Iterable[str]) -> str:
    """One alternative of all, the longer first; a blank stands for blanks and tabs."""
    parts = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "|".join(part.replace(" ", r"(?:[ \t]+)") if "[" not in part else part for part in parts) or r"(?!)"


def _made(text: str) -> Pattern:
    return Pattern(text, SHIPPED, int(_FLAGS))

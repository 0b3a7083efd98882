"""Which kinds of answer are there, by which words are they known, and what do they do to a thread?

``rules/replies.yaml`` maps an id (DOMAIN 5) to its precedence, its names, its patterns by language and its effect.
The lower the precedence the earlier the type is taken when several match.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from followupd.errors import ConfigError, Problem
from followupd.judging.calendar_tables import CalendarWords
from followupd.judging.examples import Taught
from followupd.judging.said import NONE
from followupd.model import Side
from followupd.reading.patterns import Group, Sieve, compile_pattern
from followupd.rulesource import RuleSource, check_entries


class Effect(BaseModel):
    """What an answer of this type does: whose move it is then, the stage it leads to (empty: stays), its pause."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turn: Literal["us", "them", "none"] = "us"
    """``them``: the buyer keeps the ball and the clock restarts at the answer; ``none``: nobody's (lost, stop)."""
    stage: str = ""
    until: bool = False
    """The text is searched for the day the buyer names (back on, next need, decision)."""
    sticky: bool = False
    """The stage outlives our own next mails (lost, suppressed, paused)."""


class ReplyEntry(BaseModel):
    """One reply type as YAML gives it. ``unless`` takes a sentence out again; ``whole``: only if all text is it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    precedence: int
    zh: str
    en: str
    effect: Effect = Effect()
    whole: bool = False
    subject: bool = False
    """Patterns are looked for in the subject, too (auto-replies, bounces)."""
    any_language: bool = False
    """Patterns of all languages are tried, whatever the language of the mail (stop wishes, absences)."""
    patterns: dict[str, list[str]] = Field(default_factory=dict)
    unless: dict[str, list[str]] = Field(default_factory=dict)
    beside: dict[str, list[str]] = Field(default_factory=dict)
    """Sentences that add nothing to the type where the rest of the mail is of it ("I will look at it tonight")."""
    match: list[str] = []
    no_match: list[str] = []


@dataclass(frozen=True)
class ReplyType:
    """A compiled entry; patterns by language."""

    id: str
    entry: ReplyEntry
    patterns: dict[str, Group]
    unless: Group
    origin: str = ""
    beside: dict[str, Group] = field(default_factory=dict)
    sieve: Sieve = field(default_factory=Sieve, compare=False, repr=False)
    """Of all types: the patterns by type and language."""

    @property
    def move(self) -> Side:
        """Whose move it is after such an answer."""
        return Side.US if self.entry.effect.turn == "us" else Side.THEM


@dataclass(frozen=True)
class ReplyRules:
    """The reply types in order of precedence, and the words for days and months."""

    types: tuple[ReplyType, ...] = ()
    calendar: CalendarWords = field(default_factory=CalendarWords)
    said: Taught = field(default_factory=Taught)
    """Example sentences by type (rules/said)."""

    @staticmethod
    def build(source: RuleSource) -> ReplyRules:
        """Read ``replies`` and ``calendar``. Raises ConfigError with ``file:line`` for all problems at once."""
        entries = check_entries(ReplyEntry, source, "replies")
        problems: list[Problem] = []
        types: list[ReplyType] = []
        sieve = Sieve()
        for id, entry in entries.items():
            try:
                types.append(_compiled(id, entry, source.entries("replies")[id].stands, sieve))
            except ConfigError as error:
                problems.extend(error.problems)
        said = Taught.build(source, "said")
        problems += _strangers(said, {*entries, NONE}, source)
        if problems:
            raise ConfigError(*problems)
        types.sort(key=lambda t: (t.entry.precedence, t.id))
        return ReplyRules(tuple(types), CalendarWords.build(source), said)

    def get(self, id: str) -> ReplyType | None:
        """The type of that id; None where the rules have none."""
        return next((t for t in self.types if t.id == id), None)

    def effect(self, id: str) -> Effect:
        """What an answer of that id does; an unknown id is engaged: our move, the stage stays."""
        found = self.get(id)
        return found.entry.effect if found else Effect()


def _strangers(said: Taught, known: set[str], source: RuleSource) -> list[Problem]:
    """Examples of a type that does not exist would teach what nobody understands."""
    return [
        Problem(source.entries(f"said/{language}")[label].origin, f"there is no reply type '{label}'", f"one of {', '.join(sorted(known))}")
        for language, labels in said.examples.items()
        for label in labels
        if label not in known
    ]


def _compiled(id: str, entry: ReplyEntry, origin: str, sieve: Sieve) -> ReplyType:
    patterns = {
        language: Group.of(compile_pattern(text, origin) for text in texts) for language, texts in entry.patterns.items()
    }
    for language, group in patterns.items():
        sieve.add((id, language), group.patterns)
    unless = Group.of(compile_pattern(text, origin) for texts in entry.unless.values() for text in texts)
    beside = {language: Group.of(compile_pattern(text, origin) for text in texts) for language, texts in entry.beside.items()}
    return ReplyType(id, entry, patterns, unless, origin, beside, sieve)

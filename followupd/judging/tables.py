"""Which rule tables does judging read?

``signals``, ``risk``, ``kinds``, ``roles`` and ``platforms`` are defined here; terms and replies bring their own. Every
pattern is compiled when the rules are loaded, every detector must exist, every problem is named with file:line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from followupd.errors import ConfigError, Problem
from followupd.judging.reply_tables import ReplyRules
from followupd.judging.term_tables import TermRules
from followupd.reading.patterns import Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries

Where = Literal["text", "subject", "both"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str
    patterns: dict[str, list[str]] = {}
    match: list[str] = []
    no_match: list[str] = []


class SignalEntry(_Entry):
    """A sign of seriousness or its lack (DOMAIN 1.2): patterns by language (``any`` for all), or a named detector."""

    points: float
    where: Where = "text"
    detector: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> SignalEntry:
        if bool(self.patterns) == bool(self.detector):
            raise ValueError("needs either patterns or a detector")
        return self


class RiskEntry(_Entry):
    """A sign of danger (DOMAIN 1.3): ``hard`` alone is fraud, ``soft`` ones add their points."""

    weight: Literal["hard", "soft"]
    points: int = 1
    where: Where = "both"
    detector: str = ""
    first_mail_only: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> RiskEntry:
        if bool(self.patterns) == bool(self.detector):
            raise ValueError("needs either patterns or a detector")
        return self


class KindEntry(_Entry):
    """Words that make a mail a pitch or an inquiry."""

    kind: Literal["pitch", "inquiry"]
    points: float


class RoleEntry(_Entry):
    """Words that tell the buyer's role (DOMAIN 1.4)."""

    points: float


class PlatformEntry(BaseModel):
    """A trade platform, by patterns of its senders' addresses (DOMAIN 4)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    senders: list[str]
    direct: bool = False
    """Reply-To reaches the buyer."""


E = TypeVar("E", bound=_Entry)


@dataclass(frozen=True)
class Rule:
    """A compiled entry. ``entry`` is one of the four above."""

    id: str
    entry: _Entry
    patterns: dict[str, tuple[Pattern, ...]]
    origin: str

    def find(self, text: str, language: str) -> str:
        """The words that match, empty when none do. English, the mail's own language and ``any`` are tried."""
        tried = ("any", "en", language) if language != "en" else ("any", "en")
        for name in tried:
            for pattern in self.patterns.get(name, ()):
                match = pattern.search(text)
                if match is not None:
                    return " ".join(match.group(0).split())[:160]
        return ""


@dataclass(frozen=True)
class JudgingRules:
    """Everything judging asks of the rules."""

    phrases: TermRules
    replies: ReplyRules
    signals: dict[str, Rule]
    risk: dict[str, Rule]
    kinds: dict[str, Rule]
    roles: dict[str, Rule]
    platforms: dict[str, tuple[PlatformEntry, tuple[Pattern, ...]]]

    @staticmethod
    def build(source: RuleSource) -> JudgingRules:
        """Compile all tables. Raises ConfigError with every problem at once."""
        problems: list[Problem] = []

        def attempt(make: Callable[[], E | object]) -> object:
            try:
                return make()
            except ConfigError as error:
                problems.extend(error.problems)
                return None

        phrases = attempt(lambda: TermRules.build(source))
        replies = attempt(lambda: ReplyRules.build(source))
        tables = {
            name: attempt(lambda model=model, name=name: _compiled(model, source, name))  # type: ignore[misc]
            for name, model in (
                ("signals", SignalEntry), ("risk", RiskEntry), ("kinds", KindEntry), ("roles", RoleEntry),
            )
        }  # fmt: skip
        platforms = attempt(lambda: _platforms(source))
        if problems:
            raise ConfigError(*problems)
        return JudgingRules(phrases=phrases, replies=replies, platforms=platforms, **tables)  # type: ignore[arg-type]


def _compiled(model: type[E], source: RuleSource, table: str) -> dict[str, Rule]:
    from followupd.judging.detectors import DETECTORS

    problems: list[Problem] = []
    rules = {}
    for id, entry in check_entries(model, source, table).items():
        origin = source.entries(table)[id].origin
        detector = getattr(entry, "detector", "")
        if detector and detector not in DETECTORS:
            problems.append(Problem(origin, f"{id}: there is no detector '{detector}'", ", ".join(sorted(DETECTORS))))
        try:
            compiled = {lang: tuple(compile_pattern(p, origin) for p in ps) for lang, ps in entry.patterns.items()}
        except ConfigError as error:
            problems.extend(error.problems)
            continue
        rules[id] = Rule(id, entry, compiled, origin)
    if problems:
        raise ConfigError(*problems)
    return rules


def _platforms(source: RuleSource) -> dict[str, tuple[PlatformEntry, tuple[Pattern, ...]]]:
    found = {}
    for id, entry in check_entries(PlatformEntry, source, "platforms").items():
        origin = source.entries("platforms")[id].origin
        found[id] = (entry, tuple(compile_pattern(p, origin) for p in entry.senders))
    return found

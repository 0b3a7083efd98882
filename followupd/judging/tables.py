"""Which rule tables does judging read?

``signals``, ``risk``, ``kinds`` and ``roles`` are defined here; terms, replies and platforms bring their own. Every
pattern is compiled when the rules are loaded, every detector must exist, every problem is named with file:line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from followupd.errors import ConfigError, Problem
from followupd.judging.examples import Taught
from followupd.judging.families import Families
from followupd.judging.fit import Catalogue
from followupd.judging.lessons import Lessons
from followupd.judging.moves import MoveRules
from followupd.judging.reply_tables import ReplyRules
from followupd.judging.term_tables import TermRules
from followupd.model import Message
from followupd.reading.normal import plain_letters
from followupd.reading.patterns import MAX_TEXT, Group, Sieve, compile_pattern, first_match
from followupd.reading.platforms import Platforms
from followupd.rulesource import RuleSource, check_entries

Where = Literal["text", "subject", "opening", "both", "whole"]
"""Which part of a mail is searched: its new text, subject, the first lines of the text, subject and text, all with its small print."""
OPENING = 400


class _Entry(BaseModel):
    """What all entries share: reasons in two languages, and what finds them.

    Either ``patterns`` by language (``any`` for all of them), or the name of a ``detector`` of judging/detectors.py.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str
    where: Where = "both"
    detector: str = ""
    patterns: dict[str, list[str]] = {}
    match: list[str] = []
    no_match: list[str] = []

    @property
    def sought_elsewhere(self) -> bool:
        """Needs it no words of its own?"""
        return False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.patterns) == bool(self.detector) and not (self.sought_elsewhere and not self.detector):
            raise ValueError("needs either patterns or a detector")
        return self


class SignalEntry(_Entry):
    """A sign of seriousness or its lack (DOMAIN 1.2).

    ``concrete``: names something that can be quoted; ``empty``: shows that nobody in particular is meant; ``at_most``: no
    better verdict is given where it is found; ``without``: signals beside which it does not count; ``firm``: how much, or on
    which terms: an inquiry without either is likely at most, since its price cannot be told today; ``asks``: what only buyers
    want to know, though it names no goods. ``of_thread``: not looked for in a mail, but in what came of our questions after it;
    its patterns are those of our questions (judging/answered.py).
    """

    of_thread: bool = False

    at_most: Literal["", "likely", "unsure"] = ""
    without: list[str] = []
    points: float
    concrete: bool = False
    empty: bool = False
    firm: bool = False
    asks: bool = False
    where: Where = "text"

    @property
    def sought_elsewhere(self) -> bool:
        """In the mails after it."""
        return self.of_thread


class RiskEntry(_Entry):
    """A sign of danger (DOMAIN 1.3): ``hard`` alone is fraud, ``soft`` ones add their points.

    ``first_mail_only``: not looked for where we know the writer; ``direct_only``: not in what a platform passes on;
    ``not_in_pitch``: whoever sells to us may write from one address and want answers at another; ``unless_answers``: not
    looked for below a quote of ours that says what is ordered or paid, also where our mail itself is not at hand.
    """

    weight: Literal["hard", "soft"]
    points: int = 1
    first_mail_only: bool = False
    direct_only: bool = False
    not_in_pitch: bool = False
    unless_answers: bool = False


class KindEntry(_Entry):
    """Words that tell what a mail is."""

    kind: Literal["pitch", "newsletter", "inquiry", "bounce", "auto_reply", "challenge"]
    points: float
    against_inquiry: float = 0.0
    """Points that it takes from an inquiry, where it is of another kind: whoever asks for a job buys nothing, whatever else he names."""
    supports: bool = False
    """Proves nothing by itself: engineers and friends name models and amounts as well."""


class RoleEntry(_Entry):
    """Words or a detector that tell the buyer's role (DOMAIN 1.4). ``role``: the role it speaks for; its own id where nothing is named."""

    role: str = ""
    points: float
    where: Where = "text"


E = TypeVar("E", bound=_Entry)


def _part(message: Message, where: Where) -> str:
    match where:
        case "subject":
            return message.subject
        case "text":
            return message.new_text
        case "opening":
            return message.new_text[:OPENING]
        case "both":
            return f"{message.subject}\n{message.new_text}"
        case "whole":
            return f"{message.subject}\n{message.text[:MAX_TEXT]}"


@dataclass(frozen=True)
class Rule:
    """A compiled entry. ``entry`` is one of the four above."""

    id: str
    entry: _Entry
    patterns: dict[str, Group]
    origin: str
    sieve: Sieve = field(default_factory=Sieve, compare=False, repr=False)
    """Of its table: the patterns by rule and language."""

    def find(self, text: str, language: str) -> str:
        """The words that match, empty when none do.

        ``any``, English and the mail's own language are tried; all of them where its language is not known. Letters that
        only look Latin are matched as Latin, and shown as they stand.
        """
        plain = plain_letters(text)
        worth = self.sieve.worth(plain, language)
        for name in self.patterns:
            found = worth.get((self.id, name))
            match = first_match(found, plain) if found else None
            if match is not None:
                return " ".join(text[match.start() : match.end()].split())[:160]
        return ""

    def look(self, message: Message) -> str:
        """As :meth:`find`, in the part of the mail that the entry names."""
        return self.find(_part(message, self.entry.where), message.language)


@dataclass(frozen=True)
class JudgingRules:
    """Everything judging asks of the rules."""

    phrases: TermRules
    replies: ReplyRules
    signals: dict[str, Rule]
    risk: dict[str, Rule]
    kinds: dict[str, Rule]
    roles: dict[str, Rule]
    platforms: Platforms
    moves: MoveRules = field(default_factory=MoveRules)
    """What our own mails do (rules/moves.yaml)."""
    letters: Taught = field(default_factory=Taught)
    """Example first mails by kind (rules/letters)."""
    families: Families = field(default_factory=Families)
    """Goods that belong to one trade (rules/families.yaml)."""
    catalogue: Catalogue = field(default_factory=Catalogue)
    """The user's goods; empty where there is no catalogue."""
    lessons: Lessons = field(default_factory=Lessons)
    """What the user's corrections taught; not from files."""

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
        platforms = attempt(lambda: Platforms.build(source))
        moves = attempt(lambda: MoveRules.build(source))
        letters = attempt(lambda: Taught.build(source, "letters"))
        families = attempt(lambda: Families.build(source))
        catalogue = attempt(lambda: Catalogue.build(source))
        if problems:
            raise ConfigError(*problems)
        held = {"moves": moves, "letters": letters, "families": families, "catalogue": catalogue, **tables}
        return JudgingRules(phrases=phrases, replies=replies, platforms=platforms, **held)  # type: ignore[arg-type]


def _compiled(model: type[E], source: RuleSource, table: str) -> dict[str, Rule]:
    from followupd.judging.detectors import DETECTORS

    problems: list[Problem] = []
    rules = {}
    sieve = Sieve()
    for id, entry in check_entries(model, source, table).items():
        origin = source.entries(table)[id].stands
        if entry.detector and entry.detector not in DETECTORS:
            there_are = ", ".join(sorted(DETECTORS))
            problems.append(Problem(origin, f"{id}: there is no detector '{entry.detector}'", there_are))
        try:
            compiled = {lang: Group.of(compile_pattern(p, origin) for p in ps) for lang, ps in entry.patterns.items()}
        except ConfigError as error:
            problems.extend(error.problems)
            continue
        for lang, group in compiled.items():
            sieve.add((id, lang), group.patterns)
        rules[id] = Rule(id, entry, compiled, origin, sieve)
    if problems:
        raise ConfigError(*problems)
    return rules

"""What does our own mail do to a thread?

``rules/moves.yaml`` maps an id to its patterns and the stage it leads to: a proforma sent, a sample on its way, the goods
shipped (DOMAIN 2.2). The upper entry counts where several match. Our offers are told by their prices (quotes.py), not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from followupd.errors import ConfigError, Problem
from followupd.judging.dates import find_dates
from followupd.judging.sentences import sentences, straight
from followupd.model import Message, Move
from followupd.reading.patterns import Group, compile_pattern, is_tried
from followupd.rulesource import RuleSource, check_entries

if TYPE_CHECKING:
    from followupd.judging.calendar_tables import CalendarWords

LONGEST_WAY = timedelta(days=120)
"""A day of arrival farther off than this is another date."""


class MoveEntry(BaseModel):
    """One move as YAML gives it. ``from``: the stages in which it can be made, empty for all."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    zh: str
    en: str
    stage: str
    before: list[str] = Field(default_factory=list, alias="from")
    arrives: bool = False
    yields: bool = False
    files: list[str] = []
    patterns: dict[str, list[str]] = {}
    unless: list[str] = []
    match: list[str] = []
    no_match: list[str] = []


@dataclass(frozen=True)
class MoveRule:
    """A compiled entry."""

    id: str
    entry: MoveEntry
    patterns: dict[str, Group]
    unless: Group
    files: Group


@dataclass(frozen=True)
class MoveRules:
    """All moves in the order of the file."""

    moves: tuple[MoveRule, ...] = ()

    @staticmethod
    def build(source: RuleSource) -> MoveRules:
        """Read ``moves``. Raises ConfigError with ``file:line`` for all problems at once."""
        problems: list[Problem] = []
        moves = []
        stages = source.entries("stages")
        for id, entry in check_entries(MoveEntry, source, "moves").items():
            origin = source.entries("moves")[id].stands
            problems += [
                Problem(origin, f"{id}: there is no stage '{stage}'", ", ".join(stages))
                for stage in (entry.stage, *entry.before)
                if stage not in stages
            ]
            try:
                moves.append(_compiled(id, entry, origin))
            except ConfigError as error:
                problems.extend(error.problems)
        if problems:
            raise ConfigError(*problems)
        return MoveRules(tuple(moves))

    def in_mail(self, message: Message, calendar: CalendarWords) -> tuple[Move, ...]:
        """All that a mail of ours may do, in the order of the rules; empty for an ordinary letter."""
        parts = sentences(message.new_text)
        found = []
        for rule in self.moves:
            if said := _said(rule, parts, message):
                day = _arrival(said, parts, message, calendar) if rule.entry.arrives else None
                found.append(Move(rule.id, said[:160], day))
        return tuple(found)

    def taken(self, moves: Iterable[Move], stage: str, *, quoted: bool) -> tuple[Move, MoveEntry] | None:
        """The move that counts in a thread of that stage. ``quoted``: the same mail holds an offer, to which some moves yield."""
        for move in moves:
            entry = next((rule.entry for rule in self.moves if rule.id == move.id), None)
            if entry is not None and (not entry.before or stage in entry.before) and not (quoted and entry.yields):
                return move, entry
        return None


def _compiled(id: str, entry: MoveEntry, origin: str) -> MoveRule:
    def group(texts: list[str]) -> Group:
        return Group.of(compile_pattern(text, origin) for text in texts)

    return MoveRule(id, entry, {language: group(texts) for language, texts in entry.patterns.items()}, group(entry.unless), group(entry.files))


def _said(move: MoveRule, parts: tuple[str, ...], message: Message) -> str:
    """The sentence that makes the move, or the name of the file that does."""
    for language, group in move.patterns.items():
        if is_tried(language, message.language):
            for part in parts:
                if group.search(part) and not move.unless.search(part):
                    return part
    names = (straight(a.filename) for a in message.attachments if a.filename)
    return next((name for name in names if move.files.search(name)), "")


def _arrival(said: str, parts: tuple[str, ...], message: Message, calendar: CalendarWords) -> date | None:
    """The day named in that sentence or in the two after it; the last of several, since departure stands before arrival."""
    base = message.date.date()
    at = parts.index(said) if said in parts else 0
    for part in parts[at : at + 3]:
        days = [d.day for d in find_dates(part, base, calendar, message.language) if base < d.day <= base + LONGEST_WAY]
        if days:
            return max(days)
    return None

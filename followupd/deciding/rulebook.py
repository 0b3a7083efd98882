"""Which rules are in force for deciding?

Built once from the rule files; every problem is found at load time, with file:line, so that no decision can fail later for
want of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from types import ModuleType

from followupd.deciding.clock import Calendar, Office, calendar_of
from followupd.deciding.festivals import Festival, FestivalEntry
from followupd.deciding.grade import MarketEntry
from followupd.deciding.seasons import Season, SeasonEntry
from followupd.deciding.tables import CountryEntry, LimitsEntry, StageEntry, TopicEntry
from followupd.deciding.topics import triggers
from followupd.deciding.userfacts import UserFact, build_facts
from followupd.errors import ConfigError, Problem
from followupd.model import Buyer, Identity
from followupd.rulesource import RuleSource, check_entries

ASK_HUMAN, VOID_NOTICE = "ask_human", "void_notice"
"""What may follow a stage beside another stage: an alarm to us, the notice that a proforma is no longer kept."""
NEEDED_STAGES = ("inquiry_new", "quoted", "negotiating", "nurture", "paused", "lost", "suppressed")


@dataclass(frozen=True)
class Stage:
    """A stage by its id, with where its rule stands."""

    id: str
    rule: StageEntry
    origin: str


@dataclass(frozen=True)
class Topic:
    """A topic by its id, with the module that knows its trigger."""

    id: str
    rule: TopicEntry
    module: ModuleType
    origin: str


@dataclass(frozen=True)
class Rulebook:
    """Stages, topics (by rank), limits and countries."""

    stages: dict[str, Stage]
    topics: tuple[Topic, ...]
    limits: LimitsEntry
    countries: dict[str, CountryEntry]
    seasons: tuple[Season, ...] = ()
    markets: dict[str, MarketEntry] = field(default_factory=dict)
    festivals: tuple[Festival, ...] = ()
    known: tuple[UserFact, ...] = ()
    """What only the user knows (facts.yaml)."""
    _calendars: dict[tuple[str, str, str, int | None], Calendar] = field(default_factory=dict, compare=False)

    @staticmethod
    def build(source: RuleSource) -> Rulebook:
        """Validate all tables. Raises ConfigError with every problem at once."""
        problems: list[Problem] = []
        tables = {}
        for name, model in (
            ("stages", StageEntry), ("topics", TopicEntry), ("limits", LimitsEntry), ("countries", CountryEntry),
            ("seasons", SeasonEntry), ("markets", MarketEntry), ("festivals", FestivalEntry),
        ):  # fmt: skip
            try:
                tables[name] = check_entries(model, source, name)
            except ConfigError as error:
                problems.extend(error.problems)
                tables[name] = {}
        if not problems:
            problems = _cross_check(source, tables)
        try:
            build_facts(source)
        except ConfigError as error:
            problems.extend(error.problems)
        if problems:
            raise ConfigError(*problems)
        return _assembled(source, tables)

    def stage(self, id: str) -> Stage:
        """A stage by its id; one that no rule knows has no thresholds and no topic: nothing is written."""
        return self.stages.get(id) or Stage(id, StageEntry(zh=id, en=id, clock="none"), "rules/stages.yaml")

    def calendar(self, buyer: Buyer, identity: Identity, offset: int | None = None) -> Calendar:
        """The buyer's calendar, made once per place. ``offset``: minutes east of UTC, used if nothing else is known."""
        offset = None if buyer.country or buyer.timezone else offset
        key = (buyer.country, buyer.timezone, identity.timezone, offset)
        if key not in self._calendars:
            zone = buyer.timezone if offset is None else _fixed(offset)
            self._calendars[key] = calendar_of(buyer.country, zone, self.countries, identity.timezone, self.seasons)
        return self._calendars[key]

    def office(self, identity: Identity) -> Office:
        """Our own working hours."""
        opens, closes = self.limits.office_hours
        return Office(
            calendar_of(identity.country, identity.timezone, self.countries, identity.timezone), opens, closes
        )


def _fixed(offset: int) -> tzinfo | str:
    """A zone that stands still at an offset; the impossible ones of odd mail programs count as unknown."""
    return timezone(timedelta(minutes=offset)) if abs(offset) <= 14 * 60 else ""


def _cross_check(source: RuleSource, tables: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """What one table says of another."""
    known = triggers()
    stages = source.entries("stages")
    found = [
        Problem("rules/stages.yaml", f"the stage {s} is missing", "it is needed")
        for s in NEEDED_STAGES
        if s not in stages
    ]
    if "global" not in tables["limits"]:
        found.append(Problem("rules/limits.yaml", "the entry 'global' is missing"))
    for id, entry in source.entries("topics").items():
        rule = tables["topics"][id]
        assert isinstance(rule, TopicEntry)
        if rule.trigger not in known:
            found.append(Problem(entry.origin, f"{id}: there is no trigger '{rule.trigger}'", ", ".join(sorted(known))))
        for stage in rule.stages:
            if stage not in stages:
                found.append(Problem(entry.origin, f"{id}: there is no stage '{stage}'", ", ".join(sorted(stages))))
    for id, entry in source.entries("stages").items():
        stage_rule = tables["stages"][id]
        assert isinstance(stage_rule, StageEntry)
        if stage_rule.arrives and stage_rule.arrives not in stages:
            found.append(Problem(entry.origin, f"{id}: there is no stage '{stage_rule.arrives}' to arrive in", ", ".join(sorted(stages))))
        if stage_rule.then and stage_rule.then not in {*stages, ASK_HUMAN, VOID_NOTICE}:
            found.append(Problem(entry.origin, f"{id}: there is no stage '{stage_rule.then}' to follow"))
    return found


def _assembled(source: RuleSource, tables: Mapping[str, Mapping[str, object]]) -> Rulebook:
    known = triggers()
    stages = source.entries("stages")
    topics = source.entries("topics")
    found = [
        Topic(id, rule, known[rule.trigger], topics[id].origin)
        for id, rule in tables["topics"].items()
        if isinstance(rule, TopicEntry)
    ]
    limits = tables["limits"]["global"]
    assert isinstance(limits, LimitsEntry)
    return Rulebook(
        stages={id: Stage(id, r, stages[id].origin) for id, r in tables["stages"].items() if isinstance(r, StageEntry)},
        topics=tuple(sorted(found, key=lambda t: (t.rule.rank, t.id))),
        limits=limits,
        countries={id: r for id, r in tables["countries"].items() if isinstance(r, CountryEntry)},
        markets={id: r for id, r in tables["markets"].items() if isinstance(r, MarketEntry)},
        known=build_facts(source),
        festivals=tuple(Festival(id, r) for id, r in tables["festivals"].items() if isinstance(r, FestivalEntry)),
        seasons=tuple(Season(id, r) for id, r in tables["seasons"].items() if isinstance(r, SeasonEntry)),
    )

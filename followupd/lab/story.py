"""How is a story written, and where does each of its lines stand?

A story tells one thread in days: who writes what, what a person does, what followupd must have done by then. It is plain
YAML that a salesperson can write; ``docs/tuning.md`` explains every word. All problems of all files come at once with
``file:line``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from followupd.config import Zone
from followupd.deciding.userfacts import UserFact, build_facts
from followupd.errors import ConfigError, Problem
from followupd.model import Address, Identity, Own, WordKind
from followupd.rulesource import Entry, RuleSource, check_entries, label_of, shipped_rules, take_file
from followupd.yamlfile import PathKey, YamlFile, problems_of, read_yaml

TEXTS = "texts.yaml"
"""The file of a stories directory that holds mails by name."""


def _moment(value: Any) -> str:
    """``2026-09-01 15:10``, on the salesperson's clock."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None).isoformat(" ", "minutes")
    except ValueError:
        raise ValueError("must be a day and a time like 2026-09-01 15:10") from None


WRITTEN = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$"
Moment = Annotated[str, BeforeValidator(_moment), WithJsonSchema({"type": "string", "pattern": WRITTEN})]
Words = tuple[str, ...]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Account(_Entry):
    """Who sells: whose mailbox the story plays in."""

    name: str = "Lily Chen"
    address: str = Field(default="lily@brightway.example", pattern=r"^[^@\s]+@[^@\s]+$")
    company: str = "Ningbo Brightway Tools Co., Ltd."
    phone: str = "+86 574 5550 0101"
    country: str = Field(default="CN", pattern="^[A-Z]{2}$")
    timezone: Zone = "Asia/Shanghai"

    def identity(self) -> Identity:
        """Who signs the drafts."""
        us = Address(self.address.lower(), self.name)
        return Identity(address=us, company=self.company, phone=self.phone, country=self.country, timezone=self.timezone)

    def own(self) -> Own:
        """Whose mail is our own word."""
        domain = self.address.lower().rpartition("@")[2]
        return Own(frozenset({self.address.lower()}), frozenset({domain}), (self.name, self.company))


class Said(_Entry):
    """A word of the user, as ``followupd mute``, ``snooze``, ``stage`` and ``verdict`` leave it."""

    kind: WordKind
    value: str = ""
    """The stage or the verdict."""
    until: Moment | None = None


class Expect(_Entry):
    """What must have happened since the last ``expect``, and how things must stand now."""

    drafts: Words | None = None
    """Topics of the drafts made since, in order; ``[]``: none."""
    drafts_exactly: int | None = None
    drafts_at_least: int | None = None
    drafts_at_most: int | None = None
    drafts_include: str | None = None
    """One of the drafts made since has this topic."""
    last: str | None = None
    """Topic of the last draft made since."""
    no_repeat: Literal[True] | None = None
    """In the whole story no topic came twice running."""
    never_on: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] | None = None
    """No draft was made on these days of the buyer's week."""
    contains: Words | None = None
    """Words that stand in every draft made since."""
    lacks: Words | None = None
    """Words that stand in none of them, quoted mail apart."""
    subject: str | None = None
    """Words that stand in the subject of every draft made since."""
    open: int | None = None
    """How many drafts stand in Drafts now."""
    withdrawn: int | None = None
    alarms: int | None = None
    alarms_at_least: int | None = None
    stage: str | None = None
    move: Literal["us", "them"] | None = None
    """Whose turn it is."""
    reason: str | None = None
    """Why the last decision was made, as ``followupd explain`` names it."""
    answer: str | None = None
    """How the buyer's last answer was understood."""
    verdict: Literal["genuine", "likely", "unsure", "vague"] | None = None
    risk: Literal["none", "suspicious", "fraud"] | None = None
    next: str | None = None
    """The day on which the thread is looked at again, like 2026-09-07, on the buyer's calendar; ``never``."""
    threads: int | None = None
    quotes: int | None = None
    each_to_own_buyer: Literal[True] | None = None
    recipients: int | None = None
    """How many addresses each draft goes to."""


class Step(_Entry):
    """One thing that happens, at a time of the salesperson's clock; or time that passes."""

    at: Moment | None = None
    buyer: str | None = None
    """The buyer writes: a text's name from texts.yaml, or the text itself."""
    we: str | None = None
    """We write in our own mail program: a text's name, or the text itself."""
    human: Literal["none", "send", "edit", "delete", "move", "begin_own_draft"] | None = None
    """What a person does with the draft that stands in the thread."""
    word: Said | None = None
    bounce: Literal[True] | None = None
    """The buyer's server returns our last mail."""
    restart: Literal[True] | None = None
    lose_index: Literal[True] | None = None
    rotate_uidvalidity: Literal[True] | None = None
    expect: Expect | None = None
    sleep_until: Moment | None = None
    """Nobody looks until then; otherwise followupd looks every three hours."""
    send_all_until: Moment | None = None
    """Until then a person sends every draft the moment it stands there."""
    subject: str = ""
    sender: str = Field(default="", alias="from")
    to: str = ""
    refs: Literal["thread", "none"] = "thread"
    """``none``: a new mail, not an answer."""
    to_many: int = Field(default=0, ge=0, le=200)
    """So many other suppliers stand in To."""
    headers: dict[str, str] = {}
    until_date: str = ""
    """What ``{until_date}`` in the text becomes."""
    also_in_inbox: bool = False

    @property
    def when(self) -> str | None:
        """The time of this step, on the salesperson's clock."""
        return self.at or self.sleep_until or self.send_all_until

    @model_validator(mode="after")
    def _timed(self) -> Step:
        if self.when is None:
            raise ValueError("a step needs a time: at, sleep_until or send_all_until")
        return self


class StoryEntry(_Entry):
    """One story as it stands in the file."""

    title: str = Field(min_length=1)
    """What happens, as a sentence."""
    why: str = ""
    """What rule or habit it holds."""
    buyer: str = Field(pattern="@")
    """The buyer: Name <address>."""
    account: Account = Account()
    installed: Moment | None = None
    """When followupd was installed; until then nobody looks. Default: before the first step."""
    facts: dict[str, dict[str, Any]] = {}
    """What only the user knows, as in facts.yaml; the days of each fact say when it is true."""
    steps: tuple[Step, ...] = Field(min_length=1)


class TextEntry(_Entry):
    """A mail that stories name."""

    text: str = Field(min_length=1)


@dataclass(frozen=True)
class Story:
    """A story with the lines of its file and the texts it may name."""

    entry: StoryEntry
    texts: dict[str, str]
    file: YamlFile
    path: PathKey = ()

    @property
    def title(self) -> str:
        """What happens, as a sentence."""
        return self.entry.title

    @property
    def where(self) -> str:
        """``file:line`` of the story."""
        return self.file.where(self.path)

    def line(self, *keys: str | int) -> str:
        """``file:line`` of something inside."""
        return self.file.where((*self.path, *keys))

    def facts(self) -> tuple[UserFact, ...]:
        """What only the user knows in this story. Raises ConfigError."""
        held = {
            id: Entry(id, data, ((self.file, (*self.path, "facts", id)),)) for id, data in self.entry.facts.items()
        }
        return build_facts(RuleSource({"facts": held}))

    def moment(self, said: str) -> datetime:
        """A time of the story as UTC."""
        return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(self.entry.account.timezone)).astimezone(UTC)


def shipped_stories() -> Path:
    """The stories that came with followupd."""
    return shipped_rules() / "tests"


def read_stories(paths: Iterable[Path]) -> list[Story]:
    """The stories of these files and directories. Raises ConfigError with every problem of every file."""
    found: list[Story] = []
    problems: list[Problem] = []
    for path in _files(paths):
        try:
            found.extend(_stories_of(path))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = path / "tests" if (path / "tests").is_dir() else path
            yield from sorted(p for p in inside.glob("*.yaml") if p.name != TEXTS)
        else:
            yield path


def _stories_of(path: Path) -> Iterator[Story]:
    shipped = path.parent.resolve() == shipped_stories().resolve()
    file = read_yaml(path, f"rules/tests/{path.name}" if shipped else label_of(path))
    if not isinstance(file.data, list):
        raise ConfigError(Problem(file.where(), "must be a list of stories", "begin each story with '- title:'"))
    texts = {**read_texts(shipped_stories() / TEXTS), **read_texts(path.parent / TEXTS)}
    problems: list[Problem] = []
    for number, data in enumerate(file.data):
        try:
            yield parse_story(data, texts, file, (number,))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)


def parse_story(data: Any, texts: dict[str, str], file: YamlFile, path: PathKey = ()) -> Story:
    """One story from plain data. Raises ConfigError."""
    from pydantic import ValidationError

    try:
        story = Story(StoryEntry.model_validate(data), texts, file, path)
    except ValidationError as error:
        raise ConfigError(*problems_of(error, file, path)) from None
    if problems := [*_unknown_texts(story), *_backwards(story)]:
        raise ConfigError(*problems)
    story.facts()
    return story


def _unknown_texts(story: Story) -> Iterator[Problem]:
    for number, step in enumerate(story.entry.steps):
        for key in ("buyer", "we"):
            said = getattr(step, key)
            if said is not None and said not in story.texts and not any(c.isspace() for c in said.strip()):
                names = ", ".join(sorted(story.texts))
                where = story.line("steps", number, key)
                yield Problem(where, f"there is no text '{said}'", f"write the mail itself, or one of: {names}")


def _backwards(story: Story) -> Iterator[Problem]:
    last = ""
    for number, step in enumerate(story.entry.steps):
        if step.when and step.when < last:
            yield Problem(story.line("steps", number), f"{step.when} lies before the step above it ({last})")
        last = step.when or last


@lru_cache(32)
def read_texts(path: Path) -> dict[str, str]:
    """The mails that stories may name; none where there is no such file. Raises ConfigError."""
    if not path.is_file():
        return {}
    source = RuleSource({"texts": {}})
    take_file(source, path, TEXTS, label_of(path), shipped=False)
    return {name: entry.text for name, entry in check_entries(TextEntry, source, "texts").items()}

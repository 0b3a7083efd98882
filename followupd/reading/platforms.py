"""Who is the buyer behind a notice of a trade platform or of a web form, and what did he write?

The entries of rules/platforms.yaml say how a notice is known and where things stand in it; the words that forms put in
front of values are those of rules/form_labels.yaml. A notice in which no buyer is found is left as it came. A form of
which no entry knows is told by its shape: a run of labels, a message among them, a machine's or our own sender.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from followupd.errors import ConfigError, Problem
from followupd.model import Address, Message, Own, Reach, Via
from followupd.reading.normal import one_line
from followupd.reading.patterns import Pattern, compile_pattern
from followupd.rulesource import RuleSource, check_entries, read_rules

FORM = "website_form"
"""The entry whose title and way of answering hold for forms that no entry knows."""
MAX_LINES = 600
MAX_LABEL = 60
MAX_VALUE = 200
ENOUGH = 3
"""So many different labels make a form."""
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'@|/]{1,64}@[\w.-]{1,190}\w")
_GAP = re.compile(r"\t+|\s{2,}|\s\|\s")
_ROBOT = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|wordpress|web(?:site|master|form)?|www(?:-data)?|forms?|contact|mailer|notifications?|info|"
    r"kontakt|contato|contacto|postmaster|admin|system|service|apache|nobody|mail)\d*$"
)
_ALIAS = re.compile(r"[+\d]")
"""What an alias of one buyer has and the address that all buyers share has not."""
_NAMES = ("name", "company", "country", "phone", "product", "email", "id")

Field = Literal[
    "name", "first_name", "last_name", "company", "email", "phone", "country", "city", "product", "quantity", "message",
    "subject", "id", "website", "skip",
]  # fmt: skip


class LabelEntry(BaseModel):
    """The words that forms put in front of one field, by language; the id is the field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, list[str]]


class PlatformExample(BaseModel):
    """An invented notice and what must be read from it; ``expect: {}`` is a notice behind which there is no buyer."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    sender: str
    subject: str = ""
    reply_to: str = ""
    text: str = ""
    html: str = ""
    expect: dict[str, str] = {}
    """Any of key, name, company, country, phone, product, reach, address, message."""


class PlatformEntry(BaseModel):
    """One platform. Patterns may hold the groups name, company, country, phone, product, email, id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    senders: list[str] = []
    """The From address; ``texts``: the whole text; where both stand, both must be found."""
    texts: list[str] = []
    list_ids: list[str] = []
    noise: list[str] = []
    """From addresses or subjects of the platform's own news."""
    shown: list[str] = []
    """Names that only the platform may show as sender; from another address it is a look-alike."""
    subjects: list[str] = []
    """Subjects of an inquiry."""
    found: list[str] = []
    """Where in the text the buyer's particulars stand, beyond labels."""
    labels: dict[Field, list[str]] = {}
    """Words of this platform beside those of rules/form_labels.yaml."""
    begins: list[str] = []
    """The line below which his message stands; ``ends``: the line at which it is over."""
    ends: list[str] = []
    reply: Literal["site", "relay", "direct"] = "site"
    """What an answer by mail reaches: nobody, him through Reply-To (``relay``: its pattern), or his own address."""
    relay: list[str] = []
    examples: list[PlatformExample] = []

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if not self.senders and not self.texts:
            raise ValueError("needs senders or texts")
        return self


@dataclass(frozen=True, slots=True)
class Platform:
    """A compiled entry."""

    id: str
    entry: PlatformEntry
    patterns: dict[str, tuple[Pattern, ...]]
    labels: dict[str, str]
    """Label, casefolded > field."""

    def has(self, part: str, text: str) -> Any:
        """The first match of the patterns of one part of the entry; None when there is none."""
        return next((m for p in self.patterns[part] if (m := p.search(text)) is not None), None)

    def sent(self, message: Message) -> str:
        """The words by which its notice is known, ``""`` when this is none."""
        if self.patterns["senders"] and not self.has("senders", message.sender.email):
            return ""
        if self.patterns["list_ids"] and not self.has("list_ids", message.header("list-id")):
            return ""
        if not self.patterns["texts"]:
            return message.sender.email
        found = self.has("texts", message.text)
        return str(found.group(0)) if found else ""

    def imitated(self, message: Message) -> str:
        """The name of the platform shown by somebody else, ``""`` otherwise."""
        if not self.patterns["shown"] or self.has("senders", message.sender.email):
            return ""
        found = self.has("shown", message.sender.name)
        return str(found.group(0)) if found else ""


_PARTS = ("senders", "texts", "list_ids", "noise", "shown", "subjects", "found", "begins", "ends", "relay")


@dataclass(frozen=True)
class Platforms:
    """All platforms in the order of the file, and what forms write in front of values."""

    known: dict[str, Platform] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def build(source: RuleSource) -> Platforms:
        """Read both tables. Raises ConfigError with ``file:line`` for all problems at once."""
        labels = _labels(source)
        problems: list[Problem] = []
        known = {}
        for id, entry in check_entries(PlatformEntry, source, "platforms").items():
            origin = source.entries("platforms")[id].stands
            try:
                patterns = {part: tuple(compile_pattern(p, origin) for p in getattr(entry, part)) for part in _PARTS}
            except ConfigError as error:
                problems.extend(error.problems)
                continue
            more = {word.casefold(): name for name, words in entry.labels.items() for word in words}
            known[id] = Platform(id, entry, patterns, {**labels, **more})
        if problems:
            raise ConfigError(*problems)
        return Platforms(known, labels)

    def notice(self, message: Message) -> tuple[Platform, str] | None:
        """The platform that sent this mail, and the words that tell so."""
        return next(((p, words) for p in self.known.values() if (words := p.sent(message))), None)

    def imitated(self, message: Message) -> str:
        """The platform that somebody else pretends to be."""
        return next(
            (f"{w} from {message.sender.domain}" for p in self.known.values() if (w := p.imitated(message))), ""
        )


def _labels(source: RuleSource) -> dict[str, str]:
    entries = check_entries(LabelEntry, source, "form_labels")
    return {w.casefold(): id for id, entry in entries.items() for words in entry.words.values() for w in words}


@cache
def shipped_platforms() -> Platforms:
    """The platforms that come with followupd. Whoever holds the user's rules passes ``Platforms.build`` of them instead."""
    return Platforms.build(read_rules())


# ---- who and what ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """The buyer behind a notice, an address that reaches him (empty: none does), and his own words."""

    via: Via
    address: Address
    words: str


def behind(message: Message, platforms: Platforms, own: Own) -> Behind | None:
    """The buyer behind a notice; None for every other mail, and for notices that speak of no buyer."""
    if known := platforms.notice(message):
        return _read(message, known[0], own)
    form = platforms.known.get(FORM)
    return _read(message, form, own) if form and _is_form(message, platforms.labels, own) else None


def _is_form(message: Message, labels: dict[str, str], own: Own) -> bool:
    """Labels of three kinds with a message and a name or an address, sent by a machine or from our own side."""
    if ":" not in message.text and "：" not in message.text:
        return False
    form = Form.of(message.text.split("\n"), labels, (), ())
    email = _first_email(form.fields.get("email", ""))
    answers = {a.email for a in message.reply_to}
    local = message.sender.email.partition("@")[0]
    machine = own.holds(message.sender.email) or bool(_ROBOT.match(local)) or (email in answers and email != "")
    person = bool(email) or "name" in form.fields or "first_name" in form.fields
    return machine and person and bool(form.message) and len(set(form.fields) - {"skip"}) + 1 >= ENOUGH


def _read(message: Message, platform: Platform, own: Own) -> Behind | None:
    if platform.has("noise", message.sender.email) or platform.has("noise", message.subject):
        return None
    lines = message.text.split("\n")
    form = Form.of(lines, platform.labels, platform.patterns["begins"], platform.patterns["ends"])
    subject = platform.has("subjects", message.subject)
    told = {**_said(platform, message, subject), **_named(form.fields)}
    told.setdefault("name", _shown(message, platform, own))
    reach, address = _reach(message, platform, told, own)
    known = bool(told.get("name") or address or told.get("id"))
    if not known or not (subject or form.message or platform.entry.reply != "site"):
        return None
    key = _key(platform, told, address)
    via = Via(
        platform=platform.id, title=platform.entry.title, key=key, by=message.sender, reach=reach,
        **{n: told.get(n, "") for n in ("name", "company", "country", "phone", "product")},
    )  # fmt: skip
    words = form.message or form.asked
    return Behind(via, Address(address or nowhere(key), via.name), words)


def _said(platform: Platform, message: Message, subject: Any) -> dict[str, str]:
    """What the patterns of the entry find."""
    matches = [m for p in platform.patterns["found"] if (m := p.search(message.text)) is not None]
    told: dict[str, str] = {}
    for match in [*matches, *([subject] if subject else [])]:
        for name, value in match.groupdict().items():
            if name in _NAMES and value and value.strip():
                told.setdefault(name, _clean(value))
    return told


def _clean(value: str) -> str:
    return one_line(value, MAX_VALUE).strip(" .,;:*|<>\"'")


def _named(fields: dict[str, str]) -> dict[str, str]:
    """The fields of a form under the names of Via; a first and a last name are one."""
    told = {name: _clean(value) for name, value in fields.items() if name in _NAMES and _clean(value)}
    parts = [_clean(fields[n]) for n in ("first_name", "last_name") if fields.get(n)]
    if parts and "name" not in told:
        told["name"] = " ".join(parts)
    if email := _first_email(f"{fields.get('email', '')} {told.get('name', '')}"):
        told["email"] = email
    else:
        told.pop("email", None)
    if "name" in told:
        told["name"] = _EMAIL.sub("", re.sub(r"[<(\[].*", "", told["name"])).strip(" .,;:*|<>\"'")
    return {name: value for name, value in told.items() if value}


def _first_email(text: str) -> str:
    found = _EMAIL.search(text[:500])
    return found[0].lower() if found else ""


def _shown(message: Message, platform: Platform, own: Own) -> str:
    """The name beside Reply-To, or beside an alias of a platform that passes mail on."""
    people = [a for a in message.reply_to if not own.holds(a.email)]
    if platform.has("relay", message.sender.email):
        people.append(message.sender)
    return next((one_line(a.name, MAX_VALUE) for a in people if a.name and "@" not in a.name), "")


def _reach(message: Message, platform: Platform, told: dict[str, str], own: Own) -> tuple[Reach, str]:
    """Which address reaches him: what the notice tells, Reply-To, or an alias."""
    shared = message.sender.email
    for email in (*(a.email for a in message.reply_to if a.email != shared), shared):
        if platform.has("relay", email) and (email != shared or _ALIAS.search(email.partition("@")[0])):
            return Reach.RELAY, email
    if platform.entry.reply != "direct":
        return Reach.SITE, ""
    outside = [a.email for a in message.reply_to if not own.holds(a.email) and not platform.has("senders", a.email)]
    for email in (*outside, told.get("email", "")):
        if email and not own.holds(email):
            return Reach.DIRECT, email
    return Reach.SITE, ""


def _key(platform: Platform, told: dict[str, str], address: str) -> str:
    """Who he is on this platform: his address, else his name with company or country, else the number of the inquiry."""
    more = told.get("company") or told.get("country") or ""
    named = " ".join(f"{told.get('name', '')} {more}".casefold().split()) if told.get("name") else ""
    return f"{platform.id}:{address or named or told.get('id', '')}"


def nowhere(key: str) -> str:
    """An address at which nobody is, one for each buyer (RFC 2606)."""
    place, _, who = key.partition(":")
    local = re.sub(r"[^\w]+", ".", who).strip(".")[:60] or "unknown"
    return f"{local}@{place.replace('_', '-')}.invalid"


# ---- labels and values ----------------------------------------------------------------------------


@dataclass
class Form:
    """A text of labels and values."""

    fields: dict[str, str] = field(default_factory=dict)
    message: str = ""
    asked: str = ""
    """What was chosen or filled in beside the message: goods and amounts, as they stand."""

    @staticmethod
    def of(lines: list[str], labels: dict[str, str], begins: Iterable[Pattern], ends: Iterable[Pattern]) -> Form:
        """Read the lines. Never raises; each line is looked at once."""
        form, kept, asked, waiting = Form(), [], [], ""
        in_message, begins, ends = False, tuple(begins), tuple(ends)
        for line in (raw[:4000] for raw in lines[:MAX_LINES]):
            if (in_message or form.fields) and any(p.search(line) for p in ends):
                break
            name, value = _split(line, labels)
            if name and form._goes_on(name, in_message):
                in_message, waiting = name == "message", "" if value else name
                kept += [value] if in_message and value else []
                if not in_message:
                    form.fields.setdefault(name, value)
                    asked += [line.strip()] if name in ("product", "quantity") and value else []
            elif any(p.search(line) for p in begins):
                in_message, waiting, kept = True, "", []
            elif in_message:
                kept.append(line.rstrip())
            elif waiting and line.strip():
                form.fields[waiting] = line.strip()
                waiting = ""
        form.fields = {n: v for n, v in form.fields.items() if v}
        form.message, form.asked = "\n".join(kept).strip(), "\n".join(asked)
        return form

    def _goes_on(self, name: str, in_message: bool) -> bool:
        """Is this label one of the form? Inside the message only a field that the form has not had; the buyer writes labels, too."""
        if not in_message:
            return True
        return name not in self.fields and name not in ("message", "product", "quantity", "subject", "city")


def _split(line: str, labels: dict[str, str]) -> tuple[str, str]:
    """The field and the value of a line; no field when it begins with no label."""
    text = line.strip(" \t*•·>|_-–—")
    if not text:
        return "", ""
    for label, value in _halves(text):
        if name := labels.get(_bare(label)):
            return name, value.strip(" \t*|")
    return "", ""


def _halves(text: str) -> Iterator[tuple[str, str]]:
    at = min((i for i in (text.find(":"), text.find("：")) if i > 0), default=-1)
    if 0 < at <= MAX_LABEL:
        yield text[:at], text[at + 1 :]
    gap = _GAP.search(text[: MAX_LABEL + 20])
    if gap:
        yield text[: gap.start()], text[gap.end() :]
    if len(text) <= MAX_LABEL:
        yield text, ""


def _bare(label: str) -> str:
    """A label without marks of duty and brackets: "Your e-mail (required) *"."""
    return " ".join(re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[*'\"?#]", " ", label).split()).strip(" .:：-").casefold()

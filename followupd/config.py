"""What did the user configure?

YAML > frozen Config, or all problems at once with file:line. Every key is explained in config.example.yaml; a test
keeps the two in step.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from followupd.errors import ConfigError, Problem, UserError
from followupd.freemail import FREE_MAIL
from followupd.loopback import is_loopback
from followupd.model import Address, Identity, Own
from followupd.secrets import KINDS, SecretSpec
from followupd.yamlfile import read_yaml, validate

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def _duration(value: Any) -> timedelta:
    """``90d``, ``24h``, ``30s``, ``2w``."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,5})\s*([smhdw])", value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a time like 30s, 20m, 24h, 90d or 2w")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _time_of_day(value: Any) -> time:
    """``08:30``."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a time of day like 08:30")
    return time(int(found[1]), int(found[2]))


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be an IANA time zone like Asia/Shanghai or Europe/Berlin") from None
    return value


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+", value):
        raise ValueError("must be an address like you@example.com")
    return value


def _one_line(value: str) -> str:
    if any(not c.isprintable() for c in value):
        raise ValueError("must be one line without control characters")
    return value


def _named(value: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must not be empty")
    return _one_line(value)


def _secret(value: Any) -> SecretSpec:
    try:
        return value if isinstance(value, SecretSpec) else SecretSpec.of(value)
    except UserError as error:
        raise ValueError("; ".join(f"{p.what} ({p.hint})" if p.hint else p.what for p in error.problems)) from None
    except (AttributeError, TypeError):
        raise ValueError("say where the secret lies: {command: ...}, {file: ...}, {credential: ...}") from None


SECRET = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": False, "minProperties": 1, "maxProperties": 1,
         "properties": {kind: {"type": ["string", "array"] if kind == "command" else "string"} for kind in KINDS}},
    ]
}  # fmt: skip
"""Where a secret lies, for editors."""


def _written(pattern: str) -> WithJsonSchema:
    """How a value is written, for editors."""
    return WithJsonSchema({"type": "string", "pattern": pattern})


Duration = Annotated[timedelta, BeforeValidator(_duration), _written(r"^\s*\d{1,5}\s*[smhdw]\s*$")]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), _written(r"^\s*([01]?\d|2[0-3]):[0-5]\d\s*$")]
Zone = Annotated[str, AfterValidator(_zone)]
Email = Annotated[str, AfterValidator(_email)]
Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[str, BeforeValidator(_named)]
Port = Annotated[int, Field(ge=1, le=65535, strict=True)]
SecretSource = Annotated[SecretSpec, BeforeValidator(_secret), WithJsonSchema(SECRET)]
Security = Literal["tls", "starttls", "none"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


class Server(_Section):
    """A mail server and how to log in there."""

    host: Name
    port: Port
    security: Security = "tls"
    username: Line = ""
    """Default: the account's address."""
    password: SecretSource | None = None
    """None: by the account's ``oauth``."""
    ca_file: Path | None = None
    timeout: Duration = timedelta(seconds=30)

    @model_validator(mode="after")
    def _plain_only_at_home(self) -> Server:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("security: none is allowed to this machine only; use tls or starttls")
        return self


class ImapServer(Server):
    """Where the mailbox lies."""

    port: Port = 993


class SmtpServer(Server):
    """Where mail to the owner goes out."""

    port: Port = 465


class OAuth(_Section):
    """Signing in instead of a password: for every server of the account that has none."""

    client_id: Name
    client_secret: SecretSource | None = None
    """Some providers give one to programs too."""
    tokens: SecretSource | None = None
    """A file or an entry of the key ring; default: ``sign-in.json`` in the account's state directory."""
    provider: Line = ""
    """An entry of rules/providers.yaml; default: the one that the IMAP host belongs to."""
    ca_file: Path | None = None

    @field_validator("tokens")
    @classmethod
    def _can_be_written(cls, value: SecretSpec | None) -> SecretSpec | None:
        if value is not None and value.file is None and not value.keyring:
            raise ValueError("tokens are renewed every hour: keep them where we can write, {keyring: ...} or {file: ...}")
        return value


class Corrections(_Section):
    """Folders into which a mail is dragged to correct followupd; empty: that correction is not offered."""

    genuine: Line = "Followup/Genuine"
    vague: Line = "Followup/Vague"
    not_a_buyer: Line = "Followup/Not a buyer"
    fraud: Line = "Followup/Fraud"
    mute: Line = "Followup/Mute"


class Sending(_Section):
    """Scheduled sending: a mail laid into this folder goes out in the buyer's next morning."""

    enabled: bool = Field(default=False, strict=True)
    folder: Name = "Followup/Send"
    sent_copy: Literal["auto", "always", "never"] = "auto"
    """Who lays a copy into Sent? auto: we do, unless the provider is known to."""


class Folders(_Section):
    """Names of folders where followupd does not find them itself; ``watch`` adds patterns like ``Customers/*``."""

    inbox: Line = "INBOX"
    sent: Line = ""
    drafts: Line = ""
    trash: Line = ""
    archive: Line = ""
    watch: tuple[Line, ...] = ("*",)
    corrections: Corrections = Corrections()


class AccountConfig(_Section):
    """One mailbox and who sells from it."""

    name: Line = ""
    address: Email
    display_name: Name
    aliases: tuple[Email, ...] = ()
    own_domains: tuple[Line, ...] = ()
    authserv_ids: tuple[Line, ...] = ()
    company: Line = ""
    phone: Line = ""
    signature: str = ""
    country: Line = Field(default="CN", pattern="^[A-Z]{2}$")
    timezone: Zone = "Asia/Shanghai"
    imap: ImapServer
    smtp: SmtpServer | None = None
    oauth: OAuth | None = None
    folders: Folders = Folders()
    send: Sending = Sending()
    lookback: Duration = timedelta(days=90)
    max_silence_age: Duration = timedelta(days=45)
    poll: Duration = timedelta(seconds=60)
    keywords: bool = Field(default=True, strict=True)
    drafts: bool = Field(default=True, strict=True)

    @field_validator("own_domains")
    @classmethod
    def _no_free_mail(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if bad := [d for d in value if d.lower() in FREE_MAIL]:
            raise ValueError(f"{', '.join(bad)} is a free-mail domain: everybody there would count as a colleague")
        return tuple(d.lower().lstrip("@") for d in value)

    @model_validator(mode="after")
    def _a_way_in(self) -> AccountConfig:
        lacking = [name for name, server in (("imap", self.imap), ("smtp", self.smtp)) if server and not server.password]
        if lacking and self.oauth is None:
            raise ValueError(f"{' and '.join(lacking)}: say where the password lies, or add oauth and run `followupd login`")
        return self

    @model_validator(mode="after")
    def _a_way_out(self) -> AccountConfig:
        if self.send.enabled and self.smtp is None:
            raise ValueError("send: needs the account's smtp server; add smtp, or set enabled: false")
        if self.send.enabled and self.send.folder in self.folders.corrections.model_dump().values():
            raise ValueError("send: its folder is a correction folder as well; name another")
        return self

    @property
    def title(self) -> str:
        """The account's name, by default its address."""
        return self.name or self.address.lower()

    def identity(self) -> Identity:
        """Who signs a draft."""
        return Identity(
            address=Address(self.address.lower(), self.display_name),
            company=self.company,
            phone=self.phone,
            signature=self.signature.strip("\n"),
            country=self.country,
            timezone=self.timezone,
        )

    def own(self) -> Own:
        """Whose mail is our own word."""
        addresses = frozenset(a.lower() for a in (self.address, *self.aliases))
        names = tuple(n for n in (self.display_name, self.company) if n)
        servers = frozenset(s.lower() for s in self.authserv_ids)
        return Own(addresses=addresses, domains=frozenset(self.own_domains), names=names, authservs=servers)


class Digest(_Section):
    """The daily mail to the owner."""

    enabled: bool = Field(default=True, strict=True)
    at: TimeOfDay = time(8, 30)
    language: Literal["en", "zh"] = "en"


def _twice(words: Iterable[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count > 1)


class Config(_Section):
    """Everything that the user configured."""

    accounts: tuple[AccountConfig, ...]
    digest: Digest = Digest()
    notify_to: Email | None = None
    """Where digests and alarms go; default: the address of the account itself."""
    rules_dir: Path | None = None
    catalogue: Path | None = None
    """What you sell (judging/fit.py); default: ``catalogue.yaml`` beside the config if it is there."""
    facts: Path | None = None
    """What only you know (deciding/userfacts.py), in a file called ``facts....yaml``; default: ``facts.yaml`` beside the config."""
    state_dir: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    path: Path | None = Field(default=None, exclude=True)
    """The file this was read from; not a key of the file."""

    @field_validator("accounts")
    @classmethod
    def _at_least_one(cls, value: tuple[AccountConfig, ...]) -> tuple[AccountConfig, ...]:
        """Asked only of sound accounts: a broken one must not also be told that there is none."""
        if not value:
            raise ValueError("at least one account is needed; see config.example.yaml")
        return value

    @field_validator("facts")
    @classmethod
    def _called_facts(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.name.startswith("facts") and value.suffix in {".yaml", ".yml"}):
            raise ValueError("must be a file whose name begins with facts and ends in .yaml")
        return value

    @property
    def state_root(self) -> Path | None:
        """Where the user wants the state of all accounts, ``~`` resolved; None: where the system keeps such things."""
        return self.state_dir.expanduser() if self.state_dir else None

    @model_validator(mode="after")
    def _names_differ(self) -> Config:
        if twice := _twice(a.title.lower() for a in self.accounts):
            raise ValueError(f"two accounts are called {', '.join(twice)}; give each a name of its own")
        return self

    @model_validator(mode="after")
    def _mailboxes_differ(self) -> Config:
        """Two accounts at one mailbox would each put a draft there, because they share no ledger."""
        if twice := _twice(f"{a.imap.username or a.address} at {a.imap.host}".lower() for a in self.accounts):
            raise ValueError(f"two accounts read the mailbox of {', '.join(twice)}; keep one, and list aliases there")
        return self

    @property
    def overlays(self) -> tuple[Path, ...]:
        """The user's own rules, laid over the shipped ones: a directory of them, the catalogue, the facts."""
        facts = self.facts_file()
        return tuple(p for p in (self._rules(), self._catalogue(), facts if facts and facts.is_file() else None) if p is not None)

    def facts_file(self) -> Path | None:
        """Where the user's facts lie, there or not; None where there is no config file to lie beside."""
        home = self.path.parent if self.path else Path()
        if self.facts:
            return home / self.facts.expanduser()
        return home / "facts.yaml" if self.path else None

    def _rules(self) -> Path | None:
        """``rules_dir``, else ``rules`` beside the config if it is there."""
        if self.rules_dir:
            return self.rules_dir.expanduser()
        beside = self.path.parent / "rules" if self.path else None
        return beside if beside and beside.is_dir() else None

    def _catalogue(self) -> Path | None:
        """``catalogue``, from the config's own directory where it is relative; else ``catalogue.yaml`` there."""
        home = self.path.parent if self.path else Path()
        if self.catalogue:
            return home / self.catalogue.expanduser()
        beside = home / "catalogue.yaml"
        return beside if self.path and beside.is_file() else None


def config_path(given: Path | None = None) -> Path:
    """The config file: as given, $FOLLOWUPD_CONFIG, XDG, /etc. Raises ConfigError when there is none."""
    if given:
        return given
    if named := os.environ.get("FOLLOWUPD_CONFIG"):
        return Path(named)
    usual = (platformdirs.user_config_path("followupd") / "config.yaml", Path("/etc/followupd/config.yaml"))
    for path in usual:
        if path.exists():
            return path
    raise ConfigError(
        Problem(str(usual[0]), "there is no config yet", "run `followupd init`, which asks and writes it; or see it work first: `followupd demo`")
    )


def load_config(path: Path) -> Config:
    """Read and validate a config file. Raises ConfigError with every problem and its line."""
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        raise ConfigError(Problem(str(path), "is empty", "see config.example.yaml"))
    unknown = [Problem(file.where(("path",)), "path: is not a known key", "remove it")] if "path" in file.data else []
    try:
        config = validate(Config, file, data={k: v for k, v in file.data.items() if k != "path"})
    except ConfigError as error:
        raise ConfigError(*sorted((*unknown, *error.problems), key=_line)) from None
    if unknown:
        raise ConfigError(*unknown)
    return config.model_copy(update={"path": path})


def _line(problem: Problem) -> int:
    """People mend a file from top to bottom."""
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0

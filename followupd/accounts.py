"""How does a configured account become a desk to work at?

Opens what an account owns (lock, ledger, index, outbox), connects its mailbox and lays everything onto the desk. Accounts
share nothing but the rules.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from followupd import __version__
from followupd.chores import Chores
from followupd.config import AccountConfig, Config, Server
from followupd.deciding.asked import Settings
from followupd.deciding.rulebook import Rulebook
from followupd.drafting.compose import Templates
from followupd.errors import ConfigError, LoginRefused, Problem
from followupd.files import replace_file, sweep
from followupd.judging.lessons import Lessons
from followupd.judging.tables import JudgingRules
from followupd.keys import Keys, signed_in_at, told_how
from followupd.mailbox.base import Box, Folder, Mailbox
from followupd.mailbox.imap import ImapMailbox
from followupd.mailbox.pace import nothing
from followupd.mailbox.providers import provider_of, providers
from followupd.mailbox.settings import ImapSettings
from followupd.notify.outbox import Outbox
from followupd.notify.smtp import SmtpSettings
from followupd.reading.marks import Marks
from followupd.rulesource import RuleSource, read_rules, shipped_rules
from followupd.secrets import Bearer, Secret
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import AccountPaths, prepare
from followupd.work.corrections import pattern
from followupd.work.desk import Desk, Post, Progress, RulesInForce, to_read

log = logging.getLogger(__name__)

MISSED = {Box.SENT: "no quote can be followed", Box.DRAFTS: "no draft can be placed"}
"""Folder > what does not happen without it."""


def rules_in_force(source: RuleSource, as_judged: RulesInForce | None = None) -> RulesInForce:
    """Validate all tables; every problem of every room at once. Raises ConfigError.

    ``as_judged``: rules of which those for judging are the same; with what they have learnt they are taken over.
    """
    if as_judged is not None:
        return replace(as_judged, book=Rulebook.build(source), templates=Templates.build(source))
    problems: list[Problem] = []
    built: list[object] = []
    for build in (JudgingRules.build, Rulebook.build, Templates.build, Marks.build):
        try:
            built.append(build(source))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)
    judging, book, templates, marks = built
    assert isinstance(judging, JudgingRules)
    assert isinstance(book, Rulebook)
    assert isinstance(templates, Templates)
    assert isinstance(marks, Marks)
    return RulesInForce(judging=judging, book=book, templates=templates, marks=marks)


def watched(config: Config) -> tuple[Path, ...]:
    """Where rules and facts lie; the file of facts there or not, since it may come."""
    facts = config.facts_file()
    return tuple(dict.fromkeys((*config.overlays, *([facts] if facts else []), shipped_rules())))


class RulesLoader:
    """The rules in force, and their reloading. A broken file leaves the last good rules standing (scenario 42)."""

    def __init__(self, config: Config) -> None:
        self._lock = threading.Lock()
        self.source = read_rules(*config.overlays)
        self.current = rules_in_force(self.source)
        self.directories = watched(config)
        self.generation = 0

    def reload(self, config: Config) -> None:
        """Read everything anew. Raises ConfigError; then nothing has changed."""
        source = read_rules(*config.overlays)
        same = source.judging_digest == self.source.judging_digest
        fresh = rules_in_force(source, self.current if same else None)
        with self._lock:
            self.source, self.current, self.directories = source, fresh, watched(config)
            self.generation += 1


@dataclass
class Account:
    """One account with its open stores. Belongs to one thread once its loop runs."""

    config: AccountConfig
    whole: Config
    paths: AccountPaths
    lock: InstanceLock
    ledger: Ledger
    index: Index
    rules: RulesLoader
    chores: Chores
    _generation: int = 0
    _health: tuple[tuple[str, str, datetime] | None, datetime] = (None, datetime.min)  # noqa: DTZ901 - never compared
    """What was last said of it, and when."""
    _signed_in: int = 0
    _keys: Keys | None = None
    pulse: Callable[[], None] = nothing
    """Called at every sign of life of the mail server."""
    mailbox: Mailbox | None = None
    """The connection at work or in the making, to be cut from outside."""

    @property
    def name(self) -> str:
        """The account's name in lists and logs."""
        return self.config.title

    @property
    def poll(self) -> float:
        """Seconds between two looks where the server does not ring."""
        return self.config.poll.total_seconds()

    def connect(self) -> Mailbox:
        """Get password or token and connect. Raises LoginRefused, LinkLost, UserError."""
        self._signed_in = self._sign_in_mark()
        return connected(self._key_ring(), self._begun)

    def _begun(self, mailbox: Mailbox) -> None:
        mailbox.pulse, self.mailbox = self.pulse, mailbox

    def cut(self) -> None:
        """End the connection from another thread, whatever it waits for. Never raises."""
        mailbox = self.mailbox
        if mailbox is not None:
            mailbox.cut()

    def _key_ring(self) -> Keys:
        """Made anew when config or rules changed."""
        keys, now = self._keys, (self.whole, self.config, self.rules.source)
        if keys is None or any(a is not b for a, b in zip((keys.config, keys.account, keys.rules), now, strict=True)):
            self._keys = keys = Keys(*now)
        return keys

    def mended(self) -> bool:
        """Did the user sign in anew since the last try?"""
        return self._sign_in_mark() != self._signed_in

    def _sign_in_mark(self) -> int:
        try:
            return signed_in_at(self.whole, self.config).stat().st_mtime_ns
        except OSError:
            return 0

    def desk(self, mailbox: Mailbox, stopping: Callable[[], bool], progress: Callable[[Progress], None]) -> Desk:
        """Everything a turn needs, on one desk."""
        self._look_again()
        identity = self.config.identity()
        owner = self.whole.notify_to or self.config.address
        folders = to_read(mailbox.folders())
        self._tell_missing(folders)
        return Desk(
            name=self.name,
            own=self.config.own(),
            identity=identity,
            settings=self.settings(),
            lookback=self.config.lookback,
            mailbox=mailbox,
            folders=folders,
            ledger=self.ledger,
            index=self.index,
            outbox=self._outbox(owner),
            rules=self.rules.current,
            owner=owner,
            post=self._post(),
            commands=self.paths.commands,
            corrections=self.config.folders.corrections.model_dump(),
            language=self.whole.digest.language,
            write_drafts=self.config.drafts,
            write_keywords=self.config.keywords,
            stopping=stopping,
            progress=progress,
        )

    def _tell_missing(self, folders: tuple[Folder, ...]) -> None:
        """Without these folders everything runs and yet no draft comes: that must not pass in silence."""
        there = {f.box for f in folders}
        for box, lost in MISSED.items():
            if box not in there:
                log.warning("account %s: no %s folder was found: %s; name it under folders.%s", self.name, box, lost, box)

    def settings(self) -> Settings:
        """What deciding must know of the account; the day of installation is kept in the ledger."""
        return Settings(
            identity=self.config.identity(),
            installed_at=datetime.fromisoformat(self.ledger.get("installed_at")),
            max_silence_age=self.config.max_silence_age,
        )

    def _outbox(self, owner: str) -> Outbox | None:
        smtp = self.config.smtp
        if smtp is None:
            return None
        return Outbox(
            self.paths.outbox,
            smtp_settings(self.config, smtp),
            lambda: self._key_ring().key(smtp),
            owner,
        )

    def _post(self) -> Post | None:
        """The way out for scheduled sending; None where it is off."""
        smtp, wanted = self.config.smtp, self.config.send
        if smtp is None or not wanted.enabled:
            return None
        known = provider_of(self.config.imap.host, "", providers(self.rules.source)).keeps_sent
        return Post(
            folder=wanted.folder,
            settings=replace(smtp_settings(self.config, smtp), sender=self.config.address.lower()),
            secret=lambda: self._key_ring().key(smtp),
            keeps_sent=known if wanted.sent_copy == "auto" else wanted.sent_copy == "never",
        )

    def refresh(self, desk: Desk) -> None:
        """Keep the sign-in fresh; take reloaded rules onto the desk; then every thread is looked at again.

        Raises LoginRefused when the sign-in was revoked.
        """
        self._key_ring().keep_fresh()
        if self._generation == self.rules.generation:
            return
        self._generation = self.rules.generation
        desk.rules, desk.lessons, desk.learnt_from = self.rules.current, Lessons(), None
        desk.settings = self.settings()
        self._look_again()
        with self.index.transaction():
            self.index.look_again(judge=False)

    def _look_again(self) -> None:
        """By other rules or facts, or by another followupd, all threads may be decided otherwise, and perhaps judged so."""
        source = self.rules.source
        now = {
            "judging": f"{__version__} {source.judging_digest}",
            "rules": f"{__version__} {source.digest}",
            "facts": source.facts_digest,
        }
        changed = {key for key, value in now.items() if self.index.meta(key) != value}
        if not changed:
            return
        with self.index.transaction():
            if "judging" in changed:
                self.index.forget_judgements()
            self.index.look_again(judge="judging" in changed)
            for key in changed:
                self.index.set_meta(key, now[key])

    def reconfigure(self, config: Config) -> None:
        """Take a new config as far as it can change while running; connection settings hold from the next connect."""
        self.whole = config
        self.config = next((a for a in config.accounts if a.title == self.name), self.config)

    def note_health(self, state: str, detail: str, now: datetime) -> None:
        """Leave a small file that ``status`` reads; written only when something changed or a minute passed.

        Of what changes many times a second (how far we are) one word a second is enough.
        """
        said = (state, detail, now.replace(second=0, microsecond=0))
        before, at = self._health
        if before == said or (before and before[0] == state and timedelta(0) <= now - at < timedelta(seconds=1)):
            return
        self._health = (said, now)
        data = {"state": state, "detail": detail[:500], "at": now.isoformat()}
        replace_file(self.paths.root / "health.json", json.dumps(data, ensure_ascii=False).encode())

    def close(self) -> None:
        """Flush and let go of everything."""
        self.ledger.close()
        self.index.close()
        self.lock.release()


def open_accounts(config: Config, rules: RulesLoader, stack: ExitStack, now: datetime) -> list[Account]:
    """Open every account's stores under its lock. Raises AlreadyRunning, UnsafeState, UserError."""
    return [_open(account, config, rules, stack, now) for account in config.accounts]


def _open(account: AccountConfig, config: Config, rules: RulesLoader, stack: ExitStack, now: datetime) -> Account:
    paths = prepare(account.title, config.state_root)
    lock = InstanceLock(paths.lock)
    lock.acquire()
    stack.callback(lock.release)
    for directory in (paths.root, paths.outbox):
        sweep(directory)
    ledger = Ledger(paths.ledger)
    if not ledger.get("installed_at"):
        ledger.note("installed_at", now.isoformat())
        ledger.flush()
    index = Index(paths.index, account.own())
    digest_at = config.digest.at if config.digest.enabled else None
    chores = Chores(digest_at, account.timezone)
    return Account(account, config, paths, lock, ledger, index, rules, chores)


Begun = Callable[[Mailbox], None]


def connected(keys: Keys, begun: Begun = lambda _: None) -> ImapMailbox:
    """A mailbox that is logged in; ``begun`` hears of it before it is dialled.

    A token refused before its end is renewed and tried once more, no oftener.
    """
    secret = keys.key(keys.account.imap)
    try:
        return _tried(keys, secret, begun)
    except LoginRefused:
        if not isinstance(secret, Bearer):
            raise
    other = keys.instead(secret)
    try:
        return _tried(keys, other, begun)
    except LoginRefused as error:
        raise told_how(error, keys.account) from None


def _tried(keys: Keys, secret: Secret, begun: Begun) -> ImapMailbox:
    mailbox = ImapMailbox(imap_settings(keys.account), secret, keys.rules)
    begun(mailbox)
    try:
        mailbox.connect()
    except BaseException:
        mailbox.close()
        raise
    return mailbox


def imap_settings(account: AccountConfig) -> ImapSettings:
    """The IMAP side of an account as the mailbox wants it."""
    folders = account.folders
    named = {
        Box.INBOX: folders.inbox,
        Box.SENT: folders.sent,
        Box.DRAFTS: folders.drafts,
        Box.TRASH: folders.trash,
        Box.ARCHIVE: folders.archive,
    }
    server = account.imap
    sending = (pattern(account.send.folder),) if account.send.enabled else ()
    return ImapSettings(
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username or account.address,
        ca_file=str(server.ca_file.expanduser()) if server.ca_file else None,
        timeout=server.timeout.total_seconds(),
        folders={box: name for box, name in named.items() if name},
        watch=(*folders.watch, *(pattern(name) for name in folders.corrections.model_dump().values() if name), *sending),
        poll=account.poll.total_seconds(),
    )


def smtp_settings(account: AccountConfig, server: Server) -> SmtpSettings:
    """The SMTP side of an account as notify wants it."""
    return SmtpSettings(
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username or account.address,
        ca_file=str(server.ca_file.expanduser()) if server.ca_file else None,
        timeout=server.timeout.total_seconds(),
        sender=account.address,
    )

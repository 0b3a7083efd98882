"""What lies on the desk of one account during a turn?

A plain bundle, built once per connection by accounts.py: the mailbox, the two stores, the rules in force and who we are.
The passes take it as their first argument and keep no state of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from followupd.deciding.asked import Settings
from followupd.deciding.rulebook import Rulebook
from followupd.drafting.compose import Templates
from followupd.judging.lessons import Lessons
from followupd.judging.tables import JudgingRules
from followupd.mailbox.base import Box, Folder, Mailbox
from followupd.model import Identity, Own, Word
from followupd.notify.outbox import Outbox
from followupd.notify.smtp import SmtpSettings
from followupd.reading.marks import Marks
from followupd.secrets import Secret
from followupd.store.index import Index
from followupd.store.ledger import Ledger

NEVER_READ = frozenset({Box.JUNK})
ORDER = (Box.SENT, Box.INBOX, Box.ARCHIVE, Box.OTHER, Box.TRASH, Box.DRAFTS)
"""Sent first: a buyer's answer is understood better when the quote is already known."""


def to_read(folders: tuple[Folder, ...]) -> tuple[Folder, ...]:
    """The folders we read, in the order in which they are understood best."""
    wanted = [f for f in folders if f.box not in NEVER_READ]
    return tuple(sorted(wanted, key=lambda f: (ORDER.index(f.box), f.name)))


_DELIMITERS = re.compile(r"[/.|\\]")


def called(folders: Iterable[Folder], name: str) -> list[Folder]:
    """The folders of that name, whatever delimiter and prefix the server uses."""
    wanted = [part.casefold() for part in _DELIMITERS.split(name)]
    return [f for f in folders if [p.casefold() for p in _DELIMITERS.split(f.name)][-len(wanted) :] == wanted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """By what way mail to buyers goes out that a person laid into ``folder``; only where that is configured."""

    folder: str
    settings: SmtpSettings
    secret: Callable[[], Secret | None]
    keeps_sent: bool = False
    """Does the provider lay a copy into Sent by itself?"""


@dataclass(frozen=True, kw_only=True)
class RulesInForce:
    """Everything that the core asks of the rule files, validated."""

    judging: JudgingRules
    book: Rulebook
    templates: Templates
    marks: Marks


@dataclass(frozen=True, slots=True)
class Progress:
    """How far reading a folder has come; shown while the first look back runs."""

    folder: str
    done: int
    total: int


@dataclass(kw_only=True)
class Desk:
    """One account at work."""

    name: str
    own: Own
    identity: Identity
    settings: Settings
    lookback: timedelta
    mailbox: Mailbox
    folders: tuple[Folder, ...]
    """The folders we read, Drafts included; see :func:`watched`."""
    ledger: Ledger
    index: Index
    outbox: Outbox | None
    rules: RulesInForce
    owner: str
    """Where digests and alarms go; nobody else is ever written to (law 5)."""
    post: Post | None = None
    """Scheduled sending; None: it is off, and nothing is sent to any buyer."""
    commands: Path | None = None
    """Where the command line leaves the user's words."""
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Correction > name of the folder into which a mail is dragged for it; see work/corrections.py."""
    lessons: Lessons = field(default_factory=Lessons)
    """What the user's corrections have taught so far; see work/learn.py."""
    learnt_from: tuple[Word, ...] | None = None
    """The words that taught it; None: not looked at yet."""
    language: str = "en"
    write_drafts: bool = True
    write_keywords: bool = True
    dry_run: bool = False
    swept_at: datetime | None = None
    """When all folders were last read; see work/pull.py."""
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _: None

    def folder(self, box: Box) -> Folder | None:
        """The folder that plays this part, if there is one."""
        return next((f for f in self.folders if f.box is box), None)

    def sending_folders(self) -> list[Folder]:
        """The folders for scheduled sending, never one that plays another part."""
        return [f for f in called(self.folders, self.post.folder) if f.box is Box.OTHER] if self.post else []

    @property
    def drafts(self) -> Folder | None:
        """Where drafts go; None when the account has no such folder (then nothing is written)."""
        return self.folder(Box.DRAFTS)

    @property
    def inbox(self) -> Folder:
        """The folder to listen on."""
        return self.folder(Box.INBOX) or Folder("INBOX", Box.INBOX)

"""Where does a story play? In a real turn over real stores, with a mailbox in memory and a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from followupd.accounts import rules_in_force
from followupd.deciding.asked import Settings
from followupd.errors import FollowupdError
from followupd.lab.story import TEXTS, Account, read_texts, shipped_stories
from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryMailbox, MemoryServer, Stored
from followupd.model import Decision
from followupd.rulesource import read_rules
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.turn import TurnReport, run_turn
from followupd.work.desk import Desk, RulesInForce, to_read

LOOKS_EVERY = timedelta(hours=3)
MAX_SILENCE = timedelta(days=45)
LOOKBACK = timedelta(days=365)


class StoryBroken(FollowupdError):
    """A step cannot be done as it is written: there is no draft to send, no mail to answer."""


@lru_cache(1)
def shipped_in_force() -> RulesInForce:
    """The shipped rules alone, validated once per process."""
    return rules_in_force(read_rules())


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft that was put into Drafts during the story; ``at`` is aware UTC."""

    topic: str
    at: datetime
    raw: bytes
    decision: Decision


class Room:
    """The mailbox, the stores, the rules and the clock of one story. ``installed`` is aware UTC.

    ``buyer`` is the story's buyer as ``Name <address>``, ``texts`` the mails that steps may name, ``mails`` what was written
    so far. ``now`` is aware UTC.
    """

    def __init__(
        self,
        directory: Path,
        installed: datetime,
        rules: RulesInForce | None = None,
        account: Account | None = None,
        server: MemoryServer | None = None,
    ) -> None:
        self.directory = directory
        self.installed = installed
        self.rules = rules or shipped_in_force()
        self.account = account or Account()
        self.identity = self.account.identity()
        self.server = server or MemoryServer()
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.buyer = ""
        self.texts = read_texts(shipped_stories() / TEXTS)
        self.mails: list[EmailMessage] = []
        self.placed: list[Placed] = []
        self.withdrawn = 0
        self.alarms = 0
        (directory / "commands").mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        """Open the stores and connect the mailbox, as a start of the daemon does."""
        own, identity = self.account.own(), self.identity
        self.ledger = Ledger(self.directory / "ledger.json")
        self.index = Index(self.directory / "index.sqlite", own)
        mailbox = MemoryMailbox(self.server)
        mailbox.connect()
        self.desk = Desk(
            name="story",
            own=own,
            identity=identity,
            settings=Settings(identity=identity, installed_at=self.installed, max_silence_age=MAX_SILENCE),
            lookback=LOOKBACK,
            mailbox=mailbox,
            folders=to_read(mailbox.folders()),
            ledger=self.ledger,
            index=self.index,
            outbox=None,
            rules=self.rules,
            owner=identity.address.email,
            commands=self.directory / "commands",
        )

    def close(self) -> None:
        """Let go of the stores."""
        self.ledger.close()
        self.index.close()

    def restart(self) -> None:
        """The machine was switched off and on."""
        self.close()
        self.open()

    def lose_index(self) -> None:
        """Somebody deleted the index."""
        self.close()
        for path in self.directory.glob("index.sqlite*"):
            path.unlink()
        self.open()

    def drafts(self) -> list[Stored]:
        """What stands in Drafts."""
        return list(self.server.messages(Box.DRAFTS))

    # ---- time -------------------------------------------------------------------------------------

    def turn(self) -> TurnReport:
        """One turn now; and more while it says that there is more to do."""
        for _ in range(10):
            before = {d.uid for d in self.drafts()}
            report = run_turn(self.desk, self.now)
            self.withdrawn += report.withdrawn
            self.alarms += report.alarms
            for _thread, decision, draft in report.decisions:
                if draft is not None and decision.topic:
                    self.placed.append(Placed(decision.topic, self.now, draft.raw, decision))
            assert len({d.uid for d in self.drafts()} - before) == report.drafted, "report and mailbox differ"
            if not report.again:
                return report
        raise AssertionError("the turn never comes to rest")

"""Whose day is told on every provider? Two accounts on one server, their people, and ``followupd once`` between them.

Nothing of followupd is replaced but the clock; rules are loaded once for all offices, and each office lays its own host over
the provider's entry in rules/providers.yaml, as a user would do in his own rules.
"""

from __future__ import annotations

import email.policy
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from followupd import daemon
from followupd.accounts import RulesLoader
from followupd.config import Config, load_config
from followupd.mailbox.base import Box
from followupd.mailbox.memory import Stored
from followupd.model import DraftState
from followupd.rulesource import read_rules
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from tests.laws.scene import ASKED, DUE, QUOTED, mail
from tests.servers.provider import House, Provider
from tests.stories.play import TEXTS

LILY, MARK = "lily@brightway.example", "mark@brightway.example"
HOUR = timedelta(hours=1)


@lru_cache(1)
def _loader(config: Path) -> RulesLoader:
    return RulesLoader(load_config(config))


_first: list[Path] = []


def loader_of(config: Config) -> RulesLoader:
    """The rules of this config; what takes long in them is the same for all and done once."""
    assert config.path is not None
    _first[:] = _first or [config.path]
    shared = _loader(_first[0])
    shared.source = read_rules(*config.overlays)
    return shared


@dataclass(frozen=True)
class End:
    """What one account came to; equal on every provider."""

    drafts: tuple[tuple[str, str, str], ...]
    """Buyer, subject and text of what stands in Drafts."""
    records: tuple[tuple[str, int, str], ...]
    """Buyer, step and what became of the draft."""
    threads: tuple[tuple[int, str], ...]
    """Mails and reason of every thread."""


class Office:
    """The two accounts, on one server."""

    def __init__(self, server: Provider, directory: Path) -> None:
        self.server, self.directory = server, directory
        (directory / "state").mkdir(mode=0o700, parents=True)
        (directory / "rules").mkdir()
        (directory / "password").write_text("secret\n")
        (directory / "password").chmod(0o600)
        known = {server.nature.provider: {"hosts": ["127.0.0.1"]}} if server.nature.provider else {}
        (directory / "rules/providers.yaml").write_text(yaml.safe_dump(known))
        imap = {"host": "127.0.0.1", "port": server.port, "security": "none", "password": {"file": str(directory / "password")}}
        entries = [
            {"address": user, "name": name, "display_name": name.title() + " Chen", "imap": {**imap, "username": user},
             "company": "Ningbo Brightway Tools Co., Ltd.", "phone": "+86 574 5550 0101", "lookback": "365d"}
            for user, name in ((LILY, "lily"), (MARK, "mark"))
        ]  # fmt: skip
        data = {"accounts": entries, "digest": {"enabled": False}, "state_dir": str(directory / "state")}
        (directory / "config.yaml").write_text(yaml.safe_dump(data))
        (directory / "config.yaml").chmod(0o600)
        self.config = load_config(directory / "config.yaml")
        self.houses = {user: server.house(user) for user in (LILY, MARK)}

    def once(self, now: datetime) -> None:
        """A start of followupd, all its turns, its end."""
        daemon.once(self.config, clock=lambda: now)

    def lose_index(self) -> None:
        """Somebody deleted what can be derived."""
        for path in (self.directory / "state").glob("*/index.sqlite*"):
            path.unlink()

    # ---- people -----------------------------------------------------------------------------------

    def put(self, user: str, box: Box, mail: EmailMessage, at: datetime, flags: tuple[str, ...] = ()) -> None:
        """A mail comes, or a mail program lays it there."""
        self.houses[user].deliver(box, mail.as_bytes(policy=email.policy.SMTP), at, flags)

    def quoted(self, user: str, n: int) -> EmailMessage:
        """Buyer n asks, we quote."""
        asked = mail(n, f"Anna Schmidt <{buyer(n)}>", user, ASKED, said("inquiry_valves"))
        offer = self.answer(n, asked, QUOTED, "quote_valves_30d", ours=user)
        self.put(user, Box.INBOX, asked, ASKED)
        self.put(user, Box.SENT, offer, QUOTED)
        return offer

    @staticmethod
    def answer(n: int, parent: EmailMessage, at: datetime, text: str, ours: str) -> EmailMessage:
        """We (``ours`` is our address in the parent's thread) or the buyer answer a mail."""
        ends = (f"Lily Chen <{ours}>", f"Anna Schmidt <{buyer(n)}>")
        sender, to = ends if text.startswith("quote") else ends[::-1]
        refs = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
        return mail(
            n, sender, to, at, said(text), subject=f"Re: Inquiry {n}: ball valves", In_Reply_To=parent["Message-ID"], References=refs
        )

    def edit(self, user: str, n: int, at: datetime) -> EmailMessage:
        """A mail program or the web saves the draft to buyer n with a line more: new Message-ID, no X- headers."""
        house, standing = self.houses[user], self.standing(user, n)
        edited = opened(standing.raw)
        text = edited.get_body(("plain",))
        assert isinstance(text, EmailMessage)
        words = "A line of my own.\n\n" + str(text.get_content())
        for name in [h for h in edited if h.lower().startswith("x-")]:
            del edited[name]
        edited.replace_header("Message-ID", f"<edited.{n}@{user.partition('@')[2]}>")
        edited.set_content(words)
        self.remove(house, Box.DRAFTS, standing)
        self.put(user, Box.DRAFTS, edited, at, () if house.nature.drafts_unflagged else ("\\Draft", "\\Seen"))
        return edited

    def send(self, user: str, n: int, at: datetime) -> None:
        """The draft to buyer n goes out; its copy lies in Sent."""
        standing = self.standing(user, n)
        sent = opened(standing.raw)
        sent.replace_header("Date", f"{at:%a, %d %b %Y %H:%M:%S} +0000")
        self.remove(self.houses[user], Box.DRAFTS, standing)
        self.put(user, Box.SENT, sent, at, ("\\Seen",))

    @staticmethod
    def remove(house: House, box: Box, mail: Stored) -> None:
        """Gone from the folder, and from the view of everything."""
        house.delete(box, mail.uid)
        if view := house.nature.everything:
            for copy in [m for m in house.messages(view) if m.raw == mail.raw]:
                house.delete(view, copy.uid)

    # ---- what came of it --------------------------------------------------------------------------

    def standing(self, user: str, n: int) -> Stored:
        return next(m for m in self.houses[user].messages(Box.DRAFTS) if buyer(n) in str(opened(m.raw)["To"]))

    def drafted(self, user: str) -> list[str]:
        """To whom drafts stand there."""
        return sorted(to_of(m.raw) for m in self.houses[user].messages(Box.DRAFTS))

    def states(self, user: str) -> dict[str, DraftState]:
        """What became of the last draft to each buyer."""
        with closing(Ledger(self._state(user) / "ledger.json", read_only=True)) as ledger:
            return {record.buyer: record.state for record in ledger.drafts()}

    def end(self, user: str) -> End:
        """What this account came to."""
        drafts = [(to_of(m.raw), str(opened(m.raw)["Subject"]), text_of(m.raw)) for m in self.houses[user].messages(Box.DRAFTS)]
        account = next(a for a in self.config.accounts if a.address == user)
        with (
            closing(Ledger(self._state(user) / "ledger.json", read_only=True)) as ledger,
            closing(Index(self._state(user) / "index.sqlite", account.own(), read_only=True)) as index,
        ):
            records = [(r.buyer, r.step, r.state.value) for r in ledger.drafts()]
            threads = [(_mails(index, row.id), row.decision.reason.value if row.decision else "") for row in index.rows()]
        return End(tuple(sorted(drafts)), tuple(sorted(records)), tuple(sorted(threads)))

    def _state(self, user: str) -> Path:
        return self.directory / "state" / user.partition("@")[0]


def _mails(index: Index, thread_id: str) -> int:
    thread: Any = index.thread(thread_id)
    return len(thread.messages) if thread else 0


def buyer(n: int) -> str:
    return f"anna@armaturen-{n:03d}.de"


def said(key: str) -> str:
    return TEXTS[key]["text"].format(name="Anna Schmidt", until_date="")


def opened(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def to_of(raw: bytes) -> str:
    return str(opened(raw)["To"].addresses[0].addr_spec)


def text_of(raw: bytes) -> str:
    body = opened(raw).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def tell(office: Office) -> dict[str, End]:
    """The story: asked, quoted, silence, drafts; one buyer answers; one draft is edited and sent; another start."""
    office.once(ASKED - HOUR)
    offers = {n: office.quoted(LILY, n) for n in range(3)} | {3: office.quoted(MARK, 3)}
    office.once(QUOTED + HOUR)
    assert office.drafted(LILY) == office.drafted(MARK) == [], "before the silence is over there is nothing to say"
    office.once(DUE)
    assert office.drafted(LILY) == [buyer(0), buyer(1), buyer(2)]
    assert office.drafted(MARK) == [buyer(3)]
    office.put(LILY, Box.INBOX, office.answer(0, offers[0], DUE + HOUR, "reply_question", ours=LILY), DUE + HOUR)
    office.once(DUE + 2 * HOUR)
    assert office.drafted(LILY) == [buyer(1), buyer(2)], "whoever answered needs no reminder"
    office.edit(LILY, 1, DUE + 3 * HOUR)
    office.once(DUE + 4 * HOUR)
    assert office.states(LILY)[buyer(1)] is DraftState.EDITED
    assert office.drafted(LILY) == [buyer(1), buyer(2)], "an edited draft stands, and no second one beside it"
    office.send(LILY, 1, DUE + 5 * HOUR)
    office.once(DUE + 6 * HOUR)
    assert office.states(LILY)[buyer(1)] is DraftState.SENT
    office.lose_index()
    office.once(DUE + 7 * HOUR)
    office.once(DUE + 8 * HOUR)
    assert office.drafted(LILY) == [buyer(2)]
    return {user: office.end(user) for user in (LILY, MARK)}

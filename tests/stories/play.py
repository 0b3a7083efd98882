"""Who plays a story? A pen for the buyer and for us, a hand for the person, a clock for the days.

Everything below is real: the turn, both stores, the rules; only the mailbox is the one in memory and time is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from followupd.accounts import rules_in_force
from followupd.deciding.decide import Settings
from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.model import Address, Decision, Identity, Own, Word, WordKind
from followupd.rulesource import read_rules
from followupd.store.commands import Command, leave
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.turn import TurnReport, run_turn
from followupd.work.desk import Desk, RulesInForce, to_read

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
US = Address("lily@brightway.example", "Lily Chen")
STEP = timedelta(hours=3)
TEXTS: dict[str, dict[str, str]] = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))


@lru_cache(1)
def shipped() -> RulesInForce:
    """The shipped rules, validated once per test process."""
    return rules_in_force(read_rules())


def when(value: object) -> datetime:
    """A story's time, in the salesperson's zone, as UTC."""
    text = str(value)
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@dataclass
class Placed:
    """A draft that was put into Drafts during the story."""

    topic: str
    at: datetime
    raw: bytes
    decision: Decision


@dataclass
class Stage:
    """The mailbox, the stores and the clock of one story."""

    directory: Path
    installed: datetime
    server: MemoryServer = field(default_factory=MemoryServer)
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    placed: list[Placed] = field(default_factory=list)
    withdrawn: int = 0
    alarms: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    buyer: str = ""

    def __post_init__(self) -> None:
        self.own = Own(frozenset({US.email}), frozenset({"brightway.example"}), ("Lily Chen", "Brightway Tools"))
        self.identity = Identity(address=US, company="Ningbo Brightway Tools Co., Ltd.", phone="+86 574 5550 0101")
        (self.directory / "commands").mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(self.directory / "ledger.json")
        self.index = Index(self.directory / "index.sqlite", self.own)
        mailbox = MemoryMailbox(self.server)
        mailbox.connect()
        self.desk = Desk(
            name="story",
            own=self.own,
            identity=self.identity,
            settings=Settings(identity=self.identity, installed_at=self.installed, max_silence_age=timedelta(days=45)),
            lookback=timedelta(days=365),
            mailbox=mailbox,
            folders=to_read(mailbox.folders()),
            ledger=self.ledger,
            index=self.index,
            outbox=None,
            rules=shipped(),
            owner=US.email,
            commands=self.directory / "commands",
        )

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

    def pass_until(self, end: datetime, *, send_all: bool = False) -> None:
        """Let time pass; somebody looks every three hours."""
        while self.now + STEP < end:
            self.now += STEP
            self.turn()
            if send_all and self.drafts():
                self.human_send()
        self.now = end
        self.turn()

    # ---- the buyer and we -------------------------------------------------------------------------

    def write(self, text: str, sender: str, to: str, *, subject: str, parent: EmailMessage | None, box: Box, **extra: Any) -> EmailMessage:
        """Somebody writes a mail as an ordinary client would."""
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, to
        mail["Date"] = format_datetime(self.now)
        mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
        mail["Subject"] = subject
        if parent is not None:
            mail["In-Reply-To"] = parent["Message-ID"]
            mail["References"] = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
        for name, value in extra.get("headers", {}).items():
            mail[name] = value
        body = text
        if parent is not None and extra.get("quote", True):
            quoted = "\n".join("> " + line for line in parent.get_content().splitlines())
            body += f"\n\nOn {self.now:%d %b %Y at %H:%M}, {parent['From']} wrote:\n{quoted}\n"
        mail.set_content(body)
        self.server.deliver(box, mail.as_bytes(), self.now)
        self.mails.append(mail)
        return mail

    def _name(self) -> str:
        return parseaddr(self.buyer)[0]

    def _text(self, step: dict[str, Any], key: str) -> str:
        return TEXTS[key]["text"].format(name=self._name(), until_date=step.get("until_date", ""))

    def buyer_writes(self, step: dict[str, Any]) -> None:
        sender = step.get("from", self.buyer)
        fresh = step.get("refs") == "none" or not self.mails
        parent = None if fresh else self.mails[-1]
        subject = step.get("subject") or (f"Re: {_bare(parent['Subject'])}" if parent is not None else "Inquiry")
        to = US.email
        if many := step.get("to_many"):
            to = ", ".join([to, *(f"sales@supplier{n}.example" for n in range(many))])
        self.write(
            self._text(step, step["buyer"]),
            sender,
            to,
            subject=subject,
            parent=parent,
            box=Box.INBOX,
            headers=step.get("headers", {}),
            quote="ooo" not in step["buyer"],
        )

    def we_write(self, step: dict[str, Any]) -> None:
        to = step.get("to") or parseaddr(self._last_from_buyer()["From"])[1]
        parent = next(m for m in reversed(self.mails) if to in (m["From"] or "") + (m["To"] or ""))
        sender = f"{US.name} <{US.email}>"
        subject = f"Re: {_bare(parent['Subject'])}"
        mail = self.write(self._text(step, step["we"]), sender, to, subject=subject, parent=parent, box=Box.SENT)
        if step.get("also_in_inbox"):
            self.server.deliver(Box.INBOX, mail.as_bytes(), self.now)

    def _last_from_buyer(self) -> EmailMessage:
        return next(m for m in reversed(self.mails) if US.email not in m["From"])

    def bounce(self) -> None:
        ours = next(m for m in reversed(self.mails) if US.email in m["From"])
        raw = BOUNCE.format(
            date=format_datetime(self.now), id=make_msgid(domain="mx.brightway.example"), to=parseaddr(ours["To"])[1],
            original=ours["Message-ID"], subject=ours["Subject"],
        )
        self.server.deliver(Box.INBOX, raw.replace("\n", "\r\n").encode(), self.now)

    # ---- the hand of the person -------------------------------------------------------------------

    def drafts(self) -> list[Any]:
        """What stands in Drafts."""
        return list(self.server.messages(Box.DRAFTS))

    def human(self, what: str) -> None:
        {
            "none": lambda: None,
            "send": self.human_send,
            "edit": self.human_edit,
            "delete": self.human_delete,
            "move": lambda: self.server.move(Box.DRAFTS, self.drafts()[-1].uid, Box.TRASH),
            "begin_own_draft": self.human_begins,
        }[what]()

    def _as_client_saves(self, raw: bytes, more: str) -> bytes:
        """As Thunderbird saves a draft: a new Message-ID, no X- headers, References kept."""
        import email.policy
        from email import message_from_bytes

        mail = message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        text = mail.get_content()
        for name in [n for n in mail if n.lower().startswith("x-")]:
            del mail[name]
        del mail["Message-ID"]
        mail["Message-ID"] = make_msgid(domain="brightway.example")
        mail.set_content(more + text)
        self.mails.append(mail)
        return mail.as_bytes()

    def human_send(self) -> None:
        draft = self.drafts()[-1]
        raw = self._as_client_saves(draft.raw, "")
        self.server.delete(Box.DRAFTS, draft.uid)
        self.server.deliver(Box.SENT, raw, self.now)

    def human_edit(self) -> None:
        draft = self.drafts()[-1]
        raw = self._as_client_saves(draft.raw, "A line of my own.\n\n")
        self.mails.pop()
        self.server.delete(Box.DRAFTS, draft.uid)
        self.server.deliver(Box.DRAFTS, raw, self.now, flags=("\\Draft", "\\Seen"))

    def human_delete(self) -> None:
        self.server.delete(Box.DRAFTS, self.drafts()[-1].uid)

    def human_begins(self) -> None:
        parent = self.mails[-1]
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = US.email, parent["To"], parent["Subject"]
        mail["Message-ID"] = make_msgid(domain="brightway.example")
        mail["In-Reply-To"] = mail["References"] = parent["Message-ID"]
        mail.set_content("Dear Ms. Schmidt,\n\nI wanted to\n")
        self.server.deliver(Box.DRAFTS, mail.as_bytes(), self.now, flags=("\\Draft",))

    def word(self, said: dict[str, Any]) -> None:
        target = self.mails[0]["Message-ID"].strip("<>")
        until = when(said["until"]) if "until" in said else None
        word = Word(
            kind=WordKind(said["kind"]), scope="thread", target=target, value=said.get("value", ""), until=until, at=self.now
        )
        leave(self.directory / "commands", Command(word=word))

    # ---- accidents --------------------------------------------------------------------------------

    def restart(self) -> None:
        self.ledger.close()
        self.index.close()
        self.open()

    def lose_index(self) -> None:
        self.index.close()
        self.ledger.close()
        for path in self.directory.glob("index.sqlite*"):
            path.unlink()
        self.open()

    def thread_id(self) -> str:
        """The thread of the story's first mail."""
        found = self.index.thread_of(self.mails[0]["Message-ID"].strip("<>"))
        assert found
        return found


def _bare(subject: str) -> str:
    return re.sub(r"^(Re:\s*)+", "", subject, flags=re.I)


BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.brightway.example>
To: lily@brightway.example
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {id}
Auto-Submitted: auto-replied
In-Reply-To: {original}
References: {original}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

This is the mail system at host mx.brightway.example.
<{to}>: host mx.buyer.example said: 550 5.1.1 User unknown

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.brightway.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--b1
Content-Type: text/rfc822-headers

From: lily@brightway.example
To: {to}
Subject: {subject}
Message-ID: {original}

--b1--
"""


# ---- what must have happened ----------------------------------------------------------------------


def check(stage: Stage, expect: dict[str, Any], since: int, counts: tuple[int, int]) -> None:
    """Hold what an ``expect`` says against the mailbox and the stores."""
    new = stage.placed[since:]
    topics = [p.topic for p in new]
    texts = [_body(p.raw) for p in new]
    row = stage.index.row(stage.thread_id())
    assert row is not None
    assert row.facts is not None
    for key, value in expect.items():
        CHECKS[key](value, stage, new, topics, texts, row, counts)


def _body(raw: bytes) -> str:
    import email.policy
    from email import message_from_bytes

    return str(message_from_bytes(raw, policy=email.policy.default).get_content())  # type: ignore[attr-defined]


def _own_part(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(">"))


def _each_to_own_buyer(stage: Stage, new: list[Placed]) -> None:
    for placed in new:
        to = re.search(rb"(?im)^To: .*?([\w.+-]+@[\w.-]+)", placed.raw)
        thread = stage.index.thread(stage.index.thread_of(placed.decision.turn_id or "") or "")
        assert to
        assert thread
        assert to[1].decode() == thread.buyer.email
        assert "attacker" not in placed.raw.split(b"\r\n\r\n")[0].decode()


def _never_on(days: list[str], new: list[Placed]) -> None:
    for placed in new:
        assert f"{placed.at.astimezone(ZoneInfo('Europe/Berlin')):%a}".lower() not in days


CHECKS: dict[str, Any] = {
    "drafts": lambda v, s, new, topics, *_: _same(topics, v),
    "drafts_exactly": lambda v, s, new, topics, *_: _same(len(topics), v),
    "drafts_at_least": lambda v, s, new, topics, *_: _true(len(topics) >= v, f"drafts: {topics}"),
    "drafts_at_most": lambda v, s, new, topics, *_: _true(len(topics) <= v, f"drafts: {topics}"),
    "drafts_include": lambda v, s, new, topics, *_: _true(v in topics, f"drafts: {topics}"),
    "last": lambda v, s, new, topics, *_: _same(topics[-1], v),
    "no_repeat": lambda v, s, *_: _true(
        all(a.topic != b.topic for a, b in zip(s.placed, s.placed[1:], strict=False)), [p.topic for p in s.placed]
    ),
    "never_on": lambda v, s, new, *_: _never_on(v, new),
    "contains": lambda v, s, new, topics, texts, *_: _true(
        texts and all(w in t for w in v for t in texts), f"{v} not in {texts}"
    ),
    "lacks": lambda v, s, new, topics, texts, *_: _true(
        not any(w.lower() in _own_part(t).lower() for w in v for t in texts), f"one of {v} in {texts}"
    ),
    "open": lambda v, s, *_: _same(len(s.drafts()), v),
    "withdrawn": lambda v, s, new, topics, texts, row, counts: _same(s.withdrawn - counts[0], v),
    "alarms_at_least": lambda v, s, new, topics, texts, row, counts: _true(s.alarms - counts[1] >= v, "no alarm"),
    "stage": lambda v, s, new, topics, texts, row, _: _same(row.decision.stage, v),
    "move": lambda v, s, new, topics, texts, row, _: _same(str(row.facts.move), v),
    "reason": lambda v, s, new, topics, texts, row, _: _same(str(row.decision.reason), v),
    "threads": lambda v, s, *_: _same(sum(1 for _ in s.index.rows()), v),
    "quotes": lambda v, s, new, topics, texts, row, _: _same(len(row.facts.quotes), v),
    "each_to_own_buyer": lambda v, s, new, *_: _each_to_own_buyer(s, new),
    "recipients": lambda v, s, new, *_: _true(
        all(len(re.findall(rb"@", re.search(rb"(?im)^To: .*$", p.raw)[0])) == v for p in new), "recipients"
    ),
}


def _same(found: object, wanted: object) -> None:
    assert found == wanted, f"found {found!r}, the story wants {wanted!r}"


def _true(holds: object, why: object) -> None:
    assert holds, why


def play(story: dict[str, Any], directory: Path) -> Stage:
    """Play a story to its end; raises AssertionError where followupd does something else."""
    steps = story["steps"]
    first = next(when(s["at"]) for s in steps if "at" in s)
    stage = Stage(directory, when(story["installed"]) if "installed" in story else first)
    stage.buyer, stage.now = story["buyer"], first
    since, counts = 0, (0, 0)
    for step in steps:
        if "sleep_until" in step:
            stage.now = when(step["sleep_until"])
            continue
        if "send_all_until" in step:
            stage.pass_until(when(step["send_all_until"]), send_all=True)
            continue
        asleep = "installed" in story and when(step["at"]) < stage.installed
        if asleep:
            stage.now = when(step["at"])
        else:
            stage.pass_until(when(step["at"]))
        _do(stage, step)
        if not asleep:
            stage.turn()
        if "expect" in step:
            check(stage, step["expect"], since, counts)
            since, counts = len(stage.placed), (stage.withdrawn, stage.alarms)
    return stage


def _do(stage: Stage, step: dict[str, Any]) -> None:
    for key, act in (
        ("buyer", lambda: stage.buyer_writes(step)),
        ("we", lambda: stage.we_write(step)),
        ("human", lambda: stage.human(step["human"])),
        ("word", lambda: stage.word(step["word"])),
        ("bounce", stage.bounce),
        ("restart", stage.restart),
        ("lose_index", stage.lose_index),
        ("rotate_uidvalidity", lambda: stage.server.rotate_uidvalidity(Box.DRAFTS)),
    ):
        if key in step:
            act()


def stories() -> list[tuple[str, dict[str, Any]]]:
    """All stories of this directory, by file and title."""
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        if path.name != "texts.yaml":
            found += [(f"{path.stem}: {s['title']}", s) for s in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found



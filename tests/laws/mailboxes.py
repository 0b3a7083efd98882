"""How does a mailbox look that nobody thought out? Buyers, ourselves, machines and people's hands, drawn by lot from a seed.

``lived(directory, seed)`` is a stage on which some weeks of two to five buyers have passed, looked at now and then. The same
seed gives the same weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer
from followupd.model import Word, WordKind
from followupd.store.commands import Command, leave
from tests.laws.scene import ASKED, Scene, buyer, mail
from tests.stories.play import TEXTS, US

ASKS = ("inquiry_valves", "inquiry_valves", "inquiry_lamps", "vague", "pitch_forwarder", "newsletter", "fraud_fee", "inquiry_injection")
QUOTES = ("quote_valves_30d", "quote_valves_full_until", "quote_lamps_7d", "quote_lamps_30d")
ANSWERS = ("reply_question", "reply_waiting_client", "reply_price_high", "reply_no_need", "reply_lost", "reply_odd", "reply_bank", "reply_stop")
OURS = ("answer_question", "hand_followup", "quote_valves_lower")
WORDS = (
    (WordKind.MUTE, ""), (WordKind.SNOOZE, ""), (WordKind.STAGE, "won"), (WordKind.STAGE, "negotiation"),
    (WordKind.VERDICT, "vague"), (WordKind.VERDICT, "genuine"), (WordKind.STOP, ""),
)  # fmt: skip
BOX = (Box.INBOX, Box.SENT)


class Weeks:
    """One mailbox while its weeks pass."""

    def __init__(self, scene: Scene, lot: Random) -> None:
        self.scene, self.lot = scene, lot
        self.threads: list[list[EmailMessage]] = []
        scene.now = ASKED

    def pass_(self) -> None:
        """Something happens every few hours or days, and somebody looks after most of it."""
        lot = self.lot
        doings: list[Callable[[], None]] = [self.asks, self.quotes, self.quotes, self.answers, self.ours, self.away, self.hand, self.hand, self.says, self.rests]
        for _ in range(2):
            self.asks()
        self.quotes()
        for _ in range(lot.randint(8, 16)):
            self.scene.now += timedelta(minutes=lot.choice((11, 190, 1450, 2900, 4330, 7000)))
            lot.choice(doings)()
            if lot.random() < 0.75:
                self.scene.turn()
        self.scene.turn()

    def asks(self) -> None:
        n = len(self.threads)
        if n < 5:
            self.threads.append([])
            self._write(n, self.lot.choice(ASKS), ours=False)

    def quotes(self) -> None:
        self._write(self._any(), self.lot.choice(QUOTES), ours=True)

    def answers(self) -> None:
        self._write(self._any(), self.lot.choice(ANSWERS), ours=False)

    def ours(self) -> None:
        self._write(self._any(), self.lot.choice(OURS), ours=True)

    def away(self) -> None:
        self._write(self._any(), "ooo_until", ours=False, Auto_Submitted="auto-replied")

    def rests(self) -> None:
        for _ in range(self.lot.randint(1, 5)):
            self.scene.now += timedelta(hours=26)
            self.scene.turn()

    def hand(self) -> None:
        """What a person does with the newest draft, if one stands there."""
        if self.scene.drafts():
            self.lot.choice((self.scene.human_send, self.scene.human_edit, self.scene.human_delete, self.scene.human_moves))()

    def says(self) -> None:
        kind, value = self.lot.choice(WORDS)
        n = self._any()
        end = self.scene.now + timedelta(days=self.lot.randint(1, 20)) if kind is WordKind.SNOOZE else None
        target = ("buyer", buyer(n)) if kind is WordKind.STOP else ("thread", str(self.threads[n][0]["Message-ID"]).strip("<>"))
        word = Word(kind=kind, scope=target[0], target=target[1], value=value, until=end, at=self.scene.now)
        leave(self.scene.directory / "commands", Command(word=word))

    def _any(self) -> int:
        return self.lot.randrange(len(self.threads))

    def _write(self, n: int, text: str, *, ours: bool, **headers: str) -> None:
        self.scene.now += timedelta(minutes=1)
        thread, us, them = self.threads[n], f"{US.name} <{US.email}>", f"Anna Schmidt <{buyer(n)}>"
        if thread and self.lot.random() < 0.9:
            headers["In_Reply_To"] = thread[-1]["Message-ID"]
            headers["References"] = f"{thread[-1].get('References', '')} {thread[-1]['Message-ID']}".strip()
        subject = f"{'Re: ' if thread else ''}Inquiry {n if self.lot.random() < 0.8 else 0}: goods"
        until = f"{self.scene.now + timedelta(days=12):%d %B %Y}"
        body = TEXTS[text]["text"].replace("{name}", "Anna Schmidt").replace("{until_date}", until)
        made = mail(n, us if ours else them, them if ours else us, self.scene.now, body, subject=subject, **headers)
        self.scene.server.deliver(BOX[ours], made.as_bytes(), self.scene.now)
        thread.append(made)


def lived(directory: Path, seed: int, kind: type[Scene] = Scene) -> Scene:
    """A stage after its weeks; ``kind`` may keep its knowledge elsewhere."""
    scene = kind(directory, server=MemoryServer())
    Weeks(scene, Random(seed)).pass_()
    return scene


def later(scene: Scene, when: datetime) -> None:
    scene.now = when
    scene.turn()

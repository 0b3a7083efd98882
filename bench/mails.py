"""What does an exporter's mailbox look like? Mail of any amount, the same for the same seed.

Three of ten mails are answers, one in ten has an HTML side, sizes run from 1 to 30 kB, and where it is asked for some carry an
attachment of a few hundred kB, as specifications and price lists do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

US = "Lily Chen <lily@brightway.example>"
MARK = "xk0x"
"""Stands in every address and Message-ID, so that a mail can be copied under another name (see filled.py)."""
MATERIALS = "stainless galvanised ceramic cotton hydraulic forged brass foldable portable solar".split()
GOODS = "ball valves,work lamps,bath towels,water pumps,drawer slides,brake pads,tents,bearings,mugs,gazebos".split(",")
PORTS = "Hamburg Rotterdam Santos Jebel-Ali Lagos Veracruz Gdansk Haiphong Oakland Osaka".split()
FIRST = "Anna Marco Fatima John Kenji Olga Pedro Amina Tomasz Grace Yusuf Maria Lars Priya Chloe Ivan".split()
LAST = "Schmidt Rossi Haddad Miller Nakamura Ivanova Souza Okafor Kowalski Nguyen Larsen Patel Garcia Novak".split()
SENTENCES = (
    "Please quote {q} pcs of {goods} DN{n} FOB Ningbo and CIF {port}, with packing details and lead time.",
    "Our yearly demand is about {q} sets, and at present we buy them in Taiwan.",
    "Could you tell us the minimum order and whether a sample of type {n} is possible? We pay the courier.",
    "We are a wholesaler near {port} with {n} outlets and import {goods} twice a year.",
    "Is CE and RoHS documentation available for model BW-{q}?",
    "Our engineer {name} asks about the tolerance of the thread and the surface finish of {goods}.",
    "Which terms of payment do you offer for a first order of {q} pieces?",
    "The goods are needed in our warehouse in {port} by the end of week {n}.",
    "Kindly send your catalogue of {goods} and the best price for {q} pcs.",
    "We have seen your {goods} at the fair and liked finish number {n}.",
)
HISTORY = {"q": "800", "goods": "tents", "n": "20", "port": "Oslo", "name": "Ida Holm"}
QUOTE = """Dear {name},

thank you for your inquiry. We are pleased to quote:

Quotation No. Q-{q}
{Goods}, type {n}
USD {price}/pc FOB Ningbo, MOQ 300 pcs
This price is valid for 30 days.

Best regards
Lily Chen
"""


@dataclass(frozen=True, slots=True)
class Post:
    """One mail, where it lies and when it came."""

    raw: bytes
    folder: str
    at: datetime


class Writer:
    """Writes mail; the same seed, the same mail."""

    def __init__(self, seed: int = 7, end: datetime | None = None, size: float = 8.6) -> None:
        self._chance = random.Random(seed)
        self._seed = seed
        self._count = 0
        self._size = size
        """Natural logarithm of the usual size of a mail with history."""
        self.end = end or datetime.now(UTC).replace(microsecond=0)

    def inquiry(self, at: datetime) -> tuple[EmailMessage, dict[str, str]]:
        """A buyer's first mail, and what is needed to answer it."""
        r = self._chance
        self._count += 1
        first, last = r.choice(FIRST), r.choice(LAST)
        goods = f"{r.choice(MATERIALS)} {r.choice(GOODS)}"
        domain = f"{last.lower()}-{self._seed}-{self._count}-{MARK}.example"
        who = {
            "name": f"{first} {last}", "from": f"{first} {last} <{first.lower()}@{domain}>", "domain": domain,
            "goods": goods, "Goods": goods.capitalize(), "q": str(r.choice((200, 500, 1200, 5000)) + r.randint(1, 99)),
            "n": str(r.randint(10, 99)), "port": r.choice(PORTS), "price": f"{r.randint(150, 2500) / 100:.2f}",
        }  # fmt: skip
        text = f"Dear Ms. Chen,\n\n{self._paragraphs(who)}\n\nBest regards\n{who['name']}\nPurchasing\nwww.{domain}\n"
        mail = self._mail(who["from"], US, f"Inquiry for {goods}, no. {self._count}", at, domain, text)
        return mail, who

    def answer(self, to: EmailMessage, who: dict[str, str], at: datetime, *, ours: bool) -> EmailMessage:
        """Our quote, or the buyer's next word, with history below."""
        text = QUOTE.format(**who) if ours else f"Dear Lily,\n\n{self._paragraphs(who)}\n\n{who['name']}\n"
        body = to.get_body(("plain",))
        quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
        text += f"\nOn {at:%d %b %Y at %H:%M}, {to['From']} wrote:\n{quoted}\n"
        subject = str(to["Subject"])
        subject = subject if subject.startswith("Re:") else f"Re: {subject}"
        sender, receiver = (US, who["from"]) if ours else (who["from"], US)
        mail = self._mail(sender, receiver, subject, at, "brightway.example" if ours else who["domain"], text)
        mail["In-Reply-To"] = to["Message-ID"]
        mail["References"] = f"{to.get('References', '')} {to['Message-ID']}".strip()
        return mail

    def threads(self, count: int, days: float = 300) -> Iterator[tuple[Post, Post]]:
        """Inquiries with our quote, the last one ``days`` ago at most."""
        for _ in range(count):
            at = self.end - timedelta(days=self._chance.uniform(5, days))
            mail, who = self.inquiry(at)
            later = at + timedelta(days=1)
            yield Post(mail.as_bytes(policy=SMTP), "INBOX", at), self._sent(mail, who, later)

    def due(self) -> tuple[Post, Post]:
        """An inquiry and our quote, so long ago that a follow-up is due now."""
        mail, who = self.inquiry(self.end - timedelta(days=13))
        return Post(mail.as_bytes(policy=SMTP), "INBOX", self.end), self._sent(mail, who, self.end - timedelta(days=12))

    def _sent(self, mail: EmailMessage, who: dict[str, str], at: datetime) -> Post:
        return Post(self.answer(mail, who, at, ours=True).as_bytes(policy=SMTP), "Sent", at)

    def mailbox(self, count: int, attached: float = 0.0) -> Iterator[Post]:
        """``count`` mails over a year, oldest first; a share of them with an attachment."""
        r, said = self._chance, list[tuple[EmailMessage, dict[str, str]]]()
        for number in range(count):
            at = self.end - timedelta(days=360) * (1 - number / count)
            if said and r.random() < 0.3:
                before, who = r.choice(said[-300:])
                ours = "brightway" not in before["From"]
                mail = self.answer(before, who, at, ours=ours)
            else:
                ours = False
                mail, who = self.inquiry(at)
            if r.random() < attached:
                size = r.randint(150_000, 900_000)
                mail.add_attachment(r.randbytes(size), "application", "pdf", filename=f"spec-{number}.pdf")
            said.append((mail, who))
            yield Post(mail.as_bytes(policy=SMTP), "Sent" if ours else "INBOX", at)

    def _paragraphs(self, who: dict[str, str]) -> str:
        r = self._chance
        return "\n\n".join(
            " ".join(line.format(**who) for line in r.sample(SENTENCES, r.randint(2, 4))) for _ in range(r.randint(1, 3))
        )

    def _mail(self, sender: str, to: str, subject: str, at: datetime, domain: str, text: str) -> EmailMessage:
        r = self._chance
        mail = EmailMessage(policy=SMTP)
        for hop in range(r.randint(2, 4)):
            mail["Received"] = f"from mx{hop}.{domain} by mail{hop}.example with ESMTPS id {r.getrandbits(44):X}; {format_datetime(at)}"
        mail["DKIM-Signature"] = f"v=1; a=rsa-sha256; d={domain}; s=s1; h=from:to:subject; b={r.getrandbits(1024):x}"
        mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
        mail["Message-ID"] = f"<{r.getrandbits(72):x}.{MARK}@{domain}>"
        wanted = int(min(30_000, r.lognormvariate(self._size, 0.7)))
        if len(text) < wanted and "> " in text:
            older = (r.choice(SENTENCES).format(**HISTORY) for _ in range((wanted - len(text)) // 90))
            text += "".join(f"> > {line}\n" for line in older)
        mail.set_content(text, cte="quoted-printable" if r.random() < 0.5 else "8bit")
        if r.random() < 0.4:
            lines = "".join(f'<p class="MsoNormal"><span lang="EN-US">{line}</span></p>\n' for line in text.splitlines())
            mail.add_alternative(f"<html><head><style>p{{margin:0}}</style></head><body>{lines}</body></html>", subtype="html")
        return mail
